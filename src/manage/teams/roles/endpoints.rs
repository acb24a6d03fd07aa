//! `/v1/teams/{id}/roles`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use crate::app::App;
use crate::audit::{self, Changes};
use crate::manage::endpoints::{body, call, change, look, ok};
use crate::manage::principals::{RolesChange, RolesView, replace_roles};
use crate::manage::teams::endpoints::{reach, target};
use crate::roles::{self, PrincipalKind};
use crate::teams::store;
use crate::web::Problem;

/// Shows the roles of a team.
#[utoipa::path(
    get, path = "/v1/teams/{id}/roles", tag = "teams", operation_id = "get_team_roles",
    params(("id" = uuid::Uuid, Path, description = "The team")),
    responses(
        (status = 200, description = "Its roles", body = RolesView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `teams:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let team = reach(&call, &app, &request, "teams:read").await?;
    let roles = look(&app, move |conn| roles::store::assigned_to(conn, call.tenant, team.id)).await?;
    Ok(ok(&RolesView { roles: roles.into_iter().map(|role| role.slug).collect() }))
}

/// Makes these roles those of a team. Every member holds them from then on.
#[utoipa::path(
    put, path = "/v1/teams/{id}/roles", tag = "teams", operation_id = "replace_team_roles",
    params(("id" = uuid::Uuid, Path, description = "The team")),
    request_body = RolesChange,
    responses(
        (status = 200, description = "Its roles now", body = RolesView),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `roles:assign`, and every permission of the roles before and after"),
        (status = 404, description = "`not_found`"),
        (status = 422, description = "`unknown_role`, `too_many`"),
    ),
)]
pub async fn put(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "roles:assign").await?;
    let wanted = reach(&call, &app, &request, "roles:assign").await?.id;
    let change_to: RolesChange = body(&request, payload, &app).await?;
    let random = app.random.clone();
    let roles = change(&app, move |conn| {
        let team = store::hold(conn, call.tenant, wanted)?.ok_or_else(Problem::not_found)?;
        let principal = (PrincipalKind::Team, team.id);
        let (before, after) = replace_roles(conn, &call, principal, &change_to.roles)?;
        let changes = Changes::none().field("roles", &before, &after);
        if !changes.is_empty() {
            let event = call.event(&random, "team.update_roles", target(&team), changes);
            audit::store::insert(conn, call.tenant, &event)?;
        }
        Ok(after)
    })
    .await?;
    Ok(ok(&RolesView { roles }))
}
