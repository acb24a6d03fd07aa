//! `GET /login`, `/login/signed-out` and `/.well-known/change-password`.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::app::App;
use crate::app::accounts;
use crate::interactions::InteractionToken;
use crate::login::pages::{self, Failure};
use crate::login::view::{Frame, Link};
use crate::viewer;
use crate::web::{ContentSecurityPolicy, Params, paths};

#[derive(Template)]
#[template(path = "login/message.html")]
struct Message {
    frame: Frame,
    text: &'static str,
    link: Option<Link>,
}

fn message(heading: &'static str, text: &'static str) -> Result<HttpResponse, Failure> {
    let page = Message { frame: Frame::own(heading), text, link: None };
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
    message(
        "Start from an application",
        "Sign-in begins in the application that you want to use. Open it and choose to sign in there; it will bring \
         you back here.",
    )
}

/// Chooses another account for our own pages, which the browser comes back to.
pub async fn switch(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, viewer::Failure> {
    let query = Params::from_query(request.query_string())
        .and_then(Params::without_repeats)
        .map_err(|why| viewer::Failure::Unreadable(why.to_string()))?;
    let back = query.get("back").filter(|back| viewer::pages::is_local(back)).unwrap_or(paths::ACCOUNT);
    viewer::pages::sign_in(&app, back, Some("select_account")).await
}

/// After signing out.
pub async fn signed_out() -> Result<HttpResponse, Failure> {
    message("You are signed out", "You can close this page, or go back to the application to sign in again.")
}

/// Where a password is changed (W3C change-password-url): with a link to its owner's mailbox.
pub async fn change_password() -> HttpResponse {
    HttpResponse::Found().insert_header((LOCATION, paths::LOGIN_FORGOT)).finish()
}
