//! What a verdict says.

use serde::Serialize;
use utoipa::ToSchema;

use crate::api_keys::SecretAge;
use crate::app::{Credential, Identity, Limits};
use crate::clock::Timestamp;

/// Who sends a request, and what they may do right now. Members that do not apply are absent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VerdictView {
    /// Whether the credential is good and allowed what was asked for.
    pub active: bool,
    /// Why not: a stable word.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "revoked")]
    pub reason: Option<&'static str>,
    /// Who it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectView>,
    /// Their organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantView>,
    /// What they proved themselves with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<UsedCredential>,
    /// Slugs of their teams.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub teams: Option<Vec<String>>,
    /// Slugs of the roles that they hold, themselves or by a team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<String>>,
    /// What the credential may do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(["models:use"]))]
    pub permissions: Option<Vec<String>>,
    /// How its sender stands with the tightest of the limits that hold for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<LimitsView>,
    /// Seconds after which it makes sense to ask again, when the reason is `rate_limited`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// What the digest of the body has to be, for a signed request that was told without its body: check it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:")]
    pub content_digest: Option<String>,
    /// The server's time in Unix seconds, where a signature is refused for its time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1_800_000_000)]
    pub server_time: Option<i64>,
}

/// A limit of requests in a minute.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LimitsView {
    /// Requests in a minute.
    pub limit: u32,
    /// Requests that are taken right now.
    pub remaining: u32,
    /// Seconds until all of them are taken again.
    pub reset: u64,
    /// Of what it is the limit: `key`, `principal`, `tenant`, `partner` or `address`.
    #[schema(example = "key")]
    pub policy: &'static str,
}

/// Who sends a request.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SubjectView {
    /// `user`, `service_account` or `application`.
    #[serde(rename = "type")]
    #[schema(example = "user")]
    pub kind: &'static str,
    /// Identifier; the `sub` of tokens.
    pub id: String,
    /// Mail address, slug or `client_id`.
    pub name: String,
    /// Name for people.
    pub display_name: String,
}

/// An organisation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TenantView {
    /// Identifier.
    pub id: String,
    /// Name in URLs.
    pub slug: String,
}

/// What somebody proved themselves with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UsedCredential {
    /// `api_key`, `access_token` or `signed_request`.
    #[serde(rename = "type")]
    #[schema(example = "api_key")]
    pub kind: &'static str,
    /// The key's identifier, or the token's `jti`.
    pub id: String,
    /// The key's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The key that a token was given for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// When it stops working.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// Whether the key was sent with the secret that has been replaced: its sender has to take the new one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub replaced_secret: bool,
    /// The scopes of a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// What the key that signed is named by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// By which scheme: `grid-v1` or `rfc9421-v1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "rfc9421-v1")]
    pub scheme: Option<&'static str>,
    /// Whether the query is signed: `signed`, `unsigned`, or `absent` when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "signed")]
    pub query: Option<&'static str>,
}

impl UsedCredential {
    const fn of(kind: &'static str, id: String) -> Self {
        Self {
            kind,
            id,
            name: None,
            key_id: None,
            expires_at: None,
            replaced_secret: false,
            scope: None,
            fingerprint: None,
            scheme: None,
            query: None,
        }
    }
}

impl VerdictView {
    /// A refusal.
    pub const fn refused(reason: &'static str) -> Self {
        Self {
            active: false,
            reason: Some(reason),
            subject: None,
            tenant: None,
            credential: None,
            teams: None,
            roles: None,
            permissions: None,
            limits: None,
            retry_after: None,
            content_digest: None,
            server_time: None,
        }
    }

    /// The same, with what is known of limits.
    pub fn with_limits(mut self, limits: Option<&Limits>) -> Self {
        self.retry_after =
            limits.filter(|limits| !limits.allowed).map(|limits| limits.standing.retry_after());
        self.limits = limits.map(|limits| LimitsView {
            limit: limits.standing.limit,
            remaining: limits.standing.remaining,
            reset: limits.standing.reset_seconds(),
            policy: limits.policy,
        });
        self
    }
}

impl From<&Identity> for VerdictView {
    fn from(identity: &Identity) -> Self {
        let who = &identity.principal;
        Self {
            active: true,
            reason: None,
            subject: Some(SubjectView {
                kind: who.kind.as_str(),
                id: who.id.clone(),
                name: who.name.clone(),
                display_name: who.display_name.clone(),
            }),
            tenant: Some(TenantView { id: who.tenant.id.to_string(), slug: who.tenant.slug.to_string() }),
            credential: Some(UsedCredential::from(&identity.credential)),
            teams: Some(who.teams.clone()),
            roles: Some(who.roles.clone()),
            permissions: Some(identity.permissions.iter().map(ToString::to_string).collect()),
            limits: None,
            retry_after: None,
            content_digest: None,
            server_time: None,
        }
    }
}

impl From<&Credential> for UsedCredential {
    fn from(credential: &Credential) -> Self {
        match credential {
            Credential::ApiKey { key, age } => Self {
                name: Some(key.name.clone()),
                expires_at: match (age, &key.previous) {
                    (SecretAge::Previous, Some((_, end))) => Some(end.to_rfc3339()),
                    _ => key.expires_at.map(Timestamp::to_rfc3339),
                },
                replaced_secret: *age == SecretAge::Previous,
                ..Self::of("api_key", key.id.to_string())
            },
            Credential::Token { claims, key } => Self {
                key_id: key.as_ref().map(|key| key.id.to_string()),
                expires_at: Some(Timestamp::from_seconds(claims.exp).to_rfc3339()),
                scope: Some(claims.scope.clone()).filter(|scope| !scope.is_empty()),
                ..Self::of("access_token", claims.jti.clone())
            },
            Credential::SignedRequest { key, scheme, query_signed } => Self {
                name: Some(key.name.clone()),
                expires_at: key.expires_at.map(Timestamp::to_rfc3339),
                fingerprint: Some(key.fingerprint.to_string()),
                scheme: Some(scheme.as_str()),
                query: Some(query_signed.as_str()),
                ..Self::of("signed_request", key.id.to_string())
            },
        }
    }
}
