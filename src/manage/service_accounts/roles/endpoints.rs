//! `/v1/service-accounts/{id}/roles`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::HeldRolesView;
use crate::app::App;
use crate::audit::{self, Changes};
use crate::db::{Conn, DbError};
use crate::manage::endpoints::{body, call, change, look, ok};
use crate::manage::principals::{RolesChange, replace_roles};
use crate::manage::service_accounts::endpoints::{reach, target};
use crate::manage::service_accounts::rules::living;
use crate::roles::{self, PrincipalKind};
use crate::service_accounts::ServiceAccount;
use crate::web::Problem;

fn held(conn: &mut Conn<'_>, account: &ServiceAccount) -> Result<HeldRolesView, DbError> {
    let (tenant, id) = (account.tenant_id, account.id);
    let own = roles::store::assigned_to(conn, tenant, id)?;
    let permissions = roles::store::permissions_of(conn, tenant, id)?;
    Ok(HeldRolesView {
        roles: own.into_iter().map(|role| role.slug).collect(),
        effective_roles: roles::store::held_by(conn, tenant, id)?,
        permissions: permissions.iter().map(ToString::to_string).collect(),
    })
}

/// Shows the roles of a service account and what it may do.
#[utoipa::path(
    get, path = "/v1/service-accounts/{id}/roles", tag = "service accounts", operation_id = "get_service_account_roles",
    params(("id" = uuid::Uuid, Path, description = "The service account")),
    responses(
        (status = 200, description = "Its roles", body = HeldRolesView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `service_accounts:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let account = reach(&call, &app, &request, "service_accounts:read").await?;
    let view = look(&app, move |conn| held(conn, &account)).await?;
    Ok(ok(&view))
}

/// Makes these roles those that a service account holds itself.
#[utoipa::path(
    put, path = "/v1/service-accounts/{id}/roles", tag = "service accounts", operation_id = "replace_service_account_roles",
    params(("id" = uuid::Uuid, Path, description = "The service account")),
    request_body = RolesChange,
    responses(
        (status = 200, description = "Its roles now", body = HeldRolesView),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `roles:assign`, and every permission that it holds before and after"),
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
    let view = change(&app, move |conn| {
        let account = living(conn, call.tenant, wanted)?;
        let principal = (PrincipalKind::ServiceAccount, account.id);
        let (before, after) = replace_roles(conn, &call, principal, &change_to.roles)?;
        let changes = Changes::none().field("roles", &before, &after);
        if !changes.is_empty() {
            let event = call.event(&random, "service_account.update_roles", target(&account), changes);
            audit::store::insert(conn, call.tenant, &event)?;
        }
        Ok(held(conn, &account)?)
    })
    .await?;
    Ok(ok(&view))
}
