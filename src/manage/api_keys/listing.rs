//! Which keys are asked for, and how several are shown.

use uuid::Uuid;

use super::ApiKeyView;
use super::known::Known;
use super::view::owner_of;
use crate::api_keys::ApiKey;
use crate::clock::Timestamp;
use crate::credentials::{Activity, KeyFilter, KeyOwner, KeyState, store as credentials};
use crate::db::{Conn, DbError};
use crate::manage::endpoints::several;
use crate::manage::principals::MemberName;
use crate::teams::MemberKind;
use crate::tenants::TenantId;
use crate::web::{Params, Problem};

/// The filters of a list of keys.
pub const FILTERS: &[&str] = &["status", "owner", "expires_before", "unused_since", "q"];

/// Whether a list tells the last hours of each of its keys.
///
/// # Errors
/// 400 for anything else to include.
pub fn with_usage(params: &Params) -> Result<bool, Problem> {
    match params.get("include") {
        None => Ok(false),
        Some("usage") => Ok(true),
        Some(_) => Err(invalid("include: usage.")),
    }
}

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

/// Keys with the names of their owners, their last use, and how they are.
pub fn views(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    keys: &[ApiKey],
    now: Timestamp,
) -> Result<Vec<ApiKeyView>, DbError> {
    let wanted: Vec<_> = keys.iter().map(|key| (key.id.uuid(), key.owner)).collect();
    let known = Known::of(conn, tenant, &wanted, now)?;
    let view = |key: &ApiKey| ApiKeyView {
        owner: known.owner(key.owner),
        last_used: known.last_used(key.id.uuid()),
        health: known
            .health((key.id.uuid(), key.state(now)), (key.created_at, key.expires_at, key.is_exposed())),
        ..ApiKeyView::new(key, now)
    };
    Ok(keys.iter().map(view).collect())
}

/// The same, each with its last hours.
pub fn views_with_usage(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    keys: &[ApiKey],
    now: Timestamp,
) -> Result<Vec<ApiKeyView>, DbError> {
    let ids: Vec<Uuid> = keys.iter().map(|key| key.id.uuid()).collect();
    let mut activity = credentials::activity_of(conn, tenant, &ids, now)?;
    let mut views = views(conn, tenant, keys, now)?;
    for view in &mut views {
        let known = activity.remove(&view.id).unwrap_or_else(|| Activity::of([], now));
        view.usage = Some(known.into());
    }
    Ok(views)
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
