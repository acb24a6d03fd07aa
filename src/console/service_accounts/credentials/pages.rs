//! `/console/service-accounts/{id}/new-credential`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use crate::app::App;
use crate::console::deeds::{self, Line, Secret};
use crate::console::parts::curl;
use crate::console::service_accounts::pages::{of_api, page_of};
use crate::console::service_accounts::view::ServiceAccount;
use crate::console::{Section, menu};
use crate::viewer::{ApiAnswer, Failure, Form, Frame, LocalApi, Viewer, pages};
use crate::web::FormErrors;

/// What a credential is asked for by most.
const USUAL_SCOPES: &str = "gridkey:manage";

#[derive(Template)]
#[template(path = "console/service_accounts/credential.html")]
struct New {
    frame: Frame,
    account: ServiceAccount,
    display_name: String,
    scopes: String,
    once: String,
    back: String,
}

/// Asks what the credential is for.
pub async fn new(request: HttpRequest, app: Data<App>, api: Data<LocalApi>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    ask(&app, &viewer, (&api, &request), (Form::default(), FormErrors::default())).await
}

async fn ask(
    app: &App,
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    (form, errors): (Form, FormErrors),
) -> Result<HttpResponse, Failure> {
    if !viewer.may("service_accounts:update") {
        return Err(Failure::Forbidden);
    }
    let account: ServiceAccount = viewer.get(api, &of_api(viewer, request, "")).await?;
    let is_fresh = form.given("once").is_none();
    let status = pages::status_of(&errors);
    let body = json!({ "display_name": "Cluster 1", "scopes": [USUAL_SCOPES] }).to_string();
    let frame = viewer
        .frame(
            app,
            viewer.words().t("service-account-add-credential"),
            menu(viewer, Section::ServiceAccounts),
        )
        .with_errors(errors)
        .with_recipes("", curl(app, "POST", &of_api(viewer, request, "/credentials"), Some(&body)));
    let page = New {
        frame,
        account,
        display_name: form.text("display_name"),
        scopes: if is_fresh { USUAL_SCOPES.to_owned() } else { form.text("scopes") },
        once: pages::once(app, &form),
        back: viewer.at(page_of(request)).text(),
    };
    pages::show(status, &page)
}

/// Makes a credential, and tells its secret this once.
pub async fn create(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let scopes: Vec<String> = form.text("scopes").split_whitespace().map(str::to_owned).collect();
    let body = json!({ "display_name": form.text("display_name"), "scopes": scopes });
    let address = of_api(&viewer, &request, "/credentials");
    match viewer.create(&api, &address, (&body, &form.text("once"))).await {
        Ok(answer) => tell(&app, &viewer, &answer, viewer.at(page_of(&request)).text()),
        Err(refusal) if refusal.is_about_the_form() => {
            let errors = refusal.errors(&["display_name", "scopes"]);
            ask(&app, &viewer, (&api, &request), (form, errors)).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Tells the secret of a credential.
pub fn tell(app: &App, viewer: &Viewer, answer: &ApiAnswer, back: String) -> Result<HttpResponse, Failure> {
    #[derive(serde::Deserialize)]
    struct Made {
        client_id: String,
        display_name: String,
        client_secret: String,
    }
    let (made, words): (Made, _) = (answer.read()?, viewer.words());
    let line = |id, label, text| Line { id, label: words.t(label), text };
    let lines = vec![
        line("client-id", "service-account-client-id", made.client_id),
        line("client-secret", "service-account-client-secret", made.client_secret),
    ];
    let secret = Secret { heading: made.display_name, repeated: answer.repeated, lines, back };
    deeds::tell(app, viewer, Section::ServiceAccounts, secret)
}
