//! The successful answer (RFC 6749 5.1).

use serde::Serialize;

use crate::tokens::IssuedTokens;

/// The members of the answer.
#[derive(Serialize)]
pub struct Answer<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
    scope: String,
    /// RFC 8693 2.2.1: only for an exchange.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued_token_type: Option<&'static str>,
}

impl<'a> From<&'a IssuedTokens> for Answer<'a> {
    fn from(issued: &'a IssuedTokens) -> Self {
        Self {
            access_token: issued.access_token.expose(),
            token_type: "Bearer",
            expires_in: issued.expires_in,
            refresh_token: issued.refresh_token.as_ref().map(|token| token.expose()),
            id_token: issued.id_token.as_ref().map(|token| token.expose()),
            scope: issued.scopes.join(" "),
            issued_token_type: None,
        }
    }
}
