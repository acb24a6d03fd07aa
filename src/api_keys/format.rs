//! What a key looks like: a prefix that says whose it is, 43 random characters, and 6 that check the others. Junk is
//! refused without a look into the database, and whoever searches texts for leaked keys knows a real one.
//!
//! Random characters and checksum are of the 62 letters and digits. The checksum is CRC-32 (ISO-HDLC) of everything
//! before it, as a number to the base of 62, most significant digit first, padded with `0`.

use std::fmt;
use std::str::FromStr;

use crate::random::Random;
use crate::secret::{Digest, Secret};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Random characters of the keys that are made here: 256 bits.
const RANDOM: usize = 43;
/// Characters that check the others.
const CHECKSUM: usize = 6;
/// Random characters that a key has at least.
const FEWEST: usize = 32;
/// Random characters of a key at most.
const MOST: usize = 128;
/// The longest text that is looked at.
const LONGEST: usize = 200;
/// Characters of a secret that are shown.
const HINT: usize = 4;

/// What a key begins with: 1 to 16 lower-case letters and digits, the first a letter, and `_` or `-` behind them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyPrefix(String);

/// Why a text is no [`KeyPrefix`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a prefix is 1 to 16 lower-case letters and digits, the first a letter, with _ or - behind them")]
pub struct InvalidPrefix;

impl KeyPrefix {
    /// The text, separator and all.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyPrefix {
    type Err = InvalidPrefix;
    fn from_str(text: &str) -> Result<Self, InvalidPrefix> {
        if is_prefix(text) { Ok(Self(text.to_owned())) } else { Err(InvalidPrefix) }
    }
}

fn is_prefix(text: &str) -> bool {
    text.strip_suffix(['_', '-']).is_some_and(|word| {
        (1..=16).contains(&word.len())
            && word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    })
}

impl fmt::Display for KeyPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Makes a secret, and the last characters of it, which are shown.
pub fn generate(prefix: &KeyPrefix, random: &Random) -> (Secret, String) {
    generate_with(prefix, RANDOM, random)
}

/// The same with so many random characters, but never fewer than keys of elsewhere have.
pub fn generate_with(prefix: &KeyPrefix, characters: usize, random: &Random) -> (Secret, String) {
    let wanted = characters.clamp(FEWEST, MOST);
    let mut text = String::with_capacity(prefix.0.len() + wanted + CHECKSUM);
    text.push_str(&prefix.0);
    let start = text.len();
    while text.len() < start + wanted {
        // 248 is the largest multiple of 62 in a byte: what lies above would make some characters likelier.
        for byte in random.bytes::<64>().into_iter().filter(|&byte| byte < 248) {
            if text.len() < start + wanted {
                text.push(digit(u32::from(byte)));
            }
        }
    }
    text.extend(checksum(&text));
    let hint = imported_hint(&text);
    (Secret::new(text), hint)
}

/// The last characters of a secret.
pub fn imported_hint(secret: &str) -> String {
    secret.chars().rev().take(HINT).collect::<Vec<_>>().into_iter().rev().collect()
}

fn digit(number: u32) -> char {
    ALPHABET.get(number as usize % ALPHABET.len()).map_or('0', |&byte| char::from(byte))
}

fn checksum(text: &str) -> [char; CHECKSUM] {
    let mut number = crc32fast::hash(text.as_bytes());
    let mut digits = ['0'; CHECKSUM];
    for place in digits.iter_mut().rev() {
        *place = digit(number);
        number /= 62;
    }
    digits
}

/// A text that may be a key: its form is right. Whether it is one the database says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentedKey {
    /// What it is found by.
    pub digest: Digest,
    /// Whether it carries the checksum of the keys that are made here. Keys that came from elsewhere need not.
    pub checked: bool,
}

impl PresentedKey {
    /// Reads a text. `None` for what can be no key.
    pub fn parse(text: &str) -> Option<Self> {
        let end = text.bytes().take(17).position(|byte| byte == b'_' || byte == b'-')?;
        let (prefix, body) = text.split_at_checked(end + 1)?;
        let fits = text.len() <= LONGEST
            && is_prefix(prefix)
            && body.len() >= FEWEST
            && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
        if !fits {
            return None;
        }
        let (rest, found) = text.split_at_checked(text.len() - CHECKSUM)?;
        let checked = found.chars().eq(checksum(rest));
        Some(Self { digest: Digest::of(text.as_bytes()), checked })
    }
}

/// What a text begins with, if it looks like a key, or like somebody's idea of one.
pub fn key_prefix(text: &str) -> Option<&str> {
    let end = text.bytes().take(17).position(|byte| byte == b'_' || byte == b'-')?;
    let is_word = text.bytes().take(end).all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    (is_word && end > 0).then(|| text.get(..=end)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_a_word_and_a_separator() {
        for good in ["gk_", "ps-", "sgk_", "a_", "abcdefghijklmnop_", "k8s-"] {
            assert!(good.parse::<KeyPrefix>().is_ok(), "{good}");
        }
        for bad in ["", "_", "gk", "GK_", "gk__", "abcdefghijklmnopq_", "8k_", "g k_", "gk.", "ü_"] {
            assert!(bad.parse::<KeyPrefix>().is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_made_is_read_and_one_changed_character_is_seen() {
        let (secret, hint) = generate(&"gk_".parse().unwrap(), &Random::default());
        let text = secret.expose();
        assert_eq!(text.len(), 3 + RANDOM + CHECKSUM);
        assert!(text.ends_with(&hint) && hint.len() == HINT);
        let read = PresentedKey::parse(text).unwrap();
        assert!(read.checked && read.digest == secret.digest());
        for place in 3..text.len() {
            let mut other: Vec<u8> = text.bytes().collect();
            other[place] = if other[place] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).unwrap();
            assert!(!PresentedKey::parse(&other).unwrap().checked, "{place}");
        }
    }

    #[test]
    fn the_checksum_is_the_one_that_is_described() {
        // CRC-32 of "123456789" is cbf43926 (its published check value): 3421780262 to the base of 62.
        assert_eq!(checksum("123456789").iter().collect::<String>(), "3jZRME");
    }

    #[test]
    fn a_key_says_by_its_first_letters_whose_it_is() {
        assert_eq!(key_prefix("pg_abc"), Some("pg_"));
        assert_eq!(key_prefix("ps-xxxxx"), Some("ps-"));
        for other in ["", "_", "eyJhbGciOiJSUzI1NiJ9.e30.sig", "PG_abc", "averyveryverylongword_x"] {
            assert_eq!(key_prefix(other), None, "{other}");
        }
    }

    #[test]
    fn junk_is_refused_by_its_form() {
        let long = format!("gk_{}", "a".repeat(LONGEST));
        let body = "a".repeat(40);
        for junk in ["", "gk_", "gk_short", "eyJhbGciOiJSUzI1NiJ9.e30.sig", &long, &format!("{body}_"), &body]
        {
            assert!(PresentedKey::parse(junk).is_none(), "{junk}");
        }
        for junk in
            [format!("gk_{body}\0"), format!("gk_{body} "), format!("gk_{body}é"), format!("Gk_{body}")]
        {
            assert!(PresentedKey::parse(&junk).is_none(), "{junk}");
        }
        assert!(!PresentedKey::parse(&format!("gk_{body}")).unwrap().checked, "from elsewhere, perhaps");
    }
}
