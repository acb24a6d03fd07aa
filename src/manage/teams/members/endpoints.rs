//! `/v1/teams/{id}/members`.

use std::collections::BTreeSet;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::rules::{self, Moved};
use super::{Added, MembersChange, Removed};
use crate::app::App;
use crate::audit;
use crate::db::Conn;
use crate::manage::endpoints::{body, call, change, done, list_query, look, ok};
use crate::manage::paging::{Page, PageRequest};
use crate::manage::principals::{MemberName, PrincipalView, after, describe, distinct, not_above};
use crate::manage::teams::endpoints::{reach, target};
use crate::manage::{Call, Stop};
use crate::roles::PrincipalKind;
use crate::teams::{Member, MemberKind, TeamId, store};
use crate::web::Problem;

/// Lists the members of a team.
#[utoipa::path(
    get, path = "/v1/teams/{id}/members", tag = "teams", operation_id = "list_team_members",
    params(
        ("id" = uuid::Uuid, Path, description = "The team"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<PrincipalView>),
        (status = 400, description = "`invalid_limit`, `invalid_cursor`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `teams:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let team = reach(&call, &app, &request, "teams:read").await?;
    let params = list_query(&request, &[])?;
    let page = PageRequest::read(&params, &app.master, format!("team_members:{}", team.id))?;
    let (begin, wanted) = (after(page.after.as_deref()), page.wanted());
    let rows = look(&app, move |conn| {
        let members = store::members(conn, call.tenant, team.id, (begin, wanted))?;
        let members: Vec<_> = members.iter().map(principal).collect();
        describe(conn, call.tenant, &members)
    })
    .await?;
    Ok(ok(&page.finish(rows, |row| row.id.to_string(), |row| row)))
}

fn principal(member: &Member) -> (PrincipalKind, uuid::Uuid, crate::clock::Timestamp) {
    let kind = match member.kind {
        MemberKind::User => PrincipalKind::User,
        MemberKind::ServiceAccount => PrincipalKind::ServiceAccount,
    };
    (kind, member.id, member.since)
}

type Rule = fn(&mut Conn<'_>, &Call, TeamId, &BTreeSet<MemberName>) -> Result<Moved, Stop>;

/// Moves members by one of the rules, in a transaction of its own.
async fn moved(request: &HttpRequest, payload: Payload, app: &App, rule: Rule) -> Result<Moved, Problem> {
    let call = call(request, app).await?;
    let wanted = reach(&call, app, request, "teams:update").await?.id;
    let named: MembersChange = body(request, payload, app).await?;
    let (members, random) = (distinct(&named.members)?, app.random.clone());
    change(app, move |conn| {
        let team = store::hold(conn, call.tenant, wanted)?.ok_or_else(Problem::not_found)?;
        // To belong to a team is to hold its roles.
        not_above(conn, &call, team.id)?;
        let moved = rule(conn, &call, team.id, &members)?;
        if !moved.is_empty() {
            let event = call.event(&random, "team.update_members", target(&team), moved.changes());
            audit::store::insert(conn, call.tenant, &event)?;
        }
        Ok(moved)
    })
    .await
}

/// Makes these the members of a team.
#[utoipa::path(
    put, path = "/v1/teams/{id}/members", tag = "teams", operation_id = "replace_team_members",
    params(("id" = uuid::Uuid, Path, description = "The team")),
    request_body = MembersChange,
    responses(
        (status = 204, description = "They are the members"),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `teams:update` and all that the team holds"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`owned_by_team`: a service account of the team would be left out"),
        (status = 422, description = "`unknown_member`, `too_many`"),
    ),
)]
pub async fn put(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    moved(&request, payload, &app, rules::replace).await?;
    Ok(done())
}

/// Adds members to a team. Those who belong to it already stay.
#[utoipa::path(
    post, path = "/v1/teams/{id}/members/add", tag = "teams", operation_id = "add_team_members",
    params(("id" = uuid::Uuid, Path, description = "The team")),
    request_body = MembersChange,
    responses(
        (status = 200, description = "How many are new", body = Added),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `teams:update` and all that the team holds"),
        (status = 404, description = "`not_found`"),
        (status = 422, description = "`unknown_member`, `too_many`"),
    ),
)]
pub async fn add(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let moved = moved(&request, payload, &app, rules::add).await?;
    Ok(ok(&Added { added: moved.added.len() }))
}

/// Takes members out of a team: they lose at once what they held by it.
#[utoipa::path(
    post, path = "/v1/teams/{id}/members/remove", tag = "teams", operation_id = "remove_team_members",
    params(("id" = uuid::Uuid, Path, description = "The team")),
    request_body = MembersChange,
    responses(
        (status = 200, description = "How many were members", body = Removed),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `teams:update` and all that the team holds"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`owned_by_team`: the team owns the service account"),
        (status = 422, description = "`too_many`"),
    ),
)]
pub async fn remove(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let moved = moved(&request, payload, &app, rules::remove).await?;
    Ok(ok(&Removed { removed: moved.removed.len() }))
}
