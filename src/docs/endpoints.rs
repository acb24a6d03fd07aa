//! `GET /openapi.json`.

use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use crate::secret::Digest;

/// The description as it goes out, made once.
pub struct Description {
    bytes: Bytes,
    etag: String,
}

impl Description {
    /// Of a description in JSON.
    pub fn new(json: String) -> Self {
        let digest = Digest::of(json.as_bytes());
        let etag = digest.as_bytes().iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>();
        Self { bytes: Bytes::from(json), etag: format!("\"{etag}\"") }
    }
}

/// The OpenAPI description (OpenAPI 3.1) of every address for programs.
#[utoipa::path(
    get, path = "/openapi.json", tag = "documents", operation_id = "get_openapi",
    responses((status = 200, description = "This document"), (status = 304, description = "As you have it")),
    security(()),
)]
pub async fn openapi(request: HttpRequest, description: Data<Description>) -> HttpResponse {
    let known = request
        .headers()
        .get(IF_NONE_MATCH)
        .is_some_and(|value| value.as_bytes() == description.etag.as_bytes());
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((ETAG, description.etag.clone()))
        .insert_header((CACHE_CONTROL, "public, max-age=300"));
    if known {
        return answer.finish();
    }
    answer.content_type("application/json").body(description.bytes.clone())
}
