//! `/console/teams/{id}/roles`: what the members of a team may do by it.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::team::{Shown, of_api, page_of};
use super::view::Held;
use crate::app::App;
use crate::console::parts::curl;
use crate::console::role_choice::RoleChoice;
use crate::console::{Section, menu};
use crate::viewer::pages::Sent;
use crate::viewer::picker::Picker;
use crate::viewer::{Failure, Form, Frame, LocalApi, Viewer, pages};
use crate::web::FormErrors;

#[derive(Template)]
#[template(path = "console/teams/roles.html")]
struct Roles {
    frame: Frame,
    shown: Shown,
    choices: Picker,
    chosen: Vec<String>,
    may_assign: bool,
}

/// Shows the roles of a team, to choose among.
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
    let shown = Shown::find(viewer, (api, request), "roles").await?;
    let address = of_api(viewer, request, "/roles");
    let held: Held = viewer.get(api, &address).await?;
    let (form, errors) = sent.unzip();
    let errors = errors.unwrap_or_default();
    let RoleChoice { among: choices, chosen } =
        RoleChoice::of(viewer, api, (&held.roles, form.as_ref())).await?;
    let status = pages::status_of(&errors);
    let body = json!({ "roles": held.roles }).to_string();
    let frame = viewer
        .frame(app, shown.team.display_name.clone(), menu(viewer, Section::Teams))
        .with_errors(errors)
        .with_recipes("", curl(app, "PUT", &address, Some(&body)));
    let page = Roles { frame, shown, choices, chosen, may_assign: viewer.may("roles:assign") };
    pages::show(status, &page)
}

/// Makes these the roles of a team.
pub async fn replace(
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
            return show_with(&app, &viewer, (&api, &request), sent).await;
        }
    };
    let body = json!({ "roles": form.several("roles") });
    match viewer.send(&api, ("PUT", &of_api(&viewer, &request, "/roles")), Some(body), None).await {
        Ok(_) => {
            let id = request.match_info().get("id").unwrap_or_default();
            Ok(pages::see_other(&page_of(&viewer, id, "roles").with("done", "saved").text()))
        }
        Err(refusal) if refusal.is_about_what_was_chosen(viewer.may("roles:assign")) => {
            let errors = refusal.errors(&[]);
            show_with(&app, &viewer, (&api, &request), Some((form, errors))).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
