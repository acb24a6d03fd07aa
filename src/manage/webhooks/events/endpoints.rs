//! `/v1/webhook-events`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::App;
use crate::manage::endpoints::{call, list_query, ok};
use crate::web::Problem;
use crate::webhooks::{names, sample};

/// A type of event.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookEventView {
    /// What it is called, in the words of the organisation's profile.
    #[serde(rename = "type")]
    #[schema(example = "user.created")]
    pub told: String,
    /// What the deed is called in the audit log.
    #[schema(example = "user.create")]
    pub action: &'static str,
    /// What such an event looks like.
    #[schema(value_type = Object)]
    pub sample: Value,
}

/// Every type of event.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookEventList {
    /// By type.
    pub items: Vec<WebhookEventView>,
}

/// Lists the types of events that webhooks can be told, each with a sample.
#[utoipa::path(
    get, path = "/v1/webhook-events", tag = "webhooks", operation_id = "list_webhook_events",
    responses(
        (status = 200, description = "Every type", body = WebhookEventList),
        (status = 400, description = "`unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `webhooks:read`"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "webhooks:read").await?;
    list_query(&request, &[])?;
    let form = &app.profile(call.tenant).await?.webhooks;
    let mut items: Vec<WebhookEventView> = names(form)
        .into_iter()
        .map(|(action, told)| WebhookEventView { sample: sample(&told, call.tenant, call.now), action, told })
        .collect();
    items.sort_by(|a, b| a.told.cmp(&b.told));
    Ok(ok(&WebhookEventList { items }))
}
