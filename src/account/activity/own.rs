//! One log out of two: what somebody did, and what was done to them.

use crate::audit::{self, AuditId, EventFilter, Sealed};
use crate::db::{Conn, DbError};
use crate::tenants::TenantId;
use crate::users::UserId;

/// A page of somebody's events, newest first, and where the next one begins.
#[derive(Clone, Debug)]
pub struct Own {
    /// The events.
    pub rows: Vec<Sealed>,
    /// The next page has those below this one.
    pub next: Option<AuditId>,
}

/// The events below `before` of which somebody is the actor or the target. Each half is found by its own index.
pub fn own(
    conn: &mut Conn<'_>,
    (tenant, user): (TenantId, UserId),
    before: Option<AuditId>,
    limit: usize,
) -> Result<Own, DbError> {
    let id = Some(user.to_string());
    let wanted = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let did = EventFilter { actor_id: id.clone(), ..EventFilter::default() };
    let felt = EventFilter { target_id: id, ..EventFilter::default() };
    let mut rows = audit::store::list(conn, tenant, &did, before, wanted)?.rows;
    rows.extend(audit::store::list(conn, tenant, &felt, before, wanted)?.rows);
    Ok(merged(rows, limit))
}

fn merged(mut rows: Vec<Sealed>, limit: usize) -> Own {
    rows.sort_by_key(|row| std::cmp::Reverse(row.entry.id));
    rows.dedup_by_key(|row| row.entry.id);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().map(|row| row.entry.id).filter(|_| more);
    Own { rows, next }
}
