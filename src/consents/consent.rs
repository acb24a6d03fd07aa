//! What a consent is and whether it covers a request.

use crate::clients::{Client, ClientPk};
use crate::clock::Timestamp;
use crate::users::UserId;

/// What a person has allowed an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The person.
    pub user_id: UserId,
    /// The application.
    pub client_pk: ClientPk,
    /// What was allowed.
    pub scopes: Vec<String>,
    /// When it was last given.
    pub granted_at: Timestamp,
}

/// The scopes of a request that were not allowed before, in the order of the request.
pub fn missing(given: Option<&Consent>, requested: &[String]) -> Vec<String> {
    requested
        .iter()
        .filter(|scope| given.is_none_or(|consent| !consent.scopes.contains(scope)))
        .cloned()
        .collect()
}

/// Whether nothing assures who stands behind the application. Any program on the person's device can stand behind a
/// loopback address or a private scheme, so what was allowed to one must be asked for the next, unless a secret tells them
/// apart (RFC 8252 8.6, RFC 6749 10.2).
pub fn is_unassured(client: &Client, redirect_uri: &str) -> bool {
    client.is_public() && !redirect_uri.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn only_what_was_not_allowed_before_is_missing() {
        let now = Timestamp::from_seconds(0);
        let consent = Consent {
            user_id: Random::default().id(now),
            client_pk: Random::default().id(now),
            scopes: vec!["openid".into(), "email".into()],
            granted_at: now,
        };
        let asked = ["openid".to_owned(), "profile".into()];
        assert_eq!(missing(Some(&consent), &asked), ["profile"]);
        assert_eq!(missing(None, &asked), asked);
        assert!(missing(Some(&consent), &asked[..1]).is_empty());
    }
}
