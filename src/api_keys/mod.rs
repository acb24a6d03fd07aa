//! API keys: what programs send as it is. Owns what a key looks like, its life and its table.
//!
//! Only a digest of a key is ever stored. A key keeps its identifier when its secret is replaced. Never decides about a
//! request: that is the verdict's, which asks a key whether it works right now.

mod api_key;
pub mod figures;
mod format;
mod rotation;
mod session;
pub mod store;

/// Why a key does not work whose owner is gone.
pub const OWNER_DELETED: &str = "owner_deleted";

#[cfg(test)]
pub(crate) use api_key::sample;
pub use api_key::{ApiKey, ApiKeyId, SecretAge};
pub use format::{
    InvalidPrefix, KeyPrefix, PresentedKey, generate, generate_with, imported_hint, key_prefix,
};
pub use rotation::{GRACE, LONGEST_GRACE, Rotated};
pub use session::{KeySession, KeySessionId};
