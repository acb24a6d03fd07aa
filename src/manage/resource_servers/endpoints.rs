//! `/v1/resource-servers`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::{NewResourceServer, ResourceServerPatch, ResourceServerView, rules};
use crate::app::App;
use crate::audit::{self, Changes, Target};
use crate::clients;
use crate::db::{Conn, DbError};
use crate::manage::endpoints::{
    Precondition, body, call, change, create, creation_body, done, etag, id, list_query, look, ok, several,
    shown,
};
use crate::manage::paging::{Page, PageRequest};
use crate::manage::{Answer, Call, Stop};
use crate::resource_servers::{ResourceServer, ResourceServerId, ResourceServerStatus, store};
use crate::web::{Problem, paths};

/// How many applications a refusal names.
const NAMED: usize = 10;

/// Lists APIs by identifier.
#[utoipa::path(
    get, path = "/v1/resource-servers", tag = "resource-servers", operation_id = "list_resource_servers",
    params(
        ("status" = Option<String>, Query, description = "`active`, `disabled`"),
        ("tenant" = Option<String>, Query, description = "Another organisation than one's own"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<ResourceServerView>),
        (status = 400, description = "`invalid_limit`, `invalid_cursor`, `invalid_filter`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `resource_servers:read`"),
        (status = 404, description = "`not_found`: the organisation"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "resource_servers:read").await?;
    let params = list_query(&request, &["status"])?;
    let status = several::<ResourceServerStatus>(&params, "status")?;
    let page = PageRequest::read(&params, &app.master, format!("resource_servers {}", call.tenant))?;
    let after = page.after.as_deref().and_then(|text| text.parse::<ResourceServerId>().ok());
    let (tenant, wanted) = (call.tenant, page.wanted());
    let rows = look(&app, move |conn| store::list(conn, tenant, &status, (after, wanted))).await?;
    Ok(ok(&page.finish(rows, |row| row.id.to_string(), |row| ResourceServerView::from(&row))))
}

/// Registers an API. From then on tokens for it carry nothing but what it knows.
#[utoipa::path(
    post, path = "/v1/resource-servers", tag = "resource-servers", operation_id = "create_resource_server",
    request_body = NewResourceServer,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable for a day")),
    responses(
        (status = 201, description = "Registered", body = ResourceServerView),
        (status = 400, description = "`invalid_body`, `invalid_idempotency_key`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `resource_servers:create`"),
        (status = 404, description = "`not_found`: the organisation"),
        (status = 409, description = "`already_exists`: the organisation has an API of this audience"),
        (status = 422, description = "`invalid_audience`, `invalid_display_name`, `invalid_permissions`, \
            `invalid_settings`, `idempotency_key_reused`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "resource_servers:create").await?;
    let (wanted, key) = creation_body::<NewResourceServer>(&request, payload, (&app, &call)).await?;
    let server = rules::new(&call, &app.random, app.config.server.issuer(), wanted)?;
    let (random, made) = (app.random.clone(), call.clone());
    create(&app, &call, key, move |conn| {
        store::insert(conn, made.tenant, &server)?;
        let view = ResourceServerView::from(&server);
        let event = made.event(&random, "resource_server.create", target(&server), Changes::created(&view));
        audit::store::insert(conn, made.tenant, &event)?;
        Ok(Answer {
            location: format!("{}/{}", paths::RESOURCE_SERVERS, server.id),
            etag: etag(server.updated_at),
            body: json!(view),
        })
    })
    .await
}

/// Shows one API.
#[utoipa::path(
    get, path = "/v1/resource-servers/{id}", tag = "resource-servers", operation_id = "get_resource_server",
    params(("id" = uuid::Uuid, Path, description = "The API")),
    responses(
        (status = 200, description = "The API", body = ResourceServerView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `resource_servers:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "resource_servers:read").await?;
    let (tenant, wanted): (_, ResourceServerId) = (call.tenant, id(&request, "id")?);
    let found = look(&app, move |conn| store::find(conn, tenant, wanted)).await?;
    let server = found.ok_or_else(Problem::not_found)?;
    Ok(shown(&ResourceServerView::from(&server), server.updated_at))
}

/// Changes an API. Tokens that were issued before keep what they carry until they expire.
#[utoipa::path(
    patch, path = "/v1/resource-servers/{id}", tag = "resource-servers", operation_id = "update_resource_server",
    params(
        ("id" = uuid::Uuid, Path, description = "The API"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the change is based on"),
    ),
    request_body(content = ResourceServerPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = ResourceServerView),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `resource_servers:update`"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`changed_meanwhile`"),
        (status = 422, description = "`invalid_display_name`, `invalid_permissions`, `invalid_settings`"),
    ),
)]
pub async fn patch(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "resource_servers:update").await?;
    let wanted: ResourceServerId = id(&request, "id")?;
    let patch: ResourceServerPatch = body(&request, payload, &app).await?;
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    let server = change(&app, move |conn| {
        let seen = present(conn, &call, wanted)?;
        condition.holds(seen.updated_at)?;
        let server = rules::patched(&call, &seen, &patch)?;
        if seen == server {
            return Ok(server);
        }
        if !store::update(conn, call.tenant, &server, seen.updated_at)? {
            return Err(DbError::Retry.into());
        }
        let changes = Changes::between(&ResourceServerView::from(&seen), &ResourceServerView::from(&server));
        let event = call.event(&random, "resource_server.update", target(&server), changes);
        audit::store::insert(conn, call.tenant, &event)?;
        Ok(server)
    })
    .await?;
    Ok(shown(&ResourceServerView::from(&server), server.updated_at))
}

/// Deletes an API that no application names any more: tokens for an audience that is not registered are not limited, so
/// one that is in use is disabled instead.
#[utoipa::path(
    delete, path = "/v1/resource-servers/{id}", tag = "resource-servers", operation_id = "delete_resource_server",
    params(
        ("id" = uuid::Uuid, Path, description = "The API"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the deletion is based on"),
    ),
    responses(
        (status = 204, description = "It is gone"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `resource_servers:delete`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`in_use`: names the applications whose `settings.audiences` name it"),
        (status = 412, description = "`changed_meanwhile`"),
    ),
)]
pub async fn delete(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "resource_servers:delete").await?;
    let wanted: ResourceServerId = id(&request, "id")?;
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    change(&app, move |conn| {
        let seen = present(conn, &call, wanted)?;
        condition.holds(seen.updated_at)?;
        let users = clients::store::naming_audience(conn, call.tenant, &seen.audience)?;
        if !users.is_empty() {
            return Err(in_use(&users).into());
        }
        if !store::delete(conn, call.tenant, seen.id)? {
            return Err(DbError::Retry.into());
        }
        let changes = Changes::between(&ResourceServerView::from(&seen), &Value::Object(Default::default()));
        let event = call.event(&random, "resource_server.delete", target(&seen), changes);
        Ok(audit::store::insert(conn, call.tenant, &event)?)
    })
    .await?;
    Ok(done())
}

fn in_use(users: &[String]) -> Problem {
    let named = users.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let detail = format!("Tokens of {} applications are for it: {named}.", users.len());
    Problem::conflict("in_use", detail)
        .fix("Take it out of their settings.audiences first, or disable it with status.")
}

fn present(conn: &mut Conn<'_>, call: &Call, id: ResourceServerId) -> Result<ResourceServer, Stop> {
    Ok(store::find(conn, call.tenant, id)?.ok_or_else(Problem::not_found)?)
}

fn target(server: &ResourceServer) -> Target {
    Target::new("resource_server", server.id, server.audience.as_str())
}
