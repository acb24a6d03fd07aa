//! Requests with a key that are alike, within one minute.

use super::Door;
use super::outcome::Outcome;
use super::tally::Use;
use crate::clock::Timestamp;

/// Requests that are alike, within one minute.
#[derive(Clone, Debug)]
pub(super) struct Line {
    last: Use,
    requests: u32,
    /// Microseconds from the first to the last.
    span: u32,
    /// How they ended.
    pub outcome: Outcome,
    /// What the key was brought to.
    pub door: Door,
    /// Whether they were uses of the key. A request with a key that is not taken is none.
    is_use: bool,
    /// Whether the first is the first use from a network that may be new.
    is_new: bool,
}

impl Line {
    /// One request: `is_use` where the key was used, and `is_new` where it came from a network that may be new.
    pub(super) const fn of(
        used: Use,
        (outcome, door): (Outcome, Door),
        (is_use, is_new): (bool, bool),
    ) -> Self {
        Self { last: used, requests: 1, span: 0, outcome, door, is_use, is_new }
    }

    /// Whether the requests of another line are like these.
    pub(super) fn takes(&self, other: &Self) -> bool {
        self.last.at.minute() == other.last.at.minute()
            && self.door == other.door
            && self.outcome == other.outcome
            && self.is_use == other.is_use
            && self.last.is_like(&other.last)
    }

    /// Adds requests that are like these.
    pub(super) fn join(&mut self, other: &Self) {
        let (first, last) = (self.first_at().min(other.first_at()), self.last.at.max(other.last.at));
        self.span = u32::try_from(last.since(first).as_micros()).unwrap_or(u32::MAX);
        self.last.at = last;
        self.requests = self.requests.saturating_add(other.requests);
        self.is_new |= other.is_new;
    }

    /// How many requests.
    pub(super) fn requests(&self) -> i64 {
        self.requests.into()
    }

    /// The last of them.
    pub(super) const fn last(&self) -> &Use {
        &self.last
    }

    /// The last of them, to change who it was by.
    pub(super) const fn last_mut(&mut self) -> &mut Use {
        &mut self.last
    }

    /// The first of them.
    pub(super) fn first(&self) -> Use {
        let mut first = self.last.clone();
        first.at = self.first_at();
        first
    }

    /// When the first of them was.
    pub(super) fn first_at(&self) -> Timestamp {
        Timestamp::from_micros(self.last.at.micros() - i64::from(self.span))
    }

    /// Whether they were uses of the key.
    pub(super) const fn is_use(&self) -> bool {
        self.is_use
    }

    /// Whether the first is the first use from a network that may be new.
    pub(super) const fn is_new(&self) -> bool {
        self.is_new
    }

    /// The same from a network that need not be told again.
    pub(super) fn known_network(self) -> Self {
        Self { is_new: false, ..self }
    }
}
