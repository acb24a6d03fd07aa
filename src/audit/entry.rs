//! What is read back from the log, and which part of it somebody wants to see.

use serde_json::Value;
use uuid::Uuid;

use super::{AuditId, Outcome};
use crate::clock::Timestamp;
use crate::tenants::TenantId;

/// One row as it is stored. Texts stay texts: a row that somebody tampered with must still be readable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Identifier.
    pub id: AuditId,
    /// The organisation in whose log it stands; nil for the instance's own.
    pub tenant_id: TenantId,
    /// When.
    pub occurred_at: Timestamp,
    /// `noun.verb`.
    pub action: String,
    /// `success` or `failure`.
    pub outcome: String,
    /// Why it was refused.
    pub reason: String,
    /// What kind of actor.
    pub actor_kind: String,
    /// Who.
    pub actor_id: String,
    /// What people call them.
    pub actor_name: String,
    /// Their own organisation.
    pub actor_tenant_id: Option<TenantId>,
    /// What kind of thing it was done to.
    pub target_kind: String,
    /// Which one.
    pub target_id: String,
    /// What people call it.
    pub target_name: String,
    /// What changed, as JSON.
    pub changes: String,
    /// The application.
    pub client_id: String,
    /// The browser session.
    pub session_id: String,
    /// The request.
    pub request_id: String,
    /// The network address.
    pub address: String,
    /// The program.
    pub user_agent: String,
}

impl Entry {
    /// What a field was before, as the log has it.
    pub fn before(&self, field: &str) -> Option<Value> {
        let changes: Value = serde_json::from_str(&self.changes).ok()?;
        changes.get(field)?.get("before").cloned()
    }
}

/// A row with its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// What it says.
    pub entry: Entry,
    /// Its number; `None` until it is sealed.
    pub sequence: Option<i64>,
    /// Its link; `None` until it is sealed.
    pub hash: Option<Vec<u8>>,
}

/// Which rows are wanted. Everything absent lets every row pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Not before this moment.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub to: Option<Timestamp>,
    /// This action.
    pub action: Option<String>,
    /// Actions that begin so.
    pub action_prefix: Option<String>,
    /// By this actor or on this thing: all that somebody did, and all that was done to them. Stands alone: neither
    /// `actor_id` nor `target_id` beside it.
    pub about: Option<String>,
    /// This actor.
    pub actor_id: Option<String>,
    /// This kind of thing.
    pub target_kind: Option<String>,
    /// This thing.
    pub target_id: Option<String>,
    /// This outcome.
    pub outcome: Option<Outcome>,
    /// This network address.
    pub address: Option<String>,
}

impl EventFilter {
    /// The identifiers that the rows can have, both as bounds: not below the first, below the second. Identifiers begin
    /// with their milliseconds (RFC 9562 5.7), so a span of time is a range of the index.
    pub fn range(&self, before: Option<AuditId>) -> (AuditId, AuditId) {
        let from = self.from.map_or(0, millis);
        let to = self.to.map(|to| first_id(millis(to).saturating_add(1)));
        let last = AuditId::new(Uuid::max());
        (first_id(from), before.unwrap_or(last).min(to.unwrap_or(last)))
    }

    /// Whether rows have to be looked at one by one, because something is asked for that the index in use lacks.
    pub fn sifts(&self) -> bool {
        let by_index = [&self.target_id, &self.actor_id, &self.action];
        by_index.iter().filter(|one| one.is_some()).count() > 1
            || self.action_prefix.is_some()
            || self.target_kind.is_some()
            || self.outcome.is_some()
            || self.address.is_some()
    }
}

fn millis(at: Timestamp) -> u64 {
    u64::try_from(at.micros().div_euclid(1_000)).unwrap_or(0)
}

/// The least identifier of this millisecond.
fn first_id(millis: u64) -> AuditId {
    AuditId::new(Uuid::from_u128(u128::from(millis.min(0xFFFF_FFFF_FFFF)) << 80))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn a_span_of_time_is_a_range_of_identifiers() {
        let random = Random::default();
        let at = |micros: i64| Timestamp::from_micros(1_700_000_000_000_000 + micros);
        let filter = EventFilter { from: Some(at(1_500)), to: Some(at(3_500)), ..EventFilter::default() };
        let (from, to) = filter.range(None);
        for (micros, within) in [(0, false), (999, false), (1_500, true), (3_499, true), (4_000, false)] {
            for _ in 0..50 {
                let id: AuditId = random.id(at(micros));
                assert_eq!(from <= id && id < to, within, "{micros}");
            }
        }
        let cursor: AuditId = random.id(at(2_000));
        assert_eq!(filter.range(Some(cursor)).1, cursor);
        let everything = EventFilter::default().range(None);
        assert!(everything.0 <= cursor && cursor < everything.1);
    }

    #[test]
    fn one_index_answers_one_wish() {
        let actor = EventFilter { actor_id: Some("a".into()), ..EventFilter::default() };
        assert!(!actor.sifts() && !EventFilter::default().sifts());
        assert!(EventFilter { target_id: Some("t".into()), ..actor.clone() }.sifts());
        assert!(EventFilter { outcome: Some(Outcome::Failure), ..EventFilter::default() }.sifts());
    }
}
