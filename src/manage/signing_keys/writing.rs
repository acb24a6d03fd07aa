//! How a change to a signing key is written: with its event.

use super::reach::is_own;
use super::{SigningKeyView, making};
use crate::audit::{self, ActorKind, Changes, Target};
use crate::db::{Conn, DbError};
use crate::manage::api_keys::rules::{BY_ADMINISTRATOR, BY_OWNER};
use crate::manage::{Call, Stop};
use crate::random::Random;
use crate::request_keys::{RequestKey, RequestKeyId, store};
use crate::tenants::KeySettings;
use crate::web::Problem;

/// As events name a key.
pub fn target(key: &RequestKey) -> Target {
    Target::new("signing_key", key.id, key.name.as_str())
}

/// A key that is there.
///
/// # Errors
/// 404 when it is not.
pub fn find(conn: &mut Conn<'_>, call: &Call, id: RequestKeyId) -> Result<RequestKey, Stop> {
    Ok(store::find(conn, call.tenant, id)?.ok_or_else(Problem::not_found)?)
}

/// Why a key does not work when this call ends it.
pub fn reason(call: &Call, key: &RequestKey) -> &'static str {
    if is_own(call, key) { BY_OWNER } else { BY_ADMINISTRATOR }
}

/// Lets the call change a key that is not in the caller's own hand only if that may do no more than the caller: an API key
/// may do less than the owner of both.
///
/// # Errors
/// 403 otherwise.
pub fn not_stronger(
    conn: &mut Conn<'_>,
    call: &Call,
    key: &RequestKey,
    settings: &KeySettings,
) -> Result<(), Stop> {
    let in_own_hand = call.actor.name.kind != ActorKind::Key && is_own(call, key);
    if in_own_hand { Ok(()) } else { making::not_above(conn, call, key, settings) }
}

/// Writes what changed with its event. What did not change is neither written nor told.
///
/// # Errors
/// Another try when somebody was faster.
pub fn write(
    conn: &mut Conn<'_>,
    (call, random): (&Call, &Random),
    action: &'static str,
    (seen, key): (&RequestKey, &RequestKey),
) -> Result<(), Stop> {
    if seen == key {
        return Ok(());
    }
    if !store::update(conn, call.tenant, key, seen.updated_at)? {
        return Err(DbError::Retry.into());
    }
    let (before, after) = (SigningKeyView::new(seen, call.now), SigningKeyView::new(key, call.now));
    let event = call.event(random, action, target(key), Changes::between(&before, &after));
    Ok(audit::store::insert(conn, call.tenant, &event)?)
}
