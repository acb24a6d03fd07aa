//! What was told to a webhook.

pub mod pages;
