//! How an API is shown and what may be said of one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::manage::patch::not_null;
use crate::resource_servers::{ResourceServer, ResourceServerSettings, ResourceServerStatus};

/// An API.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResourceServerView {
    /// Identifier of this API's entry.
    pub id: Uuid,
    /// What `resource` asks for and `aud` says. Never changes.
    #[schema(example = "https://reports.example.com")]
    pub audience: String,
    /// Name for people.
    #[schema(example = "Reports")]
    pub display_name: String,
    /// What it knows, each a scope.
    pub permissions: Vec<String>,
    /// `active` or `disabled`.
    #[schema(value_type = String, example = "active")]
    pub status: ResourceServerStatus,
    /// `access_token_lifetime` in seconds, `access_token_alg`.
    #[schema(value_type = Object)]
    pub settings: ResourceServerSettings,
    /// When it was registered.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl From<&ResourceServer> for ResourceServerView {
    fn from(server: &ResourceServer) -> Self {
        Self {
            id: server.id.uuid(),
            audience: server.audience.clone(),
            display_name: server.display_name.clone(),
            permissions: server.permissions.clone(),
            status: server.status,
            settings: server.settings.clone(),
            created_at: server.created_at.to_rfc3339(),
            updated_at: server.updated_at.to_rfc3339(),
        }
    }
}

/// An API to be registered.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewResourceServer {
    /// An absolute URI without a fragment (RFC 8707 2).
    #[schema(example = "https://reports.example.com")]
    pub audience: String,
    /// Name for people.
    #[schema(example = "Reports")]
    pub display_name: String,
    /// What it knows, each a scope.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// `active`, the default, or `disabled`.
    #[schema(value_type = Option<String>)]
    pub status: Option<ResourceServerStatus>,
    /// `access_token_lifetime` in seconds, `access_token_alg`.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub settings: ResourceServerSettings,
}

/// A change to an API (RFC 7396). The list is replaced as a whole.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ResourceServerPatch {
    /// Name for people.
    #[serde(deserialize_with = "not_null")]
    pub display_name: Option<String>,
    /// What it knows, each a scope.
    #[serde(deserialize_with = "not_null")]
    pub permissions: Option<Vec<String>>,
    /// `active` or `disabled`.
    #[serde(deserialize_with = "not_null")]
    #[schema(value_type = Option<String>)]
    pub status: Option<ResourceServerStatus>,
    /// Settings to change; `null` takes a setting back.
    #[serde(deserialize_with = "not_null")]
    #[schema(value_type = Object)]
    pub settings: Option<serde_json::Value>,
}
