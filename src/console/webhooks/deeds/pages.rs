//! `/console/webhooks/{id}/{action}`: what is done to a webhook.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::app::App;
use crate::console::Section;
use crate::console::deeds::{self, About, Deed};
use crate::console::webhooks::pages::{of_api, page_of, told};
use crate::console::webhooks::view::Webhook;
use crate::viewer::{ApiAnswer, Failure, Form, LocalApi, Refusal, Viewer, pages};
use crate::web::{FormErrors, paths};

/// What can be done in which state.
pub const DEEDS: &[Deed] = &[
    Deed::new("test", ("webhook-test", "webhook-test-effect"), (&["active"], "webhooks:update")),
    Deed::new("pause", ("webhook-pause", "webhook-pause-effect"), (&["active"], "webhooks:update")).ending(),
    Deed::new("resume", ("webhook-resume", "webhook-resume-effect"), (&["paused"], "webhooks:update")),
    Deed::new(
        "rotate-secret",
        ("webhook-rotate-secret", "webhook-rotate-secret-effect"),
        (&[], "webhooks:update"),
    ),
    Deed::new("delete", ("webhook-delete", "webhook-delete-effect"), (&[], "webhooks:delete")).ending(),
];

/// Asks before something is done to a webhook, and says what it does.
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
    let webhook: Webhook = viewer.get(api, &of_api(viewer, request, "")).await?;
    let name = request.match_info().get("action").unwrap_or_default();
    let deed = deeds::named(viewer, DEEDS, (name, &webhook.status))?;
    let about = About {
        text: webhook.url,
        back: viewer.at(page_of(request)).text(),
        carried: match deed.name {
            "rotate-secret" => vec![("once", pages::once(app, &form))],
            _ => Vec::new(),
        },
        errors,
    };
    deeds::ask(app, viewer, (Section::Webhooks, deed), about)
}

/// Does something to a webhook.
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
            return ask_with(&app, &viewer, (&api, &request), (form, refusal.errors(&[]))).await;
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let back = viewer.at(page_of(&request));
    match action {
        "rotate-secret" => {
            let webhook: Webhook = answer.read()?;
            told(&app, &viewer, ("webhook-rotate-secret", answer.repeated), (webhook, back.text()))
        }
        "delete" => Ok(pages::see_other(&viewer.at(paths::CONSOLE_WEBHOOKS).with("done", "deleted").text())),
        _ => Ok(pages::see_other(&back.with("done", format!("webhook-{action}")).text())),
    }
}

async fn run(
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    (action, form): (&str, &Form),
) -> Result<Option<ApiAnswer>, Refusal> {
    let at = |rest: &str| of_api(viewer, request, rest);
    let state = |status: &str| Some(json!({ "status": status }));
    let answer = match action {
        "test" => viewer.send(api, ("POST", &at("/test")), None, None).await?,
        "pause" => viewer.send(api, ("PATCH", &at("")), state("paused"), None).await?,
        "resume" => viewer.send(api, ("PATCH", &at("")), state("active"), None).await?,
        "rotate-secret" => {
            viewer.create(api, &at("/rotate-secret"), (&json!({}), &form.text("once"))).await?
        }
        _ => return deeds::turn(viewer, api, (DEEDS, action), at).await,
    };
    Ok(Some(answer))
}
