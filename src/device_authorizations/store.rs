//! Queries on `device_authorizations`.

use diesel::prelude::*;

use super::{Approval, DeviceAuthorization, DeviceAuthorizationId, DeviceState, Pace};
use crate::clients::ClientPk;
use crate::clock::Timestamp;
use crate::db::schema::{clients, device_authorizations as devices};
use crate::db::types::{Strings, stored_as_text};
use crate::db::{Conn, DbError, on};
use crate::secret::Digest;
use crate::sessions::SessionId;
use crate::tenants::TenantId;
use crate::users::UserId;

stored_as_text!(DeviceState);

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = devices, treat_none_as_default_value = false)]
struct Row {
    id: DeviceAuthorizationId,
    tenant_id: TenantId,
    client_pk: ClientPk,
    issuer_tenant_id: Option<TenantId>,
    device_digest: Digest,
    user_digest: Digest,
    scopes: Strings,
    audiences: Strings,
    address: String,
    user_agent: String,
    state: DeviceState,
    poll_interval: i64,
    polled_at: Option<Timestamp>,
    user_tenant_id: Option<TenantId>,
    user_id: Option<UserId>,
    session_id: Option<SessionId>,
    created_at: Timestamp,
    expires_at: Timestamp,
}

impl From<Row> for DeviceAuthorization {
    fn from(row: Row) -> Self {
        let approval = match (row.user_tenant_id, row.user_id, row.session_id) {
            (Some(tenant_id), Some(user_id), Some(session_id)) => {
                Some(Approval { tenant_id, user_id, session_id })
            }
            _ => None,
        };
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            client_pk: row.client_pk,
            issuer_tenant_id: row.issuer_tenant_id,
            device_digest: row.device_digest,
            user_digest: row.user_digest,
            scopes: row.scopes.0,
            audiences: row.audiences.0,
            address: row.address,
            user_agent: row.user_agent,
            state: row.state,
            poll_interval: row.poll_interval,
            polled_at: row.polled_at,
            approval,
            created_at: row.created_at,
            expires_at: row.expires_at,
        }
    }
}

/// Writes down a new one.
pub fn insert(conn: &mut Conn<'_>, tenant: TenantId, new: &DeviceAuthorization) -> Result<(), DbError> {
    let row = Row {
        id: new.id,
        tenant_id: tenant,
        client_pk: new.client_pk,
        issuer_tenant_id: new.issuer_tenant_id,
        device_digest: new.device_digest,
        user_digest: new.user_digest,
        scopes: Strings(new.scopes.clone()),
        audiences: Strings(new.audiences.clone()),
        address: new.address.clone(),
        user_agent: new.user_agent.clone(),
        state: new.state,
        poll_interval: new.poll_interval,
        polled_at: new.polled_at,
        user_tenant_id: None,
        user_id: None,
        session_id: None,
        created_at: new.created_at,
        expires_at: new.expires_at,
    };
    on!(conn, |c| diesel::insert_into(devices::table).values(&row).execute(c))?;
    Ok(())
}

/// The one with this person's code, however it stands.
pub fn find_by_user_code(
    conn: &mut Conn<'_>,
    digest: &Digest,
) -> Result<Option<DeviceAuthorization>, DbError> {
    let row: Option<Row> = on!(conn, |c| {
        devices::table.filter(devices::user_digest.eq(digest)).select(Row::as_select()).first(c).optional()
    })?;
    Ok(row.map(DeviceAuthorization::from))
}

/// One of a client of this organisation, however it stands.
pub fn find(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: DeviceAuthorizationId,
) -> Result<Option<DeviceAuthorization>, DbError> {
    let row: Option<Row> = on!(conn, |c| {
        devices::table
            .find(id)
            .filter(devices::tenant_id.eq(tenant))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?;
    Ok(row.map(DeviceAuthorization::from))
}

/// The one with this device's code, kept from others until the transaction ends: of many questions at once, each sees
/// what the one before it left. SQLite has one writer, which is that already.
pub fn lock_by_device_code(
    conn: &mut Conn<'_>,
    digest: &Digest,
) -> Result<Option<DeviceAuthorization>, DbError> {
    let query = devices::table.filter(devices::device_digest.eq(digest));
    let row: Option<Row> = match conn {
        Conn::Pg(c) => query.select(Row::as_select()).for_update().first(*c),
        Conn::Lite(c) => query.select(Row::as_select()).first(*c),
    }
    .optional()?;
    Ok(row.map(DeviceAuthorization::from))
}

/// Notes that the device has asked, and how long it has to wait from now on. `false` when somebody decided meanwhile.
pub fn note_poll(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: DeviceAuthorizationId,
    (pace, now): (Pace, Timestamp),
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::update(devices::table.find(id))
            .filter(devices::tenant_id.eq(tenant).and(devices::state.eq(DeviceState::Pending)))
            .set((devices::polled_at.eq(now), devices::poll_interval.eq(pace.interval)))
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Writes down what somebody decided. Only one decision is ever taken.
pub fn decide(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: DeviceAuthorizationId,
    (state, by): (DeviceState, Approval),
    now: Timestamp,
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::update(devices::table.find(id))
            .filter(devices::tenant_id.eq(tenant).and(devices::state.eq(DeviceState::Pending)))
            .filter(devices::expires_at.gt(now))
            .set((
                devices::state.eq(state),
                devices::user_tenant_id.eq(by.tenant_id),
                devices::user_id.eq(by.user_id),
                devices::session_id.eq(by.session_id),
            ))
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Ends what a session allowed and no device has fetched.
pub fn end_of_session(conn: &mut Conn<'_>, tenant: TenantId, session: SessionId) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(devices::table)
            .filter(devices::session_id.eq(session).and(devices::user_tenant_id.eq(tenant)))
            .filter(devices::state.eq(DeviceState::Approved))
            .set(devices::state.eq(DeviceState::Ended))
            .execute(c)
    })?;
    Ok(())
}

/// Ends what these people allowed and no device has fetched, and tells how many that were.
pub fn end_of_users(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    people: &[UserId],
    now: Timestamp,
) -> Result<usize, DbError> {
    Ok(on!(conn, |c| {
        diesel::update(devices::table)
            .filter(devices::user_id.eq_any(people).and(devices::user_tenant_id.eq(tenant)))
            .filter(devices::state.eq(DeviceState::Approved).and(devices::expires_at.gt(now)))
            .set(devices::state.eq(DeviceState::Ended))
            .execute(c)
    })?)
}

/// Ends what a person allowed a client and no device has fetched.
pub fn end_between(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (user, client): (UserId, ClientPk),
) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(devices::table)
            .filter(devices::user_id.eq(user).and(devices::user_tenant_id.eq(tenant)))
            .filter(devices::client_pk.eq(client).and(devices::state.eq(DeviceState::Approved)))
            .set(devices::state.eq(DeviceState::Ended))
            .execute(c)
    })?;
    Ok(())
}

/// Ends everything that a client waits for. It is found by its time, since it lives for minutes and there is never much
/// that could still be used.
pub fn end_of_client(conn: &mut Conn<'_>, client: ClientPk, now: Timestamp) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(devices::table.filter(devices::expires_at.gt(now)))
            .filter(devices::client_pk.eq(client))
            .filter(devices::state.eq_any([DeviceState::Pending, DeviceState::Approved]))
            .set(devices::state.eq(DeviceState::Ended))
            .execute(c)
    })?;
    Ok(())
}

/// Ends everything that an organisation's clients wait for, and that its people allowed.
pub fn end_of_tenant(conn: &mut Conn<'_>, tenant: TenantId, now: Timestamp) -> Result<(), DbError> {
    let own = clients::table.filter(clients::tenant_id.eq(tenant)).select(clients::id);
    let concerned = devices::user_tenant_id
        .eq(tenant)
        .assume_not_null()
        .or(devices::client_pk.eq_any(own))
        .or(devices::issuer_tenant_id.eq(tenant).assume_not_null());
    on!(conn, |c| {
        diesel::update(devices::table.filter(devices::expires_at.gt(now)))
            .filter(devices::state.eq_any([DeviceState::Pending, DeviceState::Approved]))
            .filter(concerned)
            .set(devices::state.eq(DeviceState::Ended))
            .execute(c)
    })?;
    Ok(())
}

/// Deletes what is past its time by more than `before`.
pub fn sweep(conn: &mut Conn<'_>, before: Timestamp) -> Result<usize, DbError> {
    Ok(on!(conn, |c| diesel::delete(devices::table.filter(devices::expires_at.lt(before))).execute(c))?)
}
