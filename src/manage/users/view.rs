//! How a person is shown and what may be said of one.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::manage::patch::not_null;
use crate::teams::Team;
use crate::users::{Profile, User};

/// A person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserView {
    /// Identifier; the `sub` claim.
    pub id: Uuid,
    /// Mail address.
    #[schema(example = "ada@example.com")]
    pub email: String,
    /// Whether the address was shown to be theirs.
    pub email_verified: bool,
    /// Full name.
    #[schema(example = "Ada Lovelace")]
    pub display_name: String,
    /// The other standard claims (OpenID Connect Core 5.1).
    #[schema(value_type = Object)]
    pub profile: Profile,
    /// `invited`, `active`, `suspended` or `deleted`.
    #[schema(example = "active")]
    pub status: String,
    /// When the password was last set; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub password_changed_at: Option<String>,
    /// When they last signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub last_sign_in_at: Option<String>,
    /// The teams that they are members of; only where `include=teams` asks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub teams: Option<Vec<TeamName>>,
    /// When the account was created.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// When it was put into the recycle bin.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub deleted_at: Option<String>,
}

/// A team by its names.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TeamName {
    /// Identifier.
    pub id: Uuid,
    /// Name in files and addresses.
    #[schema(example = "operations")]
    pub slug: String,
    /// Name for people.
    #[schema(example = "Operations")]
    pub display_name: String,
}

impl From<&Team> for TeamName {
    fn from(team: &Team) -> Self {
        Self { id: team.id.uuid(), slug: team.slug.to_string(), display_name: team.display_name.clone() }
    }
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.uuid(),
            email: user.email.to_string(),
            email_verified: user.email_verified,
            display_name: user.display_name.clone(),
            profile: user.profile.clone(),
            status: user.status.to_string(),
            password_changed_at: user.password_changed_at.map(|at| at.to_rfc3339()),
            last_sign_in_at: user.last_sign_in_at.map(|at| at.to_rfc3339()),
            teams: None,
            created_at: user.created_at.to_rfc3339(),
            updated_at: user.updated_at.to_rfc3339(),
            deleted_at: user.deleted_at.map(|at| at.to_rfc3339()),
        }
    }
}

/// A new person. Nobody but they themselves ever chooses their password.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// Mail address.
    #[schema(example = "ada@example.com")]
    pub email: String,
    /// Full name.
    #[schema(example = "Ada Lovelace")]
    pub display_name: String,
    /// The other standard claims.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub profile: Option<Value>,
    /// `active`, as when absent, or `invited`.
    #[serde(default)]
    pub status: Option<String>,
    /// Slugs of roles to hold.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Slugs or identifiers of teams to belong to.
    #[serde(default)]
    pub teams: Vec<String>,
}

/// A change to a person (RFC 7396).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UserPatch {
    /// Mail address; a new one is not verified.
    #[serde(deserialize_with = "not_null")]
    pub email: Option<String>,
    /// Full name.
    #[serde(deserialize_with = "not_null")]
    pub display_name: Option<String>,
    /// `active` or `suspended`.
    #[serde(deserialize_with = "not_null")]
    pub status: Option<String>,
    /// Claims to change; `null` takes one back.
    #[serde(deserialize_with = "not_null")]
    #[schema(value_type = Option<Object>)]
    pub profile: Option<Value>,
}
