//! Problems in other shapes than problem details, for programs that were written for another interface.
//!
//! Whoever knows which shape a request's program reads notes it; [`in_its_shape`] renders the problem that comes out.

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError};

use super::cause::Cause;
use super::problem::Problem;
use super::request_id::RequestId;
use crate::text::{ErrorForm, Failing};

/// The shape of an error's body.
#[derive(Clone, Copy, Debug)]
pub struct ErrorShape(pub &'static ErrorForm);

impl ErrorShape {
    /// Has the errors of this request rendered so, unless its program says that it understands problem details.
    pub fn note(self, request: &HttpRequest) {
        if !wants_problem_details(request.headers()) {
            request.extensions_mut().insert(self);
        }
    }

    /// The shape that was noted for a request.
    pub fn of(request: &HttpRequest) -> Option<Self> {
        request.extensions().get::<Self>().copied()
    }

    /// A problem in this shape.
    pub fn render(self, problem: &Problem) -> HttpResponse {
        let details: Vec<_> = problem.about().map(|field| (field, &*problem.detail)).into_iter().collect();
        let parts: Vec<_> =
            problem.all_parts().iter().map(|one| (one.line, one.column, &*one.detail)).collect();
        let mut response = problem.answer();
        response.insert_header((CONTENT_TYPE, self.0.content_type.as_str()));
        let mut response = response.body(self.0.render(&Failing {
            status: problem.status.as_u16(),
            code: problem.code,
            title: problem.title,
            message: &problem.detail,
            fix: problem.fix.as_deref(),
            details: &details,
            parts: &parts,
            retry_after: problem.wait(),
            cause: problem.cause.as_deref(),
            request_id: RequestId::current().as_str(),
        }));
        Cause::attach(&mut response, problem.cause.as_deref());
        response
    }
}

/// Whether a program says that it understands problem details, whatever interface it was written for.
pub fn wants_problem_details(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    accepted.any(|value| value.contains("application/problem+json"))
}

/// A problem that no handler returns, in the shape that was noted for its request.
pub fn told(request: &HttpRequest, problem: &Problem) -> HttpResponse {
    ErrorShape::of(request).map_or_else(|| problem.error_response(), |shape| shape.render(problem))
}

/// An answer with the problem that it holds in the shape that was noted for its request.
pub fn in_its_shape(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let Some(error) = answer.response().error() else { return answer };
    match (ErrorShape::of(answer.request()), error.as_error::<Problem>()) {
        (Some(shape), Some(problem)) => {
            let rendered = shape.render(problem);
            answer.into_response(rendered)
        }
        _ => answer,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use actix_web::body::to_bytes;
    use actix_web::http::header;

    use super::*;
    use crate::text::Template;

    fn shape() -> ErrorShape {
        let body = r#"{"c":"$code","m":"$message","w":"$retry_after","d":"$details","i":"$request_id"}"#;
        ErrorShape(Box::leak(Box::new(ErrorForm {
            content_type: "application/json".into(),
            body: Template::parse(body, &ErrorForm::PLACES).unwrap(),
            codes: BTreeMap::new(),
            capitals: true,
            texts: BTreeMap::new(),
        })))
    }

    #[actix_web::test]
    async fn a_problem_says_the_same_in_another_shape() {
        let problem = Problem::invalid("invalid_slug", "Too long.").retry_after(Duration::from_secs(3));
        let body = to_bytes(shape().render(&problem).into_body()).await.unwrap();
        assert_eq!(
            body,
            concat!(
                r#"{"c":"INVALID_SLUG","m":"Too long.","w":3,"d":[{"field":"slug","message":"Too long."}],"#,
                r#""i":"unknown"}"#
            )
        );
    }

    #[test]
    fn status_headers_and_cause_are_those_of_the_problem() {
        let problem = Problem::unauthenticated("invalid_token", "No.").cause("revoked");
        let response = shape().render(&problem);
        assert_eq!(response.status(), problem.status);
        assert!(response.headers().contains_key(header::WWW_AUTHENTICATE));
        assert_eq!(response.headers().get(header::CONTENT_TYPE).unwrap(), "application/json");
        assert_eq!(Cause::of(&response), Some(Cause("revoked".into())));
    }
}
