//! What is told about a token, and to whom.

use serde::Serialize;

use crate::clients::Client;
use crate::tokens::{AccessClaims, TokenFamily};

/// The whole answer about a token that is dead, unknown, or none of the caller's business (RFC 7662 2.2).
pub const INACTIVE: &str = r#"{"active":false}"#;

/// Whether `caller` may know of an access token: it owns it, or the token is meant for it.
pub fn may_know(caller: &Client, claims: &AccessClaims) -> bool {
    claims.client_id == caller.client_id || claims.aud.contains(&caller.client_id)
}

/// The answer about a token that stands. Absent members are left out.
#[derive(Debug, Serialize)]
pub struct Active<'a> {
    active: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    scope: &'a str,
    client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    exp: i64,
    iat: i64,
    sub: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    aud: &'a [String],
    iss: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<&'a str>,
    tenant_id: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    roles: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'a str>,
}

impl<'a> Active<'a> {
    /// About an access token: what it says itself.
    pub fn access(claims: &'a AccessClaims) -> Self {
        Self {
            active: true,
            scope: &claims.scope,
            client_id: &claims.client_id,
            token_type: Some("Bearer"),
            exp: claims.exp,
            iat: claims.iat,
            sub: &claims.sub,
            aud: &claims.aud,
            iss: &claims.iss,
            jti: Some(&claims.jti),
            tenant_id: &claims.tenant_id,
            roles: &claims.roles,
            sid: claims.sid.as_deref(),
            auth_time: claims.auth_time,
            acr: claims.acr.as_deref(),
        }
    }

    /// About the living refresh token of a family. `token_type` says how an access token is used (RFC 6749 7.1), so a
    /// refresh token has none.
    pub fn refresh(texts: &'a RefreshTexts, issuer: &'a str, family: &TokenFamily) -> Self {
        Self {
            active: true,
            scope: &texts.scope,
            client_id: &texts.client_id,
            token_type: None,
            exp: family.expires_at.min(family.idle_expires_at).seconds(),
            iat: family.rotated_at.seconds(),
            sub: &texts.sub,
            aud: &[],
            iss: issuer,
            jti: None,
            tenant_id: &texts.tenant_id,
            roles: &[],
            sid: texts.sid.as_deref(),
            auth_time: Some(family.facts.auth_time),
            acr: None,
        }
    }
}

/// The identifiers of a family as texts.
#[derive(Debug)]
pub struct RefreshTexts {
    scope: String,
    client_id: String,
    sub: String,
    tenant_id: String,
    sid: Option<String>,
}

impl RefreshTexts {
    /// Those of `family`, which belongs to `owner`.
    pub fn new(family: &TokenFamily, owner: &Client) -> Self {
        Self {
            scope: crate::oauth::scope::serialize(&family.facts.scopes),
            client_id: owner.client_id.clone(),
            sub: family.user_id.to_string(),
            tenant_id: family.tenant_id.to_string(),
            sid: family.session_id.map(|id| id.to_string()),
        }
    }
}
