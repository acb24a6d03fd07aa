//! API keys as their pages show them.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::clock::Timestamp;
use crate::language::Words;
use crate::viewer::chart::{self, Activity, Chart, Hour};
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
    pub status_reason: Option<String>,
    #[serde(default)]
    pub health: Option<Vec<String>>,
    #[serde(default)]
    pub usage: Option<Activity>,
    #[serde(default)]
    pub expires_at: Option<String>,
    #[serde(default)]
    pub previous_secret_ends_at: Option<String>,
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

/// The newest uses of a key, as the API gives them.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Uses {
    pub items: Vec<KeyUse>,
}

/// A use of a key, and those of the same minute that are like it.
#[derive(Clone, Debug, Deserialize)]
pub struct KeyUse {
    pub at: String,
    pub address: String,
    pub user_agent: String,
    pub outcome: String,
    pub door: String,
    pub requests: i64,
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

/// How a key stands: a colour, a word, and what to do about it.
#[derive(Clone, Debug)]
pub struct Health {
    pub tone: &'static str,
    pub text: String,
    /// Empty when nothing is to be done.
    pub advice: String,
}

/// Everything that can be said of a key, the worst first, as the list explains it.
pub const HEALTH: &[&str] = &[
    "exposed",
    "spike",
    "new-network",
    "rate-limited",
    "expires-soon",
    "unused-90-days",
    "operational",
    "disabled",
    "expired",
    "revoked",
];
/// What of it the list can be filtered by: what an index knows.
pub const HEALTH_FILTERS: &[&str] = &["expires-soon", "unused-90-days"];

impl Health {
    /// One of [`HEALTH`]; a word that this program does not know yet is shown as it is.
    pub fn of(id: &str, words: Words) -> Self {
        let (text, advice) = (format!("key-health-{id}"), format!("key-health-{id}-advice"));
        Self {
            tone: match id {
                "operational" => "good",
                "exposed" | "spike" | "expired" | "revoked" => "bad",
                _ => "warning",
            },
            text: if words.knows(&text) { words.t(&text) } else { id.to_owned() },
            advice: if words.knows(&advice) { words.t(&advice) } else { String::new() },
        }
    }

    /// What is to be said of a key in this state, the worst first: what the API says of one that works, and else why it
    /// does not work.
    pub fn all((status, reason): (&str, Option<&str>), health: Option<&[String]>, words: Words) -> Vec<Self> {
        if status == "active" {
            let said = health.unwrap_or_default().iter();
            let all: Vec<Self> = said.map(|word| Self::of(&word.replace('_', "-"), words)).collect();
            return if all.is_empty() { vec![Self::of("operational", words)] } else { all };
        }
        let mut one = Self::of(status, words);
        let why = reason.map(|reason| format!("key-why-{}", reason.replace('_', "-")));
        if let Some(why) = why.filter(|id| words.knows(id)) {
            one.advice = format!("{} {}", words.t(&why), one.advice).trim().to_owned();
        }
        vec![one]
    }
}

impl ApiKey {
    /// How it stands, the worst first.
    pub fn health(&self, words: Words) -> Vec<Health> {
        Health::all((&self.status, self.status_reason.as_deref()), self.health.as_deref(), words)
    }

    /// Whether it can still be changed.
    pub fn is_living(&self) -> bool {
        self.status != "revoked"
    }
}

/// A row of the list.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: String,
    pub href: String,
    pub title: String,
    pub secret: String,
    pub owner: String,
    pub health: Health,
    /// What else is to be said.
    pub more: Vec<Health>,
    pub activity: Chart,
    pub last_used: Option<(Recent, String, String)>,
    pub expires: Option<Recent>,
}

impl ApiKey {
    /// As a row.
    pub fn row(&self, href: String, words: Words, now: Timestamp) -> Row {
        let used =
            |used: &LastUse| (recent(&used.at, words, now), used.address.clone(), used.user_agent.clone());
        let mut more = self.health(words);
        let health = if more.is_empty() { Health::of("operational", words) } else { more.remove(0) };
        Row {
            id: self.id.clone(),
            href,
            title: self.name.clone(),
            secret: format!("{}…{}", self.prefix, self.hint),
            owner: self.owner.shown(),
            health,
            more,
            activity: chart::of_activity(words, &self.usage.clone().unwrap_or_default()),
            last_used: self.last_used.as_ref().map(used),
            expires: self.expires_at.as_deref().map(|at| recent(at, words, now)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn key(more: &str) -> ApiKey {
        let base = r#"{"id":"1","owner":{"kind":"user","id":"2"},"name":"n","prefix":"gk_","hint":"abcd","created_at":"2026-05-01T00:00:00Z""#;
        serde_json::from_str(&format!("{base}{more}}}")).unwrap()
    }

    #[test]
    fn a_key_stands_as_the_api_says_and_what_does_not_work_says_why() {
        let words = Words(Language::English);
        let said = |more: &str| {
            let all = key(more).health(words);
            (all[0].text.clone(), all[0].tone, all.len())
        };
        assert_eq!(said(r#","status":"active""#), ("Operational".into(), "good", 1));
        let both = r#","status":"active","health":["spike","expires_soon"]"#;
        assert_eq!(said(both), ("Sudden growth".into(), "bad", 2));
        assert_eq!(said(r#","status":"active","health":["levitating"]"#).0, "levitating");
        let ended = key(r#","status":"disabled","status_reason":"spike""#).health(words);
        assert_eq!(ended[0].text, "Disabled");
        assert!(ended[0].advice.contains("suddenly"), "{}", ended[0].advice);
    }

    #[test]
    fn every_state_has_words_and_all_but_the_good_one_say_what_to_do() {
        let words = Words(Language::English);
        for id in HEALTH {
            let health = Health::of(id, words);
            assert_ne!(health.text, *id);
            assert!(!health.advice.is_empty(), "{id}");
        }
        assert!(HEALTH_FILTERS.iter().all(|id| HEALTH.contains(id)));
    }
}
