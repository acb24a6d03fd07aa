//! `GET /console/applications`.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::app::App;
use crate::console::applications::view::Application;
use crate::console::parts::{ListQuery, choices, curl};
use crate::console::{Section, menu};
use crate::viewer::{Failure, Frame, LocalApi, Page, Recent, Viewer, pages, recent};
use crate::web::paths;

/// The kinds of applications.
const KINDS: &[&str] = &["web", "spa", "native", "machine"];
const STATES: &[&str] = &["active", "disabled", "deleted"];

#[derive(Template)]
#[template(path = "console/applications/list.html")]
struct List {
    frame: Frame,
    query: ListQuery,
    kinds: Vec<(String, String)>,
    states: Vec<(String, String)>,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    clear: String,
    may_create: bool,
}

/// A row of the list.
struct Row {
    href: String,
    title: String,
    client_id: String,
    kind: String,
    tone: &'static str,
    status: String,
    changed: Recent,
}

/// The colour of a state.
pub fn tone(status: &str) -> &'static str {
    match status {
        "active" => "good",
        "disabled" => "warning",
        "deleted" => "bad",
        _ => "",
    }
}

fn row(viewer: &Viewer, application: Application) -> Row {
    let words = viewer.words();
    Row {
        href: viewer.at(format!("{}/{}", paths::CONSOLE_APPLICATIONS, application.id)).text(),
        kind: words.t(&format!("application-kind-{}", application.kind)),
        tone: tone(&application.status),
        status: words.t(&format!("application-status-{}", application.status)),
        changed: recent(&application.updated_at, words, viewer.now),
        title: application.display_name,
        client_id: application.client_id,
    }
}

/// Lists applications.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let query = ListQuery::of(&viewer, paths::CONSOLE_APPLICATIONS, &["q", "kind", "status"]);
    let address = query.api(&viewer, paths::APPLICATIONS);
    let page: Page<Application> = viewer.get(&api, &address).await?;
    let frame = viewer
        .frame(&app, viewer.words().t("applications-heading"), menu(&viewer, Section::Applications))
        .with_recipes("gridkey app list", curl(&app, "GET", &address, None));
    let page = List {
        frame,
        kinds: choices(&viewer, "application-kind", KINDS),
        states: choices(&viewer, "application-status", STATES),
        first: query.first(&viewer),
        next: query.next(&viewer, page.next_cursor.as_deref()),
        clear: query.clear(&viewer),
        may_create: viewer.may("applications:create"),
        rows: page.items.into_iter().map(|application| row(&viewer, application)).collect(),
        query,
    };
    pages::show(StatusCode::OK, &page)
}
