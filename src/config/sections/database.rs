//! `[database]`

use std::time::Duration;

use crate::config::reader::Reader;
use crate::config::settings::section;
use crate::config::values::choices;
use crate::secret::Secret;
use crate::text::text_enum;

/// Connections when none are configured: one node's reads rarely wait for more.
const AUTOMATIC_CONNECTIONS: u32 = 8;

text_enum! {
    /// What a commit to SQLite survives.
    pub enum Synchronous {
        /// A power cut.
        Full = "full",
        /// A crash of the program, but the last commits may be lost when the power fails.
        Normal = "normal",
    }
}
choices!(Synchronous: Text);

section! {
    /// Where the data lies.
    pub struct Database in "database" {
        /// `sqlite:PATH` for one node, or `postgres://USER:PASSWORD@HOST:PORT/NAME` for one or several. A relative
        /// path is relative to the working directory. It counts as a secret because of the password.
        url: Secret = Default("sqlite:gridkey.db"),
        /// Connections to PostgreSQL, or readers of SQLite; 0 means 8. All nodes together must stay below
        /// PostgreSQL's `max_connections`.
        connections: u32 = Default("0") within("0", "1000"),
        /// How long a request waits for a connection before it is answered with 503 and `Retry-After`.
        wait: Duration = Default("2s") within("10ms", "1m"),
        /// SQLite only. `full`: what was answered survives a power cut. `normal`: faster, and the last commits may be
        /// lost when the power fails, among them revocations.
        synchronous: Synchronous = Default("full"),
        /// PostgreSQL only: a statement that runs longer is ended.
        statement_timeout: Duration = Default("10s") within("100ms", "10m"),
        /// Whether `gridkey serve` brings the schema up to date before it listens. Switch it off where
        /// `gridkey migrate` runs as a step of its own.
        migrate_on_start: bool = Default("true"),
    }
}

impl Database {
    /// How many connections to open, with 0 resolved.
    pub const fn connection_count(&self) -> u32 {
        match self.connections {
            0 => AUTOMATIC_CONNECTIONS,
            some => some,
        }
    }
}

impl Draft {
    /// The scheme alone picks the engine, so it has to be one of those known.
    pub fn check(&self, reader: &mut Reader<'_>) {
        let Some(url) = self.url.get() else { return };
        let known = ["sqlite:", "postgres://", "postgresql://"];
        if !known.iter().any(|scheme| url.expose().strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
        {
            reader.refuse(&self.url, "expected sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/NAME");
        }
    }
}
