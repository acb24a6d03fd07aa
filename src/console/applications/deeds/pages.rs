//! `/console/applications/{id}/{action}`: what is done to an application.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::app::App;
use crate::console::Section;
use crate::console::applications::pages::{of_api, page_of};
use crate::console::applications::view::Application;
use crate::console::deeds::{self, About, Deed, Line, Secret};
use crate::viewer::{ApiAnswer, Failure, Form, LocalApi, Refusal, Viewer, pages, segment};
use crate::web::FormErrors;

/// What can be done in which state.
pub const DEEDS: &[Deed] = &[
    Deed::new(
        "disable",
        ("application-disable", "application-disable-effect"),
        (&["active"], "applications:update"),
    )
    .ending(),
    Deed::new(
        "enable",
        ("application-enable", "application-enable-effect"),
        (&["disabled"], "applications:update"),
    ),
    Deed::new(
        "delete",
        ("application-delete", "application-delete-effect"),
        (&["active", "disabled"], "applications:delete"),
    )
    .ending(),
    Deed::new(
        "restore",
        ("application-restore", "application-restore-effect"),
        (&["deleted"], "applications:delete"),
    ),
];

/// What can be done to its secrets.
const OF_SECRETS: &[Deed] = &[
    Deed::new(
        "add-secret",
        ("application-add-secret", "application-add-secret-effect"),
        (&["active", "disabled"], "applications:update"),
    ),
    Deed::new(
        "remove-secret",
        ("application-remove-secret", "application-remove-secret-effect"),
        (&["active", "disabled"], "applications:update"),
    )
    .ending(),
];

/// Asks before something is done to an application, and says what it does.
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
    let application: Application = viewer.get(api, &of_api(viewer, request, "")).await?;
    let name = request.match_info().get("action").unwrap_or_default();
    let all = [DEEDS, OF_SECRETS].concat();
    let deed = deeds::named(viewer, &all, (name, &application.status))?;
    let carried = match deed.name {
        "add-secret" => vec![("once", pages::once(app, &form))],
        "remove-secret" => {
            let secret = viewer.query.get("secret").unwrap_or_default();
            vec![("secret", form.given("secret").unwrap_or_else(|| secret.to_owned()))]
        }
        _ => Vec::new(),
    };
    let about = About {
        text: format!("{} ({})", application.display_name, application.client_id),
        back: viewer.at(page_of(request)).text(),
        carried,
        errors,
    };
    deeds::ask(app, viewer, (Section::Applications, deed), about)
}

/// Does something to an application.
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
    if action != "add-secret" {
        return Ok(pages::see_other(&back.with("done", format!("application-{action}")).text()));
    }
    tell(&app, &viewer, &answer, back.text())
}

async fn run(
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    (action, form): (&str, &Form),
) -> Result<Option<ApiAnswer>, Refusal> {
    let at = |rest: &str| of_api(viewer, request, rest);
    let answer = match action {
        "add-secret" => viewer.create(api, &at("/secrets"), (&json!({}), &form.text("once"))).await?,
        "remove-secret" => {
            let secret = at(&format!("/secrets/{}", segment(&form.text("secret"))));
            viewer.send(api, ("DELETE", &secret), None, None).await?
        }
        _ => return deeds::turn(viewer, api, (DEEDS, action), at).await,
    };
    Ok(Some(answer))
}

fn tell(app: &App, viewer: &Viewer, answer: &ApiAnswer, back: String) -> Result<HttpResponse, Failure> {
    #[derive(serde::Deserialize)]
    struct Made {
        client_secret: String,
    }
    let (made, words): (Made, _) = (answer.read()?, viewer.words());
    let lines = vec![Line {
        id: "client-secret",
        label: words.t("application-client-secret"),
        text: made.client_secret,
    }];
    let heading = words.t("application-add-secret");
    let secret = Secret { heading, repeated: answer.repeated, lines, back };
    deeds::tell(app, viewer, Section::Applications, secret)
}
