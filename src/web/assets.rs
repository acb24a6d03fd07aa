//! Style sheets, scripts and images, built into the program. Each is served under a name that holds its digest
//! (`/static/app.0123456789abcdef.css`), so browsers may keep it for ever and still never show an old one.

use std::borrow::Cow;
use std::sync::LazyLock;

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, CROSS_ORIGIN_RESOURCE_POLICY, ETAG, HeaderValue, IF_NONE_MATCH,
};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use rust_embed::RustEmbed;

use super::paths::STATIC;
use super::problem::Problem;
use crate::secret::Digest;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

struct Asset {
    name: String,
    hashed_name: String,
    etag: String,
    content_type: &'static str,
    content: Bytes,
}

/// Read once: a development build reads the folder, and name and content must stay together.
static ASSETS: LazyLock<Vec<Asset>> =
    LazyLock::new(|| Files::iter().filter_map(|name| Asset::load(&name)).collect());

impl Asset {
    fn load(name: &str) -> Option<Self> {
        let content = match Files::get(name)?.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        let digest: String =
            Digest::of(&content).as_bytes().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let (stem, extension) = name.rsplit_once('.')?;
        Some(Self {
            name: name.to_owned(),
            hashed_name: format!("{stem}.{digest}.{extension}"),
            etag: format!("\"{digest}\""),
            content_type: content_type(extension),
            content,
        })
    }
}

fn content_type(extension: &str) -> &'static str {
    match extension {
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

/// The path under which the file `name` of the `static` folder is served. A file that does not exist has a path that
/// leads nowhere.
pub fn path(name: &str) -> String {
    let known = ASSETS.iter().find(|asset| asset.name == name);
    format!("{STATIC}/{}", known.map_or(name, |asset| asset.hashed_name.as_str()))
}

/// The path of the one style sheet.
pub fn stylesheet_path() -> String {
    path("app.css")
}

/// Answers `GET /static/{file}`.
pub async fn serve(request: HttpRequest, file: Path<String>) -> HttpResponse {
    let Some(asset) = ASSETS.iter().find(|asset| asset.hashed_name == *file) else {
        return Problem::not_found().error_response();
    };
    let mut builder =
        if has_it_already(&request, &asset.etag) { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    builder
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"))
        .insert_header((ETAG, asset.etag.as_str()));
    if has_it_already(&request, &asset.etag) {
        return builder.finish();
    }
    builder
        .insert_header((CONTENT_TYPE, HeaderValue::from_static(asset.content_type)))
        .body(asset.content.clone())
}

/// `If-None-Match` compares weakly (RFC 9110 13.1.2).
fn has_it_already(request: &HttpRequest, etag: &str) -> bool {
    let sent = request.headers().get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    sent.flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

#[cfg(test)]
mod tests {
    use actix_web::dev::ServiceResponse;
    use actix_web::{App, test, web};

    use super::*;
    use crate::web::paths::STATIC_FILE;

    async fn get(uri: &str, etag: Option<&str>) -> ServiceResponse {
        let app = test::init_service(App::new().route(STATIC_FILE, web::get().to(serve))).await;
        let mut request = test::TestRequest::get().uri(uri);
        if let Some(etag) = etag {
            request = request.insert_header((IF_NONE_MATCH, etag));
        }
        test::call_service(&app, request.to_request()).await
    }

    fn header(response: &ServiceResponse, name: actix_web::http::header::HeaderName) -> &str {
        response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[actix_web::test]
    async fn a_file_is_served_for_ever_under_its_digest() {
        let path = stylesheet_path();
        assert!(path.starts_with("/static/app.") && path.ends_with(".css") && path.len() == 32, "{path}");
        let response = get(&path, None).await;
        assert_eq!(response.status(), 200);
        assert_eq!(header(&response, CONTENT_TYPE), "text/css; charset=utf-8");
        assert_eq!(header(&response, CACHE_CONTROL), "public, max-age=31536000, immutable");
        let etag = header(&response, ETAG).to_owned();
        assert!(!test::read_body(response).await.is_empty());
        for sent in [etag.clone(), format!("\"x\", W/{etag}"), "*".into()] {
            assert_eq!(get(&path, Some(&sent)).await.status(), 304, "{sent}");
        }
        assert_eq!(get(&path, Some("\"x\"")).await.status(), 200);
    }

    #[actix_web::test]
    async fn nothing_else_is_served() {
        let path = stylesheet_path();
        for uri in [
            "/static/app.css",
            "/static/",
            "/static/app.0000000000000000.css",
            "/static/../Cargo.toml",
            "/static/..%2fCargo.toml",
            "/static/%2e%2e/Cargo.toml",
            &path.to_uppercase().replace("/STATIC", "/static"),
            &format!("{path}/"),
            &format!("{path}%00"),
        ] {
            let response = get(uri, None).await;
            assert_eq!(response.status(), 404, "{uri}");
            assert!(!header(&response, CACHE_CONTROL).contains("immutable"), "{uri}");
        }
    }

    #[actix_web::test]
    async fn every_file_has_a_type_that_browsers_accept() {
        for asset in ASSETS.iter() {
            assert_ne!(asset.content_type, "application/octet-stream", "{}", asset.name);
        }
        assert_eq!(path("missing.css"), "/static/missing.css");
    }
}
