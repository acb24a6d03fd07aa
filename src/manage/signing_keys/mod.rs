//! `/v1/signing-keys`: public keys that requests are signed with, one's own and for administrators those of everybody.
//!
//! Owns who may do what with such a key; the rules that it shares with API keys stand with those. Never sees a private
//! key, and never decides whether a request counts as signed.

pub mod check;
pub mod endpoints;
mod listing;
mod making;
mod reach;
mod rules;
pub mod state;
mod view;
mod writing;

pub use view::{GridRegistration, NewSigningKey, SigningKeyPatch, SigningKeyView};
