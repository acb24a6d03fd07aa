//! `/console/system/tenants`: organisations.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::view::{Tenant, tone};
use crate::app::App;
use crate::console::deeds::{self, About, Deed, DeedLink};
use crate::console::parts::{ListQuery, choices, curl, document};
use crate::console::{Section, menu};
use crate::viewer::{Address, Failure, Form, Frame, LocalApi, Page, Recent, Viewer, pages, recent, segment};
use crate::web::{FormErrors, paths};

const STATES: &[&str] = &["active", "suspended", "deleted"];

/// What can be done in which state.
const DEEDS: &[Deed] = &[
    Deed::new("suspend", ("tenant-suspend", "tenant-suspend-effect"), (&["active"], "tenants:update"))
        .ending(),
    Deed::new("activate", ("tenant-activate", "tenant-activate-effect"), (&["suspended"], "tenants:update")),
    Deed::new(
        "delete",
        ("tenant-delete", "tenant-delete-effect"),
        (&["active", "suspended"], "tenants:delete"),
    )
    .ending(),
    Deed::new("restore", ("tenant-restore", "tenant-restore-effect"), (&["deleted"], "tenants:delete")),
];

#[derive(Template)]
#[template(path = "console/system/tenants.html")]
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

struct Row {
    href: String,
    tenant: Tenant,
    tone: &'static str,
    status: String,
    created: Recent,
    enter: Option<String>,
}

/// Where an organisation is looked at from within.
fn enter(viewer: &Viewer, tenant: &Tenant) -> Option<String> {
    let own = tenant.id == viewer.who.home.id.to_string();
    let may = viewer.may("tenants:enter") && tenant.status == "active" && !own;
    may.then(|| Address::new(paths::CONSOLE).with("tenant", &tenant.slug).text())
}

/// A page of an organisation.
fn page_of(viewer: &Viewer, id: &str, rest: &str) -> Address {
    let rest = if rest.is_empty() { String::new() } else { format!("/{rest}") };
    viewer.at(format!("{}/{}{rest}", paths::CONSOLE_TENANTS, segment(id)))
}

fn of_api(viewer: &Viewer, request: &HttpRequest, rest: &str) -> Address {
    let id = segment(request.match_info().get("id").unwrap_or_default());
    viewer.at(format!("{}/{id}{rest}", paths::TENANTS))
}

/// Lists organisations.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let words = viewer.words();
    let query = ListQuery::of(&viewer, paths::CONSOLE_TENANTS, &["q", "status"]);
    let address = query.api(&viewer, paths::TENANTS);
    let page: Page<Tenant> = viewer.get(&api, &address).await?;
    let row = |tenant: Tenant| Row {
        href: page_of(&viewer, &tenant.id, "").text(),
        tone: tone(&tenant.status),
        status: words.t(&format!("tenant-status-{}", tenant.status)),
        created: recent(&tenant.created_at, words, viewer.now),
        enter: enter(&viewer, &tenant),
        tenant,
    };
    let frame = viewer
        .frame(&app, words.t("tenants-heading"), menu(&viewer, Section::Tenants))
        .with_recipes("gridkey tenant list", curl(&app, "GET", &address, None));
    let page = List {
        frame,
        states: choices(&viewer, "tenant-status", STATES),
        first: query.first(&viewer),
        next: query.next(&viewer, page.next_cursor.as_deref()),
        clear: query.clear(&viewer),
        may_create: viewer.may("tenants:create"),
        rows: page.items.into_iter().map(row).collect(),
        query,
    };
    pages::show(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "console/system/tenant_new.html")]
struct New {
    frame: Frame,
    slug: String,
    display_name: String,
    once: String,
}

/// Asks what a new organisation is called.
pub async fn new(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    ask_new(&app, &viewer, &Form::default(), FormErrors::default())
}

fn ask_new(app: &App, viewer: &Viewer, form: &Form, errors: FormErrors) -> Result<HttpResponse, Failure> {
    if !viewer.may("tenants:create") {
        return Err(Failure::Forbidden);
    }
    let status = pages::status_of(&errors);
    let body = document(&[("slug", "acme"), ("display_name", "Acme Corporation")]);
    let frame = viewer
        .frame(app, viewer.words().t("tenant-new-heading"), menu(viewer, Section::Tenants))
        .with_errors(errors)
        .with_recipes(
            "gridkey tenant create --set slug=acme --set display_name='Acme Corporation'",
            curl(app, "POST", &viewer.at(paths::TENANTS), Some(&body)),
        );
    let page = New {
        frame,
        slug: form.text("slug"),
        display_name: form.text("display_name"),
        once: pages::once(app, form),
    };
    pages::show(status, &page)
}

/// Makes an organisation.
pub async fn create(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let body = json!({ "slug": form.text("slug"), "display_name": form.text("display_name") });
    match viewer.create(&api, &viewer.at(paths::TENANTS), (&body, &form.text("once"))).await {
        Ok(answer) => {
            let tenant: Tenant = answer.read()?;
            let done = if answer.repeated { "tenant-repeated" } else { "created" };
            Ok(pages::see_other(&page_of(&viewer, &tenant.id, "").with("done", done).text()))
        }
        Err(refusal) if refusal.is_about_the_form() => {
            let errors = match refusal.code.as_str() {
                "already_exists" | "invalid_slug" => FormErrors::field("slug", refusal.said()),
                "invalid_display_name" => FormErrors::field("display_name", refusal.said()),
                _ => refusal.errors(&["slug", "display_name"]),
            };
            ask_new(&app, &viewer, &form, errors)
        }
        Err(refusal) => Err(refusal.into()),
    }
}

#[derive(Template)]
#[template(path = "console/system/tenant.html")]
struct Show {
    frame: Frame,
    tenant: Tenant,
    tone: &'static str,
    status: String,
    created: Recent,
    changed: Recent,
    enter: Option<String>,
    actions: Vec<DeedLink>,
}

/// What the viewer may do to an organisation.
fn actions(viewer: &Viewer, tenant: &Tenant) -> Vec<DeedLink> {
    // Nobody deletes the organisation that they belong to.
    let own = tenant.id == viewer.who.home.id.to_string();
    let deeds: Vec<Deed> = DEEDS.iter().filter(|deed| deed.name != "delete" || !own).copied().collect();
    let page = format!("{}/{}", paths::CONSOLE_TENANTS, segment(&tenant.id));
    deeds::links(viewer, &deeds, (&page, &tenant.status))
}

/// Shows one organisation.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    if !viewer.may("tenants:read") {
        return Err(Failure::Forbidden);
    }
    let address = of_api(&viewer, &request, "");
    let tenant: Tenant = viewer.get(&api, &address).await?;
    let words = viewer.words();
    let frame = viewer
        .frame(&app, tenant.display_name.clone(), menu(&viewer, Section::Tenants))
        .with_recipes(format!("gridkey tenant get {}", tenant.slug), curl(&app, "GET", &address, None));
    let page = Show {
        frame,
        tone: tone(&tenant.status),
        status: words.t(&format!("tenant-status-{}", tenant.status)),
        created: recent(&tenant.created_at, words, viewer.now),
        changed: recent(&tenant.updated_at, words, viewer.now),
        enter: enter(&viewer, &tenant),
        actions: actions(&viewer, &tenant),
        tenant,
    };
    pages::show(StatusCode::OK, &page)
}

/// Asks before something is done to an organisation.
pub async fn ask(request: HttpRequest, app: Data<App>, api: Data<LocalApi>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    ask_with(&app, &viewer, (&api, &request), FormErrors::default()).await
}

async fn ask_with(
    app: &App,
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    errors: FormErrors,
) -> Result<HttpResponse, Failure> {
    let name = request.match_info().get("action").unwrap_or_default();
    let tenant: Tenant = viewer.get(api, &of_api(viewer, request, "")).await?;
    let deed = deeds::named(viewer, DEEDS, (name, &tenant.status))?;
    let about = About {
        text: format!("{} ({})", tenant.display_name, tenant.slug),
        back: page_of(viewer, &tenant.id, "").text(),
        errors,
        ..About::default()
    };
    deeds::ask(app, viewer, (Section::Tenants, deed), about)
}

/// Does something to an organisation.
pub async fn act(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    pages::form(&app, &request, payload, &viewer).await?;
    let action = request.match_info().get("action").unwrap_or_default();
    match deeds::turn(&viewer, &api, (DEEDS, action), |rest| of_api(&viewer, &request, rest)).await {
        Ok(Some(_)) => {
            let id = request.match_info().get("id").unwrap_or_default();
            let page = page_of(&viewer, id, "").with("done", format!("tenant-{action}"));
            Ok(pages::see_other(&page.text()))
        }
        Ok(None) => Err(Failure::NotFound),
        Err(refusal) if refusal.is_about_the_form() => {
            ask_with(&app, &viewer, (&api, &request), refusal.errors(&[])).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
