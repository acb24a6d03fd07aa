//! Access tokens as JWTs (RFC 9068), and the signing of a whole answer.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::id_token::at_hash;
use super::{Grant, ID_TOKEN_TYPE, IdClaims, IssuedTokens};
use crate::clients::KnownClient;
use crate::clock::Timestamp;
use crate::keyring::{Algorithm, SigningKey, Snapshot, jwt};
use crate::random::Random;
use crate::secret::Secret;
use crate::sessions::acr_of;
use crate::tenants::{Issuer, Lifetimes, Slug};

/// The `typ` of an access token's header (RFC 9068 2.1).
pub const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// The claims of an access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each field is the claim of the same name in RFC 9068 2.2")]
pub struct AccessClaims {
    pub iss: String,
    pub sub: String,
    pub aud: Vec<String>,
    pub client_id: String,
    pub iat: i64,
    pub exp: i64,
    pub jti: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scope: String,
    /// The organisation of the person or program.
    pub tenant_id: String,
    /// The partner of that organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_id: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// The family that the token dies with; absent when it stands for a program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<String>,
    /// The API key that the token was given for, and dies with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
}

/// Why tokens could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum MintError {
    /// No key of this algorithm is active.
    #[error("no active {0} signing key; run: gridkey keys rotate")]
    NoKey(Algorithm),
    /// The token could not be written.
    #[error(transparent)]
    Encode(#[from] jwt::EncodeError),
    /// The thread that signed panicked.
    #[error("signing panicked")]
    Panicked,
}

/// Everything that signing an answer needs, gathered after the commit.
#[derive(Clone)]
pub struct Minting {
    /// The keys.
    pub keys: Arc<Snapshot>,
    /// Randomness.
    pub random: Random,
    /// Under which name.
    pub issuer: Issuer,
    /// For whom.
    pub client: Arc<KnownClient>,
    /// The server's lifetimes; the client's and its organisation's come first.
    pub lifetimes: Lifetimes,
    /// The server's algorithm; the client's choice comes first.
    pub algorithm: Algorithm,
    /// When.
    pub now: Timestamp,
}

const FALLBACK_LIFETIME: Duration = Duration::from_secs(600);

impl Minting {
    fn lifetimes(&self) -> Lifetimes {
        self.client.client.settings.lifetimes.or(self.client.tenant.settings.lifetimes).or(self.lifetimes)
    }

    /// How long access tokens of this client for these audiences live: no longer than any of the APIs wants.
    pub fn access_token_lifetime(&self, audiences: &[String]) -> Duration {
        let own = Lifetimes::pick(self.lifetimes().access_token, FALLBACK_LIFETIME);
        let of_apis = self.client.apis_among(audiences).filter_map(|api| api.settings.access_token_lifetime);
        of_apis.map(|seconds| Duration::from_secs(u64::from(seconds))).fold(own, Duration::min)
    }

    /// How long refresh tokens live without use, and in all.
    pub fn refresh_lifetimes(&self) -> (Duration, Duration) {
        let own = self.lifetimes();
        (
            Lifetimes::pick(own.refresh_token_idle, FALLBACK_LIFETIME),
            Lifetimes::pick(own.refresh_token, FALLBACK_LIFETIME),
        )
    }

    /// Whether some answer to this client could need the algorithm: the caller decides by it whether to leave the async
    /// thread.
    pub fn may_need(&self, algorithm: Algorithm) -> bool {
        let of_apis = self.client.apis.iter().filter_map(|api| api.settings.access_token_alg);
        self.access_algorithm(&[]) == algorithm
            || self.id_algorithm() == algorithm
            || of_apis.into_iter().any(|needed| needed == algorithm)
    }

    /// How access tokens for these audiences are signed: as the API wants that has to check them, then as the client.
    pub(super) fn access_algorithm(&self, audiences: &[String]) -> Algorithm {
        let of_api = self.client.apis_among(audiences).find_map(|api| api.settings.access_token_alg);
        of_api.or(self.client.client.settings.access_token_alg).unwrap_or(self.algorithm)
    }

    pub(super) fn id_algorithm(&self) -> Algorithm {
        self.client.client.settings.id_token_alg.unwrap_or(self.algorithm)
    }

    /// Signs the tokens of a program that speaks for itself (RFC 6749 4.4): no refresh token, no ID token. A credential
    /// of a service account speaks for the account.
    pub fn for_client(&self, scopes: Vec<String>, audiences: &[String]) -> Result<IssuedTokens, MintError> {
        let scopes = self.client.scopes_for(audiences, scopes);
        let account = self.client.service_account.as_ref();
        let claims = AccessClaims {
            sub: account
                .map_or_else(|| self.client.client.client_id.clone(), |account| account.id.to_string()),
            tenant_id: self.client.client.tenant_id.to_string(),
            partner_id: self.client.tenant.settings.partner.as_ref().map(Slug::to_string),
            ..self.base_claims(&scopes, audiences)
        };
        self.finish(&claims, (None, audiences), None, scopes)
    }

    /// Signs the tokens of a person's grant.
    pub fn for_grant(&self, grant: Grant) -> Result<IssuedTokens, MintError> {
        let (claims, scopes) = self.grant_claims(&grant);
        let id_token = grant.facts.has("openid").then_some(&grant);
        self.finish(&claims, (id_token, &grant.facts.audiences), grant.refresh_token.clone(), scopes)
    }

    /// What an access token of a person's grant says, and its scopes.
    pub(super) fn grant_claims(&self, grant: &Grant) -> (AccessClaims, Vec<String>) {
        let audiences = &grant.facts.audiences;
        let scopes = self.client.scopes_for(audiences, grant.scopes.clone());
        let claims = AccessClaims {
            sub: grant.user.id.to_string(),
            tenant_id: grant.user.tenant_id.to_string(),
            partner_id: grant.partner.as_ref().map(Slug::to_string),
            roles: grant.roles.clone(),
            auth_time: Some(grant.facts.auth_time),
            acr: Some(acr_of(&grant.facts.amr).to_owned()),
            amr: grant.facts.amr.clone(),
            sid: grant.session_id.map(|id| id.to_string()),
            grant_id: Some(grant.family.to_string()),
            ..self.base_claims(&scopes, audiences)
        };
        (claims, scopes)
    }

    /// What an ID token of a person's grant says.
    pub(super) fn id_claims(&self, grant: &Grant, at_hash: String) -> IdClaims {
        let lifetime = Lifetimes::pick(self.lifetimes().id_token, FALLBACK_LIFETIME);
        IdClaims::new(grant, &self.client.client, self.issuer.url(), (self.now, lifetime), at_hash)
    }

    fn base_claims(&self, scopes: &[String], audiences: &[String]) -> AccessClaims {
        let lifetime = self.access_token_lifetime(audiences);
        let audiences =
            if audiences.is_empty() { vec![self.issuer.url().to_owned()] } else { audiences.to_vec() };
        AccessClaims {
            iss: self.issuer.url().to_owned(),
            sub: String::new(),
            aud: audiences,
            client_id: self.client.client.client_id.clone(),
            iat: self.now.seconds(),
            exp: (self.now + lifetime).seconds(),
            jti: self.random.opaque_id(),
            scope: scopes.join(" "),
            tenant_id: String::new(),
            partner_id: None,
            roles: Vec::new(),
            auth_time: None,
            acr: None,
            amr: Vec::new(),
            sid: None,
            grant_id: None,
            key_id: None,
        }
    }

    fn finish(
        &self,
        claims: &AccessClaims,
        (identity, audiences): (Option<&Grant>, &[String]),
        refresh_token: Option<Secret>,
        scopes: Vec<String>,
    ) -> Result<IssuedTokens, MintError> {
        let key = self.signer(self.access_algorithm(audiences))?;
        let access_token = Secret::new(jwt::encode(key, &self.random, ACCESS_TOKEN_TYPE, claims)?);
        let id_token = match identity {
            None => None,
            Some(grant) => {
                let key = self.signer(self.id_algorithm())?;
                let claims = self.id_claims(grant, at_hash(key.algorithm(), &access_token));
                Some(Secret::new(jwt::encode(key, &self.random, ID_TOKEN_TYPE, &claims)?))
            }
        };
        let expires_in = self.access_token_lifetime(audiences).as_secs();
        Ok(IssuedTokens { access_token, expires_in, id_token, refresh_token, scopes })
    }

    pub(super) fn signer(&self, algorithm: Algorithm) -> Result<&SigningKey, MintError> {
        self.keys.signer(algorithm, self.now).ok_or(MintError::NoKey(algorithm))
    }
}
