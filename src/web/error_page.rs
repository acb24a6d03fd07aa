//! Errors for people: a page that says what happened, what to do next, and the request id to name when asking for help.

use std::fmt;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use askama::Template;

use super::cause::Cause;
use super::content_security_policy::ContentSecurityPolicy;
use super::extract::{BodyError, FormError};
use super::params::{MAX_PARAMS, ParamsError};
use super::problem::BUSY_WAIT;
use super::reader::Reader;
use super::request_id::RequestId;
use super::retry;

/// A failed visit, as a page in the language of whoever reads it. It is put into words where it is made, which is in the
/// handler or below it.
#[derive(Debug, Clone)]
pub struct ErrorPage {
    /// The HTTP status.
    pub status: StatusCode,
    /// What happened, in a few words.
    pub heading: String,
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
    reader: &'a Reader,
    heading: &'a str,
    what: &'a str,
    next_step: &'a str,
    request_id: &'a str,
}

impl ErrorPage {
    /// A page with nothing but its public half: the messages of its heading, of what happened, and of what to do next.
    pub fn new(status: StatusCode, [heading, what, next_step]: [&str; 3]) -> Self {
        let words = Reader::words();
        Self {
            status,
            heading: words.t(heading),
            what: words.t(what),
            next_step: words.t(next_step),
            cause: None,
            retry_after: None,
        }
    }

    /// Something broke that the person cannot help: 500.
    pub fn internal(cause: impl fmt::Display) -> Self {
        let says = ["error-internal", "error-internal-what", "error-internal-next"];
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, says).cause(cause)
    }

    /// The server is too busy or its database is away: 503 with `Retry-After`.
    pub fn unavailable(cause: impl fmt::Display) -> Self {
        let says = ["error-busy", "error-busy-what", "error-busy-next"];
        Self::new(StatusCode::SERVICE_UNAVAILABLE, says).cause(cause).retry_after(BUSY_WAIT)
    }

    /// More was asked for than is allowed: 429 with `Retry-After`, and the time in words.
    pub fn limited(wait: Duration) -> Self {
        let says = ["error-limited", "error-limited-what", "error-limited-next"];
        let words = Reader::words();
        let next_step = words.t1("error-limited-next", "wait", words.span(wait));
        let page = Self::new(StatusCode::TOO_MANY_REQUESTS, says).retry_after(wait);
        Self { next_step, ..page }
    }

    /// Nothing is at this address: 404.
    pub fn not_found() -> Self {
        let says = ["error-not-found", "error-not-found-what", "error-not-found-next"];
        Self::new(StatusCode::NOT_FOUND, says)
    }

    /// Says in these words what happened.
    #[must_use]
    pub fn what(mut self, what: String) -> Self {
        self.what = what;
        self
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
        let page = Page {
            reader: &Reader::current(),
            heading: &self.heading,
            what: &self.what,
            next_step: &self.next_step,
            request_id,
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
        let says = match &error {
            FormError::Body(BodyError::TooLarge) => {
                ["error-too-large", "error-too-large-what", "error-too-large-next"]
            }
            FormError::Body(BodyError::TooSlow) => ["error-form", "error-too-slow", "error-form-next"],
            FormError::Body(BodyError::Broken) => ["error-form", "error-broken", "error-form-next"],
            FormError::Params(ParamsError::NotForm) => ["error-form", "error-not-form", "error-form-next"],
            FormError::Params(_) => ["error-form", "error-not-text", "error-form-next"],
        };
        let page = Self::new(error.status(), says);
        match &error {
            FormError::Params(why) => page.what(wrong_parameters(why)),
            FormError::Body(_) => page,
        }
    }
}

impl From<ParamsError> for ErrorPage {
    /// What is wrong with the query of an address.
    fn from(error: ParamsError) -> Self {
        let says = ["error-unreadable", "error-unreadable-what", "error-unreadable-next"];
        Self::new(StatusCode::BAD_REQUEST, says).what(wrong_parameters(&error))
    }
}

/// What is wrong with the parameters of a query or a form, in the reader's language.
pub fn wrong_parameters(error: &ParamsError) -> String {
    let words = Reader::words();
    match error {
        ParamsError::NotForm => words.t("error-not-form"),
        ParamsError::NotUtf8 => words.t("error-not-text"),
        ParamsError::TooMany => words.t1("error-too-many", "most", MAX_PARAMS),
        ParamsError::Repeated(name) => words.t1("error-repeated", "name", name.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;

    use super::*;
    use crate::language::Language;
    use crate::web::{Preferences, assets};

    #[test]
    fn says_what_happened_what_next_and_the_id() {
        let page = ErrorPage::not_found().render("req_1234");
        for part in [
            "<!doctype html>",
            "<html lang=\"en\" dir=\"ltr\">",
            "name=\"viewport\"",
            "<title>Page not found – Gridkey</title>",
            "<h1>Page not found</h1>",
            "There is no page at this address.",
            "Check the address",
            "req_1234",
            &assets::stylesheet_path(),
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }

    #[tokio::test]
    async fn speaks_the_readers_language() {
        let preferences = Preferences { language: Language::Arabic, ..Preferences::default() };
        let reader = Reader { preferences, here: String::new() };
        let page = reader.scope(async {
            let wait = Duration::from_secs(120);
            [ErrorPage::not_found().render("req_1234"), ErrorPage::limited(wait).render("req_1234")]
        });
        let [missing, limited] = page.await;
        assert!(missing.contains("<html lang=\"ar\" dir=\"rtl\">"), "{missing}");
        assert!(missing.contains("الصفحة غير موجودة") && !missing.contains("Page"), "{missing}");
        assert!(limited.contains("دقيقتين"), "{limited}");
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
