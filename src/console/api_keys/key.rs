//! `/console/api-keys/{id}` and `/account/api-keys/{id}`: one key, how it is used, and what was done to it.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::Whose;
use super::form::{self, FIELDS, Unfit};
use super::pages::{Fields, unfit};
use super::state::{door, outcome};
use super::view::{ApiKey, Health, KeyUse, Network, Usage, Uses};
use crate::app::App;
use crate::console::audit_log::{Event, Row as Happening};
use crate::console::parts::{curl, send_file};
use crate::language::Words;
use crate::viewer::chart::{self, Chart, Span};
use crate::viewer::{
    Address, Failure, Form, Frame, LocalApi, Page, Recent, Refusal, Viewer, pages, recent, segment,
};
use crate::web::{FormErrors, paths};

/// How far back the use of a key is shown: days, the drawing, and the message that names it.
const SPANS: &[(&str, Span, &str)] = &[
    ("1", Span::Day, "key-usage-day"),
    ("7", Span::Week, "key-usage-week"),
    ("30", Span::Month, "key-usage-month"),
    ("90", Span::Quarter, "key-usage-quarter"),
];
/// Events of a key that its page shows.
const HISTORY: u32 = 20;

/// How far back this look goes.
fn span(viewer: &Viewer) -> (&'static str, Span) {
    let asked = viewer.query.get("days").unwrap_or("7");
    let known = SPANS.iter().find(|(days, _, _)| *days == asked);
    known.map_or(("7", Span::Week), |(days, span, _)| (days, *span))
}

/// What was done to a key, for those who may read the audit log: the rows, and the log of this key.
struct History {
    rows: Vec<Happening>,
    all: String,
}

async fn history(viewer: &Viewer, api: &LocalApi, id: &str) -> Result<Option<History>, Failure> {
    if !viewer.may("audit:read") {
        return Ok(None);
    }
    let address = viewer.at(paths::AUDIT_LOG).with("resource_id", id).with("limit", HISTORY);
    let page: Page<Event> = viewer.get(api, &address).await?;
    let row = |event: Event| event.row(viewer, paths::CONSOLE_AUDIT_LOG);
    Ok(Some(History {
        rows: page.items.into_iter().map(row).collect(),
        all: viewer.at(paths::CONSOLE_AUDIT_LOG).with("resource_id", id).text(),
    }))
}

#[derive(Template)]
#[template(path = "console/api_keys/show.html")]
struct Show {
    frame: Frame,
    key: ApiKey,
    fields: Fields,
    version: String,
    health: Health,
    /// Everything that is to be said of it, the worst first.
    states: Vec<Health>,
    owner: String,
    created: Recent,
    expires: Option<Recent>,
    last_used: Option<Recent>,
    /// Until when the secret before works, and when it was last used.
    previous: Option<(Recent, Option<Recent>)>,
    chart: Chart,
    spans: Vec<(String, String, bool)>,
    table: String,
    history: Option<History>,
    total: Vec<(String, i64)>,
    networks: Vec<(Network, Recent)>,
    /// The newest uses, in words.
    uses: Vec<(KeyUse, Recent)>,
    permissions: Vec<String>,
    try_it: String,
    actions: Vec<(String, String, bool)>,
    may_change: bool,
}

/// The API's address of the key that the page's address names.
pub(super) fn of_api(viewer: &Viewer, request: &HttpRequest, rest: &str) -> Address {
    let id = segment(request.match_info().get("id").unwrap_or_default());
    viewer.at(format!("{}/{id}{rest}", paths::API_KEYS))
}

/// Shows one key.
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
    let (words, now, whose) = (viewer.words(), viewer.now, Whose::of(&viewer.path));
    let address = of_api(viewer, request, "");
    let (key, version): (ApiKey, String) = viewer.get_versioned(api, &address).await?;
    let (days, span) = span(viewer);
    let usage: Usage = viewer.get(api, &of_api(viewer, request, "/usage").with("days", days)).await?;
    let uses: Uses = viewer.get(api, &of_api(viewer, request, "/uses")).await?;
    let here = format!("{}/{}", whose.path(), key.id);
    let spans = SPANS.iter().map(|(known, _, name)| {
        let href = viewer.at(&here).with("days", known).text();
        (words.t(name), format!("{href}#usage"), *known == days)
    });
    let errors = sent.as_ref().map(|(_, errors)| errors.clone()).unwrap_or_default();
    let at = |text: &String| recent(text, words, now);
    let previous = key.previous_secret_ends_at.as_ref().map(|ends| {
        let used = key.last_used.as_ref().and_then(|used| used.previous_secret_at.as_ref());
        (at(ends), used.map(at))
    });
    let networks = usage.networks.iter().map(|network| (network.clone(), at(&network.first_seen_at)));
    let uses = uses.items.into_iter().map(|used| (in_words(words, &used), at(&used.at)));
    let page = Show {
        frame: viewer
            .frame(app, key.name.clone(), whose.menu(viewer))
            .with_recipes(format!("gridkey key show {}", key.id), curl(app, "GET", &address, None))
            .with_errors(errors.clone()),
        health: key.health(words).into_iter().next().unwrap_or_else(|| Health::of("operational", words)),
        states: key.health(words),
        owner: key.owner.shown(),
        created: at(&key.created_at),
        expires: key.expires_at.as_ref().map(at),
        last_used: key.last_used.as_ref().map(|used| at(&used.at)),
        previous,
        chart: chart::of_requests(words, &usage.hours, (span, now)),
        spans: spans.collect(),
        table: viewer.at(format!("{here}/usage.csv")).with("days", days).text(),
        history: history(viewer, api, &key.id).await?,
        total: usage.total.iter().map(|(how, count)| (outcome(words, how), *count)).collect(),
        networks: networks.collect(),
        uses: uses.collect(),
        permissions: key.permissions.clone().unwrap_or_default(),
        try_it: format!(
            "curl '{}/v1/me' -H \"Authorization: Bearer $GRIDKEY_API_KEY\"",
            app.config.server.issuer()
        ),
        actions: super::state::actions(viewer, &key),
        may_change: key.is_living(),
        fields: sent.as_ref().map_or_else(|| Fields::of_key(&key), |(form, _)| Fields::of(form, viewer)),
        version: sent.map_or(version, |(form, _)| form.text("version")),
        key,
    };
    pages::show(pages::status_of(&errors), &page)
}

fn in_words(words: Words, used: &KeyUse) -> KeyUse {
    KeyUse { outcome: outcome(words, &used.outcome), door: door(words, &used.door), ..used.clone() }
}

/// Changes a key.
pub async fn update(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let address = of_api(&viewer, &request, "");
    let changed: Result<_, Result<Refusal, Unfit>> = match form::change(&form) {
        Ok(body) => {
            viewer.send(&api, ("PATCH", &address), Some(body), Some(form.text("version"))).await.map_err(Ok)
        }
        Err(why) => Err(Err(why)),
    };
    let errors = match changed {
        Ok(_) => return Ok(pages::see_other(&viewer.at(request.path()).with("done", "saved").text())),
        Err(Ok(refusal)) if refusal.is_about_the_form() => refusal.errors(FIELDS),
        Err(Ok(refusal)) => return Err(refusal.into()),
        Err(Err(why)) => unfit(&viewer, &why),
    };
    show_with(&app, &viewer, (&api, &request), Some((form, errors))).await
}

/// The use of a key as a table.
pub async fn usage_file(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let (days, _) = span(&viewer);
    let address = of_api(&viewer, &request, "/usage").with("days", days).with("format", "csv");
    Ok(send_file(viewer.file(&api, &address).await?))
}
