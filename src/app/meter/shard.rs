//! The keys that share one lock.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use foldhash::fast::RandomState;
use uuid::Uuid;

use super::Seen;
use super::agent::Agents;
use super::known::Known;
use super::line::Line;
use super::outcome::Outcome;
use super::tally::{Tally, Use};
use super::used_key::UsedKey;
use crate::api_keys::SecretAge;

/// Keys in one shard, about 8,000 in all, that are no longer kept until it is time to write.
pub(super) const MANY: usize = 256;
/// Keys in one shard, about 28,000 in all, beyond which none is added: what a table of 1,024 places takes. With a line for
/// each key that is 4 MiB.
pub(super) const MOST: usize = 896;
/// Lines in one shard beyond the first of each key, about 16,000 in all and some 800 KiB, beyond which newer ones take the
/// place of older ones. Requests are counted all the same. At half of it there is enough to write.
pub(super) const MOST_EXTRAS: usize = 512;
/// The same with what is kept of rare things. Beyond it none is noted: the next use brings it again, because it is not
/// known yet.
pub(super) const MOST_RARE: usize = 768;

/// A use as the one who keeps the shards sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Used {
    /// Of which secret.
    pub age: SecretAge,
    /// What is remembered of its network, where it has one.
    pub network: Option<u64>,
}

/// The keys that share one lock.
#[derive(Default)]
pub(super) struct Shard {
    tallies: HashMap<Uuid, Tally, RandomState>,
    /// How many were taken out and are being written: they may come back.
    writing: usize,
    /// What is kept beyond one count and one line for each key, in lines.
    extras: usize,
    known: Known,
    agents: Agents,
}

impl Shard {
    /// Counts a request. `false` when there is no room for its key.
    pub(super) fn count(
        &mut self,
        key: &UsedKey,
        outcome: Outcome,
        seen: Seen<'_>,
        used: Option<Used>,
    ) -> bool {
        let (id, now) = (key.id(), seen.now);
        // Nothing is asked of the table that could make it grow.
        if self.tallies.len() + self.writing >= MOST && !self.tallies.contains_key(&id) {
            return false;
        }
        let tally = self.tallies.entry(id).or_insert_with(|| Tally::of(key));
        let before = tally.extras();
        tally.count(now, outcome, 1);
        let this = Use::of(seen, &mut self.agents);
        let has_room_for_rare = self.extras < MOST_RARE;
        let rare = used.filter(|_| has_room_for_rare);
        if rare.is_some_and(|used| used.age == SecretAge::Previous) {
            tally.used_previous(this.clone());
        }
        let network = rare.and_then(|used| used.network);
        let is_new = network.is_some_and(|network| !self.known.contains(network, now));
        let line = Line::of(this, (outcome, seen.door), (used.is_some(), is_new));
        tally.note(line, self.extras < MOST_EXTRAS);
        self.extras += tally.extras().saturating_sub(before);
        true
    }

    /// Whether there is so much that it should be written now.
    pub(super) fn is_much(&self) -> bool {
        self.tallies.len() >= MANY || self.extras >= MOST_EXTRAS / 2 || self.agents.are_many()
    }

    /// How many keys there are.
    pub(super) fn keys(&self) -> usize {
        self.tallies.len()
    }

    /// Everything, to be written.
    pub(super) fn take(&mut self) -> impl Iterator<Item = (Uuid, Tally)> + use<> {
        self.writing = self.tallies.len();
        self.extras = 0;
        self.agents = Agents::default();
        std::mem::take(&mut self.tallies).into_iter()
    }

    /// What was taken of a key is written, or let go.
    pub(super) fn done(&mut self) {
        self.writing = self.writing.saturating_sub(1);
    }

    /// Nothing is being written any more.
    pub(super) fn all_done(&mut self) {
        self.writing = 0;
    }

    /// What was taken of a key could not be written.
    pub(super) fn put_back(&mut self, id: Uuid, mut tally: Tally) {
        self.done();
        tally.adopt(&mut self.agents);
        let has_room = self.extras < MOST_EXTRAS;
        let grown = match self.tallies.entry(id) {
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                let before = known.extras();
                known.merge(tally, has_room);
                known.extras().saturating_sub(before)
            }
            Entry::Vacant(free) => free.insert(if has_room { tally } else { tally.without_room() }).extras(),
        };
        self.extras += grown;
    }

    /// What is remembered of networks.
    pub(super) const fn known(&mut self) -> &mut Known {
        &mut self.known
    }

    /// What is kept beyond one count and one line for each key.
    #[cfg(test)]
    pub(super) const fn extras(&self) -> usize {
        self.extras
    }
}
