//! Queries on `sessions`.

use diesel::prelude::*;

use super::{Session, SessionId};
use crate::clock::Timestamp;
use crate::db::schema::{sessions, users};
use crate::db::types::Strings;
use crate::db::{Conn, DbError, kept_update, on};
use crate::secret::Digest;
use crate::tenants::TenantId;
use crate::users::UserId;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub(crate) struct Row {
    id: SessionId,
    tenant_id: TenantId,
    user_id: UserId,
    browser: Digest,
    authenticated_at: Timestamp,
    amr: Strings,
    address: String,
    user_agent: String,
    created_at: Timestamp,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            user_id: row.user_id,
            browser: row.browser,
            authenticated_at: row.authenticated_at,
            amr: row.amr.0,
            address: row.address,
            user_agent: row.user_agent,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
        }
    }
}

/// The sessions of one browser that were not ended, last used first. The caller asks each whether it is live.
pub fn of_browser(conn: &mut Conn<'_>, browser: &Digest) -> Result<Vec<Session>, DbError> {
    Ok(on!(conn, |c| {
        sessions::table
            .filter(sessions::browser.eq(browser).and(sessions::ended_at.is_null()))
            .order(sessions::last_seen_at.desc())
            .select(Row::as_select())
            .load(c)
    })?
    .into_iter()
    .map(Session::from)
    .collect())
}

/// A session of this organisation that was not ended.
pub fn find(conn: &mut Conn<'_>, tenant: TenantId, id: SessionId) -> Result<Option<Session>, DbError> {
    Ok(on!(conn, |c| {
        sessions::table
            .find(id)
            .filter(sessions::tenant_id.eq(tenant).and(sessions::ended_at.is_null()))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?
    .map(Session::from))
}

/// Which sessions a list shows.
#[derive(Clone, Copy, Debug)]
pub struct SessionFilter {
    /// Only those of this person.
    pub user: Option<UserId>,
    /// The present: only those that have not come to their end.
    pub now: Timestamp,
    /// Only those that were used after this.
    pub used_after: Timestamp,
}

/// The live sessions of an organisation by id with the addresses of whose they are, after `after`, at most `limit`.
pub fn list_with_people(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: &SessionFilter,
    after: Option<SessionId>,
    limit: i64,
) -> Result<Vec<(Session, String)>, DbError> {
    let after = after.unwrap_or(SessionId::new(uuid::Uuid::nil()));
    let rows: Vec<(Row, String)> = on!(conn, |c| {
        let mut query = sessions::table
            .inner_join(users::table)
            .filter(sessions::tenant_id.eq(tenant).and(sessions::id.gt(after)))
            .filter(sessions::ended_at.is_null().and(sessions::expires_at.gt(filter.now)))
            .filter(sessions::last_seen_at.gt(filter.used_after))
            .order(sessions::id)
            .limit(limit)
            .select((Row::as_select(), users::email))
            .into_boxed();
        if let Some(user) = filter.user {
            query = query.filter(sessions::user_id.eq(user));
        }
        query.load(c)
    })?;
    Ok(rows.into_iter().map(|(row, email)| (Session::from(row), email)).collect())
}

/// The same without the addresses.
pub fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: &SessionFilter,
    after: Option<SessionId>,
    limit: i64,
) -> Result<Vec<Session>, DbError> {
    let rows = list_with_people(conn, tenant, filter, after, limit)?;
    Ok(rows.into_iter().map(|(session, _)| session).collect())
}

/// Whether the session was not ended and is within its absolute limit.
pub fn is_open(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: SessionId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let open: i64 = on!(conn, |c| {
        sessions::table
            .filter(sessions::id.eq(id).and(sessions::tenant_id.eq(tenant)))
            .filter(sessions::ended_at.is_null().and(sessions::expires_at.gt(now)))
            .count()
            .get_result(c)
    })?;
    Ok(open == 1)
}

/// Begins a session.
pub fn insert(conn: &mut Conn<'_>, tenant: TenantId, session: &Session) -> Result<(), DbError> {
    let row = Row {
        id: session.id,
        tenant_id: tenant,
        user_id: session.user_id,
        browser: session.browser,
        authenticated_at: session.authenticated_at,
        amr: Strings(session.amr.clone()),
        address: session.address.clone(),
        user_agent: session.user_agent.clone(),
        created_at: session.created_at,
        last_seen_at: session.last_seen_at,
        expires_at: session.expires_at,
    };
    on!(conn, |c| diesel::insert_into(sessions::table).values(&row).execute(c))?;
    Ok(())
}

/// Gives every session of a browser to that browser's new cookie: after a sign-in the old value is worth nothing.
pub fn rename_browser(conn: &mut Conn<'_>, old: &Digest, new: &Digest) -> Result<(), DbError> {
    on!(conn, |c| {
        kept_update(sessions::table.filter(sessions::browser.eq(old)), sessions::browser.eq(new)).execute(c)
    })?;
    Ok(())
}

/// Notes that the browser came by.
pub fn touch(conn: &mut Conn<'_>, tenant: TenantId, id: SessionId, now: Timestamp) -> Result<(), DbError> {
    on!(conn, |c| {
        let open =
            sessions::table.find(id).filter(sessions::tenant_id.eq(tenant).and(sessions::ended_at.is_null()));
        kept_update(open, sessions::last_seen_at.eq(now)).execute(c)
    })?;
    Ok(())
}

/// Notes that the person proved again who they are.
pub fn prove_again(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: SessionId,
    now: Timestamp,
) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(sessions::table.find(id))
            .filter(sessions::tenant_id.eq(tenant).and(sessions::ended_at.is_null()))
            .set((sessions::authenticated_at.eq(now), sessions::last_seen_at.eq(now)))
            .execute(c)
    })?;
    Ok(())
}

/// Ends a session. `false` when it was over already.
pub fn end(conn: &mut Conn<'_>, tenant: TenantId, id: SessionId, now: Timestamp) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::update(sessions::table.find(id))
            .filter(sessions::tenant_id.eq(tenant).and(sessions::ended_at.is_null()))
            .set(sessions::ended_at.eq(now))
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Ends every session of these people, but for one.
pub fn end_all_of_users(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    people: &[UserId],
    except: Option<SessionId>,
    now: Timestamp,
) -> Result<usize, DbError> {
    let open = sessions::user_id
        .eq_any(people)
        .and(sessions::tenant_id.eq(tenant))
        .and(sessions::ended_at.is_null());
    Ok(match except {
        Some(kept) => on!(conn, |c| {
            diesel::update(sessions::table.filter(open).filter(sessions::id.ne(kept)))
                .set(sessions::ended_at.eq(now))
                .execute(c)
        })?,
        None => on!(conn, |c| {
            diesel::update(sessions::table.filter(open)).set(sessions::ended_at.eq(now)).execute(c)
        })?,
    })
}

/// Ends every session of an organisation's people.
pub fn end_all_of_tenant(conn: &mut Conn<'_>, tenant: TenantId, now: Timestamp) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(sessions::table.filter(sessions::tenant_id.eq(tenant)))
            .filter(sessions::ended_at.is_null())
            .set(sessions::ended_at.eq(now))
            .execute(c)
    })?;
    Ok(())
}

/// Deletes sessions that ended by their absolute limit before `before`.
pub fn sweep(conn: &mut Conn<'_>, before: Timestamp) -> Result<usize, DbError> {
    Ok(on!(conn, |c| diesel::delete(sessions::table.filter(sessions::expires_at.lt(before))).execute(c))?)
}
