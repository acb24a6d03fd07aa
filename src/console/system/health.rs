//! `/console/system/health`: how the server is.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::view::System;
use crate::app::App;
use crate::console::parts::curl;
use crate::console::{Section, menu};
use crate::viewer::{Failure, Frame, LocalApi, pages};
use crate::web::paths;

#[derive(Template)]
#[template(path = "console/system/health.html")]
struct Health {
    frame: Frame,
    system: System,
    database: String,
    ready: &'static str,
}

/// Shows the process that answers. Whoever sees the page has a database that answers, so nothing here can say otherwise.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let address = viewer.at(paths::SYSTEM);
    let system: System = viewer.get(&api, &address).await?;
    let words = viewer.words();
    let frame = viewer
        .frame(&app, words.t("health-heading"), menu(&viewer, Section::Health))
        .with_recipes("gridkey healthcheck", curl(&app, "GET", &address, None));
    let database = words.t(&format!("health-database-{}", system.database));
    pages::show(StatusCode::OK, &Health { frame, system, database, ready: paths::READY })
}
