//! The instance, for those who may see all of it: its organisations, the keys that sign tokens, and how the server is.

pub mod health;
pub mod tenants;
pub mod token_keys;
mod view;
