//! What is told to one webhook about one event.

pub mod store;

use super::WebhookId;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::tenants::TenantId;
use crate::text::text_enum;

/// The identifier of a [`Delivery`].
pub type DeliveryId = Id<Delivery>;

text_enum! {
    /// What became of a delivery.
    pub enum DeliveryStatus {
        /// It is tried, or tried again.
        Pending = "pending",
        /// It was taken.
        Delivered = "delivered",
        /// It was given up.
        Failed = "failed",
    }
}

/// One event on its way to one webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Identifier.
    pub id: DeliveryId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// Where it goes.
    pub webhook_id: WebhookId,
    /// What happened; the same each time that it is told.
    pub event_id: uuid::Uuid,
    /// What kind of event it is.
    pub event_type: String,
    /// What is sent, to the byte.
    pub body: String,
    /// What became of it.
    pub status: DeliveryStatus,
    /// How often it was tried.
    pub attempts: i64,
    /// How often it had been tried when somebody last asked for it again.
    pub attempts_before: i64,
    /// When it is tried next, or until when whoever tries it has it to itself.
    pub due_at: Option<Timestamp>,
    /// When it was last tried.
    pub attempted_at: Option<Timestamp>,
    /// The last answer's status.
    pub answer_status: Option<i64>,
    /// How the last answer began.
    pub answer_body: String,
    /// Why the last attempt was not taken: one stable word.
    pub error: String,
    /// How long the last attempt took.
    pub duration_ms: Option<i64>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What came of one attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempt {
    /// The answer's status.
    pub answer_status: Option<u16>,
    /// How the answer began.
    pub answer_body: String,
    /// Why it was not taken; nothing when it was.
    pub error: String,
    /// How long it took.
    pub duration_ms: i64,
}

impl Delivery {
    /// A new one, that is due at once.
    pub fn new(
        id: DeliveryId,
        (tenant_id, webhook_id): (TenantId, WebhookId),
        (event_id, event_type): (uuid::Uuid, String),
        body: String,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            tenant_id,
            webhook_id,
            event_id,
            event_type,
            body,
            status: DeliveryStatus::Pending,
            attempts: 0,
            attempts_before: 0,
            due_at: Some(now),
            attempted_at: None,
            answer_status: None,
            answer_body: String::new(),
            error: String::new(),
            duration_ms: None,
            created_at: now,
        }
    }

    /// How often it was tried since somebody last asked for it.
    pub fn tries(&self) -> i64 {
        self.attempts - self.attempts_before
    }
}
