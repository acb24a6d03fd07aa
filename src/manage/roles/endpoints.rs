//! `/v1/roles`.

use std::collections::HashMap;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::{HoldersView, NewRole, RolePatch, RoleView, rules};
use crate::app::App;
use crate::audit::{self, Changes, Target};
use crate::db::{Conn, DbError};
use crate::manage::endpoints::{
    Precondition, body, call, change, create, creation_body, done, etag, id, list_query, look, ok, shown,
};
use crate::manage::paging::{Page, PageRequest};
use crate::manage::principals::{PrincipalView, after, begins_with, describe};
use crate::manage::{Answer, Call};
use crate::roles::{PrincipalKind, Role, RoleId, store};
use crate::tenants::TenantId;
use crate::web::{Problem, paths};

/// Lists roles by slug.
#[utoipa::path(
    get, path = "/v1/roles", tag = "roles", operation_id = "list_roles",
    params(
        ("q" = Option<String>, Query, description = "What the slug begins with"),
        ("include" = Option<String>, Query, description = "`holders`: tells how many hold each"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<RoleView>),
        (status = 400, description = "`invalid_limit`, `invalid_cursor`, `invalid_filter`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `roles:read`"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "roles:read").await?;
    let params = list_query(&request, &["q", "include"])?;
    let start = begins_with(&params)?;
    let with_holders = match params.get("include") {
        None => false,
        Some("holders") => true,
        Some(_) => return Err(Problem::bad_request("invalid_filter", "include: holders.")),
    };
    let page = PageRequest::read(&params, &app.master, format!("roles:{}", call.tenant))?;
    let (after, wanted) = (page.after.clone(), page.wanted());
    let rows = look(&app, move |conn| {
        let roles = store::list(conn, call.tenant, start.as_deref(), (after.as_deref(), wanted))?;
        if with_holders {
            return holders_of(conn, call.tenant, &roles);
        }
        Ok(roles.iter().map(RoleView::from).collect())
    })
    .await?;
    Ok(ok(&page.finish(rows, |row| row.slug.clone(), |row| row)))
}

/// Roles with how many hold each.
fn holders_of(conn: &mut Conn<'_>, tenant: TenantId, roles: &[Role]) -> Result<Vec<RoleView>, DbError> {
    let ids: Vec<RoleId> = roles.iter().map(|role| role.id).collect();
    let mut held: HashMap<RoleId, HoldersView> = HashMap::new();
    for (role, kind, count) in store::count_holders_of(conn, tenant, &ids)? {
        let of = held.entry(role).or_default();
        match kind {
            PrincipalKind::User => of.users += count,
            PrincipalKind::ServiceAccount => of.service_accounts += count,
            PrincipalKind::Team => of.teams += count,
        }
    }
    Ok(roles
        .iter()
        .map(|role| RoleView::from(role).held_by(held.remove(&role.id).unwrap_or_default()))
        .collect())
}

/// Creates a role out of what its creator holds.
#[utoipa::path(
    post, path = "/v1/roles", tag = "roles", operation_id = "create_role",
    request_body = NewRole,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable for a day")),
    responses(
        (status = 201, description = "Created", body = RoleView),
        (status = 400, description = "`invalid_body`, `invalid_idempotency_key`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `roles:create` and every permission of the role"),
        (status = 409, description = "`already_exists`: the slug is taken"),
        (status = 422, description = "`invalid_slug`, `invalid_display_name`, `invalid_permission`, `unknown_permission`, `too_many`, `idempotency_key_reused`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "roles:create").await?;
    let (wanted, key) = creation_body::<NewRole>(&request, payload, (&app, &call)).await?;
    let role = rules::new(&call, &app.random, &wanted)?;
    let (random, made) = (app.random.clone(), call.clone());
    create(&app, &call, key, move |conn| {
        store::insert(conn, made.tenant, &role)?;
        let view = RoleView::from(&role);
        let event = made.event(&random, "role.create", target(&role), Changes::created(&view));
        audit::store::insert(conn, made.tenant, &event)?;
        Ok(Answer {
            location: format!("{}/{}", paths::ROLES, role.id),
            etag: etag(role.updated_at),
            body: json!(view),
        })
    })
    .await
}

fn target(role: &Role) -> Target {
    Target::new("role", role.id, role.slug.as_str())
}

/// The role that the path names, for a caller that has this permission for every role or for this one.
async fn reach(call: &Call, app: &App, request: &HttpRequest, permission: &str) -> Result<Role, Problem> {
    let (tenant, wanted) = (call.tenant, id(request, "id")?);
    match look(app, move |conn| store::find(conn, tenant, wanted)).await? {
        Some(role) => {
            call.need_on(app, permission, &[role.slug.as_str(), &role.id.to_string()]).await?;
            Ok(role)
        }
        None => {
            call.need(app, permission).await?;
            Err(Problem::not_found())
        }
    }
}

/// Shows one role and how many hold it.
#[utoipa::path(
    get, path = "/v1/roles/{id}", tag = "roles", operation_id = "get_role",
    params(("id" = uuid::Uuid, Path, description = "The role")),
    responses(
        (status = 200, description = "The role", body = RoleView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `roles:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let role = reach(&call, &app, &request, "roles:read").await?;
    let holders = look(&app, move |conn| store::count_holders(conn, call.tenant, role.id)).await?;
    Ok(shown(&RoleView { holders: Some(holders), ..RoleView::from(&role) }, role.updated_at))
}

/// Changes a role, and with it what all of its holders may do.
#[utoipa::path(
    patch, path = "/v1/roles/{id}", tag = "roles", operation_id = "update_role",
    params(
        ("id" = uuid::Uuid, Path, description = "The role"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the change is based on"),
    ),
    request_body(content = RolePatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = RoleView),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `roles:update` and every permission of the role before and after"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`built_in`"),
        (status = 412, description = "`changed_meanwhile`"),
        (status = 422, description = "`invalid_display_name`, `invalid_permission`, `unknown_permission`, `too_many`"),
    ),
)]
pub async fn patch(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let wanted = reach(&call, &app, &request, "roles:update").await?.id;
    let patch: RolePatch = body(&request, payload, &app).await?;
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    let role = change(&app, move |conn| {
        let seen = store::find(conn, call.tenant, wanted)?.ok_or_else(Problem::not_found)?;
        condition.holds(seen.updated_at)?;
        let role = rules::patched(&call, &seen, &patch)?;
        if role == seen {
            return Ok(role);
        }
        if !store::update_seen(conn, call.tenant, &role, seen.updated_at)? {
            return Err(DbError::Retry.into());
        }
        let changes = Changes::between(&RoleView::from(&seen), &RoleView::from(&role));
        let event = call.event(&random, "role.update", target(&role), changes);
        audit::store::insert(conn, call.tenant, &event)?;
        Ok(role)
    })
    .await?;
    Ok(shown(&RoleView::from(&role), role.updated_at))
}

/// Deletes a role and takes it from everybody who holds it.
#[utoipa::path(
    delete, path = "/v1/roles/{id}", tag = "roles", operation_id = "delete_role",
    params(
        ("id" = uuid::Uuid, Path, description = "The role"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the deletion is based on"),
    ),
    responses(
        (status = 204, description = "It is gone"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `roles:delete` and every permission of the role"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`built_in`"),
        (status = 412, description = "`changed_meanwhile`"),
    ),
)]
pub async fn delete(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let wanted = reach(&call, &app, &request, "roles:delete").await?.id;
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    change(&app, move |conn| {
        let role = store::find(conn, call.tenant, wanted)?.ok_or_else(Problem::not_found)?;
        condition.holds(role.updated_at)?;
        rules::may_change(&call, &role)?;
        let holders = store::count_holders(conn, call.tenant, role.id)?;
        if !store::delete(conn, call.tenant, role.id)? {
            return Err(DbError::Retry.into());
        }
        let gone = RoleView { holders: Some(holders), ..RoleView::from(&role) };
        let changes = Changes::between(&gone, &json!({}));
        let event = call.event(&random, "role.delete", target(&role), changes);
        Ok(audit::store::insert(conn, call.tenant, &event)?)
    })
    .await?;
    Ok(done())
}

/// Lists who holds a role themselves: people, service accounts and teams.
#[utoipa::path(
    get, path = "/v1/roles/{id}/holders", tag = "roles", operation_id = "list_role_holders",
    params(
        ("id" = uuid::Uuid, Path, description = "The role"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<PrincipalView>),
        (status = 400, description = "`invalid_limit`, `invalid_cursor`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `roles:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn holders(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let role = reach(&call, &app, &request, "roles:read").await?;
    let params = list_query(&request, &[])?;
    let page = PageRequest::read(&params, &app.master, format!("role_holders:{}", role.id))?;
    let (begin, wanted) = (after(page.after.as_deref()), page.wanted());
    let rows = look(&app, move |conn| {
        let holders = store::holders(conn, call.tenant, role.id, (begin, wanted))?;
        let holders: Vec<_> = holders.iter().map(|one| (one.kind, one.id, one.since)).collect();
        describe(conn, call.tenant, &holders)
    })
    .await?;
    Ok(ok(&page.finish(rows, |row| row.id.to_string(), |row| row)))
}
