//! How an application is shown and what may be said of one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::clients::{AuthMethod, Client, ClientKind, ClientSettings, ClientStatus, GrantType, ResponseMode};
use crate::manage::patch::not_null;

/// An application.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApplicationView {
    /// Identifier of this API.
    pub id: Uuid,
    /// Identifier of the protocol.
    #[schema(example = "portal")]
    pub client_id: String,
    /// Name for people: it stands on the consent page.
    #[schema(example = "Acme Portal")]
    pub display_name: String,
    /// `web`, `spa`, `native` or `machine`. Never changes.
    #[schema(value_type = String, example = "web")]
    pub kind: ClientKind,
    /// `active`, `disabled` or `deleted`.
    #[schema(value_type = String, example = "active")]
    pub status: ClientStatus,
    /// How it proves itself: `none`, `client_secret_basic` or `client_secret_post`.
    #[schema(value_type = String, example = "client_secret_basic")]
    pub auth_method: AuthMethod,
    /// Whether its authorization requests must carry a code challenge.
    pub require_pkce: bool,
    /// Whether it belongs to the operator, so that nobody is asked for consent.
    pub first_party: bool,
    /// Whether people of every organisation may use it.
    pub all_tenants: bool,
    /// Where codes may be sent.
    pub redirect_uris: Vec<String>,
    /// Where people may be sent after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// What it may ask the token endpoint for.
    #[schema(value_type = Vec<String>)]
    pub grant_types: Vec<GrantType>,
    /// How its answers may travel: `query`, `form_post`.
    #[schema(value_type = Vec<String>)]
    pub response_modes: Vec<ResponseMode>,
    /// What it may ask for.
    pub scopes: Vec<String>,
    /// Further decisions.
    #[schema(value_type = Object)]
    pub settings: ClientSettings,
    /// When it was registered.
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

impl From<&Client> for ApplicationView {
    fn from(client: &Client) -> Self {
        Self {
            id: client.id.uuid(),
            client_id: client.client_id.clone(),
            display_name: client.display_name.clone(),
            kind: client.kind,
            status: client.status,
            auth_method: client.auth_method,
            require_pkce: client.require_pkce,
            first_party: client.first_party,
            all_tenants: client.all_tenants,
            redirect_uris: client.redirect_uris.clone(),
            post_logout_redirect_uris: client.post_logout_redirect_uris.clone(),
            grant_types: client.grant_types.clone(),
            response_modes: client.response_modes.clone(),
            scopes: client.scopes.clone(),
            settings: client.settings.clone(),
            created_at: client.created_at.to_rfc3339(),
            updated_at: client.updated_at.to_rfc3339(),
            deleted_at: client.deleted_at.map(|at| at.to_rfc3339()),
        }
    }
}

/// A new application, with the secret that is told this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedApplication {
    /// The application.
    #[serde(flatten)]
    pub application: ApplicationView,
    /// How it proves itself; absent for a public one. Nothing shows it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
}

/// An application to be registered. What is left out follows the kind.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApplication {
    /// `web`, `spa`, `native` or `machine`.
    #[schema(value_type = String, example = "web")]
    pub kind: ClientKind,
    /// Name for people.
    #[schema(example = "Acme Portal")]
    pub display_name: String,
    /// Identifier of the protocol; one is made up when it is absent.
    pub client_id: Option<String>,
    /// `none`, `client_secret_basic` or `client_secret_post`.
    #[schema(value_type = Option<String>)]
    pub auth_method: Option<AuthMethod>,
    /// Whether its authorization requests must carry a code challenge; they must by default.
    pub require_pkce: Option<bool>,
    /// Whether it belongs to the operator. Needs `tenants:update`.
    #[serde(default)]
    pub first_party: bool,
    /// Whether people of every organisation may use it. Needs `tenants:update`.
    #[serde(default)]
    pub all_tenants: bool,
    /// Where codes may be sent.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where people may be sent after signing out.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// `authorization_code`, `refresh_token`, `client_credentials`.
    #[schema(value_type = Option<Vec<String>>)]
    pub grant_types: Option<Vec<GrantType>>,
    /// `query`, `form_post`.
    #[schema(value_type = Option<Vec<String>>)]
    pub response_modes: Option<Vec<ResponseMode>>,
    /// What it may ask for.
    pub scopes: Option<Vec<String>>,
    /// Further decisions.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub settings: ClientSettings,
}

/// A change to an application (RFC 7396). Lists are replaced as a whole.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ApplicationPatch {
    /// Name for people.
    #[serde(deserialize_with = "not_null")]
    pub display_name: Option<String>,
    /// `active` or `disabled`.
    #[serde(deserialize_with = "not_null")]
    #[schema(value_type = Option<String>)]
    pub status: Option<ClientStatus>,
    /// `none`, `client_secret_basic` or `client_secret_post`. A public application has no secrets: `none` takes them away.
    #[serde(deserialize_with = "not_null")]
    #[schema(value_type = Option<String>)]
    pub auth_method: Option<AuthMethod>,
    /// Whether its authorization requests must carry a code challenge.
    #[serde(deserialize_with = "not_null")]
    pub require_pkce: Option<bool>,
    /// Whether it belongs to the operator. Needs `tenants:update`.
    #[serde(deserialize_with = "not_null")]
    pub first_party: Option<bool>,
    /// Whether people of every organisation may use it. Needs `tenants:update`.
    #[serde(deserialize_with = "not_null")]
    pub all_tenants: Option<bool>,
    /// Where codes may be sent.
    #[serde(deserialize_with = "not_null")]
    pub redirect_uris: Option<Vec<String>>,
    /// Where people may be sent after signing out.
    #[serde(deserialize_with = "not_null")]
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// What it may ask the token endpoint for.
    #[serde(deserialize_with = "not_null")]
    #[schema(value_type = Option<Vec<String>>)]
    pub grant_types: Option<Vec<GrantType>>,
    /// How its answers may travel.
    #[serde(deserialize_with = "not_null")]
    #[schema(value_type = Option<Vec<String>>)]
    pub response_modes: Option<Vec<ResponseMode>>,
    /// What it may ask for.
    #[serde(deserialize_with = "not_null")]
    pub scopes: Option<Vec<String>>,
    /// Settings to change; `null` takes a setting back.
    #[serde(deserialize_with = "not_null")]
    #[schema(value_type = Object)]
    pub settings: Option<serde_json::Value>,
}
