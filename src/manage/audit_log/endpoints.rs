//! `/v1/audit-log`.

use actix_web::http::header;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;

use super::{EventView, rules};
use crate::app::App;
use crate::audit::store::{self, Listed};
use crate::audit::{AuditId, Event, EventFilter};
use crate::db::{Conn, DbError};
use crate::manage::Call;
use crate::manage::endpoints::{call, id, list_query, look, ok};
use crate::manage::export::{Columns, Format};
use crate::manage::paging::{Page, PageRequest};
use crate::tenants::{self, Slug, TenantId};
use crate::web::{Params, Problem};

/// Events that an export reads at once.
const AT_ONCE: i64 = 500;

/// The columns of the CSV, in order.
pub const COLUMNS: Columns = &[
    "id",
    "timestamp",
    "action",
    "actor_id",
    "actor_email",
    "actor_name",
    "actor_type",
    "tenant_id",
    "resource_type",
    "resource_id",
    "resource_name",
    "ip_address",
    "user_agent",
    "request_id",
    "client_id",
    "session_id",
    "changes",
    "status",
    "reason",
    "sequence",
    "partner_id",
];

/// Whose log is asked for, if the caller may read it: an organisation's needs `audit:read`, the instance's own belongs to
/// those who see every organisation.
async fn log(call: &Call, app: &App, params: &Params) -> Result<TenantId, Problem> {
    call.need(app, "audit:read").await?;
    if !rules::wants_instance(params)? {
        return Ok(call.tenant);
    }
    call.need(app, "tenants:read").await?;
    Ok(Event::instance())
}

/// Lists what happened, newest first.
#[utoipa::path(
    get, path = "/v1/audit-log", tag = "audit log", operation_id = "list_audit_events",
    params(
        ("start" = Option<String>, Query, description = "Not before this time (RFC 3339)"),
        ("end" = Option<String>, Query, description = "Before this time (RFC 3339)"),
        ("action" = Option<String>, Query, description = "`user.create`, or `user.*` for all that begin so"),
        ("about" = Option<String>, Query, description = "Who or what: all that they did, and all that was done to them"),
        ("actor_id" = Option<String>, Query, description = "Who"),
        ("resource_type" = Option<String>, Query, description = "To what kind of thing"),
        ("resource_id" = Option<String>, Query, description = "To what"),
        ("status" = Option<String>, Query, description = "`SUCCESS` or `FAILURE`"),
        ("ip_address" = Option<String>, Query, description = "From which network address"),
        ("log" = Option<String>, Query, description = "`instance` for what belongs to no organisation"),
        ("limit" = Option<i64>, Query, description = "1 to 1000; 100 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page. A search may give a short or empty page and still have a next one", body = Page<EventView>),
        (status = 400, description = "`invalid_limit`, `invalid_cursor`, `invalid_filter`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `audit:read`; the instance's log `tenants:read` too"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let params = list_query(&request, &rules::FILTERS)?;
    let log = log(&call, &app, &params).await?;
    let filter = rules::filter(&params)?;
    let page = PageRequest::read_up_to(&params, &app.master, format!("audit-log {log}"), rules::LIMITS)?;
    let before: Option<AuditId> = page.after.as_deref().and_then(|after| after.parse().ok());
    let limit = page.limit;
    let (found, partner) =
        look(&app, move |conn| Ok((store::list(conn, log, &filter, before, limit)?, partner_of(conn, log)?)))
            .await?;
    let items = found.rows.into_iter().map(|row| EventView::of(row, partner.as_ref())).collect();
    Ok(ok(&page.page(items, found.next.map(|next| next.to_string()))))
}

/// Shows one event.
#[utoipa::path(
    get, path = "/v1/audit-log/{id}", tag = "audit log", operation_id = "get_audit_event",
    params(
        ("id" = uuid::Uuid, Path, description = "The event"),
        ("log" = Option<String>, Query, description = "`instance` for what belongs to no organisation"),
    ),
    responses(
        (status = 200, description = "The event", body = EventView),
        (status = 400, description = "`invalid_filter`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `audit:read`; the instance's log `tenants:read` too"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let log = log(&call, &app, &list_query(&request, &["log"])?).await?;
    let wanted: AuditId = id(&request, "id")?;
    let (found, partner) =
        look(&app, move |conn| Ok((store::find(conn, log, wanted)?, partner_of(conn, log)?))).await?;
    Ok(ok(&EventView::of(found.ok_or_else(Problem::not_found)?, partner.as_ref())))
}

/// Gives everything that the filters leave, as a file.
#[utoipa::path(
    get, path = "/v1/audit-log/export", tag = "audit log", operation_id = "export_audit_events",
    params(
        ("format" = String, Query, description = "`csv`, `json` or `ndjson`"),
        ("start" = Option<String>, Query, description = "Not before this time (RFC 3339)"),
        ("end" = Option<String>, Query, description = "Before this time (RFC 3339)"),
        ("action" = Option<String>, Query, description = "`user.create`, or `user.*` for all that begin so"),
        ("about" = Option<String>, Query, description = "Who or what: all that they did, and all that was done to them"),
        ("actor_id" = Option<String>, Query, description = "Who"),
        ("resource_type" = Option<String>, Query, description = "To what kind of thing"),
        ("resource_id" = Option<String>, Query, description = "To what"),
        ("status" = Option<String>, Query, description = "`SUCCESS` or `FAILURE`"),
        ("ip_address" = Option<String>, Query, description = "From which network address"),
        ("log" = Option<String>, Query, description = "`instance` for what belongs to no organisation"),
    ),
    responses(
        (status = 200, description = "The file, newest events first", content(
            (Vec<EventView> = "application/json"), (String = "application/x-ndjson"), (String = "text/csv"),
        )),
        (status = 400, description = "`invalid_format`, `invalid_filter`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `audit:read`; the instance's log `tenants:read` too"),
    ),
)]
pub async fn export(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let params = list_query(&request, &[&rules::FILTERS[..], &["format"]].concat())?;
    let log = log(&call, &app, &params).await?;
    let filter = rules::filter(&params)?;
    if params.get("limit").or_else(|| params.get("cursor")).is_some() {
        let detail = "An export has no pages: it takes neither limit nor cursor.";
        return Err(Problem::bad_request("unknown_parameter", detail));
    }
    let format = Format::of(&params)?;
    let whose = if log == Event::instance() { "instance".to_owned() } else { log.to_string() };
    let name = format!("audit-log-{whose}-{}.{format}", call.now.seconds());
    let partner = look(&app, move |conn| partner_of(conn, log)).await?;
    let source = Source { app, log, partner, filter };
    // The first page before anything is sent, so that what fails at once is told as a problem.
    let first = source.page(None).await?;
    let export = Export { source, format, next: Next::Page(first), begun: false, filled: false };
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_TYPE, format.media_type()))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .streaming(stream::try_unfold(export, Export::chunk)))
}

/// Where the events come from.
struct Source {
    app: Data<App>,
    log: TenantId,
    partner: Option<Slug>,
    filter: EventFilter,
}

/// The partner of the organisation whose log it is.
fn partner_of(conn: &mut Conn<'_>, log: TenantId) -> Result<Option<Slug>, DbError> {
    if log == Event::instance() {
        return Ok(None);
    }
    Ok(tenants::store::find(conn, log)?.and_then(|tenant| tenant.settings.partner))
}

impl Source {
    async fn page(&self, before: Option<AuditId>) -> Result<Listed, DbError> {
        let (log, filter) = (self.log, self.filter.clone());
        self.app.db.read(move |conn| store::list(conn, log, &filter, before, AT_ONCE)).await
    }
}

/// What is to be sent next.
enum Next {
    /// These events.
    Page(Listed),
    /// Those below.
    Below(AuditId),
    /// What stands after the last.
    Tail,
    /// Nothing.
    Nothing,
}

/// A file on its way: one page of it is in memory at a time.
struct Export {
    source: Source,
    format: Format,
    next: Next,
    /// Whether what stands before the first event was sent.
    begun: bool,
    /// Whether an event was sent.
    filled: bool,
}

impl Export {
    /// The next piece of the file, never an empty one.
    async fn chunk(mut self) -> Result<Option<(Bytes, Self)>, DbError> {
        loop {
            let (text, next) = match self.next {
                Next::Nothing => return Ok(None),
                Next::Tail => (self.format.tail().to_owned(), Next::Nothing),
                Next::Below(id) => {
                    self.next = Next::Page(self.source.page(Some(id)).await?);
                    continue;
                }
                Next::Page(page) => {
                    let mut text = if self.begun { String::new() } else { self.format.head(COLUMNS) };
                    self.begun = true;
                    for row in page.rows {
                        let event = EventView::of(row, self.source.partner.as_ref());
                        text.push_str(&self.format.row(COLUMNS, &event, !self.filled));
                        self.filled = true;
                    }
                    (text, page.next.map_or(Next::Tail, Next::Below))
                }
            };
            self.next = next;
            if !text.is_empty() {
                return Ok(Some((Bytes::from(text), self)));
            }
        }
    }
}
