//! `GET` and `POST /login/reset`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{Change, Changed, Owner, change, owner};
use crate::app::App;
use crate::app::attempts;
use crate::app::judge::judge;
use crate::app::notice::notice;
use crate::audit::{ActorRef, Event, Target};
use crate::db::DbError;
use crate::login::pages::{self, Browser, Failure};
use crate::login::view::{Errors, Frame, Link, t};
use crate::login::visit::check_form;
use crate::secret::{Secret, parse_prefixed};
use crate::users::RESET_PREFIX;
use crate::web::{ContentSecurityPolicy, ErrorPage, Params, Reader, paths};

const PAGE: &str = paths::LOGIN_RESET;

#[derive(Template)]
#[template(path = "login/reset.html")]
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
    let link = Link { path: paths::LOGIN_FORGOT.into(), label: t("login-reset-again") };
    message(StatusCode::GONE, ("login-link-ended", "login-reset-ended"), Some(link))
}

fn token_in(params: &Params) -> Option<Secret> {
    params.get("token").and_then(|text| parse_prefixed(RESET_PREFIX, text))
}

/// A form is bound to its link.
fn purpose(token: &Secret) -> String {
    format!("{PAGE} {}", token.expose())
}

async fn find(app: &App, token: &Secret) -> Result<Option<Owner>, DbError> {
    let (digest, now) = (token.digest(), app.now());
    let found = app.db.read(move |conn| owner(conn, &digest, now)).await?;
    if let Some(owner) = &found {
        app.note_brand(owner.tenant.id).await?;
    }
    Ok(found)
}

/// Asks for the new password, or says that it is changed.
pub async fn show(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let caller = pages::caller(&app, &request)?;
    if caller.query.get("done").is_some() {
        return message(StatusCode::OK, ("login-reset-done-heading", "login-reset-done"), None);
    }
    let Some(token) = token_in(&caller.query) else { return ended() };
    let Some(owner) = find(&app, &token).await? else { return ended() };
    render(&app, &Browser::of(&app, &caller), &token, owner, Errors::default())
}

/// Takes the new password.
pub async fn submit(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Failure> {
    let caller = pages::caller(&app, &request)?;
    let form = pages::form(&app, &request, payload).await?;
    let browser = Browser::of(&app, &caller);
    let Some(token) = token_in(&form) else { return ended() };
    let Some(owner) = find(&app, &token).await? else { return ended() };
    if let Err(forged) = check_form(&app, &caller, (&browser.secret, &purpose(&token)), &form) {
        return render(&app, &browser, &token, owner, Errors::form(forged.said()));
    }
    let Some(password) = form.get("password").map(Secret::new) else {
        return render(
            &app,
            &browser,
            &token,
            owner,
            Errors::field("password", t("account-enter-new-password")),
        );
    };
    let (user, tenant) = (&owner.user, &owner.tenant);
    let judged = judge(&app, (user, tenant), password.clone()).await;
    if let Err(weak) = judged.map_err(ErrorPage::internal)? {
        return render(&app, &browser, &token, owner, Errors::field("password", weak.said(Reader::words())));
    }
    let hash = app.hasher.hash(&app.random, password).await?;
    let now = app.now();
    let account = attempts::account_bucket(&app, Some(tenant.id), &user.email);
    let event = Event::new(&app.random, (tenant.id, now), "password.change")
        .by(ActorRef::person(tenant.id, user.id, user.email.as_str()))
        .on(Target::new("user", user.id, user.email.as_str()))
        .at(caller.origin());
    let wanted = Change { link: token.digest(), hash, account, event, now };
    let changed: Result<Changed, DbError> = app.db.write(move |conn| change(conn, &wanted)).await;
    if changed? == Changed::LinkEnded {
        return ended();
    }
    app.forget();
    if app.mailer.is_configured() {
        let (words, issuer) = (user.words(), app.config.server.issuer());
        let mail = notice(words, issuer, (&user.email, &tenant.display_name), true);
        app.mailer.send_in_background(mail, now);
    }
    Ok(pages::see_other(&format!("{PAGE}?done=1")))
}

fn render(
    app: &App,
    browser: &Browser,
    token: &Secret,
    owner: Owner,
    errors: Errors,
) -> Result<HttpResponse, Failure> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let csrf = app.csrf.token(&browser.secret, &purpose(token));
    let minimum = app.password_policy_of(&owner.tenant).minimum_length;
    let page = Page {
        frame: Frame::own(t("login-reset-heading")).with_form(csrf, errors),
        organization: owner.tenant.display_name,
        email: owner.user.email.to_string(),
        token: token.expose().to_owned(),
        minimum,
        action: PAGE,
    };
    browser.page(app, status, &ContentSecurityPolicy::page().script_self(), &page)
}
