//! What the pages behind the sign-in need of HTTP, and the way in: `GET /login/arrival`, `POST /preferences`.

use std::cell::RefCell;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, USER_AGENT};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use askama::Template;

use super::answers::Failure;
use super::client;
use super::form::Form;
use super::query::Address;
use super::store::{self, Arrival, Holder, SignedIn};
use super::view::Viewer;
use crate::app::App;
use crate::credentials::KeyOwner;
use crate::db::DbError;
use crate::sessions::{self, SessionId};
use crate::tenants::{self, Tenant};
use crate::tokens::CodeToken;
use crate::web::{
    ClientIp, ContentSecurityPolicy, ErrorPage, FormErrors, Params, Preferences, paths, wrong_parameters,
};

pub use super::posted::pages::{Sent, form, form_or_search, looking_form, proof};

/// How much of `User-Agent` is kept.
const LONGEST_USER_AGENT: usize = 200;

/// An answer that ends a page early: not an error, but nothing that the rest of the handler has a say in.
pub struct Early(RefCell<Option<HttpResponse>>);

impl fmt::Debug for Early {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Early(..)")
    }
}

impl From<HttpResponse> for Failure {
    fn from(response: HttpResponse) -> Self {
        Self::Answer(Box::new(Early(RefCell::new(Some(response)))))
    }
}

impl Failure {
    fn page(&self) -> ErrorPage {
        match self {
            Self::NotFound | Self::Answer(_) => ErrorPage::not_found(),
            Self::Forbidden => {
                let says = ["error-forbidden", "error-forbidden-what", "error-forbidden-next"];
                ErrorPage::new(StatusCode::FORBIDDEN, says)
            }
            Self::Forged(why) => {
                let says = ["error-forged", "error-forged-what", "error-forged-next"];
                ErrorPage::new(StatusCode::FORBIDDEN, says).what(why.clone())
            }
            Self::Form(why) => why.clone().into(),
            Self::Unreadable(why) => {
                let says = ["error-unreadable", "error-unreadable-what", "error-unreadable-next"];
                ErrorPage::new(StatusCode::BAD_REQUEST, says).what(why.clone())
            }
            Self::Limited(wait) => ErrorPage::limited(*wait),
            Self::Broken(why) => ErrorPage::internal(why),
            Self::Busy(why) => ErrorPage::unavailable(why),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.page().fmt(f)
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.page().status
    }

    fn error_response(&self) -> HttpResponse {
        let early = match self {
            Self::Answer(early) => early.0.borrow_mut().take(),
            _ => None,
        };
        early.unwrap_or_else(|| self.page().error_response())
    }
}

/// Which of the browser's sessions its pages are looked at with. It says nothing without the browser's own cookie.
const fn account_cookie(https: bool) -> &'static str {
    if https { "__Host-gridkey-account" } else { "gridkey-account" }
}

fn account_in(headers: &HeaderMap, https: bool) -> Option<SessionId> {
    headers
        .get_all(COOKIE)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == account_cookie(https))
        .and_then(|(_, value)| value.parse().ok())
}

fn callback(app: &App) -> String {
    format!("{}{}", app.config.server.issuer(), paths::ARRIVAL)
}

/// 303: what was posted here is not posted there (RFC 9700 4.12).
pub fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, location)).finish()
}

/// Who looks at this page. Somebody who is not signed in is sent the way in and comes back.
///
/// # Errors
/// With the redirect, or because the organisation that is named is none that the viewer may enter.
pub async fn viewer(app: &App, request: &HttpRequest) -> Result<Viewer, Failure> {
    let (headers, now) = (request.headers(), app.now());
    let query = Params::from_query(request.query_string())
        .and_then(Params::without_repeats)
        .map_err(|why| Failure::Unreadable(wrong_parameters(&why)))?;
    let browser = app.browser_cookie().read(headers);
    let (Some(browser), Some(session)) = (browser, account_in(headers, app.is_https())) else {
        return Err(sign_in(app, &return_to(request), None).await?.into());
    };
    let digest = browser.digest();
    let holder = app.db.read_short(move |conn| store::holder(conn, &digest, session)).await?;
    let holder = holder.filter(|holder| holder.is_signed_in(app.session_limits(), now));
    let Some(Holder { session, user, home }) = holder else {
        return Err(sign_in(app, &return_to(request), None).await?.into());
    };
    let person = app.principal(home.id, KeyOwner::User(user.id)).await?;
    let permissions = person.map(|person| person.permissions.clone()).unwrap_or_default();
    let tenant = match query.get("tenant") {
        None => home.clone(),
        Some(named) => {
            let named = named.to_owned();
            let found = app.db.read_short(move |conn| tenants::store::find_named(conn, &named)).await?;
            let enters = |tenant: &Tenant| tenant.id == home.id || permissions.allows("tenants:enter");
            found.filter(enters).ok_or(Failure::NotFound)?
        }
    };
    let who = SignedIn { session, user, home, tenant, permissions };
    if who.session.needs_touch(now) {
        let (tenant, id) = (who.session.tenant_id, who.session.id);
        let touched: Result<(), DbError> =
            app.db.write(move |conn| sessions::store::touch(conn, tenant, id, now)).await;
        touched?;
    }
    Ok(Viewer {
        who,
        browser,
        address: ClientIp::of(request),
        user_agent: user_agent(headers),
        preferences: Preferences::of(headers),
        now,
        path: request.path().to_owned(),
        query,
    })
}

fn user_agent(headers: &HeaderMap) -> String {
    let sent = headers.get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
    sent.unwrap_or_default().chars().filter(|c| !c.is_control()).take(LONGEST_USER_AGENT).collect()
}

/// Where the browser comes back to: this page, or, when it was a form, the page's own address without what was sent.
fn return_to(request: &HttpRequest) -> String {
    match request.query_string() {
        "" => request.path().to_owned(),
        query => format!("{}?{query}", request.path()),
    }
}

/// The way in, by the authorization endpoint like every application.
///
/// # Errors
/// Those of the database.
pub async fn sign_in(app: &App, return_to: &str, prompt: Option<&str>) -> Result<HttpResponse, Failure> {
    let (callback, now) = (callback(app), app.now());
    let (id, redirect_uri) = (app.random.id(now), callback.clone());
    let wanted = callback.clone();
    let client = match app.db.read_short(move |conn| client::sound(conn, &wanted)).await? {
        Some(client) => Some(client),
        None => app.db.write(move |conn| client::provide(conn, &callback, (id, now))).await?,
    };
    let Some(client) = client else { return Ok(see_other(paths::LOGIN)) };
    let address = Address::new(paths::AUTHORIZE)
        .with("response_type", "code")
        .with("client_id", &client.client_id)
        .with("redirect_uri", redirect_uri)
        .with("scope", "openid")
        .with("state", return_to)
        .with("code_challenge", client::challenge(&app.master))
        .with("code_challenge_method", "S256")
        .maybe("prompt", prompt);
    Ok(see_other(&address.text()))
}

/// Whether an address is one of our own pages: a path, and no other host in any browser's eyes.
pub fn is_local(address: &str) -> bool {
    let mut letters = address.chars();
    letters.next() == Some('/')
        && !letters.next().is_some_and(|second| second == '/' || second == '\\')
        && address.len() <= 2_000
        && !address.chars().any(|c| c.is_control() || c == '\\')
}

/// Comes back from the authorization endpoint: remembers which session was chosen, and goes on to the page.
pub async fn arrive(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let query = Params::from_query(request.query_string())
        .and_then(Params::without_repeats)
        .map_err(|why| Failure::Unreadable(wrong_parameters(&why)))?;
    let page = query.get("state").filter(|state| is_local(state)).unwrap_or(paths::ACCOUNT).to_owned();
    let code = query.get("code").and_then(CodeToken::parse);
    let (Some(code), Some(browser)) = (code, app.browser_cookie().read(request.headers())) else {
        // Cancelled, or refused: what went wrong was said there.
        return Ok(see_other(paths::LOGIN));
    };
    let now = app.now();
    let arrival = Arrival {
        code,
        verifier: client::verifier(&app.master),
        browser: browser.digest(),
        family: app.random.id(now),
        now,
    };
    let session = app.db.write(move |conn| store::arrive(conn, &arrival)).await?;
    let Some(session) = session else {
        // A page that was loaded again; if nobody is signed in, it begins anew.
        return Ok(see_other(&page));
    };
    let https = app.is_https();
    let cookie = actix_web::cookie::Cookie::build(account_cookie(https), session.to_string())
        .path("/")
        .http_only(true)
        .same_site(actix_web::cookie::SameSite::Lax)
        .secure(https)
        .finish();
    let mut builder = HttpResponse::SeeOther();
    Ok(builder.cookie(cookie).insert_header((LOCATION, page)).finish())
}

/// Keeps language and colours.
pub async fn prefer(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Failure> {
    let form = super::posted::pages::read(&app, &request, payload).await?;
    let before = Preferences::of(request.headers());
    let wanted = Preferences {
        language: form.text("language").parse().unwrap_or(before.language),
        theme: form.text("theme").parse().unwrap_or(before.theme),
    };
    let back = form.given("back").filter(|back| is_local(back)).unwrap_or_else(|| "/".into());
    let mut builder = HttpResponse::SeeOther();
    for cookie in wanted.cookies(app.is_https()) {
        builder.cookie(cookie);
    }
    Ok(builder.insert_header((LOCATION, back)).finish())
}

/// 200, or 422 for a form that has to be mended.
pub fn status_of(errors: &FormErrors) -> StatusCode {
    if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// The name of a form that creates something: the one that it was sent with, or a fresh one.
pub fn once(app: &App, form: &Form) -> String {
    form.given("once").unwrap_or_else(|| app.random.text())
}

/// A page. Nothing of it is kept by caches: it may hold secrets, and shows what one person may see.
///
/// # Errors
/// When the template fails.
pub fn show(status: StatusCode, template: &impl Template) -> Result<HttpResponse, Failure> {
    show_with(status, &ContentSecurityPolicy::page().script_self().connect_self(), template)
}

fn show_with(
    status: StatusCode,
    policy: &ContentSecurityPolicy,
    template: &impl Template,
) -> Result<HttpResponse, Failure> {
    let body = template.render()?;
    Ok(HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(policy.header())
        .body(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_ours_are_come_back_to() {
        for good in ["/console", "/account/keys?x=1", "/"] {
            assert!(is_local(good), "{good}");
        }
        for bad in
            ["", "console", "//evil.example", "/\\evil.example", "https://evil.example", "/x\r\ny", "/x\\y"]
        {
            assert!(!is_local(bad), "{bad}");
        }
        assert!(!is_local(&format!("/{}", "a".repeat(2_000))));
    }
}
