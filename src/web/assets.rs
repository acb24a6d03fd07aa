//! Style sheets, scripts and images, built into the program. Each is served under a name that holds its digest
//! (`/static/app.0123456789abcdef.css`), so browsers may keep it for ever and still never show an old one.
//!
//! Files go out compressed, as all browsers take them: packed once, or packed already where the folder has a `.gz`.

use std::borrow::Cow;
use std::sync::{LazyLock, OnceLock};

use actix_web::http::header::{CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use rust_embed::RustEmbed;

use super::offer::Offer;
use super::paths::STATIC;
use super::problem::Problem;
use crate::secret::Digest;
use crate::text::{pack, unpack};

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

struct Asset {
    name: String,
    hashed_name: String,
    digest: String,
    content_type: &'static str,
    /// Unless that saves nothing.
    packed: Option<Bytes>,
    /// Of a file that came packed only from when somebody first wants it so.
    plain: OnceLock<Bytes>,
}

/// Read once: a development build reads the folder, and name and content must stay together.
static ASSETS: LazyLock<Vec<Asset>> =
    LazyLock::new(|| Files::iter().filter_map(|name| Asset::load(&name)).collect());

impl Asset {
    fn load(file: &str) -> Option<Self> {
        let content = match Files::get(file)?.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        let mut digest = Digest::of(&content).to_hex();
        digest.truncate(16);
        let (name, packed, plain) = match file.strip_suffix(".gz") {
            Some(name) => (name, Some(content), OnceLock::new()),
            None => (file, packed(&content), OnceLock::from(content)),
        };
        let (stem, extension) = name.rsplit_once('.')?;
        Some(Self {
            name: name.to_owned(),
            hashed_name: format!("{stem}.{digest}.{extension}"),
            digest,
            content_type: content_type(extension),
            packed,
            plain,
        })
    }

    fn plain(&self) -> Bytes {
        let unpacked = || self.packed.as_ref().and_then(|packed| unpack(packed).ok()).unwrap_or_default();
        self.plain.get_or_init(|| Bytes::from(unpacked())).clone()
    }
}

/// If that saves a tenth.
fn packed(content: &Bytes) -> Option<Bytes> {
    let packed = pack(content).ok()?;
    (packed.len() < content.len() / 10 * 9).then(|| Bytes::from(packed))
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
    let offer = Offer {
        digest: &asset.digest,
        content_type: asset.content_type,
        cache_control: "public, max-age=31536000, immutable",
        packed: asset.packed.as_ref(),
    };
    let mut answer = offer.answer(&request, || asset.plain());
    answer.headers_mut().insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    answer
}

#[cfg(test)]
mod tests {
    use actix_web::dev::ServiceResponse;
    use actix_web::http::header::{
        ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH, VARY,
    };
    use actix_web::{App, test, web};

    use super::*;
    use crate::web::paths::STATIC_FILE;

    async fn ask(uri: &str, headers: &[(HeaderName, &str)]) -> ServiceResponse {
        let app = test::init_service(App::new().route(STATIC_FILE, web::get().to(serve))).await;
        let request = test::TestRequest::get().uri(uri);
        let request = headers.iter().fold(request, |request, header| request.insert_header(header.clone()));
        test::call_service(&app, request.to_request()).await
    }

    async fn get(uri: &str, etag: Option<&str>) -> ServiceResponse {
        let etag = etag.map(|etag| (IF_NONE_MATCH, etag));
        ask(uri, etag.as_slice()).await
    }

    fn header(response: &ServiceResponse, name: HeaderName) -> &str {
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
    async fn who_takes_it_gets_it_compressed_and_everybody_else_the_same_plain() {
        for asset in ASSETS.iter() {
            let path = path(&asset.name);
            let plain = get(&path, None).await;
            assert_eq!(header(&plain, CONTENT_ENCODING), "", "{path}");
            let etag = header(&plain, ETAG).to_owned();
            let plain = test::read_body(plain).await;
            for (accepted, is_packed) in [
                ("gzip, deflate, br", true),
                ("GZIP;q=0.5", true),
                ("gzip;q=0.5, identity", false),
                ("gzip;q=0", false),
                ("br", false),
                ("*", false),
                ("identity;q=0", false),
                ("", false),
                (";;,", false),
            ] {
                let is_packed = is_packed && asset.packed.is_some();
                let answer = ask(&path, &[(ACCEPT_ENCODING, accepted)]).await;
                assert_eq!(answer.status(), 200, "{path} {accepted}");
                assert_eq!(header(&answer, VARY), "accept-encoding");
                let told = header(&answer, CONTENT_ENCODING);
                assert_eq!(told, if is_packed { "gzip" } else { "" }, "{path} {accepted}");
                assert_eq!(header(&answer, ETAG) == etag, !is_packed, "{path} {accepted}");
                let own = header(&answer, ETAG).to_owned();
                let again = ask(&path, &[(ACCEPT_ENCODING, accepted), (IF_NONE_MATCH, &own)]).await;
                assert_eq!((again.status().as_u16(), header(&again, VARY)), (304, "accept-encoding"));
                let body = test::read_body(answer).await;
                assert_eq!(if is_packed { unpack(&body).unwrap().into() } else { body }, plain, "{path}");
            }
        }
        assert!(ASSETS.iter().filter(|asset| asset.packed.is_some()).count() > 5);
    }

    #[actix_web::test]
    async fn files_of_others_are_those_that_their_notes_tell_of() {
        let sums: Vec<String> = ASSETS.iter().map(|asset| Digest::of(&asset.plain()).to_hex()).collect();
        let mut told = 0;
        for note in ASSETS.iter().filter(|asset| asset.name.ends_with(".txt")) {
            let text = String::from_utf8(note.plain().to_vec()).unwrap();
            for sum in text.lines().filter_map(|line| line.split_once(" sha256 ")) {
                assert!(sums.iter().any(|known| known == sum.1), "{}: {sum:?}", note.name);
                told += 1;
            }
        }
        let vendored = Files::iter().filter(|file| file.ends_with(".gz")).count();
        assert_eq!(told, vendored);
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
            "/static/swagger-ui-5.32.15.css.gz",
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
