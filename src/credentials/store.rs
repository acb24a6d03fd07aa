//! Queries on who stands behind a credential, and on `credential_uses`, `credential_usage` and `credential_networks`.

use std::sync::Arc;

use diesel::prelude::*;
use diesel::upsert::excluded;
use uuid::Uuid;

use super::{KeyLevel, KeyOwner, KeyStatus, Principal};
use crate::clock::Timestamp;
use crate::db::schema::{credential_networks, credential_usage, credential_uses, team_members, teams};
use crate::db::types::stored_as_text;
use crate::db::{Conn, DbError, on};
use crate::id::Id;
use crate::roles::{self, Role};
use crate::tenants::{self, TenantId};
use crate::{service_accounts, users};

stored_as_text!(KeyStatus, KeyLevel);

/// The outcome of a request that was told to wait.
pub const RATE_LIMITED: &str = "rate_limited";

/// Who stands behind a credential, active or not. `None` when there is nobody any more.
pub fn principal(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    owner: KeyOwner,
) -> Result<Option<Principal>, DbError> {
    let Some(organisation) = tenants::store::find(conn, tenant)? else { return Ok(None) };
    let found = match owner {
        KeyOwner::User(id) => users::store::find(conn, tenant, id)?.map(|user| {
            let active = user.is_active();
            (user.email.to_string(), user.display_name, active)
        }),
        KeyOwner::ServiceAccount(id) => service_accounts::store::find(conn, tenant, id)?.map(|account| {
            let active = account.is_active();
            (account.slug.to_string(), account.display_name, active)
        }),
    };
    let Some((name, display_name, is_active)) = found else { return Ok(None) };
    let id = Id::<()>::new(owner.uuid());
    let held: Vec<Role> = roles::store::in_effect(conn, tenant, id)?;
    Ok(Some(Principal {
        is_active: is_active && organisation.is_active(),
        tenant: Arc::new(organisation),
        kind: owner.principal_type(),
        id: owner.uuid().to_string(),
        name,
        display_name,
        teams: teams_of(conn, tenant, id)?,
        permissions: held
            .iter()
            .flat_map(|role| &role.permissions)
            .filter_map(|text| text.parse().ok())
            .collect(),
        roles: held.into_iter().map(|role| role.slug).collect(),
    }))
}

fn teams_of(conn: &mut Conn<'_>, tenant: TenantId, member: Id<()>) -> Result<Vec<String>, DbError> {
    Ok(on!(conn, |c| {
        team_members::table
            .inner_join(teams::table)
            .filter(team_members::member_id.eq(member).and(team_members::tenant_id.eq(tenant)))
            .order(teams::slug)
            .select(teams::slug)
            .load(c)
    })?)
}

/// When and from where a key was last used.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = credential_uses, treat_none_as_default_value = false)]
pub struct LastUse {
    /// The key.
    pub credential_id: Id<()>,
    /// Its organisation.
    pub tenant_id: TenantId,
    /// When.
    pub last_used_at: Timestamp,
    /// From which address.
    pub address: String,
    /// By which program.
    pub user_agent: String,
    /// When the secret before the present one was last used.
    pub previous_used_at: Option<Timestamp>,
}

/// The last uses of several keys.
pub fn last_uses(conn: &mut Conn<'_>, tenant: TenantId, keys: &[Uuid]) -> Result<Vec<LastUse>, DbError> {
    let keys: Vec<Id<()>> = keys.iter().map(|&id| Id::new(id)).collect();
    Ok(on!(conn, |c| {
        credential_uses::table
            .filter(credential_uses::credential_id.eq_any(&keys).and(credential_uses::tenant_id.eq(tenant)))
            .select(LastUse::as_select())
            .load(c)
    })?)
}

/// Writes a last use down, unless a later one is known already.
pub fn note_use(conn: &mut Conn<'_>, tenant: TenantId, used: &LastUse) -> Result<(), DbError> {
    let row = LastUse { tenant_id: tenant, ..used.clone() };
    on!(conn, |c| {
        diesel::insert_into(credential_uses::table).values(&row).on_conflict_do_nothing().execute(c)?;
        diesel::update(credential_uses::table.find(row.credential_id))
            .filter(credential_uses::tenant_id.eq(tenant))
            .filter(credential_uses::last_used_at.lt(row.last_used_at))
            .set((
                credential_uses::last_used_at.eq(row.last_used_at),
                credential_uses::address.eq(&row.address),
                credential_uses::user_agent.eq(&row.user_agent),
            ))
            .execute(c)?;
        if let Some(previous) = row.previous_used_at {
            diesel::update(credential_uses::table.find(row.credential_id))
                .filter(credential_uses::tenant_id.eq(tenant))
                .set(credential_uses::previous_used_at.eq(previous))
                .execute(c)?;
        }
        Ok::<_, diesel::result::Error>(())
    })?;
    Ok(())
}

/// Writes down that the secret before the present one was used. `true` when that is the first time since `hour` began.
pub fn note_previous_use(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    key: Uuid,
    (hour, at): (Timestamp, Timestamp),
) -> Result<bool, DbError> {
    let key = Id::<()>::new(key);
    let rows = on!(conn, |c| {
        let row = credential_uses::table.find(key).filter(credential_uses::tenant_id.eq(tenant));
        let seen = credential_uses::previous_used_at;
        let first = diesel::update(row.filter(seen.is_null().or(seen.lt(hour))))
            .set(credential_uses::previous_used_at.eq(at))
            .execute(c)?;
        diesel::update(row.filter(seen.lt(at))).set(credential_uses::previous_used_at.eq(at)).execute(c)?;
        Ok::<_, diesel::result::Error>(first)
    })?;
    Ok(rows == 1)
}

/// Requests of one key in one hour with one outcome.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = credential_usage)]
pub struct Usage {
    /// The key.
    pub credential_id: Id<()>,
    /// Its organisation.
    pub tenant_id: TenantId,
    /// When the hour began.
    pub hour: Timestamp,
    /// How they ended: `allowed`, or the reason of a refusal.
    pub outcome: String,
    /// How many.
    pub requests: i64,
}

/// Adds requests to those that are counted already.
pub fn add_usage(conn: &mut Conn<'_>, tenant: TenantId, usage: &Usage) -> Result<(), DbError> {
    let row = Usage { tenant_id: tenant, ..usage.clone() };
    on!(conn, |c| {
        diesel::insert_into(credential_usage::table)
            .values(&row)
            .on_conflict((credential_usage::credential_id, credential_usage::hour, credential_usage::outcome))
            .do_update()
            .set(
                credential_usage::requests
                    .eq(credential_usage::requests + excluded(credential_usage::requests)),
            )
            .execute(c)
    })?;
    Ok(())
}

/// The requests of a key from `from` on, by hour.
pub fn usage_of(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    key: Uuid,
    (from, limit): (Timestamp, i64),
) -> Result<Vec<Usage>, DbError> {
    let key = Id::<()>::new(key);
    Ok(on!(conn, |c| {
        credential_usage::table
            .filter(credential_usage::credential_id.eq(key).and(credential_usage::tenant_id.eq(tenant)))
            .filter(credential_usage::hour.ge(from).and(credential_usage::outcome.ne(SPIKE)))
            .order((credential_usage::hour, credential_usage::outcome))
            .limit(limit)
            .select(Usage::as_select())
            .load(c)
    })?)
}

/// What stands in place of an outcome when the use of a key grew suddenly in an hour. It counts no requests.
const SPIKE: &str = "spike";

/// Keys that were used at least `least` times with one outcome in the hour that began at `hour`, behind `after`.
pub fn busy_in(
    conn: &mut Conn<'_>,
    (hour, least): (Timestamp, i64),
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<(TenantId, Uuid)>, DbError> {
    let after = Id::<()>::new(after.unwrap_or_default());
    let rows: Vec<(TenantId, Id<()>)> = on!(conn, |c| {
        credential_usage::table
            .filter(credential_usage::hour.eq(hour).and(credential_usage::requests.ge(least)))
            .filter(credential_usage::credential_id.gt(after))
            .order(credential_usage::credential_id)
            .limit(limit)
            .select((credential_usage::tenant_id, credential_usage::credential_id))
            .distinct()
            .load(c)
    })?;
    Ok(rows.into_iter().map(|(tenant, key)| (tenant, key.uuid())).collect())
}

/// Remembers that the use of a key grew suddenly in this hour. `true` for whoever says so first.
pub fn note_spike(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (key, hour): (Uuid, Timestamp),
) -> Result<bool, DbError> {
    let outcome = SPIKE.to_owned();
    let row = Usage { credential_id: Id::new(key), tenant_id: tenant, hour, outcome, requests: 0 };
    let rows = on!(conn, |c| {
        diesel::insert_into(credential_usage::table).values(&row).on_conflict_do_nothing().execute(c)
    })?;
    Ok(rows == 1)
}

/// What is known of the recent use of one key, for its health.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recent {
    /// The last hour in which its use grew suddenly.
    pub spiked_in: Option<Timestamp>,
    /// The last hour in which it was told to wait.
    pub limited_in: Option<Timestamp>,
    /// When it was first used from the newest of its networks, if that is not its only one.
    pub new_network_at: Option<Timestamp>,
}

/// What is known of the recent use of a key, not before `from`.
pub fn recent(conn: &mut Conn<'_>, tenant: TenantId, key: Uuid, from: Timestamp) -> Result<Recent, DbError> {
    let newest = networks(conn, tenant, key, 2)?;
    let id = Id::<()>::new(key);
    let hours: Vec<(String, Timestamp)> = on!(conn, |c| {
        credential_usage::table
            .filter(credential_usage::credential_id.eq(id).and(credential_usage::tenant_id.eq(tenant)))
            .filter(credential_usage::hour.ge(from))
            .filter(credential_usage::outcome.eq_any([SPIKE, RATE_LIMITED]))
            .order(credential_usage::hour)
            .select((credential_usage::outcome, credential_usage::hour))
            .load(c)
    })?;
    let last =
        |wanted: &str| hours.iter().rev().find(|(outcome, _)| outcome == wanted).map(|(_, hour)| *hour);
    let new_network_at = match newest.as_slice() {
        [(_, at), _] => Some(*at).filter(|at| *at >= from),
        _ => None,
    };
    Ok(Recent { spiked_in: last(SPIKE), limited_in: last(RATE_LIMITED), new_network_at })
}

/// Forgets what was counted before `before`.
pub fn sweep_usage(conn: &mut Conn<'_>, before: Timestamp) -> Result<usize, DbError> {
    Ok(on!(conn, |c| {
        diesel::delete(credential_usage::table.filter(credential_usage::hour.lt(before))).execute(c)
    })?)
}

/// Remembers that a key was used from a network. `true` when it never was before.
pub fn note_network(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (key, network): (Uuid, &str),
    now: Timestamp,
) -> Result<bool, DbError> {
    let key = Id::<()>::new(key);
    let rows = on!(conn, |c| {
        diesel::insert_into(credential_networks::table)
            .values((
                credential_networks::credential_id.eq(key),
                credential_networks::tenant_id.eq(tenant),
                credential_networks::network.eq(network),
                credential_networks::first_seen_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// The networks that a key was used from and since when, newest first.
pub fn networks(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    key: Uuid,
    limit: i64,
) -> Result<Vec<(String, Timestamp)>, DbError> {
    let key = Id::<()>::new(key);
    Ok(on!(conn, |c| {
        credential_networks::table
            .filter(credential_networks::credential_id.eq(key).and(credential_networks::tenant_id.eq(tenant)))
            .order(credential_networks::first_seen_at.desc())
            .limit(limit)
            .select((credential_networks::network, credential_networks::first_seen_at))
            .load(c)
    })?)
}

/// Forgets what is known of the use of a key that is gone.
pub fn forget(conn: &mut Conn<'_>, tenant: TenantId, key: Uuid) -> Result<(), DbError> {
    let key = Id::<()>::new(key);
    on!(conn, |c| {
        diesel::delete(credential_uses::table.find(key))
            .filter(credential_uses::tenant_id.eq(tenant))
            .execute(c)?;
        diesel::delete(credential_networks::table.filter(credential_networks::credential_id.eq(key)))
            .execute(c)?;
        diesel::delete(credential_usage::table.filter(credential_usage::credential_id.eq(key))).execute(c)
    })?;
    Ok(())
}
