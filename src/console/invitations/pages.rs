//! `/console/invitations`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::view::{Invitation, Row, Sent};
use crate::app::App;
use crate::console::parts::{ListQuery, curl};
use crate::console::{Section, menu};
use crate::viewer::{Address, Failure, Frame, LocalApi, Page, Question, Viewer, pages, segment};
use crate::web::{FormErrors, paths};

/// What can be done with an invitation that is open.
const ACTIONS: &[&str] = &["resend", "revoke"];

#[derive(Template)]
#[template(path = "console/invitations/list.html")]
struct List {
    frame: Frame,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    clear: Option<String>,
    may_create: bool,
}

/// Lists invitations, whatever became of them.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let query = ListQuery::of(&viewer, paths::CONSOLE_INVITATIONS, &["user"]);
    let address = query.api(&viewer, paths::INVITATIONS);
    let page: Page<Invitation> = viewer.get(&api, &address).await?;
    let frame = viewer
        .frame(&app, viewer.words().t("invitations-heading"), menu(&viewer, Section::Invitations))
        .with_recipes("", curl(&app, "GET", &address, None));
    let page = List {
        frame,
        first: query.first(&viewer),
        next: query.next(&viewer, page.next_cursor.as_deref()),
        clear: query.is_filtered().then(|| query.clear(&viewer)),
        may_create: viewer.may("users:create"),
        rows: page.items.into_iter().map(|one| one.row(&viewer, ACTIONS)).collect(),
    };
    pages::show(StatusCode::OK, &page)
}

fn of_api(viewer: &Viewer, request: &HttpRequest, rest: &str) -> Address {
    let id = segment(request.match_info().get("id").unwrap_or_default());
    viewer.at(format!("{}/{id}{rest}", paths::INVITATIONS))
}

/// Asks before an invitation is sent again or taken back.
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
    if !ACTIONS.contains(&name) || !viewer.may("users:create") {
        return Err(Failure::NotFound);
    }
    let one: Invitation = viewer.get(api, &of_api(viewer, request, "")).await?;
    // A form that was refused may be about one that has ended meanwhile: then the page says so.
    if !one.is_open() && errors.is_empty() {
        return Err(Failure::NotFound);
    }
    let (words, status) = (viewer.words(), pages::status_of(&errors));
    let call = match name {
        "resend" => curl(app, "POST", &of_api(viewer, request, "/resend"), None),
        _ => curl(app, "DELETE", &of_api(viewer, request, ""), None),
    };
    let page = Question {
        frame: viewer
            .frame(app, words.t(&format!("invitation-{name}")), menu(viewer, Section::Invitations))
            .with_errors(errors)
            .with_recipes("", call),
        text: format!("{} <{}>", one.display_name, one.email),
        effect: words.t(&format!("invitation-{name}-effect")),
        button: words.t(&format!("invitation-{name}")),
        danger: name == "revoke",
        back: viewer.at(paths::CONSOLE_INVITATIONS).text(),
    };
    pages::show(status, &page)
}

#[derive(Template)]
#[template(path = "console/invitations/sent.html")]
struct Again {
    frame: Frame,
    email: String,
    link: String,
    mailed: bool,
    back: String,
}

/// Sends an invitation again, and shows the new link this once; or takes it back.
pub async fn act(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    pages::form(&app, &request, payload, &viewer).await?;
    let back = viewer.at(paths::CONSOLE_INVITATIONS);
    let done = match request.match_info().get("action").unwrap_or_default() {
        "resend" => viewer.send(&api, ("POST", &of_api(&viewer, &request, "/resend")), None, None).await,
        "revoke" => match viewer.send(&api, ("DELETE", &of_api(&viewer, &request, "")), None, None).await {
            Ok(_) => return Ok(pages::see_other(&back.with("done", "invitation-revoke").text())),
            refused => refused,
        },
        _ => return Err(Failure::NotFound),
    };
    let sent: Sent = match done {
        Ok(answer) => answer.read()?,
        Err(refusal) if refusal.is_about_the_form() => {
            return ask_with(&app, &viewer, (&api, &request), refusal.errors(&[])).await;
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let heading = viewer.words().t("invitation-sent-heading");
    let frame = viewer.frame(&app, heading, menu(&viewer, Section::Invitations));
    let page = Again { frame, email: sent.email, link: sent.link, mailed: sent.mailed, back: back.text() };
    pages::show(StatusCode::OK, &page)
}
