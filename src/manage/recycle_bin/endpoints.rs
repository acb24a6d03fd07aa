//! `/v1/recycle-bin`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::entry::find;
use super::purge::target;
use super::{BinEntry, BinKind, Place, list as entries, purge};
use crate::app::App;
use crate::audit::{self, Changes};
use crate::id::Id;
use crate::manage::Call;
use crate::manage::endpoints::{call, change, done, id, list_query, look, ok, several};
use crate::manage::paging::{Page, PageRequest};
use crate::manage::strength::not_stronger;
use crate::roles::Role;
use crate::web::Problem;

/// Lists what was deleted and can come back.
#[utoipa::path(
    get, path = "/v1/recycle-bin", tag = "recycle-bin", operation_id = "list_recycle_bin",
    params(
        ("kind" = Option<String>, Query, description = "`user`, `application`, `service_account`, `tenant`; several separated by commas. Without it, every kind that the caller may see"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page, by kind", body = Page<BinEntry>),
        (status = 400, description = "`invalid_limit`, `invalid_cursor`, `invalid_filter`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:read`, `applications:read`, `service_accounts:read` or `tenants:read`, as the kind asks for"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let params = list_query(&request, &["kind"])?;
    let kinds = kinds(&app, &call, several(&params, "kind")?).await?;
    let page = PageRequest::read(&params, &app.master, format!("recycle-bin {}", call.tenant))?;
    let after: Option<Place> = page.after.as_deref().and_then(|text| text.parse().ok());
    let (tenant, wanted, now) = (call.tenant, page.wanted(), call.now);
    let rows = look(&app, move |conn| entries(conn, tenant, &kinds, (after, now), wanted)).await?;
    Ok(ok(&page.finish(rows, |row| row.place().to_string(), |row| row)))
}

/// The kinds that are asked for, or those that the caller may see.
async fn kinds(app: &App, call: &Call, asked: Vec<BinKind>) -> Result<Vec<BinKind>, Problem> {
    for kind in &asked {
        call.need(app, kind.reading()).await?;
    }
    if !asked.is_empty() {
        return Ok(asked);
    }
    let may = |kind: &BinKind| call.actor.permissions.allows(kind.reading());
    let seen: Vec<BinKind> = BinKind::ALL.iter().copied().filter(may).collect();
    if seen.is_empty() {
        call.need(app, BinKind::User.reading()).await?;
    }
    Ok(seen)
}

/// The kind that the path names.
fn kind_of(request: &HttpRequest) -> Result<BinKind, Problem> {
    let kind = request.match_info().get("kind").and_then(|text| text.parse::<BinKind>().ok());
    kind.ok_or_else(Problem::not_found)
}

/// Shows one thing in the recycle bin.
#[utoipa::path(
    get, path = "/v1/recycle-bin/{kind}/{id}", tag = "recycle-bin", operation_id = "get_from_recycle_bin",
    params(
        ("kind" = String, Path, description = "`user`, `application`, `service_account` or `tenant`"),
        ("id" = uuid::Uuid, Path, description = "The thing"),
    ),
    responses(
        (status = 200, description = "The thing", body = BinEntry),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:read`, `applications:read`, `service_accounts:read` or `tenants:read`, as the kind asks for"),
        (status = 404, description = "`not_found`: it is not in the recycle bin"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let kind = kind_of(&request)?;
    call.need(&app, kind.reading()).await?;
    let wanted: Id<Role> = id(&request, "id")?;
    let (tenant, now) = (call.tenant, call.now);
    let found = look(&app, move |conn| find(conn, tenant, (kind, wanted.uuid()), now));
    Ok(ok(&found.await?.ok_or_else(Problem::not_found)?))
}

/// Deletes something for good before its time.
#[utoipa::path(
    delete, path = "/v1/recycle-bin/{kind}/{id}", tag = "recycle-bin", operation_id = "purge_from_recycle_bin",
    params(
        ("kind" = String, Path, description = "`user`, `application`, `service_account` or `tenant`"),
        ("id" = uuid::Uuid, Path, description = "The thing"),
    ),
    responses(
        (status = 204, description = "It is gone, with everything that hung on it"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:delete`, `applications:delete`, `service_accounts:delete` or `tenants:delete`, as the kind asks for, and every permission that a person or service account holds"),
        (status = 404, description = "`not_found`: it is not in the recycle bin"),
    ),
)]
pub async fn delete(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let kind = kind_of(&request)?;
    call.need(&app, kind.purging()).await?;
    let wanted: Id<Role> = id(&request, "id")?;
    let (random, thing) = (app.random.clone(), (kind, wanted.uuid()));
    change(&app, move |conn| {
        let entry = find(conn, call.tenant, thing, call.now)?.ok_or_else(Problem::not_found)?;
        if matches!(kind, BinKind::User | BinKind::ServiceAccount) {
            not_stronger(conn, &call, wanted)?;
        }
        if !purge(conn, call.tenant, thing)? {
            return Err(Problem::not_found().into());
        }
        let event = call.event(&random, kind.action(), target(&entry), Changes::none());
        Ok(audit::store::insert(conn, call.tenant, &event)?)
    })
    .await?;
    Ok(done())
}
