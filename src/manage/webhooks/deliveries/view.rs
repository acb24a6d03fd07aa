//! The bodies of deliveries.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::webhooks::Delivery;

/// One event that is told to one webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryView {
    /// Identifier.
    pub id: Uuid,
    /// Where it goes.
    pub webhook_id: Uuid,
    /// What happened: the same identifier each time that it is told, and in the audit log.
    pub event_id: Uuid,
    /// What kind of event it is.
    #[schema(example = "user.created")]
    pub event_type: String,
    /// `pending`, `delivered` or `failed`.
    #[schema(example = "delivered")]
    pub status: &'static str,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next; absent when it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub next_attempt_at: Option<String>,
    /// When it was last tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub attempted_at: Option<String>,
    /// The status of the last answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_status: Option<i64>,
    /// Why the last attempt was not taken: `timeout`, `connection_failed`, `address_not_allowed`, `redirect`,
    /// `unexpected_status`, `secret_unreadable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Milliseconds that the last attempt took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
}

impl DeliveryView {
    /// A delivery without what was sent and answered.
    pub fn new(delivery: &Delivery) -> Self {
        Self {
            id: delivery.id.uuid(),
            webhook_id: delivery.webhook_id.uuid(),
            event_id: delivery.event_id,
            event_type: delivery.event_type.clone(),
            status: delivery.status.as_str(),
            attempts: delivery.attempts,
            next_attempt_at: delivery.due_at.map(Timestamp::to_rfc3339),
            attempted_at: delivery.attempted_at.map(Timestamp::to_rfc3339),
            answer_status: delivery.answer_status,
            error: (!delivery.error.is_empty()).then(|| delivery.error.clone()),
            duration_ms: delivery.duration_ms,
            created_at: delivery.created_at.to_rfc3339(),
        }
    }
}

/// A delivery with what was sent and answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct FullDeliveryView {
    /// The delivery.
    #[serde(flatten)]
    pub delivery: DeliveryView,
    /// What is sent, to the byte.
    pub body: String,
    /// How the last answer began: 1 KiB of it at most.
    pub answer_body: String,
}

impl FullDeliveryView {
    /// All of a delivery.
    pub fn new(delivery: &Delivery) -> Self {
        Self {
            delivery: DeliveryView::new(delivery),
            body: delivery.body.clone(),
            answer_body: delivery.answer_body.clone(),
        }
    }
}
