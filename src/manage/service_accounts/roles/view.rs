//! How the roles of a principal are shown that may hold some by a team.

use serde::Serialize;
use utoipa::ToSchema;

/// What a service account holds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HeldRolesView {
    /// Slugs of the roles that it holds itself.
    pub roles: Vec<String>,
    /// Slugs of all roles that it holds, itself or by a team.
    pub effective_roles: Vec<String>,
    /// What it may do in effect.
    pub permissions: Vec<String>,
}
