//! Webhooks as their pages show them.

use serde::Deserialize;
use serde_json::Value;

use crate::clock::Timestamp;
use crate::language::Words;
use crate::viewer::{Form, Recent, recent};

/// A webhook, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct Webhook {
    pub id: String,
    pub url: String,
    pub description: String,
    pub events: Vec<String>,
    pub status: String,
    #[serde(default)]
    pub status_reason: Option<String>,
    pub successes: i64,
    pub failures: i64,
    #[serde(default)]
    pub failing_since: Option<String>,
    #[serde(default)]
    pub previous_secret_ends_at: Option<String>,
    #[serde(default)]
    pub secret: Option<String>,
    pub created_at: String,
}

impl Webhook {
    /// The colour of its state.
    pub fn tone(&self) -> &'static str {
        match (self.status.as_str(), &self.failing_since) {
            ("active", None) => "good",
            ("active", Some(_)) => "warning",
            _ if self.status_reason.is_some() => "bad",
            _ => "neutral",
        }
    }

    /// Its state in words: what is active and not taken fails.
    pub fn state(&self, words: Words) -> String {
        match (self.status.as_str(), &self.failing_since) {
            ("active", Some(_)) => words.t("webhook-health-failing"),
            (status, _) => words.t(&format!("webhook-status-{status}")),
        }
    }

    /// Why it is paused, when nobody paused it.
    pub fn reason(&self, words: Words) -> Option<String> {
        self.status_reason.as_ref().map(|reason| words.t(&format!("webhook-reason-{reason}")))
    }

    /// How many attempts failed, of how many.
    pub fn rate(&self, words: Words) -> String {
        let all = self.successes + self.failures;
        if all == 0 {
            return words.t("webhook-rate-none");
        }
        words.t2("webhook-rate", "failures", self.failures, "all", all)
    }
}

/// A delivery, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct Delivery {
    pub id: String,
    pub event_id: String,
    pub event_type: String,
    pub status: String,
    pub attempts: i64,
    #[serde(default)]
    pub next_attempt_at: Option<String>,
    #[serde(default)]
    pub attempted_at: Option<String>,
    #[serde(default)]
    pub answer_status: Option<i64>,
    #[serde(default)]
    pub error: Option<String>,
    #[serde(default)]
    pub duration_ms: Option<i64>,
    pub created_at: String,
    #[serde(default)]
    pub body: String,
    #[serde(default)]
    pub answer_body: String,
}

impl Delivery {
    /// The colour of its state.
    pub fn tone(&self) -> &'static str {
        match self.status.as_str() {
            "delivered" => "good",
            "pending" => "warning",
            _ => "bad",
        }
    }

    /// Its state in words.
    pub fn state(&self, words: Words) -> String {
        words.t(&format!("delivery-status-{}", self.status))
    }

    /// What came of the last attempt, in words.
    pub fn outcome(&self, words: Words) -> String {
        match (&self.error, self.answer_status) {
            (Some(error), Some(status)) => {
                format!("{} ({status})", words.t(&format!("delivery-error-{}", error.replace('_', "-"))))
            }
            (Some(error), None) => words.t(&format!("delivery-error-{}", error.replace('_', "-"))),
            (None, Some(status)) => status.to_string(),
            (None, None) => String::new(),
        }
    }

    /// As a row.
    pub fn row(&self, href: String, words: Words, now: Timestamp) -> DeliveryRow {
        DeliveryRow {
            href,
            kind: self.event_type.clone(),
            tone: self.tone(),
            status: self.state(words),
            attempts: self.attempts,
            outcome: self.outcome(words),
            when: recent(&self.created_at, words, now),
        }
    }
}

/// A row of the list of deliveries.
#[derive(Clone, Debug)]
pub struct DeliveryRow {
    pub href: String,
    pub kind: String,
    pub tone: &'static str,
    pub status: String,
    pub attempts: i64,
    pub outcome: String,
    pub when: Recent,
}

/// The types of events, as the API gives them.
#[derive(Clone, Debug, Deserialize)]
pub struct Events {
    pub items: Vec<Event>,
}

/// One of them.
#[derive(Clone, Debug, Deserialize)]
pub struct Event {
    #[serde(rename = "type")]
    pub name: String,
    pub sample: Value,
}

impl Events {
    /// Their names.
    pub fn names(&self) -> Vec<String> {
        self.items.iter().map(|event| event.name.clone()).collect()
    }

    /// What a change of a person looks like.
    pub fn sample(&self) -> String {
        let found = self.items.iter().find(|event| event.name == "user.updated").or(self.items.first());
        found.and_then(|event| serde_json::to_string_pretty(&event.sample).ok()).unwrap_or_default()
    }
}

/// What somebody typed into the form.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub url: String,
    pub events: String,
    pub description: String,
}

impl From<&Form> for Typed {
    fn from(form: &Form) -> Self {
        Self {
            url: form.text("url"),
            events: form.lines("events").join("\n"),
            description: form.text("description"),
        }
    }
}

impl From<&Webhook> for Typed {
    fn from(webhook: &Webhook) -> Self {
        Self {
            url: webhook.url.clone(),
            events: webhook.events.join("\n"),
            description: webhook.description.clone(),
        }
    }
}
