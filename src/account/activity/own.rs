//! What somebody did, and what was done to them.

use crate::audit::store::{self, Listed};
use crate::audit::{AuditId, EventFilter};
use crate::db::{Conn, DbError};
use crate::tenants::TenantId;
use crate::users::UserId;

/// The events below `before` of which somebody is the actor or the target, newest first.
pub fn own(
    conn: &mut Conn<'_>,
    (tenant, user): (TenantId, UserId),
    before: Option<AuditId>,
    limit: usize,
) -> Result<Listed, DbError> {
    let filter = EventFilter { about: Some(user.to_string()), ..EventFilter::default() };
    store::list(conn, tenant, &filter, before, i64::try_from(limit).unwrap_or(i64::MAX))
}
