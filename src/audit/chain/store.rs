//! Queries of the chain: which rows wait, where each chain stands, and the few writes that move its ends.

use diesel::prelude::*;

use super::{Chain, Mark};
use crate::audit::store::{Row, Whole, sealed};
use crate::audit::{AuditId, Entry, Event, Sealed};
use crate::clock::Timestamp;
use crate::db::schema::{audit_chains as chains, audit_events as events};
use crate::db::{Conn, DbError, kept_update, on};
use crate::tenants::TenantId;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = chains, treat_none_as_default_value = false)]
struct ChainRow {
    tenant_id: TenantId,
    sequence: i64,
    hash: Vec<u8>,
    kept_sequence: i64,
    kept_hash: Vec<u8>,
    updated_at: Timestamp,
}

impl From<ChainRow> for Chain {
    fn from(row: ChainRow) -> Self {
        Self {
            tenant_id: row.tenant_id,
            sequence: row.sequence,
            hash: row.hash,
            kept_sequence: row.kept_sequence,
            kept_hash: row.kept_hash,
        }
    }
}

/// The logs after `after` in which rows wait to be sealed, at most `limit`. One look-up for each, however many rows wait.
pub fn waiting(conn: &mut Conn<'_>, after: Option<TenantId>, limit: usize) -> Result<Vec<TenantId>, DbError> {
    each_log(after, limit, |after| {
        Ok(on!(conn, |c| {
            events::table
                .filter(events::sequence.is_null().and(events::tenant_id.ge(after)))
                .order((events::tenant_id, events::id))
                .select(events::tenant_id)
                .first(c)
                .optional()
        })?)
    })
}

/// The logs after `after`, at most `limit`: those with rows and those with the record of a chain.
pub fn logs(conn: &mut Conn<'_>, after: Option<TenantId>, limit: usize) -> Result<Vec<TenantId>, DbError> {
    each_log(after, limit, |after| {
        let of_rows: Option<TenantId> = on!(conn, |c| {
            events::table
                .filter(events::tenant_id.ge(after))
                .order((events::tenant_id, events::id))
                .select(events::tenant_id)
                .first(c)
                .optional()
        })?;
        let of_chains: Option<TenantId> = on!(conn, |c| {
            chains::table
                .filter(chains::tenant_id.ge(after))
                .order(chains::tenant_id)
                .select(chains::tenant_id)
                .first(c)
                .optional()
        })?;
        Ok(of_rows.into_iter().chain(of_chains).min())
    })
}

/// Goes from log to log: `first` gives the first one that is not before an identifier.
fn each_log(
    after: Option<TenantId>,
    limit: usize,
    mut first: impl FnMut(TenantId) -> Result<Option<TenantId>, DbError>,
) -> Result<Vec<TenantId>, DbError> {
    let next = |id: TenantId| TenantId::new(uuid::Uuid::from_u128(id.uuid().as_u128().saturating_add(1)));
    let mut from = after.map_or_else(Event::instance, next);
    let mut found = Vec::new();
    while found.len() < limit
        && let Some(log) = first(from)?
    {
        found.push(log);
        from = next(log);
    }
    Ok(found)
}

/// The oldest rows of a log that are not sealed, at most `limit`.
pub fn unsealed(conn: &mut Conn<'_>, tenant: TenantId, limit: i64) -> Result<Vec<Entry>, DbError> {
    let rows: Vec<Row> = on!(conn, |c| {
        events::table
            .filter(events::tenant_id.eq(tenant).and(events::sequence.is_null()))
            .order(events::id)
            .limit(limit)
            .select(Row::as_select())
            .load(c)
    })?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// How many rows of a log are not sealed.
pub fn count_unsealed(conn: &mut Conn<'_>, tenant: TenantId) -> Result<i64, DbError> {
    Ok(on!(conn, |c| {
        events::table
            .filter(events::tenant_id.eq(tenant).and(events::sequence.is_null()))
            .count()
            .get_result(c)
    })?)
}

/// The sealed rows of a log with numbers above `after`, at most `limit`.
pub fn sealed_after(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    after: i64,
    limit: i64,
) -> Result<Vec<Sealed>, DbError> {
    let rows: Vec<Whole> = on!(conn, |c| {
        events::table
            .filter(events::tenant_id.eq(tenant).and(events::sequence.gt(after)))
            .order(events::sequence)
            .limit(limit)
            .select((Row::as_select(), events::sequence, events::hash))
            .load(c)
    })?;
    Ok(rows.into_iter().map(sealed).collect())
}

/// The number of the first sealed row above `after`, without reading the row.
pub fn next_sequence(conn: &mut Conn<'_>, tenant: TenantId, after: i64) -> Result<Option<i64>, DbError> {
    let found: Option<Option<i64>> = on!(conn, |c| {
        events::table
            .filter(events::tenant_id.eq(tenant).and(events::sequence.gt(after)))
            .order(events::sequence)
            .select(events::sequence)
            .first(c)
            .optional()
    })?;
    Ok(found.flatten())
}

/// The record of a chain.
pub fn find_chain(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Option<Chain>, DbError> {
    let row: Option<ChainRow> =
        on!(conn, |c| chains::table.find(tenant).select(ChainRow::as_select()).first(c).optional())?;
    Ok(row.map(Chain::from))
}

/// The number of the last sealed row of a log; the one before the first when there is none.
pub fn head(conn: &mut Conn<'_>, tenant: TenantId) -> Result<i64, DbError> {
    let found: Option<i64> =
        on!(conn, |c| chains::table.find(tenant).select(chains::sequence).first(c).optional())?;
    Ok(found.unwrap_or(Mark::GENESIS.sequence))
}

/// The organisations with a chain that begins after `after`, at most `limit`.
pub fn chains(conn: &mut Conn<'_>, after: Option<TenantId>, limit: i64) -> Result<Vec<TenantId>, DbError> {
    let from = after.unwrap_or_else(Event::instance);
    Ok(on!(conn, |c| {
        let mut query = chains::table
            .filter(chains::tenant_id.ge(from))
            .order(chains::tenant_id)
            .limit(limit)
            .select(chains::tenant_id)
            .into_boxed();
        if after.is_some() {
            query = query.filter(chains::tenant_id.ne(from));
        }
        query.load(c)
    })?)
}

/// Moves the end of a chain from where it was `seen` to `head` and writes the numbers and links of the rows in between.
/// `false`, and nothing is written, when somebody else moved it first.
pub fn seal(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (seen, head): (Option<i64>, &Chain),
    links: &[(AuditId, Mark)],
    now: Timestamp,
) -> Result<bool, DbError> {
    let moved = match seen {
        Some(seen) => on!(conn, |c| {
            let new =
                (chains::sequence.eq(head.sequence), chains::hash.eq(&head.hash), chains::updated_at.eq(now));
            kept_update(chains::table.find(tenant).filter(chains::sequence.eq(seen)), new).execute(c)
        })?,
        None => {
            let row = ChainRow {
                tenant_id: tenant,
                sequence: head.sequence,
                hash: head.hash.clone(),
                kept_sequence: head.kept_sequence,
                kept_hash: head.kept_hash.clone(),
                updated_at: now,
            };
            on!(conn, |c| diesel::insert_into(chains::table)
                .values(&row)
                .on_conflict_do_nothing()
                .execute(c))?
        }
    };
    if moved == 0 {
        return Ok(false);
    }
    for (id, mark) in links {
        let written = on!(conn, |c| {
            let unsealed =
                events::table.find(id).filter(events::tenant_id.eq(tenant).and(events::sequence.is_null()));
            let mark = (events::sequence.eq(mark.sequence), events::hash.eq(mark.hash.as_slice()));
            kept_update(unsealed, mark).execute(c)
        })?;
        if written == 0 {
            return Err(DbError::Damaged(format!("the event {id} went away while it was sealed")));
        }
    }
    Ok(true)
}

/// A row as retention sees it.
#[derive(Queryable)]
pub struct Old {
    /// Its number.
    pub sequence: i64,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// Its link.
    pub hash: Option<Vec<u8>>,
}

/// The first rows of a chain above `after`, at most `limit`.
pub fn oldest(conn: &mut Conn<'_>, tenant: TenantId, after: i64, limit: i64) -> Result<Vec<Old>, DbError> {
    Ok(on!(conn, |c| {
        events::table
            .filter(events::tenant_id.eq(tenant).and(events::sequence.gt(after)))
            .order(events::sequence)
            .limit(limit)
            .select((events::sequence.assume_not_null(), events::occurred_at, events::hash))
            .load(c)
    })?)
}

/// Deletes the rows of a chain above `seen` and up to `last`, and moves its beginning there. `false`, and nothing is
/// deleted, when somebody else moved it first.
pub fn drop_oldest(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (seen, last): (i64, i64),
    kept_hash: &[u8],
    now: Timestamp,
) -> Result<bool, DbError> {
    let moved = on!(conn, |c| {
        diesel::update(chains::table.find(tenant))
            .filter(chains::kept_sequence.eq(seen))
            .set((
                chains::kept_sequence.eq(last),
                chains::kept_hash.eq(kept_hash),
                chains::updated_at.eq(now),
            ))
            .execute(c)
    })?;
    if moved == 0 {
        return Ok(false);
    }
    on!(conn, |c| {
        diesel::delete(events::table)
            .filter(events::tenant_id.eq(tenant))
            .filter(events::sequence.gt(seen).and(events::sequence.le(last)))
            .execute(c)
    })?;
    Ok(true)
}
