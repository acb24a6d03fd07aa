//! How a change to a key is written: with its event.

use super::reach::is_in_own_hand;
use super::rules;
use super::{ApiKeyView, making};
use crate::api_keys::{ApiKey, ApiKeyId, store};
use crate::audit::{self, Changes, Target};
use crate::credentials::KeyOwner;
use crate::db::{Conn, DbError};
use crate::manage::{Call, Stop};
use crate::random::Random;
use crate::request_keys;
use crate::tenants::KeySettings;
use crate::web::Problem;

/// As events name a key.
pub fn target(key: &ApiKey) -> Target {
    Target::new("api_key", key.id, key.name.as_str())
}

/// A key that is there.
///
/// # Errors
/// 404 when it is not.
pub fn find(conn: &mut Conn<'_>, call: &Call, id: ApiKeyId) -> Result<ApiKey, Stop> {
    Ok(store::find(conn, call.tenant, id)?.ok_or_else(Problem::not_found)?)
}

/// Lets the call change a key that is not in the caller's own hand only if that may do no more than the caller.
///
/// # Errors
/// 403 otherwise.
pub fn not_stronger(
    conn: &mut Conn<'_>,
    call: &Call,
    key: &ApiKey,
    settings: &KeySettings,
) -> Result<(), Stop> {
    if is_in_own_hand(call, key) { Ok(()) } else { making::not_above(conn, call, key, settings) }
}

/// Writes what changed with its event. What did not change is neither written nor told.
///
/// # Errors
/// Another try when somebody was faster.
pub fn write(
    conn: &mut Conn<'_>,
    (call, random): (&Call, &Random),
    action: &'static str,
    (seen, key): (&ApiKey, &ApiKey),
) -> Result<(), Stop> {
    if seen == key {
        return Ok(());
    }
    if !store::update(conn, call.tenant, key, seen.updated_at)? {
        return Err(DbError::Retry.into());
    }
    let changes = Changes::between(&ApiKeyView::new(seen, call.now), &ApiKeyView::new(key, call.now));
    let event = call.event(random, action, target(key), changes);
    Ok(audit::store::insert(conn, call.tenant, &event)?)
}

/// Revokes every key of an owner who is deleted, those that sign requests too. The event of the deletion tells how many those were.
pub fn revoke_with_owner(
    conn: &mut Conn<'_>,
    call: &Call,
    owner: KeyOwner,
    changes: Changes,
) -> Result<Changes, DbError> {
    let gone = store::revoke_all_of(conn, call.tenant, &[owner], (rules::OWNER_DELETED, call.now))?;
    let signing =
        request_keys::store::revoke_all_of(conn, call.tenant, &[owner], (rules::OWNER_DELETED, call.now))?;
    Ok(changes.field("revoked_api_keys", &0, &gone.len()).field("revoked_signing_keys", &0, &signing.len()))
}

/// The same for an organisation.
pub fn revoke_with_tenant(
    conn: &mut Conn<'_>,
    (call, tenant): (&Call, crate::tenants::TenantId),
    changes: Changes,
) -> Result<Changes, DbError> {
    let gone = store::revoke_all_in(conn, tenant, (rules::OWNER_DELETED, call.now))?;
    let signing = request_keys::store::revoke_all_in(conn, tenant, (rules::OWNER_DELETED, call.now))?;
    Ok(changes.field("revoked_api_keys", &0, &gone).field("revoked_signing_keys", &0, &signing))
}
