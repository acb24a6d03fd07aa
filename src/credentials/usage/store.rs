//! Queries on `credential_uses`, `credential_usage` and `credential_networks`; how very many rows of them are written is in
//! `counted`.

use std::collections::HashMap;

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::db::schema::{credential_networks, credential_usage, credential_uses, key_uses};
use crate::db::{Conn, DbError, on};
use crate::id::Id;
use crate::tenants::TenantId;

/// The outcome of a request that was told to wait.
pub const RATE_LIMITED: &str = "rate_limited";
/// Keys that one statement asks after: a database takes only so many parameters.
const KEYS: usize = 512;
/// Networks of a key that are forgotten at once.
const FORGOTTEN: i64 = 1_000;

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
#[diesel(table_name = credential_usage, treat_none_as_default_value = false)]
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

/// The requests of an organisation from `from` on, by hour and by how they ended.
pub fn usage_by_hour(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (from, limit): (Timestamp, i64),
) -> Result<Vec<(Timestamp, String, i64)>, DbError> {
    Ok(on!(conn, |c| {
        credential_usage::table
            .filter(credential_usage::tenant_id.eq(tenant).and(credential_usage::hour.ge(from)))
            .filter(credential_usage::outcome.ne(SPIKE))
            .group_by((credential_usage::hour, credential_usage::outcome))
            .order((credential_usage::hour, credential_usage::outcome))
            .limit(limit)
            .select((credential_usage::hour, credential_usage::outcome, sql::<BigInt>(SUM)))
            .load(c)
    })?)
}

/// The requests of an organisation from `from` on by key and by how they ended, most first.
pub fn usage_by_key(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (from, limit): (Timestamp, i64),
) -> Result<Vec<(Uuid, String, i64)>, DbError> {
    let rows: Vec<(Id<()>, String, i64)> = on!(conn, |c| {
        credential_usage::table
            .filter(credential_usage::tenant_id.eq(tenant).and(credential_usage::hour.ge(from)))
            .filter(credential_usage::outcome.ne(SPIKE))
            .group_by((credential_usage::credential_id, credential_usage::outcome))
            .order((sql::<BigInt>(SUM).desc(), credential_usage::credential_id))
            .limit(limit)
            .select((credential_usage::credential_id, credential_usage::outcome, sql::<BigInt>(SUM)))
            .load(c)
    })?;
    Ok(rows.into_iter().map(|(key, outcome, requests)| (key.uuid(), outcome, requests)).collect())
}

/// PostgreSQL sums such numbers up into one of another type.
const SUM: &str = "CAST(SUM(requests) AS BIGINT)";

/// What stands in place of an outcome when the use of a key grew suddenly in an hour. It counts no requests.
pub(in crate::credentials) const SPIKE: &str = "spike";

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

/// What is known of the recent use of each of these keys, not before `from`.
pub fn recent(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    keys: &[Uuid],
    from: Timestamp,
) -> Result<HashMap<Uuid, Recent>, DbError> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let networks = count_networks(conn, keys)?;
    let keys: Vec<Id<()>> = keys.iter().map(|&id| Id::new(id)).collect();
    let hours: Vec<(Id<()>, String, Timestamp)> = on!(conn, |c| {
        credential_usage::table
            .filter(credential_usage::credential_id.eq_any(&keys).and(credential_usage::tenant_id.eq(tenant)))
            .filter(credential_usage::hour.ge(from))
            .filter(credential_usage::outcome.eq_any([SPIKE, RATE_LIMITED]))
            .select((credential_usage::credential_id, credential_usage::outcome, credential_usage::hour))
            .load(c)
    })?;
    let firsts: Vec<(Id<()>, Timestamp)> = on!(conn, |c| {
        let of_keys = credential_networks::credential_id.eq_any(&keys);
        credential_networks::table
            .filter(of_keys.and(credential_networks::tenant_id.eq(tenant)))
            .filter(credential_networks::first_seen_at.ge(from))
            .select((credential_networks::credential_id, credential_networks::first_seen_at))
            .load(c)
    })?;
    let mut all: HashMap<Uuid, Recent> = HashMap::new();
    for (key, outcome, hour) in hours {
        let recent = all.entry(key.uuid()).or_default();
        let last = if outcome == SPIKE { &mut recent.spiked_in } else { &mut recent.limited_in };
        *last = (*last).max(Some(hour));
    }
    for (key, at) in firsts {
        // The only network of a key is not new to anybody.
        if networks.get(&key.uuid()).is_some_and(|&known| known > 1) {
            let recent = all.entry(key.uuid()).or_default();
            recent.new_network_at = recent.new_network_at.max(Some(at));
        }
    }
    Ok(all)
}

/// Forgets what was counted before `before`.
pub fn sweep_usage(conn: &mut Conn<'_>, before: Timestamp) -> Result<usize, DbError> {
    Ok(on!(conn, |c| {
        diesel::delete(credential_usage::table.filter(credential_usage::hour.lt(before))).execute(c)
    })?)
}

/// A network that a key was used from.
#[derive(Clone, Debug, PartialEq, Eq, Insertable)]
#[diesel(table_name = credential_networks, treat_none_as_default_value = false)]
pub struct KeyNetwork {
    /// The key.
    pub credential_id: Id<()>,
    /// Its organisation.
    pub tenant_id: TenantId,
    /// The network, in CIDR form.
    pub network: String,
    /// Since when.
    pub first_seen_at: Timestamp,
}

/// From how many networks each of these keys is known to have been used.
pub fn count_networks(conn: &mut Conn<'_>, keys: &[Uuid]) -> Result<HashMap<Uuid, i64>, DbError> {
    let keys: Vec<Id<()>> = keys.iter().map(|&id| Id::new(id)).collect();
    let mut counts = HashMap::new();
    for keys in keys.chunks(KEYS) {
        let rows: Vec<(Id<()>, i64)> = on!(conn, |c| {
            credential_networks::table
                .filter(credential_networks::credential_id.eq_any(keys))
                .group_by(credential_networks::credential_id)
                .select((credential_networks::credential_id, count_star()))
                .load(c)
        })?;
        counts.extend(rows.into_iter().map(|(key, networks)| (key.uuid(), networks)));
    }
    Ok(counts)
}

/// Forgets all but the newest networks of a key: `most` of them stay.
pub fn forget_networks(conn: &mut Conn<'_>, tenant: TenantId, key: Uuid, most: i64) -> Result<(), DbError> {
    let id = Id::<()>::new(key);
    on!(conn, |c| {
        let of_key = credential_networks::credential_id.eq(id).and(credential_networks::tenant_id.eq(tenant));
        let old: Vec<String> = credential_networks::table
            .filter(of_key)
            .order((credential_networks::first_seen_at.desc(), credential_networks::network))
            // Two nodes at most add so many at once; what is beyond goes the next time.
            .offset(most)
            .limit(FORGOTTEN)
            .select(credential_networks::network)
            .load(c)?;
        diesel::delete(
            credential_networks::table.filter(of_key.and(credential_networks::network.eq_any(old))),
        )
        .execute(c)
    })?;
    Ok(())
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
        diesel::delete(key_uses::table.filter(key_uses::credential_id.eq(key))).execute(c)?;
        diesel::delete(credential_usage::table.filter(credential_usage::credential_id.eq(key))).execute(c)
    })?;
    Ok(())
}
