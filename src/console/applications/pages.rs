//! `/console/applications/{id}`: one application.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::deeds::pages::DEEDS;
use super::listing::pages::tone;
use super::start::{self, Start};
use super::view::{Application, FIELDS, SecretRow, StoredSecret, Typed, lifetimes_of, warnings, words_of};
use crate::app::App;
use crate::console::deeds::{DeedLink, links};
use crate::console::parts::{curl, put};
use crate::console::{Section, menu};
use crate::viewer::{Address, Failure, Form, Frame, LocalApi, Page, Recent, Viewer, pages, recent, segment};
use crate::web::{FormErrors, paths};

#[derive(Template)]
#[template(path = "console/applications/show.html")]
struct Show {
    frame: Frame,
    application: Application,
    version: String,
    tone: &'static str,
    status: String,
    kind: String,
    created: Recent,
    changed: Recent,
    start: Start,
    typed: Typed,
    doubts: Vec<(String, &'static str)>,
    is_machine: bool,
    is_public: bool,
    secrets: Vec<SecretRow>,
    add_secret: Option<String>,
    actions: Vec<DeedLink>,
    may_update: bool,
    may_trust: bool,
    /// Ways to try it: id, address and message.
    trials: Vec<(&'static str, String, &'static str)>,
}

/// The application of an address, in the API.
pub fn of_api(viewer: &Viewer, request: &HttpRequest, rest: &str) -> Address {
    let id = segment(request.match_info().get("id").unwrap_or_default());
    viewer.at(format!("{}/{id}{rest}", paths::APPLICATIONS))
}

/// The page of an application.
pub fn page_of(request: &HttpRequest) -> String {
    let id = segment(request.match_info().get("id").unwrap_or_default());
    format!("{}/{id}", paths::CONSOLE_APPLICATIONS)
}

/// Shows one application.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    show_with(&app, &viewer, (&api, &request), None).await
}

/// An application that can be tried: one in the recycle bin cannot.
pub async fn alive(
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
) -> Result<Application, Failure> {
    if !viewer.may("users:read") {
        return Err(Failure::Forbidden);
    }
    let application: Application = viewer.get(api, &of_api(viewer, request, "")).await?;
    if application.status == "deleted" { Err(Failure::NotFound) } else { Ok(application) }
}

/// What can be tried of an application that people sign in to.
fn trials(viewer: &Viewer, at: &str, application: &Application) -> Vec<(&'static str, String, &'static str)> {
    if !viewer.may("users:read") || application.kind == "machine" || application.status == "deleted" {
        return Vec::new();
    }
    let trial = |(id, rest, label)| (id, viewer.at(format!("{at}/{rest}")).text(), label);
    [("preview-claims", "preview", "application-preview"), ("test-sign-in", "test", "application-test")]
        .map(trial)
        .into()
}

fn secret_row(viewer: &Viewer, at: &str, may_update: bool, secret: StoredSecret) -> SecretRow {
    let when = |text: &str| recent(text, viewer.words(), viewer.now);
    let remove = viewer.at(format!("{at}/remove-secret")).with("secret", &secret.id);
    SecretRow {
        created: when(&secret.created_at),
        ends: secret.expires_at.as_deref().map(when),
        remove: may_update.then(|| remove.text()),
        id: secret.id,
    }
}

async fn show_with(
    app: &App,
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    sent: Option<(Form, FormErrors)>,
) -> Result<HttpResponse, Failure> {
    let (address, at) = (of_api(viewer, request, ""), page_of(request));
    let (application, version): (Application, String) = viewer.get_versioned(api, &address).await?;
    let is_public = application.auth_method == "none";
    let stored: Page<StoredSecret> = viewer.get(api, &of_api(viewer, request, "/secrets")).await?;
    let words = viewer.words();
    let may_update = viewer.may("applications:update") && application.status != "deleted";
    let errors = sent.as_ref().map(|(_, errors)| errors.clone()).unwrap_or_default();
    let command = format!("gridkey app get {}", application.id);
    let frame = viewer
        .frame(app, application.display_name.clone(), menu(viewer, Section::Applications))
        .with_recipes(command, curl(app, "GET", &address, None));
    let status = pages::status_of(&errors);
    let typed = Typed::of(viewer, &application);
    let (typed, version) = match &sent {
        Some((form, _)) => (typed.sent(form), form.text("version")),
        None => (typed, version),
    };
    let room = stored.items.iter().filter(|secret| secret.live).count() < 2;
    let page = Show {
        frame: frame.with_errors(errors),
        tone: tone(&application.status),
        status: words.t(&format!("application-status-{}", application.status)),
        kind: words.t(&format!("application-kind-{}", application.kind)),
        created: recent(&application.created_at, words, viewer.now),
        changed: recent(&application.updated_at, words, viewer.now),
        start: start::of(app, viewer, &application),
        doubts: warnings(&format!("{}\n{}", typed.redirect_uris, typed.post_logout_redirect_uris)),
        is_machine: application.kind == "machine",
        is_public,
        secrets: stored.items.into_iter().map(|one| secret_row(viewer, &at, may_update, one)).collect(),
        add_secret: (may_update && room && !is_public).then(|| viewer.at(format!("{at}/add-secret")).text()),
        actions: links(viewer, DEEDS, (&at, &application.status)),
        may_trust: viewer.may("tenants:update"),
        trials: trials(viewer, &at, &application),
        may_update,
        typed,
        version,
        application,
    };
    pages::show(status, &page)
}

/// Changes an application.
pub async fn update(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let settings = match lifetimes_of(&viewer, &form) {
        Ok(settings) => settings,
        Err(errors) => return show_with(&app, &viewer, (&api, &request), Some((form, errors))).await,
    };
    let mut body = json!({
        "display_name": form.text("display_name"),
        "scopes": words_of(&form, "scopes"),
        "grant_types": form.several("grant_types"),
        "settings": settings,
    });
    if form.text("kind") != "machine" {
        put(&mut body, "redirect_uris", json!(form.lines("redirect_uris")));
        put(&mut body, "post_logout_redirect_uris", json!(form.lines("post_logout_redirect_uris")));
    }
    // Whoever was not shown the box has not taken the tick away.
    if viewer.may("tenants:update") {
        put(&mut body, "first_party", json!(form.ticked("first_party")));
    }
    let address = of_api(&viewer, &request, "");
    match viewer.send(&api, ("PATCH", &address), Some(body), Some(form.text("version"))).await {
        Ok(_) => Ok(pages::see_other(&viewer.at(request.path()).with("done", "saved").text())),
        Err(refusal) if refusal.is_about_the_form() => {
            let errors = refusal.errors(FIELDS);
            show_with(&app, &viewer, (&api, &request), Some((form, errors))).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
