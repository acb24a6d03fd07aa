//! `/v1/api-keys/{id}/uses`: the newest uses of a key, one by one.

pub mod endpoints;
mod view;

pub use view::{KeyUseView, KeyUsesView};
