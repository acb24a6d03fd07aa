//! What is asked of many people at once, and how it went.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// One change to many people, named one by one or by a filter.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkRequest {
    /// `suspend`, `resume`, `delete`, `assign_role` or `withdraw_role`.
    #[schema(example = "suspend")]
    pub action: String,
    /// Whom: at most 10,000 identifiers.
    #[serde(default)]
    pub ids: Option<Vec<Uuid>>,
    /// Or whom: everybody whom a list with these filters would show, at most 10,000.
    #[serde(default)]
    pub filter: Option<BulkFilter>,
    /// The slug of the role to give or take.
    #[serde(default)]
    pub role: Option<String>,
    /// Only counts what would happen.
    #[serde(default)]
    pub preview: bool,
}

/// The filters of the list of people. One at least.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BulkFilter {
    /// `invited`, `active`, `suspended`.
    pub status: Vec<String>,
    /// What the mail address or the name begins with.
    pub q: Option<String>,
    /// Slug or identifier of a team.
    pub team: Option<String>,
    /// Slug of a role.
    pub role: Option<String>,
}

/// How it went, or how it would go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct BulkAnswer {
    /// Whether nothing was done but counting.
    pub preview: bool,
    /// How many people were named, each once.
    pub matched: usize,
    /// How many were changed, or would be.
    pub changed: usize,
    /// How many are as wanted already.
    pub unchanged: usize,
    /// How many the caller may not change: those who may do more, and the caller.
    pub refused: usize,
    /// How many are nobody here.
    pub not_found: usize,
}

impl BulkAnswer {
    /// Adds the counts of a part.
    #[must_use]
    pub const fn plus(self, part: Self) -> Self {
        Self {
            preview: self.preview,
            matched: self.matched + part.matched,
            changed: self.changed + part.changed,
            unchanged: self.unchanged + part.unchanged,
            refused: self.refused + part.refused,
            not_found: self.not_found + part.not_found,
        }
    }
}
