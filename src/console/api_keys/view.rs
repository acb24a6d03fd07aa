//! API keys as their pages show them.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::clock::Timestamp;
use crate::language::Words;
use crate::viewer::chart::Hour;
use crate::viewer::{Recent, recent};

/// An API key, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct ApiKey {
    pub id: String,
    pub owner: Owner,
    pub name: String,
    #[serde(default)]
    pub description: String,
    pub prefix: String,
    pub hint: String,
    #[serde(default)]
    pub level: Option<String>,
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    #[serde(default)]
    pub allowed_addresses: Vec<String>,
    #[serde(default)]
    pub rate_limit: Option<u32>,
    pub status: String,
    #[serde(default)]
    pub expires_at: Option<String>,
    #[serde(default)]
    pub previous_secret_ends_at: Option<String>,
    #[serde(default)]
    pub exposed_at: Option<String>,
    pub created_at: String,
    #[serde(default)]
    pub last_used: Option<LastUse>,
    #[serde(default)]
    pub permissions: Option<Vec<String>>,
}

/// To whom a key belongs.
#[derive(Clone, Debug, Deserialize)]
pub struct Owner {
    pub id: String,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub display_name: Option<String>,
}

/// The last use of a key.
#[derive(Clone, Debug, Deserialize)]
pub struct LastUse {
    pub at: String,
    #[serde(default)]
    pub address: String,
    #[serde(default)]
    pub user_agent: String,
    #[serde(default)]
    pub previous_secret_at: Option<String>,
}

/// How a key was used, as the API gives it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Usage {
    pub total: BTreeMap<String, i64>,
    pub hours: Vec<Hour>,
    pub networks: Vec<Network>,
}

/// A network that a key was used from.
#[derive(Clone, Debug, Deserialize)]
pub struct Network {
    pub network: String,
    pub first_seen_at: String,
}

impl Owner {
    /// A name for people.
    pub fn shown(&self) -> String {
        let given = self.display_name.as_ref().or(self.name.as_ref()).filter(|name| !name.is_empty());
        given.cloned().unwrap_or_else(|| self.id.clone())
    }
}

/// How a key stands: a colour and a word.
#[derive(Clone, Debug)]
pub struct Health {
    pub tone: &'static str,
    pub text: String,
    /// What to do about it; empty when nothing is.
    pub advice: String,
}

const SOON: i64 = 14 * 24 * 60 * 60;
const LONG: i64 = 90 * 24 * 60 * 60;

impl ApiKey {
    /// How it stands.
    pub fn health(&self, words: Words, now: Timestamp) -> Health {
        let (tone, id) = self.state(now);
        let advice = format!("key-health-{id}-advice");
        Health {
            tone,
            text: words.t(&format!("key-health-{id}")),
            advice: if words.knows(&advice) { words.t(&advice) } else { String::new() },
        }
    }

    /// The worst of it.
    fn state(&self, now: Timestamp) -> (&'static str, &'static str) {
        let since = |text: &str| Timestamp::parse_rfc3339(text).map(|at| now.seconds() - at.seconds());
        let ends_in = self.expires_at.as_deref().and_then(since).map(|seconds| -seconds);
        let last = self.last_used.as_ref().map_or(&self.created_at, |used| &used.at);
        match self.status.as_str() {
            "revoked" => ("bad", "revoked"),
            "expired" => ("bad", "expired"),
            "disabled" => ("warning", "disabled"),
            _ if self.exposed_at.is_some() => ("bad", "exposed"),
            _ if ends_in.is_some_and(|seconds| seconds < SOON) => ("warning", "expires-soon"),
            _ if since(last).is_some_and(|seconds| seconds > LONG) => ("warning", "unused"),
            _ => ("good", "operational"),
        }
    }

    /// Whether it can still be changed.
    pub fn is_living(&self) -> bool {
        self.status != "revoked"
    }
}

/// A row of the list.
#[derive(Clone, Debug)]
pub struct Row {
    pub href: String,
    pub title: String,
    pub secret: String,
    pub owner: String,
    pub health: Health,
    pub last_used: Option<(Recent, String)>,
    pub expires: Option<Recent>,
}

impl ApiKey {
    /// As a row.
    pub fn row(&self, href: String, words: Words, now: Timestamp) -> Row {
        let used = |used: &LastUse| (recent(&used.at, words, now), used.address.clone());
        Row {
            href,
            title: self.name.clone(),
            secret: format!("{}…{}", self.prefix, self.hint),
            owner: self.owner.shown(),
            health: self.health(words, now),
            last_used: self.last_used.as_ref().map(used),
            expires: self.expires_at.as_deref().map(|at| recent(at, words, now)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(more: &str) -> ApiKey {
        let base = r#"{"id":"1","owner":{"kind":"user","id":"2"},"name":"n","prefix":"gk_","hint":"abcd","created_at":"2026-05-01T00:00:00Z","status":"active""#;
        serde_json::from_str(&format!("{base}{more}}}")).unwrap()
    }

    #[test]
    fn the_worst_that_is_known_of_a_key_is_shown() {
        let now = Timestamp::parse_rfc3339("2026-05-02T00:00:00Z").unwrap();
        let later = Timestamp::parse_rfc3339("2026-09-02T00:00:00Z").unwrap();
        assert_eq!(key("").state(now).1, "operational");
        assert_eq!(key("").state(later).1, "unused");
        assert_eq!(key(r#","expires_at":"2026-05-10T00:00:00Z""#).state(now).1, "expires-soon");
        assert_eq!(
            key(r#","expires_at":"2026-05-10T00:00:00Z","exposed_at":"2026-05-01T00:00:00Z""#).state(now).1,
            "exposed"
        );
        assert_eq!(key(r#","last_used":{"at":"2026-09-01T00:00:00Z"}"#).state(later).1, "operational");
    }
}
