//! What is counted of each key and not written down yet. Small, because there is one for each key in use.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use foldhash::fast::RandomState;
use ipnet::IpNet;
use uuid::Uuid;

use super::Seen;
use super::used_key::{KeyKind, UsedKey};
use crate::clock::Timestamp;
use crate::tenants::TenantId;

/// Networks of one key that are kept between two writes.
const MOST_NETWORKS: usize = 64;
/// Bytes of the name of a program that are kept.
const LONGEST_AGENT: usize = 200;
/// How long it is known that a network is written down.
const KNOWN_FOR: Duration = Duration::from_secs(60 * 60);
/// Networks that one shard knows to be written down, in each of two generations: what a table of 8,192 places takes.
const KNOWN: usize = 7_168;

/// What is not written down yet of a key.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pub tenant: TenantId,
    pub kind: KeyKind,
    /// In the order of hour and outcome, each pair once.
    pub counts: Vec<Count>,
    pub last: Option<Use>,
    pub rare: Option<Box<Rare>>,
}

/// Requests in one hour that ended in one way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Count {
    pub hour: Timestamp,
    pub outcome: &'static str,
    pub requests: i64,
}

/// What is seen of few keys at a time.
#[derive(Clone, Debug, Default)]
pub(super) struct Rare {
    /// The last use of the secret before the present one in each hour.
    pub previous: BTreeMap<Timestamp, Use>,
    /// Networks that may be new, each with its first use.
    pub networks: Vec<(IpNet, Use)>,
}

#[derive(Clone, Debug)]
pub(super) struct Use {
    pub at: Timestamp,
    pub address: IpAddr,
    /// `None` when the program does not say what it is.
    pub agent: Option<Arc<str>>,
}

impl Use {
    /// The address as it is written down.
    pub(super) fn address(&self) -> String {
        if self.address.is_unspecified() { String::new() } else { self.address.to_string() }
    }

    /// What the program calls itself.
    pub(super) fn agent(&self) -> &str {
        self.agent.as_deref().unwrap_or_default()
    }
}

impl Tally {
    pub(super) fn of(key: &UsedKey) -> Self {
        Self { tenant: key.tenant(), kind: key.kind(), counts: Vec::new(), last: None, rare: None }
    }

    pub(super) fn count(&mut self, hour: Timestamp, outcome: &'static str, requests: i64) {
        match self.counts.binary_search_by_key(&(hour, outcome), |count| (count.hour, count.outcome)) {
            Ok(place) => {
                if let Some(count) = self.counts.get_mut(place) {
                    count.requests += requests;
                }
            }
            Err(place) => {
                self.counts.reserve_exact(1);
                self.counts.insert(place, Count { hour, outcome, requests });
            }
        }
    }

    pub(super) fn used(&mut self, used: &Use) {
        if self.last.as_ref().is_none_or(|last| last.at <= used.at) {
            self.last = Some(used.clone());
        }
    }

    pub(super) fn used_previous(&mut self, used: Use) {
        keep_later(&mut self.rare().previous, used);
    }

    pub(super) fn used_from(&mut self, network: IpNet, used: Use) {
        let networks = &mut self.rare().networks;
        if let Some((_, first)) = networks.iter_mut().find(|(known, _)| *known == network) {
            if used.at < first.at {
                *first = used;
            }
        } else if networks.len() < MOST_NETWORKS {
            networks.push((network, used));
        }
    }

    fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Adds what was noted elsewhere of the same key.
    pub(super) fn merge(&mut self, other: Self) {
        for Count { hour, outcome, requests } in other.counts {
            self.count(hour, outcome, requests);
        }
        if let Some(last) = &other.last {
            self.used(last);
        }
        for (network, used) in other.rare.iter().flat_map(|rare| &rare.networks) {
            self.used_from(*network, used.clone());
        }
        for used in other.rare.into_iter().flat_map(|rare| rare.previous.into_values()) {
            self.used_previous(used);
        }
    }
}

fn keep_later(uses: &mut BTreeMap<Timestamp, Use>, used: Use) {
    match uses.get_mut(&used.at.hour()) {
        Some(known) if known.at >= used.at => {}
        Some(known) => *known = used,
        None => drop(uses.insert(used.at.hour(), used)),
    }
}

/// The keys that share one lock.
#[derive(Default)]
pub(super) struct Shard {
    pub tallies: HashMap<Uuid, Tally, RandomState>,
    /// How many of them were taken out and are being written: they may come back.
    pub writing: usize,
    pub known: Known,
    /// What the last program called itself: most requests in a row come by the same.
    agent: Option<Arc<str>>,
}

impl Shard {
    /// A use, with the name of its program shared with the use before where it is the same.
    pub(super) fn shared(&mut self, seen: Seen<'_>) -> Use {
        let agent = (!seen.user_agent.is_empty()).then(|| match &self.agent {
            Some(last) if **last == *seen.user_agent => Arc::clone(last),
            _ => {
                // What a client writes must not keep a row from being written.
                let kept = seen.user_agent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT);
                let agent: Arc<str> = kept.collect::<String>().into();
                self.agent = Some(Arc::clone(&agent));
                agent
            }
        });
        Use { at: seen.now, address: seen.address.to_canonical(), agent }
    }
}

/// Networks of keys that are written down, so that they need not be written again. Only a digest of each is kept, and only
/// for a while: what is forgotten is written once more, which changes nothing.
#[derive(Default)]
pub(super) struct Known {
    young: HashSet<u64, RandomState>,
    old: HashSet<u64, RandomState>,
    turned_at: Option<Timestamp>,
}

impl Known {
    pub(super) fn contains(&mut self, network: u64, now: Timestamp) -> bool {
        self.turn(now);
        self.young.contains(&network) || self.old.contains(&network)
    }

    pub(super) fn insert(&mut self, network: u64, now: Timestamp) {
        self.turn(now);
        if self.young.len() >= KNOWN {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(network);
    }

    fn turn(&mut self, now: Timestamp) {
        let since = *self.turned_at.get_or_insert(now);
        if now.since(since) >= KNOWN_FOR {
            self.old = std::mem::take(&mut self.young);
            self.turned_at = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn tally() -> Tally {
        Tally {
            tenant: TenantId::new(Uuid::from_u128(1)),
            kind: KeyKind::Api,
            counts: Vec::new(),
            last: None,
            rare: None,
        }
    }

    fn used(at: Timestamp) -> Use {
        Use { at, address: IpAddr::from([192, 0, 2, 1]), agent: None }
    }

    #[test]
    fn what_is_kept_of_a_key_is_small() {
        let size = size_of::<(Uuid, Tally)>() + size_of::<Count>();
        assert!(size <= 152 + size_of::<usize>(), "{size} bytes for each key in use");
    }

    #[test]
    fn tallies_of_one_key_add_up() {
        let (mut one, mut two) = (tally(), tally());
        one.count(NOW.hour(), "allowed", 2);
        one.used(&used(NOW));
        two.count(NOW.hour(), "revoked", 1);
        two.count(NOW.hour(), "allowed", 3);
        two.count(NOW.hour() - KNOWN_FOR, "allowed", 4);
        two.used(&used(NOW - KNOWN_FOR));
        two.used_previous(used(NOW));
        for network in 0..=u8::MAX {
            two.used_from(IpNet::from(IpAddr::from([10, 0, network, 0])), used(NOW));
        }
        one.merge(two);
        let counts: Vec<_> = one.counts.iter().map(|count| (count.outcome, count.requests)).collect();
        assert_eq!(counts, [("allowed", 4), ("allowed", 5), ("revoked", 1)]);
        assert_eq!(one.last.unwrap().at, NOW);
        let rare = one.rare.unwrap();
        assert_eq!((rare.networks.len(), rare.previous.len()), (MOST_NETWORKS, 1));
    }

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
    }

    #[test]
    fn the_name_of_a_program_is_kept_once_and_without_control_characters() {
        let mut shard = Shard::default();
        let seen = |user_agent| Seen { address: IpAddr::from([0, 0, 0, 0]), user_agent, now: NOW };
        let (one, two) = (shard.shared(seen("curl/8")), shard.shared(seen("curl/8")));
        assert!(Arc::ptr_eq(one.agent.as_ref().unwrap(), two.agent.as_ref().unwrap()));
        assert_eq!(shard.shared(seen("a\u{0}\nb")).agent(), "ab");
        assert_eq!((shard.shared(seen("")).agent(), one.address().as_str()), ("", ""));
    }
}
