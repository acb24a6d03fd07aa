//! `/v1/tenants`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::{NewTenant, TenantPatch, TenantView, rules};
use crate::app::App;
use crate::audit::{self, Changes, Target};
use crate::db::Conn;
use crate::manage::api_keys::writing::revoke_with_tenant;
use crate::manage::endpoints::{
    Precondition, body, call, change, create, creation_body, done, etag, id, list_query, look, ok, several,
    shown,
};
use crate::manage::paging::{Page, PageRequest};
use crate::manage::{Answer, Call, Stop};
use crate::roles;
use crate::tenants::{Tenant, TenantId, TenantStatus, store};
use crate::tokens;
use crate::web::{Problem, paths};

/// Lists organisations by slug.
#[utoipa::path(
    get, path = "/v1/tenants", tag = "tenants", operation_id = "list_tenants",
    params(
        ("status" = Option<String>, Query, description = "`active`, `suspended`, `deleted`; several separated by commas"),
        ("q" = Option<String>, Query, description = "What the slug, the name or a mail domain begins with"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<TenantView>),
        (status = 400, description = "`invalid_limit`, `invalid_cursor`, `invalid_filter`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `tenants:read`"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "tenants:read").await?;
    let params = list_query(&request, &["status", "q"])?;
    let filter = store::TenantFilter {
        status: several::<TenantStatus>(&params, "status")?,
        begins_with: params.get("q").map(str::to_owned),
    };
    let page = PageRequest::read(&params, &app.master, "tenants".to_owned())?;
    let (after, wanted) = (page.after.clone(), page.wanted());
    let rows = look(&app, move |conn| store::list(conn, &filter, after.as_deref(), wanted)).await?;
    Ok(ok(&page.finish(rows, |row| row.slug.to_string(), |row| TenantView::from(&row))))
}

/// Creates an organisation with the built-in roles.
#[utoipa::path(
    post, path = "/v1/tenants", tag = "tenants", operation_id = "create_tenant",
    request_body = NewTenant,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable for a day")),
    responses(
        (status = 201, description = "Created", body = TenantView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `tenants:create`"),
        (status = 409, description = "`already_exists`: the slug is taken"),
        (status = 422, description = "`invalid_slug`, `invalid_display_name`, `invalid_settings`, `idempotency_key_reused`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "tenants:create").await?;
    let (wanted, key) = creation_body::<NewTenant>(&request, payload, (&app, &call)).await?;
    let tenant = rules::new(&call, &app.random, wanted)?;
    let (random, made) = (app.random.clone(), call.clone());
    create(&app, &call, key, move |conn| {
        store::insert(conn, &tenant)?;
        roles::store::insert_built_in(conn, tenant.id, &random, made.now)?;
        let view = TenantView::from(&tenant);
        let target = Target::new("tenant", tenant.id, tenant.slug.as_str());
        let event = made.event(&random, "tenant.create", target, Changes::created(&view));
        audit::store::insert(conn, made.tenant, &event)?;
        Ok(Answer {
            location: format!("{}/{}", paths::TENANTS, tenant.id),
            etag: etag(tenant.updated_at),
            body: json!(view),
        })
    })
    .await
}

/// Whether the caller may see (`read`) or change this organisation: its own, or every one.
pub(in crate::manage) async fn reach(
    call: &Call,
    app: &App,
    wanted: TenantId,
    action: &str,
) -> Result<(), Problem> {
    let held = &call.actor.permissions;
    if held.allows(&format!("tenants:{action}")) {
        return Ok(());
    }
    if wanted == call.actor.tenant_id {
        return call.need(app, &format!("tenant:{action}")).await;
    }
    Err(Problem::not_found())
}

/// Shows one organisation.
#[utoipa::path(
    get, path = "/v1/tenants/{id}", tag = "tenants", operation_id = "get_tenant",
    params(("id" = uuid::Uuid, Path, description = "The organisation")),
    responses(
        (status = 200, description = "The organisation", body = TenantView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `tenant:read`, or `tenants:read` for others"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let wanted: TenantId = id(&request, "id")?;
    reach(&call, &app, wanted, "read").await?;
    let tenant = look(&app, move |conn| store::find(conn, wanted)).await?.ok_or_else(Problem::not_found)?;
    Ok(shown(&TenantView::from(&tenant), tenant.updated_at))
}

/// Changes an organisation.
#[utoipa::path(
    patch, path = "/v1/tenants/{id}", tag = "tenants", operation_id = "update_tenant",
    params(
        ("id" = uuid::Uuid, Path, description = "The organisation"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the change is based on"),
    ),
    request_body(content = TenantPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = TenantView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `tenant:update`; the status and the partner need `tenants:update`"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`changed_meanwhile`"),
        (status = 422, description = "`invalid_display_name`, `invalid_status`, `invalid_settings`"),
    ),
)]
pub async fn patch(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let wanted: TenantId = id(&request, "id")?;
    reach(&call, &app, wanted, "update").await?;
    let patch: TenantPatch = body(&request, payload, &app).await?;
    if patch.status.is_some() {
        // An organisation that could bring itself back could not be suspended.
        call.need(&app, "tenants:update").await?;
    }
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    let tenant = change(&app, move |conn| {
        let seen = living(conn, wanted)?;
        condition.holds(seen.updated_at)?;
        let tenant = rules::patched(&call, &seen, &patch)?;
        write(conn, &call, &random, "tenant.update", (&seen, &tenant))?;
        Ok(tenant)
    })
    .await?;
    Ok(shown(&TenantView::from(&tenant), tenant.updated_at))
}

/// Puts an organisation into the recycle bin: nobody of it gets anything from then on.
#[utoipa::path(
    delete, path = "/v1/tenants/{id}", tag = "tenants", operation_id = "delete_tenant",
    params(("id" = uuid::Uuid, Path, description = "The organisation")),
    responses(
        (status = 204, description = "It is in the recycle bin for seven days"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `tenants:delete`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`own_tenant`: nobody deletes the organisation that they belong to"),
        (status = 412, description = "`changed_meanwhile`"),
    ),
)]
pub async fn delete(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let wanted: TenantId = id(&request, "id")?;
    call.need(&app, "tenants:delete").await?;
    if wanted == call.actor.tenant_id {
        let detail = "You belong to this organisation, and would be locked out.";
        return Err(
            Problem::conflict("own_tenant", detail).fix("Let somebody of another organisation do it.")
        );
    }
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    change(&app, move |conn| {
        let seen = living(conn, wanted)?;
        condition.holds(seen.updated_at)?;
        let tenant = Tenant {
            status: TenantStatus::Deleted,
            deleted_at: Some(call.now),
            updated_at: call.next_version(seen.updated_at),
            ..seen.clone()
        };
        write(conn, &call, &random, "tenant.delete", (&seen, &tenant))
    })
    .await?;
    Ok(done())
}

/// Brings an organisation back from the recycle bin.
#[utoipa::path(
    post, path = "/v1/tenants/{id}/restore", tag = "tenants", operation_id = "restore_tenant",
    params(("id" = uuid::Uuid, Path, description = "The organisation")),
    responses(
        (status = 200, description = "As it is now", body = TenantView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `tenants:delete`"),
        (status = 404, description = "`not_found`: it is not in the recycle bin"),
    ),
)]
pub async fn restore(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let wanted: TenantId = id(&request, "id")?;
    call.need(&app, "tenants:delete").await?;
    let random = app.random.clone();
    let tenant = change(&app, move |conn| {
        let seen = store::find(conn, wanted)?.filter(|tenant| tenant.deleted_at.is_some());
        let seen = seen.ok_or_else(Problem::not_found)?;
        let tenant = Tenant {
            status: TenantStatus::Active,
            deleted_at: None,
            updated_at: call.next_version(seen.updated_at),
            ..seen.clone()
        };
        write(conn, &call, &random, "tenant.restore", (&seen, &tenant))?;
        Ok(tenant)
    })
    .await?;
    Ok(shown(&TenantView::from(&tenant), tenant.updated_at))
}

pub(in crate::manage) fn living(conn: &mut Conn<'_>, id: TenantId) -> Result<Tenant, Stop> {
    let found = store::find(conn, id)?.filter(|tenant| tenant.deleted_at.is_none());
    Ok(found.ok_or_else(Problem::not_found)?)
}

/// Writes what changed with its event. What did not change is neither written nor told.
fn write(
    conn: &mut Conn<'_>,
    call: &Call,
    random: &crate::random::Random,
    action: &'static str,
    (seen, tenant): (&Tenant, &Tenant),
) -> Result<(), Stop> {
    if seen == tenant {
        return Ok(());
    }
    if !store::update_seen(conn, tenant, seen.updated_at)? {
        return Err(crate::db::DbError::Retry.into());
    }
    if seen.is_active() && !tenant.is_active() {
        tokens::end_tenant_tokens(conn, tenant.id, call.now)?;
    }
    let mut changes = Changes::between(&TenantView::from(seen), &TenantView::from(tenant));
    if tenant.deleted_at.is_some() {
        changes = revoke_with_tenant(conn, (call, tenant.id), changes)?;
    }
    let target = Target::new("tenant", tenant.id, tenant.slug.as_str());
    let event = call.event(random, action, target, changes);
    Ok(audit::store::insert(conn, call.tenant, &event)?)
}
