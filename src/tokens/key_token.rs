//! Tokens that an API key is exchanged for: short ones, that stand for the key's owner and die with the key.

use std::sync::Arc;
use std::time::Duration;

use super::{ACCESS_TOKEN_TYPE, AccessClaims, IssuedTokens, MintError};
use crate::api_keys::{ApiKey, KeySessionId};
use crate::clock::Timestamp;
use crate::credentials::Principal;
use crate::keyring::{Algorithm, Snapshot, jwt};
use crate::random::Random;
use crate::secret::Secret;
use crate::tenants::Issuer;

/// Everything that signing a key's token needs.
#[derive(Clone)]
pub struct KeyMinting {
    /// The keys that sign.
    pub keys: Arc<Snapshot>,
    /// Randomness.
    pub random: Random,
    /// Under which name.
    pub issuer: Issuer,
    /// Whose key it is.
    pub principal: Arc<Principal>,
    /// The key.
    pub key: Arc<ApiKey>,
    /// The application that asked, where one proved itself; the key otherwise.
    pub client_id: Option<String>,
    /// The session, where there is one.
    pub session: Option<KeySessionId>,
    /// For which APIs; none means for this server.
    pub audiences: Vec<String>,
    /// What the token may do at most; none means all that the key may.
    pub scopes: Vec<String>,
    /// How long it lives, unless the key ends sooner.
    pub lifetime: Duration,
    /// How it is signed.
    pub algorithm: Algorithm,
    /// When.
    pub now: Timestamp,
}

impl KeyMinting {
    /// How long the token lives: never longer than its key.
    pub fn lifetime(&self) -> Duration {
        let left = self.key.expires_at.map(|end| end.since(self.now));
        left.map_or(self.lifetime, |left| left.min(self.lifetime))
    }

    /// Signs the token.
    pub fn sign(&self, refresh_token: Option<Secret>) -> Result<IssuedTokens, MintError> {
        let lifetime = self.lifetime();
        let own = || vec![self.issuer.url().to_owned()];
        let claims = AccessClaims {
            iss: self.issuer.url().to_owned(),
            sub: self.principal.id.clone(),
            aud: if self.audiences.is_empty() { own() } else { self.audiences.clone() },
            client_id: self.client_id.clone().unwrap_or_else(|| self.key.id.to_string()),
            iat: self.now.seconds(),
            exp: (self.now + lifetime).seconds(),
            jti: self.random.opaque_id(),
            scope: self.scopes.join(" "),
            tenant_id: self.key.tenant_id.to_string(),
            partner_id: self.principal.tenant.settings.partner.as_ref().map(ToString::to_string),
            roles: self.principal.roles.clone(),
            auth_time: None,
            acr: None,
            amr: Vec::new(),
            sid: self.session.map(|session| session.to_string()),
            grant_id: None,
            key_id: Some(self.key.id.to_string()),
        };
        let signer = self.keys.signer(self.algorithm, self.now).ok_or(MintError::NoKey(self.algorithm))?;
        let access_token = Secret::new(jwt::encode(signer, &self.random, ACCESS_TOKEN_TYPE, &claims)?);
        Ok(IssuedTokens {
            access_token,
            expires_in: lifetime.as_secs(),
            id_token: None,
            refresh_token,
            scopes: self.scopes.clone(),
        })
    }
}
