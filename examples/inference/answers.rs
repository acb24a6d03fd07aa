//! Errors, in the shape that the programs of a platform expect.

use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, HttpResponseBuilder};
use clap::ValueEnum;
use serde_json::{Value, json};

use crate::gate::{Caller, Refusal};

/// Whose shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shape {
    /// That of OpenAI and Anthropic, as their programs read it.
    Native,
    /// One sentence in `detail`.
    Polargrid,
    /// One sentence in `errors.detail`.
    Thegrid,
    /// `status`, `error` with a code, `meta`.
    Scaigrid,
    /// Problem details (RFC 9457).
    Poolside,
}

/// Which door was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// `/v1/chat/completions`, `/v1/models`.
    OpenAi,
    /// `/v1/messages`.
    Anthropic,
}

/// An error before it has a shape.
struct Failure {
    status: StatusCode,
    /// For programs.
    code: String,
    /// For people.
    message: String,
}

impl From<&Refusal> for Failure {
    fn from(refusal: &Refusal) -> Self {
        let (status, code, message) = match refusal {
            Refusal::Unauthenticated(reason) => {
                (StatusCode::UNAUTHORIZED, reason.as_str(), "Invalid API key")
            }
            Refusal::Forbidden(reason) => {
                (StatusCode::FORBIDDEN, reason.as_str(), "This key does not permit the call")
            }
            Refusal::Limited(_) => (StatusCode::TOO_MANY_REQUESTS, "rate_limited", "Rate limit exceeded"),
            Refusal::Replayed => {
                (StatusCode::CONFLICT, "replayed_request", "The same signed request came before")
            }
            Refusal::Unavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", "Try again in a moment")
            }
        };
        Self { status, code: code.to_owned(), message: message.to_owned() }
    }
}

impl Failure {
    /// What Anthropic calls it.
    fn kind(&self) -> &'static str {
        match self.status.as_u16() {
            401 => "authentication_error",
            403 => "permission_error",
            429 => "rate_limit_error",
            400..=499 => "invalid_request_error",
            _ => "api_error",
        }
    }

    fn body(&self, shape: Shape, door: Door) -> Value {
        let Self { status, code, message } = self;
        match (shape, door) {
            (Shape::Native, Door::OpenAi) => {
                json!({"error": {"message": message, "type": self.kind(), "param": null, "code": code}})
            }
            (Shape::Native, Door::Anthropic) => {
                json!({"type": "error", "error": {"type": self.kind(), "message": message}})
            }
            (Shape::Polargrid, _) => json!({"detail": message}),
            (Shape::Thegrid, _) => json!({"errors": {"detail": message}}),
            (Shape::Scaigrid, _) => {
                let named = match status.as_u16() {
                    401 if code == "missing" => "AUTH_TOKEN_MISSING",
                    401 => "AUTH_TOKEN_INVALID",
                    403 => "AUTHZ_PERMISSION_DENIED",
                    429 => "RATE_LIMITED",
                    400..=499 => "VALIDATION_ERROR",
                    _ => "SERVICE_UNAVAILABLE",
                };
                let error = json!({"code": named, "message": message});
                json!({"status": "error", "error": error, "meta": {"request_id": identifier("req_")}})
            }
            (Shape::Poolside, _) => json!({
                "title": status.canonical_reason(), "status": status.as_u16(), "detail": message, "code": code,
            }),
        }
    }
}

/// A good answer, which says for whom it is.
pub fn good(caller: &Caller) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer.insert_header(("x-served-to", caller.subject.as_str()));
    answer
}

/// The answer to a request that goes no further.
pub fn refused(refusal: &Refusal, shape: Shape, door: Door) -> HttpResponse {
    let failure = Failure::from(refusal);
    let mut answer = HttpResponse::build(failure.status);
    match refusal {
        Refusal::Unauthenticated(_) => answer.insert_header(("www-authenticate", "Bearer")),
        Refusal::Limited(seconds) => answer.insert_header(("retry-after", seconds.to_string())),
        Refusal::Unavailable => answer.insert_header(("retry-after", "1")),
        Refusal::Forbidden(_) | Refusal::Replayed => &mut answer,
    };
    if shape == Shape::Poolside {
        answer.content_type("application/problem+json");
    } else {
        answer.content_type("application/json");
    }
    answer.body(failure.body(shape, door).to_string())
}

/// The answer to a body that cannot be read.
pub fn invalid(message: &str, shape: Shape, door: Door) -> HttpResponse {
    let (status, code) = (StatusCode::BAD_REQUEST, "invalid_request".to_owned());
    let failure = Failure { status, code, message: message.to_owned() };
    HttpResponse::build(status).json(failure.body(shape, door))
}

/// What is said in the middle of an answer that streams, when whoever asked may not go on. Programs read it in one shape
/// only.
pub fn cut(refusal: &Refusal, door: Door) -> Value {
    Failure::from(refusal).body(Shape::Native, door)
}

/// A name that no other answer of this process has.
pub fn identifier(prefix: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("{prefix}{:08x}{:016x}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Unix seconds.
#[expect(clippy::disallowed_methods, reason = "an example has no clock that its tests move")]
pub fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
