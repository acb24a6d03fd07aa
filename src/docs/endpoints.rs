//! `GET /openapi.json`.

use std::sync::OnceLock;

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use crate::secret::Digest;
use crate::text::unpack;
use crate::web::offer::Offer;

/// `docs/reference/openapi.json`, packed. A test sees that it says what the handlers say; a program that gathered it from
/// them by itself would be a tenth larger.
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/openapi.json.gz"));

/// The description as it goes out.
pub struct Description {
    packed: Bytes,
    digest: String,
    /// From when somebody first wants it so.
    plain: OnceLock<Bytes>,
}

impl Default for Description {
    fn default() -> Self {
        let mut digest = Digest::of(PACKED).to_hex();
        digest.truncate(16);
        Self { packed: Bytes::from_static(PACKED), digest, plain: OnceLock::new() }
    }
}

impl Description {
    fn plain(&self) -> Bytes {
        self.plain.get_or_init(|| Bytes::from(unpack(&self.packed).unwrap_or_default())).clone()
    }
}

/// The OpenAPI description (OpenAPI 3.1) of every address for programs.
#[utoipa::path(
    get, path = "/openapi.json", tag = "documents", operation_id = "get_openapi",
    responses((status = 200, description = "This document"), (status = 304, description = "As you have it")),
    security(()),
)]
pub async fn openapi(request: HttpRequest, description: Data<Description>) -> HttpResponse {
    let offer = Offer {
        digest: &description.digest,
        content_type: "application/json",
        cache_control: "public, max-age=300",
        packed: Some(&description.packed),
    };
    offer.answer(&request, || description.plain())
}
