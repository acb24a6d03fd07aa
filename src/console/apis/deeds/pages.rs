//! `/console/apis/{id}/{action}`: what is done to an API.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::app::App;
use crate::console::Section;
use crate::console::apis::pages::{of_api, page_of};
use crate::console::apis::view::ResourceServer;
use crate::console::deeds::{self, About, Deed};
use crate::viewer::{Failure, LocalApi, Viewer, pages};
use crate::web::{FormErrors, paths};

/// What can be done in which state.
pub const DEEDS: &[Deed] = &[
    Deed {
        name: "disable",
        label: "api-disable",
        effect: "api-disable-effect",
        states: &["active"],
        permission: "resource_servers:update",
        danger: true,
    },
    Deed {
        name: "enable",
        label: "api-enable",
        effect: "api-enable-effect",
        states: &["disabled"],
        permission: "resource_servers:update",
        danger: false,
    },
    Deed {
        name: "delete",
        label: "api-delete",
        effect: "api-delete-effect",
        states: &[],
        permission: "resource_servers:delete",
        danger: true,
    },
];

/// Asks before something is done to an API, and says what it does.
pub async fn ask(request: HttpRequest, app: Data<App>, api: Data<LocalApi>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    ask_with(&app, &viewer, (&api, &request), FormErrors::default()).await
}

async fn ask_with(
    app: &App,
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    errors: FormErrors,
) -> Result<HttpResponse, Failure> {
    let server: ResourceServer = viewer.get(api, &of_api(viewer, request)).await?;
    let name = request.match_info().get("action").unwrap_or_default();
    let deed = deeds::named(viewer, DEEDS, (name, &server.status))?;
    let about = About {
        text: format!("{} ({})", server.display_name, server.audience),
        back: viewer.at(page_of(request)).text(),
        errors,
        ..About::default()
    };
    deeds::ask(app, viewer, (Section::Apis, deed), about)
}

/// Does something to an API.
pub async fn act(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    pages::form(&app, &request, payload, &viewer).await?;
    let (at, page) = (of_api(&viewer, &request), page_of(&request));
    let (method, status, back, done) = match request.match_info().get("action").unwrap_or_default() {
        "disable" => ("PATCH", Some("disabled"), page, "api-disable"),
        "enable" => ("PATCH", Some("active"), page, "api-enable"),
        "delete" => ("DELETE", None, paths::CONSOLE_APIS.to_owned(), "deleted"),
        _ => return Err(Failure::NotFound),
    };
    let body = status.map(|status| json!({ "status": status }));
    match viewer.send(&api, (method, &at), body, None).await {
        Ok(_) => Ok(pages::see_other(&viewer.at(back).with("done", done).text())),
        Err(refusal) if refusal.is_about_the_form() => {
            ask_with(&app, &viewer, (&api, &request), refusal.errors(&[])).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
