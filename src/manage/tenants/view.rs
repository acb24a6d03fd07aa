//! How an organisation is shown and what may be said of one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::manage::patch::not_null;
use crate::tenants::{Tenant, TenantSettings};

/// An organisation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TenantView {
    /// Identifier; the `tenant_id` claim.
    pub id: Uuid,
    /// Name in URLs: `/t/{slug}`. Never changes.
    #[schema(example = "acme")]
    pub slug: String,
    /// Name for people.
    #[schema(example = "Acme Corporation")]
    pub display_name: String,
    /// `active`, `suspended` or `deleted`.
    #[schema(example = "active")]
    pub status: String,
    /// What it decides for itself.
    #[schema(value_type = Object)]
    pub settings: TenantSettings,
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

impl From<&Tenant> for TenantView {
    fn from(tenant: &Tenant) -> Self {
        Self {
            id: tenant.id.uuid(),
            slug: tenant.slug.to_string(),
            display_name: tenant.display_name.clone(),
            status: tenant.status.to_string(),
            settings: tenant.settings.clone(),
            created_at: tenant.created_at.to_rfc3339(),
            updated_at: tenant.updated_at.to_rfc3339(),
            deleted_at: tenant.deleted_at.map(|at| at.to_rfc3339()),
        }
    }
}

/// A new organisation.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTenant {
    /// 1 to 63 lower-case letters, digits and inner hyphens.
    #[schema(example = "acme")]
    pub slug: String,
    /// Name for people.
    #[schema(example = "Acme Corporation")]
    pub display_name: String,
    /// What it decides for itself.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub settings: TenantSettings,
}

/// A change to an organisation (RFC 7396).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TenantPatch {
    /// Name for people.
    #[serde(deserialize_with = "not_null")]
    pub display_name: Option<String>,
    /// `active` or `suspended`.
    #[serde(deserialize_with = "not_null")]
    pub status: Option<String>,
    /// Settings to change; `null` takes a setting back.
    #[serde(deserialize_with = "not_null")]
    #[schema(value_type = Object)]
    pub settings: Option<serde_json::Value>,
}
