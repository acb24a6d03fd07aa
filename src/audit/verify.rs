//! Verifying: every log is walked from where it begins to where its chain ends, in pages, while the server goes on.

use super::chain::{Chain, ChainKey, Fault, Walk, store};
use crate::db::{Db, DbError};
use crate::tenants::TenantId;

/// Rows that are read at once.
const PAGE: i64 = 1_000;
/// How often a walk begins again because rows expired under its feet.
const WALKS: usize = 3;

/// What a walk along one log found.
#[derive(Debug)]
pub struct Verdict {
    /// The organisation in whose log it was.
    pub tenant_id: TenantId,
    /// Rows that are as they were sealed.
    pub rows: u64,
    /// The number of the first row that is kept; one more than `last` when none is.
    pub first: i64,
    /// The number of the last sealed row.
    pub last: i64,
    /// Rows that are not sealed yet, and of which nothing can be said.
    pub unsealed: i64,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// The organisations with a log, in the order of their identifiers, after `after`, at most `limit`.
pub fn logs(db: &Db, after: Option<TenantId>, limit: usize) -> Result<Vec<TenantId>, DbError> {
    db.read_blocking(|conn| store::logs(conn, after, limit))
}

/// Walks one log.
pub fn verify(db: &Db, key: &ChainKey, tenant: TenantId) -> Result<Verdict, DbError> {
    for _ in 1..WALKS {
        let (verdict, undisturbed) = walk(db, key, tenant)?;
        if undisturbed || verdict.faults.is_empty() {
            return Ok(verdict);
        }
    }
    walk(db, key, tenant).map(|(verdict, _)| verdict)
}

/// One walk, and whether the beginning stayed where it was.
fn walk(db: &Db, key: &ChainKey, tenant: TenantId) -> Result<(Verdict, bool), DbError> {
    let find = || db.read_blocking(|conn| store::find_chain(conn, tenant));
    let unsealed = db.read_blocking(|conn| store::count_unsealed(conn, tenant))?;
    let Some(mut chain) = find()? else {
        let sealed = db.read_blocking(|conn| store::sealed_after(conn, tenant, i64::MIN, 1))?;
        if !sealed.is_empty() && find()?.is_some() {
            // The first batch was sealed between the two looks.
            return walk(db, key, tenant);
        }
        let faults = if sealed.is_empty() { Vec::new() } else { vec![Fault::NoChain] };
        return Ok((Verdict { tenant_id: tenant, rows: 0, first: 1, last: 0, unsealed, faults }, true));
    };
    let began = chain.kept_sequence;
    let mut walk = Walk::new(key, &chain);
    let mut after = i64::MIN;
    loop {
        let page = match db.read_blocking(|conn| store::sealed_after(conn, tenant, after, PAGE)) {
            Err(DbError::Damaged(_)) => {
                skip_unreadable(db, tenant, &mut after, &mut walk)?;
                continue;
            }
            page => page?,
        };
        let end = page.last().and_then(|row| row.sequence);
        if end.is_none_or(|end| end > chain.sequence) {
            // Rows and the record of their end are committed together: what lies beyond this record was never sealed.
            let again = find()?.unwrap_or_else(|| chain.clone());
            let grown = again.sequence != chain.sequence;
            chain = again;
            walk.head(&chain);
            if end.is_none() && !grown {
                break;
            }
        }
        for row in &page {
            walk.step(row);
        }
        after = end.unwrap_or(after);
    }
    walk.finish();
    let verdict = verdict(&chain, walk, unsealed);
    Ok((verdict, chain.kept_sequence == began))
}

fn verdict(chain: &Chain, walk: Walk<'_>, unsealed: i64) -> Verdict {
    Verdict {
        tenant_id: chain.tenant_id,
        rows: walk.rows,
        first: chain.kept_sequence.saturating_add(1),
        last: chain.sequence,
        unsealed,
        faults: walk.faults,
    }
}

/// A value that no row can have stands somewhere in the page: finds the row and goes on behind it.
fn skip_unreadable(db: &Db, tenant: TenantId, after: &mut i64, walk: &mut Walk<'_>) -> Result<(), DbError> {
    loop {
        let from = *after;
        match db.read_blocking(|conn| store::sealed_after(conn, tenant, from, 1)) {
            Ok(rows) => {
                let Some(row) = rows.first() else { return Ok(()) };
                walk.step(row);
                *after = row.sequence.unwrap_or(i64::MAX);
            }
            Err(DbError::Damaged(why)) => {
                walk.note(Fault::Unreadable { after: from.max(0), why });
                let next = db.read_blocking(|conn| store::next_sequence(conn, tenant, from))?;
                *after = next.unwrap_or(i64::MAX);
                return Ok(());
            }
            Err(other) => return Err(other),
        }
    }
}
