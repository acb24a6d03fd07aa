//! `GET /account/activity`.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::own;
use crate::account::devices::device;
use crate::account::parts::{frame, look, moment};
use crate::app::App;
use crate::audit::{AuditId, Entry};
use crate::viewer::{Address, Failure, Frame, Recent, Viewer, pages};
use crate::web::paths;

/// Rows on a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "account/activity.html")]
struct List {
    frame: Frame,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
}

/// One thing that happened.
#[derive(Clone, Debug)]
struct Row {
    at: Recent,
    what: String,
    failed: bool,
    by: Option<String>,
    device: String,
    address: String,
}

/// Lists it.
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let before = viewer.query.get("cursor").map(str::parse::<AuditId>).transpose();
    let before = before.map_err(|_| Failure::Unreadable(viewer.words().t("refused-invalid-cursor")))?;
    let whose = (viewer.who.home.id, viewer.who.user.id);
    let found = look(&app, move |conn| own(conn, whose, before, PAGE)).await?;
    let page = |cursor: String| Address::new(paths::ACCOUNT_ACTIVITY).with("cursor", cursor).text();
    let page = List {
        frame: frame(&app, &viewer, "account-activity-heading"),
        rows: found.rows.into_iter().map(|row| shown(&viewer, row.entry)).collect(),
        first: before.map(|_| paths::ACCOUNT_ACTIVITY.to_owned()),
        next: found.next.map(|id| page(id.to_string())),
    };
    pages::show(StatusCode::OK, &page)
}

fn shown(viewer: &Viewer, entry: Entry) -> Row {
    let words = viewer.words();
    let own = entry.actor_id == viewer.who.user.id.to_string();
    Row {
        at: moment(viewer, entry.occurred_at),
        what: what(viewer, &entry.action),
        failed: entry.outcome != "success",
        by: (!own && !entry.actor_name.is_empty()).then_some(entry.actor_name),
        device: device(&entry.user_agent, words),
        address: entry.address,
    }
}

/// An action in words: the message `activity-NOUN-VERB` if there is one, else its name.
fn what(viewer: &Viewer, action: &str) -> String {
    let id = format!("activity-{}", action.replace(['.', '_'], "-"));
    if viewer.words().knows(&id) { viewer.words().t(&id) } else { action.to_owned() }
}
