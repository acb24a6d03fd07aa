//! `/v1/api-keys/{id}/rotate`, `/disable` and `/enable`.

use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api_keys::{ApiKey, GRACE, LONGEST_GRACE, Rotated, generate};
use crate::app::App;
use crate::credentials::KeyStatus;
use crate::db::Conn;
use crate::manage::api_keys::endpoints::{inform, reason, told_once};
use crate::manage::api_keys::reach::{Deed, is_own, kept_disabled, reach};
use crate::manage::api_keys::{ApiKeyView, NewApiKeyView, News, listing, making, rules, writing};
use crate::manage::endpoints::{Precondition, call, change, create, creation_body, id, shown};
use crate::manage::{Call, Stop};
use crate::web::Problem;

/// How a secret is replaced.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Rotation {
    /// Seconds that the present secret works on, 0 to 2,592,000 (30 days); a day when absent.
    pub grace_seconds: Option<u32>,
}

impl Rotation {
    fn grace(&self) -> Result<Duration, Problem> {
        let grace = self.grace_seconds.map_or(GRACE, |seconds| Duration::from_secs(u64::from(seconds)));
        if grace <= LONGEST_GRACE {
            return Ok(grace);
        }
        let detail = format!("grace_seconds is from 0 to {}.", LONGEST_GRACE.as_secs());
        Err(Problem::invalid("invalid_grace", detail))
    }
}

/// Replaces the secret of a key and tells the new one, this once. The key stays the same one. The secret before works on
/// for its grace, to the second; one that was in its grace already ends at once.
#[utoipa::path(
    post, path = "/v1/api-keys/{id}/rotate", tag = "API keys", operation_id = "rotate_api_key",
    params(
        ("id" = uuid::Uuid, Path, description = "The key"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the rotation is based on"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable for a day, with the same secret"),
    ),
    request_body = Rotation,
    responses(
        (status = 200, description = "The key with its new secret", body = NewApiKeyView),
        (status = 400, description = "`invalid_body`, `invalid_idempotency_key`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `api_keys:manage` or, for the keys of others, `api_keys:administer`, and every permission that the key has; for the keys of a service account `service_accounts:update` is enough"),
        (status = 404, description = "`not_found`: also for a key of somebody else that the caller may not change"),
        (status = 409, description = "`key_revoked`; `not_active`: it is disabled or has expired"),
        (status = 412, description = "`changed_meanwhile`"),
        (status = 422, description = "`invalid_grace`, `idempotency_key_reused`"),
    ),
)]
pub async fn rotate(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let wanted = reach(&call, &app, id(&request, "id")?, Deed::Change).await?.id;
    let (rotation, key) = creation_body::<Rotation>(&request, payload, (&app, &call)).await?;
    let grace = rotation.grace()?;
    let (condition, random, by) = (Precondition::of(&request), app.random.clone(), call.clone());
    let mut response = create(&app, &call, key, move |conn| {
        let seen = writing::find(conn, &by, wanted)?;
        condition.holds(seen.updated_at)?;
        rules::can_rotate(&seen, by.now)?;
        let settings = making::settings(conn, &by)?;
        making::not_above(conn, &by, &seen, &settings)?;
        let (secret, hint) = generate(&seen.prefix, &random);
        let fresh = Rotated { digest: secret.digest(), hint };
        let updated_at = by.next_version(seen.updated_at);
        let key = ApiKey { updated_at, ..seen.rotated(fresh, grace, by.now) };
        writing::write(conn, (&by, &random), "api_key.rotate", (&seen, &key))?;
        told_once(conn, &by, &key, &secret)
    })
    .await?;
    inform(&app, &call, &response, News::Rotated).await;
    // The key was there before.
    response.head_mut().status = StatusCode::OK;
    response.headers_mut().remove(header::LOCATION);
    Ok(response)
}

/// Keeps a key from working until somebody enables it again.
#[utoipa::path(
    post, path = "/v1/api-keys/{id}/disable", tag = "API keys", operation_id = "disable_api_key",
    params(
        ("id" = uuid::Uuid, Path, description = "The key"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the deed is based on"),
    ),
    responses(
        (status = 200, description = "As it is now", body = ApiKeyView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `api_keys:manage` or, for the keys of others, `api_keys:administer` and every permission that the key has; for the keys of a service account `service_accounts:update` is enough"),
        (status = 404, description = "`not_found`: also for a key of somebody else that the caller may not change"),
        (status = 409, description = "`key_revoked`"),
        (status = 412, description = "`changed_meanwhile`"),
    ),
)]
pub async fn disable(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    turn(&request, &app, "api_key.disable", |conn, call, seen| {
        let settings = making::settings(conn, call)?;
        writing::not_stronger(conn, call, seen, &settings)?;
        let mut key = rules::with_status(call, seen, (KeyStatus::Disabled, reason(call, seen)));
        // What the owner disabled an administrator can disable for good measure.
        if seen.status_reason == rules::BY_OWNER && !is_own(call, seen) {
            rules::BY_ADMINISTRATOR.clone_into(&mut key.status_reason);
            key.updated_at = call.next_version(seen.updated_at);
        }
        Ok(key)
    })
    .await
}

/// Lets a key work again that was disabled. What an administrator or a leak disabled its owner cannot enable.
#[utoipa::path(
    post, path = "/v1/api-keys/{id}/enable", tag = "API keys", operation_id = "enable_api_key",
    params(
        ("id" = uuid::Uuid, Path, description = "The key"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the deed is based on"),
    ),
    responses(
        (status = 200, description = "As it is now", body = ApiKeyView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `api_keys:manage` or, for the keys of others and for what an administrator or a leak disabled, `api_keys:administer`, and every permission that the key has; for the keys of a service account `service_accounts:update` is enough"),
        (status = 404, description = "`not_found`: also for a key of somebody else that the caller may not change"),
        (status = 409, description = "`key_revoked`"),
        (status = 412, description = "`changed_meanwhile`"),
    ),
)]
pub async fn enable(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    turn(&request, &app, "api_key.enable", |conn, call, seen| {
        let settings = making::settings(conn, call)?;
        making::not_above(conn, call, seen, &settings)?;
        if let Some(why) = kept_disabled(call, seen) {
            return Err(Problem::forbidden(why)
                .fix("Ask an administrator of the organisation to enable it.")
                .into());
        }
        Ok(rules::with_status(call, seen, (KeyStatus::Active, "")))
    })
    .await
}

/// Brings a key into another state.
async fn turn(
    request: &HttpRequest,
    app: &App,
    action: &'static str,
    next: fn(&mut Conn<'_>, &Call, &ApiKey) -> Result<ApiKey, Stop>,
) -> Result<HttpResponse, Problem> {
    let call = call(request, app).await?;
    let wanted = reach(&call, app, id(request, "id")?, Deed::Change).await?.id;
    let (condition, random) = (Precondition::of(request), app.random.clone());
    let (view, version): (ApiKeyView, _) = change(app, move |conn| {
        let seen = writing::find(conn, &call, wanted)?;
        condition.holds(seen.updated_at)?;
        rules::not_revoked(&seen)?;
        let key = next(conn, &call, &seen)?;
        writing::write(conn, (&call, &random), action, (&seen, &key))?;
        Ok((listing::view(conn, call.tenant, &key, call.now)?, key.updated_at))
    })
    .await?;
    Ok(shown(&view, version))
}
