//! Bodies, read with a bound on size and time and turned into values. actix's own extractors answer in plain text; these
//! return errors that each door puts into its own shape.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{Bytes, BytesMut, Payload};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;

use super::params::{Params, ParamsError};

/// How long a whole body may take; slower senders would hold a connection for as long as they like.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// How deep JSON may be nested.
pub const MAX_JSON_DEPTH: usize = 32;

/// Why a body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// It is larger than this address takes.
    #[error("the body is larger than this address accepts")]
    TooLarge,
    /// It did not arrive within [`BODY_TIMEOUT`].
    #[error("the body did not arrive in time")]
    TooSlow,
    /// It ended early or its framing is wrong.
    #[error("the body could not be read to its end")]
    Broken,
}

impl BodyError {
    /// The status that says so.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }
}

/// Why a form could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// The body did not arrive.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// The body is not a form that can be used.
    #[error(transparent)]
    Params(#[from] ParamsError),
}

impl FormError {
    /// The status that says so. 415 for a body that is no form is HTTP's answer (RFC 9110 15.5.16); a door with rules of
    /// its own, such as the token endpoint, may choose otherwise.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Body(error) => error.status(),
            Self::Params(ParamsError::NotForm) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Params(_) => StatusCode::BAD_REQUEST,
        }
    }
}

/// Why JSON could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// The body is not declared as JSON.
    #[error("the body must be sent as application/json")]
    NotJson,
    /// The body did not arrive.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// It is not JSON or not the right JSON. The text may quote what was sent: answer with it, never log it.
    #[error("the body is not valid here: {0}")]
    Invalid(String),
}

impl JsonError {
    /// The status that says so.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Body(error) => error.status(),
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
        }
    }
}

/// Reads the whole body, at most `limit` bytes. A body that announces too much is refused before it is read.
pub async fn read_body(request: &HttpRequest, payload: Payload, limit: usize) -> Result<Bytes, BodyError> {
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > limit)) {
        return Err(BodyError::TooLarge);
    }
    collect_within(BODY_TIMEOUT, payload, limit).await
}

async fn collect_within(patience: Duration, payload: Payload, limit: usize) -> Result<Bytes, BodyError> {
    tokio::time::timeout(patience, collect(payload, limit)).await.unwrap_or(Err(BodyError::TooSlow))
}

async fn collect(mut payload: Payload, limit: usize) -> Result<Bytes, BodyError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| BodyError::Broken)?;
        if chunk.len() > limit.saturating_sub(body.len()) {
            return Err(BodyError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Reads a form. Whether a repeated parameter is an error is the door's to say: [`Params::without_repeats`].
pub async fn read_form(request: &HttpRequest, payload: Payload, limit: usize) -> Result<Params, FormError> {
    let content_type = content_type(request);
    // Judged before the body is read: nobody needs to send a megabyte to learn that it is of the wrong kind.
    Params::from_form(content_type, b"")?;
    let body = read_body(request, payload, limit).await?;
    Ok(Params::from_form(content_type, &body)?)
}

/// Reads JSON into `T`.
pub async fn read_json<T: DeserializeOwned>(
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
) -> Result<T, JsonError> {
    parse_json(&read_json_text(request, payload, limit).await?)
}

/// Reads a body that is declared as JSON, as it was sent.
pub async fn read_json_text(
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
) -> Result<Bytes, JsonError> {
    if !content_type(request).is_some_and(is_json) {
        return Err(JsonError::NotJson);
    }
    Ok(read_body(request, payload, limit).await?)
}

/// Turns such a body into `T`.
pub fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, JsonError> {
    if is_too_deep(body) {
        return Err(JsonError::Invalid(format!("it is nested deeper than {MAX_JSON_DEPTH} levels")));
    }
    serde_json::from_slice(body).map_err(|error| JsonError::Invalid(error.to_string()))
}

fn content_type(request: &HttpRequest) -> Option<&str> {
    let mut types = request.headers().get_all(CONTENT_TYPE);
    match (types.next(), types.next()) {
        (Some(only), None) => only.to_str().ok(),
        _ => None,
    }
}

/// `application/json` or a type built on it (RFC 6839 3.1).
fn is_json(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.strip_prefix("application/")
        .is_some_and(|kind| kind == "json" || (kind.ends_with("+json") && kind.len() > 5))
}

/// Counts brackets outside of strings, before the parser builds anything.
fn is_too_deep(json: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_JSON_DEPTH {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use actix_web::error::PayloadError;
    use actix_web::test::TestRequest;
    use actix_web::{FromRequest, dev};
    use futures_util::{Stream, stream};
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        code: String,
    }

    async fn parts(request: TestRequest) -> (HttpRequest, Payload) {
        let (request, mut payload) = request.to_http_parts();
        let payload = Payload::from_request(&request, &mut payload).await.unwrap();
        (request, payload)
    }

    async fn json(content_type: &'static str, body: impl Into<Bytes>) -> Result<Wanted, JsonError> {
        let request =
            TestRequest::post().insert_header((CONTENT_TYPE, content_type)).set_payload(body.into());
        let (request, payload) = parts(request).await;
        read_json(&request, payload, 1_000).await
    }

    #[actix_web::test]
    async fn a_body_up_to_the_limit_is_read() {
        for (length, expected) in [(9, Ok(9)), (10, Ok(10)), (11, Err(BodyError::TooLarge))] {
            let (request, payload) = parts(TestRequest::post().set_payload(vec![b'x'; length])).await;
            assert_eq!(read_body(&request, payload, 10).await.map(|body| body.len()), expected);
        }
    }

    #[actix_web::test]
    async fn a_body_that_announces_too_much_is_refused_unread() {
        for (announced, expected) in
            [("11", true), ("99999999999999999999", false), ("18446744073709551615", true), ("10", false)]
        {
            let request = TestRequest::post().set_payload("x").insert_header((CONTENT_LENGTH, announced));
            let (request, payload) = parts(request).await;
            assert_eq!(read_body(&request, payload, 10).await.is_err(), expected, "{announced}");
        }
    }

    async fn streamed(chunks: impl Stream<Item = Result<Bytes, PayloadError>> + 'static) -> Payload {
        let request = TestRequest::post().to_http_request();
        let mut payload: dev::Payload = dev::Payload::Stream { payload: Box::pin(chunks) };
        Payload::from_request(&request, &mut payload).await.unwrap()
    }

    #[actix_web::test]
    async fn a_body_that_stalls_or_breaks_off_is_given_up() {
        let start = || stream::iter([Ok(Bytes::from_static(b"half"))]);
        let stalled = streamed(start().chain(stream::pending())).await;
        let patience = Duration::from_millis(20);
        assert_eq!(collect_within(patience, stalled, 10).await, Err(BodyError::TooSlow));
        let broken = streamed(start().chain(stream::iter([Err(PayloadError::Incomplete(None))]))).await;
        assert_eq!(collect_within(patience, broken, 10).await, Err(BodyError::Broken));
        let grows = streamed(start().chain(start()).chain(start())).await;
        assert_eq!(collect_within(patience, grows, 11).await, Err(BodyError::TooLarge));
    }

    #[actix_web::test]
    async fn a_form_needs_its_content_type() {
        let form = "application/x-www-form-urlencoded";
        let (request, payload) =
            parts(TestRequest::post().insert_header((CONTENT_TYPE, form)).set_payload("a=1")).await;
        assert_eq!(read_form(&request, payload, 10).await.unwrap().get("a"), Some("1"));
        for wrong in [Some("application/json"), None] {
            let mut request = TestRequest::post().set_payload("a=1");
            if let Some(wrong) = wrong {
                request = request.insert_header((CONTENT_TYPE, wrong));
            }
            let (request, payload) = parts(request).await;
            let error = read_form(&request, payload, 10).await.unwrap_err();
            assert_eq!(
                (error.status(), error),
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, ParamsError::NotForm.into())
            );
        }
        let two = TestRequest::post()
            .append_header((CONTENT_TYPE, form))
            .append_header((CONTENT_TYPE, "text/plain"));
        let (request, payload) = parts(two.set_payload("a=1")).await;
        assert!(read_form(&request, payload, 10).await.is_err());
        let large = TestRequest::post().insert_header((CONTENT_TYPE, form)).set_payload("a=1234567890");
        let (request, payload) = parts(large).await;
        assert_eq!(read_form(&request, payload, 10).await, Err(BodyError::TooLarge.into()));
    }

    #[actix_web::test]
    async fn json_says_what_is_wrong() {
        let wanted = Wanted { code: "x".into() };
        for good in ["application/json", "Application/JSON; charset=utf-8", "application/scim+json"] {
            assert_eq!(json(good, r#"{"code":"x"}"#).await.as_ref(), Ok(&wanted), "{good}");
        }
        for bad in [
            "text/plain",
            "application/jsonx",
            "application/+json",
            "text/json",
            "application/x-www-form-urlencoded",
            "",
        ] {
            assert_eq!(json(bad, r#"{"code":"x"}"#).await, Err(JsonError::NotJson), "{bad}");
        }
        for (body, part) in [
            ("", "EOF"),
            ("{", "EOF"),
            ("{}", "missing field `code`"),
            (r#"{"code":1}"#, "invalid type"),
            (r#"{"code":"x","more":1}"#, "unknown field `more`"),
            (r#"{"code":"x","code":"y"}"#, "duplicate field"),
            (r#"{"code":"x"} x"#, "trailing characters"),
        ] {
            let Err(JsonError::Invalid(text)) = json("application/json", body).await else {
                panic!("{body}")
            };
            assert!(text.contains(part), "{body}: {text}");
        }
        assert!(json("application/json", &b"{\"code\":\"\xff\"}"[..]).await.is_err());
        assert_eq!(json("application/json", vec![b' '; 1_001]).await, Err(BodyError::TooLarge.into()));
    }

    #[actix_web::test]
    async fn depth_is_bounded_and_brackets_in_strings_do_not_count() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(!is_too_deep(nested(32).as_bytes()));
        assert!(is_too_deep(nested(33).as_bytes()));
        assert!(!is_too_deep(format!(r#"["\"{}"]"#, "[".repeat(99)).as_bytes()));
        assert!(is_too_deep(format!(r#"["\\"{}"#, "[".repeat(32)).as_bytes()));
        assert!(!is_too_deep("[],".repeat(99).as_bytes()));
        let Err(JsonError::Invalid(text)) = json("application/json", nested(33)).await else { panic!() };
        assert!(text.contains("deeper than 32"));
    }
}
