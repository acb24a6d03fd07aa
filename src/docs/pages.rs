//! `GET /docs/api`: the explorer. Its files are part of the program.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_TYPE;
use askama::Template;

use crate::web::{ContentSecurityPolicy, ErrorPage, Reader, assets, paths};

#[derive(Template)]
#[template(path = "docs/api.html")]
struct Explorer {
    reader: Reader,
    description: &'static str,
    style: String,
    bundle: String,
    start: String,
}

/// The page.
pub async fn explorer() -> Result<HttpResponse, ErrorPage> {
    let page = Explorer {
        reader: Reader::current(),
        description: paths::OPENAPI,
        style: assets::path("swagger-ui-5.32.15.css"),
        bundle: assets::path("swagger-ui-bundle-5.32.15.js"),
        start: assets::path("explorer.js"),
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header(ContentSecurityPolicy::page().script_self().connect_self().header())
        .body(page.render().map_err(ErrorPage::internal)?))
}
