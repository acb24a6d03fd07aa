//! `GET /oauth2/jwks`.

use actix_web::http::header::HeaderValue;
use actix_web::{HttpRequest, HttpResponse};

use crate::app::App;
use crate::oauth::Error;
use crate::oauth::discovery::endpoints::{published, shared};

/// The public keys. Every issuer of this server signs with the same ones. They go out as `application/json`: the
/// registered `application/jwk-set+json` is more than many clients accept.
///
/// # Errors
/// 404 when there is no such issuer.
#[utoipa::path(
    get, path = "/oauth2/jwks", tag = "protocol", operation_id = "jwks",
    responses(
        (status = 200, description = "The public keys (RFC 7517 5)"),
        (status = 304, description = "As you have it"),
        (status = 404, description = "No such issuer"),
    ),
    security(()),
)]
pub async fn get(request: HttpRequest) -> Result<HttpResponse, Error> {
    let app = shared::<App>(&request)?;
    app.issuer(request.match_info().get("tenant")).await?.ok_or_else(Error::unknown_issuer)?;
    let document = app.keyring.snapshot().jwks(app.now());
    let kept = format!("public, max-age={}", app.config.tokens.jwks_max_age.as_secs());
    let kept = HeaderValue::try_from(kept).map_err(Error::internal)?;
    Ok(published(&request, document.bytes.clone(), &document.etag, kept))
}
