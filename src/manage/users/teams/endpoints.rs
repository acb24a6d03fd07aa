//! `/v1/users/{id}/teams`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::UserTeamsView;
use crate::app::App;
use crate::manage::endpoints::{call, id, look, ok};
use crate::manage::teams::TeamView;
use crate::teams;
use crate::users::{self, UserId};
use crate::web::Problem;

/// Lists the teams that a person belongs to.
#[utoipa::path(
    get, path = "/v1/users/{id}/teams", tag = "users", operation_id = "list_user_teams",
    params(("id" = uuid::Uuid, Path, description = "The person")),
    responses(
        (status = 200, description = "The teams", body = UserTeamsView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "users:read").await?;
    let (tenant, wanted): (_, UserId) = (call.tenant, id(&request, "id")?);
    let found = look(&app, move |conn| {
        if users::store::find(conn, tenant, wanted)?.is_none() {
            return Ok(None);
        }
        teams::store::memberships(conn, tenant, &[wanted.uuid()]).map(Some)
    });
    let teams = found.await?.ok_or_else(Problem::not_found)?;
    Ok(ok(&UserTeamsView { teams: teams.iter().map(|(_, team)| TeamView::from(team)).collect() }))
}
