//! `[sessions]`

use std::time::Duration;

use crate::config::reader::Reader;
use crate::config::settings::section;

section! {
    /// How long a browser stays signed in.
    pub struct Sessions in "sessions" {
        /// A session that is not used for this long ends: no longer than `absolute_lifetime`.
        idle_lifetime: Duration = Default("24h") within("1s", "365d"),
        /// A session ends this long after sign-in, however much it is used.
        absolute_lifetime: Duration = Default("30d") within("1s", "365d"),
    }
}

impl Draft {
    /// Idleness cannot outlast the session.
    pub fn check(&self, reader: &mut Reader<'_>) {
        reader.at_most(&self.idle_lifetime, &self.absolute_lifetime);
    }
}
