//! `/v1/users/{id}/roles` and `/v1/users/{id}/permissions`.

use std::collections::BTreeSet;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::view::HeldRole;
use super::{PermissionsView, UserRolesView, WantedRoles};
use crate::app::App;
use crate::audit::{self, Changes};
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::manage::endpoints::{Precondition, body, call, change, id, look, ok, shown};
use crate::manage::users::groups::{named_roles, permissions};
use crate::manage::users::writing::{living, target};
use crate::manage::{Call, Stop};
use crate::random::Random;
use crate::roles::{self, PrincipalKind, Role};
use crate::tenants::TenantId;
use crate::users::{self, User, UserId};
use crate::web::Problem;

/// The roles that a person holds, first their own, then those by each team.
fn held(conn: &mut Conn<'_>, tenant: TenantId, user: UserId) -> Result<Vec<HeldRole>, DbError> {
    let own = roles::store::assigned_to(conn, tenant, user)?;
    let mut held: Vec<HeldRole> = own.into_iter().map(|role| (role, None)).collect();
    let by_team = roles::store::by_team(conn, tenant, user)?;
    held.extend(by_team.into_iter().map(|(team, role)| (role, Some(team))));
    Ok(held)
}

async fn find(request: &HttpRequest, app: &App) -> Result<(User, Vec<HeldRole>), Problem> {
    let call = call(request, app).await?;
    call.need(app, "users:read").await?;
    let (tenant, wanted): (_, UserId) = (call.tenant, id(request, "id")?);
    let found = look(app, move |conn| {
        let Some(user) = users::store::find(conn, tenant, wanted)? else { return Ok(None) };
        let held = held(conn, tenant, wanted)?;
        Ok(Some((user, held)))
    });
    found.await?.ok_or_else(Problem::not_found)
}

/// Shows the roles of a person.
#[utoipa::path(
    get, path = "/v1/users/{id}/roles", tag = "users", operation_id = "get_user_roles",
    params(("id" = uuid::Uuid, Path, description = "The person")),
    responses(
        (status = 200, description = "The roles; the ETag is the person's", body = UserRolesView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let (user, held) = find(&request, &app).await?;
    Ok(shown(&UserRolesView::of(&held), user.updated_at))
}

/// Shows what a person may do right now, and which roles and teams that comes from.
#[utoipa::path(
    get, path = "/v1/users/{id}/permissions", tag = "users", operation_id = "get_user_permissions",
    params(("id" = uuid::Uuid, Path, description = "The person")),
    responses(
        (status = 200, description = "The union over all roles", body = PermissionsView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get_permissions(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let (_, held) = find(&request, &app).await?;
    Ok(ok(&PermissionsView::of(&held)))
}

/// Replaces the roles that a person holds themselves.
#[utoipa::path(
    put, path = "/v1/users/{id}/roles", tag = "users", operation_id = "set_user_roles",
    params(
        ("id" = uuid::Uuid, Path, description = "The person"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the change is based on"),
    ),
    request_body = WantedRoles,
    responses(
        (status = 200, description = "The roles now", body = UserRolesView),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `roles:assign` and every permission of the roles that are added or taken away"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`changed_meanwhile`"),
        (status = 422, description = "`unknown_role`, `too_many`"),
    ),
)]
pub async fn put(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "roles:assign").await?;
    let user: UserId = id(&request, "id")?;
    let wanted: WantedRoles = body(&request, payload, &app).await?;
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    let (version, held) = change(&app, move |conn| {
        let seen = living(conn, &call, user)?;
        condition.holds(seen.updated_at)?;
        let roles = named_roles(conn, &call, &wanted.roles)?;
        let version = replace(conn, (&call, &random), &seen, &roles)?;
        Ok((version, held(conn, call.tenant, user)?))
    })
    .await?;
    Ok(shown(&UserRolesView::of(&held), version))
}

/// Gives and takes what differs. The person's version moves with it, so that of two who replace at once one looks again.
fn replace(
    conn: &mut Conn<'_>,
    (call, random): (&Call, &Random),
    seen: &User,
    wanted: &[Role],
) -> Result<Timestamp, Stop> {
    let current = roles::store::assigned_to(conn, call.tenant, seen.id)?;
    let missing = |of: &[Role], role: &Role| !of.iter().any(|other| other.id == role.id);
    let added: Vec<&Role> = wanted.iter().filter(|role| missing(&current, role)).collect();
    let taken: Vec<&Role> = current.iter().filter(|role| missing(wanted, role)).collect();
    if added.is_empty() && taken.is_empty() {
        return Ok(seen.updated_at);
    }
    for role in added.iter().chain(&taken) {
        call.may_grant(&permissions(role))?;
    }
    let user = User { updated_at: call.next_version(seen.updated_at), ..seen.clone() };
    if !users::store::update_seen(conn, call.tenant, &user, seen.updated_at)? {
        return Err(DbError::Retry.into());
    }
    for role in &added {
        roles::store::assign(conn, call.tenant, role.id, (PrincipalKind::User, seen.id), call.now)?;
    }
    for role in &taken {
        roles::store::withdraw(conn, call.tenant, role.id, seen.id)?;
    }
    let slugs = |of: &[Role]| of.iter().map(|role| role.slug.clone()).collect::<BTreeSet<_>>();
    let changes = Changes::none().field("roles", &slugs(&current), &slugs(wanted));
    let event = call.event(random, "user.set_roles", target(seen), changes);
    audit::store::insert(conn, call.tenant, &event)?;
    Ok(user.updated_at)
}
