//! Queries on `audit_events`: writing events down and finding them again. Those of the chain are beside the chain.

use diesel::prelude::*;

use super::{ActorKind, AuditId, Entry, Event, EventFilter, Outcome, Sealed};
use crate::clock::Timestamp;
use crate::db::schema::audit_events as events;
use crate::db::types::stored_as_text;
use crate::db::{Conn, DbError, on, prefix_range};
use crate::revocations::{self, Revocation, RevocationId};
use crate::tenants::TenantId;

stored_as_text!(ActorKind, Outcome);

/// The longest text of a request that is written down; more says nothing about who it was.
const LONGEST: usize = 400;
/// Rows that are looked at one by one for one page of a list.
const SIFTED: i64 = 20_000;

/// A row without what sealing adds to it.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
pub(super) struct Row {
    id: AuditId,
    tenant_id: TenantId,
    occurred_at: Timestamp,
    action: String,
    outcome: String,
    reason: String,
    actor_kind: String,
    actor_id: String,
    actor_name: String,
    actor_tenant_id: Option<TenantId>,
    target_kind: String,
    target_id: String,
    target_name: String,
    changes: String,
    client_id: String,
    session_id: String,
    request_id: String,
    address: String,
    user_agent: String,
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            occurred_at: row.occurred_at,
            action: row.action,
            outcome: row.outcome,
            reason: row.reason,
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            actor_name: row.actor_name,
            actor_tenant_id: row.actor_tenant_id,
            target_kind: row.target_kind,
            target_id: row.target_id,
            target_name: row.target_name,
            changes: row.changes,
            client_id: row.client_id,
            session_id: row.session_id,
            request_id: row.request_id,
            address: row.address,
            user_agent: row.user_agent,
        }
    }
}

/// A row with its number and its link, as both are read.
pub(super) type Whole = (Row, Option<i64>, Option<Vec<u8>>);

/// Puts the two together.
pub(super) fn sealed((row, sequence, hash): Whole) -> Sealed {
    Sealed { entry: row.into(), sequence, hash }
}

/// Writes an event down, in the transaction of the deed.
pub fn insert(conn: &mut Conn<'_>, tenant: TenantId, event: &Event) -> Result<(), DbError> {
    let row = Row {
        id: event.id,
        tenant_id: tenant,
        occurred_at: event.at,
        action: event.action.to_owned(),
        outcome: event.outcome.as_str().to_owned(),
        reason: one_line(&event.reason),
        actor_kind: event.actor.kind.as_str().to_owned(),
        actor_id: one_line(&event.actor.id),
        actor_name: one_line(&event.actor.name),
        actor_tenant_id: event.actor.tenant_id,
        target_kind: one_line(&event.target.kind),
        target_id: one_line(&event.target.id),
        target_name: one_line(&event.target.name),
        changes: event.changes.to_text(),
        client_id: one_line(&event.origin.client_id),
        session_id: one_line(&event.origin.session_id),
        request_id: one_line(&event.origin.request_id),
        address: one_line(&event.origin.address),
        user_agent: one_line(&event.origin.user_agent),
    };
    on!(conn, |c| diesel::insert_into(events::table).values(&row).execute(c))?;
    if event.may_end_something() {
        revocations::store::insert(conn, tenant, &announcement(event))
    } else {
        Ok(())
    }
}

/// What everybody hears who remembers verdicts.
fn announcement(event: &Event) -> Revocation {
    Revocation {
        id: RevocationId::new(event.id.uuid()),
        tenant_id: event.tenant_id,
        at: event.at,
        action: event.action.to_owned(),
        subject_kind: one_line(&event.target.kind),
        subject_id: one_line(&event.target.id),
    }
}

/// The beginning of a text that a stranger may have chosen, with whatever could begin a new line, end a text or turn the
/// direction of reading spelt out: a reader of the log sees one line, and who wrote it.
fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LONGEST));
    for c in text.chars() {
        let turns = matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let before = out.len();
        if c.is_control() || turns {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
        if out.len() > LONGEST {
            out.truncate(before);
            break;
        }
    }
    out
}

/// One event of this log.
pub fn find(conn: &mut Conn<'_>, tenant: TenantId, id: AuditId) -> Result<Option<Sealed>, DbError> {
    let found: Option<Whole> = on!(conn, |c| {
        events::table
            .find(id)
            .filter(events::tenant_id.eq(tenant))
            .select((Row::as_select(), events::sequence, events::hash))
            .first(c)
            .optional()
    })?;
    Ok(found.map(sealed))
}

/// A page of a log, and where the next one begins if there may be one.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The rows, newest first.
    pub rows: Vec<Sealed>,
    /// The next page has rows below this identifier.
    pub next: Option<AuditId>,
}

/// The rows below `before` that pass the filter, newest first, at most `limit`. What somebody did and what was done to them
/// are two walks, each through an index of its own.
pub fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: &EventFilter,
    before: Option<AuditId>,
    limit: i64,
) -> Result<Listed, DbError> {
    let Some(about) = &filter.about else { return narrowed(conn, tenant, filter, before, limit) };
    let alone = EventFilter { about: None, ..filter.clone() };
    let did = EventFilter { actor_id: Some(about.clone()), ..alone.clone() };
    let suffered = EventFilter { target_id: Some(about.clone()), ..alone };
    let did = narrowed(conn, tenant, &did, before, limit)?;
    let suffered = narrowed(conn, tenant, &suffered, before, limit)?;
    Ok(did.and(suffered, usize::try_from(limit).unwrap_or(usize::MAX)))
}

impl Listed {
    /// Two walks as one. What lies below the end of either is left to the next page: the other may have gone further down.
    fn and(self, other: Self, limit: usize) -> Self {
        let end = self.next.max(other.next);
        let mut rows: Vec<Sealed> = self.rows.into_iter().chain(other.rows).collect();
        rows.retain(|row| end.is_none_or(|end| row.entry.id >= end));
        rows.sort_by_key(|row| std::cmp::Reverse(row.entry.id));
        // Whoever does something to themselves is found by both.
        rows.dedup_by_key(|row| row.entry.id);
        if rows.len() <= limit {
            return Self { rows, next: end };
        }
        rows.truncate(limit);
        Self { next: rows.last().map(|row| row.entry.id), rows }
    }
}

/// The rows below `before` that pass a filter without `about`.
///
/// Where an index cannot answer alone, at most [`SIFTED`] rows are looked at: the page may then be short, and even empty,
/// while there is a next one. No wish costs more than that.
fn narrowed(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: &EventFilter,
    before: Option<AuditId>,
    limit: i64,
) -> Result<Listed, DbError> {
    let (from, below) = filter.range(before);
    let floor = if filter.sifts() { floor(conn, tenant, filter, (from, below))? } else { None };
    let from = floor.unwrap_or(from);
    let found: Vec<Whole> = on!(conn, |c| {
        let mut query = events::table
            .filter(events::tenant_id.eq(tenant).and(events::id.ge(from)).and(events::id.lt(below)))
            .order(events::id.desc())
            .limit(limit.saturating_add(1))
            .select((Row::as_select(), events::sequence, events::hash))
            .into_boxed();
        if let Some(target) = &filter.target_id {
            query = query.filter(events::target_id.eq(target));
        }
        if let Some(actor) = &filter.actor_id {
            query = query.filter(events::actor_id.eq(actor));
        }
        if let Some(action) = &filter.action {
            query = query.filter(events::action.eq(action));
        }
        if let Some(start) = &filter.action_prefix {
            let (from, to) = prefix_range(start.clone());
            query = query.filter(events::action.ge(from).and(events::action.lt(to)));
        }
        if let Some(kind) = &filter.target_kind {
            query = query.filter(events::target_kind.eq(kind));
        }
        if let Some(outcome) = filter.outcome {
            query = query.filter(events::outcome.eq(outcome.as_str()));
        }
        if let Some(address) = &filter.address {
            query = query.filter(events::address.eq(address));
        }
        // Identifiers know milliseconds only.
        if let Some(time) = filter.from {
            query = query.filter(events::occurred_at.ge(time));
        }
        if let Some(time) = filter.to {
            query = query.filter(events::occurred_at.lt(time));
        }
        query.load(c)
    })?;
    let mut rows: Vec<Sealed> = found.into_iter().map(sealed).collect();
    let full = i64::try_from(rows.len()).unwrap_or(i64::MAX) > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = if full { rows.last().map(|row| row.entry.id) } else { floor };
    Ok(Listed { rows, next })
}

/// The identifier of the row that is [`SIFTED`] rows below, by the index that the query itself will use.
fn floor(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: &EventFilter,
    (from, below): (AuditId, AuditId),
) -> Result<Option<AuditId>, DbError> {
    Ok(on!(conn, |c| {
        let mut query = events::table
            .filter(events::tenant_id.eq(tenant).and(events::id.ge(from)).and(events::id.lt(below)))
            .order(events::id.desc())
            .offset(SIFTED)
            .limit(1)
            .select(events::id)
            .into_boxed();
        match (&filter.target_id, &filter.actor_id, &filter.action) {
            (Some(target), _, _) => query = query.filter(events::target_id.eq(target)),
            (_, Some(actor), _) => query = query.filter(events::actor_id.eq(actor)),
            (_, _, Some(action)) => query = query.filter(events::action.eq(action)),
            _ => {}
        }
        query.first(c).optional()
    })?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn walk(ids: &[u128], next: Option<u128>) -> Listed {
        let id = |number| AuditId::new(Uuid::from_u128(number));
        let row = |number: &u128| {
            let text = String::new;
            let entry = Entry {
                id: id(*number),
                tenant_id: Event::instance(),
                occurred_at: Timestamp::from_seconds(0),
                action: text(),
                outcome: text(),
                reason: text(),
                actor_kind: text(),
                actor_id: text(),
                actor_name: text(),
                actor_tenant_id: None,
                target_kind: text(),
                target_id: text(),
                target_name: text(),
                changes: text(),
                client_id: text(),
                session_id: text(),
                request_id: text(),
                address: text(),
                user_agent: text(),
            };
            Sealed { entry, sequence: None, hash: None }
        };
        Listed { rows: ids.iter().map(row).collect(), next: next.map(id) }
    }

    #[test]
    fn two_walks_are_one_list_without_doubles_or_gaps() {
        let seen = |listed: &Listed| -> (Vec<u128>, Option<u128>) {
            let ids = listed.rows.iter().map(|row| row.entry.id.uuid().as_u128()).collect();
            (ids, listed.next.map(|next| next.uuid().as_u128()))
        };
        let both = walk(&[9, 7, 5], None).and(walk(&[8, 7, 1], None), 10);
        assert_eq!(seen(&both), (vec![9, 8, 7, 5, 1], None));
        let cut = walk(&[9, 7, 5], None).and(walk(&[8, 7, 1], None), 3);
        assert_eq!(seen(&cut), (vec![9, 8, 7], Some(7)));
        // The one has more below 7, which must not be passed over.
        let open = walk(&[9, 7], Some(7)).and(walk(&[8, 3], None), 10);
        assert_eq!(seen(&open), (vec![9, 8, 7], Some(7)));
        // A walk that looked far and found nothing.
        let empty = walk(&[], Some(4)).and(walk(&[], None), 10);
        assert_eq!(seen(&empty), (vec![], Some(4)));
    }

    #[test]
    fn a_text_is_one_line_and_no_longer_than_it_may_be() {
        for (text, expected) in [
            ("plain ü", "plain ü"),
            ("a\r\nb", "a\\r\\nb"),
            ("a\u{85}b", "a\\u{85}b"),
            ("a\0b", "a\\u{0}b"),
            ("a\u{2028}b", "a\\u{2028}b"),
            ("moc\u{202e}.evil", "moc\\u{202e}.evil"),
        ] {
            assert_eq!(one_line(text), expected);
        }
        for long in ["ü".repeat(1_000), "\n".repeat(1_000)] {
            let short = one_line(&long);
            assert!(short.len() <= LONGEST && short.len() > LONGEST - 4, "{}", short.len());
        }
    }
}
