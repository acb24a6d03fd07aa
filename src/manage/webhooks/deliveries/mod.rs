//! What was told to a webhook, and what it answered.

pub mod endpoints;
mod view;

pub use view::{DeliveryView, FullDeliveryView};
