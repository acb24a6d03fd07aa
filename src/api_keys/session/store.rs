//! Queries on `key_sessions`.

use diesel::prelude::*;

use crate::api_keys::{ApiKeyId, KeySession, KeySessionId};
use crate::clock::Timestamp;
use crate::db::schema::key_sessions;
use crate::db::{Conn, DbError, on};
use crate::tenants::TenantId;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = key_sessions, treat_none_as_default_value = false)]
struct Row {
    id: KeySessionId,
    tenant_id: TenantId,
    api_key_id: ApiKeyId,
    sealed_seed: Vec<u8>,
    generation: i64,
    rotated_at: Timestamp,
    user_agent: String,
    address: String,
    created_at: Timestamp,
    expires_at: Timestamp,
    ended_at: Option<Timestamp>,
}

impl From<Row> for KeySession {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            api_key_id: row.api_key_id,
            sealed_seed: row.sealed_seed,
            generation: row.generation,
            rotated_at: row.rotated_at,
            user_agent: row.user_agent,
            address: row.address,
            created_at: row.created_at,
            expires_at: row.expires_at,
            ended_at: row.ended_at,
        }
    }
}

/// A session by id; its refresh token says which, and its seed says whether the token is right.
pub fn find_session(conn: &mut Conn<'_>, id: KeySessionId) -> Result<Option<KeySession>, DbError> {
    let row: Option<Row> =
        on!(conn, |c| key_sessions::table.find(id).select(Row::as_select()).first(c).optional())?;
    Ok(row.map(KeySession::from))
}

/// Begins a session.
pub fn insert_session(conn: &mut Conn<'_>, tenant: TenantId, session: &KeySession) -> Result<(), DbError> {
    let row = Row {
        id: session.id,
        tenant_id: tenant,
        api_key_id: session.api_key_id,
        sealed_seed: session.sealed_seed.clone(),
        generation: session.generation,
        rotated_at: session.rotated_at,
        user_agent: session.user_agent.clone(),
        address: session.address.clone(),
        created_at: session.created_at,
        expires_at: session.expires_at,
        ended_at: session.ended_at,
    };
    on!(conn, |c| diesel::insert_into(key_sessions::table).values(&row).execute(c))?;
    Ok(())
}

/// Moves a session from generation `from` to the next. `false` when somebody was faster or it has ended.
pub fn rotate_session(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: KeySessionId,
    (from, now): (i64, Timestamp),
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::update(key_sessions::table.find(id))
            .filter(key_sessions::tenant_id.eq(tenant).and(key_sessions::generation.eq(from)))
            .filter(key_sessions::ended_at.is_null())
            .set((key_sessions::generation.eq(from + 1), key_sessions::rotated_at.eq(now)))
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Ends a session. `false` when it has ended already.
pub fn end_session(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: KeySessionId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::update(key_sessions::table.find(id))
            .filter(key_sessions::tenant_id.eq(tenant).and(key_sessions::ended_at.is_null()))
            .set(key_sessions::ended_at.eq(now))
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Deletes sessions whose time was over before `before`.
pub fn sweep_sessions(conn: &mut Conn<'_>, before: Timestamp) -> Result<usize, DbError> {
    Ok(on!(conn, |c| {
        diesel::delete(key_sessions::table.filter(key_sessions::expires_at.lt(before))).execute(c)
    })?)
}
