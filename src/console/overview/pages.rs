//! `GET /console`.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::console::{Section, menu};
use crate::viewer::{Address, Failure, Frame, LocalApi, Page, Recent, Viewer, pages, recent};
use crate::web::paths;

/// How many of each are shown: what needs somebody, and what happened last.
const FEW: u32 = 5;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Whatever a list holds, as long as it holds something.
#[derive(Deserialize)]
struct Thing {}

#[derive(Deserialize)]
struct Key {
    id: String,
    name: String,
    #[serde(default)]
    expires_at: Option<String>,
}

#[derive(Deserialize)]
struct Event {
    id: String,
    timestamp: String,
    action: String,
    #[serde(default)]
    actor_name: String,
}

/// A step of setting an organisation up.
struct Step {
    title: String,
    done: bool,
    to: String,
}

/// Something that needs the viewer.
struct Attention {
    title: String,
    why: String,
    when: Option<Recent>,
    to: String,
}

/// Something that happened.
struct Happened {
    at: Recent,
    action: String,
    who: String,
    to: String,
}

#[derive(Template)]
#[template(path = "console/overview.html")]
struct Overview {
    frame: Frame,
    steps: Vec<Step>,
    is_set_up: bool,
    attention: Vec<Attention>,
    events: Vec<Happened>,
    may_audit: bool,
    log: String,
}

/// The steps with what they take, the list that tells whether they were taken, and how many it must hold for that.
const STEPS: &[(&str, &str, &str, &str, usize)] = &[
    ("overview-step-user", "users:read", paths::USERS, paths::CONSOLE_USER_NEW, 2),
    ("overview-step-application", "applications:read", paths::APPLICATIONS, "/console/applications/new", 1),
    (
        "overview-step-service-account",
        "service_accounts:read",
        paths::SERVICE_ACCOUNTS,
        "/console/service-accounts/new",
        1,
    ),
    ("overview-step-key", "api_keys:read", paths::API_KEYS, paths::CONSOLE_API_KEY_NEW, 1),
];

/// Shows what needs the viewer.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let steps = steps(&viewer, &api).await?;
    let page = Overview {
        frame: viewer.frame(&app, viewer.words().t("overview-heading"), menu(&viewer, Section::Overview)),
        is_set_up: steps.iter().all(|step| step.done),
        steps,
        attention: attention(&viewer, &api).await?,
        events: events(&viewer, &api).await?,
        may_audit: viewer.may("audit:read"),
        log: viewer.at("/console/audit-log").text(),
    };
    pages::show(StatusCode::OK, &page)
}

async fn steps(viewer: &Viewer, api: &LocalApi) -> Result<Vec<Step>, Failure> {
    let mut steps = Vec::new();
    for (title, permission, list, to, enough) in STEPS {
        if !viewer.may(permission) {
            continue;
        }
        let address = viewer.at(*list).with("limit", enough);
        let address = if *list == paths::API_KEYS { address.with("scope", "tenant") } else { address };
        let there: Page<Thing> = viewer.get(api, &address).await?;
        steps.push(Step {
            title: viewer.words().t(title),
            done: there.items.len() >= *enough,
            to: viewer.at(*to).text(),
        });
    }
    Ok(steps)
}

/// Keys that end soon, and keys that nobody uses.
async fn attention(viewer: &Viewer, api: &LocalApi) -> Result<Vec<Attention>, Failure> {
    let keys = || -> Address {
        let list = viewer.at(paths::API_KEYS).with("scope", "tenant");
        list.with("status", "active").with("limit", FEW)
    };
    let now = viewer.now;
    let ending = keys().with("expires_before", (now + DAY * 14).to_rfc3339());
    let unused = keys().with("unused_since", (now - DAY * 90).to_rfc3339());
    let mut all = Vec::new();
    for (why, address) in [("overview-key-expires", ending), ("overview-key-unused", unused)] {
        let found: Page<Key> = viewer.peek(api, ("api_keys:read", &address)).await?;
        all.extend(found.items.into_iter().map(|key| Attention {
            title: key.name,
            why: viewer.words().t(why),
            when: key.expires_at.map(|at| recent(&at, viewer.words(), now)),
            to: viewer.at(format!("{}/{}", paths::CONSOLE_API_KEYS, key.id)).text(),
        }));
    }
    Ok(all)
}

async fn events(viewer: &Viewer, api: &LocalApi) -> Result<Vec<Happened>, Failure> {
    let address = viewer.at(paths::AUDIT_LOG).with("limit", FEW);
    let found: Page<Event> = viewer.peek(api, ("audit:read", &address)).await?;
    let happened = |event: Event| Happened {
        at: recent(&event.timestamp, viewer.words(), viewer.now),
        action: event.action,
        who: event.actor_name,
        to: viewer.at(format!("/console/audit-log/{}", event.id)).text(),
    };
    Ok(found.items.into_iter().map(happened).collect())
}
