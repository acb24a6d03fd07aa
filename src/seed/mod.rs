//! The seed file: organisations, roles, teams, people, service accounts, APIs, applications and webhooks as a TOML file says they
//! should be (`gridkey config plan`, `apply` and `export`, `gridkey dev --seed FILE`).
//!
//! Owns the file's form, the check of the whole of it, bringing the database to what it says (in one transaction, the
//! same again when applied again, deleting only when told to), and writing a file that says what is there. The records
//! keep the rules of their nouns. Whoever applies a file and is not the operator is held to what they may do. Never shows a secret: not in an error, not in a report, not in the audit log, not in
//! `Debug`; a file that is written has digests and hashes.

mod apply;
mod author;
mod client;
mod describe;
mod entry;
mod error;
mod export;
mod file;
mod key_settings;
mod members;
mod person;
mod places;
mod report;
mod resource_server;
mod role;
mod service_account;
mod store;
mod team;
mod tenant;
#[cfg(test)]
mod tests;
mod webhook;

pub use apply::{ApplyError, Ground, Mode, apply, apply_by};
pub use author::{Author, Bounds, EVERYTHING};
pub use error::{Place, SeedError, SeedErrors};
pub use export::{Hashes, export};
pub use file::{Rules, SeedFile};
pub use report::{Action, Change, ObjectKind, Report};
