//! `/v1/webhooks/{id}/rotate-secret` and `/test`.

use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::app::App;
use crate::audit::Changes;
use crate::manage::endpoints::{Precondition, call, change, create, creation_body, etag, id, ok};
use crate::manage::webhooks::deliveries::DeliveryView;
use crate::manage::webhooks::{SecretRotation, WebhookView, writing};
use crate::manage::{Answer, Stop};
use crate::web::{Problem, paths};
use crate::webhooks::{Delivery, Sealing, Webhook, WebhookId, WebhookSecret, deliveries, test_body};

/// Replaces the secret of a webhook. The new one is shown in this answer and never again; the one before signs too until
/// the grace is over.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/rotate-secret", tag = "webhooks", operation_id = "rotate_webhook_secret",
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the deed is based on"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable for a day"),
    ),
    request_body = SecretRotation,
    responses(
        (status = 200, description = "As it is now, with the new secret", body = WebhookView),
        (status = 400, description = "`invalid_body`, `invalid_idempotency_key`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `webhooks:update`, and to hear what is told `audit:read`"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`changed_meanwhile`"),
        (status = 422, description = "`invalid_grace`, `idempotency_key_reused`"),
    ),
)]
pub async fn rotate_secret(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    writing::need(&call, &app, "webhooks:update").await?;
    let wanted: WebhookId = id(&request, "id")?;
    let (rotation, key) = creation_body::<SecretRotation>(&request, payload, (&app, &call)).await?;
    let grace = rotation.grace()?;
    let (condition, random, by) = (Precondition::of(&request), app.random.clone(), call.clone());
    let master = app.master.clone();
    let mut response = create(&app, &call, key, move |conn| {
        let seen = writing::find(conn, &by, wanted)?;
        condition.holds(seen.updated_at)?;
        let secret = WebhookSecret::generate(&random);
        let sealed = Sealing(&master).seal(&random, wanted, &secret).map_err(Problem::internal)?;
        let webhook = Webhook {
            previous: (!grace.is_zero()).then(|| (seen.sealed_secret.clone(), by.now + grace)),
            sealed_secret: sealed,
            updated_at: by.next_version(seen.updated_at),
            ..seen.clone()
        };
        writing::write(conn, (&by, &random), "webhook.rotate_secret", (&seen, &webhook))?;
        let view =
            WebhookView { secret: Some(secret.expose().to_owned()), ..WebhookView::new(&webhook, by.now) };
        Ok(Answer {
            location: format!("{}/{wanted}", paths::WEBHOOKS),
            etag: etag(webhook.updated_at),
            body: json!(view),
        })
    })
    .await?;
    // The webhook was there before.
    response.head_mut().status = StatusCode::OK;
    response.headers_mut().remove(header::LOCATION);
    Ok(response)
}

/// Sends a webhook an event of the type `webhook.test`, whatever events it is told otherwise.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/test", tag = "webhooks", operation_id = "test_webhook",
    params(("id" = uuid::Uuid, Path, description = "The webhook")),
    responses(
        (status = 202, description = "It is on its way", body = DeliveryView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `webhooks:update`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`webhook_paused`"),
    ),
)]
pub async fn test(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "webhooks:update").await?;
    let (wanted, random): (WebhookId, _) = (id(&request, "id")?, app.random.clone());
    let view = change(&app, move |conn| {
        let webhook = writing::find(conn, &call, wanted)?;
        writing::is_active(&webhook)?;
        let event = random.uuid(call.now);
        let named = (webhook.id.to_string(), writing::target(&webhook).name);
        let body = test_body(event, (call.tenant, call.now), (&named.0, &named.1));
        let whose = (call.tenant, wanted);
        let told = (event, "webhook.test".to_owned());
        let delivery = Delivery::new(random.id(call.now), whose, told, body, call.now);
        deliveries::store::insert(conn, call.tenant, std::slice::from_ref(&delivery))?;
        writing::note(conn, (&call, &random), "webhook.test", &webhook, Changes::none())?;
        Ok::<_, Stop>(DeliveryView::new(&delivery))
    })
    .await?;
    let mut response = ok(&view);
    response.head_mut().status = StatusCode::ACCEPTED;
    Ok(response)
}
