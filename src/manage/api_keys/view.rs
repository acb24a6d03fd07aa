//! How a key is shown and what may be said of one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api_keys::ApiKey;
use crate::clock::Timestamp;
use crate::credentials::store::LastUse;
use crate::credentials::{Activity, KeyOwner};
use crate::manage::patch::{given, not_null};
use crate::manage::principals::MemberName;
use crate::teams::MemberKind;

/// To whom a key belongs.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnerView {
    /// `user` or `service_account`.
    #[schema(example = "user")]
    pub kind: &'static str,
    /// Identifier.
    pub id: Uuid,
    /// A person's mail address, or the slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "ada@example.com")]
    pub name: Option<String>,
    /// Name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Ada Lovelace")]
    pub display_name: Option<String>,
}

impl From<KeyOwner> for OwnerView {
    fn from(owner: KeyOwner) -> Self {
        Self { kind: owner.kind().as_str(), id: owner.uuid(), name: None, display_name: None }
    }
}

/// When and from where a key was last used.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LastUseView {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// From which address.
    #[schema(example = "192.0.2.17")]
    pub address: String,
    /// By which program.
    pub user_agent: String,
    /// When the secret before the present one was last used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub previous_secret_at: Option<String>,
}

impl From<&LastUse> for LastUseView {
    fn from(used: &LastUse) -> Self {
        Self {
            at: used.last_used_at.to_rfc3339(),
            address: used.address.clone(),
            user_agent: used.user_agent.clone(),
            previous_secret_at: used.previous_used_at.map(Timestamp::to_rfc3339),
        }
    }
}

/// The requests of a key in the last 36 hours, the oldest hour first. The last of them is running.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ActivityView {
    /// When the first hour began.
    #[schema(format = DateTime)]
    pub since: String,
    /// Those that were let through, by hour.
    pub allowed: Vec<i64>,
    /// Those that were told to wait.
    pub rate_limited: Vec<i64>,
    /// Those that were refused for another reason.
    pub refused: Vec<i64>,
}

impl From<Activity> for ActivityView {
    fn from(activity: Activity) -> Self {
        Self {
            since: activity.since.to_rfc3339(),
            allowed: activity.allowed,
            rate_limited: activity.rate_limited,
            refused: activity.refused,
        }
    }
}

/// A key, but not its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApiKeyView {
    /// Identifier. It stays the same when the secret is replaced.
    pub id: Uuid,
    /// To whom it belongs.
    pub owner: OwnerView,
    /// Name for people.
    #[schema(example = "Deployment")]
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whatever its makers like to keep with it.
    pub metadata: BTreeMap<String, String>,
    /// What its secret begins with.
    #[schema(example = "gk_")]
    pub prefix: String,
    /// The last characters of its secret.
    #[schema(example = "x7Qa")]
    pub hint: String,
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
    /// Why it does not work: `by_owner`, `by_administrator`, `owner_deleted`, `exposed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason: Option<String>,
    /// When it stops working; `null` when it never does.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// When its secret was last replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub rotated_at: Option<String>,
    /// Until when the secret before the present one works, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub previous_secret_ends_at: Option<String>,
    /// When it was seen where no key should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub exposed_at: Option<String>,
    /// Who made it.
    #[schema(example = "user:0199b2c4-8d1e-7a3b-9c55-2f6b1d0e4a77")]
    pub created_by: String,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last changed; using it is no change.
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// When and from where it was last used; absent when it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used: Option<LastUseView>,
    /// How it is, the worst first: `exposed`, `spike`, `new_network`, `rate_limited`, `expires_soon`, `unused_90_days`, or
    /// `operational` alone. Absent when it does not work.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(["expires_soon"]))]
    pub health: Option<Vec<&'static str>>,
    /// Its requests of the last 36 hours; only in lists that were asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<ActivityView>,
    /// What it may do right now; only where one key is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<String>>,
}

impl ApiKeyView {
    /// A key by itself, without what others know of it.
    pub fn new(key: &ApiKey, now: Timestamp) -> Self {
        let (level, scopes) = key.grant.columns();
        let previous = key.previous.map(|(_, ends_at)| ends_at).filter(|ends_at| *ends_at > now);
        Self {
            id: key.id.uuid(),
            owner: key.owner.into(),
            name: key.name.clone(),
            description: key.description.clone(),
            metadata: key.metadata.clone(),
            prefix: key.prefix.to_string(),
            hint: key.hint.clone(),
            level: level.map(|level| level.as_str()),
            scopes: level.is_none().then_some(scopes),
            allowed_addresses: key.allowed_addresses.to_texts(),
            rate_limit: key.rate_limit,
            status: key.state(now).as_str(),
            status_reason: (!key.status_reason.is_empty()).then(|| key.status_reason.clone()),
            expires_at: key.expires_at.map(Timestamp::to_rfc3339),
            rotated_at: key.rotated_at.map(Timestamp::to_rfc3339),
            previous_secret_ends_at: previous.map(Timestamp::to_rfc3339),
            exposed_at: key.exposed_at.map(Timestamp::to_rfc3339),
            created_by: key.created_by.clone(),
            created_at: key.created_at.to_rfc3339(),
            updated_at: key.updated_at.to_rfc3339(),
            last_used: None,
            health: None,
            usage: None,
            permissions: None,
        }
    }
}

/// A key with a secret that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewApiKeyView {
    /// The key.
    #[serde(flatten)]
    pub api_key: ApiKeyView,
    /// The secret. It is told this once and kept as a digest.
    #[schema(example = "gk_EXAMPLE")]
    pub key: String,
}

/// A new key.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApiKey {
    /// Name for people: 1 to 100 characters.
    #[schema(example = "Deployment")]
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Whatever its makers like to keep with it: at most 32 members of letters, digits, `_`, `.` and `-`.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
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

/// A change to a key (RFC 7396).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ApiKeyPatch {
    /// Name for people.
    #[serde(deserialize_with = "not_null")]
    pub name: Option<String>,
    /// What it is for.
    #[serde(deserialize_with = "not_null")]
    pub description: Option<String>,
    /// Members to set; `null` takes one away.
    #[serde(deserialize_with = "not_null")]
    pub metadata: Option<BTreeMap<String, Option<String>>>,
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

/// The owner that a caller names.
pub fn owner_of(name: MemberName) -> KeyOwner {
    match name.kind {
        MemberKind::User => KeyOwner::User(crate::id::Id::new(name.id)),
        MemberKind::ServiceAccount => KeyOwner::ServiceAccount(crate::id::Id::new(name.id)),
    }
}
