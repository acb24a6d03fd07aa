//! What is asked of many keys at once, and how it went.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// How many keys a preview names.
pub(super) const NAMED: usize = 20;

/// One change to many keys, named one by one or by a filter.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyBulkRequest {
    /// `disable`, `enable` or `revoke`.
    #[schema(example = "revoke")]
    pub action: String,
    /// Which: at most 10,000 identifiers.
    #[serde(default)]
    pub ids: Option<Vec<Uuid>>,
    /// Or which: all that a list with these filters would show, at most 10,000.
    #[serde(default)]
    pub filter: Option<KeyBulkFilter>,
    /// Whose: `tenant`, everybody's in the organisation, or `own`.
    #[serde(default)]
    #[schema(example = "tenant")]
    pub scope: Option<String>,
    /// Only counts what would happen.
    #[serde(default)]
    pub preview: bool,
}

/// The filters of the list of keys. One at least.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct KeyBulkFilter {
    /// `active`, `expired`, `disabled`.
    pub status: Vec<String>,
    /// `user:ID` or `service_account:ID`.
    pub owner: Option<String>,
    /// Only those that end before this time.
    #[schema(format = DateTime)]
    pub expires_before: Option<String>,
    /// Only those that were there at this time and were not used since.
    #[schema(format = DateTime)]
    pub unused_since: Option<String>,
    /// What the name begins with.
    pub q: Option<String>,
}

/// How it went, or how it would go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct KeyBulkAnswer {
    /// Whether nothing was done but counting.
    pub preview: bool,
    /// How many keys were named, each once.
    pub matched: usize,
    /// How many were changed, or would be.
    pub changed: usize,
    /// How many are as wanted already, or revoked, which is final.
    pub unchanged: usize,
    /// How many the caller may not change, because they may do more, or because an administrator has to enable them.
    pub refused: usize,
    /// How many are not there.
    pub not_found: usize,
    /// A preview names those that would be changed, the first 20 of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<NamedKey>,
}

/// A key that would be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NamedKey {
    /// Identifier.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// How its secret begins.
    #[schema(example = "gk_")]
    pub prefix: String,
    /// How its secret ends.
    #[schema(example = "x7Qa")]
    pub hint: String,
}

impl KeyBulkAnswer {
    /// Adds the counts of a part.
    #[must_use]
    pub fn plus(self, part: Self) -> Self {
        Self {
            keys: self.keys.into_iter().chain(part.keys).take(NAMED).collect(),
            preview: self.preview,
            matched: self.matched + part.matched,
            changed: self.changed + part.changed,
            unchanged: self.unchanged + part.unchanged,
            refused: self.refused + part.refused,
            not_found: self.not_found + part.not_found,
        }
    }
}
