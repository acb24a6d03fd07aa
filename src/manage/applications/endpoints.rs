//! `/v1/applications`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::change::{EVERY_TENANT, find, guard, living, target, within_limit, write};
use super::{ApplicationPatch, ApplicationView, CreatedApplication, NewApplication, rules};
use crate::app::App;
use crate::audit::{self, Changes};
use crate::clients::{Client, ClientKind, ClientPk, ClientStatus, StoredSecret, store};
use crate::manage::application_secrets;
use crate::manage::endpoints::{
    Precondition, body, call, change, create, creation_body, done, etag, id, list_query, look, ok, several,
    shown,
};
use crate::manage::paging::{Page, PageRequest};
use crate::manage::{Answer, Call};
use crate::secret::Secret;
use crate::web::{Problem, paths};

/// Lists applications by identifier.
#[utoipa::path(
    get, path = "/v1/applications", tag = "applications", operation_id = "list_applications",
    params(
        ("status" = Option<String>, Query, description = "`active`, `disabled`, `deleted`; several separated by commas"),
        ("kind" = Option<String>, Query, description = "`web`, `spa`, `native`, `machine`; several separated by commas"),
        ("q" = Option<String>, Query, description = "What the `client_id` begins with"),
        ("tenant" = Option<String>, Query, description = "Another organisation than one's own"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<ApplicationView>),
        (status = 400, description = "`invalid_limit`, `invalid_cursor`, `invalid_filter`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `applications:read`"),
        (status = 404, description = "`not_found`: the organisation"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "applications:read").await?;
    let params = list_query(&request, &["status", "kind", "q"])?;
    let filter = store::ClientFilter {
        status: several::<ClientStatus>(&params, "status")?,
        kind: several::<ClientKind>(&params, "kind")?,
        begins_with: params.get("q").map(str::to_owned),
    };
    let page = PageRequest::read(&params, &app.master, format!("applications {}", call.tenant))?;
    let after = page.after.as_deref().and_then(|text| text.parse::<ClientPk>().ok());
    let (tenant, wanted) = (call.tenant, page.wanted());
    let rows = look(&app, move |conn| store::list(conn, tenant, &filter, (after, wanted))).await?;
    Ok(ok(&page.finish(rows, |row| row.id.to_string(), |row| ApplicationView::from(&row))))
}

/// Registers an application. The secret of a confidential one is in this answer and nowhere else.
#[utoipa::path(
    post, path = "/v1/applications", tag = "applications", operation_id = "create_application",
    request_body = NewApplication,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable for a day")),
    responses(
        (status = 201, description = "Registered", body = CreatedApplication),
        (status = 400, description = "`invalid_body`, `invalid_idempotency_key`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `applications:create`, and `tenants:update` for \
            `first_party`, `all_tenants`, and the scope `gridkey:manage` on what people sign in to"),
        (status = 404, description = "`not_found`: the organisation"),
        (status = 409, description = "`already_exists`: the client id is taken; `limit_reached`"),
        (status = 422, description = "`invalid_display_name`, `invalid_client_id`, `invalid_redirect_uris`, \
            `invalid_post_logout_redirect_uris`, `invalid_grant_types`, `invalid_response_modes`, \
            `invalid_auth_method`, `invalid_require_pkce`, `invalid_scopes`, `invalid_settings`, \
            `idempotency_key_reused`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "applications:create").await?;
    let (wanted, key) = creation_body::<NewApplication>(&request, payload, (&app, &call)).await?;
    let client = rules::new(&call, &app.random, wanted)?;
    if rules::is_trusted(&client) {
        call.need(&app, EVERY_TENANT).await?;
    }
    let secret = (!client.is_public()).then(|| application_secrets::generate(&app.random));
    let (random, made) = (app.random.clone(), call.clone());
    create(&app, &call, key, move |conn| {
        within_limit(conn, made.tenant)?;
        store::insert(conn, made.tenant, &client)?;
        if let Some(secret) = &secret {
            let stored = StoredSecret {
                id: random.id(made.now),
                client_pk: client.id,
                digest: secret.digest(),
                created_at: made.now,
                expires_at: None,
            };
            store::add_secret(conn, made.tenant, &stored)?;
        }
        let view = ApplicationView::from(&client);
        let event = made.event(&random, "application.create", target(&client), Changes::created(&view));
        audit::store::insert(conn, made.tenant, &event)?;
        let client_secret = secret.as_ref().map(|secret: &Secret| secret.expose().to_owned());
        Ok(Answer {
            location: format!("{}/{}", paths::APPLICATIONS, client.id),
            etag: etag(client.updated_at),
            body: json!(CreatedApplication { application: view, client_secret }),
        })
    })
    .await
}

/// Shows one application.
#[utoipa::path(
    get, path = "/v1/applications/{id}", tag = "applications", operation_id = "get_application",
    params(("id" = uuid::Uuid, Path, description = "The application")),
    responses(
        (status = 200, description = "The application", body = ApplicationView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `applications:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "applications:read").await?;
    let (tenant, wanted): (_, ClientPk) = (call.tenant, id(&request, "id")?);
    let client = look(&app, move |conn| find(conn, tenant, wanted)).await?.ok_or_else(Problem::not_found)?;
    Ok(shown(&ApplicationView::from(&client), client.updated_at))
}

/// Changes an application. Disabling it ends its codes and tokens.
#[utoipa::path(
    patch, path = "/v1/applications/{id}", tag = "applications", operation_id = "update_application",
    params(
        ("id" = uuid::Uuid, Path, description = "The application"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the change is based on"),
    ),
    request_body(content = ApplicationPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = ApplicationView),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `applications:update`, and `tenants:update` for what \
            is or becomes `first_party`, `all_tenants`, or has the scope `gridkey:manage` and people sign in to it"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`changed_meanwhile`"),
        (status = 422, description = "`invalid_display_name`, `invalid_status`, `invalid_redirect_uris`, \
            `invalid_post_logout_redirect_uris`, `invalid_grant_types`, `invalid_response_modes`, \
            `invalid_auth_method`, `invalid_require_pkce`, `invalid_scopes`, `invalid_settings`"),
    ),
)]
pub async fn patch(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "applications:update").await?;
    let wanted: ClientPk = id(&request, "id")?;
    let patch: ApplicationPatch = body(&request, payload, &app).await?;
    let condition = Precondition::of(&request);
    let seen = present(&app, &call, wanted).await?;
    if rules::needs_every_tenant(&seen, &rules::patched(&call, &seen, &patch)?) {
        call.need(&app, EVERY_TENANT).await?;
    }
    let random = app.random.clone();
    let client = change(&app, move |conn| {
        let seen = living(conn, call.tenant, wanted)?;
        condition.holds(seen.updated_at)?;
        let client = rules::patched(&call, &seen, &patch)?;
        write(conn, &call, &random, "application.update", (&seen, &client))?;
        Ok(client)
    })
    .await?;
    Ok(shown(&ApplicationView::from(&client), client.updated_at))
}

/// An application as it is before a change of it.
pub async fn present(app: &App, call: &Call, wanted: ClientPk) -> Result<Client, Problem> {
    let tenant = call.tenant;
    let found = look(app, move |conn| find(conn, tenant, wanted)).await?;
    found.filter(|client| client.deleted_at.is_none()).ok_or_else(Problem::not_found)
}

/// Puts an application into the recycle bin: its codes and tokens end.
#[utoipa::path(
    delete, path = "/v1/applications/{id}", tag = "applications", operation_id = "delete_application",
    params(
        ("id" = uuid::Uuid, Path, description = "The application"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the deletion is based on"),
    ),
    responses(
        (status = 204, description = "It is in the recycle bin for seven days"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `applications:delete`, and `tenants:update` for what \
            serves every organisation"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`changed_meanwhile`"),
    ),
)]
pub async fn delete(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "applications:delete").await?;
    let wanted: ClientPk = id(&request, "id")?;
    if present(&app, &call, wanted).await?.all_tenants {
        call.need(&app, EVERY_TENANT).await?;
    }
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    change(&app, move |conn| {
        let seen = living(conn, call.tenant, wanted)?;
        condition.holds(seen.updated_at)?;
        let client = Client {
            status: ClientStatus::Deleted,
            deleted_at: Some(call.now),
            updated_at: call.next_version(seen.updated_at),
            ..seen.clone()
        };
        write(conn, &call, &random, "application.delete", (&seen, &client))
    })
    .await?;
    Ok(done())
}

/// Brings an application back from the recycle bin. Tokens that it had stay dead.
#[utoipa::path(
    post, path = "/v1/applications/{id}/restore", tag = "applications", operation_id = "restore_application",
    params(("id" = uuid::Uuid, Path, description = "The application")),
    responses(
        (status = 200, description = "As it is now", body = ApplicationView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `applications:delete`, and `tenants:update` for what \
            serves every organisation"),
        (status = 404, description = "`not_found`: it is not in the recycle bin"),
        (status = 409, description = "`limit_reached`"),
    ),
)]
pub async fn restore(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "applications:delete").await?;
    let (tenant, wanted): (_, ClientPk) = (call.tenant, id(&request, "id")?);
    let found = look(&app, move |conn| find(conn, tenant, wanted)).await?;
    if found.is_some_and(|client| client.all_tenants) {
        call.need(&app, EVERY_TENANT).await?;
    }
    let random = app.random.clone();
    let client = change(&app, move |conn| {
        let seen = find(conn, call.tenant, wanted)?.filter(|client| client.deleted_at.is_some());
        let seen = seen.ok_or_else(Problem::not_found)?;
        guard(&call, seen.all_tenants)?;
        within_limit(conn, call.tenant)?;
        let client = Client {
            status: ClientStatus::Active,
            deleted_at: None,
            updated_at: call.next_version(seen.updated_at),
            ..seen.clone()
        };
        write(conn, &call, &random, "application.restore", (&seen, &client))?;
        Ok(client)
    })
    .await?;
    Ok(shown(&ApplicationView::from(&client), client.updated_at))
}
