//! Service accounts as their pages show them.

use serde::Deserialize;

use crate::viewer::Recent;

/// A service account, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct ServiceAccount {
    pub id: String,
    pub slug: String,
    pub display_name: String,
    #[serde(default)]
    pub description: String,
    pub status: String,
    #[serde(default)]
    pub team: Option<String>,
    pub created_at: String,
    pub updated_at: String,
}

/// What it holds.
#[derive(Clone, Debug, Deserialize)]
pub struct Held {
    pub roles: Vec<String>,
    pub effective_roles: Vec<String>,
    pub permissions: Vec<String>,
}

/// A credential, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct Credential {
    pub id: String,
    pub client_id: String,
    pub display_name: String,
    pub scopes: Vec<String>,
    pub secrets: Vec<StoredSecret>,
    pub created_at: String,
}

/// A secret of a credential, without its value.
#[derive(Clone, Debug, Deserialize)]
pub struct StoredSecret {
    pub created_at: String,
}

/// A row of the list.
#[derive(Clone, Debug)]
pub struct Row {
    pub href: String,
    pub title: String,
    pub slug: String,
    pub team: Option<String>,
    pub tone: &'static str,
    pub status: String,
    pub changed: Recent,
}

/// A row of the credentials.
#[derive(Clone, Debug)]
pub struct CredentialRow {
    pub title: String,
    pub client_id: String,
    pub scopes: String,
    /// When each of its secrets was made.
    pub secrets: Vec<Recent>,
    pub created: Recent,
    pub add_secret: Option<String>,
    pub remove: Option<String>,
}

/// The colour of a state.
pub fn tone(status: &str) -> &'static str {
    match status {
        "active" => "good",
        "disabled" => "warning",
        "deleted" => "bad",
        _ => "",
    }
}
