//! ID tokens (OpenID Connect Core 2): who signed in, when and how, for one client.

use std::time::Duration;

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Grant, standard_claims};
use crate::clients::Client;
use crate::clock::Timestamp;
use crate::keyring::Algorithm;
use crate::secret::Secret;
use crate::sessions::acr_of;

/// The `typ` of an ID token's header: never that of an access token.
pub const ID_TOKEN_TYPE: &str = "JWT";

/// The claims of an ID token.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each field is the claim of the same name in OpenID Connect Core 2")]
pub struct IdClaims {
    pub iss: String,
    pub sub: String,
    pub aud: String,
    pub exp: i64,
    pub iat: i64,
    pub auth_time: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    pub acr: String,
    pub amr: Vec<String>,
    pub at_hash: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// The organisation of the person.
    pub tenant_id: String,
    /// Claims about the person.
    #[serde(flatten)]
    pub person: Map<String, Value>,
}

impl IdClaims {
    pub(super) fn new(
        grant: &Grant,
        client: &Client,
        issuer: &str,
        (now, lifetime): (Timestamp, Duration),
        at_hash: String,
    ) -> Self {
        let facts = &grant.facts;
        let scopes = if client.settings.claims_in_id_token { facts.scopes.as_slice() } else { &[] };
        Self {
            iss: issuer.to_owned(),
            sub: grant.user.id.to_string(),
            aud: client.client_id.clone(),
            exp: (now + lifetime).seconds(),
            iat: now.seconds(),
            auth_time: facts.auth_time,
            // A refreshed ID token should not repeat the nonce (OpenID Connect Core 12.2).
            nonce: facts.nonce.clone().filter(|_| grant.first),
            acr: acr_of(&facts.amr).to_owned(),
            amr: facts.amr.clone(),
            at_hash,
            sid: grant.session_id.map(|id| id.to_string()),
            tenant_id: grant.user.tenant_id.to_string(),
            person: standard_claims(&grant.user, scopes, &facts.claims.id_token),
        }
    }
}

/// The left half of the access token's hash, with the hash of the ID token's algorithm (OpenID Connect Core 3.1.3.6);
/// Ed25519 hashes with SHA-512.
pub(super) fn at_hash(algorithm: Algorithm, access_token: &Secret) -> String {
    let hash = match algorithm {
        Algorithm::Rs256 | Algorithm::Es256 => &digest::SHA256,
        Algorithm::EdDsa => &digest::SHA512,
    };
    let whole = digest::digest(hash, access_token.expose().as_bytes());
    let half: Vec<u8> = whole.as_ref().iter().take(whole.as_ref().len() / 2).copied().collect();
    URL_SAFE_NO_PAD.encode(half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_hash_of_the_specifications_example() {
        // OpenID Connect Core appendix A.3, whose ID token carries this at_hash for this access token.
        let token = Secret::new("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
        assert_eq!(at_hash(Algorithm::Rs256, &token), "77QmUPtjPfzWtF2AnpK9RQ");
        assert_eq!(at_hash(Algorithm::EdDsa, &token).len(), 43);
    }
}
