//! `/v1/usage`.

use std::time::Duration;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::TenantUsageView;
use super::view::{self, KeyUsageView};
use crate::api_keys::{self, ApiKeyId};
use crate::app::App;
use crate::credentials::store;
use crate::db::{Conn, DbError};
use crate::id::Id;
use crate::manage::endpoints::{call, list_query, look, ok};
use crate::request_keys;
use crate::tenants::TenantId;
use crate::web::Problem;

/// Days that are shown when nobody says how many, and at most.
const DAYS: (u32, u32) = (7, 100);
/// Rows at most: more outcomes of an hour than there are reasons.
const MOST_ROWS: i64 = 50_000;
/// Keys at most, and the rows in which they are looked for.
const MOST_KEYS: usize = 50;
const ROWS_OF_KEYS: i64 = 500;

/// Shows how often the keys of an organisation were used, by hour, by key and by how it ended.
#[utoipa::path(
    get, path = "/v1/usage", tag = "API keys", operation_id = "get_usage",
    params(
        ("days" = Option<u32>, Query, description = "1 to 100 days back; 7 by default"),
    ),
    responses(
        (status = 200, description = "Their use", body = TenantUsageView),
        (status = 400, description = "`invalid_query`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `api_keys:read`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "api_keys:read").await?;
    let days = match list_query(&request, &["days"])?.get("days") {
        None => DAYS.0,
        Some(text) => text.parse().ok().filter(|days| (1..=DAYS.1).contains(days)).ok_or_else(|| {
            Problem::bad_request("invalid_query", format!("days is a number from 1 to {}.", DAYS.1))
        })?,
    };
    let since = call.now - Duration::from_secs(24 * 60 * 60) * days;
    let view = look(&app, move |conn| {
        let hours = store::usage_by_hour(conn, call.tenant, (since, MOST_ROWS))?;
        let keys = store::usage_by_key(conn, call.tenant, (since, ROWS_OF_KEYS))?;
        let keys = named(conn, call.tenant, view::keys(keys, MOST_KEYS))?;
        Ok(TenantUsageView { since: since.to_rfc3339(), hours: view::hours(hours), keys })
    });
    Ok(ok(&view.await?))
}

/// The keys with what they are called: API keys in one look, the few others one by one.
fn named(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    mut keys: Vec<KeyUsageView>,
) -> Result<Vec<KeyUsageView>, DbError> {
    let ids: Vec<ApiKeyId> = keys.iter().map(|key| Id::new(key.id)).collect();
    let known = if ids.is_empty() { Vec::new() } else { api_keys::store::find_many(conn, tenant, &ids)? };
    for key in &mut keys {
        if let Some(found) = known.iter().find(|one| one.id.uuid() == key.id) {
            key.kind = Some("api_key");
            key.name.clone_from(&found.name);
        } else if let Some(found) = request_keys::store::find(conn, tenant, Id::new(key.id))? {
            key.kind = Some("signing_key");
            key.name = found.name;
        }
    }
    Ok(keys)
}
