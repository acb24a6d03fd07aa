//! `GET /.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`, for the instance and for each
//! organisation; and how a document that everybody may keep is answered.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::{Document, Documents};
use crate::app::{App, signing_algorithm};
use crate::oauth::Error;
use crate::web::offer::has_it_already;

/// A verifier may keep the metadata for five minutes.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// The metadata of the issuer in the path.
///
/// # Errors
/// 404 when there is no such issuer.
#[utoipa::path(
    get, path = "/.well-known/openid-configuration", tag = "protocol", operation_id = "discovery",
    responses(
        (status = 200, description = "OpenID Connect Discovery 4.2"),
        (status = 304, description = "As you have it"),
        (status = 404, description = "No such issuer"),
    ),
    security(()),
)]
pub async fn get(request: HttpRequest) -> Result<HttpResponse, Error> {
    let (app, documents) = (shared::<App>(&request)?, shared::<Documents>(&request)?);
    let issuer = app.issuer(request.match_info().get("tenant")).await?.ok_or_else(Error::unknown_issuer)?;
    let write = || {
        let configured = signing_algorithm(app.config.tokens.signing_algorithm);
        Document::new(&issuer, configured, &app.keyring.policy().algorithms)
    };
    let answer = |document: &Document| published(&request, document.bytes.clone(), &document.etag, KEPT);
    documents.with(&issuer, write, answer).map_err(Error::internal)
}

/// What handlers share, borrowed. A clone of [`Data`] moves a counter that all workers share, and nothing is asked for as
/// often as what is published.
pub(in crate::oauth) fn shared<T: 'static>(request: &HttpRequest) -> Result<&T, Error> {
    let missing = || Error::internal(format!("no {} is shared", std::any::type_name::<T>()));
    request.app_data::<Data<T>>().map(Data::get_ref).ok_or_else(missing)
}

/// Answers with a JSON document that is the same for everybody, or with 304 to whom has it already.
pub(in crate::oauth) fn published(
    request: &HttpRequest,
    document: Bytes,
    etag: &str,
    kept: HeaderValue,
) -> HttpResponse {
    let has_it = has_it_already(request, etag);
    let mut builder = if has_it { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    builder.insert_header((ETAG, etag));
    builder.insert_header((CACHE_CONTROL, kept));
    if has_it {
        return builder.finish();
    }
    builder.insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json"))).body(document)
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use actix_web::http::header::IF_NONE_MATCH;
    use actix_web::test::TestRequest;

    use super::*;

    #[actix_web::test]
    async fn whoever_has_it_is_not_sent_it_again() {
        let answer = |sent: Option<&str>| {
            let request = sent
                .map_or_else(TestRequest::get, |tag| TestRequest::get().insert_header((IF_NONE_MATCH, tag)));
            published(
                &request.to_http_request(),
                Bytes::from_static(b"{}"),
                "\"tag\"",
                HeaderValue::from_static("public, max-age=7"),
            )
        };
        for sent in [None, Some("\"other\""), Some("tag"), Some("\"tag"), Some("")] {
            let whole = answer(sent);
            assert_eq!(whole.status(), 200, "{sent:?}");
            assert_eq!(whole.headers().get(CONTENT_TYPE).unwrap(), "application/json");
            assert_eq!(whole.headers().get(CACHE_CONTROL).unwrap(), "public, max-age=7");
            assert_eq!(whole.headers().get(ETAG).unwrap(), "\"tag\"");
            assert_eq!(to_bytes(whole.into_body()).await.unwrap(), "{}");
        }
        for sent in ["\"tag\"", "W/\"tag\"", "\"a\", \"tag\"", "*"] {
            let short = answer(Some(sent));
            assert_eq!(short.status(), 304, "{sent}");
            assert_eq!(short.headers().get(ETAG).unwrap(), "\"tag\"");
            assert_eq!(short.headers().get(CACHE_CONTROL).unwrap(), "public, max-age=7");
            assert!(to_bytes(short.into_body()).await.unwrap().is_empty());
        }
    }
}
