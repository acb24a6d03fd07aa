//! Who may lay hands on a signing key.

use crate::app::App;
use crate::credentials::KeyOwner;
use crate::manage::Call;
use crate::manage::api_keys::reach::{Deed, caller};
use crate::manage::endpoints::look;
use crate::request_keys::{RequestKey, RequestKeyId, store};
use crate::service_accounts;
use crate::web::Problem;

/// Whether a key is the caller's own.
pub fn is_own(call: &Call, key: &RequestKey) -> bool {
    caller(call) == Some(key.owner)
}

/// The key of this identifier, for whoever may do this with it: its owner, administrators, and for the keys of a service
/// account whoever may change that. For everybody else it is not there.
///
/// # Errors
/// 403 for who has nothing to do with keys at all, 404 otherwise.
pub async fn reach(call: &Call, app: &App, wanted: RequestKeyId, deed: Deed) -> Result<RequestKey, Problem> {
    let held = &call.actor.permissions;
    let (own, all) = (held.allows("api_keys:manage"), deed.on_everybodys(call));
    let some = held.allows_on_some(deed.on_service_accounts());
    call.allow(app, "api_keys:manage", own || all || some).await?;
    let tenant = call.tenant;
    let found = look(app, move |conn| {
        let Some(key) = store::find(conn, tenant, wanted)? else { return Ok(None) };
        let account = match key.owner {
            KeyOwner::ServiceAccount(id) if some => service_accounts::store::find(conn, tenant, id)?,
            _ => None,
        };
        Ok(Some((key, account)))
    })
    .await?;
    let (key, account) = found.ok_or_else(Problem::not_found)?;
    let by_account = account.is_some_and(|account| {
        let permission = deed.on_service_accounts();
        let named = [account.slug.as_str(), &account.id.to_string()];
        held.allows(permission) || named.iter().any(|name| held.allows_on(permission, name))
    });
    if all || own && is_own(call, &key) || by_account { Ok(key) } else { Err(Problem::not_found()) }
}
