//! What changes of applications have in common: which ones are here, and what is written beside them.

use super::{ApplicationView, rules};
use crate::audit::{self, Changes, Target};
use crate::clients::{Client, ClientPk, ClientStatus, store};
use crate::db::{Conn, DbError};
use crate::manage::{Call, Stop};
use crate::random::Random;
use crate::tenants::{self, TenantId};
use crate::tokens;
use crate::web::Problem;

/// The permission without which nobody changes what reaches beyond one organisation.
pub const EVERY_TENANT: &str = "tenants:update";

/// An application of this organisation, in the recycle bin or not. A credential of a service account is none.
pub fn find(conn: &mut Conn<'_>, tenant: TenantId, id: ClientPk) -> Result<Option<Client>, DbError> {
    Ok(store::find(conn, tenant, id)?.filter(|client| client.service_account_id.is_none()))
}

/// An application of this organisation that is not in the recycle bin.
pub fn living(conn: &mut Conn<'_>, tenant: TenantId, id: ClientPk) -> Result<Client, Stop> {
    let found = find(conn, tenant, id)?.filter(|client| client.deleted_at.is_none());
    Ok(found.ok_or_else(Problem::not_found)?)
}

/// Refuses a change that only those may make who may change every organisation. The endpoints have asked before, and
/// written a refusal down; here it is asked of what the transaction sees.
pub fn guard(call: &Call, needs_every_tenant: bool) -> Result<(), Stop> {
    if !needs_every_tenant || call.actor.permissions.allows(EVERY_TENANT) {
        return Ok(());
    }
    let detail = format!("You do not have the permission {EVERY_TENANT}.");
    Err(Problem::lacking(EVERY_TENANT, detail).into())
}

/// Refuses another application when the organisation has as many as it may have.
pub fn within_limit(conn: &mut Conn<'_>, tenant: TenantId) -> Result<(), Stop> {
    let settings = tenants::store::find(conn, tenant)?.map(|tenant| tenant.settings);
    let Some(limit) = settings.and_then(|settings| settings.limits.applications) else { return Ok(()) };
    tenants::store::lock(conn, tenant)?;
    if store::count(conn, tenant)? < i64::from(limit) {
        return Ok(());
    }
    let detail = format!("The organisation may have {limit} applications, and has them.");
    Err(Problem::conflict("limit_reached", detail)
        .fix("Delete one that is not needed, or ask the operator for a higher limit.")
        .into())
}

/// Writes what changed with its event, and ends what hangs on an application that takes part no more. What did not change
/// is neither written nor told.
pub fn write(
    conn: &mut Conn<'_>,
    call: &Call,
    random: &Random,
    action: &'static str,
    (seen, client): (&Client, &Client),
) -> Result<(), Stop> {
    if seen == client {
        return Ok(());
    }
    guard(call, rules::needs_every_tenant(seen, client))?;
    if !store::update_seen(conn, call.tenant, client, seen.updated_at)? {
        return Err(DbError::Retry.into());
    }
    if client.status != ClientStatus::Active && seen.status != client.status {
        tokens::end_client_tokens(conn, call.tenant, client.id, call.now)?;
    }
    if client.is_public() && !seen.is_public() {
        for secret in store::secrets_of(conn, call.tenant, client.id)? {
            store::delete_secret(conn, call.tenant, client.id, secret.id)?;
        }
    }
    let changes = Changes::between(&ApplicationView::from(seen), &ApplicationView::from(client));
    let event = call.event(random, action, target(client), changes);
    Ok(audit::store::insert(conn, call.tenant, &event)?)
}

/// The application as the audit log names it.
pub fn target(client: &Client) -> Target {
    Target::new("application", client.id, client.client_id.as_str())
}
