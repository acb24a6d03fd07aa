//! How a key comes to be, in the transaction of the call that asks for it.

use super::rules::{self, MOST_KEYS, Stored};
use super::writing::target;
use super::{ApiKeyView, NewApiKey};
use crate::api_keys::{ApiKey, generate_with, store};
use crate::audit::{self, Changes};
use crate::credentials::{KeyGrant, KeyOwner};
use crate::db::{Conn, DbError};
use crate::id::Id;
use crate::manage::{Call, Stop};
use crate::random::Random;
use crate::resource_servers;
use crate::roles;
use crate::secret::Secret;
use crate::service_accounts;
use crate::tenants::{self, KeySettings};
use crate::users::{self, UserStatus};
use crate::web::Problem;

/// How many APIs are looked at.
const MOST_APIS: i64 = 500;

/// Makes a key and its secret.
///
/// # Errors
/// 422 for an owner that is not there and for what cannot be said of a key, 409 when the owner has as many keys as one
/// may have, 403 for a key that could do more than the caller.
pub fn make(
    conn: &mut Conn<'_>,
    (call, random): (&Call, &Random),
    owner: KeyOwner,
    wanted: &NewApiKey,
) -> Result<(ApiKey, Secret), Stop> {
    let settings = settings(conn, call)?;
    // Settings and profiles were checked when they were written.
    let prefix = settings.prefix.as_deref().unwrap_or_default().parse().map_err(Problem::internal)?;
    let (secret, hint) = generate_with(&prefix, settings.random_characters, random);
    let stored = Stored { prefix, hint, digest: secret.digest() };
    let key = rules::new(call, (random.id(call.now), owner), stored, (wanted, &settings))?;
    add(conn, (call, random), (&key, &settings), "api_key.create")?;
    Ok((key, secret))
}

/// Adds a key that is made up, with its event.
///
/// # Errors
/// Those of [`make`].
pub fn add(
    conn: &mut Conn<'_>,
    (call, random): (&Call, &Random),
    (key, settings): (&ApiKey, &KeySettings),
    action: &'static str,
) -> Result<(), Stop> {
    hold_owner(conn, call, key.owner)?;
    if store::count_living(conn, call.tenant, key.owner)? >= MOST_KEYS {
        let detail = format!("One owner has at most {MOST_KEYS} keys that are not revoked.");
        return Err(Problem::conflict("limit_reached", detail).fix("Revoke one that is not used.").into());
    }
    may_give(conn, call, &key.grant)?;
    not_above(conn, call, key, settings)?;
    store::insert(conn, call.tenant, key)?;
    let changes = Changes::created(&ApiKeyView::new(key, call.now));
    let event = call.event(random, action, target(key), changes);
    Ok(audit::store::insert(conn, call.tenant, &event)?)
}

/// What the organisation decides about keys, with what it leaves to its profile.
pub fn settings(conn: &mut Conn<'_>, call: &Call) -> Result<KeySettings, Stop> {
    let tenant = tenants::store::find(conn, call.tenant)?.ok_or_else(Problem::not_found)?;
    let profile = call.profiles.find(&tenant.settings.profile).map_err(Problem::from)?;
    Ok(profile.fill(&tenant.settings.api_keys))
}

/// Keeps an owner as they are until the transaction ends, so that nobody gets a key while they are deleted, and nobody
/// one more than they may have.
///
/// # Errors
/// 422 for an owner that is not there.
pub fn hold_owner(conn: &mut Conn<'_>, call: &Call, owner: KeyOwner) -> Result<(), Stop> {
    let is_there = match owner {
        KeyOwner::User(id) => users::store::hold(conn, call.tenant, id)?
            .is_some_and(|user| user.status != UserStatus::Deleted && user.deleted_at.is_none()),
        KeyOwner::ServiceAccount(id) => service_accounts::store::hold(conn, call.tenant, id)?
            .is_some_and(|account| account.deleted_at.is_none()),
    };
    if is_there {
        return Ok(());
    }
    let detail = format!("There is no {} {} in this organisation.", owner.kind(), owner.uuid());
    Err(Problem::invalid("unknown_owner", detail)
        .fix("Keys belong to people and service accounts that are not in the recycle bin.")
        .into())
}

/// Lets the call give a key these scopes: they must be permissions that are known here, and of what the caller may hand
/// out. Levels need no such question: they are a ceiling over what the owner holds.
///
/// # Errors
/// 422 for one that nothing here knows, 403 for one that the caller does not hold.
pub fn may_give(conn: &mut Conn<'_>, call: &Call, grant: &KeyGrant) -> Result<(), Stop> {
    let KeyGrant::Scopes(scopes) = grant else { return Ok(()) };
    let foreign: Vec<_> = scopes.iter().filter(|scope| !scope.is_known()).collect();
    if !foreign.is_empty() {
        let apis = resource_servers::store::permissions(conn, call.tenant, MOST_APIS)?;
        let known: Vec<roles::Permission> =
            apis.iter().flat_map(|(_, list)| list).filter_map(|text| text.parse().ok()).collect();
        let is_known =
            |scope: &roles::Permission| known.iter().any(|one| one.covers(scope) || scope.covers(one));
        if let Some(scope) = foreign.into_iter().find(|scope| !is_known(scope)) {
            let detail = format!("No permission and no API of this organisation knows the scope {scope}.");
            return Err(Problem::invalid("unknown_scope", detail)
                .fix("GET /v1/permissions lists what there is; register the scope with an API first.")
                .into());
        }
    }
    Ok(call.may_grant(scopes)?)
}

/// Lets the call have a key that may do, right now, no more than its caller: whoever knows its secret is that strong.
///
/// # Errors
/// 403 that names what the caller lacks.
pub fn not_above(conn: &mut Conn<'_>, call: &Call, key: &ApiKey, settings: &KeySettings) -> Result<(), Stop> {
    let effective = effective(conn, call, key, settings)?;
    Ok(call.may_grant(effective.iter())?)
}

/// What a key may do right now.
pub fn effective(
    conn: &mut Conn<'_>,
    call: &Call,
    key: &ApiKey,
    settings: &KeySettings,
) -> Result<roles::Permissions, DbError> {
    let owner = Id::<()>::new(key.owner.uuid());
    let held = roles::store::permissions_of(conn, call.tenant, owner)?;
    Ok(key.grant.effective(&settings.levels(), &held))
}
