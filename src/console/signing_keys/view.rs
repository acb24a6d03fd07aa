//! Signing keys as their pages show them.

use serde::Deserialize;

use crate::clock::Timestamp;
use crate::language::Words;
use crate::viewer::{Recent, recent};

/// A signing key, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct SigningKey {
    pub id: String,
    pub owner: Owner,
    pub name: String,
    pub algorithm: String,
    pub public_key: String,
    pub fingerprint: String,
    #[serde(default)]
    pub level: Option<String>,
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    pub status: String,
    #[serde(default)]
    pub expires_at: Option<String>,
    pub created_at: String,
    #[serde(default)]
    pub last_used: Option<LastUse>,
}

/// To whom a key belongs.
#[derive(Clone, Debug, Deserialize)]
pub struct Owner {
    pub id: String,
    #[serde(default)]
    pub display_name: Option<String>,
}

/// The last use of a key.
#[derive(Clone, Debug, Deserialize)]
pub struct LastUse {
    pub at: String,
    #[serde(default)]
    pub address: String,
}

/// A row of the list.
#[derive(Clone, Debug)]
pub struct Row {
    pub href: String,
    pub title: String,
    pub fingerprint: String,
    pub owner: String,
    pub tone: &'static str,
    pub status: String,
    pub last_used: Option<(Recent, String)>,
}

impl Owner {
    /// A name for people.
    pub fn shown(&self) -> String {
        self.display_name.clone().unwrap_or_else(|| self.id.clone())
    }
}

impl SigningKey {
    /// The colour of its state.
    pub fn tone(&self) -> &'static str {
        match self.status.as_str() {
            "active" => "good",
            "disabled" => "warning",
            _ => "bad",
        }
    }

    /// Its state in words.
    pub fn state(&self, words: Words) -> String {
        words.t(&format!("key-status-{}", self.status))
    }

    /// As a row.
    pub fn row(&self, href: String, words: Words, now: Timestamp) -> Row {
        let used = |used: &LastUse| (recent(&used.at, words, now), used.address.clone());
        Row {
            href,
            title: self.name.clone(),
            fingerprint: self.fingerprint.clone(),
            owner: self.owner.shown(),
            tone: self.tone(),
            status: self.state(words),
            last_used: self.last_used.as_ref().map(used),
        }
    }
}
