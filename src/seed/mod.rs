//! The seed file: organisations, roles, people and applications as a TOML file says they should be
//! (`gridkey config apply FILE`, `gridkey dev --seed FILE`).
//!
//! Owns the file's form, the check of the whole of it, and bringing the database to what it says: in one transaction,
//! the same again when applied again, and never deleting. The records keep the rules of their nouns. Never shows a
//! secret: not in an error, not in a report, not in `Debug`.

mod apply;
mod client;
mod entry;
mod error;
mod file;
mod person;
mod report;
mod role;
mod tenant;
#[cfg(test)]
mod tests;

pub use apply::{ApplyError, apply};
pub use error::{Place, SeedError, SeedErrors};
pub use file::{Rules, SeedFile};
pub use report::{Action, Change, ObjectKind, Report};
