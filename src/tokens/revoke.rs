//! Ends: what dies with a session, a person, a client or an organisation, and whether an access token is still alive.

use super::{AccessClaims, FamilyId, store};
use crate::api_keys::{self, ApiKeyId, KeySessionId};
use crate::clients::{self, ClientPk};
use crate::clock::Timestamp;
use crate::consents;
use crate::credentials::{KeyOwner, KeyState};
use crate::db::{Conn, DbError};
use crate::device_authorizations as devices;
use crate::service_accounts::{self, ServiceAccountId};
use crate::sessions::{self, SessionId};
use crate::tenants::{self, TenantId};
use crate::users::{self, UserId};

/// What the database says of an access token whose signature and times are in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessState {
    /// It stands.
    Live,
    /// It, its family, its session, its person, its client or its organisation was ended.
    Ended,
}

/// Whether an access token still stands.
pub fn access_state(
    conn: &mut Conn<'_>,
    claims: &AccessClaims,
    now: Timestamp,
) -> Result<AccessState, DbError> {
    let Ok(tenant) = claims.tenant_id.parse::<TenantId>() else { return Ok(AccessState::Ended) };
    let stands = !store::is_revoked(conn, tenant, &claims.jti)?
        && tenants::store::find_with_end(conn, tenant)?
            .is_some_and(|(tenant, end)| tenant.is_active() && !is_over(claims, end))
        && match (&claims.key_id, &claims.grant_id) {
            (Some(key), _) => key_stands(conn, tenant, key, claims, now)?,
            (None, None) => client_stands(conn, tenant, claims)?,
            (None, Some(family)) => {
                client_stands(conn, tenant, claims)? && family_stands(conn, tenant, family, claims, now)?
            }
        };
    Ok(if stands { AccessState::Live } else { AccessState::Ended })
}

/// Whether a token that hangs on no grant was issued before an end. Tokens count in whole seconds, and the second of the
/// end goes with it.
fn is_over(claims: &AccessClaims, end: Option<Timestamp>) -> bool {
    claims.grant_id.is_none() && end.is_some_and(|end| claims.iat <= end.seconds())
}

/// A token that was given for an API key stands as long as the key works, its owner takes part, and the session that it
/// belongs to, if it belongs to one, goes on.
fn key_stands(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    key: &str,
    claims: &AccessClaims,
    now: Timestamp,
) -> Result<bool, DbError> {
    let Ok(id) = key.parse::<ApiKeyId>() else { return Ok(false) };
    let Some(key) = api_keys::store::find(conn, tenant, id)? else { return Ok(false) };
    let owner_stands = key.owner.uuid().to_string() == claims.sub
        && match key.owner {
            KeyOwner::User(user) => users::store::is_active(conn, tenant, user)?,
            KeyOwner::ServiceAccount(account) => {
                service_accounts::store::find(conn, tenant, account)?.is_some_and(|found| found.is_active())
            }
        };
    let session_stands = match &claims.sid {
        None => true,
        Some(session) => match session.parse::<KeySessionId>() {
            Ok(session) => api_keys::store::find_session(conn, session)?
                .is_some_and(|found| found.api_key_id == id && found.is_live(now)),
            Err(_) => false,
        },
    };
    Ok(key.state(now) == KeyState::Works && owner_stands && session_stands)
}

fn client_stands(conn: &mut Conn<'_>, tenant: TenantId, claims: &AccessClaims) -> Result<bool, DbError> {
    let Some((client, end)) = clients::store::find_with_end(conn, &claims.client_id)? else {
        return Ok(false);
    };
    // A client of another organisation stands and falls with that one too.
    let owner_stands = client.tenant_id == tenant
        || tenants::store::find(conn, client.tenant_id)?.is_some_and(|owner| owner.is_active());
    let account_stands = match client.service_account_id {
        Some(id) => service_accounts::store::find(conn, client.tenant_id, id)?
            .is_some_and(|account| account.is_active()),
        None => true,
    };
    Ok(client.status == clients::ClientStatus::Active
        && !is_over(claims, end)
        && owner_stands
        && account_stands
        && client.serves(tenant))
}

fn family_stands(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    family: &str,
    claims: &AccessClaims,
    now: Timestamp,
) -> Result<bool, DbError> {
    let (Ok(family), Ok(user)) = (family.parse::<FamilyId>(), claims.sub.parse::<UserId>()) else {
        return Ok(false);
    };
    let Some(family) = store::find_family(conn, family)? else { return Ok(false) };
    let session_stands = match family.session_id {
        Some(session) => sessions::store::is_open(conn, tenant, session, now)?,
        None => true,
    };
    Ok(family.revoked_at.is_none()
        && family.tenant_id == tenant
        && family.user_id == user
        && session_stands
        && users::store::is_active(conn, tenant, user)?)
}

/// Ends a browser session and the tokens that hang on it. `false` when it was over already.
pub fn end_session(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: SessionId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let ended = sessions::store::end(conn, tenant, id, now)?;
    store::revoke_families_of_session(conn, tenant, id, now)?;
    store::kill_codes_of_session(conn, tenant, id, now)?;
    devices::store::end_of_session(conn, tenant, id)?;
    Ok(ended)
}

/// Ends every session, code and token of a person, but for one session: after a new password, or when the account is
/// closed. Tells how many there were.
pub fn end_user_tokens(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    user: UserId,
    except: Option<SessionId>,
    now: Timestamp,
) -> Result<usize, DbError> {
    end_tokens_of_users(conn, tenant, &[user], except, now)
}

/// The same for several people.
pub fn end_tokens_of_users(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    people: &[UserId],
    except: Option<SessionId>,
    now: Timestamp,
) -> Result<usize, DbError> {
    let sessions = sessions::store::end_all_of_users(conn, tenant, people, except, now)?;
    let families = store::revoke_families_of_users(conn, tenant, people, except, now)?;
    let codes = store::kill_codes_of_users(conn, tenant, people, now)?;
    let devices = devices::store::end_of_users(conn, tenant, people, now)?;
    Ok(sessions + families + codes + devices)
}

/// Takes back what a person has allowed a client, with every code and token that came of it. `false` when there was
/// nothing to take back.
pub fn withdraw_consent(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (user, client): (UserId, ClientPk),
    now: Timestamp,
) -> Result<bool, DbError> {
    let withdrawn = consents::store::withdraw(conn, tenant, user, client)?;
    let ended = store::revoke_families_between(conn, tenant, (user, client), now)?;
    store::kill_codes_between(conn, tenant, (user, client), now)?;
    devices::store::end_between(conn, tenant, (user, client))?;
    Ok(withdrawn || ended > 0)
}

/// Ends every code and token of a client, whichever organisations its people belong to: it was disabled or deleted. They
/// stay dead when it comes back.
pub fn end_client_tokens(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    client: ClientPk,
    now: Timestamp,
) -> Result<(), DbError> {
    clients::store::end_tokens(conn, tenant, client, now)?;
    store::revoke_families_of_client(conn, client, now)?;
    store::kill_codes_of_client(conn, client, now)?;
    devices::store::end_of_client(conn, client, now)
}

/// Ends every token of a service account: it was disabled or deleted. They stay dead when it comes back. Its credentials
/// work again then.
pub fn end_service_account_tokens(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    account: ServiceAccountId,
    now: Timestamp,
) -> Result<(), DbError> {
    clients::store::end_tokens_of_account(conn, tenant, account, now)
}

/// Ends every session, code and token of an organisation's people and programs: it was suspended or deleted. They stay
/// dead when it comes back.
pub fn end_tenant_tokens(conn: &mut Conn<'_>, tenant: TenantId, now: Timestamp) -> Result<(), DbError> {
    tenants::store::end_tokens(conn, tenant, now)?;
    sessions::store::end_all_of_tenant(conn, tenant, now)?;
    store::revoke_families_of_tenant(conn, tenant, now)?;
    store::kill_codes_of_tenant(conn, tenant, now)?;
    devices::store::end_of_tenant(conn, tenant, now)
}
