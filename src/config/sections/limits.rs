//! `[limits]`

use crate::config::reader::Reader;
use crate::config::settings::section;
use crate::secret::Secret;

section! {
    /// How often may be asked, beside the limits that organisations and their keys have themselves.
    pub struct Limits in "limits" {
        /// A Redis that all nodes count in: `redis://USER:PASSWORD@HOST:PORT/DATABASE`, or `unix:///PATH`. Empty: each node
        /// counts by itself. While Redis is away, each node counts by itself too. It counts as a secret because of the
        /// password.
        redis_url: Secret = Default(""),
        /// Requests in a minute from one address (IPv6: one /64) whose credential is missing or refused, before the
        /// next ones are told to wait.
        unauthenticated_per_minute: u32 = Default("120") within("1", "1000000"),
    }
}

impl Draft {
    /// The URL names a Redis that this program can speak to.
    pub fn check(&self, reader: &mut Reader<'_>) {
        let url = self.redis_url.get().map(Secret::expose);
        if url.is_some_and(|url| !url.is_empty() && !is_redis(url)) {
            reader
                .refuse(&self.redis_url, "expected redis://USER:PASSWORD@HOST:PORT/DATABASE or unix:///PATH");
        }
    }
}

fn is_redis(url: &str) -> bool {
    ["redis://", "unix://"].iter().any(|scheme| url.starts_with(scheme)) && redis::Client::open(url).is_ok()
}
