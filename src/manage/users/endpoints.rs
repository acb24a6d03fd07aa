//! `/v1/users`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::groups::{join, named_roles, named_teams};
use super::writing::{check_limit, living, target, was_suspended, write};
use super::{Listing, NewUser, TeamName, UserPatch, UserView, rules};
use crate::app::App;
use crate::audit::{self, Changes};
use crate::invitations;
use crate::manage::endpoints::{
    Precondition, body, call, change, create, creation_body, done, etag, id, list_query, look, ok, shown,
};
use crate::manage::paging::{Page, PageRequest};
use crate::manage::strength::not_stronger;
use crate::manage::{Answer, Stop};
use crate::teams;
use crate::users::directory::{self, Position};
use crate::users::{User, UserId, store};
use crate::web::{Problem, paths};

/// Invitations of a person that are looked at when they come back.
const RECALLED: i64 = 100;

/// Lists people.
#[utoipa::path(
    get, path = "/v1/users", tag = "users", operation_id = "list_users",
    params(
        ("status" = Option<String>, Query, description = "`invited`, `active`, `suspended`, `deleted`; several separated by commas. Without it, all but the deleted"),
        ("email" = Option<String>, Query, description = "The whole mail address, whatever its case"),
        ("q" = Option<String>, Query, description = "What the mail address or the name begins with"),
        ("team" = Option<String>, Query, description = "Slug or identifier of a team that they are members of"),
        ("role" = Option<String>, Query, description = "Slug of a role that they hold themselves"),
        ("include" = Option<String>, Query, description = "`teams`: tells the teams of each, for callers who may see teams"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<UserView>),
        (status = 400, description = "`invalid_limit`, `invalid_cursor`, `invalid_filter`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:read`"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "users:read").await?;
    let params = list_query(&request, Listing::FILTERS)?;
    let listing = Listing::read(&params)?;
    let with_teams = match params.get("include") {
        None => false,
        Some("teams") => {
            call.need(&app, "teams:read").await?;
            true
        }
        Some(_) => return Err(Problem::bad_request("invalid_filter", "include: teams.")),
    };
    // A place in one order of the list is none in another.
    let context = format!("users {} {:?} {:?}", call.tenant, params.get("q"), params.get("email"));
    let page = PageRequest::read(&params, &app.master, context)?;
    let after: Option<Position> = page.after.as_deref().and_then(|text| text.parse().ok());
    let (tenant, wanted) = (call.tenant, page.wanted());
    let work = app.db.read(move |conn| {
        let rows = directory::store::list(conn, tenant, &listing.filter, after.as_ref(), wanted)?;
        if rows.is_empty() {
            listing.check_names(conn, tenant)?;
        }
        let members: Vec<_> = rows.iter().map(|user| user.id.uuid()).collect();
        let teams = with_teams.then(|| teams::store::memberships(conn, tenant, &members)).transpose()?;
        Ok::<_, Stop>((listing.filter.clone(), rows, teams))
    });
    let (filter, rows, teams) = work.await?;
    let view = |user: User| {
        let own = teams.as_ref().map(|all| {
            let own = all.iter().filter(|(member, _)| *member == user.id.uuid());
            own.map(|(_, team)| TeamName::from(team)).collect()
        });
        UserView { teams: own, ..UserView::from(&user) }
    };
    Ok(ok(&page.finish(rows, |row| filter.position(row).to_string(), view)))
}

/// Creates a person, without a password: a link by `password-reset` or an invitation lets them choose one.
#[utoipa::path(
    post, path = "/v1/users", tag = "users", operation_id = "create_user",
    request_body = NewUser,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable for a day")),
    responses(
        (status = 201, description = "Created", body = UserView),
        (status = 400, description = "`invalid_body`, `invalid_idempotency_key`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:create`; `roles:assign` for roles, `teams:update` for teams, and every permission that comes with them"),
        (status = 409, description = "`already_exists`: the mail address is taken, maybe by somebody in the recycle bin; `limit_reached`"),
        (status = 422, description = "`invalid_email`, `invalid_display_name`, `invalid_profile`, `invalid_status`, `unknown_role`, `unknown_team`, `too_many`, `idempotency_key_reused`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "users:create").await?;
    let (wanted, key) = creation_body::<NewUser>(&request, payload, (&app, &call)).await?;
    if !wanted.roles.is_empty() {
        call.need(&app, "roles:assign").await?;
    }
    if !wanted.teams.is_empty() {
        call.need(&app, "teams:update").await?;
    }
    let user = rules::new(&call, &app.random, &wanted)?;
    let (random, made) = (app.random.clone(), call.clone());
    create(&app, &call, key, move |conn| {
        check_limit(conn, &made)?;
        let roles = named_roles(conn, &made, &wanted.roles)?;
        let teams = named_teams(conn, &made, &wanted.teams)?;
        store::insert(conn, made.tenant, &user, None)?;
        join(conn, &made, user.id, (&roles, &teams))?;
        let view = UserView::from(&user);
        let nothing: &[String] = &[];
        let changes = Changes::created(&view).field("roles", &nothing, &wanted.roles.as_slice()).field(
            "teams",
            &nothing,
            &wanted.teams.as_slice(),
        );
        let event = made.event(&random, "user.create", target(&user), changes);
        audit::store::insert(conn, made.tenant, &event)?;
        Ok(Answer {
            location: format!("{}/{}", paths::USERS, user.id),
            etag: etag(user.updated_at),
            body: json!(view),
        })
    })
    .await
}

/// Shows one person.
#[utoipa::path(
    get, path = "/v1/users/{id}", tag = "users", operation_id = "get_user",
    params(("id" = uuid::Uuid, Path, description = "The person")),
    responses(
        (status = 200, description = "The person", body = UserView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "users:read").await?;
    let wanted: UserId = id(&request, "id")?;
    let tenant = call.tenant;
    let user =
        look(&app, move |conn| store::find(conn, tenant, wanted)).await?.ok_or_else(Problem::not_found)?;
    Ok(shown(&UserView::from(&user), user.updated_at))
}

/// Changes a person. Suspending ends every session and token of theirs at once.
#[utoipa::path(
    patch, path = "/v1/users/{id}", tag = "users", operation_id = "update_user",
    params(
        ("id" = uuid::Uuid, Path, description = "The person"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the change is based on"),
    ),
    request_body(content = UserPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As they are now", body = UserView),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:update` and every permission that the person holds"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`already_exists`: the mail address is taken; `own_account`: nobody suspends themselves"),
        (status = 412, description = "`changed_meanwhile`"),
        (status = 422, description = "`invalid_email`, `invalid_display_name`, `invalid_profile`, `invalid_status`"),
    ),
)]
pub async fn patch(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "users:update").await?;
    let wanted: UserId = id(&request, "id")?;
    let patch: UserPatch = body(&request, payload, &app).await?;
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    let user = change(&app, move |conn| {
        let seen = living(conn, &call, wanted)?;
        not_stronger(conn, &call, wanted)?;
        condition.holds(seen.updated_at)?;
        let user = rules::patched(&call, &seen, &patch)?;
        if seen.status != user.status && call.actor.is(wanted) {
            return Err(own_account().into());
        }
        write(conn, &call, &random, "user.update", (&seen, &user))?;
        Ok(user)
    })
    .await?;
    Ok(shown(&UserView::from(&user), user.updated_at))
}

fn own_account() -> Problem {
    Problem::conflict("own_account", "This is your own account, and you would be locked out.")
        .fix("Let somebody else do it.")
}

/// Puts a person into the recycle bin and ends every session and token of theirs.
#[utoipa::path(
    delete, path = "/v1/users/{id}", tag = "users", operation_id = "delete_user",
    params(
        ("id" = uuid::Uuid, Path, description = "The person"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the deletion is based on"),
    ),
    responses(
        (status = 204, description = "They are in the recycle bin for seven days"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:delete` and every permission that the person holds"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`own_account`: nobody deletes themselves"),
        (status = 412, description = "`changed_meanwhile`"),
    ),
)]
pub async fn delete(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "users:delete").await?;
    let wanted: UserId = id(&request, "id")?;
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    change(&app, move |conn| {
        let seen = living(conn, &call, wanted)?;
        not_stronger(conn, &call, wanted)?;
        if call.actor.is(wanted) {
            return Err(own_account().into());
        }
        condition.holds(seen.updated_at)?;
        write(conn, &call, &random, "user.delete", (&seen, &rules::deleted(&call, &seen)))
    })
    .await?;
    Ok(done())
}

/// Brings a person back from the recycle bin, with their roles and teams and without what ended.
#[utoipa::path(
    post, path = "/v1/users/{id}/restore", tag = "users", operation_id = "restore_user",
    params(("id" = uuid::Uuid, Path, description = "The person")),
    responses(
        (status = 200, description = "As they are now: `active`, or `invited` if they never joined", body = UserView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:delete` and every permission that the person holds"),
        (status = 404, description = "`not_found`: they are not in the recycle bin"),
        (status = 409, description = "`limit_reached`"),
    ),
)]
pub async fn restore(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "users:delete").await?;
    let wanted: UserId = id(&request, "id")?;
    let random = app.random.clone();
    let user = change(&app, move |conn| {
        let seen = store::find(conn, call.tenant, wanted)?.filter(|user| user.deleted_at.is_some());
        let seen = seen.ok_or_else(Problem::not_found)?;
        not_stronger(conn, &call, wanted)?;
        check_limit(conn, &call)?;
        let invitations = invitations::store::list(conn, call.tenant, Some(wanted), None, RECALLED)?;
        let invitations: Vec<_> = invitations.into_iter().map(|(invitation, _)| invitation).collect();
        let user = rules::restored(&call, &seen, &invitations, was_suspended(conn, &call, &seen)?);
        write(conn, &call, &random, "user.restore", (&seen, &user))?;
        Ok(user)
    })
    .await?;
    Ok(shown(&UserView::from(&user), user.updated_at))
}
