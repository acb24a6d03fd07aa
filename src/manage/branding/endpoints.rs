//! `/v1/branding`.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::{BrandingPatch, BrandingView, rules};
use crate::app::App;
use crate::audit::{self, Changes, Target};
use crate::branding::{self, Branding, Logo, LogoKind};
use crate::db::{Conn, DbError};
use crate::manage::endpoints::{Precondition, body, call, change, done, look, shown};
use crate::manage::tenants::endpoints::{living, reach};
use crate::manage::{Call, Stop};
use crate::random::Random;
use crate::tenants::{self, Tenant};
use crate::web::{Problem, read_body};

/// Shows how an organisation looks.
#[utoipa::path(
    get, path = "/v1/branding", tag = "tenants", operation_id = "get_branding",
    params(("tenant" = Option<String>, Query, description = "Another organisation")),
    responses(
        (status = 200, description = "How it looks on its sign-in pages", body = BrandingView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `tenant:read` or `tenants:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    reach(&call, &app, call.tenant, "read").await?;
    let wanted = call.tenant;
    let found = look(&app, move |conn| {
        let Some(tenant) = tenants::store::find(conn, wanted)? else { return Ok(None) };
        Ok(Some((tenant, branding::store::find(conn, wanted)?)))
    });
    let (tenant, branding) = found.await?.ok_or_else(Problem::not_found)?;
    Ok(answer(&app, &tenant, &branding))
}

/// Changes the accent colour and the support link.
#[utoipa::path(
    patch, path = "/v1/branding", tag = "tenants", operation_id = "update_branding",
    params(
        ("tenant" = Option<String>, Query, description = "Another organisation"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the change is based on"),
    ),
    request_body(content = BrandingPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "As it is now", body = BrandingView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `tenant:update` or `tenants:update`"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`changed_meanwhile`"),
        (status = 422, description = "`invalid_accent`, `invalid_support_url`"),
    ),
)]
pub async fn patch(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    reach(&call, &app, call.tenant, "update").await?;
    let patch: BrandingPatch = body(&request, payload, &app).await?;
    let deed = Deed::of(&request, &app, call);
    let (tenant, branding) = change(&app, move |conn| {
        let (tenant, seen) = deed.seen(conn)?;
        let branding = rules::patched(&deed.call, &seen, &patch)?;
        deed.write(conn, &tenant, (&seen, &branding))?;
        Ok((tenant, branding))
    })
    .await?;
    Ok(answer(&app, &tenant, &branding))
}

/// Sets the logo. Scripts, outside references, texts about the picture and whatever else is not to be seen are taken out
/// before it is kept.
#[utoipa::path(
    put, path = "/v1/branding/logo", tag = "tenants", operation_id = "set_logo",
    params(
        ("tenant" = Option<String>, Query, description = "Another organisation"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the change is based on"),
    ),
    request_body(
        content((Vec<u8> = "image/svg+xml"), (Vec<u8> = "image/png")),
        description = "The picture as it is, at most 64 KiB; a PNG has at most 1024 by 1024 dots",
    ),
    responses(
        (status = 200, description = "As it is now", body = BrandingView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `tenant:update` or `tenants:update`"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`changed_meanwhile`"),
        (status = 422, description = "`invalid_logo`"),
    ),
)]
pub async fn put_logo(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    reach(&call, &app, call.tenant, "update").await?;
    let sent = read_body(&request, payload, Logo::LARGEST).await?;
    let kind = kind(&request)?;
    // A picture can unpack to some megabytes.
    let cleaned = tokio::task::spawn_blocking(move || Logo::clean(kind, &sent));
    let logo = cleaned.await.map_err(Problem::internal)?.map_err(|why| rules::refused(&why))?;
    let deed = Deed::of(&request, &app, call);
    let (tenant, branding) = change(&app, move |conn| {
        let (tenant, seen) = deed.seen(conn)?;
        let branding = rules::with_logo(&deed.call, &seen, Some(logo.name()));
        if deed.write(conn, &tenant, (&seen, &branding))? {
            branding::store::set_logo(conn, tenant.id, Some(&logo))?;
        }
        Ok((tenant, branding))
    })
    .await?;
    Ok(answer(&app, &tenant, &branding))
}

/// Takes the logo away.
#[utoipa::path(
    delete, path = "/v1/branding/logo", tag = "tenants", operation_id = "delete_logo",
    params(
        ("tenant" = Option<String>, Query, description = "Another organisation"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the change is based on"),
    ),
    responses(
        (status = 204, description = "There is none"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `tenant:update` or `tenants:update`"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`changed_meanwhile`"),
    ),
)]
pub async fn delete_logo(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    reach(&call, &app, call.tenant, "update").await?;
    let deed = Deed::of(&request, &app, call);
    change(&app, move |conn| {
        let (tenant, seen) = deed.seen(conn)?;
        let branding = rules::with_logo(&deed.call, &seen, None);
        if deed.write(conn, &tenant, (&seen, &branding))? {
            branding::store::set_logo(conn, tenant.id, None)?;
        }
        Ok(())
    })
    .await?;
    Ok(done())
}

fn kind(request: &HttpRequest) -> Result<LogoKind, Problem> {
    let sent = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    sent.and_then(LogoKind::of_media_type).ok_or_else(|| {
        let detail = "A logo is sent as image/svg+xml or image/png.";
        Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "Unsupported media type",
            detail,
        )
    })
}

fn answer(app: &App, tenant: &Tenant, branding: &Branding) -> HttpResponse {
    shown(&BrandingView::new(app.config.server.issuer(), tenant, branding), branding.version())
}

/// A change on its way.
struct Deed {
    call: Call,
    condition: Precondition,
    random: Random,
    public_url: String,
}

impl Deed {
    fn of(request: &HttpRequest, app: &App, call: Call) -> Self {
        let (random, public_url) = (app.random.clone(), app.config.server.issuer().to_owned());
        Self { call, condition: Precondition::of(request), random, public_url }
    }

    /// The organisation and its looks, if they are as the caller saw them.
    fn seen(&self, conn: &mut Conn<'_>) -> Result<(Tenant, Branding), Stop> {
        let tenant = living(conn, self.call.tenant)?;
        let branding = branding::store::find(conn, tenant.id)?;
        self.condition.holds(branding.version())?;
        Ok((tenant, branding))
    }

    /// Writes what changed with its event, and says whether anything did.
    fn write(
        &self,
        conn: &mut Conn<'_>,
        tenant: &Tenant,
        (seen, branding): (&Branding, &Branding),
    ) -> Result<bool, Stop> {
        if seen == branding {
            return Ok(false);
        }
        if !branding::store::put(conn, tenant.id, branding, seen.updated_at)? {
            return Err(DbError::Retry.into());
        }
        let view = |branding| BrandingView::new(&self.public_url, tenant, branding);
        let changes = Changes::between(&view(seen), &view(branding));
        let target = Target::new("tenant", tenant.id, tenant.slug.as_str());
        let event = self.call.event(&self.random, "tenant.set_branding", target, changes);
        audit::store::insert(conn, self.call.tenant, &event)?;
        Ok(true)
    }
}
