//! Queries on `dismissed_notices`.

use diesel::prelude::*;

use super::{Dismissed, Notice};
use crate::clock::Timestamp;
use crate::db::schema::dismissed_notices as dismissed;
use crate::db::types::stored_as_text;
use crate::db::{Conn, DbError, on};
use crate::secret::Digest;
use crate::tenants::TenantId;
use crate::users::UserId;

stored_as_text!(Notice);

/// What a person dismissed in an organisation and is still to stay away.
pub fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (user, now): (UserId, Timestamp),
) -> Result<Vec<Dismissed>, DbError> {
    let rows: Vec<(Notice, Digest, Timestamp)> = on!(conn, |c| {
        dismissed::table
            .filter(dismissed::user_id.eq(user).and(dismissed::tenant_id.eq(tenant)))
            .filter(dismissed::expires_at.gt(now))
            .order(dismissed::notice)
            .select((dismissed::notice, dismissed::digest, dismissed::expires_at))
            .load(c)
    })?;
    Ok(rows
        .into_iter()
        .map(|(notice, digest, expires_at)| Dismissed { notice, digest, expires_at })
        .collect())
}

/// Remembers that a person dismissed a notice, in place of what they dismissed of it before.
pub fn keep(conn: &mut Conn<'_>, tenant: TenantId, (user, now): (UserId, &Dismissed)) -> Result<(), DbError> {
    let (digest, until) = (dismissed::digest.eq(now.digest), dismissed::expires_at.eq(now.expires_at));
    on!(conn, |c| {
        diesel::insert_into(dismissed::table)
            .values((
                dismissed::user_id.eq(user),
                dismissed::tenant_id.eq(tenant),
                dismissed::notice.eq(now.notice),
                digest,
                until,
            ))
            .on_conflict((dismissed::user_id, dismissed::tenant_id, dismissed::notice))
            .do_update()
            .set((digest, until))
            .execute(c)
    })?;
    Ok(())
}

/// Forgets whatever a person dismissed in an organisation.
pub fn forget(conn: &mut Conn<'_>, tenant: TenantId, user: UserId) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::delete(dismissed::table)
            .filter(dismissed::user_id.eq(user).and(dismissed::tenant_id.eq(tenant)))
            .execute(c)
    })?;
    Ok(())
}

/// Deletes what no longer stays away.
pub fn sweep(conn: &mut Conn<'_>, now: Timestamp) -> Result<usize, DbError> {
    Ok(on!(conn, |c| diesel::delete(dismissed::table.filter(dismissed::expires_at.le(now))).execute(c))?)
}
