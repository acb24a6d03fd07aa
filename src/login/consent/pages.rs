//! `GET` and `POST /login/consent`.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{host, requested};
use crate::app::App;
use crate::app::accounts::{Account, with_session};
use crate::audit::{self, ActorRef, Changes, Event, Target};
use crate::consents::{self, in_words};
use crate::db::DbError;
use crate::interactions::{self, Consented, Progress};
use crate::login::pages::{self, Failure};
use crate::login::view::{Errors, Frame, t};
use crate::login::visit::{Caller, Visit, check_form};
use crate::sessions;
use crate::tenants::Lifetimes;
use crate::web::{Reader, paths};

const PAGE: &str = paths::LOGIN_CONSENT;

#[derive(Template)]
#[template(path = "login/consent.html")]
struct Page {
    frame: Frame,
    host: String,
    sentences: Vec<String>,
    duration: String,
    account: Account,
    other: String,
    action: String,
}

/// Asks.
pub async fn show(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let (_, visit) = pages::visit(&app, &request).await?;
    if visit.interaction.device.is_some() {
        return Ok(pages::see_other(&visit.onward()));
    }
    match account(&app, &visit).await? {
        Some(account) => render(&app, &visit, account, Errors::default()),
        None => Ok(pages::see_other(&visit.path(paths::LOGIN_IDENTIFY))),
    }
}

/// Takes the answer.
pub async fn submit(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Failure> {
    let (caller, visit) = pages::visit(&app, &request).await?;
    let form = pages::form(&app, &request, payload).await?;
    if visit.interaction.device.is_some() {
        return Ok(pages::see_other(&visit.onward()));
    }
    let Some(account) = account(&app, &visit).await? else {
        return Ok(pages::see_other(&visit.path(paths::LOGIN_IDENTIFY)));
    };
    if let Err(forged) = check_form(&app, &caller, (&visit.browser, &visit.purpose(PAGE)), &form) {
        return render(&app, &visit, account, Errors::form(forged.said()));
    }
    let answer = match form.get("decision") {
        Some("allow") => Consented::Given,
        Some("deny") => Consented::Refused,
        _ => {
            let text = t("login-consent-choose");
            return render(&app, &visit, account, Errors::form(text));
        }
    };
    if keep(&app, (&caller, &visit), &account, answer).await? {
        Ok(pages::see_other(&visit.onward()))
    } else {
        Err(Failure::over())
    }
}

/// What the person is asked for: nothing that the APIs of the request do not know, because it will not be issued.
fn scopes(visit: &Visit) -> Vec<String> {
    let asked = visit.interaction.request.iter();
    let resources = asked.filter(|(name, value)| name == "resource" && !value.is_empty());
    let resources = resources.map(|(_, value)| value.clone()).collect();
    let audiences = visit.client.audiences(resources).unwrap_or_default();
    visit.client.scopes_for(&audiences, requested(&visit.interaction, &visit.client.client))
}

/// The account that the question is about: that of a live session of this browser, settled before.
async fn account(app: &App, visit: &Visit) -> Result<Option<Account>, DbError> {
    Ok(with_session(visit.accounts(app).await?, visit.progress().session_id))
}

/// Writes the answer down. `false` when the interaction or the session ended meanwhile.
async fn keep(
    app: &App,
    (caller, visit): (&Caller, &Visit),
    account: &Account,
    answer: Consented,
) -> Result<bool, DbError> {
    let scopes = scopes(visit);
    let progress = Progress { consent: Some(answer), ..visit.progress().clone() };
    let (id, client, now) = (visit.interaction.id, visit.client.client.id, visit.now);
    let (tenant, user, session) = (account.tenant.id, account.user.id, account.session.id);
    let asking = &visit.client.client;
    let event = Event::new(&app.random, (tenant, now), "consent.grant")
        .by(ActorRef::person(tenant, user, account.user.email.as_str()))
        .on(Target::new("application", asking.id, &asking.client_id))
        .changing(Changes::none().field("scopes", &Vec::new(), &scopes))
        .at(visit.origin(caller).in_session(session));
    app.db
        .write(move |conn| {
            if !sessions::store::is_open(conn, tenant, session, now)?
                || !interactions::store::set_progress(conn, &id, &progress, now)?
            {
                return Ok(false);
            }
            if answer == Consented::Given {
                consents::store::give(conn, tenant, (user, client), &scopes, now)?;
                audit::store::insert(conn, tenant, &event)?;
            }
            Ok(true)
        })
        .await
}

fn render(app: &App, visit: &Visit, account: Account, errors: Errors) -> Result<HttpResponse, Failure> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let client = &visit.client.client;
    let scopes = scopes(visit);
    let words = Reader::words();
    let heading = words.t1("login-consent-heading", "app", client.display_name.as_str());
    let page = Page {
        frame: visit.frame(app, PAGE, heading, errors),
        host: host(visit.interaction.parameter("redirect_uri").unwrap_or_default()),
        sentences: scopes.iter().map(|scope| in_words(scope, words)).collect(),
        duration: duration(app, visit, &account, &scopes),
        account,
        other: visit.path(paths::LOGIN_ACCOUNT),
        action: visit.path(PAGE),
    };
    pages::page(status, &visit.policy(), &page)
}

/// How long the application's access lasts at most: tokens for absence outlive the session, all others end with it.
pub(in crate::login) fn duration(app: &App, visit: &Visit, account: &Account, scopes: &[String]) -> String {
    let words = Reader::words();
    let wider = account.tenant.settings.lifetimes;
    let own = visit.client.client.settings.lifetimes.or(wider).refresh_token;
    let refresh = Lifetimes::pick(own, app.config.tokens.refresh_token_lifetime);
    if scopes.iter().any(|scope| scope == "offline_access") {
        return words.t1("login-consent-away", "time", words.span(refresh));
    }
    let left = account.session.expires_at.since(visit.now);
    // A session that began a moment ago still lasts "30 days", not a second less.
    let left = Duration::from_secs(left.as_secs().div_ceil(60) * 60);
    words.t1("login-consent-until", "time", words.span(left.min(refresh)))
}
