//! `/v1/api-keys`.

use actix_web::http::header;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::listing::{self, FILTERS, views, views_with_usage};
use super::reach::{Deed, caller, is_own, reach, within_scope};
use super::view::owner_of;
use super::{ApiKeyPatch, ApiKeyView, NewApiKey, NewApiKeyView, News, making, rules, tell, writing};
use crate::api_keys::{ApiKey, ApiKeyId, store};
use crate::app::App;
use crate::credentials::{KeyFilter, KeyOwner, KeyStatus};
use crate::db::Conn;
use crate::manage::endpoints::{
    Precondition, body, call, change, create, creation_body, done, etag, id, list_query, look, ok, shown,
};
use crate::manage::paging::{Page, PageRequest};
use crate::manage::{Answer, Call, IdempotencyKey, Stop};
use crate::secret::Secret;
use crate::web::{Params, Problem, paths};

/// Lists keys, newest first: one's own, or with `scope=tenant` those of the whole organisation.
#[utoipa::path(
    get, path = "/v1/api-keys", tag = "API keys", operation_id = "list_api_keys",
    params(
        ("scope" = Option<String>, Query, description = "`own`, which is the default, or `tenant`"),
        ("status" = Option<String>, Query, description = "`active`, `expired`, `disabled`, `revoked`; several separated by commas"),
        ("owner" = Option<String>, Query, description = "`user:ID` or `service_account:ID`"),
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
        (status = 403, description = "`permission_denied`: needs `api_keys:manage`; with `scope=tenant` instead `api_keys:read` or `api_keys:administer`"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let params = list_query(&request, &[&["scope", "include"], FILTERS].concat())?;
    listing::with_usage(&params)?;
    let Some(filter) = within_scope((&app, &call), &params, listing::filter(&params)?).await? else {
        return Ok(ok(&Page::<ApiKeyView> { items: Vec::new(), next_cursor: None }));
    };
    Ok(ok(&page(&app, &call, &params, filter).await?))
}

/// One page of keys.
pub(in crate::manage) async fn page(
    app: &App,
    call: &Call,
    params: &Params,
    filter: KeyFilter,
) -> Result<Page<ApiKeyView>, Problem> {
    let page = PageRequest::read(params, &app.master, format!("api_keys:{}", call.tenant))?;
    let before: Option<ApiKeyId> = page.after.as_deref().and_then(|text| text.parse().ok());
    let (tenant, now, wanted) = (call.tenant, call.now, page.wanted());
    let show = if listing::with_usage(params)? { views_with_usage } else { views };
    let rows = look(app, move |conn| {
        let keys = store::list(conn, tenant, &filter, (before, wanted), now)?;
        show(conn, tenant, &keys, now)
    })
    .await?;
    Ok(page.finish(rows, |row| row.id.to_string(), |row| row))
}

/// Makes a key and tells its secret, this once. It belongs to the caller, or for administrators to whom they name.
#[utoipa::path(
    post, path = "/v1/api-keys", tag = "API keys", operation_id = "create_api_key",
    request_body = NewApiKey,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable for a day, with the same secret")),
    responses(
        (status = 201, description = "Created, with its secret", body = NewApiKeyView),
        (status = 400, description = "`invalid_body`, `invalid_idempotency_key`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `api_keys:manage`, for another owner instead `api_keys:administer`, and every permission that the key has"),
        (status = 409, description = "`limit_reached`: an owner has at most 100 keys that are not revoked"),
        (status = 422, description = "`invalid_name`, `invalid_description`, `invalid_metadata`, `invalid_level`, `invalid_scopes`, `unknown_scope`, `invalid_expires_at`, `invalid_allowed_addresses`, `invalid_rate_limit`, `unknown_owner`, `idempotency_key_reused`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let held = &call.actor.permissions;
    let may = held.allows("api_keys:manage") || held.allows("api_keys:administer");
    call.allow(&app, "api_keys:manage", may).await?;
    let (wanted, key) = creation_body::<NewApiKey>(&request, payload, (&app, &call)).await?;
    let own = caller(&call);
    let owner = match wanted.owner.map(owner_of) {
        Some(owner) if Some(owner) != own => {
            call.need(&app, "api_keys:administer").await?;
            owner
        }
        _ => {
            call.need(&app, "api_keys:manage").await?;
            own.ok_or_else(|| {
                Problem::invalid("unknown_owner", "You own no keys in this organisation.")
                    .fix("Say with owner to whom the key belongs.")
            })?
        }
    };
    create_for(&app, &call, key, (owner, wanted)).await
}

/// Makes a key for this owner.
pub(in crate::manage) async fn create_for(
    app: &App,
    call: &Call,
    key: Option<IdempotencyKey>,
    (owner, wanted): (KeyOwner, NewApiKey),
) -> Result<HttpResponse, Problem> {
    let (by, random) = (call.clone(), app.random.clone());
    let response = create(app, call, key, move |conn| {
        let (key, secret) = making::make(conn, (&by, &random), owner, &wanted)?;
        told_once(conn, &by, &key, &secret)
    })
    .await?;
    inform(app, call, &response, News::Created).await;
    Ok(response)
}

/// The answer that tells a secret.
pub(super) fn told_once(
    conn: &mut Conn<'_>,
    call: &Call,
    key: &ApiKey,
    secret: &Secret,
) -> Result<Answer, Stop> {
    let api_key = listing::view(conn, call.tenant, key, call.now)?;
    Ok(Answer {
        location: format!("{}/{}", paths::API_KEYS, key.id),
        etag: etag(key.updated_at),
        body: json!(NewApiKeyView { api_key, key: secret.expose().to_owned() }),
    })
}

/// Mails about the key that an answer is about, unless it is an answer that was given before.
pub(super) async fn inform(app: &App, call: &Call, response: &HttpResponse, news: News) {
    let headers = response.headers();
    let place = headers.get(header::LOCATION).and_then(|place| place.to_str().ok()).unwrap_or_default();
    let id: Option<ApiKeyId> = place.rsplit('/').next().and_then(|id| id.parse().ok());
    if let Some(id) = id.filter(|_| !headers.contains_key("idempotency-replayed")) {
        tell(app, call.tenant, id, (news, call.now)).await;
    }
}

/// Shows one key, with what it may do right now.
#[utoipa::path(
    get, path = "/v1/api-keys/{id}", tag = "API keys", operation_id = "get_api_key",
    params(("id" = uuid::Uuid, Path, description = "The key")),
    responses(
        (status = 200, description = "The key", body = ApiKeyView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `api_keys:manage` or `api_keys:read` or `api_keys:administer`; for the keys of a service account `service_accounts:read` is enough"),
        (status = 404, description = "`not_found`: also for a key of somebody else that the caller may not see"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let key = reach(&call, &app, id(&request, "id")?, Deed::See).await?;
    let version = key.updated_at;
    let asking = call.clone();
    let view: Result<ApiKeyView, Stop> = app
        .db
        .read(move |conn| {
            let settings = making::settings(conn, &asking)?;
            let may = making::effective(conn, &asking, &key, &settings)?;
            let permissions = Some(may.iter().map(ToString::to_string).collect());
            Ok(ApiKeyView { permissions, ..listing::view(conn, asking.tenant, &key, asking.now)? })
        })
        .await;
    Ok(shown(&view?, version))
}

/// Changes a key. Its secret stays.
#[utoipa::path(
    patch, path = "/v1/api-keys/{id}", tag = "API keys", operation_id = "update_api_key",
    params(
        ("id" = uuid::Uuid, Path, description = "The key"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the change is based on"),
    ),
    request_body(content = ApiKeyPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = ApiKeyView),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `api_keys:manage` or, for the keys of others, `api_keys:administer`, and every permission that the key has before and after; for the keys of a service account `service_accounts:update` is enough"),
        (status = 404, description = "`not_found`: also for a key of somebody else that the caller may not change"),
        (status = 409, description = "`key_revoked`"),
        (status = 412, description = "`changed_meanwhile`"),
        (status = 422, description = "`invalid_name`, `invalid_description`, `invalid_metadata`, `invalid_level`, `invalid_scopes`, `unknown_scope`, `invalid_expires_at`, `invalid_allowed_addresses`, `invalid_rate_limit`"),
    ),
)]
pub async fn patch(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let wanted = reach(&call, &app, id(&request, "id")?, Deed::Change).await?.id;
    let patch: ApiKeyPatch = body(&request, payload, &app).await?;
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    let (view, version) = change(&app, move |conn| {
        let seen = writing::find(conn, &call, wanted)?;
        condition.holds(seen.updated_at)?;
        let settings = making::settings(conn, &call)?;
        writing::not_stronger(conn, &call, &seen, &settings)?;
        let key = rules::patched(&call, &seen, &patch, &settings)?;
        if key.grant != seen.grant {
            making::may_give(conn, &call, &key.grant)?;
        }
        // Whoever widens a key or lets it live on hands out what it may do.
        if key.grant != seen.grant
            || key.expires_at != seen.expires_at
            || key.allowed_addresses != seen.allowed_addresses
        {
            making::not_above(conn, &call, &key, &settings)?;
        }
        writing::write(conn, (&call, &random), "api_key.update", (&seen, &key))?;
        Ok((listing::view(conn, call.tenant, &key, call.now)?, key.updated_at))
    })
    .await?;
    Ok(shown(&view, version))
}

/// Revokes a key, at once and for good. It is still shown, as one that was revoked.
#[utoipa::path(
    delete, path = "/v1/api-keys/{id}", tag = "API keys", operation_id = "revoke_api_key",
    params(
        ("id" = uuid::Uuid, Path, description = "The key"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the deed is based on"),
    ),
    responses(
        (status = 204, description = "It never works again"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `api_keys:manage` or, for the keys of others, `api_keys:administer` and every permission that the key has; for the keys of a service account `service_accounts:update` is enough"),
        (status = 404, description = "`not_found`: also for a key of somebody else that the caller may not change"),
        (status = 412, description = "`changed_meanwhile`"),
    ),
)]
pub async fn delete(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let wanted = reach(&call, &app, id(&request, "id")?, Deed::Change).await?.id;
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    change(&app, move |conn| {
        let seen = writing::find(conn, &call, wanted)?;
        condition.holds(seen.updated_at)?;
        let settings = making::settings(conn, &call)?;
        writing::not_stronger(conn, &call, &seen, &settings)?;
        let reason = reason(&call, &seen);
        let key = rules::with_status(&call, &seen, (KeyStatus::Revoked, reason));
        writing::write(conn, (&call, &random), "api_key.revoke", (&seen, &key))
    })
    .await?;
    Ok(done())
}

/// Why a key does not work when this call ends it.
pub(super) fn reason(call: &Call, key: &ApiKey) -> &'static str {
    if is_own(call, key) { rules::BY_OWNER } else { rules::BY_ADMINISTRATOR }
}
