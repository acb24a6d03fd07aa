//! Queries on `authorization_codes` that make them useless.

use diesel::prelude::*;

use crate::clients::ClientPk;
use crate::clock::Timestamp;
use crate::db::schema::{authorization_codes as codes, clients};
use crate::db::{Conn, DbError, on};
use crate::sessions::SessionId;
use crate::tenants::TenantId;
use crate::users::UserId;

/// Makes the unused codes of a session useless.
pub fn kill_codes_of_session(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    session: SessionId,
    now: Timestamp,
) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(codes::table)
            .filter(codes::session_id.eq(session).and(codes::tenant_id.eq(tenant)))
            .filter(codes::redeemed_at.is_null())
            .set(codes::redeemed_at.eq(now))
            .execute(c)
    })?;
    Ok(())
}

/// Makes the unused codes of these people useless, and tells how many that were.
pub fn kill_codes_of_users(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    people: &[UserId],
    now: Timestamp,
) -> Result<usize, DbError> {
    Ok(on!(conn, |c| {
        diesel::update(codes::table)
            .filter(codes::user_id.eq_any(people).and(codes::tenant_id.eq(tenant)))
            .filter(codes::redeemed_at.is_null().and(codes::expires_at.gt(now)))
            .set(codes::redeemed_at.eq(now))
            .execute(c)
    })?)
}

/// Makes the unused codes useless that a client was sent for a person.
pub fn kill_codes_between(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (user, client): (UserId, ClientPk),
    now: Timestamp,
) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(codes::table)
            .filter(codes::user_id.eq(user).and(codes::tenant_id.eq(tenant)))
            .filter(codes::client_pk.eq(client).and(codes::redeemed_at.is_null()))
            .set(codes::redeemed_at.eq(now))
            .execute(c)
    })?;
    Ok(())
}

/// Makes the unused codes of a client useless. They are found by their time, since a code lives for a minute and there
/// are never many that could still be used.
pub fn kill_codes_of_client(conn: &mut Conn<'_>, client: ClientPk, now: Timestamp) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(codes::table.filter(codes::expires_at.gt(now)))
            .filter(codes::client_pk.eq(client).and(codes::redeemed_at.is_null()))
            .set(codes::redeemed_at.eq(now))
            .execute(c)
    })?;
    Ok(())
}

/// Makes the unused codes of an organisation useless: those of its people, and those that its clients were sent.
pub fn kill_codes_of_tenant(conn: &mut Conn<'_>, tenant: TenantId, now: Timestamp) -> Result<(), DbError> {
    let own = clients::table.filter(clients::tenant_id.eq(tenant)).select(clients::id);
    on!(conn, |c| {
        diesel::update(codes::table.filter(codes::expires_at.gt(now)))
            .filter(codes::redeemed_at.is_null())
            .filter(codes::tenant_id.eq(tenant).or(codes::client_pk.eq_any(own)))
            .set(codes::redeemed_at.eq(now))
            .execute(c)
    })?;
    Ok(())
}
