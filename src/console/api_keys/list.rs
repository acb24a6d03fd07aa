//! `/console/api-keys` and `/account/api-keys`: the list, on a page and as a file.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::Whose;
use super::bulk;
use super::view::{ApiKey, HEALTH, HEALTH_FILTERS, Health, Row};
use crate::app::App;
use crate::clock::Timestamp;
use crate::console::parts::{ListQuery, choices, curl, send_file};
use crate::viewer::{Failure, Frame, LocalApi, Page, pages};
use crate::web::paths;

const STATES: &[&str] = &["active", "expired", "disabled", "revoked"];
const FILTERS: &[&str] = &["q", "status", "health", "owner", "unused_since", "expires_before"];
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Template)]
#[template(path = "console/api_keys/list.html")]
struct List {
    frame: Frame,
    query: ListQuery,
    states: Vec<(String, String)>,
    healths: Vec<(String, String)>,
    rows: Vec<Row>,
    explained: Vec<Health>,
    /// What can be done to many: value and label.
    actions: Vec<(String, String)>,
    bulk: String,
    files: Vec<(&'static str, String)>,
    first: Option<String>,
    next: Option<String>,
    clear: String,
    everybodys: bool,
    create: Option<String>,
}

/// The filters as the API takes them: how a key is becomes the filters behind it.
pub(super) fn for_the_api(query: &ListQuery, now: Timestamp) -> ListQuery {
    let mut query = query.clone();
    let health = query.get("health").to_owned();
    query.filters.retain(|(name, _)| *name != "health");
    let filter = match health.as_str() {
        "expires-soon" => ("expires_before", (now + DAY * 14).to_rfc3339()),
        "unused-90-days" => ("unused_since", (now - DAY * 90).to_rfc3339()),
        _ => return query,
    };
    if query.get(filter.0).is_empty() {
        query.filters.push(filter);
    }
    // Only what works has such a state.
    if query.get("status").is_empty() {
        query.filters.push(("status", "active".to_owned()));
    }
    query
}

/// Lists keys.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let (words, whose) = (viewer.words(), Whose::of(request.path()));
    let query = ListQuery::of(&viewer, whose.path(), FILTERS);
    let address = whose.list(for_the_api(&query, viewer.now).api(&viewer, paths::API_KEYS));
    let address = address.with("include", "usage");
    let page: Page<ApiKey> = viewer.get(&api, &address).await?;
    let row =
        |key: &ApiKey| key.row(viewer.at(format!("{}/{}", whose.path(), key.id)).text(), words, viewer.now);
    let heading = if whose == Whose::Own { "keys-own-heading" } else { "keys-heading" };
    let command = if whose == Whose::Own { "gridkey key list" } else { "gridkey key list --all" };
    let file = |(format, label): (&str, &'static str)| {
        let address = viewer.at(format!("{}/download", whose.path())).with("format", format);
        let filters = query.filters.iter();
        (label, filters.fold(address, |address, (name, value)| address.with(name, value)).text())
    };
    let page = List {
        frame: viewer
            .frame(&app, words.t(heading), whose.menu(&viewer))
            .with_recipes(command, curl(&app, "GET", &address, None)),
        states: choices(&viewer, "key-status", STATES),
        healths: choices(&viewer, "key-health", HEALTH_FILTERS),
        explained: HEALTH.iter().map(|id| Health::of(id, words)).collect(),
        actions: bulk::actions(&viewer, whose),
        bulk: viewer.at(whose.bulk()).text(),
        files: [("csv", "keys-download-csv"), ("ndjson", "keys-download-jsonl")].map(file).into(),
        first: query.first(&viewer),
        next: query.next(&viewer, page.next_cursor.as_deref()),
        clear: query.clear(&viewer),
        everybodys: whose == Whose::Everybodys,
        create: whose.may_create(&viewer).then(|| viewer.at(format!("{}/new", whose.path())).text()),
        rows: page.items.iter().map(row).collect(),
        query,
    };
    pages::show(StatusCode::OK, &page)
}

/// The same as a file, all of it.
pub async fn download(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let whose = Whose::of(request.path());
    let query = for_the_api(&ListQuery::of(&viewer, whose.path(), FILTERS), viewer.now);
    let address = whose.list(viewer.at(paths::API_KEYS_EXPORT)).maybe("format", viewer.query.get("format"));
    let address = query.filters.iter().fold(address, |address, (name, value)| address.with(name, value));
    Ok(send_file(viewer.file(&api, &address).await?))
}
