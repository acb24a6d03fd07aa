//! How often each key is used, when last, and from where: counted in memory and written down a moment later.
//!
//! A request never waits for it. Counts are taken out of memory once, and put back when they could not be written, so each
//! request is counted exactly once; only a commit whose fate nobody knows is taken for done. Memory is bounded: many keys in
//! use are written down early, and when nothing can be written for long, keys beyond the bound are not counted.

mod flush;
mod seen;
mod tally;
mod used_key;

use std::collections::hash_map::Entry;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use foldhash::fast::RandomState;
use ipnet::IpNet;
use tokio::sync::Notify;
use uuid::Uuid;

use super::{App, Identity};
use crate::api_keys::SecretAge;
use crate::app::Credential;
use crate::credentials::network_of;

pub use flush::{flush_usage, flush_usage_when_due};
pub use seen::{Door, Seen};
use tally::{Shard, Tally};
pub use used_key::UsedKey;

/// Keys are spread over so many locks.
const SHARDS: usize = 32;
/// Keys in one shard, about 8,000 in all, that are no longer kept until it is time to write.
const MANY: usize = 256;
/// Keys in one shard, about 131,000 in all and some 34 MiB, beyond which none is added.
const MOST: usize = 4_096;
/// Lines of uses in one shard, about 262,000 in all, beyond which none is added. Requests are counted all the same.
const MOST_LINES: usize = 8_192;
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
    fn shard(&self, key: Uuid) -> Option<&Mutex<Shard>> {
        // The last bytes of an identifier are random.
        let (_, low) = key.as_u64_pair();
        self.shards.get(usize::try_from(low % SHARDS as u64).unwrap_or_default())
    }

    /// Counts a request and how it ended, and notes it as a use of the key where it is one: `used` says of which secret.
    fn count(&self, key: &UsedKey, outcome: &'static str, seen: Seen<'_>, used: Option<SecretAge>) {
        let (id, now) = (key.id(), seen.now);
        let Some(shard) = self.shard(id) else { return };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let Shard { tallies, writing, lines, known, agent } = &mut *shard;
        let keys = tallies.len();
        if keys >= MANY {
            self.many.notify_one();
        }
        if keys + *writing >= MOST && !tallies.contains_key(&id) {
            self.uncounted.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let tally = tallies.entry(id).or_insert_with(|| Tally::of(key));
        tally.count(now.hour(), outcome, 1);
        let this = tally.using(seen, agent);
        *lines += usize::from(tally.line(&this, (outcome, seen.door), *lines < MOST_LINES));
        let Some(age) = used else { return };
        tally.used(&this);
        if age == SecretAge::Previous {
            tally.used_previous(this.clone());
        }
        if let Some(network) = network_of(seen.address)
            && !known.contains(self.digest(id, &network), now)
        {
            tally.used_from(network, this);
        }
    }

    /// What is remembered of a network of a key that is written down.
    fn digest(&self, key: Uuid, network: &IpNet) -> u64 {
        self.spread.hash_one((key, network))
    }

    /// Everything that is not written down yet, by key: always in the same order, so that two nodes never wait for each
    /// other.
    fn take(&self) -> Vec<(Uuid, Tally)> {
        let mut all: Vec<_> = Vec::new();
        for shard in &self.shards {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard.writing = shard.tallies.len();
            shard.lines = 0;
            all.extend(std::mem::take(&mut shard.tallies));
        }
        all.sort_unstable_by_key(|(id, _)| *id);
        all
    }

    /// What was taken is written down or back.
    fn done(&self) {
        for shard in &self.shards {
            shard.lock().unwrap_or_else(PoisonError::into_inner).writing = 0;
        }
    }

    fn put_back(&self, entries: impl IntoIterator<Item = (Uuid, Tally)>) {
        for (id, mut tally) in entries {
            let Some(shard) = self.shard(id) else { continue };
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            if shard.lines >= MOST_LINES {
                tally.lines.clear();
            }
            let before = shard.tallies.get(&id).map_or(0, |known| known.lines.len());
            let after = match shard.tallies.entry(id) {
                Entry::Occupied(mut known) => {
                    known.get_mut().merge(tally);
                    known.get().lines.len()
                }
                Entry::Vacant(free) => free.insert(tally).lines.len(),
            };
            shard.lines += after - before;
        }
    }
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

    use futures_util::FutureExt;

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
        meter.done();
        count(0, 10);
        let requests =
            |(_, tally): &(Uuid, Tally)| tally.counts.iter().map(|count| count.requests).sum::<i64>();
        assert_eq!(meter.take().iter().map(requests).sum::<i64>(), i64::try_from(most).unwrap() + 20);
    }

    #[test]
    fn lines_of_uses_have_an_end_and_requests_are_counted_beyond_it() {
        let meter = Meter::default();
        let agents: Vec<String> = (0..30).map(|number| format!("agent/{number}")).collect();
        // All in one shard.
        let keys = || (0..600_u128).map(|number| key(number * SHARDS as u128));
        let count = || {
            for (key, user_agent) in keys().flat_map(|key| agents.iter().map(move |one| (key.clone(), one))) {
                meter.count(&key, "allowed", Seen { user_agent, ..SEEN }, Some(SecretAge::Present));
            }
        };
        let kept = || meter.shards.iter().map(|shard| shard.lock().unwrap().lines).sum::<usize>();
        count();
        assert_eq!(kept(), MOST_LINES);
        let taken = meter.take();
        assert_eq!(kept(), 0);
        let requests: i64 =
            taken.iter().flat_map(|(_, tally)| &tally.counts).map(|count| count.requests).sum();
        assert_eq!(requests, 600 * 30);
        assert!(taken.iter().all(|(_, tally)| tally.lines.len() <= LATEST));
        count();
        meter.put_back(taken);
        meter.done();
        let there = meter.take();
        let lines: usize = there.iter().map(|(_, tally)| tally.lines.len()).sum();
        assert!(lines <= MOST_LINES + LATEST, "{lines}");
    }
}
