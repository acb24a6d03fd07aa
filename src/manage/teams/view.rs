//! How a team is shown and what may be said of one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::manage::patch::not_null;
use crate::teams::Team;

/// A team.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TeamView {
    /// Identifier.
    pub id: Uuid,
    /// Name in files and addresses. Never changes.
    #[schema(example = "operations")]
    pub slug: String,
    /// Name for people.
    #[schema(example = "Operations")]
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// When it was created.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<&Team> for TeamView {
    fn from(team: &Team) -> Self {
        Self {
            id: team.id.uuid(),
            slug: team.slug.to_string(),
            display_name: team.display_name.clone(),
            description: team.description.clone(),
            created_at: team.created_at.to_rfc3339(),
            updated_at: team.updated_at.to_rfc3339(),
        }
    }
}

/// A new team.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTeam {
    /// 1 to 63 lower-case letters, digits and inner hyphens.
    #[schema(example = "operations")]
    pub slug: String,
    /// Name for people.
    #[schema(example = "Operations")]
    pub display_name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
}

/// A change to a team (RFC 7396).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TeamPatch {
    /// Name for people.
    #[serde(deserialize_with = "not_null")]
    pub display_name: Option<String>,
    /// What it is for.
    #[serde(deserialize_with = "not_null")]
    pub description: Option<String>,
}
