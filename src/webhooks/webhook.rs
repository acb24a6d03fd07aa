//! What a webhook is.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::id::Id;
use crate::tenants::TenantId;
use crate::text::text_enum;

/// The identifier of a [`Webhook`].
pub type WebhookId = Id<Webhook>;

/// Why a webhook is paused that failed for a long time.
pub const FAILING: &str = "failing";
/// Why a webhook is paused that answered 410.
pub const GONE: &str = "gone";
/// How long a webhook may fail before it is paused.
pub const FAILING_FOR: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// Webhooks of one organisation at most.
pub const MOST_WEBHOOKS: i64 = 50;
/// Patterns of one webhook at most.
pub const MOST_PATTERNS: usize = 50;

text_enum! {
    /// Whether events are told.
    pub enum WebhookStatus {
        /// They are.
        Active = "active",
        /// They are not; what happens meanwhile is left out.
        Paused = "paused",
    }
}

text_enum! {
    /// Whether what is told is taken.
    pub enum WebhookHealth {
        /// As far as anybody knows.
        Operational = "operational",
        /// The last attempts were not taken, or the webhook was paused for it.
        Failing = "failing",
    }
}

/// An address to which events are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Identifier.
    pub id: WebhookId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// Where it is.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// Which events are told: [`Pattern`](super::Pattern)s.
    pub events: Vec<String>,
    /// Whether they are.
    pub status: WebhookStatus,
    /// Why it is paused, when nobody paused it.
    pub status_reason: String,
    /// What signs, sealed.
    pub sealed_secret: Vec<u8>,
    /// What signed before, and until when it still does.
    pub previous: Option<(Vec<u8>, Timestamp)>,
    /// The number in the audit log up to which events were told.
    pub position: i64,
    /// Attempts that were taken.
    pub successes: i64,
    /// Attempts that were not.
    pub failures: i64,
    /// Since when none was taken.
    pub failing_since: Option<Timestamp>,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was last changed. Being called is no change.
    pub updated_at: Timestamp,
}

impl Webhook {
    /// What lies sealed beside what signs, while it still signs too.
    pub fn previous_sealed(&self, now: Timestamp) -> Option<&[u8]> {
        self.previous.as_ref().filter(|(_, ends)| *ends > now).map(|(sealed, _)| sealed.as_slice())
    }

    /// Whether it has failed for so long that it is paused.
    pub fn has_failed_for_long(&self, now: Timestamp) -> bool {
        self.failing_since.is_some_and(|since| now.since(since) >= FAILING_FOR)
    }
}
