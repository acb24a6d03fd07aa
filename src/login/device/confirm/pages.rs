//! `GET` and `POST /device/confirm`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::decide::{Answer, Decided, decide};
use crate::app::App;
use crate::app::accounts::{Account, with_session};
use crate::audit::{ActorRef, Changes, Event, Target};
use crate::consents::in_words;
use crate::device_authorizations::{self as devices, Approval, DeviceAuthorization, Standing};
use crate::interactions::{self, Progress};
use crate::login::consent::pages::duration;
use crate::login::pages::{self, Failure};
use crate::login::view::{Errors, Frame, Link, t};
use crate::login::visit::{Caller, Visit, check_form};
use crate::viewer::{Recent, recent};
use crate::web::{ContentSecurityPolicy, Reader, paths};

const PAGE: &str = paths::DEVICE_CONFIRM;

#[derive(Template)]
#[template(path = "login/device_confirm.html")]
struct Page {
    frame: Frame,
    owner: String,
    sentences: Vec<String>,
    duration: String,
    started: Recent,
    address: String,
    program: String,
    account: Account,
    other: String,
    action: String,
}

#[derive(Template)]
#[template(path = "login/message.html")]
struct Message {
    frame: Frame,
    text: String,
    link: Option<Link>,
}

/// Who answers, or where the browser has to go first.
enum Whose {
    Account(Box<Account>),
    Elsewhere(HttpResponse),
}

/// Asks, once it is clear whose account it is about.
pub async fn show(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let (_, visit) = pages::visit(&app, &request).await?;
    let device = device(&app, &visit).await?;
    if !device.is_open(visit.now) {
        return gone(&device, &visit);
    }
    match whose(&app, &visit).await? {
        Whose::Account(account) => render(&app, &visit, &device, *account, Errors::default()),
        Whose::Elsewhere(response) => Ok(response),
    }
}

/// Takes the answer.
pub async fn submit(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Failure> {
    let (caller, visit) = pages::visit(&app, &request).await?;
    let form = pages::form(&app, &request, payload).await?;
    let device = device(&app, &visit).await?;
    if !device.is_open(visit.now) {
        return gone(&device, &visit);
    }
    let account = match whose(&app, &visit).await? {
        Whose::Account(account) => *account,
        Whose::Elsewhere(response) => return Ok(response),
    };
    if let Err(forged) = check_form(&app, &caller, (&visit.browser, &purpose(&visit, &account)), &form) {
        return render(&app, &visit, &device, account, Errors::form(forged.to_string()));
    }
    let allowed = match form.get("decision") {
        Some("allow") => true,
        Some("deny") => false,
        _ => return render(&app, &visit, &device, account, Errors::form(t("login-consent-choose"))),
    };
    let answer = answer(&app, (&caller, &visit), (&device, &account), allowed);
    match decide(&app.db, answer).await? {
        Decided::Yes => {
            let done = if allowed { "allowed" } else { "denied" };
            Ok(pages::see_other(&format!("{}?answer={done}", paths::DEVICE_DONE)))
        }
        Decided::Over => Err(Failure::over()),
        Decided::Gone => gone(&self::device(&app, &visit).await?, &visit),
    }
}

/// The device that the interaction is about; there are others, which are about none.
async fn device(app: &App, visit: &Visit) -> Result<DeviceAuthorization, Failure> {
    let id = visit.interaction.device.ok_or_else(Failure::over)?;
    let tenant = visit.client.client.tenant_id;
    let found = app.db.read_short(move |conn| devices::store::find(conn, tenant, id)).await?;
    found.ok_or_else(Failure::over)
}

/// The account that was chosen or signed in here, or the only one that fits.
async fn whose(app: &App, visit: &Visit) -> Result<Whose, Failure> {
    let mut accounts = visit.accounts(app).await?;
    let chosen = visit.progress().session_id;
    if accounts.iter().any(|account| Some(account.session.id) == chosen) {
        let account = with_session(accounts, chosen).ok_or_else(Failure::over)?;
        return Ok(Whose::Account(Box::new(account)));
    }
    let several = accounts.len() > 1;
    let Some(only) = accounts.pop().filter(|_| !several) else {
        let page = if several { paths::LOGIN_ACCOUNT } else { paths::LOGIN_IDENTIFY };
        return Ok(Whose::Elsewhere(pages::see_other(&visit.path(page))));
    };
    let progress = Progress { session_id: Some(only.session.id), ..visit.progress().clone() };
    let (id, now) = (visit.interaction.id, visit.now);
    if app.db.write(move |conn| interactions::store::set_progress(conn, &id, &progress, now)).await? {
        Ok(Whose::Account(Box::new(only)))
    } else {
        Err(Failure::over())
    }
}

/// What the form is bound to: the account too, so that nobody allows for one what they read about another.
fn purpose(visit: &Visit, account: &Account) -> String {
    format!("{} {}", visit.purpose(PAGE), account.session.id)
}

fn answer(
    app: &App,
    (caller, visit): (&Caller, &Visit),
    (device, account): (&DeviceAuthorization, &Account),
    allowed: bool,
) -> Answer {
    let (tenant, user, session) = (account.tenant.id, account.user.id, account.session.id);
    let asking = &visit.client.client;
    let action = if allowed { "device.approve" } else { "device.deny" };
    let changes = Changes::none().field("scopes", &Vec::new(), &device.scopes).field(
        "device_address",
        &String::new(),
        &device.address,
    );
    let event = Event::new(&app.random, (tenant, visit.now), action)
        .by(ActorRef::person(tenant, user, account.user.email.as_str()))
        .on(Target::new("application", asking.id, &asking.client_id))
        .changing(changes)
        .at(visit.origin(caller).in_session(session));
    Answer {
        interaction: visit.interaction.id,
        device: device.clone(),
        allowed,
        consent: (!asking.first_party).then_some(asking.id),
        by: Approval { tenant_id: tenant, user_id: user, session_id: session },
        event,
        now: visit.now,
    }
}

fn render(
    app: &App,
    visit: &Visit,
    device: &DeviceAuthorization,
    account: Account,
    errors: Errors,
) -> Result<HttpResponse, Failure> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let words = Reader::words();
    let client = &visit.client.client;
    let heading = words.t1("login-device-confirm-heading", "app", client.display_name.as_str());
    let csrf = app.csrf.token(&visit.browser, &purpose(visit, &account));
    let page = Page {
        frame: Frame::of_application(&client.display_name, heading).with_form(csrf, errors),
        owner: visit.client.tenant.display_name.clone(),
        sentences: device.scopes.iter().map(|scope| in_words(scope, words)).collect(),
        duration: duration(app, visit, &account, &device.scopes),
        started: recent(&device.created_at.to_rfc3339(), words, visit.now),
        address: device.address.clone(),
        program: device.user_agent.clone(),
        account,
        other: visit.path(paths::LOGIN_ACCOUNT),
        action: visit.path(PAGE),
    };
    pages::page(status, &visit.policy(), &page)
}

/// Says why there is nothing to answer any more.
fn gone(device: &DeviceAuthorization, visit: &Visit) -> Result<HttpResponse, Failure> {
    let text = match device.standing(visit.now) {
        Standing::Expired => "login-device-expired",
        _ => "login-device-used",
    };
    let page = Message {
        frame: Frame::own(t("login-device-gone-heading")),
        text: t(text),
        link: Some(Link { path: paths::DEVICE.into(), label: t("login-device-again") }),
    };
    pages::page(StatusCode::GONE, &ContentSecurityPolicy::page(), &page)
}
