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
    /// Of what it is the limit: `key`, `principal`, `tenant` or `address`.
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
    /// `api_key` or `access_token`.
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
        }
    }
}

impl From<&Credential> for UsedCredential {
    fn from(credential: &Credential) -> Self {
        match credential {
            Credential::ApiKey { key, age } => Self {
                kind: "api_key",
                id: key.id.to_string(),
                name: Some(key.name.clone()),
                key_id: None,
                expires_at: match (age, &key.previous) {
                    (SecretAge::Previous, Some((_, end))) => Some(end.to_rfc3339()),
                    _ => key.expires_at.map(Timestamp::to_rfc3339),
                },
                replaced_secret: *age == SecretAge::Previous,
                scope: None,
            },
            Credential::Token { claims, key } => Self {
                kind: "access_token",
                id: claims.jti.clone(),
                name: None,
                key_id: key.as_ref().map(|key| key.id.to_string()),
                expires_at: Some(Timestamp::from_seconds(claims.exp).to_rfc3339()),
                replaced_secret: false,
                scope: Some(claims.scope.clone()).filter(|scope| !scope.is_empty()),
            },
        }
    }
}
