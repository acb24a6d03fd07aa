//! `/console/users/{id}/roles` and `/console/users/{id}/permissions`: what a person holds, and what that comes to.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::person::{Person, of_api, page_of};
use super::view::{Effective, Held, OfTeam, Permission, Source};
use crate::app::App;
use crate::console::parts::curl;
use crate::console::role_choice::RoleChoice;
use crate::console::{Section, menu};
use crate::language::Words;
use crate::viewer::pages::Sent;
use crate::viewer::picker::Picker;
use crate::viewer::{Failure, Form, Frame, LocalApi, Viewer, pages};
use crate::web::FormErrors;

#[derive(Template)]
#[template(path = "console/users/roles.html")]
struct Roles {
    frame: Frame,
    person: Person,
    version: String,
    choices: Picker,
    chosen: Vec<String>,
    by_team: Vec<OfTeam>,
    may_assign: bool,
}

/// Shows the roles of a person, to choose among.
pub async fn roles(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    show_roles(&app, &viewer, (&api, &request), None).await
}

async fn show_roles(
    app: &App,
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    sent: Option<(Form, FormErrors)>,
) -> Result<HttpResponse, Failure> {
    let person = Person::find(viewer, (api, request), "roles").await?;
    let address = of_api(viewer, request, "/roles");
    let (held, version): (Held, String) = viewer.get_versioned(api, &address).await?;
    let (form, errors) = sent.unzip();
    let errors = errors.unwrap_or_default();
    let RoleChoice { among: choices, chosen } =
        RoleChoice::of(viewer, api, (&held.roles, form.as_ref())).await?;
    let status = pages::status_of(&errors);
    let frame = viewer
        .frame(app, person.user.display_name.clone(), menu(viewer, Section::Users))
        .with_errors(errors)
        .with_recipes("", curl(app, "PUT", &address, Some(&json!({ "roles": held.roles }).to_string())));
    let page = Roles {
        frame,
        may_assign: viewer.may("roles:assign") && person.is_here(),
        chosen,
        version: form.map_or(version, |form| form.text("version")),
        by_team: held.by_team,
        choices,
        person,
    };
    pages::show(status, &page)
}

/// Makes these the roles of a person.
pub async fn set_roles(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = match pages::form_or_search(&app, &request, payload, &viewer).await? {
        Sent::Deed(form) => form,
        Sent::Search(form) => {
            let sent = Some((form, FormErrors::default()));
            return show_roles(&app, &viewer, (&api, &request), sent).await;
        }
    };
    let body = json!({ "roles": form.several("roles") });
    let address = of_api(&viewer, &request, "/roles");
    match viewer.send(&api, ("PUT", &address), Some(body), Some(form.text("version"))).await {
        Ok(_) => {
            let id = request.match_info().get("id").unwrap_or_default();
            Ok(pages::see_other(&page_of(&viewer, id, "roles").with("done", "saved").text()))
        }
        Err(refusal) if refusal.is_about_what_was_chosen(viewer.may("roles:assign")) => {
            let errors = refusal.errors(&[]);
            show_roles(&app, &viewer, (&api, &request), Some((form, errors))).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}

#[derive(Template)]
#[template(path = "console/users/permissions.html")]
struct Permissions {
    frame: Frame,
    person: Person,
    rows: Vec<Row>,
}

/// A permission with the roles that give it, in words.
struct Row {
    permission: String,
    sources: Vec<String>,
}

fn row(words: Words, held: Permission) -> Row {
    let source = |source: &Source| match &source.team {
        Some(team) => {
            words.t2("user-permission-by-team", "role", source.role.as_str(), "team", team.as_str())
        }
        None => source.role.clone(),
    };
    Row { sources: held.from.iter().map(source).collect(), permission: held.permission }
}

/// Shows what a person may do right now, and where that comes from.
pub async fn permissions(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let person = Person::find(&viewer, (&api, &request), "permissions").await?;
    let address = of_api(&viewer, &request, "/permissions");
    let held: Effective = viewer.get(&api, &address).await?;
    let frame = viewer
        .frame(&app, person.user.display_name.clone(), menu(&viewer, Section::Users))
        .with_recipes("", curl(&app, "GET", &address, None));
    let rows = held.permissions.into_iter().map(|held| row(viewer.words(), held)).collect();
    pages::show(StatusCode::OK, &Permissions { frame, person, rows })
}
