//! `/console/roles`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::deeds::pages::DEEDS;
use super::view::{Catalogue, Holder, Matrix, Principal, Role, Row, chosen};
use crate::app::App;
use crate::console::deeds::{DeedLink, links};
use crate::console::parts::{ListQuery, curl};
use crate::console::{Section, menu};
use crate::viewer::{
    Address, Failure, Form, Frame, LocalApi, Page, Recent, Refusal, Viewer, pages, recent, segment,
};
use crate::web::{FormErrors, paths};

/// The role of an address, in the API.
pub fn of_api(viewer: &Viewer, request: &HttpRequest, rest: &str) -> Address {
    let id = segment(request.match_info().get("id").unwrap_or_default());
    viewer.at(format!("{}/{id}{rest}", paths::ROLES))
}

/// The page of a role.
pub fn page_of(request: &HttpRequest) -> String {
    let id = segment(request.match_info().get("id").unwrap_or_default());
    format!("{}/{id}", paths::CONSOLE_ROLES)
}

/// The errors of a refusal; what it says of the permissions stands above the matrix.
fn errors_of(refusal: &Refusal) -> FormErrors {
    refusal.errors(&["slug", "display_name", "permissions"])
}

#[derive(Template)]
#[template(path = "console/roles/list.html")]
struct List {
    frame: Frame,
    query: ListQuery,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    clear: String,
    may_create: bool,
}

/// Lists roles.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let query = ListQuery::of(&viewer, paths::CONSOLE_ROLES, &["q"]);
    let address = query.api(&viewer, paths::ROLES).with("include", "holders");
    let page: Page<Role> = viewer.get(&api, &address).await?;
    let frame = viewer
        .frame(&app, viewer.words().t("roles-heading"), menu(&viewer, Section::Roles))
        .with_recipes("gridkey role list", curl(&app, "GET", &address, None));
    let may_create = viewer.may("roles:create");
    let row = |role: Role| Row {
        href: viewer.at(format!("{}/{}", paths::CONSOLE_ROLES, role.id)).text(),
        copy: may_create.then(|| viewer.at(paths::CONSOLE_ROLE_NEW).with("from", &role.id).text()),
        title: role.display_name,
        slug: role.slug,
        built_in: role.built_in,
        permissions: role.permissions.len(),
        held_by: role.held_by.unwrap_or_default(),
    };
    let page = List {
        frame,
        first: query.first(&viewer),
        next: query.next(&viewer, page.next_cursor.as_deref()),
        clear: query.clear(&viewer),
        may_create,
        rows: page.items.into_iter().map(row).collect(),
        query,
    };
    pages::show(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "console/roles/new.html")]
struct New {
    frame: Frame,
    slug: String,
    display_name: String,
    matrix: Matrix,
    may_change: bool,
    once: String,
}

/// Asks what a role is to allow; with `?from=` it begins with what another one allows.
pub async fn new(request: HttpRequest, app: Data<App>, api: Data<LocalApi>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    ask_new(&app, &viewer, &api, (Form::default(), FormErrors::default())).await
}

async fn ask_new(
    app: &App,
    viewer: &Viewer,
    api: &LocalApi,
    (form, errors): (Form, FormErrors),
) -> Result<HttpResponse, Failure> {
    if !viewer.may("roles:create") {
        return Err(Failure::Forbidden);
    }
    let is_fresh = form.given("once").is_none();
    let held = match viewer.query.get("from").filter(|_| is_fresh) {
        Some(id) => {
            let address = viewer.at(format!("{}/{}", paths::ROLES, segment(id)));
            viewer.get::<Role>(api, &address).await?.permissions
        }
        None => chosen(&form),
    };
    let catalogue: Catalogue = viewer.get(api, &viewer.at(paths::PERMISSIONS)).await?;
    let status = pages::status_of(&errors);
    let body =
        json!({ "slug": "editor", "display_name": "Editor", "permissions": ["users:read"] }).to_string();
    let frame = viewer
        .frame(app, viewer.words().t("roles-new"), menu(viewer, Section::Roles))
        .with_errors(errors)
        .with_recipes(
            format!("gridkey role create --data '{body}'"),
            curl(app, "POST", &viewer.at(paths::ROLES), Some(&body)),
        );
    let page = New {
        frame,
        slug: form.text("slug"),
        display_name: form.text("display_name"),
        matrix: Matrix::new(viewer, catalogue, &held, false),
        may_change: true,
        once: pages::once(app, &form),
    };
    pages::show(status, &page)
}

/// Makes a role.
pub async fn create(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let body = json!({
        "slug": form.text("slug"),
        "display_name": form.text("display_name"),
        "permissions": chosen(&form),
    });
    let made = viewer.create(&api, &viewer.at(paths::ROLES), (&body, &form.text("once"))).await;
    let role: Role = match made {
        Ok(answer) => answer.read()?,
        Err(refusal) if refusal.is_about_what_was_chosen(viewer.may("roles:create")) => {
            return ask_new(&app, &viewer, &api, (form, errors_of(&refusal))).await;
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let page = viewer.at(format!("{}/{}", paths::CONSOLE_ROLES, role.id));
    Ok(pages::see_other(&page.with("done", "created").text()))
}

#[derive(Template)]
#[template(path = "console/roles/show.html")]
struct Show {
    frame: Frame,
    role: Role,
    version: String,
    created: Recent,
    changed: Recent,
    matrix: Matrix,
    holders: Vec<Holder>,
    first: Option<String>,
    next: Option<String>,
    copy: Option<String>,
    actions: Vec<DeedLink>,
    may_change: bool,
}

/// Shows one role, what it allows and who holds it.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    show_with(&app, &viewer, (&api, &request), None).await
}

fn holder(viewer: &Viewer, principal: Principal) -> Holder {
    let page = match principal.kind.as_str() {
        "user" if viewer.may("users:read") => Some(paths::CONSOLE_USERS),
        "service_account" if viewer.may("service_accounts:read") => Some(paths::CONSOLE_SERVICE_ACCOUNTS),
        _ => None,
    };
    Holder {
        href: page.map(|page| viewer.at(format!("{page}/{}", principal.id)).text()),
        title: principal.display_name,
        called: principal.name,
        kind: viewer.words().t(&format!("role-holder-{}", principal.kind.replace('_', "-"))),
        since: recent(&principal.since, viewer.words(), viewer.now),
    }
}

async fn show_with(
    app: &App,
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    sent: Option<(Form, FormErrors)>,
) -> Result<HttpResponse, Failure> {
    let (address, at) = (of_api(viewer, request, ""), page_of(request));
    let (mut role, version): (Role, String) = viewer.get_versioned(api, &address).await?;
    let cursor = viewer.query.get("cursor");
    let holders = of_api(viewer, request, "/holders").maybe("cursor", cursor);
    let holders: Page<Principal> = viewer.get(api, &holders).await?;
    let catalogue: Catalogue = viewer.get(api, &viewer.at(paths::PERMISSIONS)).await?;
    let words = viewer.words();
    let errors = sent.as_ref().map(|(_, errors)| errors.clone()).unwrap_or_default();
    let frame = viewer
        .frame(app, role.display_name.clone(), menu(viewer, Section::Roles))
        .with_recipes(format!("gridkey role get {}", role.slug), curl(app, "GET", &address, None));
    let http_status = pages::status_of(&errors);
    if let Some((form, _)) = &sent {
        role.display_name = form.text("display_name");
        role.permissions = chosen(form);
    }
    let may_change = viewer.may("roles:update") && !role.built_in;
    let copy = viewer.at(paths::CONSOLE_ROLE_NEW).with("from", &role.id).text();
    let page = Show {
        frame: frame.with_errors(errors),
        created: recent(&role.created_at, words, viewer.now),
        changed: recent(&role.updated_at, words, viewer.now),
        matrix: Matrix::new(viewer, catalogue, &role.permissions, !may_change),
        holders: holders.items.into_iter().map(|one| holder(viewer, one)).collect(),
        first: cursor.map(|_| viewer.at(&at).text()),
        next: holders.next_cursor.map(|next| viewer.at(&at).with("cursor", next).text()),
        copy: viewer.may("roles:create").then_some(copy),
        actions: links(viewer, DEEDS, (&at, role.state())),
        version: sent.map_or(version, |(form, _)| form.text("version")),
        may_change,
        role,
    };
    pages::show(http_status, &page)
}

/// Changes what a role allows.
pub async fn update(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let body = json!({ "display_name": form.text("display_name"), "permissions": chosen(&form) });
    let address = of_api(&viewer, &request, "");
    match viewer.send(&api, ("PATCH", &address), Some(body), Some(form.text("version"))).await {
        Ok(_) => Ok(pages::see_other(&viewer.at(request.path()).with("done", "saved").text())),
        Err(refusal) if refusal.is_about_what_was_chosen(viewer.may("roles:update")) => {
            let errors = errors_of(&refusal);
            show_with(&app, &viewer, (&api, &request), Some((form, errors))).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
