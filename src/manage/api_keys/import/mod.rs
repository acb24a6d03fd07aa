//! `POST /v1/api-keys/import`: keys that exist already, by their digests.

pub mod endpoints;
mod view;

pub use view::{ImportedKey, ImportedKeys, KeyImport};
