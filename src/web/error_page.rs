//! Errors for people: a page that says what happened, what to do next, and the request id to name when asking for help.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use askama::Template;

use super::assets;
use super::brand::Brand;
use super::cause::Cause;
use super::content_security_policy::ContentSecurityPolicy;
use super::extract::{BodyError, FormError};
use super::problem::{BUSY_WAIT, sentence};
use super::reader::Reader;
use super::request_id::RequestId;
use super::retry;

/// A failed visit, as a page.
#[derive(Debug, Clone)]
pub struct ErrorPage {
    /// The HTTP status.
    pub status: StatusCode,
    /// What happened, in a few words.
    pub heading: &'static str,
    /// What happened and why, in a sentence.
    pub what: String,
    /// What the person can do next.
    pub next_step: String,
    /// What only the log may say.
    pub cause: Option<String>,
    retry_after: Option<u32>,
}

#[derive(Template)]
#[template(path = "error.html")]
struct Page<'a> {
    heading: &'a str,
    what: &'a str,
    next_step: &'a str,
    request_id: &'a str,
    stylesheet: String,
    brand: Option<Arc<Brand>>,
    support: String,
}

impl ErrorPage {
    /// A page with nothing but its public half.
    pub fn new(
        status: StatusCode,
        heading: &'static str,
        what: impl Into<String>,
        next_step: impl Into<String>,
    ) -> Self {
        Self {
            status,
            heading,
            what: what.into(),
            next_step: next_step.into(),
            cause: None,
            retry_after: None,
        }
    }

    /// Something broke that the person cannot help: 500.
    pub fn internal(cause: impl fmt::Display) -> Self {
        let what = "The server could not finish what you asked for. This has been logged.";
        let next = "Try again. If it happens again, tell your administrator the request id below.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", what, next).cause(cause)
    }

    /// The server is too busy or its database is away: 503 with `Retry-After`.
    pub fn unavailable(cause: impl fmt::Display) -> Self {
        let what = "The server is very busy or being maintained.";
        let next = "Wait a few seconds, then reload this page.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "Please try again shortly", what, next)
            .cause(cause)
            .retry_after(BUSY_WAIT)
    }

    /// Nothing is at this address: 404.
    pub fn not_found() -> Self {
        let next = "Check the address, or go back to the application you came from.";
        Self::new(StatusCode::NOT_FOUND, "Page not found", "There is no page at this address.", next)
    }

    /// Adds what only the log may say. It must hold no secret.
    pub fn cause(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// Adds `Retry-After`.
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(retry::seconds(wait));
        self
    }

    /// The page's HTML.
    pub fn render(&self, request_id: &str) -> String {
        let brand = Brand::current();
        let page = Page {
            heading: self.heading,
            what: &self.what,
            next_step: &self.next_step,
            request_id,
            stylesheet: assets::stylesheet_path(),
            support: brand.as_ref().map_or_else(String::new, |brand| {
                Reader::words().t1("login-support", "name", brand.name.as_str())
            }),
            brand,
        };
        // The template writes plain texts into a string, which cannot fail; an empty page beats a panic all the same.
        page.render().unwrap_or_default()
    }
}

impl fmt::Display for ErrorPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.heading, self.what)
    }
}

impl ResponseError for ErrorPage {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut builder = HttpResponse::build(self.status);
        builder
            .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header(ContentSecurityPolicy::page().header());
        if let Some(seconds) = self.retry_after {
            builder.insert_header((header::RETRY_AFTER, seconds));
        }
        let mut response = builder.body(self.render(RequestId::current().as_str()));
        Cause::attach(&mut response, self.cause.as_deref());
        response
    }
}

impl From<BodyError> for ErrorPage {
    fn from(error: BodyError) -> Self {
        FormError::from(error).into()
    }
}

impl From<FormError> for ErrorPage {
    fn from(error: FormError) -> Self {
        let next = "Go back, reload the page and try again.";
        Self::new(error.status(), "This form could not be read", sentence(&error), next)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;

    use super::*;
    use crate::web::ParamsError;

    #[test]
    fn says_what_happened_what_next_and_the_id() {
        let page = ErrorPage::not_found().render("req_1234");
        for part in [
            "<!doctype html>",
            "<html lang=\"en\">",
            "name=\"viewport\"",
            "<title>Page not found</title>",
            "<h1>Page not found</h1>",
            "There is no page at this address.",
            "Check the address",
            "req_1234",
            &assets::stylesheet_path(),
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }

    #[test]
    fn texts_are_escaped() {
        let error = FormError::Params(ParamsError::Repeated("<script>alert(1)</script>".into()));
        let page = ErrorPage::from(error).render("\"><b>");
        assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
    }

    #[actix_web::test]
    async fn the_answer_is_a_locked_down_page_without_the_cause() {
        let response = ErrorPage::unavailable("s3cret place").error_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        let header = |name: &str| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "text/html; charset=utf-8");
        assert_eq!(header("retry-after"), "2");
        assert_eq!(header("content-security-policy"), ContentSecurityPolicy::page().to_text());
        assert_eq!(Cause::of(&response), Some(Cause("s3cret place".into())));
        let body = to_bytes(response.into_body()).await.unwrap();
        assert!(!String::from_utf8_lossy(&body).contains("s3cret"));
    }

    #[test]
    fn stays_small_enough_to_return_by_value() {
        assert!(size_of::<ErrorPage>() <= 120, "{}", size_of::<ErrorPage>());
    }
}
