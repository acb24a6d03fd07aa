//! Queries on `audit_events` for figures.

use diesel::prelude::*;

use crate::audit::{AuditId, EventFilter};
use crate::clock::Timestamp;
use crate::db::schema::audit_events as events;
use crate::db::{Conn, DbError, on};
use crate::tenants::TenantId;

/// Each event of this action since `since` with how it ended, newest first, at most `limit`.
pub fn events(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (action, since): (&str, Timestamp),
    limit: i64,
) -> Result<Vec<(AuditId, String)>, DbError> {
    let (from, _) = EventFilter { from: Some(since), ..EventFilter::default() }.range(None);
    Ok(on!(conn, |c| {
        events::table
            .filter(events::tenant_id.eq(tenant).and(events::action.eq(action)).and(events::id.ge(from)))
            // Identifiers know milliseconds only.
            .filter(events::occurred_at.ge(since))
            .order(events::id.desc())
            .limit(limit)
            .select((events::id, events::outcome))
            .load(c)
    })?)
}
