//! The chain that makes the log tell when somebody touched it.
//!
//! Each sealed row has a number and a link: an HMAC over the row, its number and the link before it. The key comes from
//! the master key, which the database never sees, so whoever can write to the database alone cannot make a link. The two
//! ends of what is kept are sealed the same way, so that neither can be moved to where it never was.

pub mod store;

use std::fmt;

use super::{AuditId, Entry, Sealed};
use crate::secret::{MasterKey, equal_in_constant_time, hmac_sha256};
use crate::tenants::TenantId;

/// The most faults that are told of one chain.
const MOST_FAULTS: usize = 100;

/// The key of every chain.
#[derive(Clone)]
pub struct ChainKey([u8; 32]);

impl fmt::Debug for ChainKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChainKey(..)")
    }
}

/// A place in a chain: the number of a row and its link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The number.
    pub sequence: i64,
    /// The link.
    pub hash: [u8; 32],
}

impl Mark {
    /// Before the first row.
    pub const GENESIS: Self = Self { sequence: 0, hash: [0; 32] };
}

/// Which end of a chain a stored mark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The last sealed row.
    Head,
    /// The last row that is no longer kept.
    Anchor,
}

/// A chain's two ends as they are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The organisation.
    pub tenant_id: TenantId,
    /// The number of the last sealed row.
    pub sequence: i64,
    /// Its link, sealed.
    pub hash: Vec<u8>,
    /// The number of the last row that is no longer kept; 0 when all are.
    pub kept_sequence: i64,
    /// Its link, sealed.
    pub kept_hash: Vec<u8>,
}

impl ChainKey {
    /// The key that belongs to a master key.
    pub fn of(master: &MasterKey) -> Self {
        Self(master.derive("audit chain"))
    }

    /// The place of `entry` behind `previous`.
    pub fn link(&self, previous: &Mark, entry: &Entry) -> Mark {
        let sequence = previous.sequence.saturating_add(1);
        Mark { sequence, hash: hmac_sha256(&self.0, &canonical(sequence, &previous.hash, entry)) }
    }

    /// An end of a chain as it is stored: the link, and a seal that binds it to this end of this chain.
    pub(super) fn stored(&self, tenant: TenantId, end: End, mark: &Mark) -> Vec<u8> {
        [mark.hash, self.seal(tenant, end, mark)].concat()
    }

    /// An end of a chain, and whether it is one that was made here.
    pub(super) fn read(&self, tenant: TenantId, end: End, (sequence, stored): (i64, &[u8])) -> (Mark, bool) {
        let mut mark = Mark { sequence, hash: [0; 32] };
        let Some((hash, seal)) = stored.split_at_checked(32) else { return (mark, false) };
        mark.hash.copy_from_slice(hash);
        (mark, equal_in_constant_time(seal, &self.seal(tenant, end, &mark)))
    }

    fn seal(&self, tenant: TenantId, end: End, mark: &Mark) -> [u8; 32] {
        let mut bytes: Vec<u8> = match end {
            End::Head => b"gridkey audit head 1\0".to_vec(),
            End::Anchor => b"gridkey audit anchor 1\0".to_vec(),
        };
        bytes.extend_from_slice(tenant.uuid().as_bytes());
        bytes.extend_from_slice(&mark.sequence.to_be_bytes());
        bytes.extend_from_slice(&mark.hash);
        hmac_sha256(&self.0, &bytes)
    }
}

/// The bytes that a link covers. Every text comes with its length, so that no two rows have the same bytes.
fn canonical(sequence: i64, previous: &[u8; 32], entry: &Entry) -> Vec<u8> {
    let mut bytes = b"gridkey audit row 1\0".to_vec();
    bytes.extend_from_slice(&sequence.to_be_bytes());
    bytes.extend_from_slice(previous);
    bytes.extend_from_slice(entry.id.uuid().as_bytes());
    bytes.extend_from_slice(entry.tenant_id.uuid().as_bytes());
    bytes.extend_from_slice(&entry.occurred_at.micros().to_be_bytes());
    match entry.actor_tenant_id {
        None => bytes.push(0),
        Some(tenant) => {
            bytes.push(1);
            bytes.extend_from_slice(tenant.uuid().as_bytes());
        }
    }
    for text in [
        &entry.action,
        &entry.outcome,
        &entry.reason,
        &entry.actor_kind,
        &entry.actor_id,
        &entry.actor_name,
        &entry.target_kind,
        &entry.target_id,
        &entry.target_name,
        &entry.changes,
        &entry.client_id,
        &entry.session_id,
        &entry.request_id,
        &entry.address,
        &entry.user_agent,
    ] {
        bytes.extend_from_slice(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

/// What is wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The row, or its link, is not what was sealed.
    #[error("row {sequence} ({id}) was changed, or stands in another row's place")]
    Changed {
        /// Which row.
        id: AuditId,
        /// Its number.
        sequence: i64,
    },
    /// Rows are gone.
    #[error("rows {first} to {last} are missing")]
    Missing {
        /// The first of them.
        first: i64,
        /// The last of them.
        last: i64,
    },
    /// A row stands where none was sealed.
    #[error("row {sequence} ({id}) was added")]
    Added {
        /// Which row.
        id: AuditId,
        /// Its number.
        sequence: i64,
    },
    /// The newest rows are gone.
    #[error("the end is cut off: rows {first} to {last} are missing")]
    Cut {
        /// The first of them.
        first: i64,
        /// The last of them.
        last: i64,
    },
    /// A row cannot be read.
    #[error("the row after number {after} cannot be read: {why}")]
    Unreadable {
        /// The number before it.
        after: i64,
        /// What is wrong.
        why: String,
    },
    /// Where the chain ends was changed.
    #[error("the record of the chain's end was changed")]
    Head,
    /// Where the chain begins was changed.
    #[error("the record of where the kept rows begin was changed")]
    Anchor,
    /// There are sealed rows, and no record of a chain.
    #[error("the record of the chain is missing")]
    NoChain,
}

/// A walk along a chain, row by row in the order of their numbers.
#[derive(Debug)]
pub struct Walk<'a> {
    key: &'a ChainKey,
    at: Mark,
    /// The link of the last row as computed, where the stored one differs: the next row may build on either.
    computed: Option<[u8; 32]>,
    head: Mark,
    /// How many rows were in order.
    pub rows: u64,
    /// What was found.
    pub faults: Vec<Fault>,
}

impl<'a> Walk<'a> {
    /// Begins where what is kept begins.
    pub fn new(key: &'a ChainKey, chain: &Chain) -> Self {
        let mut walk =
            Self { key, at: Mark::GENESIS, computed: None, head: Mark::GENESIS, rows: 0, faults: Vec::new() };
        let (anchor, genuine) =
            key.read(chain.tenant_id, End::Anchor, (chain.kept_sequence, &chain.kept_hash));
        walk.at = anchor;
        if !genuine {
            walk.note(Fault::Anchor);
        }
        walk.head(chain);
        walk
    }

    /// Hears where the chain ends now: it may grow during the walk.
    pub fn head(&mut self, chain: &Chain) {
        let (head, genuine) = self.key.read(chain.tenant_id, End::Head, (chain.sequence, &chain.hash));
        self.head = head;
        if !genuine && !self.faults.contains(&Fault::Head) {
            self.note(Fault::Head);
        }
    }

    /// The number of the last row that was passed.
    pub const fn sequence(&self) -> i64 {
        self.at.sequence
    }

    /// Passes a row.
    pub fn step(&mut self, row: &Sealed) {
        let (id, sequence) = (row.entry.id, row.sequence.unwrap_or_default());
        if sequence <= self.at.sequence || sequence > self.head.sequence {
            return self.note(Fault::Added { id, sequence });
        }
        let stored = row.hash.as_deref().and_then(|hash| <[u8; 32]>::try_from(hash).ok());
        if sequence > self.at.sequence.saturating_add(1) {
            // What this row was built on is gone, so it cannot be judged itself.
            self.note(Fault::Missing { first: self.at.sequence.saturating_add(1), last: sequence - 1 });
            self.at = Mark { sequence, hash: stored.unwrap_or_default() };
            self.computed = None;
            return;
        }
        let link = self.key.link(&self.at, &row.entry);
        let other = self.computed.map(|hash| self.key.link(&Mark { hash, ..self.at }, &row.entry).hash);
        let fits = stored.is_some_and(|hash| hash == link.hash || Some(hash) == other);
        self.at = Mark { sequence, hash: stored.unwrap_or(link.hash) };
        self.computed = (!fits).then_some(link.hash);
        if fits {
            self.rows += 1;
        } else {
            self.note(Fault::Changed { id, sequence });
        }
    }

    /// Arrives: the last row must be the one that the chain's record names.
    pub fn finish(&mut self) {
        if self.head.sequence > self.at.sequence {
            self.note(Fault::Cut { first: self.at.sequence.saturating_add(1), last: self.head.sequence });
            return;
        }
        let same_row = self.head.sequence == self.at.sequence;
        let same_link = self.head.hash == self.at.hash || Some(self.head.hash) == self.computed;
        if !(same_row && same_link || self.faults.contains(&Fault::Head)) {
            self.note(Fault::Head);
        }
    }

    /// Notes what was found otherwise.
    pub fn note(&mut self, fault: Fault) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }
}

#[cfg(test)]
mod tests;
