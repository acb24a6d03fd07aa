//! `/console/teams`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::team::{Shown, of_api, page_of};
use super::view::Team;
use crate::app::App;
use crate::console::parts::{ListQuery, curl, document};
use crate::console::{Section, menu};
use crate::viewer::{Failure, Form, Frame, LocalApi, Page, Question, Recent, Viewer, pages, recent};
use crate::web::{FormErrors, paths};

const FIELDS: &[&str] = &["slug", "display_name", "description"];

#[derive(Template)]
#[template(path = "console/teams/list.html")]
struct List {
    frame: Frame,
    query: ListQuery,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    clear: String,
    may_create: bool,
}

struct Row {
    href: String,
    team: Team,
    created: Recent,
}

/// Lists teams.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let words = viewer.words();
    let query = ListQuery::of(&viewer, paths::CONSOLE_TEAMS, &["q"]);
    let address = query.api(&viewer, paths::TEAMS);
    let page: Page<Team> = viewer.get(&api, &address).await?;
    let row = |team: Team| Row {
        href: page_of(&viewer, &team.id, "").text(),
        created: recent(&team.created_at, words, viewer.now),
        team,
    };
    let frame = viewer
        .frame(&app, words.t("teams-heading"), menu(&viewer, Section::Teams))
        .with_recipes("gridkey team list", curl(&app, "GET", &address, None));
    let page = List {
        frame,
        first: query.first(&viewer),
        next: query.next(&viewer, page.next_cursor.as_deref()),
        clear: query.clear(&viewer),
        may_create: viewer.may("teams:create"),
        rows: page.items.into_iter().map(row).collect(),
        query,
    };
    pages::show(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "console/teams/new.html")]
struct New {
    frame: Frame,
    slug: String,
    display_name: String,
    description: String,
    once: String,
}

/// Asks what a new team is called.
pub async fn new(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    ask_new(&app, &viewer, &Form::default(), FormErrors::default())
}

fn ask_new(app: &App, viewer: &Viewer, form: &Form, errors: FormErrors) -> Result<HttpResponse, Failure> {
    if !viewer.may("teams:create") {
        return Err(Failure::Forbidden);
    }
    let status = pages::status_of(&errors);
    let body = document(&[("slug", "operations"), ("display_name", "Operations")]);
    let frame = viewer
        .frame(app, viewer.words().t("team-new-heading"), menu(viewer, Section::Teams))
        .with_errors(errors)
        .with_recipes(
            "gridkey team create --set slug=operations --set display_name=Operations",
            curl(app, "POST", &viewer.at(paths::TEAMS), Some(&body)),
        );
    let page = New {
        frame,
        slug: form.text("slug"),
        display_name: form.text("display_name"),
        description: form.text("description"),
        once: pages::once(app, form),
    };
    pages::show(status, &page)
}

/// Makes a team, and goes on to who belongs to it.
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
        "description": form.text("description"),
    });
    match viewer.create(&api, &viewer.at(paths::TEAMS), (&body, &form.text("once"))).await {
        Ok(answer) => {
            let team: Team = answer.read()?;
            let done = if answer.repeated { "team-repeated" } else { "created" };
            Ok(pages::see_other(&page_of(&viewer, &team.id, "members").with("done", done).text()))
        }
        Err(refusal) if refusal.is_about_the_form() => {
            let taken = refusal.code == "already_exists";
            let errors = match taken {
                true => FormErrors::field("slug", refusal.said()),
                false => refusal.errors(FIELDS),
            };
            ask_new(&app, &viewer, &form, errors)
        }
        Err(refusal) => Err(refusal.into()),
    }
}

#[derive(Template)]
#[template(path = "console/teams/show.html")]
struct Profile {
    frame: Frame,
    shown: Shown,
    display_name: String,
    description: String,
    version: String,
    created: Recent,
    changed: Recent,
    delete: Option<String>,
    may_update: bool,
}

/// Shows one team.
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
    let shown = Shown::find(viewer, (api, request), "profile").await?;
    let (words, team) = (viewer.words(), &shown.team);
    let (form, errors) = sent.unzip();
    let errors = errors.unwrap_or_default();
    let status = pages::status_of(&errors);
    let frame = viewer
        .frame(app, team.display_name.clone(), menu(viewer, Section::Teams))
        .with_errors(errors)
        .with_recipes(
            format!("gridkey team get {}", team.slug),
            curl(app, "GET", &of_api(viewer, request, ""), None),
        );
    let typed = |name: &str, now: &str| form.as_ref().map_or_else(|| now.to_owned(), |form| form.text(name));
    let page = Profile {
        frame,
        display_name: typed("display_name", &team.display_name),
        description: typed("description", &team.description),
        version: typed("version", &shown.version),
        created: recent(&team.created_at, words, viewer.now),
        changed: recent(&team.updated_at, words, viewer.now),
        delete: viewer.may("teams:delete").then(|| page_of(viewer, &team.id, "delete").text()),
        may_update: viewer.may("teams:update"),
        shown,
    };
    pages::show(status, &page)
}

/// Changes a team.
pub async fn update(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let body = json!({
        "display_name": form.text("display_name"),
        "description": form.text("description"),
    });
    let address = of_api(&viewer, &request, "");
    match viewer.send(&api, ("PATCH", &address), Some(body), Some(form.text("version"))).await {
        Ok(_) => Ok(pages::see_other(&viewer.at(request.path()).with("done", "saved").text())),
        Err(refusal) if refusal.is_about_the_form() => {
            let errors = refusal.errors(FIELDS);
            show_with(&app, &viewer, (&api, &request), Some((form, errors))).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Asks before a team is deleted.
pub async fn ask_delete(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    ask_delete_with(&app, &viewer, (&api, &request), FormErrors::default()).await
}

async fn ask_delete_with(
    app: &App,
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    errors: FormErrors,
) -> Result<HttpResponse, Failure> {
    if !viewer.may("teams:delete") {
        return Err(Failure::NotFound);
    }
    let team: Team = viewer.get(api, &of_api(viewer, request, "")).await?;
    let (words, status) = (viewer.words(), pages::status_of(&errors));
    let page = Question {
        frame: viewer
            .frame(app, words.t("team-delete"), menu(viewer, Section::Teams))
            .with_errors(errors)
            .with_recipes(
                format!("gridkey team delete {}", team.slug),
                curl(app, "DELETE", &of_api(viewer, request, ""), None),
            ),
        text: format!("{} ({})", team.display_name, team.slug),
        effect: words.t("team-delete-effect"),
        button: words.t("team-delete"),
        danger: true,
        back: page_of(viewer, &team.id, "").text(),
    };
    pages::show(status, &page)
}

/// Deletes a team.
pub async fn delete(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    pages::form(&app, &request, payload, &viewer).await?;
    match viewer.send(&api, ("DELETE", &of_api(&viewer, &request, "")), None, None).await {
        Ok(_) => Ok(pages::see_other(&viewer.at(paths::CONSOLE_TEAMS).with("done", "deleted").text())),
        // It owns something that would be left without an owner.
        Err(refusal) if refusal.is_about_the_form() => {
            ask_delete_with(&app, &viewer, (&api, &request), refusal.errors(&[])).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
