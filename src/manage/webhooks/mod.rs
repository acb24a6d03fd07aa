//! Webhooks: addresses that are told what happens in an organisation, and what was told to them.

pub mod deeds;
pub mod deliveries;
pub mod endpoints;
pub mod events;
mod rules;
mod view;
mod writing;

pub use view::{NewWebhook, SecretRotation, WebhookPatch, WebhookView};
