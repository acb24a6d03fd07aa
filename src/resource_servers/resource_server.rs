//! What a resource server is.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::id::Id;
use crate::keyring::Algorithm;
use crate::tenants::TenantId;
use crate::text::text_enum;

/// The identifier of a [`ResourceServer`].
pub type ResourceServerId = Id<ResourceServer>;

text_enum! {
    /// Whether tokens are issued for an API.
    pub enum ResourceServerStatus {
        /// They are.
        Active = "active",
        /// They are not.
        Disabled = "disabled",
    }
}

/// An API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceServer {
    /// Identifier.
    pub id: ResourceServerId,
    /// The organisation it belongs to.
    pub tenant_id: TenantId,
    /// What `resource` asks for and the `aud` claim says: an absolute URI.
    pub audience: String,
    /// Name for people.
    pub display_name: String,
    /// What it knows, each a scope: `reports:read`.
    pub permissions: Vec<String>,
    /// Whether tokens are issued for it.
    pub status: ResourceServerStatus,
    /// Further decisions.
    pub settings: ResourceServerSettings,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The scopes that OpenID Connect gives a meaning (Core 3.1.2.1, 5.4 and 11): they are about the person and their
/// sign-in, so they belong to no API and go with every one.
pub const STANDARD_SCOPES: &[&str] = &["openid", "profile", "email", "address", "phone", "offline_access"];

impl ResourceServer {
    /// Whether tokens are issued for it.
    pub fn is_active(&self) -> bool {
        self.status == ResourceServerStatus::Active
    }

    /// Whether a token for it may carry this scope.
    pub fn knows(&self, scope: &str) -> bool {
        self.permissions.iter().any(|permission| permission == scope)
    }
}

/// What may be decided per API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ResourceServerSettings {
    /// How long access tokens for it live, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_lifetime: Option<u32>,
    /// How access tokens for it are signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_alg: Option<Algorithm>,
}

/// Why a text cannot be an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAudience {
    /// Not an absolute URI.
    #[error("it must be an absolute URI, such as https://api.example.com or urn:example:api")]
    NotAbsolute,
    /// Has a fragment.
    #[error("it must have no fragment (RFC 8707 2)")]
    Fragment,
    /// Longer than 500 characters.
    #[error("it must have at most 500 characters")]
    TooLong,
}

/// Whether a text can be the audience of an API (RFC 8707 2).
///
/// # Errors
/// Says why not.
pub fn check_audience(text: &str) -> Result<(), InvalidAudience> {
    if text.len() > 500 {
        return Err(InvalidAudience::TooLong);
    }
    if text.contains('#') {
        return Err(InvalidAudience::Fragment);
    }
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    let (scheme, rest) = text.split_once(':').unwrap_or_default();
    let has_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if plain && has_scheme && !rest.is_empty() { Ok(()) } else { Err(InvalidAudience::NotAbsolute) }
}

/// Whether an audience is this server, or one of its organisations' issuers, whoever they are.
pub fn is_of_server(audience: &str, issuer: &str) -> bool {
    let rest = audience.strip_prefix(issuer.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_server_is_nobodys_api() {
        let issuer = "https://id.example.com";
        for own in ["https://id.example.com", "https://id.example.com/", "https://id.example.com/t/acme"] {
            assert!(is_of_server(own, issuer), "{own}");
        }
        for other in ["https://id.example.com.evil.example", "https://api.example.com", "urn:x"] {
            assert!(!is_of_server(other, issuer), "{other}");
        }
    }

    #[test]
    fn an_audience_is_an_absolute_uri_without_a_fragment() {
        for good in ["https://api.example.com", "https://api.example.com/v1?x=1", "urn:example:api"] {
            assert_eq!(check_audience(good), Ok(()), "{good}");
        }
        for bad in ["", "api", "/v1", "https:", "https://a b", "https://ä.example", "1a:b"] {
            assert_eq!(check_audience(bad), Err(InvalidAudience::NotAbsolute), "{bad}");
        }
        assert_eq!(check_audience("https://a#b"), Err(InvalidAudience::Fragment));
        assert_eq!(check_audience(&format!("urn:{}", "a".repeat(500))), Err(InvalidAudience::TooLong));
    }
}
