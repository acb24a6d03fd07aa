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
use crate::console::applications::preview::{Told, foretell};
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

impl Shown {
    fn new(viewer: &Viewer, (user, told): (&str, Told)) -> Self {
        let activity = viewer.at(format!("{}/{}/activity", paths::CONSOLE_USERS, segment(user)));
        let words = viewer.words();
        Self {
            against: told.against(words),
            consent: told.consent(words),
            activity: viewer.may("audit:read").then(|| activity.text()),
            told,
        }
    }
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
        match foretell(&viewer, (&api, &request), (&user, json!({}))).await? {
            Ok((user, told)) => shown = Some(Shown::new(&viewer, (&user, told))),
            Err(found) => errors = found,
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
