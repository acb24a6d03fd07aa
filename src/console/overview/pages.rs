//! `GET /console`, and `POST /console/notices`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;
use serde_json::json;

use super::figures::{Notice, Shown, Statistics};
use crate::app::App;
use crate::clients::FLOW_PREFIX;
use crate::console::{Section, menu};
use crate::viewer::{Failure, Frame, LocalApi, Page, Recent, Viewer, pages, recent, segment};
use crate::web::paths;

/// How many of each are shown: what needs somebody, and what happened last.
const FEW: u32 = 5;
/// Applications of our own pages that an organisation can have.
const OWN: usize = 2;

/// Whatever a list holds, as long as it holds something.
#[derive(Deserialize)]
struct Thing {
    #[serde(default)]
    client_id: String,
}

impl Thing {
    /// Whether somebody made it: the applications of our own pages are there by themselves.
    fn is_made(&self) -> bool {
        !self.client_id.starts_with(FLOW_PREFIX)
    }
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
    /// Whether there is nothing to show but the first steps.
    is_empty: bool,
    figures: Vec<Shown>,
    attention: Vec<Notice>,
    dismissed: Vec<Notice>,
    /// Where notices are dismissed.
    notices: String,
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
    let statistics = Statistics::of(&viewer, &api).await?;
    let (attention, dismissed) = statistics.attention(&viewer, &api).await?;
    let page = Overview {
        frame: viewer.frame(&app, viewer.words().t("overview-heading"), menu(&viewer, Section::Overview)),
        is_set_up: steps.iter().all(|step| step.done),
        is_empty: !steps.is_empty() && steps.iter().all(|step| !step.done),
        figures: statistics.figures(&viewer),
        attention,
        dismissed,
        notices: viewer.at(paths::CONSOLE_NOTICES).text(),
        events: events(&viewer, &api).await?,
        may_audit: viewer.may("audit:read"),
        log: viewer.at("/console/audit-log").text(),
        steps,
    };
    pages::show(StatusCode::OK, &page)
}

/// Dismisses something that needs somebody, for the viewer alone, or shows them again all that they dismissed.
pub async fn dismiss(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::looking_form(&app, &request, payload, &viewer).await?;
    let back = viewer.at(paths::CONSOLE);
    let Some(notice) = form.given("notice") else {
        viewer.send(&api, ("DELETE", &viewer.at(paths::DISMISSED_NOTICES)), None, None).await?;
        return Ok(pages::see_other(&back.with("done", "notices-restored").text()));
    };
    let address = viewer.at(format!("{}/{}", paths::DISMISSED_NOTICES, segment(&notice)));
    let body = json!({ "digest": form.text("digest") });
    viewer.send(&api, ("PUT", &address), Some(body), None).await?;
    Ok(pages::see_other(&back.with("done", "notice-dismissed").text()))
}

async fn steps(viewer: &Viewer, api: &LocalApi) -> Result<Vec<Step>, Failure> {
    let mut steps = Vec::new();
    for (title, permission, list, to, enough) in STEPS {
        if !viewer.may(permission) {
            continue;
        }
        let address = viewer.at(*list).with("limit", enough + OWN);
        let address = if *list == paths::API_KEYS { address.with("scope", "tenant") } else { address };
        let there: Page<Thing> = viewer.get(api, &address).await?;
        steps.push(Step {
            title: viewer.words().t(title),
            done: there.items.iter().filter(|thing| thing.is_made()).count() >= *enough,
            to: viewer.at(*to).text(),
        });
    }
    Ok(steps)
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
