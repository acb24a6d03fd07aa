//! `/v1/api-keys/{id}/usage`.

use std::time::Duration;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::UsageView;
use crate::app::App;
use crate::credentials::store;
use crate::manage::api_keys::reach::{Deed, reach};
use crate::manage::endpoints::{call, id, look, ok, query};
use crate::web::Problem;

/// Days that are shown when nobody says how many, and at most.
const DAYS: (u32, u32) = (7, 100);
/// Rows at most: more outcomes of an hour than there are reasons.
const MOST_ROWS: i64 = 50_000;
const MOST_NETWORKS: i64 = 100;

/// Shows how often and from where a key was used, by hour and by how it ended.
#[utoipa::path(
    get, path = "/v1/api-keys/{id}/usage", tag = "API keys", operation_id = "get_api_key_usage",
    params(
        ("id" = uuid::Uuid, Path, description = "The key"),
        ("days" = Option<u32>, Query, description = "1 to 100 days back; 7 by default"),
    ),
    responses(
        (status = 200, description = "Its use", body = UsageView),
        (status = 400, description = "`invalid_query`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `api_keys:manage` or `api_keys:read` or `api_keys:administer`; for the keys of a service account `service_accounts:read` is enough"),
        (status = 404, description = "`not_found`: also for a key of somebody else that the caller may not see"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let key = reach(&call, &app, id(&request, "id")?, Deed::See).await?.id.uuid();
    let days = match query(&request)?.get("days") {
        None => DAYS.0,
        Some(text) => text.parse().ok().filter(|days| (1..=DAYS.1).contains(days)).ok_or_else(|| {
            Problem::bad_request("invalid_query", format!("days is a number from 1 to {}.", DAYS.1))
        })?,
    };
    let since = call.now - Duration::from_secs(24 * 60 * 60) * days;
    let view = look(&app, move |conn| {
        let tenant = call.tenant;
        let rows = store::usage_of(conn, tenant, key, (since, MOST_ROWS))?;
        let networks = store::networks(conn, tenant, key, MOST_NETWORKS)?;
        let last_used = store::last_uses(conn, tenant, &[key])?.first().map(Into::into);
        Ok(UsageView { last_used, ..UsageView::new(since, &rows, networks) })
    })
    .await?;
    Ok(ok(&view))
}
