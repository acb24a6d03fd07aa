//! `/v1/service-accounts`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::{NewServiceAccount, ServiceAccountPatch, ServiceAccountView, rules};
use crate::app::App;
use crate::audit::{self, Changes, Target};
use crate::credentials::KeyOwner;
use crate::db::{Conn, DbError};
use crate::manage::api_keys::writing::revoke_with_owner;
use crate::manage::endpoints::{
    Precondition, body, call, change, create, creation_body, done, etag, id, list_query, look, ok, several,
    shown,
};
use crate::manage::paging::{Page, PageRequest};
use crate::manage::principals::{begins_with, not_above, replace_roles};
use crate::manage::{Answer, Call, Stop};
use crate::random::Random;
use crate::roles::PrincipalKind;
use crate::service_accounts::{ServiceAccount, ServiceAccountStatus, store};
use crate::teams::{self, TeamId};
use crate::tokens;
use crate::web::{Problem, paths};

/// Lists service accounts by slug.
#[utoipa::path(
    get, path = "/v1/service-accounts", tag = "service accounts", operation_id = "list_service_accounts",
    params(
        ("status" = Option<String>, Query, description = "`active`, `disabled`, `deleted`; several separated by commas. Without it, all that are not deleted"),
        ("team" = Option<String>, Query, description = "The slug of the team that owns them"),
        ("q" = Option<String>, Query, description = "What the slug begins with"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<ServiceAccountView>),
        (status = 400, description = "`invalid_limit`, `invalid_cursor`, `invalid_filter`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `service_accounts:read`"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "service_accounts:read").await?;
    let params = list_query(&request, &["status", "team", "q"])?;
    let filter = store::ServiceAccountFilter {
        status: several::<ServiceAccountStatus>(&params, "status")?,
        team: None,
        begins_with: begins_with(&params)?,
    };
    let team = params.get("team").map(str::to_owned);
    let page = PageRequest::read(&params, &app.master, format!("service_accounts:{}", call.tenant))?;
    let (after, wanted) = (page.after.clone(), page.wanted());
    let rows = look(&app, move |conn| {
        let mut filter = filter.clone();
        if let Some(slug) = &team {
            // Nothing belongs to a team that is not there.
            let Some(team) = teams::store::find_by_slug(conn, call.tenant, slug)? else {
                return Ok(Vec::new());
            };
            filter.team = Some(team.id);
        }
        let rows = store::list(conn, call.tenant, &filter, (after.as_deref(), wanted))?;
        views(conn, &call, rows)
    })
    .await?;
    Ok(ok(&page.finish(rows, |row| row.slug.clone(), |row| row)))
}

/// The rows of a list with the slugs of their teams, which one look finds.
fn views(
    conn: &mut Conn<'_>,
    call: &Call,
    rows: Vec<ServiceAccount>,
) -> Result<Vec<ServiceAccountView>, DbError> {
    let mut ids: Vec<TeamId> = rows.iter().filter_map(|row| row.team_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let owners = if ids.is_empty() { Vec::new() } else { teams::store::of_ids(conn, call.tenant, &ids)? };
    let slug_of = |id| owners.iter().find(|team| Some(team.id) == id).map(|team| team.slug.to_string());
    Ok(rows.iter().map(|row| ServiceAccountView::new(row, slug_of(row.team_id))).collect())
}

/// Creates a service account. It lives on when whoever made it leaves.
#[utoipa::path(
    post, path = "/v1/service-accounts", tag = "service accounts", operation_id = "create_service_account",
    request_body = NewServiceAccount,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable for a day")),
    responses(
        (status = 201, description = "Created", body = ServiceAccountView),
        (status = 400, description = "`invalid_body`, `invalid_idempotency_key`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `service_accounts:create`, with roles also `roles:assign`, and every permission of its roles and its team"),
        (status = 409, description = "`already_exists`: the slug is taken; `limit_reached`"),
        (status = 422, description = "`invalid_slug`, `invalid_display_name`, `invalid_description`, `unknown_team`, `unknown_role`, `too_many`, `idempotency_key_reused`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "service_accounts:create").await?;
    let (wanted, key) = creation_body::<NewServiceAccount>(&request, payload, (&app, &call)).await?;
    if !wanted.roles.is_empty() {
        call.need(&app, "roles:assign").await?;
    }
    let account = rules::new(&call, &app.random, &wanted)?;
    let (random, made) = (app.random.clone(), call.clone());
    create(&app, &call, key, move |conn| {
        rules::room_for_one(conn, made.tenant)?;
        let mut account = account.clone();
        if let Some(slug) = &wanted.team {
            account.team_id = Some(rules::team_to_join(conn, &made, slug)?.id);
        }
        store::insert(conn, made.tenant, &account)?;
        rules::move_between(conn, &made, account.id, (None, account.team_id))?;
        let mut roles = Vec::new();
        if !wanted.roles.is_empty() {
            let principal = (PrincipalKind::ServiceAccount, account.id);
            (_, roles) = replace_roles(conn, &made, principal, &wanted.roles)?;
        }
        let view = ServiceAccountView::new(&account, wanted.team.clone());
        let changes = Changes::created(&view).field("roles", &Vec::new(), &roles);
        let event = made.event(&random, "service_account.create", target(&account), changes);
        audit::store::insert(conn, made.tenant, &event)?;
        Ok(Answer {
            location: format!("{}/{}", paths::SERVICE_ACCOUNTS, account.id),
            etag: etag(account.updated_at),
            body: json!(view),
        })
    })
    .await
}

/// As the audit log names a service account.
pub(super) fn target(account: &ServiceAccount) -> Target {
    Target::new("service_account", account.id, account.slug.as_str())
}

/// The service account that the path names, for a caller that has this permission for every one or for this one.
pub(super) async fn reach(
    call: &Call,
    app: &App,
    request: &HttpRequest,
    permission: &str,
) -> Result<ServiceAccount, Problem> {
    let (tenant, wanted) = (call.tenant, id(request, "id")?);
    match look(app, move |conn| store::find(conn, tenant, wanted)).await? {
        Some(account) => {
            call.need_on(app, permission, &[account.slug.as_str(), &account.id.to_string()]).await?;
            Ok(account)
        }
        None => {
            call.need(app, permission).await?;
            Err(Problem::not_found())
        }
    }
}

/// Shows one service account.
#[utoipa::path(
    get, path = "/v1/service-accounts/{id}", tag = "service accounts", operation_id = "get_service_account",
    params(("id" = uuid::Uuid, Path, description = "The service account")),
    responses(
        (status = 200, description = "The service account", body = ServiceAccountView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `service_accounts:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let account = reach(&call, &app, &request, "service_accounts:read").await?;
    let version = account.updated_at;
    let view =
        look(&app, move |conn| Ok(ServiceAccountView::new(&account, rules::team_slug(conn, &account)?)))
            .await?;
    Ok(shown(&view, version))
}

/// Changes a service account. Disabling it ends its tokens at once and for good; its credentials wait for its return.
#[utoipa::path(
    patch, path = "/v1/service-accounts/{id}", tag = "service accounts", operation_id = "update_service_account",
    params(
        ("id" = uuid::Uuid, Path, description = "The service account"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the change is based on"),
    ),
    request_body(content = ServiceAccountPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = ServiceAccountView),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `service_accounts:update`; for the status and the team every permission that it holds, and that its new team holds"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`changed_meanwhile`"),
        (status = 422, description = "`invalid_display_name`, `invalid_description`, `invalid_status`, `unknown_team`"),
    ),
)]
pub async fn patch(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let wanted = reach(&call, &app, &request, "service_accounts:update").await?.id;
    let patch: ServiceAccountPatch = body(&request, payload, &app).await?;
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    let (view, version) = change(&app, move |conn| {
        let seen = rules::living(conn, call.tenant, wanted)?;
        condition.holds(seen.updated_at)?;
        let team = match &patch.team {
            None => seen.team_id,
            Some(None) => None,
            Some(Some(slug)) => Some(rules::team_to_join(conn, &call, slug)?.id),
        };
        let account = rules::patched(&call, &seen, &patch, team)?;
        if account.status != seen.status || account.team_id != seen.team_id {
            not_above(conn, &call, seen.id)?;
        }
        if account.team_id != seen.team_id {
            rules::move_between(conn, &call, seen.id, (seen.team_id, account.team_id))?;
        }
        let view = write(conn, &call, &random, "service_account.update", (&seen, &account))?;
        Ok((view, account.updated_at))
    })
    .await?;
    Ok(shown(&view, version))
}

/// Puts a service account into the recycle bin: none of its credentials and tokens works from then on.
#[utoipa::path(
    delete, path = "/v1/service-accounts/{id}", tag = "service accounts", operation_id = "delete_service_account",
    params(
        ("id" = uuid::Uuid, Path, description = "The service account"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the deletion is based on"),
    ),
    responses(
        (status = 204, description = "It is in the recycle bin for seven days"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `service_accounts:delete` and every permission that it holds"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`changed_meanwhile`"),
    ),
)]
pub async fn delete(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let wanted = reach(&call, &app, &request, "service_accounts:delete").await?.id;
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    change(&app, move |conn| {
        let seen = rules::living(conn, call.tenant, wanted)?;
        condition.holds(seen.updated_at)?;
        not_above(conn, &call, seen.id)?;
        let account = ServiceAccount {
            status: ServiceAccountStatus::Deleted,
            deleted_at: Some(call.now),
            updated_at: call.next_version(seen.updated_at),
            ..seen.clone()
        };
        write(conn, &call, &random, "service_account.delete", (&seen, &account))
    })
    .await?;
    Ok(done())
}

/// Brings a service account back from the recycle bin, active and with its credentials.
#[utoipa::path(
    post, path = "/v1/service-accounts/{id}/restore", tag = "service accounts", operation_id = "restore_service_account",
    params(("id" = uuid::Uuid, Path, description = "The service account")),
    responses(
        (status = 200, description = "As it is now", body = ServiceAccountView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `service_accounts:delete`, `service_accounts:update` and every permission that it holds"),
        (status = 404, description = "`not_found`: it is not in the recycle bin"),
        (status = 409, description = "`limit_reached`"),
    ),
)]
pub async fn restore(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let wanted = reach(&call, &app, &request, "service_accounts:delete").await?.id;
    // It comes back active, whatever it was before, and that is not for everybody to decide.
    reach(&call, &app, &request, "service_accounts:update").await?;
    let random = app.random.clone();
    let (view, version) = change(&app, move |conn| {
        let seen = store::hold(conn, call.tenant, wanted)?.filter(|account| account.deleted_at.is_some());
        let seen = seen.ok_or_else(Problem::not_found)?;
        not_above(conn, &call, seen.id)?;
        rules::room_for_one(conn, call.tenant)?;
        let account = ServiceAccount {
            status: ServiceAccountStatus::Active,
            deleted_at: None,
            updated_at: call.next_version(seen.updated_at),
            ..seen.clone()
        };
        let view = write(conn, &call, &random, "service_account.restore", (&seen, &account))?;
        Ok((view, account.updated_at))
    })
    .await?;
    Ok(shown(&view, version))
}

/// Writes what changed with its event. What did not change is neither written nor told.
fn write(
    conn: &mut Conn<'_>,
    call: &Call,
    random: &Random,
    action: &'static str,
    (seen, account): (&ServiceAccount, &ServiceAccount),
) -> Result<ServiceAccountView, Stop> {
    let view = ServiceAccountView::new(account, rules::team_slug(conn, account)?);
    if seen == account {
        return Ok(view);
    }
    let before = ServiceAccountView::new(seen, rules::team_slug(conn, seen)?);
    if !store::update(conn, call.tenant, account, seen.updated_at)? {
        return Err(DbError::Retry.into());
    }
    if seen.is_active() && !account.is_active() {
        tokens::end_service_account_tokens(conn, call.tenant, account.id, call.now)?;
    }
    let mut changes = Changes::between(&before, &view);
    if account.deleted_at.is_some() {
        changes = revoke_with_owner(conn, call, KeyOwner::ServiceAccount(account.id), changes)?;
    }
    let event = call.event(random, action, target(account), changes);
    audit::store::insert(conn, call.tenant, &event)?;
    Ok(view)
}
