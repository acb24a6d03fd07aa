//! Queries on `api_keys` for figures. None of them reads more rows than it is told to.

use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

use crate::api_keys::ApiKeyId;
use crate::clock::Timestamp;
use crate::db::schema::{api_keys, credential_uses};
use crate::db::{Conn, DbError, on};
use crate::tenants::TenantId;

/// As the index has it: a database need not look into a parameter for it.
const ACTIVE: &str = "status = 'active'";

/// How many keys work and have no end, counted up to `limit`.
pub fn count_endless(conn: &mut Conn<'_>, tenant: TenantId, limit: i64) -> Result<usize, DbError> {
    let found: Vec<bool> = on!(conn, |c| {
        api_keys::table
            .filter(api_keys::tenant_id.eq(tenant).and(api_keys::expires_at.is_null()))
            .filter(sql::<Bool>(ACTIVE))
            // In the order of the index, so that nothing else is read for it.
            .order((api_keys::tenant_id, api_keys::expires_at))
            .limit(limit)
            .select(sql::<Bool>("true"))
            .load(c)
    })?;
    Ok(found.len())
}

/// When the keys end that still work, soonest first, at most `limit`.
pub fn ends(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Timestamp>, DbError> {
    let found: Vec<Option<Timestamp>> = on!(conn, |c| {
        api_keys::table
            .filter(api_keys::tenant_id.eq(tenant).and(api_keys::expires_at.gt(now)))
            .filter(sql::<Bool>(ACTIVE))
            .order((api_keys::tenant_id, api_keys::expires_at))
            .limit(limit)
            .select(api_keys::expires_at)
            .load(c)
    })?;
    Ok(found.into_iter().flatten().collect())
}

/// The keys that work, were made before `since` and not used from then on, among the `limit` oldest keys; and whether
/// there are older ones than those that were looked at.
pub fn unused(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (since, now): (Timestamp, Timestamp),
    limit: i64,
) -> Result<(Vec<ApiKeyId>, bool), DbError> {
    let made_by = first_id(since);
    let beyond: Option<ApiKeyId> = on!(conn, |c| {
        api_keys::table
            .filter(api_keys::tenant_id.eq(tenant).and(api_keys::id.lt(made_by)))
            .order(api_keys::id)
            .offset(limit)
            .limit(1)
            .select(api_keys::id)
            .first(c)
            .optional()
    })?;
    let found = on!(conn, |c| {
        let used = credential_uses::table
            .filter(credential_uses::credential_id.eq(api_keys::id))
            .filter(credential_uses::last_used_at.ge(since));
        api_keys::table
            .filter(api_keys::tenant_id.eq(tenant).and(api_keys::id.lt(beyond.unwrap_or(made_by))))
            .filter(sql::<Bool>(ACTIVE))
            .filter(api_keys::expires_at.is_null().or(api_keys::expires_at.gt(now)))
            .filter(api_keys::created_at.lt(since))
            .filter(not(exists(used)))
            .order(api_keys::id)
            .limit(limit)
            .select(api_keys::id)
            .load(c)
    })?;
    Ok((found, beyond.is_some()))
}

/// The least identifier of the next millisecond: identifiers begin with theirs (RFC 9562 5.7).
fn first_id(at: Timestamp) -> ApiKeyId {
    let millis = u64::try_from(at.micros().div_euclid(1_000)).unwrap_or(0).saturating_add(1);
    ApiKeyId::new(Uuid::from_u128(u128::from(millis.min(0xFFFF_FFFF_FFFF)) << 80))
}
