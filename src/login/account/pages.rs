//! `GET` and `POST /login/account`, with and without an interaction.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::app::App;
use crate::app::accounts::{self, Account};
use crate::audit::{self, ActorRef, Event, Target};
use crate::db::DbError;
use crate::interactions::{self, Progress};
use crate::login::pages::{self, Browser, Failure};
use crate::login::view::{Errors, Frame, t};
use crate::login::visit::{Caller, Visit, check_form};
use crate::secret::Secret;
use crate::sessions::SessionId;
use crate::tokens;
use crate::web::{ContentSecurityPolicy, Params, paths};

const PAGE: &str = paths::LOGIN_ACCOUNT;

#[derive(Template)]
#[template(path = "login/account.html")]
struct Chooser {
    frame: Frame,
    accounts: Vec<Account>,
    action: String,
    other: String,
}

#[derive(Template)]
#[template(path = "login/signed_in.html")]
struct SignedIn {
    frame: Frame,
    accounts: Vec<Account>,
    action: &'static str,
}

/// Shows the accounts: to choose from on the way into an application, or who is signed in.
pub async fn show(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let caller = pages::caller(&app, &request)?;
    if caller.query.get("interaction").is_none() {
        let browser = Browser::of(&app, &caller);
        return signed_in(&app, &browser, Errors::default()).await;
    }
    let visit = Visit::open(&app, &caller, app.now()).await?;
    let accounts = visit.accounts(&app).await?;
    choose(&app, &visit, accounts, Errors::default())
}

/// Takes the choice, or signs out.
pub async fn submit(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Failure> {
    let caller = pages::caller(&app, &request)?;
    let form = pages::form(&app, &request, payload).await?;
    if caller.query.get("interaction").is_none() {
        return sign_out(&app, &caller, &form).await;
    }
    let visit = Visit::open(&app, &caller, app.now()).await?;
    let accounts = visit.accounts(&app).await?;
    if let Err(forged) = check_form(&app, &caller, (&visit.browser, &visit.purpose(PAGE)), &form) {
        return choose(&app, &visit, accounts, Errors::form(forged.said()));
    }
    let wanted = session_in(&form);
    match accounts.iter().find(|account| Some(account.session.id) == wanted) {
        Some(account) => take(&app, &visit, account).await,
        None => {
            let text = t("login-account-gone");
            choose(&app, &visit, accounts, Errors::form(text))
        }
    }
}

fn session_in(form: &Params) -> Option<SessionId> {
    form.get("session").and_then(|text| text.parse().ok())
}

fn choose(app: &App, visit: &Visit, accounts: Vec<Account>, errors: Errors) -> Result<HttpResponse, Failure> {
    let other = visit.path(paths::LOGIN_IDENTIFY);
    if accounts.is_empty() {
        return Ok(pages::see_other(&other));
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = visit.frame(app, PAGE, t("login-account-heading"), errors);
    let page = Chooser { frame, accounts, action: visit.path(PAGE), other };
    pages::page(status, &visit.policy(), &page)
}

async fn take(app: &App, visit: &Visit, account: &Account) -> Result<HttpResponse, Failure> {
    let before = visit.progress();
    let same = before.session_id == Some(account.session.id);
    let progress = Progress {
        // If the application wants the password again, the right address stands there already.
        email: Some(account.user.email.to_string()),
        tenant_id: Some(account.tenant.id),
        session_id: Some(account.session.id),
        // What was proved or allowed for one account says nothing about another.
        signed_in: same && before.signed_in,
        account_chosen: true,
        consent: before.consent.filter(|_| same),
    };
    let (id, now) = (visit.interaction.id, visit.now);
    let stored =
        app.db.write(move |conn| interactions::store::set_progress(conn, &id, &progress, now)).await?;
    if stored { Ok(pages::see_other(&visit.onward())) } else { Err(Failure::over()) }
}

async fn of_browser(app: &App, browser: &Secret) -> Result<Vec<Account>, DbError> {
    let (browser, limits, now) = (browser.digest(), app.session_limits(), app.now());
    app.db.read(move |conn| accounts::of_browser(conn, &browser, limits, now)).await
}

async fn signed_in(app: &App, browser: &Browser, errors: Errors) -> Result<HttpResponse, Failure> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let accounts = of_browser(app, &browser.secret).await?;
    let heading = if accounts.is_empty() { "login-nobody-heading" } else { "login-accounts-heading" };
    let csrf = app.csrf.token(&browser.secret, PAGE);
    let page = SignedIn { frame: Frame::own(t(heading)).with_form(csrf, errors), accounts, action: PAGE };
    browser.page(app, status, &ContentSecurityPolicy::page(), &page)
}

/// Signs one account out, or all, with everything that hangs on the sessions.
async fn sign_out(app: &App, caller: &Caller, form: &Params) -> Result<HttpResponse, Failure> {
    let browser = Browser::of(app, caller);
    if let Err(forged) = check_form(app, caller, (&browser.secret, PAGE), form) {
        return signed_in(app, &browser, Errors::form(forged.said())).await;
    }
    let mut accounts = of_browser(app, &browser.secret).await?;
    let before = accounts.len();
    match form.get("action") {
        Some("sign_out") => {
            let wanted = session_in(form);
            accounts.retain(|account| Some(account.session.id) == wanted);
        }
        Some("sign_out_all") => {}
        _ => return signed_in(app, &browser, Errors::form(t("login-choose-sign-out"))).await,
    }
    let now = app.now();
    let ending: Vec<_> = accounts
        .iter()
        .map(|Account { tenant, session, user }| {
            let event = Event::new(&app.random, (tenant.id, now), "session.end")
                .by(ActorRef::person(tenant.id, user.id, user.email.as_str()))
                .on(Target::new("session", session.id, ""))
                .at(caller.origin().in_session(session.id));
            (tenant.id, session.id, event)
        })
        .collect();
    let ended = ending.len();
    app.db
        .write(move |conn| {
            for (tenant, session, event) in &ending {
                if tokens::end_session(conn, *tenant, *session, now)? {
                    audit::store::insert(conn, *tenant, event)?;
                }
            }
            Ok::<_, DbError>(())
        })
        .await?;
    app.forget();
    Ok(pages::see_other(if ended < before { PAGE } else { paths::LOGIN_SIGNED_OUT }))
}
