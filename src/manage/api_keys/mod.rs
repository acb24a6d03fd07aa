//! `/v1/api-keys`: one's own keys, and for administrators those of everybody.
//!
//! Owns who may do what with a key, and the mails about keys. Never decides whether a key that is sent is taken.

pub mod bulk;
pub mod endpoints;
pub mod export;
pub mod import;
pub(in crate::manage) mod known;
mod letters;
pub(in crate::manage) mod listing;
pub(in crate::manage) mod making;
pub mod notices;
pub(in crate::manage) mod reach;
pub(in crate::manage) mod rules;
pub mod state;
pub mod usage;
pub mod uses;
pub(in crate::manage) mod view;
pub(in crate::manage) mod writing;

pub use letters::{News, tell};
pub use view::{ActivityView, ApiKeyPatch, ApiKeyView, LastUseView, NewApiKey, NewApiKeyView, OwnerView};
