//! What is remembered of the use of keys: how often, when last, and from where.

pub(super) mod store;

/// How many networks of one key are remembered: the newest of them.
pub const MOST_NETWORKS: i64 = 64;
