//! `/v1/teams`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::{NewTeam, TeamPatch, TeamView, rules};
use crate::app::App;
use crate::audit::{self, Changes, Target};
use crate::db::DbError;
use crate::manage::endpoints::{
    Precondition, body, call, change, create, creation_body, done, etag, id, list_query, look, ok, shown,
};
use crate::manage::paging::{Page, PageRequest};
use crate::manage::principals::{begins_with, not_above, vanished};
use crate::manage::{Answer, Call};
use crate::roles;
use crate::service_accounts;
use crate::teams::{Team, store};
use crate::web::{Problem, paths};

/// Lists teams by slug.
#[utoipa::path(
    get, path = "/v1/teams", tag = "teams", operation_id = "list_teams",
    params(
        ("q" = Option<String>, Query, description = "What the slug begins with"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<TeamView>),
        (status = 400, description = "`invalid_limit`, `invalid_cursor`, `invalid_filter`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `teams:read`"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "teams:read").await?;
    let params = list_query(&request, &["q"])?;
    let start = begins_with(&params)?;
    let page = PageRequest::read(&params, &app.master, format!("teams:{}", call.tenant))?;
    let (after, wanted) = (page.after.clone(), page.wanted());
    let rows =
        look(&app, move |conn| store::list(conn, call.tenant, start.as_deref(), (after.as_deref(), wanted)))
            .await?;
    Ok(ok(&page.finish(rows, |row| row.slug.to_string(), |row| TeamView::from(&row))))
}

/// Creates a team without members and roles.
#[utoipa::path(
    post, path = "/v1/teams", tag = "teams", operation_id = "create_team",
    request_body = NewTeam,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable for a day")),
    responses(
        (status = 201, description = "Created", body = TeamView),
        (status = 400, description = "`invalid_body`, `invalid_idempotency_key`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `teams:create`"),
        (status = 409, description = "`already_exists`: the slug is taken"),
        (status = 422, description = "`invalid_slug`, `invalid_display_name`, `invalid_description`, `idempotency_key_reused`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "teams:create").await?;
    let (wanted, key) = creation_body::<NewTeam>(&request, payload, (&app, &call)).await?;
    let team = rules::new(&call, &app.random, &wanted)?;
    let (random, made) = (app.random.clone(), call.clone());
    create(&app, &call, key, move |conn| {
        store::insert(conn, made.tenant, &team)?;
        let view = TeamView::from(&team);
        let event = made.event(&random, "team.create", target(&team), Changes::created(&view));
        audit::store::insert(conn, made.tenant, &event)?;
        Ok(Answer {
            location: format!("{}/{}", paths::TEAMS, team.id),
            etag: etag(team.updated_at),
            body: json!(view),
        })
    })
    .await
}

/// As the audit log names a team.
pub(super) fn target(team: &Team) -> Target {
    Target::new("team", team.id, team.slug.as_str())
}

/// The team that the path names, for a caller that has this permission for every team or for this one.
pub(super) async fn reach(
    call: &Call,
    app: &App,
    request: &HttpRequest,
    permission: &str,
) -> Result<Team, Problem> {
    let (tenant, wanted) = (call.tenant, id(request, "id")?);
    match look(app, move |conn| store::find(conn, tenant, wanted)).await? {
        Some(team) => {
            call.need_on(app, permission, &[team.slug.as_str(), &team.id.to_string()]).await?;
            Ok(team)
        }
        None => {
            call.need(app, permission).await?;
            Err(Problem::not_found())
        }
    }
}

/// Shows one team.
#[utoipa::path(
    get, path = "/v1/teams/{id}", tag = "teams", operation_id = "get_team",
    params(("id" = uuid::Uuid, Path, description = "The team")),
    responses(
        (status = 200, description = "The team", body = TeamView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `teams:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let team = reach(&call, &app, &request, "teams:read").await?;
    Ok(shown(&TeamView::from(&team), team.updated_at))
}

/// Changes a team.
#[utoipa::path(
    patch, path = "/v1/teams/{id}", tag = "teams", operation_id = "update_team",
    params(
        ("id" = uuid::Uuid, Path, description = "The team"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the change is based on"),
    ),
    request_body(content = TeamPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = TeamView),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `teams:update`"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`changed_meanwhile`"),
        (status = 422, description = "`invalid_display_name`, `invalid_description`"),
    ),
)]
pub async fn patch(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let wanted = reach(&call, &app, &request, "teams:update").await?.id;
    let patch: TeamPatch = body(&request, payload, &app).await?;
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    let team = change(&app, move |conn| {
        let seen = store::find(conn, call.tenant, wanted)?.ok_or_else(Problem::not_found)?;
        condition.holds(seen.updated_at)?;
        let team = rules::patched(&call, &seen, &patch)?;
        if team == seen {
            return Ok(team);
        }
        if !store::update(conn, call.tenant, &team, seen.updated_at)? {
            return Err(DbError::Retry.into());
        }
        let changes = Changes::between(&TeamView::from(&seen), &TeamView::from(&team));
        let event = call.event(&random, "team.update", target(&team), changes);
        audit::store::insert(conn, call.tenant, &event)?;
        Ok(team)
    })
    .await?;
    Ok(shown(&TeamView::from(&team), team.updated_at))
}

/// Deletes a team: its members lose at once what they held by it.
#[utoipa::path(
    delete, path = "/v1/teams/{id}", tag = "teams", operation_id = "delete_team",
    params(
        ("id" = uuid::Uuid, Path, description = "The team"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the deletion is based on"),
    ),
    responses(
        (status = 204, description = "It is gone"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `teams:delete` and all that the team holds"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`owns_service_accounts`"),
        (status = 412, description = "`changed_meanwhile`"),
    ),
)]
pub async fn delete(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let wanted = reach(&call, &app, &request, "teams:delete").await?.id;
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    change(&app, move |conn| {
        let team = store::hold(conn, call.tenant, wanted)?.ok_or_else(Problem::not_found)?;
        condition.holds(team.updated_at)?;
        not_above(conn, &call, team.id)?;
        if let Some(owned) = service_accounts::store::any_owned_by(conn, call.tenant, team.id)? {
            let detail = format!("The team owns service accounts, such as {owned:?}.");
            return Err(Problem::conflict("owns_service_accounts", detail)
                .fix("Give them to another team or delete them first.")
                .into());
        }
        service_accounts::store::release_deleted(conn, call.tenant, team.id)?;
        roles::store::withdraw_all(conn, call.tenant, team.id)?;
        store::delete(conn, call.tenant, team.id).map_err(vanished)?;
        let nothing = json!({});
        let changes = Changes::between(&TeamView::from(&team), &nothing);
        let event = call.event(&random, "team.delete", target(&team), changes);
        Ok(audit::store::insert(conn, call.tenant, &event)?)
    })
    .await?;
    Ok(done())
}
