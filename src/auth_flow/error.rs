//! Errors of the first-party flow: a code for programs, a sentence for the person who builds the application, and a
//! cause that only our own log sees.

use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};

use crate::app::CallerError;
use crate::db::DbError;
use crate::text::text_enum;
use crate::tokens::MintError;
use crate::web::envelope::{Detail, Failure};
use crate::web::{BUSY_WAIT, BodyError, Cause, JsonError, retry_after};

text_enum! {
    /// The stable names of what can go wrong.
    pub enum Code {
        /// No access token was sent.
        TokenMissing = "AUTH_TOKEN_MISSING",
        /// The token is not one that stands: never issued, for somebody else, revoked, signed out.
        TokenInvalid = "AUTH_TOKEN_INVALID",
        /// The access token was good and its time is over: refresh.
        TokenExpired = "AUTH_TOKEN_EXPIRED",
        /// The access token does not cover what was asked.
        InsufficientScope = "AUTH_INSUFFICIENT_SCOPE",
        /// The credential is good and does not allow this.
        PermissionDenied = "AUTHZ_PERMISSION_DENIED",
        /// The sign-in cannot be completed: begin another.
        FlowInvalid = "AUTH_FLOW_INVALID",
        /// The token names somebody who is not here.
        IdentityNotFound = "AUTH_IDENTITY_NOT_FOUND",
        /// The session is over: sign in again.
        SessionExpired = "SESSION_EXPIRED",
        /// The body is not what this address takes.
        ValidationError = "VALIDATION_ERROR",
        /// Too many requests.
        RateLimited = "RATE_LIMITED",
        /// Nothing is at this address.
        NotFound = "NOT_FOUND",
        /// The address does not answer this method.
        MethodNotAllowed = "METHOD_NOT_ALLOWED",
        /// The body is too large.
        PayloadTooLarge = "PAYLOAD_TOO_LARGE",
        /// The body did not arrive in time.
        RequestTimeout = "REQUEST_TIMEOUT",
        /// The body is not declared as JSON.
        UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE",
        /// Something broke on the server.
        InternalError = "INTERNAL_ERROR",
        /// The server is too busy or its database is away.
        ServiceUnavailable = "SERVICE_UNAVAILABLE",
    }
}

impl Code {
    /// The HTTP status that goes with it.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::TokenMissing
            | Self::TokenInvalid
            | Self::TokenExpired
            | Self::FlowInvalid
            | Self::SessionExpired => StatusCode::UNAUTHORIZED,
            Self::InsufficientScope | Self::PermissionDenied => StatusCode::FORBIDDEN,
            Self::IdentityNotFound | Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::ValidationError => StatusCode::UNPROCESSABLE_ENTITY,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
            Self::ServiceUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// What the same is called elsewhere in the product: the name by which profiles know it.
    pub const fn in_common(self) -> &'static str {
        match self {
            Self::TokenMissing => "unauthenticated",
            Self::TokenInvalid => "invalid_token",
            Self::TokenExpired => "token_expired",
            Self::InsufficientScope => "insufficient_scope",
            Self::PermissionDenied => "permission_denied",
            Self::FlowInvalid => "flow_invalid",
            Self::IdentityNotFound => "identity_not_found",
            Self::SessionExpired => "session_expired",
            Self::ValidationError => "invalid_body",
            Self::RateLimited => "rate_limited",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::PayloadTooLarge => "body_too_large",
            Self::RequestTimeout => "body_too_slow",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::InternalError => "internal_error",
            Self::ServiceUnavailable => "temporarily_unavailable",
        }
    }

    /// The same in words, for interfaces that have a title.
    pub const fn title(self) -> &'static str {
        match self {
            Self::TokenMissing | Self::TokenInvalid | Self::TokenExpired => "Not signed in",
            Self::InsufficientScope => "Insufficient scope",
            Self::PermissionDenied => "Permission denied",
            Self::FlowInvalid | Self::SessionExpired => "Sign-in over",
            Self::IdentityNotFound | Self::NotFound => "Not found",
            Self::ValidationError => "Not valid",
            Self::RateLimited => "Too many requests",
            Self::MethodNotAllowed => "Method not allowed",
            Self::PayloadTooLarge => "Body too large",
            Self::RequestTimeout => "Body too slow",
            Self::UnsupportedMediaType => "Unsupported media type",
            Self::InternalError => "Internal error",
            Self::ServiceUnavailable => "Temporarily unavailable",
        }
    }

    /// Every 401 names a way to do better (RFC 9110 11.6.1, RFC 6750 3).
    const fn challenge(self) -> Option<&'static str> {
        match self {
            Self::TokenInvalid | Self::TokenExpired => {
                Some("Bearer realm=\"gridkey\", error=\"invalid_token\"")
            }
            Self::InsufficientScope => Some("Bearer realm=\"gridkey\", error=\"insufficient_scope\""),
            Self::TokenMissing | Self::FlowInvalid | Self::SessionExpired => Some("Bearer realm=\"gridkey\""),
            _ => None,
        }
    }
}

/// A refusal of the first-party flow.
#[derive(Debug, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Error {
    /// The code for programs.
    pub code: Code,
    /// What happened and what to do next.
    pub message: String,
    /// What is wrong with each field.
    pub details: Vec<Detail>,
    /// What only our log may know.
    pub cause: Option<String>,
    about_key: bool,
    retry_after: Option<Duration>,
}

impl Error {
    /// A refusal with nothing but its public half.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            details: Vec::new(),
            cause: None,
            about_key: false,
            retry_after: None,
        }
    }

    /// Some fields are not as they should be.
    pub fn validation(details: Vec<Detail>) -> Self {
        let names: Vec<_> = details.iter().map(|detail| detail.field).collect();
        let message = format!("The request is not valid: {}. See details.", names.join(", "));
        Self { details, ..Self::new(Code::ValidationError, message) }
    }

    /// One field is not as it should be.
    pub fn field(field: &'static str, message: impl Into<String>) -> Self {
        Self::validation(vec![Detail { field, message: message.into() }])
    }

    /// The sign-in cannot be completed. One sentence for every cause; the log hears the cause.
    pub fn flow(cause: impl std::fmt::Display) -> Self {
        let message = "This sign-in cannot be completed: its code or flow is unknown, expired, used, or was issued for \
                       another code_verifier. Start again at /v1/auth/authorize.";
        Self::new(Code::FlowInvalid, message).cause(cause)
    }

    /// The access token does not stand.
    pub fn token(cause: impl std::fmt::Display) -> Self {
        let message =
            "The token is not valid here: it is unknown, for another service, or was revoked. Sign in again.";
        Self::new(Code::TokenInvalid, message).cause(cause)
    }

    /// Too many requests; the next one may come after `wait`.
    pub fn rate_limited(wait: Duration) -> Self {
        let message =
            "Too many requests from this address. Try again after the time in retry_after, in seconds.";
        Self { retry_after: Some(wait), ..Self::new(Code::RateLimited, message) }
    }

    /// A key has sent too many requests; its next one may come after `wait`.
    pub fn key_rate_limited(wait: Duration) -> Self {
        let message =
            "Too many requests with this API key. Try again after the time in retry_after, in seconds.";
        Self { retry_after: Some(wait), ..Self::new(Code::RateLimited, message) }
    }

    /// Nothing is at this address.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "There is nothing at this address.")
    }

    /// The path is right and the method is not. The `Allow` header is the caller's to add.
    pub fn method_not_allowed(allow: &str) -> Self {
        Self::new(
            Code::MethodNotAllowed,
            format!("This address does not answer that method. Use one of: {allow}."),
        )
    }

    /// Something broke that the caller cannot help.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        let message = "The server could not finish this request. It was logged under this request id.";
        Self::new(Code::InternalError, message).cause(cause)
    }

    /// The server is too busy or its database is away.
    pub fn unavailable(cause: impl std::fmt::Display) -> Self {
        let message =
            "The server cannot answer at the moment. Send the same request again after retry_after seconds.";
        Self { retry_after: Some(BUSY_WAIT), ..Self::new(Code::ServiceUnavailable, message) }.cause(cause)
    }

    /// An API key that is none here. Interfaces that have words of their own for keys find it by its name.
    pub fn key(cause: impl std::fmt::Display) -> Self {
        let message =
            "The API key is not valid: it is unknown, expired, disabled or revoked. Send one that works.";
        Self { about_key: true, ..Self::new(Code::TokenInvalid, message) }.cause(cause)
    }

    /// The name by which profiles know it.
    pub const fn in_common(&self) -> &'static str {
        if self.about_key { "invalid_key" } else { self.code.in_common() }
    }

    /// Seconds after which it makes sense to ask again.
    pub fn seconds(&self) -> Option<u32> {
        let (_, value) = retry_after(self.retry_after?);
        value.to_str().ok()?.parse().ok()
    }

    /// Adds what only our log may know. It must hold no secret.
    #[must_use]
    pub fn cause(mut self, cause: impl std::fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.code.status());
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(challenge) = self.code.challenge() {
            response.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
        let mut seconds = None;
        if let Some((name, value)) = self.retry_after.map(retry_after) {
            // Header and body say the same number.
            seconds = value.to_str().ok().and_then(|text| text.parse().ok());
            response.insert_header((name, value));
        }
        let mut response =
            response.json(Failure::new(self.code.as_str(), &self.message, seconds, &self.details));
        Cause::attach(&mut response, self.cause.as_deref());
        response
    }
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        if error.is_temporary() { Self::unavailable(error) } else { Self::internal(error) }
    }
}

impl From<CallerError> for Error {
    fn from(error: CallerError) -> Self {
        match error {
            CallerError::Missing => {
                Self::new(Code::TokenMissing, "Send an access token: Authorization: Bearer TOKEN.")
            }
            CallerError::Expired => Self::new(
                Code::TokenExpired,
                "The access token has expired. Get another one at /v1/auth/refresh, or sign in again.",
            ),
            CallerError::Invalid(why) => Self::token(why),
            CallerError::Database(error) => error.into(),
        }
    }
}

impl From<MintError> for Error {
    fn from(error: MintError) -> Self {
        Self::internal(error)
    }
}

impl From<JsonError> for Error {
    fn from(error: JsonError) -> Self {
        match error {
            JsonError::NotJson => Self::new(
                Code::UnsupportedMediaType,
                "Send the body as JSON, with Content-Type: application/json.",
            ),
            JsonError::Body(BodyError::TooLarge) => {
                Self::new(Code::PayloadTooLarge, "The body is larger than this address accepts.")
            }
            JsonError::Body(BodyError::TooSlow) => {
                Self::new(Code::RequestTimeout, "The body did not arrive in time.")
            }
            JsonError::Body(BodyError::Broken) => Self::field("body", "It could not be read to its end."),
            JsonError::Invalid(why) => Self::field("body", format!("It is not a JSON object: {why}.")),
        }
    }
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
