//! `/v1/tenants/{id}/domains`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::{DomainList, NewDomains, rules};
use crate::app::App;
use crate::audit::{self, Changes, Target};
use crate::db::DbError;
use crate::manage::endpoints::{Precondition, body, call, change, id, look, shown};
use crate::manage::tenants::endpoints::{living, reach};
use crate::tenants::{Tenant, TenantId, store};
use crate::web::Problem;

/// Lists the mail domains of an organisation.
#[utoipa::path(
    get, path = "/v1/tenants/{id}/domains", tag = "tenants", operation_id = "get_tenant_domains",
    params(("id" = uuid::Uuid, Path, description = "The organisation")),
    responses(
        (status = 200, description = "The domains; the ETag is the organisation's", body = DomainList),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `tenant:read`, or `tenants:read` for others"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let wanted: TenantId = id(&request, "id")?;
    reach(&call, &app, wanted, "read").await?;
    let found = look(&app, move |conn| {
        let Some(tenant) = store::find(conn, wanted)? else { return Ok(None) };
        Ok(Some((store::domains(conn, wanted)?, tenant.updated_at)))
    });
    let (domains, version) = found.await?.ok_or_else(Problem::not_found)?;
    Ok(shown(&DomainList::from(domains), version))
}

/// Says which mail domains are an organisation's own. Nothing but the caller's word proves it, so it takes somebody who
/// may change every organisation.
#[utoipa::path(
    put, path = "/v1/tenants/{id}/domains", tag = "tenants", operation_id = "set_tenant_domains",
    params(
        ("id" = uuid::Uuid, Path, description = "The organisation"),
        ("If-Match" = Option<String>, Header, description = "The organisation's ETag"),
    ),
    request_body = NewDomains,
    responses(
        (status = 200, description = "As they are now; the ETag is the organisation's", body = DomainList),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `tenants:update`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`already_exists`: another organisation has one of them"),
        (status = 412, description = "`changed_meanwhile`"),
        (status = 422, description = "`invalid_domain`"),
    ),
)]
pub async fn put(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let wanted: TenantId = id(&request, "id")?;
    if wanted != call.actor.tenant_id && !call.actor.permissions.allows("tenants:read") {
        return Err(Problem::not_found());
    }
    call.need(&app, "tenants:update").await?;
    let domains = rules::domains(&body::<NewDomains>(&request, payload, &app).await?.domains)?;
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    let (list, version) = change(&app, move |conn| {
        let seen = living(conn, wanted)?;
        condition.holds(seen.updated_at)?;
        let before = store::domains(conn, wanted)?;
        let names: Vec<String> = before.iter().map(|(domain, _)| domain.clone()).collect();
        if names == domains {
            return Ok((before, seen.updated_at));
        }
        if let Some(foreign) = store::foreign_domain(conn, wanted, &domains)? {
            let detail = format!("{foreign} is the domain of another organisation.");
            return Err(Problem::conflict("already_exists", detail).fix("Take it away there first.").into());
        }
        let tenant = Tenant { updated_at: call.next_version(seen.updated_at), ..seen.clone() };
        if !store::update_seen(conn, &tenant, seen.updated_at)? {
            return Err(DbError::Retry.into());
        }
        store::set_domains(conn, wanted, &domains, call.now)?;
        let target = Target::new("tenant", seen.id, seen.slug.as_str());
        let changes = Changes::none().field("domains", &names, &domains);
        let event = call.event(&random, "tenant.set_domains", target, changes);
        audit::store::insert(conn, call.tenant, &event)?;
        Ok((store::domains(conn, wanted)?, tenant.updated_at))
    })
    .await?;
    Ok(shown(&DomainList::from(list), version))
}
