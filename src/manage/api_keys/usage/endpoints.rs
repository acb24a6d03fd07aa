//! `/v1/api-keys/{id}/usage`.

use std::future::ready;
use std::time::Duration;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;

use super::{UsageRow, UsageView};
use crate::app::App;
use crate::credentials::store;
use crate::manage::api_keys::reach::{Deed, reach};
use crate::manage::endpoints::{call, id, look, ok, query};
use crate::manage::export::endpoints::file;
use crate::manage::export::{Columns, Format};
use crate::web::Problem;

/// Days that are shown when nobody says how many, and at most.
const DAYS: (u32, u32) = (7, 100);
/// Rows at most: more outcomes of an hour than there are reasons.
const MOST_ROWS: i64 = 50_000;
const MOST_NETWORKS: i64 = 100;
/// The columns of the table.
const COLUMNS: Columns = &["hour", "outcome", "requests"];

/// Shows how often and from where a key was used, by hour and by how it ended.
#[utoipa::path(
    get, path = "/v1/api-keys/{id}/usage", tag = "API keys", operation_id = "get_api_key_usage",
    params(
        ("id" = uuid::Uuid, Path, description = "The key"),
        ("days" = Option<u32>, Query, description = "1 to 100 days back; 7 by default"),
        ("format" = Option<String>, Query, description = "`csv`: the hours as a table, a row for each outcome"),
    ),
    responses(
        (status = 200, description = "Its use", content(
            (UsageView = "application/json"), (String = "text/csv"),
        )),
        (status = 400, description = "`invalid_query`, `invalid_format`"),
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
    let as_table = match query(&request)?.get("format") {
        None | Some("json") => false,
        Some("csv") => true,
        Some(_) => return Err(Problem::bad_request("invalid_format", "format must be json or csv.")),
    };
    let since = call.now - Duration::from_secs(24 * 60 * 60) * days;
    let (view, rows) = look(&app, move |conn| {
        let tenant = call.tenant;
        let rows = store::usage_of(conn, tenant, key, (since, MOST_ROWS))?;
        if as_table {
            return Ok((UsageView::new(since, &[], Vec::new()), rows));
        }
        let networks = store::networks(conn, tenant, key, MOST_NETWORKS)?;
        let last_used = store::last_uses(conn, tenant, &[key])?.first().map(Into::into);
        Ok((UsageView { last_used, ..UsageView::new(since, &rows, networks) }, Vec::new()))
    })
    .await?;
    if as_table {
        let rows: Vec<UsageRow> = rows.into_iter().map(UsageRow::from).collect();
        let name = format!("api-key-usage-{key}");
        return Ok(file((Format::Csv, COLUMNS, &name), stream::once(ready(Ok(rows)))));
    }
    Ok(ok(&view))
}
