//! `/v1/webhooks`.

use std::fmt::Display;
use std::str::FromStr;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::rules;
use super::{NewWebhook, WebhookPatch, WebhookView, writing};
use crate::app::App;
use crate::audit::{self, Changes};
use crate::db::DbError;
use crate::manage::Answer;
use crate::manage::endpoints::{
    Precondition, body, call, change, create, creation_body, done, etag, id, list_query, look, ok, shown,
};
use crate::manage::paging::{Page, PageRequest};
use crate::web::{Params, Problem, paths};
use crate::webhooks::{
    MOST_WEBHOOKS, Sealing, WebhookHealth, WebhookId, WebhookSecret, WebhookStatus, store,
};

/// Lists webhooks, newest first.
#[utoipa::path(
    get, path = "/v1/webhooks", tag = "webhooks", operation_id = "list_webhooks",
    params(
        ("status" = Option<String>, Query, description = "`active` or `paused`"),
        ("health" = Option<String>, Query, description = "`failing`: not taken at the last attempts, or paused for it; `operational`: any other"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<WebhookView>),
        (status = 400, description = "`invalid_limit`, `invalid_cursor`, `invalid_filter`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `webhooks:read`"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "webhooks:read").await?;
    let params = list_query(&request, &["status", "health"])?;
    let status: Option<WebhookStatus> = filter(&params, "status")?;
    let health: Option<WebhookHealth> = filter(&params, "health")?;
    let page = PageRequest::read(&params, &app.master, format!("webhooks:{}", call.tenant))?;
    let before: Option<WebhookId> = page.after.as_deref().and_then(|text| text.parse().ok());
    let (tenant, now, wanted) = (call.tenant, call.now, page.wanted());
    let rows = look(&app, move |conn| store::list(conn, tenant, (status, health), (before, wanted))).await?;
    Ok(ok(&page.finish(rows, |row| row.id.to_string(), |row| WebhookView::new(&row, now))))
}

fn filter<T: FromStr<Err: Display>>(params: &Params, name: &str) -> Result<Option<T>, Problem> {
    let read = |text: &str| {
        text.parse().map_err(|why| Problem::bad_request("invalid_filter", format!("{name}: {why}.")))
    };
    params.get(name).map(read).transpose()
}

/// Creates a webhook. Its secret is shown in this answer and never again.
#[utoipa::path(
    post, path = "/v1/webhooks", tag = "webhooks", operation_id = "create_webhook",
    request_body = NewWebhook,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable for a day")),
    responses(
        (status = 201, description = "Created, with its secret", body = WebhookView),
        (status = 400, description = "`invalid_body`, `invalid_idempotency_key`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `webhooks:create`, and to hear what is told `audit:read`"),
        (status = 409, description = "`limit_reached`: an organisation has at most 50"),
        (status = 422, description = "`invalid_url`, `invalid_events`, `invalid_description`, `idempotency_key_reused`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    writing::need(&call, &app, "webhooks:create").await?;
    let (wanted, key) = creation_body::<NewWebhook>(&request, payload, (&app, &call)).await?;
    let ground = writing::ground(&call, &app).await?;
    let (by, random, master) = (call.clone(), app.random.clone(), app.master.clone());
    create(&app, &call, key, move |conn| {
        if store::count(conn, by.tenant)? >= MOST_WEBHOOKS {
            let detail = format!("An organisation has at most {MOST_WEBHOOKS} webhooks.");
            return Err(Problem::conflict("limit_reached", detail).fix("Delete one first.").into());
        }
        let (id, secret) = (random.id(by.now), WebhookSecret::generate(&random));
        let sealed = Sealing(&master).seal(&random, id, &secret).map_err(Problem::internal)?;
        let position = audit::head(conn, by.tenant)?;
        let webhook = rules::new(&by, &ground, &wanted, (id, sealed, position))?;
        store::insert(conn, by.tenant, &webhook)?;
        writing::note(conn, (&by, &random), "webhook.create", &webhook, writing::created(&webhook))?;
        let view =
            WebhookView { secret: Some(secret.expose().to_owned()), ..WebhookView::new(&webhook, by.now) };
        Ok(Answer {
            location: format!("{}/{id}", paths::WEBHOOKS),
            etag: etag(webhook.updated_at),
            body: json!(view),
        })
    })
    .await
}

/// Shows one webhook.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}", tag = "webhooks", operation_id = "get_webhook",
    params(("id" = uuid::Uuid, Path, description = "The webhook")),
    responses(
        (status = 200, description = "The webhook", body = WebhookView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `webhooks:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "webhooks:read").await?;
    let (tenant, wanted) = (call.tenant, id(&request, "id")?);
    let found = look(&app, move |conn| store::find(conn, tenant, wanted)).await?;
    let webhook = found.ok_or_else(Problem::not_found)?;
    Ok(shown(&WebhookView::new(&webhook, call.now), webhook.updated_at))
}

/// Changes a webhook. What is on its way goes to the new address.
#[utoipa::path(
    patch, path = "/v1/webhooks/{id}", tag = "webhooks", operation_id = "update_webhook",
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the change is based on"),
    ),
    request_body(content = WebhookPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = WebhookView),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `webhooks:update`, and to hear what is told `audit:read`"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`changed_meanwhile`"),
        (status = 422, description = "`invalid_url`, `invalid_events`, `invalid_description`, `invalid_status`"),
    ),
)]
pub async fn patch(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    writing::need(&call, &app, "webhooks:update").await?;
    let wanted: WebhookId = id(&request, "id")?;
    let patch: WebhookPatch = body(&request, payload, &app).await?;
    let ground = writing::ground(&call, &app).await?;
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    let (view, version) = change(&app, move |conn| {
        let seen = writing::find(conn, &call, wanted)?;
        condition.holds(seen.updated_at)?;
        let webhook = rules::patched(&call, &ground, &seen, &patch)?;
        writing::write(conn, (&call, &random), "webhook.update", (&seen, &webhook))?;
        let now = writing::find(conn, &call, wanted)?;
        Ok((WebhookView::new(&now, call.now), now.updated_at))
    })
    .await?;
    Ok(shown(&view, version))
}

/// Deletes a webhook and what is kept of what it was told.
#[utoipa::path(
    delete, path = "/v1/webhooks/{id}", tag = "webhooks", operation_id = "delete_webhook",
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the deed is based on"),
    ),
    responses(
        (status = 204, description = "It is gone"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `webhooks:delete`"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`changed_meanwhile`"),
    ),
)]
pub async fn delete(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "webhooks:delete").await?;
    let wanted: WebhookId = id(&request, "id")?;
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    change(&app, move |conn| {
        let seen = writing::find(conn, &call, wanted)?;
        condition.holds(seen.updated_at)?;
        if !store::delete(conn, call.tenant, wanted, seen.updated_at)? {
            return Err(DbError::Retry.into());
        }
        writing::note(conn, (&call, &random), "webhook.delete", &seen, Changes::none())
    })
    .await?;
    Ok(done())
}
