//! Which signing keys are asked for, and how several are shown.

use super::SigningKeyView;
use crate::clock::Timestamp;
use crate::credentials::KeyFilter;
use crate::db::{Conn, DbError};
use crate::manage::api_keys::known::Known;
use crate::manage::api_keys::listing;
use crate::request_keys::{Fingerprint, RequestKey};
use crate::tenants::TenantId;
use crate::web::{Params, Problem};

/// The filters of a list of keys.
pub const FILTERS: &[&str] =
    &["scope", "status", "owner", "fingerprint", "expires_before", "unused_since", "q"];

/// Reads the filters of a query, the fingerprint by itself.
///
/// # Errors
/// 400 for a filter that cannot be met by any key.
pub fn filter(params: &Params) -> Result<(KeyFilter, Option<Fingerprint>), Problem> {
    let fingerprint = params.get("fingerprint").map(|text| {
        // Forms write a plus sign as a space is read.
        text.replace(' ', "+")
            .parse()
            .map_err(|why| Problem::bad_request("invalid_filter", format!("fingerprint: {why}.")))
    });
    Ok((listing::filter(params)?, fingerprint.transpose()?))
}

/// Keys with the names of their owners, their last use, and how they are.
pub fn views(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    keys: &[RequestKey],
    now: Timestamp,
) -> Result<Vec<SigningKeyView>, DbError> {
    let wanted: Vec<_> = keys.iter().map(|key| (key.id.uuid(), key.owner)).collect();
    let known = Known::of(conn, tenant, &wanted, now)?;
    let view = |key: &RequestKey| SigningKeyView {
        owner: known.owner(key.owner),
        last_used: known.last_used(key.id.uuid()),
        health: known.health((key.id.uuid(), key.state(now)), (key.created_at, key.expires_at, false)),
        ..SigningKeyView::new(key, now)
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
