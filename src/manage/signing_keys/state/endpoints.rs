//! `/v1/signing-keys/{id}/disable` and `/enable`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::app::App;
use crate::credentials::KeyStatus;
use crate::db::Conn;
use crate::manage::api_keys::making::settings;
use crate::manage::api_keys::reach::Deed;
use crate::manage::api_keys::rules::{BY_ADMINISTRATOR, BY_OWNER};
use crate::manage::endpoints::{Precondition, call, change, id, shown};
use crate::manage::signing_keys::reach::{is_own, reach};
use crate::manage::signing_keys::{SigningKeyView, listing, making, rules, writing};
use crate::manage::{Call, Stop};
use crate::request_keys::RequestKey;
use crate::web::Problem;

/// Keeps a signing key from counting until somebody enables it again.
#[utoipa::path(
    post, path = "/v1/signing-keys/{id}/disable", tag = "signing keys", operation_id = "disable_signing_key",
    params(
        ("id" = uuid::Uuid, Path, description = "The key"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the deed is based on"),
    ),
    responses(
        (status = 200, description = "As it is now", body = SigningKeyView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `api_keys:manage` or, for the keys of others, `api_keys:administer` and every permission that the key has; for the keys of a service account `service_accounts:update` is enough"),
        (status = 404, description = "`not_found`: also for a key of somebody else that the caller may not change"),
        (status = 409, description = "`key_revoked`"),
        (status = 412, description = "`changed_meanwhile`"),
    ),
)]
pub async fn disable(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    turn(&request, &app, "signing_key.disable", |conn, call, seen| {
        let settings = settings(conn, call)?;
        writing::not_stronger(conn, call, seen, &settings)?;
        let mut key = rules::with_status(call, seen, (KeyStatus::Disabled, writing::reason(call, seen)));
        // What the owner disabled an administrator can disable for good measure.
        if seen.status_reason == BY_OWNER && !is_own(call, seen) {
            BY_ADMINISTRATOR.clone_into(&mut key.status_reason);
            key.updated_at = call.next_version(seen.updated_at);
        }
        Ok(key)
    })
    .await
}

/// Lets a signing key count again that was disabled. What an administrator disabled its owner cannot enable.
#[utoipa::path(
    post, path = "/v1/signing-keys/{id}/enable", tag = "signing keys", operation_id = "enable_signing_key",
    params(
        ("id" = uuid::Uuid, Path, description = "The key"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the deed is based on"),
    ),
    responses(
        (status = 200, description = "As it is now", body = SigningKeyView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `api_keys:manage` or, for the keys of others and for what an administrator disabled, `api_keys:administer`, and every permission that the key has; for the keys of a service account `service_accounts:update` is enough"),
        (status = 404, description = "`not_found`: also for a key of somebody else that the caller may not change"),
        (status = 409, description = "`key_revoked`"),
        (status = 412, description = "`changed_meanwhile`"),
    ),
)]
pub async fn enable(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    turn(&request, &app, "signing_key.enable", |conn, call, seen| {
        let settings = settings(conn, call)?;
        making::not_above(conn, call, seen, &settings)?;
        let administers = call.actor.permissions.allows("api_keys:administer");
        if seen.status_reason == BY_ADMINISTRATOR && is_own(call, seen) && !administers {
            return Err(Problem::forbidden("An administrator disabled the key.")
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
    next: fn(&mut Conn<'_>, &Call, &RequestKey) -> Result<RequestKey, Stop>,
) -> Result<HttpResponse, Problem> {
    let call = call(request, app).await?;
    let wanted = reach(&call, app, id(request, "id")?, Deed::Change).await?.id;
    let (condition, random) = (Precondition::of(request), app.random.clone());
    let (view, version): (SigningKeyView, _) = change(app, move |conn| {
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
