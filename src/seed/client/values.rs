//! The texts that only applications of the file have.

use super::super::file::Rules;
use crate::secret::Secret;

/// Of a secret that somebody made up or typed off; 32 characters of a generator are 128 bits and more.
const SHORTEST_SECRET: usize = 32;
const LONGEST_SECRET: usize = 500;

/// `client_secret` (RFC 6749 A.2).
pub fn secret(text: &str, rules: Rules) -> Result<Secret, &'static str> {
    if !text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) || text.len() > LONGEST_SECRET {
        return Err("expected at most 500 visible ASCII characters");
    }
    match text.len() {
        0 => Err("expected a secret; leave the key out for an application that has one already"),
        1..SHORTEST_SECRET if !rules.development => Err(
            "outside development a secret has at least 32 characters; make one with: openssl rand -base64 32",
        ),
        _ => Ok(Secret::new(text)),
    }
}
