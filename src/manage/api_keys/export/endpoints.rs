//! `/v1/api-keys/export`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;

use crate::api_keys::{ApiKeyId, store};
use crate::app::App;
use crate::clock::Timestamp;
use crate::credentials::KeyFilter;
use crate::db::DbError;
use crate::manage::api_keys::listing::{self, FILTERS, views};
use crate::manage::api_keys::reach::within_scope;
use crate::manage::api_keys::view::ApiKeyView;
use crate::manage::endpoints::{call, list_query};
use crate::manage::export::endpoints::file;
use crate::manage::export::{Columns, Format};
use crate::tenants::TenantId;
use crate::web::Problem;

/// Keys that are read at once.
const AT_ONCE: i64 = 500;
/// The columns of the CSV, in order.
const COLUMNS: Columns = &[
    "id",
    "name",
    "description",
    "owner.kind",
    "owner.id",
    "owner.name",
    "owner.display_name",
    "prefix",
    "hint",
    "level",
    "scopes",
    "allowed_addresses",
    "rate_limit",
    "status",
    "status_reason",
    "health",
    "expires_at",
    "rotated_at",
    "previous_secret_ends_at",
    "exposed_at",
    "created_by",
    "created_at",
    "updated_at",
    "last_used.at",
    "last_used.address",
    "last_used.user_agent",
];

/// Gives every key that the filters leave as a file, newest first, without secrets: those are known to nobody.
#[utoipa::path(
    get, path = "/v1/api-keys/export", tag = "API keys", operation_id = "export_api_keys",
    params(
        ("format" = String, Query, description = "`csv`, `json` or `ndjson`"),
        ("scope" = Option<String>, Query, description = "`own`, which is the default, or `tenant`"),
        ("status" = Option<String>, Query, description = "`active`, `expired`, `disabled`, `revoked`; several separated by commas"),
        ("owner" = Option<String>, Query, description = "`user:ID` or `service_account:ID`"),
        ("expires_before" = Option<String>, Query, description = "Only those that end before this time"),
        ("unused_since" = Option<String>, Query, description = "Only those that were there at this time and were not used since"),
        ("q" = Option<String>, Query, description = "What the name begins with"),
    ),
    responses(
        (status = 200, description = "The file", content(
            (Vec<ApiKeyView> = "application/json"), (String = "application/x-ndjson"), (String = "text/csv"),
        )),
        (status = 400, description = "`invalid_format`, `invalid_filter`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `api_keys:manage`; with `scope=tenant` instead `api_keys:read` or `api_keys:administer`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let params = list_query(&request, &[&["scope", "format"], FILTERS].concat())?;
    let filter = within_scope((&app, &call), &params, listing::filter(&params)?).await?;
    if params.get("limit").or_else(|| params.get("cursor")).is_some() {
        let detail = "An export has no pages: it takes neither limit nor cursor.";
        return Err(Problem::bad_request("unknown_parameter", detail));
    }
    let format = Format::of(&params)?;
    let name = format!("api-keys-{}-{}", call.tenant, call.now.seconds());
    let source = Source { app, tenant: call.tenant, filter, now: call.now };
    // The first page before anything is sent, so that what fails at once is told as a problem.
    let first = source.part(None).await?;
    let pages = stream::try_unfold((source, Some(Next::Part(first))), |(source, next)| async move {
        let part = match next {
            None => return Ok(None),
            Some(Next::Part(part)) => part,
            Some(Next::Below(id)) => source.part(Some(id)).await?,
        };
        Ok(Some((part.rows, (source, part.below.map(Next::Below)))))
    });
    Ok(file((format, COLUMNS, &name), pages))
}

/// Where the keys come from.
struct Source {
    app: Data<App>,
    tenant: TenantId,
    /// Nothing when the caller can have none.
    filter: Option<KeyFilter>,
    now: Timestamp,
}

/// Some keys of the file.
#[derive(Default)]
struct Part {
    rows: Vec<ApiKeyView>,
    /// Below which the next ones are.
    below: Option<ApiKeyId>,
}

/// What is to be sent next.
enum Next {
    Part(Part),
    Below(ApiKeyId),
}

impl Source {
    async fn part(&self, before: Option<ApiKeyId>) -> Result<Part, DbError> {
        let Some(filter) = self.filter.clone() else { return Ok(Part::default()) };
        let (tenant, now) = (self.tenant, self.now);
        let read = self.app.db.read(move |conn| {
            let keys = store::list(conn, tenant, &filter, (before, AT_ONCE), now)?;
            let is_last = i64::try_from(keys.len()).is_ok_and(|count| count < AT_ONCE);
            let below = keys.last().filter(|_| !is_last).map(|key| key.id);
            Ok(Part { rows: views(conn, tenant, &keys, now)?, below })
        });
        read.await
    }
}
