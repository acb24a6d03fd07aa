//! `/v1/me/dismissed-notices`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::notice::AWAY;
use super::{Dismissal, Dismissed, DismissedView, Notice, store};
use crate::app::App;
use crate::credentials::KeyOwner;
use crate::db::DbError;
use crate::manage::Call;
use crate::manage::endpoints::{body, call, done, list_query, look, ok};
use crate::secret::Digest;
use crate::users::UserId;
use crate::web::Problem;

/// What was dismissed.
#[derive(Debug, Serialize, ToSchema)]
pub struct DismissedNotices {
    /// By name.
    pub items: Vec<DismissedView>,
}

/// The person who calls, or whose key does.
fn person(call: &Call) -> Option<UserId> {
    match call.actor.principal {
        Some(KeyOwner::User(user)) => Some(user),
        Some(KeyOwner::ServiceAccount(_)) | None => None,
    }
}

/// Lists which of the figures of an organisation the caller does not want to be told of again. Service accounts and
/// applications have none.
#[utoipa::path(
    get, path = "/v1/me/dismissed-notices", tag = "me", operation_id = "list_dismissed_notices",
    responses(
        (status = 200, description = "What was dismissed", body = DismissedNotices),
        (status = 400, description = "`unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    list_query(&request, &[])?;
    let Some(user) = person(&call) else { return Ok(ok(&DismissedNotices { items: Vec::new() })) };
    let (tenant, now) = (call.tenant, call.now);
    let found = look(&app, move |conn| store::list(conn, tenant, (user, now))).await?;
    Ok(ok(&DismissedNotices { items: found.into_iter().map(DismissedView::from).collect() }))
}

/// Dismisses a figure that needs somebody, for the caller alone: as long as it has this digest, for 90 days at most.
#[utoipa::path(
    put, path = "/v1/me/dismissed-notices/{notice}", tag = "me", operation_id = "dismiss_notice",
    params(("notice" = String, Path, description = "`expiring_keys`, `unused_keys`, `key_spikes` or `failing_webhooks`")),
    request_body = Dismissal,
    responses(
        (status = 200, description = "Dismissed", body = DismissedView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 404, description = "`not_found`"),
        (status = 422, description = "`invalid_digest`; `not_a_person`: only people are told of anything"),
    ),
)]
pub async fn put(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let wanted: Dismissal = body(&request, payload, &app).await?;
    let notice = request.match_info().get("notice").and_then(|name| name.parse::<Notice>().ok());
    let notice = notice.ok_or_else(Problem::not_found)?;
    let digest = Digest::from_hex(&wanted.digest).ok_or_else(|| {
        Problem::invalid("invalid_digest", "digest is that of a figure: 64 hexadecimal digits.")
            .field("digest")
    })?;
    let user = person(&call).ok_or_else(|| {
        Problem::invalid("not_a_person", "Only people are told of anything, and can dismiss it.")
    })?;
    let dismissed = Dismissed { notice, digest, expires_at: call.now + AWAY };
    let tenant = call.tenant;
    // Nothing that anybody remembers follows from it.
    let kept: Result<(), DbError> =
        app.db.write(move |conn| store::keep(conn, tenant, (user, &dismissed))).await;
    kept?;
    Ok(ok(&DismissedView::from(dismissed)))
}

/// Forgets whatever the caller dismissed in the organisation, so that all of it is told again.
#[utoipa::path(
    delete, path = "/v1/me/dismissed-notices", tag = "me", operation_id = "restore_dismissed_notices",
    responses(
        (status = 204, description = "Nothing is dismissed"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
    ),
)]
pub async fn delete(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    if let Some(user) = person(&call) {
        let tenant = call.tenant;
        let forgotten: Result<(), DbError> =
            app.db.write(move |conn| store::forget(conn, tenant, user)).await;
        forgotten?;
    }
    Ok(done())
}
