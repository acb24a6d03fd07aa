//! `id_token_hint`: an ID token of ours, by which an application says whose session it means.

use serde::Deserialize;

use crate::clock::Timestamp;
use crate::keyring::{Expected, JwtError, KeySet, jwt};
use crate::sessions::Session;
use crate::tokens::ID_TOKEN_TYPE;

/// What is read of the token.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Hint {
    /// The person.
    pub sub: String,
    /// The application that it was issued to.
    #[serde(rename = "aud")]
    pub client_id: String,
    /// The browser session that it was issued for.
    #[serde(default)]
    pub sid: Option<String>,
}

impl Hint {
    /// Reads a token that this very issuer signed, expired or not: an application may keep its token for longer than
    /// the token lives (RP-Initiated Logout 2).
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn verify(text: &str, keys: &KeySet, issuer: &str, now: Timestamp) -> Result<Self, JwtError> {
        let expected =
            Expected { issuer: Some(issuer), leeway: jwt::ANY_AGE, ..Expected::new(&[ID_TOKEN_TYPE]) };
        jwt::verify(text, keys, &expected, now)
    }

    /// Whether this is the session that it was issued for.
    pub fn names(&self, session: &Session) -> bool {
        self.sid.as_deref().is_some_and(|sid| sid == session.id.to_string())
    }

    /// Whether it is about this session's person.
    pub fn is_about(&self, session: &Session) -> bool {
        self.sub == session.user_id.to_string()
    }
}
