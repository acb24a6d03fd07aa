//! `/v1/recycle-bin`: what was deleted and can come back, for seven days, and its end.

pub mod endpoints;
mod entry;
mod purge;

use std::time::Duration;

pub use entry::{BinEntry, BinKind, Place, list};
pub use purge::{purge, purge_old};

/// How long something stays.
pub const KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);
