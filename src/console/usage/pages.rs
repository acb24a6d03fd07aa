//! `/console/usage`.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;
use std::collections::BTreeMap;

use crate::app::App;
use crate::console::parts::curl;
use crate::console::{Section, menu};
use crate::viewer::chart::{self, Chart, Hour, Span};
use crate::viewer::{Failure, Frame, LocalApi, Viewer, pages};
use crate::web::paths;

/// How the keys were used, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
struct Usage {
    hours: Vec<Hour>,
    keys: Vec<Key>,
}

#[derive(Clone, Debug, Deserialize)]
struct Key {
    id: String,
    #[serde(default)]
    kind: Option<String>,
    name: String,
    requests: BTreeMap<String, i64>,
}

/// A key of the table.
struct Row {
    href: Option<String>,
    title: String,
    allowed: i64,
    limited: i64,
    refused: i64,
}

#[derive(Template)]
#[template(path = "console/usage.html")]
struct Show {
    frame: Frame,
    tabs: Vec<(String, String, bool)>,
    drawing: Chart,
    rows: Vec<Row>,
}

fn row(viewer: &Viewer, key: Key) -> Row {
    let page = match key.kind.as_deref() {
        Some("api_key") => Some(paths::CONSOLE_API_KEYS),
        Some("signing_key") => Some(paths::CONSOLE_SIGNING_KEYS),
        _ => None,
    };
    let sum = |class: &str| {
        let of_class = key.requests.iter().filter(|(outcome, _)| chart::class_of(outcome) == class);
        of_class.map(|(_, requests)| requests).sum()
    };
    Row {
        href: page.map(|page| viewer.at(format!("{page}/{}", key.id)).text()),
        allowed: sum(chart::GOOD),
        limited: sum(chart::WARNING),
        refused: sum(chart::BAD),
        title: if key.name.is_empty() { key.id } else { key.name },
    }
}

/// Shows the requests of the last day or week.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let words = viewer.words();
    let span = if viewer.query.get("range") == Some("week") { Span::Week } else { Span::Day };
    let address = viewer.at(paths::USAGE).with("days", span.days());
    let usage: Usage = viewer.get(&api, &address).await?;
    let tab = |label: &str, range: &str, of: Span| {
        (words.t(label), viewer.at(paths::CONSOLE_USAGE).with("range", range).text(), of == span)
    };
    let frame = viewer
        .frame(&app, words.t("usage-heading"), menu(&viewer, Section::Usage))
        .with_recipes("", curl(&app, "GET", &address, None));
    let page = Show {
        frame,
        tabs: vec![tab("usage-day", "day", Span::Day), tab("usage-week", "week", Span::Week)],
        drawing: chart::of_requests(words, &usage.hours, (span, viewer.now)),
        rows: usage.keys.into_iter().map(|key| row(&viewer, key)).collect(),
    };
    pages::show(StatusCode::OK, &page)
}
