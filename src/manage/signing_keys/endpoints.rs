//! `/v1/signing-keys`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::listing::{self, FILTERS, views};
use super::reach::reach;
use super::{NewSigningKey, SigningKeyPatch, SigningKeyView, making, rules, writing};
use crate::app::App;
use crate::credentials::KeyStatus;
use crate::manage::api_keys::making::{may_give, settings};
use crate::manage::api_keys::reach::{Deed, caller, within_scope};
use crate::manage::api_keys::view::owner_of;
use crate::manage::endpoints::{
    Precondition, body, call, change, create, creation_body, done, etag, id, list_query, look, ok, shown,
};
use crate::manage::paging::{Page, PageRequest};
use crate::manage::{Answer, Stop};
use crate::request_keys::{RequestKeyId, store};
use crate::web::{Problem, paths};

/// Lists signing keys, newest first: one's own, or with `scope=tenant` those of the whole organisation.
#[utoipa::path(
    get, path = "/v1/signing-keys", tag = "signing keys", operation_id = "list_signing_keys",
    params(
        ("scope" = Option<String>, Query, description = "`own`, which is the default, or `tenant`"),
        ("status" = Option<String>, Query, description = "`active`, `expired`, `disabled`, `revoked`; several separated by commas"),
        ("owner" = Option<String>, Query, description = "`user:ID` or `service_account:ID`"),
        ("fingerprint" = Option<String>, Query, description = "The one of this fingerprint; a plus sign in it is written as `%2B`"),
        ("expires_before" = Option<String>, Query, description = "Only those that end before this time"),
        ("unused_since" = Option<String>, Query, description = "Only those that were there at this time and were not used since"),
        ("q" = Option<String>, Query, description = "What the name begins with"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<SigningKeyView>),
        (status = 400, description = "`invalid_limit`, `invalid_cursor`, `invalid_filter`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `api_keys:manage`; with `scope=tenant` instead `api_keys:read` or `api_keys:administer`"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let params = list_query(&request, FILTERS)?;
    let (filter, fingerprint) = listing::filter(&params)?;
    let Some(filter) = within_scope((&app, &call), &params, filter).await? else {
        return Ok(ok(&Page::<SigningKeyView> { items: Vec::new(), next_cursor: None }));
    };
    let page = PageRequest::read(&params, &app.master, format!("signing_keys:{}", call.tenant))?;
    let before: Option<RequestKeyId> = page.after.as_deref().and_then(|text| text.parse().ok());
    let (tenant, now, wanted) = (call.tenant, call.now, page.wanted());
    let rows = look(&app, move |conn| {
        let keys = store::list(conn, tenant, (&filter, fingerprint.as_ref()), (before, wanted), now)?;
        views(conn, tenant, &keys, now)
    })
    .await?;
    Ok(ok(&page.finish(rows, |row| row.id.to_string(), |row| row)))
}

/// Registers a public key. It belongs to the caller, or for administrators to whom they name.
#[utoipa::path(
    post, path = "/v1/signing-keys", tag = "signing keys", operation_id = "create_signing_key",
    request_body = NewSigningKey,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable for a day")),
    responses(
        (status = 201, description = "Registered", body = SigningKeyView),
        (status = 400, description = "`invalid_body`, `invalid_idempotency_key`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `api_keys:manage`, for another owner instead `api_keys:administer`, and every permission that the key has"),
        (status = 409, description = "`already_exists`: the key is registered, whether here or elsewhere and whatever became of it; `limit_reached`: an owner has at most 100 keys that are not revoked"),
        (status = 422, description = "`invalid_public_key`, `invalid_name`, `invalid_description`, `invalid_level`, `invalid_scopes`, `unknown_scope`, `invalid_expires_at`, `invalid_allowed_addresses`, `invalid_rate_limit`, `unknown_owner`, `idempotency_key_reused`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let held = &call.actor.permissions;
    let may = held.allows("api_keys:manage") || held.allows("api_keys:administer");
    call.allow(&app, "api_keys:manage", may).await?;
    let (wanted, key) = creation_body::<NewSigningKey>(&request, payload, (&app, &call)).await?;
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
    let (by, random) = (call.clone(), app.random.clone());
    create(&app, &call, key, move |conn| {
        let key = making::make(conn, (&by, &random), owner, &wanted)?;
        let view = listing::view(conn, by.tenant, &key, by.now)?;
        Ok(Answer {
            location: format!("{}/{}", paths::SIGNING_KEYS, key.id),
            etag: etag(key.updated_at),
            body: json!(view),
        })
    })
    .await
}

/// Shows one signing key, with what it may do right now.
#[utoipa::path(
    get, path = "/v1/signing-keys/{id}", tag = "signing keys", operation_id = "get_signing_key",
    params(("id" = uuid::Uuid, Path, description = "The key")),
    responses(
        (status = 200, description = "The key", body = SigningKeyView),
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
    let view: Result<SigningKeyView, Stop> = app
        .db
        .read(move |conn| {
            let settings = settings(conn, &asking)?;
            let may = making::effective(conn, &asking, &key, &settings)?;
            let permissions = Some(may.iter().map(ToString::to_string).collect());
            Ok(SigningKeyView { permissions, ..listing::view(conn, asking.tenant, &key, asking.now)? })
        })
        .await;
    Ok(shown(&view?, version))
}

/// Changes a signing key. What it is stays: another key is another registration.
#[utoipa::path(
    patch, path = "/v1/signing-keys/{id}", tag = "signing keys", operation_id = "update_signing_key",
    params(
        ("id" = uuid::Uuid, Path, description = "The key"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the change is based on"),
    ),
    request_body(content = SigningKeyPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = SigningKeyView),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `api_keys:manage` or, for the keys of others, `api_keys:administer`, and every permission that the key has before and after; for the keys of a service account `service_accounts:update` is enough"),
        (status = 404, description = "`not_found`: also for a key of somebody else that the caller may not change"),
        (status = 409, description = "`key_revoked`"),
        (status = 412, description = "`changed_meanwhile`"),
        (status = 422, description = "`invalid_name`, `invalid_description`, `invalid_level`, `invalid_scopes`, `unknown_scope`, `invalid_expires_at`, `invalid_allowed_addresses`, `invalid_rate_limit`"),
    ),
)]
pub async fn patch(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let wanted = reach(&call, &app, id(&request, "id")?, Deed::Change).await?.id;
    let patch: SigningKeyPatch = body(&request, payload, &app).await?;
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    let (view, version) = change(&app, move |conn| {
        let seen = writing::find(conn, &call, wanted)?;
        condition.holds(seen.updated_at)?;
        let settings = settings(conn, &call)?;
        writing::not_stronger(conn, &call, &seen, &settings)?;
        let key = rules::patched(&call, &seen, &patch, &settings)?;
        if key.grant != seen.grant {
            may_give(conn, &call, &key.grant)?;
        }
        // Whoever widens a key or lets it live on hands out what it may do.
        if key.grant != seen.grant
            || key.expires_at != seen.expires_at
            || key.allowed_addresses != seen.allowed_addresses
        {
            making::not_above(conn, &call, &key, &settings)?;
        }
        writing::write(conn, (&call, &random), "signing_key.update", (&seen, &key))?;
        Ok((listing::view(conn, call.tenant, &key, call.now)?, key.updated_at))
    })
    .await?;
    Ok(shown(&view, version))
}

/// Revokes a signing key, at once and for good. It is still shown, as one that was revoked.
#[utoipa::path(
    delete, path = "/v1/signing-keys/{id}", tag = "signing keys", operation_id = "revoke_signing_key",
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
        let settings = settings(conn, &call)?;
        writing::not_stronger(conn, &call, &seen, &settings)?;
        let key = rules::with_status(&call, &seen, (KeyStatus::Revoked, writing::reason(&call, &seen)));
        writing::write(conn, (&call, &random), "signing_key.revoke", (&seen, &key))
    })
    .await?;
    Ok(done())
}
