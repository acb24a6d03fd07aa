//! The memory of who guessed too often.
//!
//! Failures are counted in the database, for every node together. A success must not touch the database, and still must
//! not come through while its source is blocked: otherwise the right guess would be told from the wrong ones. So each
//! node remembers the blocks that it has run into.

use std::net::IpAddr;
use std::time::Duration;

use crate::cache::Cache;
use crate::clock::Timestamp;
use crate::limits::Bucket;
use crate::secret::{HmacKey, MasterKey};

/// How long a block is remembered before the database is asked again, by one more attempt: what an administrator lifts
/// is lifted here within this time.
const RECALL: Duration = Duration::from_secs(60);
/// How many blocks are remembered. One that falls out costs its source one attempt to be remembered again.
const ENTRIES: u64 = 10_000;

/// Who may not try a client secret at present. One for the whole process.
pub struct Guard {
    key: HmacKey,
    blocked: Cache<Bucket, Timestamp>,
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Guard(..)")
    }
}

impl Guard {
    /// Remembers nobody yet.
    pub fn new(master: &MasterKey) -> Self {
        Self { key: master.derive_hmac("throttle"), blocked: Cache::of_entries(ENTRIES, RECALL) }
    }

    /// What is counted: one client at one address. Clients that do not exist count as one at each address, so that
    /// invented names fill no table.
    pub fn bucket(&self, known: Option<&str>, address: IpAddr) -> Bucket {
        Bucket::client(&self.key, known.unwrap_or_default(), address)
    }

    /// When the next attempt may be made, if none may be made at `now`.
    pub fn blocked_until(&self, bucket: Bucket, now: Timestamp) -> Option<Timestamp> {
        self.blocked.get(&bucket).filter(|until| *until > now)
    }

    /// Notes a block that the database told of.
    pub fn remember(&self, bucket: Bucket, until: Timestamp, now: Timestamp) {
        self.blocked.insert(bucket, until.min(now + RECALL));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn guard() -> Guard {
        Guard::new(&MasterKey::from_bytes([7; 32]).unwrap())
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_block_holds_its_client_at_its_address_for_its_time() {
        let guard = guard();
        let bucket = guard.bucket(Some("app"), address("192.0.2.1"));
        assert_eq!(guard.blocked_until(bucket, NOW), None);
        guard.remember(bucket, NOW + Duration::from_secs(5), NOW);
        assert_eq!(guard.blocked_until(bucket, NOW), Some(NOW + Duration::from_secs(5)));
        assert_eq!(guard.blocked_until(bucket, NOW + Duration::from_secs(5)), None);
        for other in [
            guard.bucket(Some("app"), address("192.0.2.2")),
            guard.bucket(Some("app2"), address("192.0.2.1")),
            guard.bucket(None, address("192.0.2.1")),
        ] {
            assert_eq!(guard.blocked_until(other, NOW), None);
        }
    }

    #[test]
    fn the_database_is_asked_again_every_minute() {
        let guard = guard();
        let bucket = guard.bucket(Some("app"), address("192.0.2.1"));
        guard.remember(bucket, NOW + RECALL * 15, NOW);
        assert_eq!(guard.blocked_until(bucket, NOW), Some(NOW + RECALL));
    }

    #[test]
    fn invented_clients_share_one_count() {
        let guard = guard();
        assert_eq!(guard.bucket(None, address("192.0.2.1")), guard.bucket(None, address("192.0.2.1")));
        assert_ne!(guard.bucket(None, address("192.0.2.1")), guard.bucket(None, address("192.0.2.2")));
    }
}
