//! `GET /console`.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::app::App;
use crate::console::{Section, menu};
use crate::viewer::{Failure, Frame, pages};

#[derive(Template)]
#[template(path = "console/overview.html")]
struct Overview {
    frame: Frame,
}

/// Shows what needs the viewer.
pub async fn show(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let frame = viewer.frame(&app, viewer.words().t("overview-heading"), menu(&viewer, Section::Overview));
    pages::show(StatusCode::OK, &Overview { frame })
}
