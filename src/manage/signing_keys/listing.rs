//! Which signing keys are asked for, and how several are shown.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use super::SigningKeyView;
use crate::api_keys::KeyState;
use crate::clock::Timestamp;
use crate::credentials::store as credentials;
use crate::db::{Conn, DbError};
use crate::manage::api_keys::OwnerView;
use crate::manage::api_keys::listing::{beginning, owner, time};
use crate::manage::endpoints::several;
use crate::manage::principals::describe;
use crate::request_keys::RequestKey;
use crate::request_keys::store::KeyFilter;
use crate::roles::PrincipalKind;
use crate::tenants::TenantId;
use crate::web::{Params, Problem};

/// The filters of a list of keys.
pub const FILTERS: &[&str] =
    &["scope", "status", "owner", "fingerprint", "expires_before", "unused_since", "q"];

/// Reads the filters of a query.
///
/// # Errors
/// 400 for a filter that cannot be met by any key.
pub fn filter(params: &Params) -> Result<KeyFilter, Problem> {
    let fingerprint = params.get("fingerprint").map(|text| {
        // Forms write a plus sign as a space is read.
        text.replace(' ', "+")
            .parse()
            .map_err(|why| Problem::bad_request("invalid_filter", format!("fingerprint: {why}.")))
    });
    Ok(KeyFilter {
        owner: params.get("owner").map(owner).transpose()?,
        states: several::<KeyState>(params, "status")?,
        expires_before: params.get("expires_before").map(|text| time("expires_before", text)).transpose()?,
        unused_since: params.get("unused_since").map(|text| time("unused_since", text)).transpose()?,
        begins_with: params.get("q").map(beginning).transpose()?,
        fingerprint: fingerprint.transpose()?,
    })
}

/// Keys with the names of their owners and their last use.
pub fn views(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    keys: &[RequestKey],
    now: Timestamp,
) -> Result<Vec<SigningKeyView>, DbError> {
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
    let view = |key: &RequestKey| {
        let mut view = SigningKeyView::new(key, now);
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
    key: &RequestKey,
    now: Timestamp,
) -> Result<SigningKeyView, DbError> {
    let found = views(conn, tenant, std::slice::from_ref(key), now)?.pop();
    Ok(found.unwrap_or_else(|| SigningKeyView::new(key, now)))
}
