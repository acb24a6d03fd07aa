//! Networks of keys that are written down, so that they need not be written again.

use std::collections::HashSet;
use std::time::Duration;

use foldhash::fast::RandomState;

use crate::clock::Timestamp;

/// How long it is known that a network is written down.
pub(super) const KNOWN_FOR: Duration = Duration::from_secs(60 * 60);
/// Networks that one shard knows, in each of two generations: what a table of 4,096 places takes. That is 229,000 in all,
/// in less than 2 MiB.
const KNOWN: usize = 3_584;

/// So much of a digest that two networks are never taken for one.
type Short = [u8; 6];

/// Networks of keys that are written down. Only a digest of each is kept, and only for a while: what is forgotten is written
/// once more, which changes nothing.
#[derive(Default)]
pub(super) struct Known {
    young: HashSet<Short, RandomState>,
    old: HashSet<Short, RandomState>,
    turned_at: Option<Timestamp>,
}

impl Known {
    pub(super) fn contains(&mut self, network: u64, now: Timestamp) -> bool {
        self.turn(now);
        let network = short(network);
        self.young.contains(&network) || self.old.contains(&network)
    }

    pub(super) fn insert(&mut self, network: u64, now: Timestamp) {
        self.turn(now);
        if self.young.len() >= KNOWN {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(short(network));
    }

    fn turn(&mut self, now: Timestamp) {
        let since = *self.turned_at.get_or_insert(now);
        if now.since(since) >= KNOWN_FOR {
            self.old = std::mem::take(&mut self.young);
            self.turned_at = Some(now);
        }
    }
}

const fn short(network: u64) -> Short {
    let [a, b, c, d, e, f, ..] = network.to_le_bytes();
    [a, b, c, d, e, f]
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    #[test]
    fn known_networks_are_forgotten_in_time_and_never_grow_beyond_two_generations() {
        let mut known = Known::default();
        known.insert(7, NOW);
        assert!(known.contains(7, NOW + KNOWN_FOR));
        assert!(!known.contains(8, NOW + KNOWN_FOR));
        assert!(!known.contains(7, NOW + KNOWN_FOR * 2));
        for network in 0..100_000 {
            known.insert(network, NOW + KNOWN_FOR * 2);
            assert!(known.contains(network, NOW + KNOWN_FOR * 2));
        }
        assert!(known.young.len() + known.old.len() <= 2 * KNOWN);
        assert!(known.young.capacity() <= KNOWN, "the table does not grow for the last of them");
    }
}
