//! Which keys are asked for, and how several are shown.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use super::view::owner_of;
use super::{ApiKeyView, OwnerView};
use crate::api_keys::store::KeyFilter;
use crate::api_keys::{ApiKey, KeyState};
use crate::clock::Timestamp;
use crate::credentials::{KeyOwner, store as credentials};
use crate::db::{Conn, DbError};
use crate::manage::endpoints::several;
use crate::manage::principals::{MemberName, describe};
use crate::roles::PrincipalKind;
use crate::teams::MemberKind;
use crate::tenants::TenantId;
use crate::web::{Params, Problem};

/// The filters of a list of keys.
pub const FILTERS: &[&str] = &["status", "owner", "expires_before", "unused_since", "q"];

/// Reads the filters of a query.
///
/// # Errors
/// 400 for a filter that cannot be met by any key.
pub fn filter(params: &Params) -> Result<KeyFilter, Problem> {
    Ok(KeyFilter {
        owner: params.get("owner").map(owner).transpose()?,
        states: several::<KeyState>(params, "status")?,
        expires_before: params.get("expires_before").map(|text| time("expires_before", text)).transpose()?,
        unused_since: params.get("unused_since").map(|text| time("unused_since", text)).transpose()?,
        begins_with: params.get("q").map(beginning).transpose()?,
    })
}

/// Reads `user:ID` or `service_account:ID`.
///
/// # Errors
/// 400 otherwise.
pub fn owner(text: &str) -> Result<KeyOwner, Problem> {
    let read = || {
        let (kind, id) = text.split_once(':')?;
        Some(owner_of(MemberName { kind: kind.parse::<MemberKind>().ok()?, id: id.parse::<Uuid>().ok()? }))
    };
    read().ok_or_else(|| invalid("owner: expected user:ID or service_account:ID."))
}

/// Reads a moment.
///
/// # Errors
/// 400 otherwise.
pub fn time(name: &str, text: &str) -> Result<Timestamp, Problem> {
    Timestamp::parse_rfc3339(text)
        .ok_or_else(|| invalid(&format!("{name}: expected a time such as 2030-01-31T12:00:00Z.")))
}

/// Reads what a name begins with.
///
/// # Errors
/// 400 for what no name begins with.
pub fn beginning(text: &str) -> Result<String, Problem> {
    let fits = (1..=100).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fits {
        Ok(text.to_owned())
    } else {
        Err(invalid("q: what a name begins with, at most 100 characters."))
    }
}

fn invalid(detail: &str) -> Problem {
    Problem::bad_request("invalid_filter", detail)
}

/// Keys with the names of their owners and their last use.
pub fn views(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    keys: &[ApiKey],
    now: Timestamp,
) -> Result<Vec<ApiKeyView>, DbError> {
    let owners: BTreeSet<(PrincipalKind, Uuid)> =
        keys.iter().map(|key| (key.owner.kind(), key.owner.uuid())).collect();
    let owners: Vec<_> = owners.into_iter().map(|(kind, id)| (kind, id, now)).collect();
    let owners: HashMap<Uuid, _> =
        describe(conn, tenant, &owners)?.into_iter().map(|owner| (owner.id, owner)).collect();
    let ids: Vec<Uuid> = keys.iter().map(|key| key.id.uuid()).collect();
    let uses: HashMap<Uuid, _> = credentials::last_uses(conn, tenant, &ids)?
        .into_iter()
        .map(|used| (used.credential_id.uuid(), used))
        .collect();
    let view = |key: &ApiKey| {
        let mut view = ApiKeyView::new(key, now);
        if let Some(owner) = owners.get(&key.owner.uuid()) {
            let (name, display_name) = (Some(owner.name.clone()), Some(owner.display_name.clone()));
            view.owner = OwnerView { name, display_name, ..key.owner.into() };
        }
        view.last_used = uses.get(&key.id.uuid()).map(Into::into);
        view
    };
    Ok(keys.iter().map(view).collect())
}

/// One key with all that is known of it.
pub fn view(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    key: &ApiKey,
    now: Timestamp,
) -> Result<ApiKeyView, DbError> {
    let found = views(conn, tenant, std::slice::from_ref(key), now)?.pop();
    Ok(found.unwrap_or_else(|| ApiKeyView::new(key, now)))
}
