//! A request as the proxy tells it.

use actix_web::HttpRequest;
use actix_web::web::Bytes;

use super::Dialect;
use crate::edge::{Carrier, Content, Header};
use crate::request_keys::{Body, SignedRequest, UriScheme};

/// How long the body of the request is, where the proxy keeps the body: `0` alone says that there is none, and only where
/// the address that the proxy asks says that the proxy itself tells it. A client can send any header, and no address.
const ORIGINAL_LENGTH: &str = "x-original-content-length";
/// Envoy sends the beginning of a body that is too long for it.
const PARTIAL_BODY: &str = "x-envoy-auth-partial-body";

/// A request as the proxy tells it.
pub struct Forwarded<'a> {
    request: &'a HttpRequest,
    method: &'a str,
    target: &'a str,
    authority: &'a str,
    scheme: UriScheme,
    body: Bytes,
    length_is_told: bool,
}

impl<'a> Forwarded<'a> {
    /// Reads what the proxy adds. What it does not say, or says twice, stays empty: no signature fits that.
    pub fn new(request: &'a HttpRequest, dialect: Dialect, usual: UriScheme) -> Self {
        let told = |name: &str| match one(request, name) {
            Header::One(text) => Some(text),
            Header::Absent | Header::Ambiguous => None,
        };
        let (method, target) = match (dialect.method_header(), dialect.target_header()) {
            (Some(method), Some(target)) => {
                (told(method).unwrap_or_default(), told(target).unwrap_or_default())
            }
            _ => (request.method().as_str(), behind(request)),
        };
        // Envoy asks with the host that its client asked for.
        let host = match (dialect, one(request, "x-forwarded-host")) {
            (Dialect::Envoy, _) | (_, Header::Absent) => told("host"),
            (_, Header::One(host)) => Some(host),
            (_, Header::Ambiguous) => None,
        };
        let scheme = match one(request, "x-forwarded-proto") {
            Header::One(text) => text.to_ascii_lowercase().parse().unwrap_or(usual),
            Header::Absent | Header::Ambiguous => usual,
        };
        let authority = host.unwrap_or_default();
        Self { request, method, target, authority, scheme, body: Bytes::new(), length_is_told: false }
    }

    /// The same where the proxy itself tells how long the body is.
    pub const fn with_length(mut self, is_told: bool) -> Self {
        self.length_is_told = is_told;
        self
    }

    /// The same with the body that the proxy sent along.
    pub fn with_body(mut self, body: Bytes) -> Self {
        self.body = body;
        self
    }
}

/// The address of the request, which stands behind the one that Envoy asks.
fn behind(request: &HttpRequest) -> &str {
    let whole = request.uri().path_and_query().map_or("", |whole| whole.as_str());
    whole.strip_prefix(Dialect::ENVOY_PREFIX).unwrap_or_default()
}

fn one<'a>(request: &'a HttpRequest, name: &str) -> Header<'a> {
    let mut all = request.headers().get_all(name);
    match (all.next(), all.next()) {
        (None, _) => Header::Absent,
        (Some(value), None) => value.to_str().map_or(Header::Ambiguous, Header::One),
        (Some(_), Some(_)) => Header::Ambiguous,
    }
}

impl Carrier for Forwarded<'_> {
    fn header(&self, name: &str) -> Header<'_> {
        one(self.request, name)
    }

    fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    fn signed(&self) -> Option<SignedRequest<'_>> {
        let headers = self.request.headers().iter();
        Some(SignedRequest {
            method: self.method,
            target: self.target,
            scheme: self.scheme,
            authority: self.authority,
            headers: headers.map(|(name, value)| (name.as_str(), value.as_bytes())).collect(),
            body: Body::Bytes(b""),
        })
    }

    fn content(&self) -> Content<'_> {
        let is_partial = !matches!(self.header(PARTIAL_BODY), Header::Absent | Header::One("false"));
        match self.header(ORIGINAL_LENGTH) {
            _ if is_partial => Content::Unseen { announced: true },
            _ if !self.body.is_empty() => Content::Seen(&self.body),
            Header::One("0") if self.length_is_told => Content::Seen(b""),
            Header::Absent => Content::Unseen { announced: false },
            Header::One(_) | Header::Ambiguous => Content::Unseen { announced: true },
        }
    }
}
