//! Queries on `webhooks` for figures.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::schema::webhooks;
use crate::db::{Conn, DbError, on};
use crate::tenants::TenantId;

/// How many webhooks fail: those whose last attempts were not taken, and those that were paused for it. An organisation
/// has no more than fit into one look.
pub fn count_failing(conn: &mut Conn<'_>, tenant: TenantId) -> Result<usize, DbError> {
    let found: Vec<(Option<Timestamp>, String)> = on!(conn, |c| {
        webhooks::table
            .filter(webhooks::tenant_id.eq(tenant))
            .order(webhooks::id)
            .select((webhooks::failing_since, webhooks::status_reason))
            .load(c)
    })?;
    Ok(found.iter().filter(|(since, reason)| since.is_some() || !reason.is_empty()).count())
}
