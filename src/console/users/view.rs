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

/// A row of the list.
#[derive(Clone, Debug)]
pub struct Row {
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
            href,
            tone: tone(&self.status),
            status: words.t(&format!("user-status-{}", self.status)),
            last_sign_in: self.last_sign_in_at.map(|at| recent(&at, words, now)),
            email: self.email,
            name: self.display_name,
        }
    }
}
