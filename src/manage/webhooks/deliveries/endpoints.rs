//! `/v1/webhooks/{id}/deliveries`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::{DeliveryView, FullDeliveryView};
use crate::app::App;
use crate::audit::Changes;
use crate::manage::Stop;
use crate::manage::endpoints::{call, change, id, list_query, look, ok};
use crate::manage::paging::{Page, PageRequest};
use crate::manage::webhooks::writing;
use crate::web::{Params, Problem};
use crate::webhooks::deliveries::store::{self, DeliveryFilter};
use crate::webhooks::{self, DeliveryId, DeliveryStatus, WebhookId};

/// Lists what was told to a webhook, newest first.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}/deliveries", tag = "webhooks", operation_id = "list_webhook_deliveries",
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook"),
        ("status" = Option<String>, Query, description = "`pending`, `delivered` or `failed`"),
        ("type" = Option<String>, Query, description = "Only events of this type, such as `user.created`"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<DeliveryView>),
        (status = 400, description = "`invalid_limit`, `invalid_cursor`, `invalid_filter`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `webhooks:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "webhooks:read").await?;
    let webhook: WebhookId = id(&request, "id")?;
    let params = list_query(&request, &["status", "type"])?;
    let filter = filter(&params)?;
    let page = PageRequest::read(&params, &app.master, format!("webhook_deliveries:{webhook}"))?;
    let before: Option<DeliveryId> = page.after.as_deref().and_then(|text| text.parse().ok());
    let (tenant, wanted) = (call.tenant, page.wanted());
    let rows = look(&app, move |conn| {
        if webhooks::store::find(conn, tenant, webhook)?.is_none() {
            return Ok(None);
        }
        store::list(conn, tenant, (webhook, &filter), (before, wanted)).map(Some)
    });
    let rows = rows.await?.ok_or_else(Problem::not_found)?;
    Ok(ok(&page.finish(rows, |row| row.id.to_string(), |row| DeliveryView::new(&row))))
}

fn filter(params: &Params) -> Result<DeliveryFilter, Problem> {
    let status = params.get("status").map(|text| {
        text.parse::<DeliveryStatus>()
            .map_err(|why| Problem::bad_request("invalid_filter", format!("status: {why}.")))
    });
    Ok(DeliveryFilter { status: status.transpose()?, event_type: params.get("type").map(str::to_owned) })
}

/// Shows one delivery with what was sent and answered.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}/deliveries/{delivery}", tag = "webhooks", operation_id = "get_webhook_delivery",
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook"),
        ("delivery" = uuid::Uuid, Path, description = "The delivery"),
    ),
    responses(
        (status = 200, description = "The delivery", body = FullDeliveryView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `webhooks:read`, and to see what was told `audit:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    writing::need(&call, &app, "webhooks:read").await?;
    let wanted: (WebhookId, DeliveryId) = (id(&request, "id")?, id(&request, "delivery")?);
    let tenant = call.tenant;
    let found = look(&app, move |conn| store::find(conn, tenant, wanted)).await?;
    Ok(ok(&FullDeliveryView::new(&found.ok_or_else(Problem::not_found)?)))
}

/// Sends again what was delivered or given up: the same event with the same identifier.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/deliveries/{delivery}/resend", tag = "webhooks",
    operation_id = "resend_webhook_delivery",
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook"),
        ("delivery" = uuid::Uuid, Path, description = "The delivery"),
    ),
    responses(
        (status = 200, description = "It is on its way", body = DeliveryView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `webhooks:update`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`delivery_pending`: it is on its way already; `webhook_paused`"),
    ),
)]
pub async fn resend(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "webhooks:update").await?;
    let (webhook, wanted): (WebhookId, DeliveryId) = (id(&request, "id")?, id(&request, "delivery")?);
    let random = app.random.clone();
    let view = change(&app, move |conn| {
        let seen = writing::find(conn, &call, webhook)?;
        store::find(conn, call.tenant, (webhook, wanted))?.ok_or_else(Problem::not_found)?;
        writing::is_active(&seen)?;
        if !store::again(conn, call.tenant, wanted, call.now)? {
            return Err(Problem::conflict("delivery_pending", "The delivery is on its way already.")
                .fix("Wait until it was delivered or given up.")
                .into());
        }
        let changes = Changes::none().field("delivery", &None::<DeliveryId>, &Some(wanted));
        writing::note(conn, (&call, &random), "webhook.resend", &seen, changes)?;
        let now = store::find(conn, call.tenant, (webhook, wanted))?.ok_or_else(Problem::not_found)?;
        Ok::<_, Stop>(DeliveryView::new(&now))
    })
    .await?;
    Ok(ok(&view))
}
