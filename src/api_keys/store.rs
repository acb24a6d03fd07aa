//! Queries on `api_keys` and `key_sessions`.

use std::collections::BTreeMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::{ApiKey, ApiKeyId, KeyPrefix};
use crate::clock::Timestamp;
use crate::credentials::{
    AddressList, KeyFilter, KeyGrant, KeyLevel, KeyOwner, KeyStatus, filtered, owned_keys,
};
use crate::db::schema::{api_keys, credential_uses};
use crate::db::types::{Json, Strings};
use crate::db::{Conn, DbError, on, prefix_range};
use crate::secret::Digest;
use crate::service_accounts::ServiceAccountId;
use crate::tenants::TenantId;
use crate::users::UserId;

pub use super::session::store::*;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = api_keys, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: ApiKeyId,
    tenant_id: TenantId,
    user_id: Option<UserId>,
    service_account_id: Option<ServiceAccountId>,
    name: String,
    description: String,
    metadata: Json<BTreeMap<String, String>>,
    prefix: String,
    hint: String,
    digest: Digest,
    previous_digest: Option<Digest>,
    previous_ends_at: Option<Timestamp>,
    level: Option<KeyLevel>,
    scopes: Strings,
    allowed_addresses: Strings,
    rate_limit: Option<i64>,
    status: KeyStatus,
    status_reason: String,
    expires_at: Option<Timestamp>,
    rotated_at: Option<Timestamp>,
    exposed_at: Option<Timestamp>,
    expiry_notices: i64,
    created_by: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<&ApiKey> for Row {
    fn from(key: &ApiKey) -> Self {
        let (user_id, service_account_id) = key.owner.columns();
        let (level, scopes) = key.grant.columns();
        Self {
            id: key.id,
            tenant_id: key.tenant_id,
            user_id,
            service_account_id,
            name: key.name.clone(),
            description: key.description.clone(),
            metadata: Json(key.metadata.clone()),
            prefix: key.prefix.to_string(),
            hint: key.hint.clone(),
            digest: key.digest,
            previous_digest: key.previous.map(|(digest, _)| digest),
            previous_ends_at: key.previous.map(|(_, end)| end),
            level,
            scopes: Strings(scopes),
            allowed_addresses: Strings(key.allowed_addresses.to_texts()),
            rate_limit: key.rate_limit.map(i64::from),
            status: key.status,
            status_reason: key.status_reason.clone(),
            expires_at: key.expires_at,
            rotated_at: key.rotated_at,
            exposed_at: key.exposed_at,
            expiry_notices: i64::from(key.expiry_notices),
            created_by: key.created_by.clone(),
            created_at: key.created_at,
            updated_at: key.updated_at,
        }
    }
}

impl TryFrom<Row> for ApiKey {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        let damaged = |why: &dyn std::fmt::Display| DbError::Damaged(format!("api_keys {}: {why}", row.id));
        Ok(Self {
            id: row.id,
            tenant_id: row.tenant_id,
            owner: KeyOwner::from_columns(row.user_id, row.service_account_id)
                .ok_or_else(|| damaged(&"no owner"))?,
            prefix: row.prefix.parse::<KeyPrefix>().map_err(|why| damaged(&why))?,
            allowed_addresses: AddressList::parse(&row.allowed_addresses.0).map_err(|why| damaged(&why))?,
            grant: KeyGrant::from_columns(row.level, &row.scopes.0),
            name: row.name,
            description: row.description,
            metadata: row.metadata.0,
            hint: row.hint,
            digest: row.digest,
            previous: row.previous_digest.zip(row.previous_ends_at),
            rate_limit: row.rate_limit.and_then(|limit| u32::try_from(limit).ok()),
            status: row.status,
            status_reason: row.status_reason,
            expires_at: row.expires_at,
            rotated_at: row.rotated_at,
            exposed_at: row.exposed_at,
            expiry_notices: u32::try_from(row.expiry_notices).unwrap_or_default(),
            created_by: row.created_by,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

fn keys(rows: Vec<Row>) -> Result<Vec<ApiKey>, DbError> {
    rows.into_iter().map(ApiKey::try_from).collect()
}

/// The key with a secret of this digest, its present one or the one before, whether it works or not.
pub fn find_by_digest(conn: &mut Conn<'_>, digest: &Digest) -> Result<Option<ApiKey>, DbError> {
    let present: Option<Row> = on!(conn, |c| {
        api_keys::table.filter(api_keys::digest.eq(digest)).select(Row::as_select()).first(c).optional()
    })?;
    let found = match present {
        Some(row) => Some(row),
        None => on!(conn, |c| {
            api_keys::table
                .filter(api_keys::previous_digest.eq(digest))
                .select(Row::as_select())
                .first(c)
                .optional()
        })?,
    };
    found.map(ApiKey::try_from).transpose()
}

/// A key of this organisation by id.
pub fn find(conn: &mut Conn<'_>, tenant: TenantId, id: ApiKeyId) -> Result<Option<ApiKey>, DbError> {
    on!(conn, |c| {
        api_keys::table
            .find(id)
            .filter(api_keys::tenant_id.eq(tenant))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?
    .map(ApiKey::try_from)
    .transpose()
}

/// Several keys of this organisation by id.
pub fn find_many(conn: &mut Conn<'_>, tenant: TenantId, ids: &[ApiKeyId]) -> Result<Vec<ApiKey>, DbError> {
    let rows: Vec<Row> = on!(conn, |c| {
        api_keys::table
            .filter(api_keys::id.eq_any(ids).and(api_keys::tenant_id.eq(tenant)))
            .select(Row::as_select())
            .load(c)
    })?;
    keys(rows)
}

/// Keys of an organisation by id, newest first, before `before`, at most `limit`.
pub fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: &KeyFilter,
    (before, limit): (Option<ApiKeyId>, i64),
    now: Timestamp,
) -> Result<Vec<ApiKey>, DbError> {
    let rows: Vec<Row> = on!(conn, |c| {
        let mut query = api_keys::table
            .filter(api_keys::tenant_id.eq(tenant))
            .limit(limit)
            .select(Row::as_select())
            .into_boxed();
        if let Some(before) = before {
            query = query.filter(api_keys::id.lt(before));
        }
        filtered!(query, api_keys, filter, now).load(c)
    })?;
    keys(rows)
}

/// Adds a key.
pub fn insert(conn: &mut Conn<'_>, _tenant: TenantId, key: &ApiKey) -> Result<(), DbError> {
    let row = Row::from(key);
    on!(conn, |c| diesel::insert_into(api_keys::table).values(&row).execute(c))?;
    Ok(())
}

/// Writes a key's changed fields if it is still as `seen` saw it; `false` when somebody was faster. A key that was revoked
/// stays so.
pub fn update(conn: &mut Conn<'_>, tenant: TenantId, key: &ApiKey, seen: Timestamp) -> Result<bool, DbError> {
    let row = Row::from(key);
    let back = [KeyStatus::Active, KeyStatus::Disabled];
    let from = if key.status == KeyStatus::Revoked { KeyStatus::ALL } else { &back };
    let rows = on!(conn, |c| {
        diesel::update(api_keys::table.find(key.id))
            .filter(api_keys::tenant_id.eq(tenant).and(api_keys::updated_at.eq(seen)))
            .filter(api_keys::status.eq_any(from))
            .set(&row)
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Keys that are active and end from `from` on and before `before`, with fewer than `notices` mails about it, soonest
/// first.
pub fn ending_between(
    conn: &mut Conn<'_>,
    (from, before): (Timestamp, Timestamp),
    (notices, limit): (u32, i64),
) -> Result<Vec<ApiKey>, DbError> {
    let rows: Vec<Row> = on!(conn, |c| {
        api_keys::table
            .filter(api_keys::expires_at.ge(from).and(api_keys::expires_at.lt(before)))
            // As the index has it: a database need not look into a parameter for it.
            .filter(sql::<Bool>("status = 'active'"))
            .filter(api_keys::expiry_notices.lt(i64::from(notices)))
            .order(api_keys::expires_at)
            .limit(limit)
            .select(Row::as_select())
            .load(c)
    })?;
    keys(rows)
}

/// Notes that a mail about a key's end is on its way. `false` when another node was faster.
pub fn note_expiry_notice(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: ApiKeyId,
    (seen, notices): (u32, u32),
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::update(api_keys::table.find(id))
            .filter(api_keys::tenant_id.eq(tenant).and(api_keys::expiry_notices.eq(i64::from(seen))))
            .set(api_keys::expiry_notices.eq(i64::from(notices)))
            .execute(c)
    })?;
    Ok(rows == 1)
}

owned_keys!(api_keys, ApiKeyId);
