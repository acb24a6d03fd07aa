//! Signing keys as their pages show them.

use serde::Deserialize;

use crate::clock::Timestamp;
use crate::console::api_keys::view::{Health, LastUse, Owner};
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
    pub status_reason: Option<String>,
    #[serde(default)]
    pub health: Option<Vec<String>>,
    #[serde(default)]
    pub expires_at: Option<String>,
    pub created_at: String,
    #[serde(default)]
    pub last_used: Option<LastUse>,
}

/// A row of the list.
#[derive(Clone, Debug)]
pub struct Row {
    pub href: String,
    pub title: String,
    pub fingerprint: String,
    pub owner: String,
    pub states: Vec<Health>,
    pub last_used: Option<(Recent, String)>,
}

impl SigningKey {
    /// How it stands, the worst first.
    pub fn health(&self, words: Words) -> Vec<Health> {
        Health::all((&self.status, self.status_reason.as_deref()), self.health.as_deref(), words)
    }

    /// As a row.
    pub fn row(&self, href: String, words: Words, now: Timestamp) -> Row {
        let used = |used: &LastUse| (recent(&used.at, words, now), used.address.clone());
        Row {
            href,
            title: self.name.clone(),
            fingerprint: self.fingerprint.clone(),
            owner: self.owner.shown(),
            states: self.health(words),
            last_used: self.last_used.as_ref().map(used),
        }
    }
}

/// What the API found of a signature.
#[derive(Clone, Debug, Deserialize)]
pub struct Verdict {
    pub valid: bool,
    pub signature_fits: bool,
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub detail: Option<String>,
    #[serde(default)]
    pub scheme: Option<String>,
    #[serde(default)]
    pub created_at: Option<String>,
    pub server_time: String,
    pub expected: Vec<Expected>,
}

/// A text that should have been signed.
#[derive(Clone, Debug, Deserialize)]
pub struct Expected {
    pub query: String,
    pub bytes: u64,
    pub text: String,
    pub base64: String,
}

impl Verdict {
    /// The colour, and the message that says it in short.
    pub const fn said(&self) -> (&'static str, &'static str) {
        match (self.valid, self.signature_fits) {
            (true, _) => ("good", "signature-valid"),
            (false, true) => ("warning", "signature-fits"),
            (false, false) => ("bad", "signature-wrong"),
        }
    }
}
