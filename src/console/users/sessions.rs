//! `/console/users/{id}/sessions`: where a person is signed in.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::person::{Person, of_api, page_of};
use super::view::Session;
use crate::app::App;
use crate::console::parts::{PAGE, curl};
use crate::console::{Section, menu};
use crate::viewer::{Failure, Frame, LocalApi, Page, Recent, pages, recent, segment};
use crate::web::paths;

#[derive(Template)]
#[template(path = "console/users/sessions.html")]
struct Sessions {
    frame: Frame,
    person: Person,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    sign_out: String,
    may_end: bool,
}

struct Row {
    id: String,
    address: String,
    user_agent: String,
    created: Recent,
    seen: Recent,
    expires: Recent,
}

/// Lists the sessions of a person.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let person = Person::find(&viewer, (&api, &request), "sessions").await?;
    let cursor = viewer.query.get("cursor");
    let address = of_api(&viewer, &request, "/sessions").with("limit", PAGE).maybe("cursor", cursor);
    let page: Page<Session> = viewer.get(&api, &address).await?;
    let (words, now) = (viewer.words(), viewer.now);
    let row = |session: Session| Row {
        created: recent(&session.created_at, words, now),
        seen: recent(&session.last_seen_at, words, now),
        expires: recent(&session.expires_at, words, now),
        id: session.id,
        address: session.address,
        user_agent: session.user_agent,
    };
    let frame = viewer
        .frame(&app, person.user.display_name.clone(), menu(&viewer, Section::Users))
        .with_recipes("", curl(&app, "GET", &of_api(&viewer, &request, "/sessions"), None));
    let own = page_of(&viewer, &person.user.id, "sessions");
    let page = Sessions {
        frame,
        first: cursor.map(|_| own.text()),
        next: page.next_cursor.as_deref().map(|cursor| own.with("cursor", cursor).text()),
        sign_out: page_of(&viewer, &person.user.id, "sign-out").text(),
        may_end: viewer.may("sessions:delete"),
        rows: page.items.into_iter().map(row).collect(),
        person,
    };
    pages::show(StatusCode::OK, &page)
}

/// Ends one session of a person.
pub async fn end(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let session = viewer.at(format!("{}/{}", paths::SESSIONS, segment(&form.text("session"))));
    viewer.send(&api, ("DELETE", &session), None, None).await?;
    let id = request.match_info().get("id").unwrap_or_default();
    Ok(pages::see_other(&page_of(&viewer, id, "sessions").with("done", "user-session").text()))
}
