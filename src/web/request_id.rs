//! The name of one request: shown to people, written on every log line, sent back in `X-Request-ID`.
//!
//! An error's body carries the id, but actix renders errors without the request at hand. So the request log runs each
//! request inside a task-local, and every shape of error (problem, page, OAuth error) asks [`RequestId::current`].
//! The task-local does not follow work that is spawned or moved to a blocking thread: render errors in the handler.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::random::Random;
use crate::telemetry::request;

/// The header in which the id comes and goes.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request's id: 8 to 128 letters, digits and `_.:-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The id that a proxy or caller sent, when it is fit to be logged and echoed, or else a new one.
    pub fn choose(headers: &HeaderMap, random: &Random) -> Self {
        let sent = headers.get(X_REQUEST_ID).and_then(|value| value.to_str().ok());
        match sent {
            Some(text) if is_fit(text) => Self(text.into()),
            _ => Self(new(random)),
        }
    }

    /// The id of the request that is being answered; `unknown` outside one.
    pub fn current() -> Self {
        request::current().map_or_else(|| Self("unknown".into()), Self)
    }

    /// Runs `work` so that [`RequestId::current`] gives this id within.
    pub fn scope<T>(self, work: impl Future<Output = T>) -> impl Future<Output = T> {
        request::scope(self.0, work)
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value of the answer's header.
    pub(super) fn header_value(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).unwrap_or_else(|_| HeaderValue::from_static("unknown"))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Bytes of a name.
const NAME: usize = 16;

/// A name that no other request has. It is no secret, so that one draw may give many.
fn new(random: &Random) -> Arc<str> {
    thread_local! {
        static DRAWN: RefCell<Vec<[u8; NAME]>> = const { RefCell::new(Vec::new()) };
    }
    let bytes = DRAWN.with_borrow_mut(|drawn| {
        if drawn.is_empty() {
            drawn.extend(random.bytes::<{ NAME * 32 }>().as_chunks::<NAME>().0);
        }
        drawn.pop().unwrap_or_default()
    });
    let mut name = *b"req_00000000000000000000000000000000";
    if let Some(hex) = name.get_mut("req_".len()..) {
        uuid::Builder::from_random_bytes(bytes).into_uuid().simple().encode_lower(hex);
    }
    str::from_utf8(&name).unwrap_or_default().into()
}

fn is_fit(text: &str) -> bool {
    (8..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(sent: &[u8]) -> Arc<str> {
        let mut headers = HeaderMap::new();
        headers.insert(X_REQUEST_ID, HeaderValue::from_bytes(sent).unwrap());
        RequestId::choose(&headers, &Random::default()).0
    }

    #[test]
    fn a_fit_id_is_kept() {
        let longest = "a".repeat(128);
        for good in ["abcdefgh", "01J9Z3.trace:7-a_B", longest.as_str()] {
            assert_eq!(&*chosen(good.as_bytes()), good);
        }
    }

    #[test]
    fn anything_else_is_replaced() {
        let too_long = "a".repeat(129);
        for bad in [
            &b"abcdefg"[..],
            b"",
            too_long.as_bytes(),
            b"abcd efgh",
            b"abcdefgh\"",
            b"abcdefgh;",
            b"abcdefg\xff",
        ] {
            let id = chosen(bad);
            assert!(id.starts_with("req_") && id.len() == 36, "{id}");
            assert!(id.bytes().skip(4).all(|byte| byte.is_ascii_hexdigit()), "{id}");
        }
        assert_ne!(chosen(b""), chosen(b""));
    }

    #[actix_web::test]
    async fn the_current_id_is_known_within_its_scope_only() {
        assert_eq!(RequestId::current().as_str(), "unknown");
        let inside = RequestId("req_1234".into()).scope(async { RequestId::current() }).await;
        assert_eq!(inside.as_str(), "req_1234");
        assert_eq!(RequestId::current().as_str(), "unknown");
    }
}
