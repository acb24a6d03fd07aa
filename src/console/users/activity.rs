//! `/console/users/{id}/activity`: what a person did and what was done to them.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::person::{Person, page_of};
use crate::app::App;
use crate::console::audit_log::{Event, Row};
use crate::console::parts::{PAGE, curl};
use crate::console::{Section, menu};
use crate::viewer::{Failure, Frame, LocalApi, Page, pages};
use crate::web::paths;

#[derive(Template)]
#[template(path = "console/users/activity.html")]
struct Activity {
    frame: Frame,
    person: Person,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

/// Lists it, newest first.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let person = Person::find(&viewer, (&api, &request), "activity").await?;
    let cursor = viewer.query.get("cursor");
    let all = viewer.at(paths::AUDIT_LOG).with("about", &person.user.id);
    let address = all.clone().with("limit", PAGE).maybe("cursor", cursor);
    let page: Page<Event> = viewer.get(&api, &address).await?;
    let own = page_of(&viewer, &person.user.id, "activity");
    let page = Activity {
        frame: viewer
            .frame(&app, person.user.display_name.clone(), menu(&viewer, Section::Users))
            .with_recipes("", curl(&app, "GET", &all, None)),
        first: cursor.map(|_| own.text()),
        next: page.next_cursor.as_deref().map(|cursor| own.with("cursor", cursor).text()),
        rows: page.items.into_iter().map(|event| event.row(&viewer, paths::CONSOLE_AUDIT_LOG)).collect(),
        person,
    };
    pages::show(StatusCode::OK, &page)
}
