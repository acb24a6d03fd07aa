//! Headers that an answer carries whatever comes of the request: somebody notes them before the outcome is known.

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpMessage, HttpRequest};

/// Names in lower case, and values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerHeaders(pub Vec<(&'static str, String)>);

impl AnswerHeaders {
    /// Has the answer to this request carry them.
    pub fn note(self, request: &HttpRequest) {
        request.extensions_mut().insert(self);
    }

    /// Adds them to an answer, in place of what stood there under the same names.
    pub fn put(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.0 {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}

/// An answer with the headers that were noted for its request.
pub fn with_its_headers(mut answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let noted = answer.request().extensions_mut().remove::<AnswerHeaders>();
    if let Some(noted) = noted {
        noted.put(answer.headers_mut());
    }
    answer
}
