//! `/console/applications/new`: the kind first, then what an application of that kind needs.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::{Value, json};

use crate::app::App;
use crate::console::applications::view::{Application, DEVICE_CODE, FIELDS, Typed, warnings, words_of};
use crate::console::deeds::{self, Line, Secret};
use crate::console::parts::{curl, put};
use crate::console::{Section, menu};
use crate::viewer::{Failure, Form, Frame, LocalApi, Viewer, pages};
use crate::web::{FormErrors, paths};

/// What there is to choose from. A device is a native application that signs people in by codes alone.
const CARDS: &[&str] = &["web", "spa", "native", "device", "machine"];
/// What an application that people sign in to asks for when nobody says otherwise.
const USUAL_SCOPES: &str = "openid profile email offline_access";

#[derive(Template)]
#[template(path = "console/applications/kinds.html")]
struct Kinds {
    frame: Frame,
    cards: Vec<Card>,
}

/// A kind to choose.
struct Card {
    href: String,
    title: String,
    about: String,
}

#[derive(Template)]
#[template(path = "console/applications/new.html")]
struct New {
    frame: Frame,
    kind: String,
    has_redirects: bool,
    typed: Typed,
    doubts: Vec<(String, &'static str)>,
    may_trust: bool,
    once: String,
}

/// Asks for the kind, then for the rest.
pub async fn new(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    if !viewer.may("applications:create") {
        return Err(Failure::Forbidden);
    }
    let kind = viewer.query.get("kind").filter(|kind| CARDS.contains(kind));
    match kind {
        Some(kind) => ask_new(&app, &viewer, kind, (Form::default(), FormErrors::default())),
        None => ask_kind(&app, &viewer),
    }
}

fn ask_kind(app: &App, viewer: &Viewer) -> Result<HttpResponse, Failure> {
    let words = viewer.words();
    let card = |kind: &&str| Card {
        href: viewer.at(paths::CONSOLE_APPLICATION_NEW).with("kind", kind).text(),
        title: words.t(&format!("application-kind-{kind}")),
        about: words.t(&format!("application-kind-{kind}-text")),
    };
    let frame = viewer
        .frame(app, words.t("applications-new"), menu(viewer, Section::Applications))
        .with_recipes(recipe("web"), call(app, viewer, "web"));
    pages::show(StatusCode::OK, &Kinds { frame, cards: CARDS.iter().map(card).collect() })
}

fn example(kind: &str) -> Value {
    match kind {
        "machine" => json!({ "kind": kind, "display_name": "Nightly report" }),
        "device" => json!({ "kind": "native", "display_name": "Television", "grant_types": device_grants() }),
        _ => json!({
            "kind": kind,
            "display_name": "Portal",
            "redirect_uris": ["https://portal.example.com/callback"],
        }),
    }
}

/// How people sign in to a device, and stay so.
fn device_grants() -> [&'static str; 2] {
    [DEVICE_CODE, "refresh_token"]
}

/// Whether codes are sent to an application of this kind.
fn is_redirected_to(kind: &str) -> bool {
    !["machine", "device"].contains(&kind)
}

fn recipe(kind: &str) -> String {
    format!("gridkey app create --data '{}'", example(kind))
}

fn call(app: &App, viewer: &Viewer, kind: &str) -> String {
    curl(app, "POST", &viewer.at(paths::APPLICATIONS), Some(&example(kind).to_string()))
}

fn ask_new(
    app: &App,
    viewer: &Viewer,
    kind: &str,
    (form, errors): (Form, FormErrors),
) -> Result<HttpResponse, Failure> {
    let words = viewer.words();
    let is_fresh = form.given("once").is_none();
    let blank = Application { kind: kind.to_owned(), ..Application::default() };
    let typed = match is_fresh {
        true => Typed {
            scopes: if kind == "machine" { String::new() } else { USUAL_SCOPES.into() },
            ..Typed::of(viewer, &blank)
        },
        false => Typed::of(viewer, &blank).sent(&form),
    };
    let heading = words.t1("application-new-heading", "kind", words.t(&format!("application-kind-{kind}")));
    let status = pages::status_of(&errors);
    let frame = viewer
        .frame(app, heading, menu(viewer, Section::Applications))
        .with_errors(errors)
        .with_recipes(recipe(kind), call(app, viewer, kind));
    let page = New {
        frame,
        kind: kind.to_owned(),
        has_redirects: is_redirected_to(kind),
        doubts: warnings(&typed.redirect_uris),
        typed,
        may_trust: viewer.may("tenants:update"),
        once: pages::once(app, &form),
    };
    pages::show(status, &page)
}

#[derive(serde::Deserialize)]
struct Made {
    #[serde(flatten)]
    application: Application,
    #[serde(default)]
    client_secret: Option<String>,
}

/// Registers an application, and tells its secret this once.
pub async fn create(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let kind = form.text("kind");
    if !CARDS.contains(&kind.as_str()) {
        return Err(Failure::NotFound);
    }
    let mut body = json!({
        "kind": if kind == "device" { "native" } else { &kind },
        "display_name": form.text("display_name"),
        "scopes": words_of(&form, "scopes"),
        "first_party": form.ticked("first_party"),
    });
    if is_redirected_to(&kind) {
        put(&mut body, "redirect_uris", json!(form.lines("redirect_uris")));
    }
    if kind == "device" {
        put(&mut body, "grant_types", json!(device_grants()));
    }
    let made = viewer.create(&api, &viewer.at(paths::APPLICATIONS), (&body, &form.text("once"))).await;
    let answer = match made {
        Ok(answer) => answer,
        Err(refusal) if refusal.is_about_the_form() => {
            return ask_new(&app, &viewer, &kind, (form, refusal.errors(FIELDS)));
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let made: Made = answer.read()?;
    let back = viewer.at(format!("{}/{}", paths::CONSOLE_APPLICATIONS, made.application.id));
    match made.client_secret {
        None if !answer.repeated => Ok(pages::see_other(&back.with("done", "created").text())),
        secret => {
            let words = viewer.words();
            let line = |id, label, text| Line { id, label: words.t(label), text };
            let lines = vec![
                line("client-id", "application-client-id", made.application.client_id),
                line("client-secret", "application-client-secret", secret.unwrap_or_default()),
            ];
            let heading = made.application.display_name;
            let secret = Secret { heading, repeated: answer.repeated, lines, back: back.text() };
            deeds::tell(&app, &viewer, Section::Applications, secret)
        }
    }
}
