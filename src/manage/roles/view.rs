//! How a role and a permission are shown and what may be said of a role.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::manage::patch::not_null;
use crate::roles::{KnownPermission, Role};

/// A role.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RoleView {
    /// Identifier.
    pub id: Uuid,
    /// Name in tokens, files and addresses. Never changes.
    #[schema(example = "editor")]
    pub slug: String,
    /// Name for people.
    #[schema(example = "Editor")]
    pub display_name: String,
    /// What its holders may do, in order.
    #[schema(example = json!(["reports:read", "reports:write"]))]
    pub permissions: Vec<String>,
    /// Whether it came with the product: such a role cannot be changed.
    pub built_in: bool,
    /// How many people, service accounts and teams hold it themselves; only where one role is shown, and in lists that were
    /// asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holders: Option<i64>,
    /// The same for each kind; only in lists that were asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_by: Option<HoldersView>,
    /// When it was created.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<&Role> for RoleView {
    fn from(role: &Role) -> Self {
        Self {
            id: role.id.uuid(),
            slug: role.slug.clone(),
            display_name: role.display_name.clone(),
            permissions: role.permissions.clone(),
            built_in: role.built_in,
            holders: None,
            held_by: None,
            created_at: role.created_at.to_rfc3339(),
            updated_at: role.updated_at.to_rfc3339(),
        }
    }
}

/// How many of each kind hold a role themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct HoldersView {
    /// People.
    pub users: i64,
    /// Service accounts.
    pub service_accounts: i64,
    /// Teams.
    pub teams: i64,
}

impl RoleView {
    /// The role with how many hold it.
    #[must_use]
    pub fn held_by(self, held: HoldersView) -> Self {
        let holders = held.users + held.service_accounts + held.teams;
        Self { holders: Some(holders), held_by: Some(held), ..self }
    }
}

/// A new role.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// 1 to 63 lower-case letters, digits, hyphens and underscores, beginning with a letter.
    #[schema(example = "editor")]
    pub slug: String,
    /// Name for people.
    #[schema(example = "Editor")]
    pub display_name: String,
    /// What its holders may do: `resource:action` or `resource:action:name`, `*` for all. At most 200.
    #[schema(example = json!(["reports:read", "reports:write"]))]
    pub permissions: Vec<String>,
}

/// A change to a role (RFC 7396).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RolePatch {
    /// Name for people.
    #[serde(deserialize_with = "not_null")]
    pub display_name: Option<String>,
    /// All that its holders may do from now on.
    #[serde(deserialize_with = "not_null")]
    pub permissions: Option<Vec<String>>,
}

/// A permission that somebody asks for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PermissionView {
    /// `resource:action`.
    #[schema(example = "users:read")]
    pub name: String,
    /// What its holder can do; absent for those of an API.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub description: Option<&'static str>,
    /// The audience of the API that asks for it; absent for Gridkey's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Whether it reaches beyond one organisation.
    pub instance: bool,
}

impl From<&KnownPermission> for PermissionView {
    fn from(known: &KnownPermission) -> Self {
        Self {
            name: known.name.to_owned(),
            description: Some(known.description),
            audience: None,
            instance: known.instance,
        }
    }
}

impl PermissionView {
    /// One that an organisation's own API asks for.
    pub fn of_api(audience: &str, name: String) -> Self {
        Self { name, description: None, audience: Some(audience.to_owned()), instance: false }
    }
}

/// Every permission that there is for an organisation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PermissionList {
    /// Gridkey's own by name, then those of each API.
    pub items: Vec<PermissionView>,
}
