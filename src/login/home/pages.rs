//! `GET /login`, `/login/signed-out` and `/.well-known/change-password`.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::app::App;
use crate::app::accounts;
use crate::interactions::InteractionToken;
use crate::login::looks;
use crate::login::pages::{self, Failure};
use crate::login::view::{Frame, Link, t};
use crate::viewer;
use crate::web::{ContentSecurityPolicy, Params, paths, wrong_parameters};

#[derive(Template)]
#[template(path = "login/message.html")]
struct Message {
    frame: Frame,
    text: String,
    link: Option<Link>,
}

fn message(heading: &str, text: &str, link: Option<Link>) -> Result<HttpResponse, Failure> {
    let page = Message { frame: Frame::own(t(heading)), text: t(text), link };
    pages::page(StatusCode::OK, &ContentSecurityPolicy::page(), &page)
}

/// Leads to where a visitor belongs.
pub async fn show(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let caller = pages::caller(&app, &request)?;
    if let Some(sent) = caller.query.get("interaction") {
        let token = InteractionToken::parse(sent).ok_or_else(Failure::over)?;
        return Ok(pages::see_other(&format!("{}?interaction={}", paths::LOGIN_IDENTIFY, token.expose())));
    }
    if let Some(browser) = &caller.browser {
        let (browser, limits, now) = (browser.digest(), app.session_limits(), app.now());
        let found = app.db.read(move |conn| accounts::of_browser(conn, &browser, limits, now)).await?;
        if !found.is_empty() {
            return Ok(pages::see_other(paths::LOGIN_ACCOUNT));
        }
    }
    looks::note(&app, &caller).await?;
    let link = Link { path: paths::ACCOUNT.into(), label: t("login-sign-in") };
    message("login-sign-in", "login-start", Some(link))
}

/// Chooses another account for our own pages, which the browser comes back to.
pub async fn switch(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, viewer::Failure> {
    let query = Params::from_query(request.query_string())
        .and_then(Params::without_repeats)
        .map_err(|why| viewer::Failure::Unreadable(wrong_parameters(&why)))?;
    let back = query.get("back").filter(|back| viewer::pages::is_local(back)).unwrap_or(paths::ACCOUNT);
    viewer::pages::sign_in(&app, back, Some("select_account")).await
}

/// After signing out.
pub async fn signed_out(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    // Whoever wrote the address: that an organisation is here and how it looks is no secret.
    let query = Params::from_query(request.query_string()).ok();
    let tenant = query.as_ref().and_then(|query| query.get("organization")?.parse().ok());
    if let Some(tenant) = tenant {
        app.note_brand(tenant).await?;
    }
    message("login-signed-out-heading", "login-signed-out", None)
}

/// Where a password is changed (W3C change-password-url): with a link to its owner's mailbox.
pub async fn change_password() -> HttpResponse {
    HttpResponse::Found().insert_header((LOCATION, paths::LOGIN_FORGOT)).finish()
}
