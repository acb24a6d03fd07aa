//! `[edge]`

use std::time::Duration;

use crate::config::reader::Reader;
use crate::config::sections::limits;
use crate::config::settings::section;
use crate::config::values::{ByteSize, HostNames, choices};
use crate::text::text_enum;

text_enum! {
    /// Whether clients sign the query of their requests.
    pub enum SignatureQueryMode {
        /// They do.
        Include = "include",
        /// They do not.
        Exclude = "exclude",
        /// Some do.
        Either = "either",
    }
}

text_enum! {
    /// Which signed requests are good only once.
    pub enum SignatureReplayPolicy {
        /// None but those with a nonce.
        Off = "off",
        /// Those that change something.
        Unsafe = "unsafe",
        /// All.
        All = "all",
    }
}
text_enum! {
    /// By what nodes tell each other at once that something ended.
    pub enum RevocationsThrough {
        /// PostgreSQL does.
        Database = "database",
        /// Redis does.
        Redis = "redis",
    }
}
choices!(SignatureQueryMode: Text, SignatureReplayPolicy: Text, RevocationsThrough: Text);

section! {
    /// How requests of clients are judged for the APIs behind this server.
    pub struct Edge in "edge" {
        /// What the three headers of requests that are signed by `grid-v1` begin with: letters, digits and dashes, in
        /// any case.
        signature_header_prefix: String = Default("x-thegrid-"),
        /// Whether clients sign the query by `grid-v1`. With `exclude` and `either` anybody on the way may have changed
        /// it. An organisation can decide otherwise for itself (`signatures.query` in its settings).
        signature_query: SignatureQueryMode = Default("include"),
        /// How far the time of a signature may lie before or after the server's, in whole seconds.
        signature_window: Duration = Default("30s") within("5s", "5m"),
        /// Which signed requests are good only once. A nonce is, under every policy. An organisation can decide otherwise
        /// for itself (`signatures.replay` in its settings).
        signature_replay: SignatureReplayPolicy = Default("unsafe"),
        /// The hosts under which clients reach the APIs behind this server, with a port where it is not the usual one:
        /// what requests that are signed by `rfc9421-v1` may be made to. Empty stands for the host of
        /// `server.public_url`.
        signature_authorities: HostNames = Default(""),
        /// Whether bodies other than JSON can be signed by `grid-v1`. The end of a path can then be moved into the body,
        /// so this is safe only where every path that exists is known exactly.
        signature_any_body: bool = Default("false"),
        /// By what nodes tell each other that a key or its owner ended, beside reading it several times a second:
        /// `database` is PostgreSQL's `LISTEN` and `NOTIFY`; `redis` is the Redis of `limits.redis_url`, for databases
        /// that are reached through a pooler which shares connections between transactions. A node that for
        /// 0.8 seconds hears nothing from the database, or from Redis where it is used, looks every key up.
        revocations_through: RevocationsThrough = Default("database"),
        /// How much is remembered of keys and of those behind them, so that a request costs no look into the database. What
        /// is in use at once should fit: 1 MiB holds some 400 keys.
        memory: ByteSize = Default("6MiB") within("1MiB", "4GiB"),
    }
}

impl Draft {
    /// What cannot be the beginning of a header's name, a window that is no whole number of seconds, and a Redis that
    /// nobody named.
    pub fn check(&self, limits: &limits::Draft, reader: &mut Reader<'_>) {
        let has_redis = limits.redis_url.get().is_none_or(|url| !url.expose().is_empty());
        if self.revocations_through.get() == Some(&RevocationsThrough::Redis) && !has_redis {
            reader.refuse(&self.revocations_through, "\"redis\" needs limits.redis_url");
        }
        if let Some(prefix) = self.signature_header_prefix.get() {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            if !(1..=64).contains(&prefix.len()) || !prefix.bytes().all(allowed) {
                reader.refuse(&self.signature_header_prefix, "expected 1 to 64 letters, digits and dashes");
            }
        }
        if self.signature_window.get().is_some_and(|window| window.subsec_nanos() != 0) {
            reader.refuse(&self.signature_window, "expected whole seconds");
        }
    }
}
