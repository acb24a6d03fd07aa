//! What is said of keys that come from elsewhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::manage::api_keys::{ApiKeyView, NewApiKey};
use crate::manage::patch::given;
use crate::manage::principals::MemberName;

/// Keys that come from elsewhere.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyImport {
    /// 1 to 100 of them. All are taken, or none.
    pub keys: Vec<ImportedKey>,
}

/// A key that exists already, by the digest of its secret.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportedKey {
    /// SHA-256 of the whole secret, as 64 hexadecimal digits.
    pub digest: String,
    /// What the secret begins with: 1 to 16 lower-case letters and digits, and `_` or `-` behind them.
    #[schema(example = "sk_")]
    pub prefix: String,
    /// The last characters of the secret, at most 8, for people to recognise it by.
    #[serde(default)]
    #[schema(example = "x7Qa")]
    pub hint: String,
    /// To whom it belongs.
    pub owner: MemberName,
    /// Name for people: 1 to 100 characters.
    #[schema(example = "Deployment")]
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Whatever its makers like to keep with it.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// `read-only`, `read-write` or `admin`; `read-write` when there are no scopes either.
    #[serde(default)]
    pub level: Option<String>,
    /// Instead of a level: the permissions that it has at most.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// Days until it stops working.
    #[serde(default)]
    pub expires_in_days: Option<u32>,
    /// Or when it stops working; `null` means never. Without either the organisation says.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Option<String>>,
    /// Addresses and networks from which it may be used.
    #[serde(default)]
    pub allowed_addresses: Vec<String>,
    /// Requests in a minute.
    #[serde(default)]
    pub rate_limit: Option<u32>,
}

impl ImportedKey {
    /// What it has in common with a new key.
    pub fn described(&self) -> NewApiKey {
        NewApiKey {
            name: self.name.clone(),
            description: self.description.clone(),
            metadata: self.metadata.clone(),
            level: self.level.clone(),
            scopes: self.scopes.clone(),
            expires_in_days: self.expires_in_days,
            expires_at: self.expires_at.clone(),
            allowed_addresses: self.allowed_addresses.clone(),
            rate_limit: self.rate_limit,
            owner: Some(self.owner),
        }
    }
}

/// Keys that were taken over, in the order in which they were sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedKeys {
    /// The keys.
    pub items: Vec<ApiKeyView>,
}
