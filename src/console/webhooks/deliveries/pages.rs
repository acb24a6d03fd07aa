//! `/console/webhooks/{id}/deliveries/{delivery}`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::app::App;
use crate::console::parts::curl;
use crate::console::webhooks::pages::{of_api, page_of};
use crate::console::webhooks::view::{Delivery, Webhook};
use crate::console::{Section, menu};
use crate::viewer::{Address, Failure, Frame, LocalApi, Recent, Viewer, pages, recent, segment};
use crate::web::FormErrors;

#[derive(Template)]
#[template(path = "console/webhooks/delivery.html")]
struct Show {
    frame: Frame,
    delivery: Delivery,
    address: String,
    status: String,
    outcome: String,
    sent: String,
    created: Recent,
    attempted: Option<Recent>,
    next: Option<Recent>,
    duration: Option<String>,
    may_resend: bool,
    back: String,
}

fn delivery_of(request: &HttpRequest) -> String {
    format!("/deliveries/{}", segment(request.match_info().get("delivery").unwrap_or_default()))
}

fn api_of(viewer: &Viewer, request: &HttpRequest, rest: &str) -> Address {
    of_api(viewer, request, &format!("{}{rest}", delivery_of(request)))
}

/// Shows what was sent and answered.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    show_with(&app, &viewer, (&api, &request), FormErrors::default()).await
}

async fn show_with(
    app: &App,
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    errors: FormErrors,
) -> Result<HttpResponse, Failure> {
    let (words, address) = (viewer.words(), api_of(viewer, request, ""));
    let webhook: Webhook = viewer.get(api, &of_api(viewer, request, "")).await?;
    let delivery: Delivery = viewer.get(api, &address).await?;
    let when = |text: &String| recent(text, words, viewer.now);
    let document = serde_json::from_str::<serde_json::Value>(&delivery.body);
    let again = format!("gridkey webhook resend {} {}", webhook.id, delivery.id);
    let status = pages::status_of(&errors);
    let page = Show {
        frame: viewer
            .frame(app, delivery.event_type.clone(), menu(viewer, Section::Webhooks))
            .with_errors(errors)
            .with_recipes(again, curl(app, "POST", &api_of(viewer, request, "/resend"), None)),
        status: delivery.state(words),
        outcome: delivery.outcome(words),
        sent: document.and_then(|body| serde_json::to_string_pretty(&body)).unwrap_or_default(),
        created: when(&delivery.created_at),
        attempted: delivery.attempted_at.as_ref().map(when),
        next: delivery.next_attempt_at.as_ref().map(when),
        duration: delivery.duration_ms.map(|span| words.t1("delivery-milliseconds", "count", span)),
        may_resend: viewer.may("webhooks:update")
            && webhook.status == "active"
            && delivery.status != "pending",
        back: viewer.at(page_of(request)).text(),
        address: webhook.url,
        delivery,
    };
    pages::show(status, &page)
}

/// Sends it again.
pub async fn resend(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    pages::form(&app, &request, payload, &viewer).await?;
    match viewer.send(&api, ("POST", &api_of(&viewer, &request, "/resend")), None, None).await {
        Ok(_) => {
            let back = viewer.at(format!("{}{}", page_of(&request), delivery_of(&request)));
            Ok(pages::see_other(&back.with("done", "webhook-resend").text()))
        }
        Err(refusal) if refusal.is_about_the_form() => {
            show_with(&app, &viewer, (&api, &request), refusal.errors(&[])).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
