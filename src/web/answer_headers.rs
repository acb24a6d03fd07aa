//! Headers that an answer carries whatever comes of the request: somebody notes them before the outcome is known.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest};

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

/// The middleware that adds what was noted.
pub async fn with_its_headers(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut answer = next.call(request).await?.map_into_boxed_body();
    let noted = answer.request().extensions().get::<AnswerHeaders>().cloned();
    if let Some(noted) = noted {
        noted.put(answer.headers_mut());
    }
    Ok(answer)
}
