//! `/console/roles/{id}/{action}`: what is done to a role.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use crate::app::App;
use crate::console::Section;
use crate::console::deeds::{self, About, Deed};
use crate::console::roles::pages::{of_api, page_of};
use crate::console::roles::view::Role;
use crate::viewer::{Failure, LocalApi, Viewer, pages};
use crate::web::{FormErrors, paths};

/// What can be done to a role that did not come with the product.
pub const DEEDS: &[Deed] =
    &[Deed::new("delete", ("role-delete", "role-delete-effect"), (&["own"], "roles:delete")).ending()];

/// Asks before a role is deleted, and says what that does.
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
    let role: Role = viewer.get(api, &of_api(viewer, request, "")).await?;
    let name = request.match_info().get("action").unwrap_or_default();
    let deed = deeds::named(viewer, DEEDS, (name, role.state()))?;
    let holders = role.holders.unwrap_or_default();
    let held = viewer.words().t1("role-held-by", "count", holders);
    let about = About {
        text: format!("{} ({}) – {held}", role.display_name, role.slug),
        back: viewer.at(page_of(request)).text(),
        errors,
        ..About::default()
    };
    deeds::ask(app, viewer, (Section::Roles, deed), about)
}

/// Deletes a role.
pub async fn act(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    pages::form(&app, &request, payload, &viewer).await?;
    if request.match_info().get("action") != Some("delete") {
        return Err(Failure::NotFound);
    }
    match viewer.send(&api, ("DELETE", &of_api(&viewer, &request, "")), None, None).await {
        Ok(_) => Ok(pages::see_other(&viewer.at(paths::CONSOLE_ROLES).with("done", "deleted").text())),
        Err(refusal) if refusal.is_about_the_form() => {
            ask_with(&app, &viewer, (&api, &request), refusal.errors(&[])).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
