//! What an authorization settled: kept with the code, then with the family, and read whenever a token is made.

use serde::{Deserialize, Serialize};

use super::ClaimsRequest;
use crate::clients::KnownClient;

/// What the person and the client agreed on, and how the person signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// Granted scopes, in the order of the request.
    pub scopes: Vec<String>,
    /// The APIs that access tokens are for; empty means the issuer's own endpoints.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audiences: Vec<String>,
    /// The request's `nonce`, for the first ID token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// When the person signed in, in seconds.
    pub auth_time: i64,
    /// How (RFC 8176).
    pub amr: Vec<String>,
    /// Single claims asked for by the `claims` parameter.
    #[serde(skip_serializing_if = "ClaimsRequest::is_empty")]
    pub claims: ClaimsRequest,
}

impl Facts {
    /// Whether a scope was granted.
    pub fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|have| have == scope)
    }

    /// Whether all these APIs were granted.
    pub fn grants(&self, audiences: &[String]) -> bool {
        audiences.iter().all(|wanted| self.audiences.contains(wanted))
    }

    /// Whether tokens are issued for all of the granted APIs that are asked for; none means every one.
    pub fn may_target(&self, client: &KnownClient, asked: &[String]) -> bool {
        client.disabled_api(if asked.is_empty() { &self.audiences } else { asked }).is_none()
    }

    /// The same for some of the granted APIs; for all of them when none is named.
    #[must_use]
    pub fn narrowed_to(mut self, audiences: &[String]) -> Self {
        if !audiences.is_empty() {
            self.audiences = audiences.to_vec();
        }
        self
    }

    /// Whether refresh tokens shall outlive the browser session (OpenID Connect Core 11).
    pub fn is_offline(&self) -> bool {
        self.has("offline_access")
    }
}
