//! The bodies of webhooks.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::manage::patch::not_null;
use crate::web::Problem;
use crate::webhooks::{GRACE, LONGEST_GRACE, Webhook};

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookView {
    /// Identifier.
    pub id: Uuid,
    /// Where it is.
    #[schema(example = "https://example.com/hooks")]
    pub url: String,
    /// What it is for.
    pub description: String,
    /// Which events are told: `*`, `user.*`, `user.created`.
    #[schema(example = json!(["user.*", "session.*"]))]
    pub events: Vec<String>,
    /// `active` or `paused`.
    #[schema(example = "active")]
    pub status: &'static str,
    /// Why it is paused, when nobody paused it: `failing` or `gone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_reason: Option<String>,
    /// Attempts that it took.
    pub successes: i64,
    /// Attempts that it did not take.
    pub failures: i64,
    /// Since when it took none; absent when it took the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub failing_since: Option<String>,
    /// Until when the secret before this one signs too.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub previous_secret_ends_at: Option<String>,
    /// What signs; only where it is new, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub secret: Option<String>,
    /// Who made it.
    #[schema(example = "user:0199b2c4-8d1e-7a3b-9c55-2f6b1d0e4a77")]
    pub created_by: String,
    /// When that was.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last changed; being called is no change.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl WebhookView {
    /// A webhook without its secret.
    pub fn new(webhook: &Webhook, now: Timestamp) -> Self {
        Self {
            id: webhook.id.uuid(),
            url: webhook.url.clone(),
            description: webhook.description.clone(),
            events: webhook.events.clone(),
            status: webhook.status.as_str(),
            status_reason: (!webhook.status_reason.is_empty()).then(|| webhook.status_reason.clone()),
            successes: webhook.successes,
            failures: webhook.failures,
            failing_since: webhook.failing_since.map(Timestamp::to_rfc3339),
            previous_secret_ends_at: webhook
                .previous
                .as_ref()
                .filter(|(_, ends)| *ends > now)
                .map(|(_, ends)| ends.to_rfc3339()),
            secret: None,
            created_by: webhook.created_by.clone(),
            created_at: webhook.created_at.to_rfc3339(),
            updated_at: webhook.updated_at.to_rfc3339(),
        }
    }
}

/// A new webhook.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// Where it is: https, and not in a private network.
    #[schema(example = "https://example.com/hooks")]
    pub url: String,
    /// Which events are told, 1 to 50: `*`, `user.*`, `user.created`.
    #[schema(example = json!(["user.*"]))]
    pub events: Vec<String>,
    /// What it is for.
    #[serde(default)]
    pub description: String,
}

/// A change to a webhook (RFC 7396).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WebhookPatch {
    /// Where it is.
    #[serde(deserialize_with = "not_null")]
    pub url: Option<String>,
    /// Which events are told.
    #[serde(deserialize_with = "not_null")]
    pub events: Option<Vec<String>>,
    /// What it is for.
    #[serde(deserialize_with = "not_null")]
    pub description: Option<String>,
    /// `active` or `paused`. What happens while it is paused is not told later.
    #[serde(deserialize_with = "not_null")]
    pub status: Option<String>,
}

/// How a secret is replaced.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SecretRotation {
    /// How many seconds the secret before still signs too: 0 to 604,800; 86,400 by default.
    #[serde(deserialize_with = "not_null")]
    #[schema(value_type = u64, example = 86400)]
    pub grace_seconds: Option<u64>,
}

impl SecretRotation {
    /// The time that is asked for.
    ///
    /// # Errors
    /// 422 when it is too long.
    pub fn grace(&self) -> Result<Duration, Problem> {
        let grace = self.grace_seconds.map_or(GRACE, Duration::from_secs);
        if grace <= LONGEST_GRACE {
            return Ok(grace);
        }
        let detail = "grace_seconds must be a number from 0 to 604800.";
        Err(Problem::invalid("invalid_grace", detail).field("grace_seconds"))
    }
}
