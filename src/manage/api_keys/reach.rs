//! Whose a key is, and who may lay hands on it.

use crate::api_keys::{ApiKey, ApiKeyId, store};
use crate::app::App;
use crate::audit::ActorKind;
use crate::credentials::{KeyFilter, KeyOwner};
use crate::manage::Call;
use crate::manage::api_keys::rules;
use crate::manage::endpoints::look;
use crate::service_accounts;
use crate::web::{Params, Problem};

/// Whoever calls, as an owner of keys: themselves, or whose key it is. An application that speaks for itself owns none, and
/// nobody owns one in an organisation that is not theirs.
pub fn caller(call: &Call) -> Option<KeyOwner> {
    call.actor.principal.filter(|_| call.tenant == call.actor.tenant_id)
}

/// Whether a key is the caller's own.
pub fn is_own(call: &Call, key: &ApiKey) -> bool {
    caller(call) == Some(key.owner)
}

/// The same, but not by way of another key: that may do less than the one it lays hands on.
pub fn is_in_own_hand(call: &Call, key: &ApiKey) -> bool {
    call.actor.name.kind != ActorKind::Key && is_own(call, key)
}

/// Why the owner of a disabled key cannot enable it, if they cannot: an administrator has to.
pub fn kept_disabled(call: &Call, key: &ApiKey) -> Option<&'static str> {
    if !is_own(call, key) || call.actor.permissions.allows("api_keys:administer") {
        return None;
    }
    match key.status_reason.as_str() {
        rules::BY_ADMINISTRATOR => Some("An administrator disabled the key."),
        rules::EXPOSED => Some("The key was disabled because its secret was found where others can read it."),
        _ => None,
    }
}

/// What is to be done with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It is looked at.
    See,
    /// It is changed.
    Change,
}

impl Deed {
    /// What is enough for the keys of a service account.
    pub const fn on_service_accounts(self) -> &'static str {
        match self {
            Self::See => "service_accounts:read",
            Self::Change => "service_accounts:update",
        }
    }

    /// Whether the caller may do this with everybody's keys.
    pub fn on_everybodys(self, call: &Call) -> bool {
        let held = &call.actor.permissions;
        held.allows("api_keys:administer") || self == Self::See && held.allows("api_keys:read")
    }
}

/// The key of this identifier, for whoever may do this with it: its owner, administrators, and for the keys of a service
/// account whoever may change that. For everybody else it is not there.
///
/// # Errors
/// 403 for who has nothing to do with keys at all, 404 otherwise.
pub async fn reach(call: &Call, app: &App, wanted: ApiKeyId, deed: Deed) -> Result<ApiKey, Problem> {
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

/// The filter of a list, within the scope that its query names: one's own keys, or with `scope=tenant` those of the whole
/// organisation. `None` when there can be none.
///
/// # Errors
/// 403 for who may not see them, 400 for another scope.
pub async fn within_scope(
    (app, call): (&App, &Call),
    params: &Params,
    mut filter: KeyFilter,
) -> Result<Option<KeyFilter>, Problem> {
    match params.get("scope") {
        None | Some("own") => {
            call.need(app, "api_keys:manage").await?;
            filter.owner = caller(call).filter(|own| filter.owner.is_none_or(|asked| asked == *own));
            Ok(filter.owner.is_some().then_some(filter))
        }
        Some("tenant") => {
            call.allow(app, "api_keys:read", Deed::See.on_everybodys(call)).await?;
            Ok(Some(filter))
        }
        Some(_) => Err(Problem::bad_request("invalid_filter", "scope: own or tenant.")),
    }
}
