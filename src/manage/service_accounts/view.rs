//! How a service account is shown and what may be said of one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::manage::patch::{given, not_null};
use crate::service_accounts::ServiceAccount;

/// A service account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ServiceAccountView {
    /// Identifier; the `sub` claim of its tokens.
    pub id: Uuid,
    /// Name in files and addresses. Never changes.
    #[schema(example = "nightly-report")]
    pub slug: String,
    /// Name for people.
    #[schema(example = "Nightly report")]
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// `active`, `disabled` or `deleted`.
    #[schema(example = "active")]
    pub status: String,
    /// The slug of the team that owns it; absent when the organisation itself does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "operations")]
    pub team: Option<String>,
    /// Who made it.
    #[schema(example = "user:0199b2c4-8d1e-7a3b-9c55-2f6b1d0e4a77")]
    pub created_by: String,
    /// When it was created.
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

impl ServiceAccountView {
    /// A service account with the slug of its team.
    pub fn new(account: &ServiceAccount, team: Option<String>) -> Self {
        Self {
            id: account.id.uuid(),
            slug: account.slug.to_string(),
            display_name: account.display_name.clone(),
            description: account.description.clone(),
            status: account.status.to_string(),
            team,
            created_by: account.created_by.clone(),
            created_at: account.created_at.to_rfc3339(),
            updated_at: account.updated_at.to_rfc3339(),
            deleted_at: account.deleted_at.map(|at| at.to_rfc3339()),
        }
    }
}

/// A new service account.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewServiceAccount {
    /// 1 to 63 lower-case letters, digits and inner hyphens.
    #[schema(example = "nightly-report")]
    pub slug: String,
    /// Name for people.
    #[schema(example = "Nightly report")]
    pub display_name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// The slug of the team that owns it. It is a member of that team.
    #[serde(default)]
    #[schema(example = "operations")]
    pub team: Option<String>,
    /// Slugs of roles that it holds itself.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// A change to a service account (RFC 7396).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceAccountPatch {
    /// Name for people.
    #[serde(deserialize_with = "not_null")]
    pub display_name: Option<String>,
    /// What it is for.
    #[serde(deserialize_with = "not_null")]
    pub description: Option<String>,
    /// `active` or `disabled`.
    #[serde(deserialize_with = "not_null")]
    pub status: Option<String>,
    /// The slug of the team that is to own it; `null` gives it to the organisation itself.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub team: Option<Option<String>>,
}
