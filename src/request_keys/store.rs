//! Queries on `request_keys` and `request_replays`.

use diesel::prelude::*;

use super::{Fingerprint, PublicKey, RequestKey, RequestKeyId};
use crate::clock::Timestamp;
use crate::credentials::{
    AddressList, KeyFilter, KeyGrant, KeyLevel, KeyOwner, KeyStatus, filtered, owned_keys,
};
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
#[diesel(table_name = request_keys, treat_none_as_default_value = false, treat_none_as_null = true)]
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

/// Keys of an organisation by id, newest first, before `before`, at most `limit`; or the one of this fingerprint.
pub fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (filter, fingerprint): (&KeyFilter, Option<&Fingerprint>),
    (before, limit): (Option<RequestKeyId>, i64),
    now: Timestamp,
) -> Result<Vec<RequestKey>, DbError> {
    let rows: Vec<Row> = on!(conn, |c| {
        let mut query = request_keys::table
            .filter(request_keys::tenant_id.eq(tenant))
            .limit(limit)
            .select(Row::as_select())
            .into_boxed();
        if let Some(before) = before {
            query = query.filter(request_keys::id.lt(before));
        }
        if let Some(fingerprint) = fingerprint {
            query = query.filter(request_keys::fingerprint.eq(fingerprint.to_string()));
        }
        filtered!(query, request_keys, filter, now).load(c)
    })?;
    rows.into_iter().map(RequestKey::try_from).collect()
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

owned_keys!(request_keys, RequestKeyId);

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

/// Whether a request that may be made only once was made. Unlike [`note_replay`] it leaves no trace.
pub fn is_replay(conn: &mut Conn<'_>, tenant: TenantId, digest: &Digest) -> Result<bool, DbError> {
    let found: Option<TenantId> = on!(conn, |c| {
        request_replays::table
            .find(digest)
            .filter(request_replays::tenant_id.eq(tenant))
            .select(request_replays::tenant_id)
            .first(c)
            .optional()
    })?;
    Ok(found.is_some())
}

/// Forgets requests that are too old to be taken anyway.
pub fn sweep(conn: &mut Conn<'_>, now: Timestamp) -> Result<usize, DbError> {
    Ok(on!(conn, |c| {
        diesel::delete(request_replays::table.filter(request_replays::expires_at.lt(now))).execute(c)
    })?)
}
