//! How often each key is used, when last, and from where: counted in memory and written down a moment later.
//!
//! A request never waits for it. Counts are taken out of memory once, and put back when they could not be written, so each
//! request is counted exactly once; only a commit whose fate nobody knows is taken for done. Memory is bounded, to some 6 MiB
//! with what is being written: many keys in use are written down early, and when nothing can be written for long, keys
//! beyond the bound are not counted.

mod agent;
mod flush;
mod known;
mod line;
mod outcome;
mod seen;
mod shard;
mod tally;
mod used_key;

use std::cmp::Reverse;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;
use ipnet::IpNet;
use tokio::sync::Notify;
use uuid::Uuid;

use super::{App, Identity};
use crate::api_keys::SecretAge;
use crate::app::Credential;
use crate::credentials::network_of;

pub use flush::{flush_usage, flush_usage_when_due};
use outcome::Outcome;
pub use seen::{Door, Seen};
use shard::{Shard, Used};
use tally::Tally;
pub use used_key::UsedKey;

/// Keys are spread over so many locks.
const SHARDS: usize = 32;
/// The outcome of a request that was let through.
const ALLOWED: &str = "allowed";

/// Counts.
pub(super) struct Meter {
    shards: Vec<Mutex<Shard>>,
    /// One write at a time.
    writing: tokio::sync::Mutex<()>,
    /// There is so much to write that it should not wait.
    many: Notify,
    /// The last write failed: trying again at once would not help.
    failing: AtomicBool,
    /// Requests that were not counted because memory is full.
    uncounted: AtomicU64,
    spread: RandomState,
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            writing: tokio::sync::Mutex::default(),
            many: Notify::new(),
            failing: AtomicBool::new(false),
            uncounted: AtomicU64::new(0),
            spread: RandomState::default(),
        }
    }
}

impl Meter {
    fn shard(&self, key: Uuid) -> Option<MutexGuard<'_, Shard>> {
        // The last bytes of an identifier are random.
        let (_, low) = key.as_u64_pair();
        self.shards.get(usize::try_from(low % SHARDS as u64).unwrap_or_default()).map(locked)
    }

    /// Counts a request and how it ended, and notes it as a use of the key where it is one: `used` says of which secret.
    fn count(&self, key: &UsedKey, outcome: &'static str, seen: Seen<'_>, used: Option<SecretAge>) {
        let outcome = Outcome::of(outcome);
        let used = used.map(|age| {
            let network = network_of(seen.address);
            Used { age, network: network.map(|network| self.digest(key.id(), &network)) }
        });
        let Some(mut shard) = self.shard(key.id()) else { return };
        if shard.is_much() {
            self.many.notify_one();
        }
        if !shard.count(key, outcome, seen, used) {
            self.uncounted.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// What is remembered of a network of a key that is written down.
    fn digest(&self, key: Uuid, network: &IpNet) -> u64 {
        self.spread.hash_one((key, network))
    }

    /// Everything that is not written down yet, by key and the last key first: always in the same order, so that two nodes
    /// never wait for each other, and keys beside each other lie beside each other in the database too.
    fn take(&self) -> Vec<(Uuid, Tally)> {
        let keys = self.shards.iter().map(|shard| locked(shard).keys()).sum();
        let mut all = Vec::with_capacity(keys);
        for shard in &self.shards {
            let taken = locked(shard).take();
            // Not twice as much for the few that came in between.
            all.reserve_exact(taken.size_hint().0);
            all.extend(taken);
        }
        all.sort_unstable_by_key(|(id, _)| Reverse(*id));
        all
    }

    /// These are written down, or will never be.
    fn done(&self, written: &[(Uuid, Tally)]) {
        written.iter().filter_map(|(id, _)| self.shard(*id)).for_each(|mut shard| shard.done());
    }

    /// Whatever was taken is written down, or back.
    fn all_done(&self) {
        self.shards.iter().for_each(|shard| locked(shard).all_done());
    }

    fn put_back(&self, entries: impl IntoIterator<Item = (Uuid, Tally)>) {
        for (id, tally) in entries {
            if let Some(mut shard) = self.shard(id) {
                shard.put_back(id, tally);
            }
        }
    }
}

fn locked(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

impl App {
    /// Counts a request whose sender is known, by how it ended: `None` when it was let through.
    pub fn note_use(&self, identity: &Identity, refusal: Option<&'static str>, seen: Seen<'_>) {
        let Some(key) = identity.credential.used_key() else { return };
        let age = match &identity.credential {
            Credential::ApiKey { age, .. } => *age,
            _ => SecretAge::Present,
        };
        self.meter.count(&key, refusal.unwrap_or(ALLOWED), seen, Some(age));
    }

    /// Counts a request with a key that is not taken. That is no use of the key.
    pub fn note_refused(&self, key: &UsedKey, refusal: &'static str, seen: Seen<'_>) {
        self.meter.count(key, refusal, seen, None);
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::sync::Arc;
    use std::time::Duration;

    use futures_util::FutureExt;

    use super::line::Line;
    use super::shard::{MANY, MOST, MOST_EXTRAS, MOST_RARE};
    use super::*;
    use crate::api_keys::sample;
    use crate::clock::Timestamp;
    use crate::credentials::LATEST;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const SEEN: Seen<'_> =
        Seen { address: IpAddr::V4(Ipv4Addr::LOCALHOST), user_agent: "", door: Door::Verify, now: NOW };

    fn key(number: u128) -> UsedKey {
        UsedKey::Api(Arc::new(sample(number)))
    }

    #[test]
    fn many_keys_bring_the_write_forward_and_memory_has_an_end() {
        let meter = Meter::default();
        let count = |from: u128, to| {
            (from..to).for_each(|number| meter.count(&key(number), "allowed", SEEN, None));
        };
        let (many, most) = ((SHARDS * MANY) as u128, (SHARDS * MOST) as u128);
        count(0, many);
        assert!(meter.many.notified().now_or_never().is_none());
        count(many, many + 1);
        assert!(meter.many.notified().now_or_never().is_some());
        count(many + 1, most + 10);
        assert_eq!(meter.uncounted.load(Ordering::Relaxed), 10);
        count(0, 10);
        assert_eq!(meter.uncounted.load(Ordering::Relaxed), 10, "a key that is there is counted on");
        let taken = meter.take();
        assert_eq!(taken.len(), SHARDS * MOST);
        count(0, 10);
        assert_eq!(meter.uncounted.swap(0, Ordering::Relaxed), 20, "what is being written may come back");
        meter.put_back(taken);
        meter.all_done();
        count(0, 10);
        let requests = |(_, tally): &(Uuid, Tally)| tally.counts().map(|count| count.requests).sum::<i64>();
        assert_eq!(meter.take().iter().map(requests).sum::<i64>(), i64::try_from(most).unwrap() + 20);
    }

    #[test]
    fn lines_of_uses_have_an_end_and_requests_are_counted_beyond_it() {
        let meter = Meter::default();
        let agents: Vec<String> = (0..30).map(|number| format!("agent/{number}")).collect();
        // All in one shard.
        let keys = || (0..600_u128).map(|number| key(number * SHARDS as u128));
        let count = || {
            for key in keys() {
                for (turn, user_agent) in (0..).zip(&agents) {
                    let now = NOW + Duration::from_micros(turn);
                    let seen = Seen { user_agent, now, ..SEEN };
                    meter.count(&key, "allowed", seen, Some(SecretAge::Present));
                }
            }
        };
        let kept = || meter.shards.iter().map(|shard| locked(shard).extras()).sum::<usize>();
        let lines = |all: &[(Uuid, Tally)]| all.iter().map(|(_, tally)| tally.lines().count()).sum::<usize>();
        count();
        assert!((MOST_EXTRAS..=MOST_RARE + LATEST).contains(&kept()), "{}", kept());
        assert!(meter.many.notified().now_or_never().is_some(), "that is enough to write");
        let taken = meter.take();
        assert_eq!(kept(), 0);
        let requests: i64 =
            taken.iter().flat_map(|(_, tally)| tally.counts()).map(|count| count.requests).sum();
        assert_eq!(requests, 600 * 30);
        assert!(taken.iter().all(|(_, tally)| (1..=LATEST).contains(&tally.lines().count())));
        assert!(taken.iter().all(|(_, tally)| tally.last().is_some_and(|last| last.agent() == "agent/29")));
        // Each key has one, and all together so many more.
        assert!(lines(&taken) <= 600 + MOST_EXTRAS, "{}", lines(&taken));
        meter.done(&taken[..500]);
        count();
        meter.put_back(taken);
        meter.all_done();
        let there = meter.take();
        let lines = lines(&there);
        assert!(lines <= 600 + MOST_EXTRAS + LATEST, "{lines}");
        let requests: i64 =
            there.iter().flat_map(|(_, tally)| tally.counts()).map(|count| count.requests).sum();
        assert_eq!((there.len(), requests), (600, 600 * 60));
    }

    #[test]
    fn everything_that_may_wait_takes_a_few_mebibytes() {
        // With what a table leaves free, and the byte of each place.
        let keys = MOST.next_power_of_two() * (size_of::<(Uuid, Tally)>() + 1);
        let lines = (MOST + MOST_RARE) * size_of::<Line>();
        let all = SHARDS * (keys + lines);
        assert!(all <= 5 * 1_024 * 1_024 + 256 * 1_024, "{all} bytes");
    }
}
