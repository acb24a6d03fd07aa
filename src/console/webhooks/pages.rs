//! `/console/webhooks`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::{Value, json};

use super::deeds::pages::DEEDS;
use super::view::{Delivery, DeliveryRow, Events, Typed, Webhook};
use crate::app::App;
use crate::console::deeds::{DeedLink, Line, Secret, links, tell};
use crate::console::parts::{ListQuery, choices, curl};
use crate::console::{Section, menu};
use crate::viewer::{Address, Failure, Form, Frame, LocalApi, Page, Recent, Viewer, pages, recent, segment};
use crate::web::{FormErrors, paths};

const STATES: &[&str] = &["active", "paused"];
const HEALTHS: &[&str] = &["failing", "operational"];
const OF_DELIVERIES: &[&str] = &["pending", "delivered", "failed"];
const FIELDS: &[&str] = &["url", "events", "description"];

/// The webhook of an address, in the API.
pub fn of_api(viewer: &Viewer, request: &HttpRequest, rest: &str) -> Address {
    let id = segment(request.match_info().get("id").unwrap_or_default());
    viewer.at(format!("{}/{id}{rest}", paths::WEBHOOKS))
}

/// The page of a webhook.
pub fn page_of(request: &HttpRequest) -> String {
    let id = segment(request.match_info().get("id").unwrap_or_default());
    format!("{}/{id}", paths::CONSOLE_WEBHOOKS)
}

#[derive(Template)]
#[template(path = "console/webhooks/list.html")]
struct List {
    frame: Frame,
    query: ListQuery,
    states: Vec<(String, String)>,
    healths: Vec<(String, String)>,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    clear: String,
    may_create: bool,
    names: Vec<String>,
    sample: String,
}

/// A row of the list.
struct Row {
    href: String,
    address: String,
    events: String,
    rate: String,
    tone: &'static str,
    status: String,
}

/// Lists webhooks.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let words = viewer.words();
    let query = ListQuery::of(&viewer, paths::CONSOLE_WEBHOOKS, &["status", "health"]);
    let address = query.api(&viewer, paths::WEBHOOKS);
    let page: Page<Webhook> = viewer.get(&api, &address).await?;
    let events: Events = if page.items.is_empty() {
        viewer.get(&api, &viewer.at(paths::WEBHOOK_EVENTS)).await?
    } else {
        Events { items: Vec::new() }
    };
    let row = |webhook: Webhook| Row {
        href: viewer.at(format!("{}/{}", paths::CONSOLE_WEBHOOKS, webhook.id)).text(),
        events: webhook.events.join(", "),
        rate: webhook.rate(words),
        tone: webhook.tone(),
        status: webhook.state(words),
        address: webhook.url,
    };
    let page = List {
        frame: viewer
            .frame(&app, words.t("webhooks-heading"), menu(&viewer, Section::Webhooks))
            .with_recipes("gridkey webhook list", curl(&app, "GET", &address, None)),
        states: choices(&viewer, "webhook-status", STATES),
        healths: choices(&viewer, "webhook-health", HEALTHS),
        first: query.first(&viewer),
        next: query.next(&viewer, page.next_cursor.as_deref()),
        clear: query.clear(&viewer),
        may_create: viewer.may("webhooks:create"),
        rows: page.items.into_iter().map(row).collect(),
        query,
        names: events.names(),
        sample: events.sample(),
    };
    pages::show(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "console/webhooks/new.html")]
struct New {
    frame: Frame,
    typed: Typed,
    names: Vec<String>,
    sample: String,
    once: String,
}

/// Asks where the webhook is.
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
    if !viewer.may("webhooks:create") {
        return Err(Failure::Forbidden);
    }
    let events: Events = viewer.get(api, &viewer.at(paths::WEBHOOK_EVENTS)).await?;
    let body = r#"{"url":"https://example.com/hooks","events":["user.*"]}"#;
    let status = pages::status_of(&errors);
    let page = New {
        frame: viewer
            .frame(app, viewer.words().t("webhook-new"), menu(viewer, Section::Webhooks))
            .with_errors(errors)
            .with_recipes(
                "gridkey webhook create --set url=https://example.com/hooks --set 'events=[\"user.*\"]'",
                curl(app, "POST", &viewer.at(paths::WEBHOOKS), Some(body)),
            ),
        typed: Typed::from(&form),
        names: events.names(),
        sample: events.sample(),
        once: pages::once(app, &form),
    };
    pages::show(status, &page)
}

fn document(form: &Form) -> Value {
    json!({
        "url": form.text("url"),
        "events": form.lines("events"),
        "description": form.text("description"),
    })
}

/// Makes a webhook and tells its secret once.
pub async fn create(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let address = viewer.at(paths::WEBHOOKS);
    match viewer.create(&api, &address, (&document(&form), &form.text("once"))).await {
        Ok(answer) => {
            let webhook: Webhook = answer.read()?;
            let back = viewer.at(format!("{}/{}", paths::CONSOLE_WEBHOOKS, webhook.id)).text();
            told(&app, &viewer, ("webhook-created", answer.repeated), (webhook, back))
        }
        Err(refusal) if refusal.is_about_the_form() => {
            ask_new(&app, &viewer, &api, (form, refusal.errors(FIELDS))).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Tells a secret, unless it was told before.
pub fn told(
    app: &App,
    viewer: &Viewer,
    (heading, repeated): (&str, bool),
    (webhook, back): (Webhook, String),
) -> Result<HttpResponse, Failure> {
    let words = viewer.words();
    let text = webhook.secret.unwrap_or_default();
    let lines = vec![Line { id: "webhook-secret", label: words.t("webhook-secret"), text }];
    let secret = Secret { heading: words.t(heading), repeated, lines, back };
    tell(app, viewer, Section::Webhooks, secret)
}

#[derive(Template)]
#[template(path = "console/webhooks/show.html")]
struct Show {
    frame: Frame,
    webhook: Webhook,
    typed: Typed,
    version: String,
    status: String,
    reason: Option<String>,
    rate: String,
    created: Recent,
    failing: Option<Recent>,
    rotating: Option<Recent>,
    query: ListQuery,
    states: Vec<(String, String)>,
    clear: String,
    deliveries: Vec<DeliveryRow>,
    first: Option<String>,
    next: Option<String>,
    may_update: bool,
    actions: Vec<DeedLink>,
}

/// Shows one webhook with what was told to it.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    show_with(&app, &viewer, (&api, &request), (None, FormErrors::default())).await
}

async fn show_with(
    app: &App,
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    (form, errors): (Option<Form>, FormErrors),
) -> Result<HttpResponse, Failure> {
    let (words, address, base) = (viewer.words(), of_api(viewer, request, ""), page_of(request));
    let (webhook, version): (Webhook, _) = viewer.get_versioned(api, &address).await?;
    let query = ListQuery::of(viewer, paths::CONSOLE_WEBHOOKS, &["status"]);
    let of_deliveries = query.api(viewer, &format!("{}/{}/deliveries", paths::WEBHOOKS, webhook.id));
    let page: Page<Delivery> = viewer.get(api, &of_deliveries).await?;
    let at = |cursor: Option<&str>| {
        let here = viewer.at(base.as_str());
        let here = query.filters.iter().fold(here, |address, (name, value)| address.with(name, value));
        here.maybe("cursor", cursor).text()
    };
    let row = |delivery: &Delivery| {
        let href = viewer.at(format!("{base}/deliveries/{}", delivery.id)).text();
        delivery.row(href, words, viewer.now)
    };
    let when = |text: &String| recent(text, words, viewer.now);
    let status = pages::status_of(&errors);
    let frame = viewer
        .frame(app, host(&webhook.url), menu(viewer, Section::Webhooks))
        .with_errors(errors)
        .with_recipes(
            format!("gridkey webhook deliveries {}", webhook.id),
            curl(app, "GET", &of_deliveries, None),
        );
    let shown = Show {
        frame,
        typed: form.as_ref().map_or_else(|| Typed::from(&webhook), Typed::from),
        // Whoever was refused goes on with the version that they began with.
        version: form.as_ref().map_or(version, |form| form.text("version")),
        status: webhook.state(words),
        reason: webhook.reason(words),
        rate: webhook.rate(words),
        created: when(&webhook.created_at),
        failing: webhook.failing_since.as_ref().map(when),
        rotating: webhook.previous_secret_ends_at.as_ref().map(when),
        states: choices(viewer, "delivery-status", OF_DELIVERIES),
        clear: viewer.at(base.as_str()).text(),
        deliveries: page.items.iter().map(row).collect(),
        first: query.cursor.as_ref().map(|_| at(None)),
        next: page.next_cursor.as_deref().map(|cursor| at(Some(cursor))),
        may_update: viewer.may("webhooks:update"),
        actions: links(viewer, DEEDS, (&base, &webhook.status)),
        query,
        webhook,
    };
    pages::show(status, &shown)
}

/// The part of an address that people know it by.
pub fn host(address: &str) -> String {
    let behind = address.split_once("://").map_or(address, |(_, rest)| rest);
    behind.split(['/', '?']).next().unwrap_or_default().to_owned()
}

/// Changes a webhook.
pub async fn update(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let (address, version) = (of_api(&viewer, &request, ""), form.text("version"));
    match viewer.send(&api, ("PATCH", &address), Some(document(&form)), Some(version)).await {
        Ok(_) => Ok(pages::see_other(&viewer.at(page_of(&request)).with("done", "saved").text())),
        Err(refusal) if refusal.is_about_the_form() => {
            let errors = refusal.errors(FIELDS);
            show_with(&app, &viewer, (&api, &request), (Some(form), errors)).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
