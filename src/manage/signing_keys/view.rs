//! How a signing key is shown and what may be said of one.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::manage::api_keys::{LastUseView, OwnerView};
use crate::manage::patch::{given, not_null};
use crate::manage::principals::MemberName;
use crate::request_keys::RequestKey;

/// A registered public key.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SigningKeyView {
    /// Identifier.
    pub id: Uuid,
    /// To whom it belongs.
    pub owner: OwnerView,
    /// Name for people.
    #[schema(example = "Trading desk")]
    pub name: String,
    /// What it is for.
    pub description: String,
    /// `ed25519`.
    #[schema(example = "ed25519")]
    pub algorithm: &'static str,
    /// The 32 bytes of the key in base64.
    #[schema(example = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=")]
    pub public_key: String,
    /// What requests name it by: SHA-256 of those bytes in base64 without padding.
    #[schema(example = "Vkdap1RjR0wChd9dvyvKtz2mUTWIOem3dIGy6rEHcIw")]
    pub fingerprint: String,
    /// `read-only`, `read-write` or `admin`; absent when it has scopes of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "read-write")]
    pub level: Option<&'static str>,
    /// The permissions that it has at most; absent when it has a level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// From which addresses and networks it may be used; empty means from anywhere.
    #[schema(example = json!(["192.0.2.0/24"]))]
    pub allowed_addresses: Vec<String>,
    /// Requests in a minute; absent follows the organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<u32>,
    /// `active`, `expired`, `disabled` or `revoked`.
    #[schema(example = "active")]
    pub status: &'static str,
    /// Why it does not work: `by_owner`, `by_administrator`, `owner_deleted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason: Option<String>,
    /// When it stops working; `null` when it never does.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// Who registered it.
    #[schema(example = "user:0199b2c4-8d1e-7a3b-9c55-2f6b1d0e4a77")]
    pub created_by: String,
    /// When that was.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last changed; using it is no change.
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// When and from where it was last used; absent when it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used: Option<LastUseView>,
    /// How it is, the worst first: `spike`, `new_network`, `rate_limited`, `expires_soon`, `unused_90_days`, or `operational`
    /// alone. Absent when it does not work.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(["expires_soon"]))]
    pub health: Option<Vec<&'static str>>,
    /// What it may do right now; only where one key is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<String>>,
}

impl SigningKeyView {
    /// A key by itself, without what others know of it.
    pub fn new(key: &RequestKey, now: Timestamp) -> Self {
        let (level, scopes) = key.grant.columns();
        Self {
            id: key.id.uuid(),
            owner: key.owner.into(),
            name: key.name.clone(),
            description: key.description.clone(),
            algorithm: "ed25519",
            public_key: key.public_key.to_base64(),
            fingerprint: key.fingerprint.to_string(),
            level: level.map(|level| level.as_str()),
            scopes: level.is_none().then_some(scopes),
            allowed_addresses: key.allowed_addresses.to_texts(),
            rate_limit: key.rate_limit,
            status: key.state(now).as_str(),
            status_reason: (!key.status_reason.is_empty()).then(|| key.status_reason.clone()),
            expires_at: key.expires_at.map(Timestamp::to_rfc3339),
            created_by: key.created_by.clone(),
            created_at: key.created_at.to_rfc3339(),
            updated_at: key.updated_at.to_rfc3339(),
            last_used: None,
            health: None,
            permissions: None,
        }
    }
}

/// A new signing key: `name` and `public_key`, or `signing_key` with both in it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSigningKey {
    /// Name for people: 1 to 100 characters.
    #[serde(default)]
    #[schema(value_type = String, example = "Trading desk")]
    pub name: Option<String>,
    /// An Ed25519 public key: its 32 bytes or its SPKI in base64, PEM, or a JWK.
    #[serde(default)]
    #[schema(value_type = String, example = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=")]
    pub public_key: Option<Value>,
    /// Name and key as programs of The Grid send them, instead of both.
    #[serde(default)]
    pub signing_key: Option<GridRegistration>,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// `read-only`, `read-write` or `admin`; `read-write` when there are no scopes either.
    #[serde(default)]
    #[schema(example = "read-only")]
    pub level: Option<String>,
    /// Instead of a level: the permissions that it has at most, 1 to 100.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// Days until it stops working.
    #[serde(default)]
    pub expires_in_days: Option<u32>,
    /// Or when it stops working; `null` means never. Without either the organisation says, 90 days as a rule.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Option<String>>,
    /// Addresses and networks from which it may be used, at most 100; from anywhere when there are none.
    #[serde(default)]
    pub allowed_addresses: Vec<String>,
    /// Requests in a minute, 1 to 1,000,000.
    #[serde(default)]
    pub rate_limit: Option<u32>,
    /// To whom it belongs, for administrators; the caller when absent.
    #[serde(default)]
    pub owner: Option<MemberName>,
}

/// A new signing key as programs of The Grid send it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GridRegistration {
    /// Name for people.
    #[schema(example = "Trading desk")]
    pub label: String,
    /// The public key.
    #[schema(value_type = String)]
    pub public_key: Value,
}

/// A change to a signing key (RFC 7396). Another key is another registration.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SigningKeyPatch {
    /// Name for people.
    #[serde(deserialize_with = "not_null")]
    pub name: Option<String>,
    /// What it is for.
    #[serde(deserialize_with = "not_null")]
    pub description: Option<String>,
    /// A level instead of what it has.
    #[serde(deserialize_with = "not_null")]
    pub level: Option<String>,
    /// Scopes instead of what it has.
    #[serde(deserialize_with = "not_null")]
    pub scopes: Option<Vec<String>>,
    /// Days from now until it stops working.
    #[serde(deserialize_with = "not_null")]
    pub expires_in_days: Option<u32>,
    /// Or when it stops working; `null` means never.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Option<String>>,
    /// Addresses and networks from which it may be used.
    #[serde(deserialize_with = "not_null")]
    pub allowed_addresses: Option<Vec<String>>,
    /// Requests in a minute; `null` follows the organisation.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<u32>)]
    pub rate_limit: Option<Option<u32>>,
}
