//! `GET` and `POST /login/invitation`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{Acceptance, Accepted, Guest, accept, guest};
use crate::app::App;
use crate::app::judge::judge;
use crate::db::DbError;
use crate::invitations::INVITATION_PREFIX;
use crate::login::pages::{self, Browser, Failure};
use crate::login::view::{Errors, Frame, Link, t};
use crate::login::visit::check_form;
use crate::secret::{Secret, parse_prefixed};
use crate::web::{ContentSecurityPolicy, ErrorPage, Params, Reader, paths};

const PAGE: &str = paths::LOGIN_INVITATION;

#[derive(Template)]
#[template(path = "login/invitation.html")]
struct Page {
    frame: Frame,
    organization: String,
    email: String,
    token: String,
    minimum: usize,
    action: &'static str,
}

#[derive(Template)]
#[template(path = "login/message.html")]
struct Message {
    frame: Frame,
    text: String,
    link: Option<Link>,
}

fn message(
    status: StatusCode,
    (heading, text): (&str, &str),
    link: Option<Link>,
) -> Result<HttpResponse, Failure> {
    let page = Message { frame: Frame::own(t(heading)), text: t(text), link };
    pages::page(status, &ContentSecurityPolicy::page(), &page)
}

fn ended() -> Result<HttpResponse, Failure> {
    message(StatusCode::GONE, ("login-invitation-ended-heading", "login-invitation-ended"), None)
}

fn token_in(params: &Params) -> Option<Secret> {
    params.get("token").and_then(|text| parse_prefixed(INVITATION_PREFIX, text))
}

/// A form is bound to its link.
fn purpose(token: &Secret) -> String {
    format!("{PAGE} {}", token.expose())
}

async fn find(app: &App, token: &Secret) -> Result<Option<Guest>, DbError> {
    let (digest, now) = (token.digest(), app.now());
    app.db.read(move |conn| guest(conn, &digest, now)).await
}

/// Asks for a password, or says that the person has joined.
pub async fn show(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let caller = pages::caller(&app, &request)?;
    if caller.query.get("done").is_some() {
        let link = Link { path: paths::ACCOUNT.into(), label: t("login-to-account") };
        return message(StatusCode::OK, ("login-welcome", "login-welcome-text"), Some(link));
    }
    let Some(token) = token_in(&caller.query) else { return ended() };
    let Some(guest) = find(&app, &token).await? else { return ended() };
    render(&app, &Browser::of(&app, &caller), &token, guest, Errors::default())
}

/// Takes the password.
pub async fn submit(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Failure> {
    let caller = pages::caller(&app, &request)?;
    let form = pages::form(&app, &request, payload).await?;
    let browser = Browser::of(&app, &caller);
    let Some(token) = token_in(&form) else { return ended() };
    let Some(guest) = find(&app, &token).await? else { return ended() };
    if let Err(forged) = check_form(&app, &caller, (&browser.secret, &purpose(&token)), &form) {
        return render(&app, &browser, &token, guest, Errors::form(forged.said()));
    }
    let Some(password) = form.get("password").map(Secret::new) else {
        return render(&app, &browser, &token, guest, Errors::field("password", t("login-enter-a-password")));
    };
    let (user, tenant) = (&guest.user, &guest.tenant);
    let judged = judge(&app, (user, tenant), password.clone()).await;
    if let Err(weak) = judged.map_err(ErrorPage::internal)? {
        return render(&app, &browser, &token, guest, Errors::field("password", weak.said(Reader::words())));
    }
    let hash = app.hasher.hash(&app.random, password).await?;
    let now = app.now();
    let wanted =
        Acceptance { link: token.digest(), hash, event: app.random.id(now), origin: caller.origin(), now };
    let accepted: Result<Accepted, DbError> = app.db.write(move |conn| accept(conn, &wanted)).await;
    if accepted? == Accepted::LinkEnded {
        return ended();
    }
    app.forget();
    Ok(pages::see_other(&format!("{PAGE}?done=1")))
}

fn render(
    app: &App,
    browser: &Browser,
    token: &Secret,
    guest: Guest,
    errors: Errors,
) -> Result<HttpResponse, Failure> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let csrf = app.csrf.token(&browser.secret, &purpose(token));
    let page = Page {
        frame: Frame::own(t("login-invitation-heading")).with_form(csrf, errors),
        minimum: app.password_policy_of(&guest.tenant).minimum_length,
        organization: guest.tenant.display_name,
        email: guest.user.email.to_string(),
        token: token.expose().to_owned(),
        action: PAGE,
    };
    browser.page(app, status, &ContentSecurityPolicy::page().script_self(), &page)
}
