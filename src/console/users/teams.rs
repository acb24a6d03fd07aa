//! `/console/users/{id}/teams`: which teams a person belongs to.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::person::{Person, of_api, page_of};
use super::view::{Belongs, Named};
use crate::app::App;
use crate::console::parts::curl;
use crate::console::{Section, menu};
use crate::viewer::pages::Sent;
use crate::viewer::picker::{JOIN, Picker};
use crate::viewer::{Failure, Form, Frame, LocalApi, Viewer, pages, segment};
use crate::web::{FormErrors, paths};

#[derive(Template)]
#[template(path = "console/users/teams.html")]
struct Teams {
    frame: Frame,
    person: Person,
    rows: Vec<Named>,
    others: Picker,
    join: String,
    may_change: bool,
}

/// Lists the teams of a person.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    show(&app, &viewer, (&api, &request), (&Form::default(), FormErrors::default())).await
}

async fn show(
    app: &App,
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    (form, errors): (&Form, FormErrors),
) -> Result<HttpResponse, Failure> {
    let person = Person::find(viewer, (api, request), "teams").await?;
    let address = of_api(viewer, request, "/teams");
    let held: Belongs = viewer.get(api, &address).await?;
    let mut others = Picker::of(viewer, api, &JOIN, form).await?;
    others.choices.retain(|team| !held.teams.iter().any(|own| own.id == team.value));
    others.found = others.choices.len();
    let join = others.chosen(form.text("join"));
    if !others.is_empty() {
        others = others.with_first("", viewer.words().t("choose"));
    }
    let status = pages::status_of(&errors);
    let frame = viewer
        .frame(app, person.user.display_name.clone(), menu(viewer, Section::Users))
        .with_errors(errors)
        .with_recipes("gridkey team list", curl(app, "GET", &address, None));
    let may_change = viewer.may("teams:update") && person.is_here();
    pages::show(status, &Teams { frame, person, rows: held.teams, others, join, may_change })
}

/// Adds a person to a team, or takes them out of one.
pub async fn change(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = match pages::form_or_search(&app, &request, payload, &viewer).await? {
        Sent::Deed(form) => form,
        Sent::Search(form) => {
            return show(&app, &viewer, (&api, &request), (&form, FormErrors::default())).await;
        }
    };
    let id = request.match_info().get("id").unwrap_or_default();
    let (team, verb) = match (form.given("leave"), form.given("join")) {
        (Some(team), _) => (team, "remove"),
        (None, Some(team)) => (team, "add"),
        (None, None) => {
            let errors = FormErrors::field("join", viewer.words().t("user-team-choose"));
            return show(&app, &viewer, (&api, &request), (&form, errors)).await;
        }
    };
    let address = viewer.at(format!("{}/{}/members/{verb}", paths::TEAMS, segment(&team)));
    let body = json!({ "members": [{ "kind": "user", "id": id }] });
    match viewer.send(&api, ("POST", &address), Some(body), None).await {
        Ok(_) => Ok(pages::see_other(&page_of(&viewer, id, "teams").with("done", "saved").text())),
        Err(refusal) if refusal.is_about_the_form() => {
            show(&app, &viewer, (&api, &request), (&form, refusal.errors(&[]))).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
