//! Problems in other shapes than problem details, for programs that were written for another interface.
//!
//! Whoever knows which shape a request's program reads notes it; [`in_its_shape`] renders the problem that comes out.

use std::borrow::Cow;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::ACCEPT;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, ResponseError};
use serde::Serialize;

use super::cause::Cause;
use super::envelope::{Detail, Failure};
use super::problem::Problem;

/// The shape of an error's body.
#[derive(Clone, Copy, Debug, Default)]
pub enum ErrorShape {
    /// `application/problem+json` (RFC 9457).
    #[default]
    ProblemDetails,
    /// [`Failure`], with the code that this function makes of the status, our code and the member it is about.
    StatusErrorMeta(fn(u16, &str, Option<&str>) -> Cow<'static, str>),
    /// `{"detail":"..."}`.
    Detail,
    /// `{"errors":{"detail":"..."}}`.
    ErrorsDetail,
}

impl ErrorShape {
    /// Has the errors of this request rendered so, unless its program says that it understands problem details.
    pub fn note(self, request: &HttpRequest) {
        let mut accepted = request.headers().get_all(ACCEPT).filter_map(|value| value.to_str().ok());
        if !accepted.any(|value| value.contains("application/problem+json")) {
            request.extensions_mut().insert(self);
        }
    }

    fn render(self, problem: &Problem) -> HttpResponse {
        let mut response = match self {
            Self::ProblemDetails => return problem.error_response(),
            Self::StatusErrorMeta(name) => {
                let field = problem.about();
                let code = name(problem.status.as_u16(), problem.code, field);
                let details: Vec<_> = field
                    .map(|field| Detail { field, message: problem.detail.to_string() })
                    .into_iter()
                    .collect();
                problem.answer().json(Failure::new(&code, &problem.detail, problem.wait(), &details))
            }
            Self::Detail => problem.answer().json(Sentence { detail: &problem.detail }),
            Self::ErrorsDetail => {
                problem.answer().json(Errors { errors: Sentence { detail: &problem.detail } })
            }
        };
        Cause::attach(&mut response, problem.cause.as_deref());
        response
    }
}

#[derive(Serialize)]
struct Sentence<'a> {
    detail: &'a str,
}

#[derive(Serialize)]
struct Errors<'a> {
    errors: Sentence<'a>,
}

/// The middleware that renders a handler's problem in the shape that was noted for the request.
pub async fn in_its_shape(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let answer = next.call(request).await?.map_into_boxed_body();
    let shape = answer.request().extensions().get::<ErrorShape>().copied();
    let problem = answer.response().error().and_then(|error| error.as_error::<Problem>());
    match (shape, problem) {
        (Some(shape), Some(problem)) => {
            let rendered = shape.render(problem);
            Ok(answer.into_response(rendered))
        }
        _ => Ok(answer),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use actix_web::body::to_bytes;
    use actix_web::http::header;
    use serde_json::{Value, json};

    use super::*;

    fn shout(status: u16, code: &str, field: Option<&str>) -> Cow<'static, str> {
        format!("{status} {code} {}", field.unwrap_or("-")).into()
    }

    async fn body(shape: ErrorShape, problem: &Problem) -> Value {
        serde_json::from_slice(&to_bytes(shape.render(problem).into_body()).await.unwrap()).unwrap()
    }

    #[actix_web::test]
    async fn each_shape_says_the_sentence_in_its_place() {
        let problem = Problem::invalid("invalid_slug", "Too long.").retry_after(Duration::from_secs(3));
        assert_eq!(body(ErrorShape::default(), &problem).await["code"], "invalid_slug");
        assert_eq!(body(ErrorShape::Detail, &problem).await, json!({ "detail": "Too long." }));
        assert_eq!(
            body(ErrorShape::ErrorsDetail, &problem).await,
            json!({ "errors": { "detail": "Too long." } })
        );
        assert_eq!(
            body(ErrorShape::StatusErrorMeta(shout), &problem).await,
            json!({
                "status": "error",
                "error": {
                    "code": "422 invalid_slug slug", "message": "Too long.", "retry_after": 3,
                    "details": [{ "field": "slug", "message": "Too long." }],
                },
                "meta": { "request_id": "unknown" },
            })
        );
    }

    #[test]
    fn status_headers_and_cause_are_those_of_the_problem() {
        let problem = Problem::unauthenticated("invalid_token", "No.").cause("revoked");
        for shape in [ErrorShape::StatusErrorMeta(shout), ErrorShape::Detail, ErrorShape::ErrorsDetail] {
            let response = shape.render(&problem);
            assert_eq!(response.status(), problem.status);
            assert!(response.headers().contains_key(header::WWW_AUTHENTICATE));
            assert_eq!(response.headers().get(header::CONTENT_TYPE).unwrap(), "application/json");
            assert_eq!(Cause::of(&response), Some(Cause("revoked".into())));
        }
    }
}
