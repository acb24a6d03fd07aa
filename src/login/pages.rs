//! What every sign-in page needs of HTTP: reading the request, answering with a page or a redirect, and failing.

use actix_web::http::header::{CONTENT_TYPE, LOCATION, USER_AGENT};
use actix_web::http::{StatusCode, header::HeaderMap};
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use askama::Template;

use super::view::Frame;
use super::visit::{Caller, NoVisit, Visit};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::secret::Secret;
use crate::users::HasherError;
use crate::web::{
    ClientIp, ContentSecurityPolicy, ErrorPage, FormError, Params, ParamsError, Reader, RequestId, read_form,
    retry_after, same_origin,
};

/// A visit that ends with an error page.
#[derive(Debug)]
pub struct Failure(ErrorPage);

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        self.0.error_response()
    }
}

impl From<ErrorPage> for Failure {
    fn from(page: ErrorPage) -> Self {
        Self(page)
    }
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Self(if error.is_temporary() { ErrorPage::unavailable(error) } else { ErrorPage::internal(error) })
    }
}

impl From<HasherError> for Failure {
    fn from(error: HasherError) -> Self {
        Self(if error.is_temporary() { ErrorPage::unavailable(error) } else { ErrorPage::internal(error) })
    }
}

impl From<FormError> for Failure {
    fn from(error: FormError) -> Self {
        Self(error.into())
    }
}

impl From<ParamsError> for Failure {
    fn from(error: ParamsError) -> Self {
        FormError::from(error).into()
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self(ErrorPage::internal(error))
    }
}

impl From<NoVisit> for Failure {
    fn from(error: NoVisit) -> Self {
        match error {
            NoVisit::Over => Self::over(),
            NoVisit::Inactive => {
                let says = ["error-inactive", "error-inactive-what", "error-inactive-next"];
                Self(ErrorPage::new(StatusCode::BAD_REQUEST, says))
            }
            NoVisit::Database(error) => error.into(),
        }
    }
}

impl Failure {
    /// The interaction cannot go on.
    pub(super) fn over() -> Self {
        let says = ["error-over", "error-over-what", "error-over-next"];
        Self(ErrorPage::new(StatusCode::BAD_REQUEST, says))
    }
}

/// Reads who sends a request.
pub(super) fn caller(app: &App, request: &HttpRequest) -> Result<Caller, Failure> {
    let headers = request.headers();
    let public_origin = app.config.server.public_url.origin().ascii_serialization();
    Ok(Caller {
        browser: app.browser_cookie().read(headers),
        address: ClientIp::of(request),
        user_agent: user_agent(headers),
        same_origin: same_origin(headers, &public_origin),
        query: Params::from_query(request.query_string())?.without_repeats()?,
    })
}

fn user_agent(headers: &HeaderMap) -> String {
    let sent = headers.get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
    sent.unwrap_or_default().chars().filter(|c| !c.is_control()).take(Caller::USER_AGENT).collect()
}

/// Reads a form.
pub(super) async fn form(app: &App, request: &HttpRequest, payload: Payload) -> Result<Params, Failure> {
    let limit = app.config.server.body_limit.as_usize();
    Ok(read_form(request, payload, limit).await?.without_repeats()?)
}

/// The cookie of a browser, and whether it has yet to be told: pages that begin no interaction have forms too.
pub(super) struct Browser {
    /// The value.
    pub secret: Secret,
    is_new: bool,
}

impl Browser {
    /// The browser's cookie, or a fresh one.
    pub(super) fn of(app: &App, caller: &Caller) -> Self {
        match &caller.browser {
            Some(secret) => Self { secret: secret.clone(), is_new: false },
            None => Self { secret: Secret::generate(&app.random), is_new: true },
        }
    }

    /// A page, with the cookie if the browser has none yet.
    pub(super) fn page(
        &self,
        app: &App,
        status: StatusCode,
        policy: &ContentSecurityPolicy,
        template: &impl Template,
    ) -> Result<HttpResponse, Failure> {
        let mut builder = HttpResponse::build(status);
        if self.is_new {
            set_cookie(app, &mut builder, &self.secret);
        }
        finish(builder, policy, template)
    }
}

/// Makes the browser carry `secret`.
pub(super) fn set_cookie(app: &App, builder: &mut HttpResponseBuilder, secret: &Secret) {
    builder.cookie(app.browser_cookie().set(secret, app.session_limits().absolute));
}

/// A page.
pub(super) fn page(
    status: StatusCode,
    policy: &ContentSecurityPolicy,
    template: &impl Template,
) -> Result<HttpResponse, Failure> {
    finish(HttpResponse::build(status), policy, template)
}

fn finish(
    mut builder: HttpResponseBuilder,
    policy: &ContentSecurityPolicy,
    template: &impl Template,
) -> Result<HttpResponse, Failure> {
    let body = template.render()?;
    Ok(builder
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header(policy.header())
        .body(body))
}

/// 303: what was posted here is not posted there (RFC 9700 4.12).
pub(super) fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, location)).finish()
}

/// 303 with a new cookie.
pub(super) fn see_other_as(app: &App, location: &str, cookie: &Secret) -> HttpResponse {
    let mut builder = HttpResponse::SeeOther();
    set_cookie(app, &mut builder, cookie);
    builder.insert_header((LOCATION, location)).finish()
}

#[derive(Template)]
#[template(path = "login/throttled.html")]
struct Throttled {
    frame: Frame,
    wait: String,
    forgot: Option<String>,
    back: String,
    request_id: RequestId,
}

/// The page of somebody who tried too often: when to try again, and, for passwords, what to do if it is forgotten.
pub(super) fn throttled(
    frame: Frame,
    back: String,
    forgot: Option<String>,
    (until, now): (Timestamp, Timestamp),
) -> Result<HttpResponse, Failure> {
    let wait = until.since(now);
    let page =
        Throttled { frame, wait: Reader::words().span(wait), forgot, back, request_id: RequestId::current() };
    let mut builder = HttpResponse::TooManyRequests();
    builder.insert_header(retry_after(wait));
    finish(builder, &ContentSecurityPolicy::page(), &page)
}

/// The visit of a request, with who sends it.
pub(super) async fn visit(app: &App, request: &HttpRequest) -> Result<(Caller, Visit), Failure> {
    let caller = caller(app, request)?;
    let visit = Visit::open(app, &caller, app.now()).await?;
    Ok((caller, visit))
}
