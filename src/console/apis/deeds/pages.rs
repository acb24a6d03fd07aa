//! `/console/apis/{id}/{action}`: what is done to an API.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use crate::app::App;
use crate::console::Section;
use crate::console::apis::pages::{of_api, page_of};
use crate::console::apis::view::ResourceServer;
use crate::console::deeds::{self, About, Deed};
use crate::viewer::{Failure, LocalApi, Viewer, pages};
use crate::web::{FormErrors, paths};

/// What can be done in which state.
pub const DEEDS: &[Deed] = &[
    Deed::new("disable", ("api-disable", "api-disable-effect"), (&["active"], "resource_servers:update"))
        .ending(),
    Deed::new("enable", ("api-enable", "api-enable-effect"), (&["disabled"], "resource_servers:update")),
    Deed::new("delete", ("api-delete", "api-delete-effect"), (&[], "resource_servers:delete")).ending(),
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
    let action = request.match_info().get("action").unwrap_or_default();
    let done = match action {
        "delete" => viewer.at(paths::CONSOLE_APIS).with("done", "deleted"),
        _ => viewer.at(page_of(&request)).with("done", format!("api-{action}")),
    };
    match deeds::turn(&viewer, &api, (DEEDS, action), |_| of_api(&viewer, &request)).await {
        Ok(Some(_)) => Ok(pages::see_other(&done.text())),
        Ok(None) => Err(Failure::NotFound),
        Err(refusal) if refusal.is_about_the_form() => {
            ask_with(&app, &viewer, (&api, &request), refusal.errors(&[])).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
