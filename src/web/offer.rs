//! Answers that never change, packed or as they are, whichever the client likes better.

use actix_web::http::header::{
    AcceptEncoding, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, Encoding, HeaderValue,
    IF_NONE_MATCH, VARY,
};
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};

/// What there is to have.
pub struct Offer<'a> {
    /// Names the content.
    pub digest: &'a str,
    /// Its type.
    pub content_type: &'static str,
    /// How long it may be kept.
    pub cache_control: &'static str,
    /// Compressed with gzip, unless that saves nothing.
    pub packed: Option<&'a Bytes>,
}

impl Offer<'_> {
    /// The answer: 304 to who has it already. `plain` is asked for only when it goes out.
    pub fn answer(&self, request: &HttpRequest, plain: impl FnOnce() -> Bytes) -> HttpResponse {
        let packed = self.packed.filter(|_| takes_gzip(request));
        // The same content in other bytes has another tag (RFC 9110 8.8.3.3).
        let etag = format!("\"{}{}\"", self.digest, if packed.is_some() { "-gzip" } else { "" });
        let is_there_already = has_it_already(request, &etag);
        let mut builder = if is_there_already { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        builder
            .insert_header((CACHE_CONTROL, self.cache_control))
            .insert_header((VARY, "accept-encoding"))
            .insert_header((ETAG, etag));
        if is_there_already {
            return builder.finish();
        }
        builder.insert_header((CONTENT_TYPE, HeaderValue::from_static(self.content_type)));
        match packed {
            Some(packed) => builder.insert_header((CONTENT_ENCODING, "gzip")).body(packed.clone()),
            None => builder.body(plain()),
        }
    }
}

/// Whether the client likes it at least as much as the file as it is.
fn takes_gzip(request: &HttpRequest) -> bool {
    let accepted = request.get_header::<AcceptEncoding>();
    let choice =
        accepted.and_then(|accepted| accepted.negotiate([Encoding::gzip(), Encoding::identity()].iter()));
    choice == Some(Encoding::gzip())
}

/// Whether the client says that it has what this tag names. `If-None-Match` compares weakly (RFC 9110 13.1.2).
pub fn has_it_already(request: &HttpRequest, etag: &str) -> bool {
    let sent = request.headers().get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    sent.flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}
