//! `/console/applications/{id}/test`: what would be refused, and the way to a real sign-in.
//!
//! The sign-in ends where every sign-in of the application does: at its own redirect URI. A page of ours that took the
//! code instead would have to be registered with every application, and whatever can make a browser go there would have a
//! second place to have codes sent to.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use crate::app::App;
use crate::console::applications::pages::{alive, of_api, page_of};
use crate::console::applications::preview::{Told, meant};
use crate::console::applications::start::{self, Start};
use crate::console::applications::view::Application;
use crate::console::parts::curl;
use crate::console::{Section, menu};
use crate::viewer::{Failure, Frame, LocalApi, Viewer, pages, segment};
use crate::web::{FormErrors, paths};

#[derive(Template)]
#[template(path = "console/applications/test.html")]
struct Test {
    frame: Frame,
    application: Application,
    user: String,
    shown: Option<Shown>,
    start: Start,
    back: String,
}

/// What was found about a person.
struct Shown {
    told: Told,
    against: Vec<(String, Option<String>)>,
    consent: String,
    /// What the log says of them.
    activity: Option<String>,
}

/// Shows what stands against a sign-in, and where it begins.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let words = viewer.words();
    let application = alive(&viewer, (&api, &request)).await?;
    // Whoever tests is usually the one who signs in.
    let own = if viewer.is_abroad() { String::new() } else { viewer.who.user.email.to_string() };
    let user = viewer.query.get("user").map_or(own, |text| text.trim().to_owned());
    let (mut shown, mut errors) = (None, FormErrors::default());
    if !user.is_empty() {
        shown = find(&viewer, (&api, &request), &user).await?;
        if shown.is_none() {
            errors = FormErrors::field("user", words.t("preview-unknown-person"));
        }
    }
    let status = pages::status_of(&errors);
    let example = json!({ "user_id": "…" }).to_string();
    let page = Test {
        frame: viewer
            .frame(&app, words.t("test-heading"), menu(&viewer, Section::Applications))
            .with_errors(errors)
            .with_recipes("", curl(&app, "POST", &of_api(&viewer, &request, "/preview"), Some(&example))),
        start: start::of(&app, &viewer, &application),
        user,
        shown,
        back: viewer.at(page_of(&request)).text(),
        application,
    };
    pages::show(status, &page)
}

/// What would become of the sign-in of whoever is meant; `None` when that is nobody.
async fn find(
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    typed: &str,
) -> Result<Option<Shown>, Failure> {
    let Some(user) = meant(viewer, api, typed).await? else { return Ok(None) };
    let body = json!({ "user_id": user });
    let address = of_api(viewer, request, "/preview");
    let told: Told = match viewer.send(api, ("POST", &address), Some(body), None).await {
        Ok(answer) => answer.read()?,
        Err(refusal) if refusal.status == 404 => return Ok(None),
        Err(refusal) => return Err(refusal.into()),
    };
    let activity = viewer.at(format!("{}/{}/activity", paths::CONSOLE_USERS, segment(&user)));
    let words = viewer.words();
    Ok(Some(Shown {
        against: told.against(words),
        consent: told.consent(words),
        activity: viewer.may("audit:read").then(|| activity.text()),
        told,
    }))
}
