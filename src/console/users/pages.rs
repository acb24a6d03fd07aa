//! `/console/users`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use futures_util::future::try_join;
use serde_json::json;

use super::bulk::{self, Bar};
use super::person::{Person, of_api, page_of};
use super::view::{Row, User};
use crate::app::App;
use crate::console::deeds::{self, About, Deed, DeedLink};
use crate::console::parts::{ListQuery, choices, curl, document};
use crate::console::{Section, menu};
use crate::viewer::picker::{Known, Picker, ROLES};
use crate::viewer::{Failure, Form, Frame, LocalApi, Page, Recent, Viewer, pages, recent, segment};
use crate::web::{FormErrors, paths};

const STATES: &[&str] = &["active", "invited", "suspended", "deleted"];

#[derive(Template)]
#[template(path = "console/users/list.html")]
struct List {
    frame: Frame,
    query: ListQuery,
    states: Vec<(String, String)>,
    teams: Known,
    roles: Known,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    clear: String,
    may_create: bool,
    bar: Bar,
}

/// Lists people.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let words = viewer.words();
    let query = ListQuery::of(&viewer, paths::CONSOLE_USERS, &["q", "status", "team", "role"]);
    let address = query.api(&viewer, paths::USERS);
    let people = async {
        match viewer.get(&api, &address).await {
            // A team or a role that somebody typed and that is not there is nobody's.
            Err(refusal) if refusal.status == 400 && query.cursor.is_none() && query.is_filtered() => {
                Ok(Page::empty())
            }
            answer => answer.map_err(Failure::from),
        }
    };
    let (page, (teams, roles)): (Page<User>, _) =
        try_join(people, Known::teams_and_roles(&viewer, &app)).await?;
    let row = |user: User| {
        let href = page_of(&viewer, &user.id, "").text();
        user.row(href, words, viewer.now)
    };
    let frame = viewer
        .frame(&app, words.t("users-heading"), menu(&viewer, Section::Users))
        .with_recipes("gridkey user list", curl(&app, "GET", &address, None));
    let page = List {
        frame,
        states: choices(&viewer, "user-status", STATES),
        bar: bulk::bar(&viewer, &roles),
        teams: teams.or_none(words.t("filter-all")),
        roles: roles.or_none(words.t("filter-all")),
        first: query.first(&viewer),
        next: query.next(&viewer, page.next_cursor.as_deref()),
        clear: query.clear(&viewer),
        may_create: viewer.may("users:create"),
        rows: page.items.into_iter().map(row).collect(),
        query,
    };
    pages::show(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "console/users/new.html")]
struct New {
    frame: Frame,
    email: String,
    display_name: String,
    chosen: Vec<String>,
    roles: Picker,
    once: String,
}

/// Asks who is to be invited.
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
    if !viewer.may("users:create") {
        return Err(Failure::Forbidden);
    }
    let chosen = form.several("roles");
    let roles = Picker::of(viewer, api, &ROLES, &form).await?.keeping(&chosen);
    let status = pages::status_of(&errors);
    let body = document(&[("email", "ada@example.com"), ("display_name", "Ada Lovelace")]);
    let frame = viewer
        .frame(app, viewer.words().t("user-new-heading"), menu(viewer, Section::Users))
        .with_errors(errors)
        .with_recipes(
            "gridkey user create --set email=ada@example.com --set display_name='Ada Lovelace'",
            curl(app, "POST", &viewer.at(paths::INVITATIONS), Some(&body)),
        );
    let page = New {
        frame,
        email: form.text("email"),
        display_name: form.text("display_name"),
        chosen,
        roles,
        once: pages::once(app, &form),
    };
    pages::show(status, &page)
}

#[derive(Template)]
#[template(path = "console/users/invited.html")]
struct Invited {
    frame: Frame,
    email: String,
    link: String,
    mailed: bool,
    repeated: bool,
    list: String,
}

#[derive(serde::Deserialize)]
struct Sent {
    email: String,
    link: String,
    mailed: bool,
}

/// Invites somebody, and shows the link this once.
pub async fn create(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = match pages::form_or_search(&app, &request, payload, &viewer).await? {
        pages::Sent::Deed(form) => form,
        pages::Sent::Search(form) => {
            return ask_new(&app, &viewer, &api, (form, FormErrors::default())).await;
        }
    };
    let body = json!({
        "email": form.text("email"),
        "display_name": form.text("display_name"),
        "roles": form.several("roles"),
    });
    let made = viewer.create(&api, &viewer.at(paths::INVITATIONS), (&body, &form.text("once"))).await;
    let answer = match made {
        Ok(answer) => answer,
        Err(refusal) if refusal.is_about_what_was_chosen(viewer.may("users:create")) => {
            let errors = refusal.errors(&["email", "display_name"]);
            return ask_new(&app, &viewer, &api, (form, errors)).await;
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let sent: Sent = answer.read()?;
    let frame = viewer.frame(&app, viewer.words().t("user-invited-heading"), menu(&viewer, Section::Users));
    let page = Invited {
        frame,
        email: sent.email,
        link: sent.link,
        mailed: sent.mailed,
        repeated: answer.repeated,
        list: viewer.at(paths::CONSOLE_USERS).text(),
    };
    pages::show(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "console/users/show.html")]
struct Show {
    frame: Frame,
    person: Person,
    display_name: String,
    email: String,
    version: String,
    created: Recent,
    last_sign_in: Option<Recent>,
    actions: Vec<DeedLink>,
    /// The person's invitations, while they have not joined.
    invitations: Option<String>,
    may_update: bool,
}

/// What can be done in which state.
const DEEDS: &[Deed] = &[
    Deed::new("reset-link", ("user-reset-link", "user-reset-link-effect"), (&["active"], "users:update")),
    Deed::new("sign-out", ("user-sign-out", "user-sign-out-effect"), (&["active"], "sessions:delete")),
    Deed::new("suspend", ("user-suspend", "user-suspend-effect"), (&["active"], "users:update")).ending(),
    Deed::new("activate", ("user-activate", "user-activate-effect"), (&["suspended"], "users:update")),
    Deed::new(
        "delete",
        ("user-delete", "user-delete-effect"),
        (&["active", "invited", "suspended"], "users:delete"),
    )
    .ending(),
    Deed::new("restore", ("user-restore", "user-restore-effect"), (&["deleted"], "users:delete")),
];

/// Shows one person.
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
    let person = Person::find(viewer, (api, request), "profile").await?;
    let (words, user) = (viewer.words(), &person.user);
    let (form, errors) = sent.unzip();
    let errors = errors.unwrap_or_default();
    let status = pages::status_of(&errors);
    let address = of_api(viewer, request, "");
    let frame = viewer
        .frame(app, user.display_name.clone(), menu(viewer, Section::Users))
        .with_errors(errors)
        .with_recipes(format!("gridkey user get {}", user.id), curl(app, "GET", &address, None));
    // What was typed stays, and so does the version that it was typed for.
    let typed = |name: &str, now: &String| form.as_ref().map_or_else(|| now.clone(), |form| form.text(name));
    let page = Show {
        frame,
        actions: deeds::links(
            viewer,
            DEEDS,
            (&format!("{}/{}", paths::CONSOLE_USERS, segment(&user.id)), &user.status),
        ),
        invitations: (user.status == "invited")
            .then(|| viewer.at(paths::CONSOLE_INVITATIONS).with("user", &user.id).text()),
        created: recent(&user.created_at, words, viewer.now),
        last_sign_in: user.last_sign_in_at.as_deref().map(|at| recent(at, words, viewer.now)),
        display_name: typed("display_name", &user.display_name),
        email: typed("email", &user.email),
        version: typed("version", &person.version),
        may_update: viewer.may("users:update") && person.is_here(),
        person,
    };
    pages::show(status, &page)
}

/// Changes a person.
pub async fn update(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let body = json!({ "email": form.text("email"), "display_name": form.text("display_name") });
    let address = of_api(&viewer, &request, "");
    match viewer.send(&api, ("PATCH", &address), Some(body), Some(form.text("version"))).await {
        Ok(_) => Ok(pages::see_other(&viewer.at(request.path()).with("done", "saved").text())),
        Err(refusal) if refusal.is_about_the_form() => {
            let errors = refusal.errors(&["email", "display_name"]);
            show_with(&app, &viewer, (&api, &request), Some((form, errors))).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Asks before something is done to a person, and says what it does.
pub async fn ask(request: HttpRequest, app: Data<App>, api: Data<LocalApi>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let user: User = viewer.get(&api, &of_api(&viewer, &request, "")).await?;
    let name = request.match_info().get("action").unwrap_or_default();
    let deed = deeds::named(&viewer, DEEDS, (name, &user.status))?;
    let about = About {
        text: format!("{} <{}>", user.display_name, user.email),
        back: page_of(&viewer, &user.id, "").text(),
        ..About::default()
    };
    deeds::ask(&app, &viewer, (Section::Users, deed), about)
}

#[derive(Template)]
#[template(path = "console/users/link.html")]
struct Link {
    frame: Frame,
    link: String,
    mailed: bool,
    back: String,
}

#[derive(serde::Deserialize)]
struct ResetLink {
    link: String,
    #[serde(default)]
    mailed: bool,
}

/// Does something to a person.
pub async fn act(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    pages::form(&app, &request, payload, &viewer).await?;
    let action = request.match_info().get("action").unwrap_or_default();
    let at = |rest: &str| of_api(&viewer, &request, rest);
    let done = match action {
        "sign-out" => viewer.send(&api, ("DELETE", &at("/sessions")), None, None).await?,
        "reset-link" => viewer.send(&api, ("POST", &at("/password-reset")), Some(json!({})), None).await?,
        _ => deeds::turn(&viewer, &api, (DEEDS, action), at).await?.ok_or(Failure::NotFound)?,
    };
    let back = page_of(&viewer, request.match_info().get("id").unwrap_or_default(), "");
    if action != "reset-link" {
        return Ok(pages::see_other(&back.with("done", format!("user-{action}")).text()));
    }
    let made: ResetLink = done.read()?;
    let frame = viewer.frame(&app, viewer.words().t("user-reset-link"), menu(&viewer, Section::Users));
    pages::show(StatusCode::OK, &Link { frame, link: made.link, mailed: made.mailed, back: back.text() })
}
