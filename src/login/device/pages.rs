//! `GET` and `POST /device`, and `GET /device/done`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::find::{Found, Typed, find};
use crate::app::App;
use crate::app::attempts;
use crate::device_authorizations::UserCode;
use crate::interactions::InteractionToken;
use crate::login::looks;
use crate::login::pages::{self, Browser, Failure};
use crate::login::view::{Errors, Frame, t};
use crate::login::visit::check_form;
use crate::web::{ContentSecurityPolicy, paths};

const PAGE: &str = paths::DEVICE;
/// How much of a code that came with the address is shown.
const LONGEST_CODE: usize = 64;

#[derive(Template)]
#[template(path = "login/device.html")]
struct Page {
    frame: Frame,
    code: String,
    brought: bool,
    action: &'static str,
}

#[derive(Template)]
#[template(path = "login/message.html")]
struct Message {
    frame: Frame,
    text: String,
    link: Option<crate::login::view::Link>,
}

/// Asks for the code. One that came with the address is filled in and never sent by itself: the person compares it.
pub async fn show(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let caller = pages::caller(&app, &request)?;
    let browser = Browser::of(&app, &caller);
    looks::note(&app, &caller).await?;
    let code: String = caller.query.get("user_code").unwrap_or_default().chars().take(LONGEST_CODE).collect();
    render(&app, &browser, code, Errors::default())
}

/// Takes the code.
pub async fn submit(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Failure> {
    let caller = pages::caller(&app, &request)?;
    let form = pages::form(&app, &request, payload).await?;
    let browser = Browser::of(&app, &caller);
    // Those of the application that asks would tell which codes are right, and are seen on the next page.
    looks::note(&app, &caller).await?;
    let text: String = form.get("user_code").unwrap_or_default().chars().take(LONGEST_CODE).collect();
    if let Err(forged) = check_form(&app, &caller, (&browser.secret, PAGE), &form) {
        return render(&app, &browser, text, Errors::form(forged.said()));
    }
    if text.trim().is_empty() {
        return render(&app, &browser, text, Errors::field("user_code", t("login-device-enter")));
    }
    let now = app.now();
    let token = InteractionToken::generate(&app.random);
    let typed = Typed {
        code: UserCode::parse(&text).map(|code| code.digest(&attempts::user_code_key(&app))),
        counters: attempts::user_code(&app, caller.address, &browser.secret),
        interaction: token.digest(),
        browser: browser.secret.digest(),
        now,
        until: now + app.config.sign_in.interaction_lifetime,
    };
    match app.db.write(move |conn| find(conn, &typed)).await? {
        Found::Yes => {
            Ok(pages::see_other(&format!("{}?interaction={}", paths::DEVICE_CONFIRM, token.expose())))
        }
        Found::No => render(&app, &browser, text, Errors::field("user_code", t("login-device-wrong"))),
        Found::Blocked(until) => {
            pages::throttled(Frame::own(t("login-throttled")), PAGE.into(), None, (until, now))
        }
    }
}

fn render(app: &App, browser: &Browser, code: String, errors: Errors) -> Result<HttpResponse, Failure> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let csrf = app.csrf.token(&browser.secret, PAGE);
    let brought = errors.is_empty() && !code.is_empty();
    let frame = Frame::own(t("login-device-heading")).with_form(csrf, errors);
    let page = Page { frame, code, brought, action: PAGE };
    browser.page(app, status, &ContentSecurityPolicy::page(), &page)
}

/// After the answer. It says nothing of what it was about: anybody may open it.
pub async fn done(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let caller = pages::caller(&app, &request)?;
    let (heading, text) = match caller.query.get("answer") {
        Some("allowed") => ("login-device-allowed-heading", "login-device-allowed"),
        Some("denied") => ("login-device-denied-heading", "login-device-denied"),
        _ => return Ok(pages::see_other(PAGE)),
    };
    looks::note(&app, &caller).await?;
    let page = Message { frame: Frame::own(t(heading)), text: t(text), link: None };
    pages::page(StatusCode::OK, &ContentSecurityPolicy::page(), &page)
}
