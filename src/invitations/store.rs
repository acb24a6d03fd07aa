//! Queries on `invitations`.

use diesel::prelude::*;

use super::{Invitation, InvitationId, Invited};
use crate::clock::Timestamp;
use crate::db::schema::{invitations, users};
use crate::db::{Conn, DbError, on};
use crate::id::Id;
use crate::secret::Digest;
use crate::tenants::TenantId;
use crate::users::UserId;

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations)]
struct Row {
    id: InvitationId,
    tenant_id: TenantId,
    user_id: UserId,
    invited_by: String,
    created_at: Timestamp,
    expires_at: Timestamp,
    accepted_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl From<Row> for Invitation {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            user_id: row.user_id,
            invited_by: row.invited_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            accepted_at: row.accepted_at,
            revoked_at: row.revoked_at,
        }
    }
}

/// Writes an invitation down, with the digest of its link.
pub fn insert(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    invitation: &Invitation,
    digest: &Digest,
) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::insert_into(invitations::table)
            .values((
                invitations::id.eq(invitation.id),
                invitations::tenant_id.eq(tenant),
                invitations::user_id.eq(invitation.user_id),
                invitations::digest.eq(digest),
                invitations::invited_by.eq(&invitation.invited_by),
                invitations::created_at.eq(invitation.created_at),
                invitations::expires_at.eq(invitation.expires_at),
            ))
            .execute(c)
    })?;
    Ok(())
}

/// An invitation of this organisation by id.
pub fn find(conn: &mut Conn<'_>, tenant: TenantId, id: InvitationId) -> Result<Option<Invitation>, DbError> {
    let row: Option<Row> = on!(conn, |c| {
        invitations::table
            .find(id)
            .filter(invitations::tenant_id.eq(tenant))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?;
    Ok(row.map(Invitation::from))
}

/// The invitation of a link that works. Looking does not use it up.
pub fn find_by_link(
    conn: &mut Conn<'_>,
    digest: &Digest,
    now: Timestamp,
) -> Result<Option<Invitation>, DbError> {
    let row: Option<Row> = on!(conn, |c| {
        invitations::table
            .filter(invitations::digest.eq(digest).and(invitations::expires_at.gt(now)))
            .filter(invitations::accepted_at.is_null().and(invitations::revoked_at.is_null()))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?;
    Ok(row.map(Invitation::from))
}

/// Uses a link up. Only one caller is ever told `true`.
pub fn accept(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: InvitationId,
    (digest, now): (&Digest, Timestamp),
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::update(invitations::table.find(id))
            .filter(invitations::tenant_id.eq(tenant).and(invitations::digest.eq(digest)))
            .filter(invitations::accepted_at.is_null().and(invitations::revoked_at.is_null()))
            .set(invitations::accepted_at.eq(now))
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Gives an invitation that is still as `seen` saw it a new link, which ends the one before. `false` when somebody was
/// faster.
pub fn renew(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    seen: &Invitation,
    (digest, expires_at): (&Digest, Timestamp),
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::update(invitations::table.find(seen.id))
            .filter(invitations::tenant_id.eq(tenant).and(invitations::expires_at.eq(seen.expires_at)))
            .filter(invitations::accepted_at.is_null().and(invitations::revoked_at.is_null()))
            .set((invitations::digest.eq(digest), invitations::expires_at.eq(expires_at)))
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Takes an invitation back. `false` when it is over already.
pub fn revoke(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: InvitationId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::update(invitations::table.find(id))
            .filter(invitations::tenant_id.eq(tenant))
            .filter(invitations::accepted_at.is_null().and(invitations::revoked_at.is_null()))
            .set(invitations::revoked_at.eq(now))
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Takes back whatever invitations these people have.
pub fn revoke_of_users(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    people: &[UserId],
    now: Timestamp,
) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(invitations::table)
            .filter(invitations::user_id.eq_any(people).and(invitations::tenant_id.eq(tenant)))
            .filter(invitations::accepted_at.is_null().and(invitations::revoked_at.is_null()))
            .set(invitations::revoked_at.eq(now))
            .execute(c)
    })?;
    Ok(())
}

/// The invitations of this organisation by id with who is invited, after `after`, at most `limit`; all, or those of one
/// person.
pub fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    user: Option<UserId>,
    after: Option<InvitationId>,
    limit: i64,
) -> Result<Vec<(Invitation, Invited)>, DbError> {
    let after = after.unwrap_or(Id::new(uuid::Uuid::nil()));
    let rows: Vec<(Row, String, String)> = on!(conn, |c| {
        let mut query = invitations::table
            .inner_join(users::table)
            .filter(invitations::tenant_id.eq(tenant).and(invitations::id.gt(after)))
            .order(invitations::id)
            .limit(limit)
            .select((Row::as_select(), users::email, users::display_name))
            .into_boxed();
        if let Some(user) = user {
            query = query.filter(invitations::user_id.eq(user));
        }
        query.load(c)
    })?;
    let invited = |(row, email, display_name)| (Invitation::from(row), Invited { email, display_name });
    Ok(rows.into_iter().map(invited).collect())
}

/// Deletes invitations whose time was over before `before`, however they ended.
pub fn sweep(conn: &mut Conn<'_>, before: Timestamp) -> Result<usize, DbError> {
    Ok(on!(conn, |c| {
        diesel::delete(invitations::table.filter(invitations::expires_at.lt(before))).execute(c)
    })?)
}
