//! People as their pages show them.

use serde::Deserialize;

use crate::clock::Timestamp;
use crate::language::Words;
use crate::viewer::{Recent, recent};

/// A person, as the API gives them.
#[derive(Clone, Debug, Deserialize)]
pub struct User {
    pub id: String,
    pub email: String,
    pub display_name: String,
    pub status: String,
    pub created_at: String,
    #[serde(default)]
    pub last_sign_in_at: Option<String>,
}

/// The roles of a person, as the API gives them.
#[derive(Clone, Debug, Deserialize)]
pub struct Held {
    /// Slugs of those that they hold themselves.
    pub roles: Vec<String>,
    /// What their teams give them.
    pub by_team: Vec<OfTeam>,
}

/// The roles that come with a team.
#[derive(Clone, Debug, Deserialize)]
pub struct OfTeam {
    pub team: String,
    pub roles: Vec<String>,
}

/// What a person may do right now, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct Effective {
    pub permissions: Vec<Permission>,
}

/// A permission with where it comes from.
#[derive(Clone, Debug, Deserialize)]
pub struct Permission {
    pub permission: String,
    pub from: Vec<Source>,
}

/// A role, and the team that gives it unless the person holds it themselves.
#[derive(Clone, Debug, Deserialize)]
pub struct Source {
    pub role: String,
    #[serde(default)]
    pub team: Option<String>,
}

/// A role or a team by its names, to choose or to show.
#[derive(Clone, Debug, Deserialize)]
pub struct Named {
    #[serde(default)]
    pub id: String,
    pub slug: String,
    #[serde(default)]
    pub display_name: String,
}

/// The teams of a person, as the API gives them.
#[derive(Clone, Debug, Deserialize)]
pub struct Belongs {
    pub teams: Vec<Named>,
}

/// Where a person is signed in, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct Session {
    pub id: String,
    pub address: String,
    pub user_agent: String,
    pub created_at: String,
    pub last_seen_at: String,
    pub expires_at: String,
}

/// A row of the list.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: String,
    pub href: String,
    pub email: String,
    pub name: String,
    pub tone: &'static str,
    pub status: String,
    pub last_sign_in: Option<Recent>,
}

/// The colour of a state.
pub fn tone(status: &str) -> &'static str {
    match status {
        "active" => "good",
        "suspended" => "warning",
        "deleted" => "bad",
        _ => "",
    }
}

impl User {
    /// As a row.
    pub fn row(self, href: String, words: Words, now: Timestamp) -> Row {
        Row {
            id: self.id,
            href,
            tone: tone(&self.status),
            status: words.t(&format!("user-status-{}", self.status)),
            last_sign_in: self.last_sign_in_at.map(|at| recent(&at, words, now)),
            email: self.email,
            name: self.display_name,
        }
    }
}
