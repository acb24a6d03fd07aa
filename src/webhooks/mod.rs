//! Webhooks: addresses to which an organisation has told what happens in it. Owns what is told ([`EventName`], [`body`]),
//! how it is signed, where it may go ([`Wall`]), when it is tried again, and both tables.
//!
//! What is told comes from the audit log: a job follows the numbers that sealing gives to its rows, so that no writer
//! waits for a webhook, and nothing that was committed is left out. Never sends anything itself.

pub mod deliveries;
mod event_name;
mod payload;
mod retry;
mod signature;
pub mod store;
mod wall;
mod webhook;

pub use deliveries::{Attempt, Delivery, DeliveryId, DeliveryStatus};
pub use event_name::{EVENTS, EventName, Pattern, names};
pub use payload::{body, sample, test_body};
pub use retry::{LEASE, MOST_ATTEMPTS, delay};
pub use signature::{GRACE, LONGEST_GRACE, Sealing, WebhookSecret, headers};
pub use wall::{Forbidden, Wall};
pub use webhook::{
    FAILING, FAILING_FOR, GONE, MOST_PATTERNS, MOST_WEBHOOKS, Webhook, WebhookHealth, WebhookId,
    WebhookStatus,
};
