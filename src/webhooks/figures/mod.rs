//! How many webhooks are not taken.

pub mod store;
