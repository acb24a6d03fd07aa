//! What is counted of each key and not written down yet. Small, because there is one for each key in use.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use foldhash::fast::RandomState;
use ipnet::IpNet;
use uuid::Uuid;

use super::used_key::{KeyKind, UsedKey};
use super::{Door, Seen};
use crate::clock::Timestamp;
use crate::credentials::LATEST;
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
    /// The newest uses, those that are alike in one minute as one; in no order.
    pub lines: Vec<Line>,
    pub rare: Option<Box<Rare>>,
}

/// Requests in one hour that ended in one way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Count {
    pub hour: Timestamp,
    pub outcome: &'static str,
    pub requests: i64,
}

/// Uses that are alike, within one minute.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub last: Use,
    pub outcome: &'static str,
    pub door: Door,
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

impl Line {
    fn takes(&self, used: &Use, outcome: &str, door: Door) -> bool {
        self.last.at.minute() == used.at.minute()
            && self.door == door
            && self.outcome == outcome
            && self.last.address == used.address
            && self.last.has_agent_of(used)
    }
}

impl Use {
    fn has_agent_of(&self, other: &Self) -> bool {
        match (&self.agent, &other.agent) {
            (Some(one), Some(two)) => Arc::ptr_eq(one, two) || one == two,
            (one, two) => one.is_none() && two.is_none(),
        }
    }

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
        let (counts, lines) = (Vec::new(), Vec::new());
        Self { tenant: key.tenant(), kind: key.kind(), counts, last: None, lines, rare: None }
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

    /// A use, with the name of its program shared with a use before where it is the same.
    pub(super) fn using(&self, seen: Seen<'_>, latest: &mut Option<Arc<str>>) -> Use {
        // Text for text the same where nobody knows.
        let address = if seen.address.is_unspecified() {
            IpAddr::V4(Ipv4Addr::UNSPECIFIED)
        } else {
            seen.address.to_canonical()
        };
        let own = self.lines.iter().filter_map(|line| line.last.agent.as_ref());
        let agent = match own.chain(latest.as_ref()).find(|agent| ***agent == *seen.user_agent) {
            Some(agent) => Some(Arc::clone(agent)),
            None => {
                // What a client writes must not keep a row from being written.
                let kept = seen.user_agent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT);
                let kept: String = kept.collect();
                (!kept.is_empty()).then(|| Arc::clone(latest.insert(kept.into())))
            }
        };
        Use { at: seen.now, address, agent }
    }

    /// Notes a use of an API key as a line. `true` when that is one line more.
    pub(super) fn line(&mut self, used: &Use, (outcome, door): (&'static str, Door), has_room: bool) -> bool {
        self.kind == KeyKind::Api
            && !self.joins_line(used, (outcome, door), 1)
            && self.add_line(Line { last: used.clone(), outcome, door, requests: 1 }, has_room)
    }

    /// Adds uses to a line that they are like, if there is one.
    fn joins_line(&mut self, used: &Use, (outcome, door): (&str, Door), requests: i64) -> bool {
        let known = self.lines.iter_mut().find(|line| line.takes(used, outcome, door));
        known.is_some_and(|line| {
            line.requests += requests;
            line.last.at = line.last.at.max(used.at);
            true
        })
    }

    fn add_line(&mut self, line: Line, has_room: bool) -> bool {
        if self.lines.len() < LATEST {
            if has_room {
                self.lines.reserve_exact(1);
                self.lines.push(line);
            }
            return has_room;
        }
        if let Some(oldest) = self.lines.iter_mut().min_by_key(|line| line.last.at)
            && oldest.last.at <= line.last.at
        {
            *oldest = line;
        }
        false
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
        for line in other.lines {
            if !self.joins_line(&line.last, (line.outcome, line.door), line.requests) {
                self.add_line(line, true);
            }
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
    /// How many lines they have.
    pub lines: usize,
    pub known: Known,
    /// What the last program called itself: most requests in a row come by the same.
    pub agent: Option<Arc<str>>,
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
            lines: Vec::new(),
            rare: None,
        }
    }

    fn used(at: Timestamp) -> Use {
        Use { at, address: IpAddr::from([192, 0, 2, 1]), agent: None }
    }

    #[test]
    fn what_is_kept_of_a_key_is_small() {
        let size = size_of::<(Uuid, Tally)>() + size_of::<Count>() + size_of::<Line>();
        assert!(size <= 256 + size_of::<usize>(), "{size} bytes for each key in use");
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
        let (mut own, other, mut latest) = (tally(), tally(), None);
        let seen = |user_agent| {
            let address = IpAddr::from([0; 16]);
            Seen { address, user_agent, door: Door::Verify, now: NOW }
        };
        let mut named = |of: &Tally, agent| of.using(seen(agent), &mut latest);
        let (one, two) = (named(&own, "curl/8"), named(&other, "curl/8"));
        assert!(Arc::ptr_eq(one.agent.as_ref().unwrap(), two.agent.as_ref().unwrap()));
        assert!(own.line(&one, ("allowed", Door::Verify), true));
        assert_eq!(named(&other, "a\u{0}\nb").agent(), "ab");
        assert!(Arc::ptr_eq(one.agent.as_ref().unwrap(), named(&own, "curl/8").agent.as_ref().unwrap()));
        assert_eq!((named(&own, "").agent(), one.address().as_str()), ("", ""));
        assert_eq!(named(&own, "\u{7}").agent, None);
        assert_eq!(named(&own, &"x".repeat(5_000)).agent().len(), LONGEST_AGENT);
    }

    #[test]
    fn uses_that_are_alike_within_a_minute_are_one_line_and_the_newest_lines_stay() {
        let mut one = tally();
        let second = Duration::from_secs(1);
        assert!(one.line(&used(NOW), ("allowed", Door::Verify), true));
        assert!(!one.line(&used(NOW + second), ("allowed", Door::Verify), true));
        assert_eq!((one.lines.len(), one.lines[0].requests), (1, 2));
        assert_eq!(one.lines[0].last.at, NOW + second);
        let before = one.lines.as_ptr();
        assert!(!one.line(&used(NOW + second * 2), ("allowed", Door::Verify), false));
        assert_eq!(one.lines.as_ptr(), before, "nothing is allocated for it");
        assert!(one.line(&used(NOW), ("revoked", Door::Verify), true));
        assert!(one.line(&used(NOW), ("allowed", Door::Api), true));
        assert!(!one.line(&used(NOW + KNOWN_FOR), ("allowed", Door::Verify), false), "there is no room");
        for minute in 1..=60 {
            one.line(&used(NOW + second * 60 * minute), ("allowed", Door::Verify), true);
        }
        assert_eq!(one.lines.len(), LATEST);
        assert_eq!(one.lines.iter().map(|line| line.last.at).min(), Some(NOW + second * 60 * 41));
        one.line(&used(NOW), ("allowed", Door::Token), true);
        assert!(one.lines.iter().all(|line| line.door == Door::Verify), "it is older than all of them");
        let mut two = tally();
        two.line(&used(NOW + second * 60 * 60), ("allowed", Door::Verify), true);
        two.line(&used(NOW + second * 60 * 61), ("allowed", Door::Verify), true);
        two.merge(one);
        assert_eq!((two.lines.len(), two.lines.iter().map(|line| line.requests).max()), (LATEST, Some(2)));
        let mut signing = tally();
        signing.kind = KeyKind::Signing;
        assert!(!signing.line(&used(NOW), ("allowed", Door::Verify), true));
    }
}
