//! What is counted of each key and not written down yet. Small, because there is one for each key in use.
//!
//! Most keys are used from one place by one program until they are written down: that is one count and one line, and all
//! else is read off these. What few keys have is kept beside.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

use super::Seen;
use super::agent::{Agent, Agents};
use super::line::Line;
use super::outcome::Outcome;
use super::used_key::{KeyKind, UsedKey};
use crate::clock::Timestamp;
use crate::credentials::{LATEST, network_of};
use crate::tenants::TenantId;

/// Networks of one key that are kept between two writes.
const MOST_NETWORKS: usize = 64;
/// What having anything rare takes, in lines.
const RARE: usize = 2;
/// Seconds of an hour.
const HOUR: i64 = 3_600;

/// What is not written down yet of a key.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pub tenant: TenantId,
    pub kind: KeyKind,
    /// One of the counts; without requests as long as nothing is counted.
    first: Count,
    /// The newest requests, those that are alike in one minute as one; in no order. Of a key that signs only its last use.
    lines: Box<[Line]>,
    rare: Option<Box<Rare>>,
}

/// Requests in one hour that ended in one way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Count {
    pub requests: i64,
    /// Hours since 1970.
    hour: u32,
    pub outcome: Outcome,
}

/// What is seen of few keys at a time.
#[derive(Clone, Debug, Default)]
struct Rare {
    /// Further counts, each pair of hour and outcome once.
    counts: Vec<Count>,
    /// The last use of the secret before the present one in each hour, in their order.
    previous: Vec<Use>,
    /// First uses from networks that may be new, whose lines made room for newer ones.
    networks: Vec<Use>,
}

/// When, from where and by which program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Use {
    pub at: Timestamp,
    /// `None` when the program does not say what it is.
    pub agent: Option<Agent>,
    /// Text for text the same where nobody knows.
    address: Ipv6Addr,
}

impl Count {
    fn is_like(&self, other: &Self) -> bool {
        self.hour == other.hour && self.outcome == other.outcome
    }

    /// When the hour began.
    pub(super) fn hour(&self) -> Timestamp {
        Timestamp::from_seconds(i64::from(self.hour) * HOUR)
    }
}

impl Use {
    /// A use as it was seen.
    pub(super) fn of(seen: Seen<'_>, agents: &mut Agents) -> Self {
        Self { at: seen.now, agent: agents.named(seen.user_agent), address: one_form(seen.address) }
    }

    /// Whether it is from the same address by the same program.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.address == other.address && self.agent == other.agent
    }

    /// The address as it is written down.
    pub(super) fn address(&self) -> String {
        if self.address.is_unspecified() { String::new() } else { self.address.to_canonical().to_string() }
    }

    /// What the program calls itself.
    pub(super) fn agent(&self) -> &str {
        self.agent.as_ref().map_or("", Agent::as_str)
    }

    /// The network that it came from.
    pub(super) fn network(&self) -> Option<IpNet> {
        network_of(IpAddr::V6(self.address))
    }
}

/// Addresses of both kinds in sixteen bytes.
fn one_form(address: IpAddr) -> Ipv6Addr {
    match address.to_canonical() {
        address if address.is_unspecified() => Ipv6Addr::UNSPECIFIED,
        IpAddr::V4(v4) => v4.to_ipv6_mapped(),
        IpAddr::V6(v6) => v6,
    }
}

impl Tally {
    pub(super) fn of(key: &UsedKey) -> Self {
        Self::new(key.tenant(), key.kind())
    }

    fn new(tenant: TenantId, kind: KeyKind) -> Self {
        let first = Count { requests: 0, hour: 0, outcome: Outcome::of(super::ALLOWED) };
        Self { tenant, kind, first, lines: Box::default(), rare: None }
    }

    /// Counts requests.
    pub(super) fn count(&mut self, at: Timestamp, outcome: Outcome, requests: i64) {
        let hour = u32::try_from(at.seconds().div_euclid(HOUR)).unwrap_or_default();
        self.add(Count { requests, hour, outcome });
    }

    fn add(&mut self, count: Count) {
        if self.first.requests == 0 {
            self.first = count;
        } else if self.first.is_like(&count) {
            self.first.requests += count.requests;
        } else {
            let counts = &mut self.rare().counts;
            match counts.iter_mut().find(|known| known.is_like(&count)) {
                Some(known) => known.requests += count.requests,
                None => push(counts, count),
            }
        }
    }

    /// What is counted, each pair of hour and outcome once.
    pub(super) fn counts(&self) -> impl Iterator<Item = &Count> {
        let others = self.rare.iter().flat_map(|rare| &rare.counts);
        std::iter::once(&self.first).filter(|count| count.requests != 0).chain(others)
    }

    /// The newest requests of a key that is sent.
    pub(super) fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|_| self.kind == KeyKind::Api)
    }

    /// The last use.
    pub(super) fn last(&self) -> Option<&Use> {
        self.last_line().and_then(|at| self.lines.get(at)).map(Line::last)
    }

    fn last_line(&self) -> Option<usize> {
        let uses = self.lines.iter().enumerate().filter(|(_, line)| line.is_use());
        uses.max_by_key(|(_, line)| line.last().at).map(|(at, _)| at)
    }

    /// The networks that may be new, each with the first use from there.
    pub(super) fn networks(&self) -> Vec<(IpNet, Use)> {
        let mut all: Vec<(IpNet, Use)> = Vec::new();
        for first in self.firsts() {
            let Some(network) = first.network() else { continue };
            match all.iter_mut().find(|(known, _)| *known == network) {
                Some((_, known)) if known.at <= first.at => {}
                Some((_, known)) => *known = first,
                None => all.push((network, first)),
            }
        }
        all.truncate(MOST_NETWORKS);
        all
    }

    /// First uses from networks that may be new; of some networks several that were taken for the first.
    fn firsts(&self) -> impl Iterator<Item = Use> {
        let kept = self.rare.iter().flat_map(|rare| &rare.networks).cloned();
        self.lines.iter().filter(|line| line.is_new()).map(Line::first).chain(kept)
    }

    /// Uses of the secret before the present one, the last of each hour.
    pub(super) fn previous(&self) -> impl Iterator<Item = &Use> {
        self.rare.iter().flat_map(|rare| &rare.previous)
    }

    /// What is kept beyond one count and one line, in about the size of lines.
    pub(super) fn extras(&self) -> usize {
        let rare = self
            .rare
            .as_ref()
            .map_or(0, |rare| RARE + rare.counts.len() + rare.previous.len() + rare.networks.len());
        self.lines.len().saturating_sub(1) + rare
    }

    /// Notes requests as a line, or with the line that they are like. Without room for one more they take the place of older
    /// ones; but the last use stays, because it is read off its line.
    pub(super) fn note(&mut self, mut line: Line, has_room: bool) {
        if self.kind == KeyKind::Signing && !line.is_use() {
            return;
        }
        if let Some(known) = self.lines.iter_mut().find(|known| known.takes(&line)) {
            known.join(&line);
            return;
        }
        if line.is_new() && self.has_first_before(&line) {
            line = line.known_network();
        }
        let most = if self.kind == KeyKind::Api { LATEST } else { 1 };
        if self.lines.is_empty() || (has_room && self.lines.len() < most) {
            let mut lines = std::mem::take(&mut self.lines).into_vec();
            push(&mut lines, line);
            self.lines = lines.into_boxed_slice();
        } else {
            self.replace(line);
        }
    }

    /// Puts a line in the place of the oldest, unless it is older still.
    fn replace(&mut self, line: Line) {
        let last = self.last_line();
        let is_last = line.is_use()
            && last.and_then(|at| self.lines.get(at)).is_none_or(|known| known.last().at <= line.last().at);
        let others = self.lines.iter_mut().enumerate().filter(|(at, _)| is_last || Some(*at) != last);
        let oldest = others.min_by_key(|(_, known)| known.last().at).map(|(_, known)| known);
        let gone = match oldest {
            Some(oldest) if is_last || oldest.last().at <= line.last().at => std::mem::replace(oldest, line),
            _ => line,
        };
        if gone.is_new() {
            self.used_from(gone.first());
        }
    }

    /// Whether it is noted already that this network may be new, with a use before these.
    fn has_first_before(&self, line: &Line) -> bool {
        let (network, at) = (line.last().network(), line.first_at());
        self.firsts().any(|first| first.at <= at && first.network() == network)
    }

    fn used_from(&mut self, first: Use) {
        let network = first.network();
        let networks = &mut self.rare().networks;
        if let Some(known) = networks.iter_mut().find(|known| known.network() == network) {
            if first.at < known.at {
                *known = first;
            }
        } else if networks.len() < MOST_NETWORKS {
            push(networks, first);
        }
    }

    pub(super) fn used_previous(&mut self, used: Use) {
        let previous = &mut self.rare().previous;
        match previous.iter_mut().find(|known| known.at.hour() == used.at.hour()) {
            Some(known) if known.at >= used.at => {}
            Some(known) => *known = used,
            None => {
                push(previous, used);
                previous.sort_unstable_by_key(|used| used.at);
            }
        }
    }

    fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Adds what was noted elsewhere of the same key.
    pub(super) fn merge(&mut self, other: Self, has_room: bool) {
        let Self { first, lines, rare, .. } = other;
        if first.requests != 0 {
            self.add(first);
        }
        for line in lines {
            self.note(line, has_room);
        }
        let Some(rare) = rare else { return };
        let Rare { counts, previous, networks } = *rare;
        counts.into_iter().for_each(|count| self.add(count));
        previous.into_iter().for_each(|used| self.used_previous(used));
        networks.into_iter().for_each(|first| self.used_from(first));
    }

    /// The same without lines that there is no room for.
    pub(super) fn without_room(self) -> Self {
        let mut thin = Self::new(self.tenant, self.kind);
        thin.merge(self, false);
        thin
    }

    /// Has the names of programs where those have them who keep the tally.
    pub(super) fn adopt(&mut self, agents: &mut Agents) {
        let rare = self.rare.iter_mut().flat_map(|rare| rare.previous.iter_mut().chain(&mut rare.networks));
        for used in self.lines.iter_mut().map(Line::last_mut).chain(rare) {
            used.agent = used.agent.take().and_then(|agent| agents.adopted(agent));
        }
    }
}

/// Mostly there is one, and the next does not come soon.
fn push<T>(all: &mut Vec<T>, one: T) {
    all.reserve_exact(1);
    all.push(one);
}

#[cfg(test)]
mod tests;
