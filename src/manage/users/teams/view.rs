//! How the teams of a person are shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::manage::teams::TeamView;

/// The teams of a person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserTeamsView {
    /// All of them, by slug.
    pub teams: Vec<TeamView>,
}
