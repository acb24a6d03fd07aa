//! `/console/service-accounts/{id}/{action}`: what is done to a service account.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::app::App;
use crate::console::Section;
use crate::console::deeds::{self, About, Deed};
use crate::console::service_accounts::credentials::pages::tell;
use crate::console::service_accounts::pages::{of_api, page_of};
use crate::console::service_accounts::view::{Credential, ServiceAccount};
use crate::viewer::{ApiAnswer, Failure, Form, LocalApi, Refusal, Viewer, pages, segment};
use crate::web::FormErrors;

/// What can be done in which state.
pub const DEEDS: &[Deed] = &[
    Deed::new(
        "disable",
        ("service-account-disable", "service-account-disable-effect"),
        (&["active"], "service_accounts:update"),
    )
    .ending(),
    Deed::new(
        "enable",
        ("service-account-enable", "service-account-enable-effect"),
        (&["disabled"], "service_accounts:update"),
    ),
    Deed::new(
        "delete",
        ("service-account-delete", "service-account-delete-effect"),
        (&["active", "disabled"], "service_accounts:delete"),
    )
    .ending(),
    Deed::new(
        "restore",
        ("service-account-restore", "service-account-restore-effect"),
        (&["deleted"], "service_accounts:delete"),
    ),
];

/// What can be done to its credentials.
const OF_CREDENTIALS: &[Deed] = &[
    Deed::new(
        "add-secret",
        ("service-account-add-secret", "service-account-add-secret-effect"),
        (&["active", "disabled"], "service_accounts:update"),
    ),
    Deed::new(
        "remove-credential",
        ("service-account-remove-credential", "service-account-remove-credential-effect"),
        (&["active", "disabled"], "service_accounts:update"),
    )
    .ending(),
];

/// Asks before something is done to a service account, and says what it does.
pub async fn ask(request: HttpRequest, app: Data<App>, api: Data<LocalApi>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    ask_with(&app, &viewer, (&api, &request), (Form::default(), FormErrors::default())).await
}

async fn ask_with(
    app: &App,
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    (form, errors): (Form, FormErrors),
) -> Result<HttpResponse, Failure> {
    let account: ServiceAccount = viewer.get(api, &of_api(viewer, request, "")).await?;
    let name = request.match_info().get("action").unwrap_or_default();
    let all = [DEEDS, OF_CREDENTIALS].concat();
    let deed = deeds::named(viewer, &all, (name, &account.status))?;
    let mut about = About {
        text: format!("{} ({})", account.display_name, account.slug),
        back: viewer.at(page_of(request)).text(),
        errors,
        ..About::default()
    };
    if OF_CREDENTIALS.contains(deed) {
        let asked = viewer.query.get("credential").unwrap_or_default();
        let id = form.given("credential").unwrap_or_else(|| asked.to_owned());
        let address = of_api(viewer, request, &format!("/credentials/{}", segment(&id)));
        let credential: Credential = viewer.get(api, &address).await?;
        about.text = format!("{} ({})", credential.display_name, credential.client_id);
        about.carried = vec![("credential", id), ("once", pages::once(app, &form))];
    }
    deeds::ask(app, viewer, (Section::ServiceAccounts, deed), about)
}

/// Does something to a service account.
pub async fn act(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let action = request.match_info().get("action").unwrap_or_default();
    let answer = match run(&viewer, (&api, &request), (action, &form)).await {
        Ok(Some(answer)) => answer,
        Ok(None) => return Err(Failure::NotFound),
        Err(refusal) if refusal.is_about_the_form() => {
            let errors = refusal.errors(&[]);
            return ask_with(&app, &viewer, (&api, &request), (form, errors)).await;
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let back = viewer.at(page_of(&request));
    if action == "add-secret" {
        return tell(&app, &viewer, &answer, back.text());
    }
    Ok(pages::see_other(&back.with("done", format!("service-account-{action}")).text()))
}

async fn run(
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    (action, form): (&str, &Form),
) -> Result<Option<ApiAnswer>, Refusal> {
    let at = |rest: &str| of_api(viewer, request, rest);
    let credential = format!("/credentials/{}", segment(&form.text("credential")));
    let answer = match action {
        "add-secret" => {
            let secrets = at(&format!("{credential}/secrets"));
            viewer.create(api, &secrets, (&json!({}), &form.text("once"))).await?
        }
        "remove-credential" => viewer.send(api, ("DELETE", &at(&credential)), None, None).await?,
        _ => return deeds::turn(viewer, api, (DEEDS, action), at).await,
    };
    Ok(Some(answer))
}
