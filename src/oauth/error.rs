//! Errors as RFC 6749 5.2 shapes them: a code for programs, a description for the person who reads the log of the
//! client, and a cause that only our own log sees.

use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

use crate::clients::CredentialsError;
use crate::db::DbError;
use crate::text::text_enum;
use crate::tokens::MintError;
use crate::web::{BUSY_WAIT, Cause, FormError, RequestId, retry_after};

text_enum! {
    /// The error codes of RFC 6749 4.1.2.1 and 5.2, RFC 6750 3.1, OpenID Connect Core 3.1.2.6, RFC 8707 2
    /// and RFC 8628 3.5.
    #[expect(missing_docs, reason = "each value is the code of the same name in the specifications")]
    pub enum ErrorCode {
        InvalidRequest = "invalid_request",
        InvalidClient = "invalid_client",
        InvalidGrant = "invalid_grant",
        UnauthorizedClient = "unauthorized_client",
        UnsupportedGrantType = "unsupported_grant_type",
        UnsupportedResponseType = "unsupported_response_type",
        InvalidScope = "invalid_scope",
        InvalidTarget = "invalid_target",
        InvalidToken = "invalid_token",
        InsufficientScope = "insufficient_scope",
        AccessDenied = "access_denied",
        LoginRequired = "login_required",
        ConsentRequired = "consent_required",
        InteractionRequired = "interaction_required",
        AccountSelectionRequired = "account_selection_required",
        RequestNotSupported = "request_not_supported",
        RequestUriNotSupported = "request_uri_not_supported",
        RegistrationNotSupported = "registration_not_supported",
        UnsupportedTokenType = "unsupported_token_type",
        ServerError = "server_error",
        TemporarilyUnavailable = "temporarily_unavailable",
        AuthorizationPending = "authorization_pending",
        SlowDown = "slow_down",
        ExpiredToken = "expired_token",
    }
}

/// A refusal of a protocol endpoint.
#[derive(Debug, thiserror::Error)]
#[error("{code}: {description}")]
pub struct Error {
    /// The code for programs.
    pub code: ErrorCode,
    /// What happened and what to do next, for the person who builds the client.
    pub description: String,
    /// What only our log may know.
    pub cause: Option<String>,
    status: StatusCode,
    challenge: Option<&'static str>,
    retry_after: Option<Duration>,
}

#[derive(Serialize)]
struct Body<'a> {
    error: ErrorCode,
    error_description: &'a str,
    request_id: &'a str,
}

impl Error {
    /// A refusal with the status that the code usually has.
    pub fn new(code: ErrorCode, description: impl Into<String>) -> Self {
        let status = match code {
            ErrorCode::InvalidClient | ErrorCode::InvalidToken => StatusCode::UNAUTHORIZED,
            ErrorCode::InsufficientScope => StatusCode::FORBIDDEN,
            ErrorCode::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
            ErrorCode::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        let challenge = match code {
            ErrorCode::InvalidClient => Some("Basic realm=\"gridkey\", charset=\"UTF-8\""),
            ErrorCode::InvalidToken => Some("Bearer realm=\"gridkey\", error=\"invalid_token\""),
            ErrorCode::InsufficientScope => Some("Bearer realm=\"gridkey\", error=\"insufficient_scope\""),
            _ => None,
        };
        let retry_after = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(BUSY_WAIT);
        Self { code, description: description.into(), cause: None, status, challenge, retry_after }
    }

    /// `invalid_request`.
    pub fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }

    /// `invalid_grant`: the client hears one sentence for every cause, the log hears the cause.
    pub fn invalid_grant(description: &'static str, cause: impl std::fmt::Display) -> Self {
        Self::new(ErrorCode::InvalidGrant, description).cause(cause)
    }

    /// `invalid_client`, the same for an unknown client, a wrong secret and a disabled client.
    pub fn invalid_client(cause: impl std::fmt::Display) -> Self {
        Self::new(
            ErrorCode::InvalidClient,
            "client authentication failed: check client_id, secret and method",
        )
        .cause(cause)
    }

    /// A bearer-protected endpoint was called without any token (RFC 6750 3.1: no error code then).
    pub fn no_token() -> Self {
        let mut error =
            Self::new(ErrorCode::InvalidToken, "send an access token: Authorization: Bearer TOKEN");
        error.challenge = Some("Bearer realm=\"gridkey\"");
        error
    }

    /// The address names an organisation that is not here.
    pub fn unknown_issuer() -> Self {
        Self::invalid_request("there is no issuer at this address").status(StatusCode::NOT_FOUND)
    }

    /// `invalid_target` (RFC 8707 2): a resource that was not granted.
    pub fn foreign_target() -> Self {
        Self::new(ErrorCode::InvalidTarget, "resource names an API that was not granted or is not available")
    }

    /// Something broke that the client cannot help.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::new(ErrorCode::ServerError, "the server could not finish this request; it has been logged")
            .cause(cause)
    }

    /// The server is too busy or its database is away.
    pub fn unavailable(cause: impl std::fmt::Display) -> Self {
        Self::new(ErrorCode::TemporarilyUnavailable, "the server is busy; try again in a few seconds")
            .cause(cause)
    }

    /// Too many requests; OAuth has no code of its own for it.
    pub fn rate_limited(wait: Duration) -> Self {
        let text = "the key has sent more requests than it may; come back after Retry-After";
        let error = Self::new(ErrorCode::TemporarilyUnavailable, text);
        error.status(StatusCode::TOO_MANY_REQUESTS).retry_after(wait)
    }

    /// Adds what only our log may know. It must hold no secret.
    #[must_use]
    pub fn cause(mut self, cause: impl std::fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// When to come back.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Another status than the code usually has.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let request_id = RequestId::current();
        let mut response = HttpResponse::build(self.status);
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(challenge) = self.challenge {
            response.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
        if let Some(wait) = self.retry_after {
            response.insert_header(retry_after(wait));
        }
        let mut response = response.json(Body {
            error: self.code,
            error_description: &self.description,
            request_id: request_id.as_str(),
        });
        Cause::attach(&mut response, self.cause.as_deref());
        response
    }
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        if error.is_temporary() { Self::unavailable(error) } else { Self::internal(error) }
    }
}

impl From<MintError> for Error {
    fn from(error: MintError) -> Self {
        Self::internal(error)
    }
}

impl From<CredentialsError> for Error {
    fn from(error: CredentialsError) -> Self {
        match error {
            CredentialsError::Malformed => Self::new(ErrorCode::InvalidClient, error.to_string()),
            other => Self::invalid_request(other.to_string()),
        }
    }
}

impl From<FormError> for Error {
    fn from(error: FormError) -> Self {
        // The token endpoint answers 400 to whatever is not a form (RFC 6749 5.2); too large and too slow stay themselves.
        let status = match error.status() {
            StatusCode::UNSUPPORTED_MEDIA_TYPE => StatusCode::BAD_REQUEST,
            other => other,
        };
        Self::invalid_request(error.to_string()).status(status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_client_is_asked_for_basic() {
        let answer = Error::invalid_client("wrong secret").error_response();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        let challenge = answer.headers().get(header::WWW_AUTHENTICATE).unwrap();
        assert!(challenge.to_str().unwrap().starts_with("Basic "));
        assert_eq!(answer.headers().get(header::CACHE_CONTROL).unwrap(), "no-store");
    }

    #[test]
    fn a_busy_database_is_503_with_retry_after() {
        let answer = Error::from(DbError::Busy).error_response();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.headers().contains_key(header::RETRY_AFTER));
    }
}
