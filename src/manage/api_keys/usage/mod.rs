//! `/v1/api-keys/{id}/usage`: how often and from where a key was used.

pub mod endpoints;
mod view;

pub use view::{HourView, NetworkView, UsageRow, UsageView};
