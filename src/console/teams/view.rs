//! Teams as their pages show them.

use serde::Deserialize;

/// A team, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct Team {
    pub id: String,
    pub slug: String,
    pub display_name: String,
    pub description: String,
    pub created_at: String,
    pub updated_at: String,
}

/// Somebody who belongs to a team, as the API gives them.
#[derive(Clone, Debug, Deserialize)]
pub struct Member {
    /// `user` or `service_account`.
    pub kind: String,
    pub id: String,
    /// A mail address or a slug; empty for somebody who is gone for good.
    pub name: String,
    pub display_name: String,
    pub since: String,
}

/// The roles of a team, as the API gives them.
#[derive(Clone, Debug, Deserialize)]
pub struct Held {
    pub roles: Vec<String>,
}

/// A person who was looked up by their address.
#[derive(Clone, Debug, Deserialize)]
pub struct Found {
    pub id: String,
}
