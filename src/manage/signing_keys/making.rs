//! How a signing key comes to be, in the transaction of the call that registers it.

use super::writing::target;
use super::{NewSigningKey, SigningKeyView, rules};
use crate::audit::{self, Changes};
use crate::credentials::KeyOwner;
use crate::db::{Conn, DbError};
use crate::id::Id;
use crate::manage::api_keys::making::{hold_owner, may_give, settings};
use crate::manage::api_keys::rules::MOST_KEYS;
use crate::manage::{Call, Stop};
use crate::random::Random;
use crate::request_keys::{RequestKey, store};
use crate::roles;
use crate::tenants::KeySettings;
use crate::web::Problem;

/// Registers a key.
///
/// # Errors
/// 422 for an owner that is not there and for what cannot be said of a key, 409 for a key that is registered and when the
/// owner has as many keys as one may have, 403 for a key that could do more than the caller.
pub fn make(
    conn: &mut Conn<'_>,
    (call, random): (&Call, &Random),
    owner: KeyOwner,
    wanted: &NewSigningKey,
) -> Result<RequestKey, Stop> {
    let settings = settings(conn, call)?;
    let key = rules::new(call, (random.id(call.now), owner), (wanted, &settings))?;
    hold_owner(conn, call, owner)?;
    if store::count_living(conn, call.tenant, owner)? >= MOST_KEYS {
        let detail = format!("One owner has at most {MOST_KEYS} keys that are not revoked.");
        return Err(Problem::conflict("limit_reached", detail).fix("Revoke one that is not used.").into());
    }
    may_give(conn, call, &key.grant)?;
    not_above(conn, call, &key, &settings)?;
    store::insert(conn, call.tenant, &key).map_err(taken)?;
    let changes = Changes::created(&SigningKeyView::new(&key, call.now));
    let event = call.event(random, "signing_key.create", target(&key), changes);
    audit::store::insert(conn, call.tenant, &event)?;
    Ok(key)
}

/// A key is registered once, wherever that is: what it signs names no organisation, and could be sent to either.
fn taken(error: DbError) -> Stop {
    match error {
        DbError::Conflict(_) => Problem::conflict("already_exists", "This public key is registered already.")
            .fix("Make a new pair: no key is registered twice, and one that was revoked never again.")
            .into(),
        error => error.into(),
    }
}

/// Lets the call have a key that may do, right now, no more than its caller: whoever holds its private half is that strong.
///
/// # Errors
/// 403 that names what the caller lacks.
pub fn not_above(
    conn: &mut Conn<'_>,
    call: &Call,
    key: &RequestKey,
    settings: &KeySettings,
) -> Result<(), Stop> {
    let effective = effective(conn, call, key, settings)?;
    Ok(call.may_grant(effective.iter())?)
}

/// What a key may do right now.
pub fn effective(
    conn: &mut Conn<'_>,
    call: &Call,
    key: &RequestKey,
    settings: &KeySettings,
) -> Result<roles::Permissions, DbError> {
    let held = roles::store::permissions_of(conn, call.tenant, Id::<()>::new(key.owner.uuid()))?;
    Ok(key.grant.effective(&settings.levels(), &held))
}
