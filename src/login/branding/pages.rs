//! `GET /branding/{tenant}/{file}` and `GET /branding/{file}`: public, and kept by browsers for ever, because what they are
//! called holds a digest of what they are.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, CROSS_ORIGIN_RESOURCE_POLICY,
};
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, HttpResponseBuilder};

use crate::app::App;
use crate::branding::{self, LogoKind, Palette};
use crate::tenants::TenantId;
use crate::web::Problem;

const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Of a picture that somebody opens by itself: nothing of it runs, nothing is loaded.
const PICTURE: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'";

fn found() -> HttpResponseBuilder {
    let mut builder = HttpResponse::Ok();
    builder
        .insert_header((CACHE_CONTROL, FOR_EVER))
        .insert_header((CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"));
    builder
}

/// The logo of an organisation.
pub async fn logo(path: Path<(String, String)>, app: Data<App>) -> Result<HttpResponse, Problem> {
    let (tenant, name) = path.into_inner();
    let tenant: TenantId = tenant.parse().map_err(|_| Problem::not_found())?;
    let kind = LogoKind::of_name(&name).filter(|_| name.is_ascii()).ok_or_else(Problem::not_found)?;
    if name.contains('\0') {
        return Err(Problem::not_found());
    }
    let content = app.db.read_short(move |conn| branding::store::logo(conn, tenant, &name)).await;
    let content = content
        .map_err(|why| if why.is_temporary() { Problem::unavailable(why) } else { Problem::internal(why) })?;
    let content = content.ok_or_else(Problem::not_found)?;
    Ok(found()
        .insert_header((CONTENT_TYPE, kind.media_type()))
        .insert_header((CONTENT_SECURITY_POLICY, PICTURE))
        .body(content))
}

/// The style sheet of an accent colour: made anew each time, because its name says all that it holds.
pub async fn style_sheet(name: Path<String>) -> Result<HttpResponse, Problem> {
    let palette = Palette::named(&name).ok_or_else(Problem::not_found)?;
    Ok(found().insert_header((CONTENT_TYPE, "text/css; charset=utf-8")).body(palette.style_sheet()))
}
