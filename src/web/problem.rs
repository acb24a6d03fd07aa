//! Errors for programs: RFC 9457 problem details, with a stable `code`, the request id and, where there is one, the fix.
//!
//! What the client reads (title, detail, fix) and what the operator reads (cause) are separate fields. The request id
//! is that of [`RequestId::current`], so a problem must be rendered where its request is answered.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use serde::Serialize;

use super::cause::Cause;
use super::extract::{BodyError, JsonError};
use super::request_id::RequestId;
use super::retry;

/// How long a client should wait when the server is too busy or its database is away.
pub const BUSY_WAIT: Duration = Duration::from_secs(2);

/// A failed call, as `application/problem+json`.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// A stable name of this kind of error, in `snake_case`; it is also the last part of `type`.
    pub code: &'static str,
    /// What kind of error this is, the same for each of its kind.
    pub title: &'static str,
    /// What happened this time, and why.
    pub detail: Box<str>,
    /// What the caller can do about it.
    pub fix: Option<Box<str>>,
    /// What only the log may say.
    pub cause: Option<Box<str>>,
    field: Option<&'static str>,
    more: Option<Box<More>>,
    retry_after: Option<NonZeroU32>,
}

/// What few problems have.
#[derive(Debug, Clone, Default)]
struct More {
    lacks: Option<Box<str>>,
    parts: Vec<ProblemPart>,
}

/// One of several things that are wrong with a text that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProblemPart {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, in characters, counted from 1.
    pub column: usize,
    /// What is wrong there, and what would be right.
    pub detail: String,
}

impl Problem {
    /// A problem with nothing but its public half.
    pub fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        let detail = detail.into().into_boxed_str();
        Self {
            status,
            code,
            title,
            detail,
            fix: None,
            cause: None,
            field: None,
            more: None,
            retry_after: None,
        }
    }

    /// Something broke that the caller cannot help: 500.
    pub fn internal(cause: impl fmt::Display) -> Self {
        let detail = "Something went wrong on the server. It was logged under this request id.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "Internal error", detail).cause(cause)
    }

    /// The server is too busy or its database is away: 503 with `Retry-After`.
    pub fn unavailable(cause: impl fmt::Display) -> Self {
        let detail = "The server cannot answer at the moment.";
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "temporarily_unavailable",
            "Temporarily unavailable",
            detail,
        )
        .fix("Send the same request again after the time in Retry-After.")
        .cause(cause)
        .retry_after(BUSY_WAIT)
    }

    /// Nothing is at this address, or nothing that the caller may see: 404.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "Not found", "There is nothing at this address.")
    }

    /// The path is right and the method is not: 405. The `Allow` header is the caller's to add.
    pub fn method_not_allowed() -> Self {
        let detail = "This address does not answer that method.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed", detail)
    }

    /// Nobody has proved who they are: 401.
    pub fn unauthenticated(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, "Not signed in", detail)
            .fix("Send an access token that is valid: Authorization: Bearer TOKEN.")
    }

    /// The access token was not granted what this needs: 403 (RFC 6750 3.1).
    pub fn insufficient_scope(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "insufficient_scope", "Insufficient scope", detail)
    }

    /// The caller is known and may not do this: 403.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "permission_denied", "Permission denied", detail)
    }

    /// The same, with the name of the permission that the caller lacks, for whoever writes refusals down.
    pub fn lacking(permission: impl fmt::Display, detail: impl Into<String>) -> Self {
        let lacks = Some(permission.to_string().into_boxed_str());
        Self { more: Some(Box::new(More { lacks, ..More::default() })), ..Self::forbidden(detail) }
    }

    /// The permission that the caller lacks, if [`Problem::lacking`] named one.
    pub fn lacks(&self) -> Option<&str> {
        self.more.as_ref()?.lacks.as_deref()
    }

    /// Something in the request is not as it should be: 422. `code` says what kind of thing.
    pub fn invalid(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, "Not valid", detail)
    }

    /// The address itself cannot be read: 400.
    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, "Bad request", detail)
    }

    /// It was asked too often: 429. The time to wait is the caller's to add.
    pub fn too_many_requests(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, code, "Too many requests", detail)
            .fix("Send it again after the time in Retry-After.")
    }

    /// It does not fit what is there: 409.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, "Conflict", detail)
    }

    /// The thing is not any more as the caller saw it: 412.
    pub fn precondition_failed() -> Self {
        let detail = "It was changed since you read it, so nothing was written.";
        Self::new(StatusCode::PRECONDITION_FAILED, "changed_meanwhile", "Changed meanwhile", detail)
            .fix("Read it again, apply your change to what you find, and send the new ETag in If-Match.")
    }

    /// One request too many for now: 429 with `Retry-After`.
    pub fn rate_limited(wait: Duration) -> Self {
        let detail = "More requests came than the limit allows.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "Too many requests", detail)
            .fix("Send the same request again after the time in Retry-After.")
            .retry_after(wait)
    }

    /// Adds everything that is wrong with the text that was sent, place by place.
    pub fn parts(mut self, parts: Vec<ProblemPart>) -> Self {
        self.more.get_or_insert_default().parts = parts;
        self
    }

    /// Everything that is wrong with the text that was sent.
    pub(super) fn all_parts(&self) -> &[ProblemPart] {
        self.more.as_ref().map_or(&[], |more| more.parts.as_slice())
    }

    /// Under another stable name.
    pub const fn named(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }

    /// Adds what the caller can do about it.
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into().into_boxed_str());
        self
    }

    /// Adds what only the log may say. It must hold no secret.
    pub fn cause(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string().into_boxed_str());
        self
    }

    /// Says which member of the body it is about. A problem called `invalid_NAME` is about NAME anyway.
    pub const fn field(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// The member of the body that it is about, when there is one.
    pub fn about(&self) -> Option<&'static str> {
        let named = || self.code.strip_prefix("invalid_").filter(|_| self.status == 422);
        self.field.or_else(named)
    }

    /// Seconds after which it makes sense to ask again.
    pub(super) fn wait(&self) -> Option<u32> {
        self.retry_after.map(NonZeroU32::get)
    }

    /// The answer with everything but its body.
    pub(super) fn answer(&self) -> HttpResponseBuilder {
        let mut builder = HttpResponse::build(self.status);
        if let Some(challenge) = self.challenge() {
            builder.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
        if let Some(seconds) = self.wait() {
            builder.insert_header((header::RETRY_AFTER, seconds));
        }
        builder
    }

    /// Every 401 names a way to do better (RFC 9110 11.6.1), and so does a scope that is missing (RFC 6750 3.1).
    fn challenge(&self) -> Option<&'static str> {
        match (self.status, self.code) {
            (StatusCode::UNAUTHORIZED, "invalid_token" | "token_expired") => {
                Some("Bearer realm=\"gridkey\", error=\"invalid_token\"")
            }
            (StatusCode::UNAUTHORIZED, _) => Some("Bearer realm=\"gridkey\""),
            (_, "insufficient_scope") => Some("Bearer realm=\"gridkey\", error=\"insufficient_scope\""),
            _ => None,
        }
    }

    /// Adds `Retry-After`.
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = NonZeroU32::new(retry::seconds(wait));
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.title, self.detail)
    }
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ProblemPart],
    request_id: &'a str,
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut builder = self.answer();
        builder.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        let request_id = RequestId::current();
        let mut response = builder.json(Body {
            r#type: format!("/errors/{}", self.code),
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            fix: self.fix.as_deref(),
            field: self.about(),
            errors: self.all_parts(),
            request_id: request_id.as_str(),
        });
        Cause::attach(&mut response, self.cause.as_deref());
        response
    }
}

impl From<BodyError> for Problem {
    fn from(error: BodyError) -> Self {
        let (code, title) = match error {
            BodyError::TooLarge => ("body_too_large", "Body too large"),
            BodyError::TooSlow => ("body_too_slow", "Body too slow"),
            BodyError::Broken => ("body_unreadable", "Body unreadable"),
        };
        Self::new(error.status(), code, title, sentence(&error))
    }
}

impl From<JsonError> for Problem {
    fn from(error: JsonError) -> Self {
        let status = error.status();
        match error {
            JsonError::Body(error) => error.into(),
            JsonError::NotJson => {
                Self::new(status, "unsupported_media_type", "Unsupported media type", sentence(&error))
                    .fix("Send the header Content-Type: application/json.")
            }
            JsonError::Invalid(_) => Self::new(status, "invalid_body", "Invalid body", sentence(&error)),
        }
    }
}

/// An error's text as a sentence.
pub(super) fn sentence(error: &impl fmt::Display) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;

    use super::*;

    async fn body(problem: Problem) -> serde_json::Value {
        serde_json::from_slice(&to_bytes(problem.error_response().into_body()).await.unwrap()).unwrap()
    }

    #[actix_web::test]
    async fn has_every_member_of_the_shape() {
        let problem = Problem::new(StatusCode::CONFLICT, "taken", "Already taken", "The name is in use.")
            .fix("Choose another name.")
            .cause("users_email_key");
        let response = problem.error_response();
        assert_eq!(response.headers().get(header::CONTENT_TYPE).unwrap(), "application/problem+json");
        assert_eq!(Cause::of(&response), Some(Cause("users_email_key".into())));
        assert_eq!(
            body(problem).await,
            serde_json::json!({
                "type": "/errors/taken", "title": "Already taken", "status": 409, "detail": "The name is in use.",
                "code": "taken", "fix": "Choose another name.", "request_id": "unknown",
            })
        );
    }

    #[actix_web::test]
    async fn the_cause_is_for_the_log_alone() {
        for problem in [Problem::internal("s3cret place"), Problem::unavailable("s3cret place")] {
            assert!(!problem.to_string().contains("s3cret"));
            assert!(!body(problem).await.to_string().contains("s3cret"));
        }
    }

    #[test]
    fn busy_says_when_to_come_back() {
        let response = Problem::unavailable("pool").error_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers().get(header::RETRY_AFTER).unwrap(), "2");
    }

    #[test]
    fn unreadable_bodies_have_their_own_status_and_code() {
        for (error, status, code) in [
            (JsonError::NotJson, 415, "unsupported_media_type"),
            (JsonError::Body(BodyError::TooLarge), 413, "body_too_large"),
            (JsonError::Body(BodyError::TooSlow), 408, "body_too_slow"),
            (JsonError::Body(BodyError::Broken), 400, "body_unreadable"),
            (JsonError::Invalid("missing field `code`".into()), 400, "invalid_body"),
        ] {
            let problem = Problem::from(error);
            assert_eq!((problem.status.as_u16(), problem.code), (status, code));
        }
    }

    #[test]
    fn stays_small_enough_to_return_by_value() {
        assert!(size_of::<Problem>() <= 120, "{}", size_of::<Problem>());
    }
}
