//! What is done to a webhook.

pub mod pages;
