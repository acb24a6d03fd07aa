//! The counts of one node, in memory.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;

use crate::clock::Timestamp;
use crate::limits::rate::{self, Rate, RateDecision};
use crate::secret::Digest;

/// Buckets are spread over so many locks.
const SHARDS: usize = 64;
/// Buckets that a shard holds at most; a million in all.
const MOST: usize = 16_384;
/// Fewer than this are not worth sweeping.
const FEW: usize = 256;

/// When each bucket is empty again.
pub(super) struct Local(Vec<Mutex<Shard>>);

struct Shard {
    empty_at: HashMap<Digest, u64, RandomState>,
    /// How many there are when it is next looked which of them are empty.
    sweep_at: usize,
}

impl Default for Local {
    fn default() -> Self {
        let shard = || Mutex::new(Shard { empty_at: HashMap::default(), sweep_at: FEW });
        Self((0..SHARDS).map(|_| shard()).collect())
    }
}

impl Local {
    /// Charges all buckets or none.
    pub(super) fn take(&self, buckets: &[(Digest, Rate)], now: Timestamp) -> Option<RateDecision> {
        let now = u64::try_from(now.micros()).unwrap_or_default();
        let mut shards = self.lock(buckets);
        let mut asked = Vec::with_capacity(buckets.len());
        for (digest, rate) in buckets {
            let empty_at = find(&mut shards, digest)?.empty_at.get(digest).copied().unwrap_or_default();
            asked.push((*rate, rate::ahead(*rate, empty_at, now)));
        }
        let decision = rate::decide(&mut asked)?;
        if decision.allowed {
            for ((digest, _), (_, ahead)) in buckets.iter().zip(asked) {
                find(&mut shards, digest)?.put(*digest, now + ahead, now);
            }
        }
        Some(decision)
    }

    /// The shards of these buckets, locked in one order by everybody.
    fn lock(&self, buckets: &[(Digest, Rate)]) -> Vec<(usize, MutexGuard<'_, Shard>)> {
        let mut places: Vec<usize> = buckets.iter().map(|(digest, _)| place(digest)).collect();
        places.sort_unstable();
        places.dedup();
        let shard = |at: usize| Some((at, self.0.get(at)?.lock().unwrap_or_else(PoisonError::into_inner)));
        places.into_iter().filter_map(shard).collect()
    }
}

fn place(digest: &Digest) -> usize {
    digest.as_bytes().first().map_or(0, |&byte| usize::from(byte) % SHARDS)
}

fn find<'a>(shards: &'a mut [(usize, MutexGuard<'_, Shard>)], digest: &Digest) -> Option<&'a mut Shard> {
    let wanted = place(digest);
    shards.iter_mut().find(|(at, _)| *at == wanted).map(|(_, shard)| &mut **shard)
}

impl Shard {
    fn put(&mut self, digest: Digest, empty_at: u64, now: u64) {
        if self.empty_at.len() >= self.sweep_at && !self.empty_at.contains_key(&digest) {
            self.sweep(now);
        }
        self.empty_at.insert(digest, empty_at);
    }

    /// Forgets the buckets that are empty anyway, and when there are still too many, the emptier half of the others.
    fn sweep(&mut self, now: u64) {
        self.empty_at.retain(|_, empty_at| *empty_at > now);
        if self.empty_at.len() >= MOST {
            let mut moments: Vec<u64> = self.empty_at.values().copied().collect();
            let (_, &mut middle, _) = moments.select_nth_unstable(MOST / 2);
            self.empty_at.retain(|_, empty_at| *empty_at > middle);
        }
        self.sweep_at = (self.empty_at.len() * 2).clamp(FEW, MOST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn bucket(number: u64) -> Digest {
        Digest::of(&number.to_be_bytes())
    }

    #[test]
    fn parallel_requests_pass_exactly_as_often_as_the_limit_says() {
        let local = Local::default();
        let wanted: Vec<_> = (0..3).map(|n| (bucket(n), Rate::per_minute(10 + n as u32))).collect();
        let passed: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|turn| {
                    let (local, mut wanted) = (&local, wanted.clone());
                    wanted.rotate_left(turn % 3);
                    scope.spawn(move || (0..50).filter(|_| local.take(&wanted, NOW).unwrap().allowed).count())
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(passed, 10);
        let rest = (0..10).filter(|_| local.take(&wanted[2..], NOW).unwrap().allowed).count();
        assert_eq!(rest, 2, "the others were charged as often and no more");
    }

    #[test]
    fn what_is_kept_is_bounded_and_what_is_empty_goes() {
        let mut shard = Shard { empty_at: HashMap::default(), sweep_at: FEW };
        for number in 0..3 * MOST as u64 {
            shard.put(bucket(number), 1_000 + number, 0);
            assert!(shard.empty_at.len() <= MOST);
        }
        assert!(shard.empty_at.contains_key(&bucket(3 * MOST as u64 - 1)));
        shard.sweep(u64::MAX);
        assert!(shard.empty_at.is_empty());
    }
}
