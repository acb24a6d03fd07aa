//! What the pages of the instance show.

use serde::Deserialize;

/// An organisation, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct Tenant {
    pub id: String,
    pub slug: String,
    pub display_name: String,
    pub status: String,
    pub created_at: String,
    pub updated_at: String,
}

/// A key that signs tokens, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct TokenKey {
    pub kid: String,
    pub algorithm: String,
    /// `next`, `active`, `retired` or `expired`.
    pub state: String,
    pub created_at: String,
    pub active_at: String,
    #[serde(default)]
    pub retired_at: Option<String>,
}

/// The process that answers, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct System {
    pub version: String,
    /// `sqlite` or `postgresql`.
    pub database: String,
    pub database_connections: u32,
    pub database_connections_idle: u32,
    pub passwords_hashing: u64,
    pub passwords_waiting: u64,
    pub mail: bool,
}

/// The colour of an organisation's state.
pub fn tone(status: &str) -> &'static str {
    match status {
        "active" => "good",
        "suspended" => "warning",
        _ => "bad",
    }
}
