//! `/console/apis`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::deeds::pages::DEEDS;
use super::view::{ALGORITHMS, ResourceServer, Typed, document, tone};
use crate::app::App;
use crate::console::deeds::{DeedLink, links};
use crate::console::parts::{ListQuery, choices, curl, put};
use crate::console::{Section, menu};
use crate::viewer::{Address, Failure, Form, Frame, LocalApi, Page, Recent, Viewer, pages, recent, segment};
use crate::web::{FormErrors, paths};

const STATES: &[&str] = &["active", "disabled"];
const FIELDS: &[&str] = &["audience", "display_name", "permissions"];

/// The API of an address.
pub fn of_api(viewer: &Viewer, request: &HttpRequest) -> Address {
    let id = segment(request.match_info().get("id").unwrap_or_default());
    viewer.at(format!("{}/{id}", paths::RESOURCE_SERVERS))
}

/// The page of an API.
pub fn page_of(request: &HttpRequest) -> String {
    let id = segment(request.match_info().get("id").unwrap_or_default());
    format!("{}/{id}", paths::CONSOLE_APIS)
}

#[derive(Template)]
#[template(path = "console/apis/list.html")]
struct List {
    frame: Frame,
    query: ListQuery,
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
    audience: String,
    permissions: usize,
    tone: &'static str,
    status: String,
}

/// Lists APIs.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let words = viewer.words();
    let query = ListQuery::of(&viewer, paths::CONSOLE_APIS, &["status"]);
    let address = query.api(&viewer, paths::RESOURCE_SERVERS);
    let page: Page<ResourceServer> = viewer.get(&api, &address).await?;
    let frame = viewer
        .frame(&app, words.t("apis-heading"), menu(&viewer, Section::Apis))
        .with_recipes("", curl(&app, "GET", &address, None));
    let row = |server: ResourceServer| Row {
        href: viewer.at(format!("{}/{}", paths::CONSOLE_APIS, server.id)).text(),
        tone: tone(&server.status),
        status: words.t(&format!("api-status-{}", server.status)),
        permissions: server.permissions.len(),
        title: server.display_name,
        audience: server.audience,
    };
    let page = List {
        frame,
        states: choices(&viewer, "api-status", STATES),
        first: query.first(&viewer),
        next: query.next(&viewer, page.next_cursor.as_deref()),
        clear: query.clear(&viewer),
        may_create: viewer.may("resource_servers:create"),
        rows: page.items.into_iter().map(row).collect(),
        query,
    };
    pages::show(StatusCode::OK, &page)
}

/// The algorithms as a choice; the first is whatever the server uses.
fn algorithms(viewer: &Viewer) -> Vec<(String, String)> {
    let usual = (String::new(), viewer.words().t("api-algorithm-usual"));
    let named = ALGORITHMS.iter().map(|one| ((*one).to_owned(), (*one).to_owned()));
    std::iter::once(usual).chain(named).collect()
}

#[derive(Template)]
#[template(path = "console/apis/new.html")]
struct New {
    frame: Frame,
    typed: Typed,
    algorithms: Vec<(String, String)>,
    once: String,
}

/// Asks what the API is.
pub async fn new(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    ask_new(&app, &viewer, (Form::default(), FormErrors::default()))
}

fn ask_new(app: &App, viewer: &Viewer, (form, errors): (Form, FormErrors)) -> Result<HttpResponse, Failure> {
    if !viewer.may("resource_servers:create") {
        return Err(Failure::Forbidden);
    }
    let status = pages::status_of(&errors);
    let body = json!({
        "audience": "https://reports.example.com",
        "display_name": "Reports",
        "permissions": ["reports:read"],
    });
    let call = curl(app, "POST", &viewer.at(paths::RESOURCE_SERVERS), Some(&body.to_string()));
    let frame = viewer
        .frame(app, viewer.words().t("apis-new"), menu(viewer, Section::Apis))
        .with_errors(errors)
        .with_recipes("", call);
    let page = New {
        frame,
        typed: Typed::from(&form),
        algorithms: algorithms(viewer),
        once: pages::once(app, &form),
    };
    pages::show(status, &page)
}

/// Registers an API.
pub async fn create(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let mut body = match document(&viewer, &form, false) {
        Ok(body) => body,
        Err(errors) => return ask_new(&app, &viewer, (form, errors)),
    };
    put(&mut body, "audience", json!(form.text("audience")));
    let address = viewer.at(paths::RESOURCE_SERVERS);
    let server: ResourceServer = match viewer.create(&api, &address, (&body, &form.text("once"))).await {
        Ok(answer) => answer.read()?,
        Err(refusal) if refusal.is_about_the_form() => {
            return ask_new(&app, &viewer, (form, refusal.errors(FIELDS)));
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let page = viewer.at(format!("{}/{}", paths::CONSOLE_APIS, server.id));
    Ok(pages::see_other(&page.with("done", "created").text()))
}

#[derive(Template)]
#[template(path = "console/apis/show.html")]
struct Show {
    frame: Frame,
    server: ResourceServer,
    version: String,
    typed: Typed,
    algorithms: Vec<(String, String)>,
    tone: &'static str,
    status: String,
    created: Recent,
    changed: Recent,
    actions: Vec<DeedLink>,
    may_update: bool,
}

/// Shows one API.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    show_with(&app, &viewer, (&api, &request), None).await
}

async fn show_with(
    app: &App,
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    sent: Option<(Form, FormErrors)>,
) -> Result<HttpResponse, Failure> {
    let address = of_api(viewer, request);
    let (server, version): (ResourceServer, String) = viewer.get_versioned(api, &address).await?;
    let words = viewer.words();
    let errors = sent.as_ref().map(|(_, errors)| errors.clone()).unwrap_or_default();
    let frame = viewer
        .frame(app, server.display_name.clone(), menu(viewer, Section::Apis))
        .with_recipes("", curl(app, "GET", &address, None));
    let http_status = pages::status_of(&errors);
    let page = Show {
        frame: frame.with_errors(errors),
        tone: tone(&server.status),
        status: words.t(&format!("api-status-{}", server.status)),
        created: recent(&server.created_at, words, viewer.now),
        changed: recent(&server.updated_at, words, viewer.now),
        typed: sent.as_ref().map_or_else(|| Typed::from(&server), |(form, _)| Typed::from(form)),
        algorithms: algorithms(viewer),
        actions: links(viewer, DEEDS, (&page_of(request), &server.status)),
        version: sent.map_or(version, |(form, _)| form.text("version")),
        may_update: viewer.may("resource_servers:update"),
        server,
    };
    pages::show(http_status, &page)
}

/// Changes an API.
pub async fn update(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let body = match document(&viewer, &form, true) {
        Ok(body) => body,
        Err(errors) => return show_with(&app, &viewer, (&api, &request), Some((form, errors))).await,
    };
    let address = of_api(&viewer, &request);
    match viewer.send(&api, ("PATCH", &address), Some(body), Some(form.text("version"))).await {
        Ok(_) => Ok(pages::see_other(&viewer.at(request.path()).with("done", "saved").text())),
        Err(refusal) if refusal.is_about_the_form() => {
            let errors = refusal.errors(FIELDS);
            show_with(&app, &viewer, (&api, &request), Some((form, errors))).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
