//! `/console/audit-log`.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::Value;

use super::view::{Change, Event, Row, actor, for_the_api, for_the_field, outcome};
use crate::app::App;
use crate::console::parts::{ListQuery, curl, send_file};
use crate::console::{Section, menu};
use crate::viewer::{Failure, Frame, LocalApi, Page, Recent, Viewer, pages, recent, segment};
use crate::web::{FormErrors, paths};

const FILTERS: &[&str] =
    &["start", "end", "action", "actor_id", "resource_type", "resource_id", "status", "ip_address"];

#[derive(Template)]
#[template(path = "console/audit_log/list.html")]
struct List {
    frame: Frame,
    query: ListQuery,
    start: String,
    end: String,
    outcomes: Vec<(String, String)>,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    clear: String,
    files: Vec<(&'static str, String)>,
}

/// The outcomes as a choice.
fn outcomes(viewer: &Viewer) -> Vec<(String, String)> {
    let one = |value: &str, label: &str| (value.to_owned(), viewer.words().t(label));
    vec![
        one("", "filter-all"),
        one("SUCCESS", "audit-outcome-success"),
        one("FAILURE", "audit-outcome-failure"),
    ]
}

/// Lists what happened, newest first.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let query = ListQuery::of(&viewer, paths::CONSOLE_AUDIT_LOG, FILTERS);
    let address = for_the_api(&query).api(&viewer, paths::AUDIT_LOG);
    let (page, errors) = match viewer.get::<Page<Event>>(&api, &address).await {
        Ok(page) => (page, FormErrors::default()),
        // A filter that cannot be read is mended in its field.
        Err(refusal) if refusal.is_about_the_form() => {
            (Page { items: Vec::new(), next_cursor: None }, refusal.errors(&[]))
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let status = pages::status_of(&errors);
    let command = format!("gridkey audit export --tenant {} --format csv", viewer.who.tenant.slug);
    let frame = viewer
        .frame(&app, viewer.words().t("audit-heading"), menu(&viewer, Section::AuditLog))
        .with_errors(errors)
        .with_recipes(command, curl(&app, "GET", &address, None));
    let file = |(format, label): (&str, &'static str)| {
        let address = viewer.at(paths::CONSOLE_AUDIT_LOG_FILE).with("format", format);
        let filters = query.filters.iter();
        (label, filters.fold(address, |address, (name, value)| address.with(name, value)).text())
    };
    let page = List {
        frame,
        start: for_the_field(query.get("start")),
        end: for_the_field(query.get("end")),
        outcomes: outcomes(&viewer),
        first: query.first(&viewer),
        next: query.next(&viewer, page.next_cursor.as_deref()),
        clear: query.clear(&viewer),
        files: [("csv", "audit-download-csv"), ("ndjson", "audit-download-jsonl")].map(file).into(),
        rows: page.items.into_iter().map(|event| event.row(&viewer, paths::CONSOLE_AUDIT_LOG)).collect(),
        query,
    };
    pages::show(status, &page)
}

/// The same as a file, all of it. It is sent as it is read, a page of events at a time, so that its length is no matter.
pub async fn download(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let query = for_the_api(&ListQuery::of(&viewer, paths::CONSOLE_AUDIT_LOG, FILTERS));
    let address = viewer.at(paths::AUDIT_LOG_EXPORT).maybe("format", viewer.query.get("format"));
    let address = query.filters.iter().fold(address, |address, (name, value)| address.with(name, value));
    Ok(send_file(viewer.file(&api, &address).await?))
}

#[derive(Template)]
#[template(path = "console/audit_log/show.html")]
struct Show {
    frame: Frame,
    event: Event<Value>,
    actor: String,
    when: Recent,
    tone: &'static str,
    outcome: String,
    changes: Vec<Change>,
    of_actor: Option<String>,
    of_target: Option<String>,
    document: String,
    list: String,
}

fn same(viewer: &Viewer, name: &str, value: &str) -> Option<String> {
    (!value.is_empty()).then(|| viewer.at(paths::CONSOLE_AUDIT_LOG).with(name, value).text())
}

/// Shows one event with what it changed.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let id = segment(request.match_info().get("id").unwrap_or_default());
    let address = viewer.at(format!("{}/{id}", paths::AUDIT_LOG));
    let whole: Value = viewer.get(&api, &address).await?;
    let document = serde_json::to_string_pretty(&whole).unwrap_or_default();
    let event: Event<Value> =
        serde_json::from_value(whole).map_err(|why| Failure::Broken(why.to_string()))?;
    let (tone, outcome) = outcome(&viewer, &event.status);
    let frame = viewer
        .frame(&app, event.action.clone(), menu(&viewer, Section::AuditLog))
        .with_recipes("", curl(&app, "GET", &address, None));
    let page = Show {
        frame,
        actor: actor(&viewer, &event),
        when: recent(&event.timestamp, viewer.words(), viewer.now),
        tone,
        outcome,
        changes: event.diff(),
        of_actor: same(&viewer, "actor_id", &event.actor_id),
        of_target: same(&viewer, "resource_id", &event.resource_id),
        document,
        list: viewer.at(paths::CONSOLE_AUDIT_LOG).text(),
        event,
    };
    pages::show(StatusCode::OK, &page)
}
