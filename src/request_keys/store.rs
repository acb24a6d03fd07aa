//! Queries on `request_keys` and `request_replays`.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::{Fingerprint, PublicKey, RequestKey, RequestKeyId};
use crate::api_keys::KeyState;
use crate::clock::Timestamp;
use crate::credentials::{AddressList, KeyGrant, KeyLevel, KeyOwner, KeyStatus};
use crate::db::schema::{credential_uses, request_keys, request_replays};
use crate::db::types::Strings;
use crate::db::{Conn, DbError, on, prefix_range};
use crate::secret::Digest;
use crate::service_accounts::ServiceAccountId;
use crate::tenants::TenantId;
use crate::users::UserId;

/// The one kind of key that there is.
const ALGORITHM: &str = "ed25519";

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = request_keys, treat_none_as_null = true)]
struct Row {
    id: RequestKeyId,
    tenant_id: TenantId,
    user_id: Option<UserId>,
    service_account_id: Option<ServiceAccountId>,
    name: String,
    description: String,
    algorithm: String,
    public_key: Vec<u8>,
    fingerprint: String,
    level: Option<KeyLevel>,
    scopes: Strings,
    allowed_addresses: Strings,
    rate_limit: Option<i64>,
    status: KeyStatus,
    status_reason: String,
    expires_at: Option<Timestamp>,
    created_by: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<&RequestKey> for Row {
    fn from(key: &RequestKey) -> Self {
        let (user_id, service_account_id) = key.owner.columns();
        let (level, scopes) = key.grant.columns();
        Self {
            id: key.id,
            tenant_id: key.tenant_id,
            user_id,
            service_account_id,
            name: key.name.clone(),
            description: key.description.clone(),
            algorithm: ALGORITHM.to_owned(),
            public_key: key.public_key.as_bytes().to_vec(),
            fingerprint: key.fingerprint.to_string(),
            level,
            scopes: Strings(scopes),
            allowed_addresses: Strings(key.allowed_addresses.to_texts()),
            rate_limit: key.rate_limit.map(i64::from),
            status: key.status,
            status_reason: key.status_reason.clone(),
            expires_at: key.expires_at,
            created_by: key.created_by.clone(),
            created_at: key.created_at,
            updated_at: key.updated_at,
        }
    }
}

impl TryFrom<Row> for RequestKey {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        let damaged =
            |why: &dyn std::fmt::Display| DbError::Damaged(format!("request_keys {}: {why}", row.id));
        let bytes =
            <[u8; 32]>::try_from(row.public_key.as_slice()).map_err(|_| damaged(&"not 32 bytes of key"))?;
        let public_key = PublicKey::from_bytes(&bytes).map_err(|why| damaged(&why))?;
        let fingerprint = public_key.fingerprint();
        if row.algorithm != ALGORITHM || row.fingerprint != fingerprint.to_string() {
            return Err(damaged(&"the fingerprint is not that of the key"));
        }
        Ok(Self {
            id: row.id,
            tenant_id: row.tenant_id,
            owner: KeyOwner::from_columns(row.user_id, row.service_account_id)
                .ok_or_else(|| damaged(&"no owner"))?,
            public_key,
            fingerprint,
            allowed_addresses: AddressList::parse(&row.allowed_addresses.0).map_err(|why| damaged(&why))?,
            grant: KeyGrant::from_columns(row.level, &row.scopes.0),
            name: row.name,
            description: row.description,
            rate_limit: row.rate_limit.and_then(|limit| u32::try_from(limit).ok()),
            status: row.status,
            status_reason: row.status_reason,
            expires_at: row.expires_at,
            created_by: row.created_by,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// The key of this fingerprint, in whatever organisation and whether it works or not: a request names no other.
pub fn find_by_fingerprint(
    conn: &mut Conn<'_>,
    fingerprint: &Fingerprint,
) -> Result<Option<RequestKey>, DbError> {
    let wanted = fingerprint.to_string();
    on!(conn, |c| {
        request_keys::table
            .filter(request_keys::fingerprint.eq(&wanted))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?
    .map(RequestKey::try_from)
    .transpose()
}

/// A key of this organisation by id.
pub fn find(conn: &mut Conn<'_>, tenant: TenantId, id: RequestKeyId) -> Result<Option<RequestKey>, DbError> {
    on!(conn, |c| {
        request_keys::table
            .find(id)
            .filter(request_keys::tenant_id.eq(tenant))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?
    .map(RequestKey::try_from)
    .transpose()
}

/// Which keys a list shows.
#[derive(Clone, Debug, Default)]
pub struct KeyFilter {
    /// Only those of this owner.
    pub owner: Option<KeyOwner>,
    /// Only those in these states.
    pub states: Vec<KeyState>,
    /// Only those that end before this moment.
    pub expires_before: Option<Timestamp>,
    /// What the name begins with.
    pub begins_with: Option<String>,
    /// Only those that nobody has used since this moment, and that were there before it.
    pub unused_since: Option<Timestamp>,
    /// Only the one of this fingerprint.
    pub fingerprint: Option<Fingerprint>,
}

impl KeyFilter {
    /// One status if one of the states is asked for, none otherwise.
    fn status_if(&self, state: KeyState, status: KeyStatus) -> Vec<KeyStatus> {
        if self.states.contains(&state) { vec![status] } else { Vec::new() }
    }
}

/// Keys of an organisation by id, newest first, before `before`, at most `limit`.
pub fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: &KeyFilter,
    (before, limit): (Option<RequestKeyId>, i64),
    now: Timestamp,
) -> Result<Vec<RequestKey>, DbError> {
    let works = filter.status_if(KeyState::Works, KeyStatus::Active);
    let expired = filter.status_if(KeyState::Expired, KeyStatus::Active);
    let mut ended = filter.status_if(KeyState::Disabled, KeyStatus::Disabled);
    ended.extend(filter.status_if(KeyState::Revoked, KeyStatus::Revoked));
    let rows: Vec<Row> = on!(conn, |c| {
        let mut query = request_keys::table
            .filter(request_keys::tenant_id.eq(tenant))
            .order(request_keys::id.desc())
            .limit(limit)
            .select(Row::as_select())
            .into_boxed();
        if let Some(before) = before {
            query = query.filter(request_keys::id.lt(before));
        }
        match filter.owner {
            Some(KeyOwner::User(id)) => query = query.filter(request_keys::user_id.eq(id)),
            Some(KeyOwner::ServiceAccount(id)) => {
                query = query.filter(request_keys::service_account_id.eq(id));
            }
            None => {}
        }
        if let Some(fingerprint) = &filter.fingerprint {
            query = query.filter(request_keys::fingerprint.eq(fingerprint.to_string()));
        }
        if !filter.states.is_empty() {
            let lasts = request_keys::expires_at.is_null().or(request_keys::expires_at.gt(now));
            query = query.filter(
                request_keys::status
                    .eq_any(&ended)
                    .or(request_keys::status.eq_any(&works).and(lasts))
                    .or(request_keys::status.eq_any(&expired).and(request_keys::expires_at.le(now))),
            );
        }
        if let Some(end) = filter.expires_before {
            query = query.filter(request_keys::expires_at.lt(end));
        }
        if let Some(since) = filter.unused_since {
            let used = credential_uses::table
                .filter(credential_uses::credential_id.eq(request_keys::id))
                .filter(credential_uses::last_used_at.ge(since));
            query = query.filter(request_keys::created_at.lt(since)).filter(not(exists(used)));
        }
        if let Some(start) = &filter.begins_with {
            let (from, to) = prefix_range(start.clone());
            query = query.filter(request_keys::name.ge(from).and(request_keys::name.lt(to)));
        }
        query.load(c)
    })?;
    rows.into_iter().map(RequestKey::try_from).collect()
}

/// How many keys of an owner are not revoked.
pub fn count_living(conn: &mut Conn<'_>, tenant: TenantId, owner: KeyOwner) -> Result<i64, DbError> {
    let (user, account) = owner.columns();
    Ok(on!(conn, |c| {
        let living = request_keys::table
            .filter(request_keys::tenant_id.eq(tenant).and(request_keys::status.ne(KeyStatus::Revoked)))
            .count();
        match (user, account) {
            (Some(id), _) => living.filter(request_keys::user_id.eq(id)).get_result(c),
            (None, account) => living.filter(request_keys::service_account_id.eq(account)).get_result(c),
        }
    })?)
}

/// Adds a key. A fingerprint that is there already, in whatever organisation, is a conflict.
pub fn insert(conn: &mut Conn<'_>, _tenant: TenantId, key: &RequestKey) -> Result<(), DbError> {
    let row = Row::from(key);
    on!(conn, |c| diesel::insert_into(request_keys::table).values(&row).execute(c))?;
    Ok(())
}

/// Writes a key's changed fields if it is still as `seen` saw it; `false` when somebody was faster. A key that was revoked
/// stays what it is.
pub fn update(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    key: &RequestKey,
    seen: Timestamp,
) -> Result<bool, DbError> {
    let row = Row::from(key);
    let rows = on!(conn, |c| {
        diesel::update(request_keys::table.find(key.id))
            .filter(request_keys::tenant_id.eq(tenant).and(request_keys::updated_at.eq(seen)))
            .filter(request_keys::status.ne(KeyStatus::Revoked))
            .set(&row)
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Revokes every key of these owners that is not revoked yet, and answers with their identifiers.
pub fn revoke_all_of(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    owners: &[KeyOwner],
    (reason, now): (&str, Timestamp),
) -> Result<Vec<RequestKeyId>, DbError> {
    let users: Vec<UserId> = owners.iter().filter_map(|owner| owner.columns().0).collect();
    let accounts: Vec<ServiceAccountId> = owners.iter().filter_map(|owner| owner.columns().1).collect();
    let change = (
        request_keys::status.eq(KeyStatus::Revoked),
        request_keys::status_reason.eq(reason),
        request_keys::updated_at.eq(now),
    );
    let mut gone = Vec::new();
    if !users.is_empty() {
        gone.extend(on!(conn, |c| {
            diesel::update(request_keys::table)
                .filter(request_keys::tenant_id.eq(tenant).and(request_keys::user_id.eq_any(&users)))
                .filter(request_keys::status.ne(KeyStatus::Revoked))
                .set(change)
                .returning(request_keys::id)
                .get_results::<RequestKeyId>(c)
        })?);
    }
    if !accounts.is_empty() {
        gone.extend(on!(conn, |c| {
            diesel::update(request_keys::table)
                .filter(request_keys::tenant_id.eq(tenant))
                .filter(request_keys::service_account_id.eq_any(&accounts))
                .filter(request_keys::status.ne(KeyStatus::Revoked))
                .set(change)
                .returning(request_keys::id)
                .get_results::<RequestKeyId>(c)
        })?);
    }
    Ok(gone)
}

/// Revokes every key of an organisation that is not revoked yet, and answers how many those were.
pub fn revoke_all_in(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (reason, now): (&str, Timestamp),
) -> Result<usize, DbError> {
    Ok(on!(conn, |c| {
        diesel::update(request_keys::table)
            .filter(request_keys::tenant_id.eq(tenant).and(request_keys::status.ne(KeyStatus::Revoked)))
            .set((
                request_keys::status.eq(KeyStatus::Revoked),
                request_keys::status_reason.eq(reason),
                request_keys::updated_at.eq(now),
            ))
            .execute(c)
    })?)
}

/// Every key of an owner, whatever became of it.
pub fn ids_of(conn: &mut Conn<'_>, tenant: TenantId, owner: KeyOwner) -> Result<Vec<RequestKeyId>, DbError> {
    let (user, account) = owner.columns();
    Ok(on!(conn, |c| {
        let all = request_keys::table.filter(request_keys::tenant_id.eq(tenant)).select(request_keys::id);
        match (user, account) {
            (Some(id), _) => all.filter(request_keys::user_id.eq(id)).load(c),
            (None, account) => all.filter(request_keys::service_account_id.eq(account)).load(c),
        }
    })?)
}

/// Remembers a request that may be made only once. `true` for whoever comes first, on whichever node.
pub fn note_replay(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    digest: &Digest,
    expires_at: Timestamp,
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::insert_into(request_replays::table)
            .values((
                request_replays::digest.eq(digest),
                request_replays::tenant_id.eq(tenant),
                request_replays::expires_at.eq(expires_at),
            ))
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Forgets requests that are too old to be taken anyway.
pub fn sweep(conn: &mut Conn<'_>, now: Timestamp) -> Result<usize, DbError> {
    Ok(on!(conn, |c| {
        diesel::delete(request_replays::table.filter(request_replays::expires_at.lt(now))).execute(c)
    })?)
}
