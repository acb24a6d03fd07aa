//! `GET` and `POST /login/forgot`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{ResetLink, letter};
use crate::app::App;
use crate::app::attempts;
use crate::audit::{self, ActorRef, Event, Origin, Target};
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::language::Words;
use crate::limits::{self, Decision};
use crate::login::looks;
use crate::login::organization::{Reach, candidates};
use crate::login::pages::{self, Browser, Failure};
use crate::login::view::{Errors, Frame, Link, t};
use crate::login::visit::{Caller, NoVisit, Visit, check_form};
use crate::secret::generate_prefixed;
use crate::users::{self, Email, RESET_PREFIX, User};
use crate::web::{ContentSecurityPolicy, paths};

const PAGE: &str = paths::LOGIN_FORGOT;

#[derive(Template)]
#[template(path = "login/forgot.html")]
struct Page {
    frame: Frame,
    email: String,
    action: String,
    back: Option<String>,
}

#[derive(Template)]
#[template(path = "login/message.html")]
struct Message {
    frame: Frame,
    text: String,
    link: Option<Link>,
}

/// A visit of this page: on the way into an application, or on its own.
struct Here {
    caller: Caller,
    browser: Browser,
    visit: Option<Visit>,
    now: Timestamp,
}

impl Here {
    /// An interaction is carried along while it lasts. Who has forgotten a password needs a link with or without one, so
    /// one that is over is left behind.
    async fn of(app: &App, request: &HttpRequest) -> Result<Self, Failure> {
        let caller = pages::caller(app, request)?;
        let now = app.now();
        let visit = match Visit::open(app, &caller, now).await {
            Ok(visit) => Some(visit),
            Err(NoVisit::Over | NoVisit::Inactive) => {
                looks::note(app, &caller).await?;
                None
            }
            Err(NoVisit::Database(error)) => return Err(error.into()),
        };
        Ok(Self { browser: Browser::of(app, &caller), caller, visit, now })
    }

    fn origin(&self) -> Origin {
        self.visit.as_ref().map_or_else(|| self.caller.origin(), |visit| visit.origin(&self.caller))
    }

    fn path(&self) -> String {
        self.visit.as_ref().map_or_else(|| PAGE.to_owned(), |visit| visit.path(PAGE))
    }

    fn purpose(&self) -> String {
        self.visit.as_ref().map_or_else(|| PAGE.to_owned(), |visit| visit.purpose(PAGE))
    }

    fn back(&self) -> Option<String> {
        self.visit.as_ref().map(|visit| visit.path(paths::LOGIN_IDENTIFY))
    }

    fn policy(&self) -> ContentSecurityPolicy {
        self.visit.as_ref().map_or_else(ContentSecurityPolicy::page, Visit::policy)
    }

    fn frame(&self, app: &App, heading: String, errors: Errors) -> Frame {
        let frame = match &self.visit {
            Some(visit) => Frame::of_application(&visit.client.client.display_name, heading),
            None => Frame::own(heading),
        };
        frame.with_form(app.csrf.token(&self.browser.secret, &self.purpose()), errors)
    }

    fn form(&self, app: &App, email: String, errors: Errors) -> Result<HttpResponse, Failure> {
        let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let frame = self.frame(app, t("login-forgot-heading"), errors);
        let page = Page { frame, email, action: self.path(), back: self.back() };
        self.browser.page(app, status, &self.policy(), &page)
    }

    fn message(&self, app: &App, heading: &str, text: &str) -> Result<HttpResponse, Failure> {
        let link = self.back().map(|path| Link { path, label: t("login-back") });
        let page = Message { frame: self.frame(app, t(heading), Errors::default()), text: t(text), link };
        self.browser.page(app, StatusCode::OK, &self.policy(), &page)
    }

    fn without_mail(&self, app: &App) -> Result<HttpResponse, Failure> {
        self.message(app, "login-forgot-heading", "login-no-mail")
    }
}

/// Asks for the address, or says what happened after it was given.
pub async fn show(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let here = Here::of(&app, &request).await?;
    if !app.mailer.is_configured() {
        return here.without_mail(&app);
    }
    if here.caller.query.get("sent").is_some() {
        return here.message(&app, "login-sent-heading", "login-sent");
    }
    let typed = here.visit.as_ref().and_then(|visit| visit.progress().email.clone());
    here.form(&app, typed.unwrap_or_default(), Errors::default())
}

/// Takes the address.
pub async fn submit(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Failure> {
    let here = Here::of(&app, &request).await?;
    let form = pages::form(&app, &request, payload).await?;
    if !app.mailer.is_configured() {
        return here.without_mail(&app);
    }
    let typed = form.get("email").unwrap_or_default().to_owned();
    if let Err(forged) = check_form(&app, &here.caller, (&here.browser.secret, &here.purpose()), &form) {
        return here.form(&app, typed, Errors::form(forged.said()));
    }
    let email = match Email::parse(&typed) {
        Ok(email) => email,
        Err(_) if typed.trim().is_empty() => {
            return here.form(&app, typed, Errors::field("email", t("login-enter-email")));
        }
        Err(why) => return here.form(&app, typed, Errors::field("email", t(why.message()))),
    };
    let (counters, now) = (attempts::forgot(&app, &email, here.caller.address), here.now);
    let decision: Result<Decision, DbError> =
        app.db.write(move |conn| limits::store::take_all(conn, &counters, now)).await;
    if let Decision::Blocked { until } = decision? {
        let frame = here.frame(&app, t("login-throttled"), Errors::default());
        return pages::throttled(frame, here.path(), None, (until, now));
    }
    let (background, origin) = (app.clone(), here.origin());
    actix_web::rt::spawn(async move {
        if let Err(why) = write_letter(&background, email, (now, origin)).await {
            tracing::error!(error = %why, "links for a forgotten password could not be made");
        }
    });
    let separator = if here.visit.is_some() { '&' } else { '?' };
    Ok(pages::see_other(&format!("{}{separator}sent=1", here.path())))
}

/// Makes a link for each account of the address, and mails them. Without an account there is nothing to do but to write
/// that down.
async fn write_letter(app: &App, email: Email, (now, origin): (Timestamp, Origin)) -> Result<(), DbError> {
    let lifetime = app.config.sign_in.password_reset_lifetime;
    let (address, random) = (email.clone(), app.random.clone());
    let (links, words) = app
        .db
        .write(move |conn| {
            let (mut links, mut words) = (Vec::new(), Words::default());
            let requested = |log, id: String| {
                Event::new(&random, (log, now), "password.reset_request")
                    .by(ActorRef::anonymous(address.as_str()))
                    .on(Target::new("user", id, address.as_str()))
                    .at(origin.clone())
            };
            for tenant in candidates(conn, Reach::Everybody, &address)? {
                let user = users::store::find_by_email(conn, tenant.id, &address)?.filter(User::is_active);
                let Some(user) = user else { continue };
                let token = generate_prefixed(RESET_PREFIX, &random);
                users::store::insert_reset(conn, tenant.id, user.id, &token.digest(), (now, lifetime))?;
                audit::store::insert(conn, tenant.id, &requested(tenant.id, user.id.to_string()))?;
                // Whoever has several accounts reads the language of the first that says one.
                if words == Words::default() {
                    words = user.words();
                }
                links.push(ResetLink { organization: tenant.display_name, token });
            }
            if links.is_empty() {
                let log = Event::instance();
                audit::store::insert(conn, log, &requested(log, String::new()).refused("unknown_user"))?;
            }
            Ok::<_, DbError>((links, words))
        })
        .await?;
    if !links.is_empty() {
        let mail = letter(words, app.config.server.issuer(), (&email, &links), lifetime);
        app.mailer.send_in_background(mail, now);
    }
    Ok(())
}
