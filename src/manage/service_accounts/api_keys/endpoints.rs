//! `/v1/service-accounts/{id}/api-keys`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use crate::app::App;
use crate::credentials::KeyOwner;
use crate::manage::api_keys::endpoints::{create_for, page};
use crate::manage::api_keys::{ApiKeyView, NewApiKey, NewApiKeyView, listing};
use crate::manage::endpoints::{call, creation_body, list_query, ok};
use crate::manage::paging::Page;
use crate::manage::service_accounts::endpoints::reach;
use crate::web::Problem;

/// What a list of one owner's keys can be filtered by.
const FILTERS: &[&str] = &["status", "expires_before", "unused_since", "q", "include"];

/// Lists the keys of a service account, newest first.
#[utoipa::path(
    get, path = "/v1/service-accounts/{id}/api-keys", tag = "service accounts", operation_id = "list_service_account_api_keys",
    params(
        ("id" = uuid::Uuid, Path, description = "The service account"),
        ("status" = Option<String>, Query, description = "`active`, `expired`, `disabled`, `revoked`; several separated by commas"),
        ("expires_before" = Option<String>, Query, description = "Only those that end before this time"),
        ("unused_since" = Option<String>, Query, description = "Only those that were there at this time and were not used since"),
        ("q" = Option<String>, Query, description = "What the name begins with"),
        ("include" = Option<String>, Query, description = "`usage`: tells the requests of each in the last 36 hours"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<ApiKeyView>),
        (status = 400, description = "`invalid_limit`, `invalid_cursor`, `invalid_filter`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `service_accounts:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let account = reach(&call, &app, &request, "service_accounts:read").await?;
    let params = list_query(&request, FILTERS)?;
    let mut filter = listing::filter(&params)?;
    filter.owner = Some(KeyOwner::ServiceAccount(account.id));
    Ok(ok(&page(&app, &call, &params, filter).await?))
}

/// Makes a key of a service account and tells its secret, this once. It lives on when whoever made it leaves.
#[utoipa::path(
    post, path = "/v1/service-accounts/{id}/api-keys", tag = "service accounts", operation_id = "create_service_account_api_key",
    params(
        ("id" = uuid::Uuid, Path, description = "The service account"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable for a day, with the same secret"),
    ),
    request_body = NewApiKey,
    responses(
        (status = 201, description = "Created, with its secret", body = NewApiKeyView),
        (status = 400, description = "`invalid_body`, `invalid_idempotency_key`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `service_accounts:update` and every permission that the key has"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`limit_reached`: a service account has at most 100 keys that are not revoked"),
        (status = 422, description = "`invalid_name`, `invalid_description`, `invalid_metadata`, `invalid_level`, `invalid_scopes`, `unknown_scope`, `invalid_expires_at`, `invalid_allowed_addresses`, `invalid_rate_limit`, `unknown_owner`, `idempotency_key_reused`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let account = reach(&call, &app, &request, "service_accounts:update").await?;
    let (wanted, key) = creation_body::<NewApiKey>(&request, payload, (&app, &call)).await?;
    if account.deleted_at.is_some() {
        return Err(Problem::not_found());
    }
    if wanted.owner.is_some() {
        let detail = "The key belongs to the service account of the address.";
        return Err(Problem::invalid("unknown_owner", detail).fix("Leave owner out."));
    }
    create_for(&app, &call, key, (KeyOwner::ServiceAccount(account.id), wanted)).await
}
