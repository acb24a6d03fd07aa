//! `GET /docs/api`: the explorer. Its files are part of the program.

use std::sync::{Arc, LazyLock};

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use utoipa_swagger_ui::Config;

use crate::web::{ContentSecurityPolicy, ErrorPage, Reader, assets, paths};

/// The files of the explorer that the page asks for; the others that come with it are never served.
const FILES: [&str; 2] = ["swagger-ui.css", "swagger-ui-bundle.js"];

static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| Arc::new(Config::from(paths::OPENAPI)));

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
        style: format!("{}/{}", paths::API_EXPLORER, FILES[0]),
        bundle: format!("{}/{}", paths::API_EXPLORER, FILES[1]),
        start: assets::path("explorer.js"),
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header(ContentSecurityPolicy::page().script_self().connect_self().header())
        .body(page.render().map_err(ErrorPage::internal)?))
}

/// One of its files.
pub async fn file(request: HttpRequest) -> Result<HttpResponse, ErrorPage> {
    let wanted = request.match_info().get("file").filter(|name| FILES.contains(name));
    let found = wanted.and_then(|name| utoipa_swagger_ui::serve(name, Arc::clone(&CONFIG)).ok().flatten());
    let file = found.ok_or_else(ErrorPage::not_found)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, file.content_type))
        .insert_header((CACHE_CONTROL, "public, max-age=86400"))
        .body(file.bytes.to_vec()))
}
