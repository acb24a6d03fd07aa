//! Set-up links. Whoever prints one stores its digest with [`crate::login::store::create_setup_link`].

use crate::random::Random;
use crate::secret::{Secret, generate_prefixed, parse_prefixed};
use crate::web::paths;

const PREFIX: &str = "gksu_";

/// A fresh token.
pub fn generate_setup_token(random: &Random) -> Secret {
    generate_prefixed(PREFIX, random)
}

/// Reads what a request brings; junk is refused without a look into the database.
pub fn parse_setup_token(text: &str) -> Option<Secret> {
    parse_prefixed(PREFIX, text)
}

/// The link to hand out. It is as good as a password until it is used.
pub fn setup_url(public_url: &str, token: &Secret) -> String {
    format!("{}{}?token={}", public_url.trim_end_matches('/'), paths::SETUP, token.expose())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_back() {
        let token = generate_setup_token(&Random::default());
        let url = setup_url("https://id.example/", &token);
        let sent = url.strip_prefix("https://id.example/setup?token=").unwrap();
        assert_eq!(parse_setup_token(sent).unwrap().digest(), token.digest());
        assert!(parse_setup_token("gkpr_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").is_none());
    }
}
