//! `[audit]`

use std::time::Duration;

use crate::config::settings::section;

section! {
    /// The audit log.
    pub struct Audit in "audit" {
        /// How long what happened is kept. An organisation can keep its own log for a shorter time
        /// (`audit_retention_days` in its settings), never for a longer one.
        retention: Duration = Default("400d") within("1d", "3660d"),
    }
}
