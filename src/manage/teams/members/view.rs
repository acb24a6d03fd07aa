//! What may be said of a team's members.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::manage::principals::MemberName;

/// Some people and service accounts.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MembersChange {
    /// Who; at most 500.
    pub members: Vec<MemberName>,
}

/// How many are new.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Added {
    /// Those who did not belong to the team before.
    #[schema(example = 2)]
    pub added: usize,
}

/// How many have left.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Removed {
    /// Those who belonged to the team before.
    #[schema(example = 1)]
    pub removed: usize,
}
