//! `/console/service-accounts/{id}/roles`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use crate::app::App;
use crate::console::parts::curl;
use crate::console::role_choice::RoleChoice;
use crate::console::service_accounts::pages::{of_api, page_of};
use crate::console::service_accounts::view::{Held, ServiceAccount};
use crate::console::{Section, menu};
use crate::viewer::pages::Sent;
use crate::viewer::picker::Picker;
use crate::viewer::{Failure, Form, Frame, LocalApi, Viewer, pages};
use crate::web::FormErrors;

#[derive(Template)]
#[template(path = "console/service_accounts/roles.html")]
struct Roles {
    frame: Frame,
    account: ServiceAccount,
    chosen: Vec<String>,
    roles: Picker,
    back: String,
}

/// Asks which roles it is to hold itself.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    ask(&app, &viewer, (&api, &request), None).await
}

async fn ask(
    app: &App,
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    sent: Option<(Form, FormErrors)>,
) -> Result<HttpResponse, Failure> {
    if !viewer.may("roles:assign") {
        return Err(Failure::Forbidden);
    }
    let account: ServiceAccount = viewer.get(api, &of_api(viewer, request, "")).await?;
    let address = of_api(viewer, request, "/roles");
    let held: Held = viewer.get(api, &address).await?;
    let (form, errors) = sent.unzip();
    let errors = errors.unwrap_or_default();
    let RoleChoice { among: choices, chosen } =
        RoleChoice::of(viewer, api, (&held.roles, form.as_ref())).await?;
    let status = pages::status_of(&errors);
    let body = json!({ "roles": chosen }).to_string();
    let heading = viewer.words().t1("service-account-roles-of", "name", account.display_name.as_str());
    let frame = viewer
        .frame(app, heading, menu(viewer, Section::ServiceAccounts))
        .with_errors(errors)
        .with_recipes("", curl(app, "PUT", &address, Some(&body)));
    let back = viewer.at(page_of(request)).text();
    pages::show(status, &Roles { frame, account, chosen, roles: choices, back })
}

/// Makes these the roles that it holds itself.
pub async fn update(
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
            return ask(&app, &viewer, (&api, &request), sent).await;
        }
    };
    let chosen = form.several("roles");
    let address = of_api(&viewer, &request, "/roles");
    match viewer.send(&api, ("PUT", &address), Some(json!({ "roles": chosen })), None).await {
        Ok(_) => Ok(pages::see_other(&viewer.at(page_of(&request)).with("done", "saved").text())),
        Err(refusal) if refusal.is_about_what_was_chosen(viewer.may("roles:assign")) => {
            let errors = refusal.errors(&[]);
            ask(&app, &viewer, (&api, &request), Some((form, errors))).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
