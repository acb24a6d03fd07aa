//! `GET` and `POST /login/password`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{SignIn, SignedIn, Subject, sign_in, subject};
use crate::app::App;
use crate::app::attempts::{self, PasswordCounters};
use crate::audit::{self, ActorRef, Event, Target};
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::interactions::Progress;
use crate::limits::{self, Decision};
use crate::login::begin::NewSession;
use crate::login::pages::{self, Failure};
use crate::login::view::{Errors, Frame, t};
use crate::login::visit::{Caller, Visit, check_form};
use crate::secret::Secret;
use crate::tenants::TenantId;
use crate::users::{Email, HasherError, PasswordHash, UserId, Verdict};
use crate::web::paths;

const PAGE: &str = paths::LOGIN_PASSWORD;
/// The one answer to everything that is wrong: nobody learns which addresses have accounts, and in what state.
const WRONG: &str = "login-password-wrong";

#[derive(Template)]
#[template(path = "login/password.html")]
struct Page {
    frame: Frame,
    email: String,
    action: String,
    other: String,
    forgot: String,
}

/// Asks for the password.
pub async fn show(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let (_, visit) = pages::visit(&app, &request).await?;
    match visit.email() {
        Some(email) => render(&app, &visit, &email, Errors::default()),
        None => Ok(pages::see_other(&visit.path(paths::LOGIN_IDENTIFY))),
    }
}

/// Takes the password.
pub async fn submit(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Failure> {
    let (caller, visit) = pages::visit(&app, &request).await?;
    let form = pages::form(&app, &request, payload).await?;
    let Some(email) = visit.email() else {
        return Ok(pages::see_other(&visit.path(paths::LOGIN_IDENTIFY)));
    };
    if let Err(forged) = check_form(&app, &caller, (&visit.browser, &visit.purpose(PAGE)), &form) {
        return render(&app, &visit, &email, Errors::form(forged.said()));
    }
    let Some(password) = form.get("password").map(Secret::new) else {
        return render(&app, &visit, &email, Errors::field("password", t("login-enter-password")));
    };
    let counters = attempts::password(&app, visit.progress().tenant_id, &email, caller.address);
    let attempt = Attempt { app: &app, caller: &caller, visit: &visit, email: &email, counters };
    attempt.make(password).await
}

fn render(app: &App, visit: &Visit, email: &Email, errors: Errors) -> Result<HttpResponse, Failure> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page {
        frame: visit.frame(app, PAGE, t("login-password-heading"), errors),
        email: email.to_string(),
        action: visit.path(PAGE),
        other: visit.path(paths::LOGIN_IDENTIFY),
        forgot: visit.path(paths::LOGIN_FORGOT),
    };
    pages::page(status, &visit.policy().script_self(), &page)
}

fn count(outcome: &'static str) {
    metrics::counter!(crate::telemetry::SIGN_INS, "outcome" => outcome).increment(1);
}

/// One guess.
struct Attempt<'a> {
    app: &'a App,
    caller: &'a Caller,
    visit: &'a Visit,
    email: &'a Email,
    counters: PasswordCounters,
}

impl Attempt<'_> {
    /// The order is the guard: the guess is counted, and the count committed, before the password is looked at; it is
    /// looked at once, whether or not there is anything to compare it with.
    async fn make(&self, password: Secret) -> Result<HttpResponse, Failure> {
        if let Decision::Blocked { until } = self.take().await? {
            count("throttled");
            return self.throttled(until);
        }
        let found = self.look_up().await?;
        let verdict = match self.app.hasher.verify(password.clone(), found.hash.clone()).await {
            Ok(verdict) => verdict,
            Err(why) => return self.could_not_look(why).await,
        };
        match (verdict, found.person, found.hash) {
            (Verdict::Right { needs_rehash }, Some(person), Some(hash)) => {
                self.succeed(person, hash, needs_rehash.then_some(password)).await
            }
            (_, Some((_, id)), _) => self.wrong(Some(id), "wrong_password").await,
            (_, None, _) => {
                let reason = if found.known.is_some() { "not_active" } else { "unknown_user" };
                self.wrong(found.known, reason).await
            }
        }
    }

    async fn take(&self) -> Result<Decision, DbError> {
        let (buckets, now) = ([self.counters.source, self.counters.account], self.visit.now);
        let event = self.failure(None, "throttled");
        self.app
            .db
            .write(move |conn| {
                let decision = limits::store::take_all(conn, &buckets, now)?;
                if matches!(decision, Decision::Blocked { .. }) {
                    audit::store::insert(conn, event.tenant_id, &event)?;
                }
                Ok(decision)
            })
            .await
    }

    async fn look_up(&self) -> Result<Subject, DbError> {
        let (tenant, email) = (self.visit.progress().tenant_id, self.email.clone());
        self.app.db.read(move |conn| subject(conn, tenant, &email)).await
    }

    /// Too many passwords wait: the guess was not looked at, so it does not count.
    async fn could_not_look(&self, why: HasherError) -> Result<HttpResponse, Failure> {
        count("busy");
        let (now, identify) = (self.visit.now, attempts::identify(self.app, self.caller.address).0);
        let buckets = [identify, self.counters.source.0, self.counters.account.0];
        let given_back: Result<(), DbError> = self
            .app
            .db
            .write(move |conn| {
                buckets.iter().try_for_each(|bucket| limits::store::give_back(conn, *bucket, now))
            })
            .await;
        given_back?;
        Err(why.into())
    }

    async fn succeed(
        &self,
        person: (TenantId, UserId),
        hash: PasswordHash,
        rehash: Option<Secret>,
    ) -> Result<HttpResponse, Failure> {
        let rehashed = match rehash {
            // The sign-in stands whatever becomes of it: the next one tries again.
            Some(password) => self.app.hasher.hash(&self.app.random, password).await.ok(),
            None => None,
        };
        let new = NewSession::by_password(self.app, person, self.caller, self.visit.now);
        let sign = SignIn {
            interaction: self.visit.interaction.id,
            progress: Progress {
                email: Some(self.email.to_string()),
                tenant_id: Some(person.0),
                session_id: Some(new.session.id),
                signed_in: true,
                account_chosen: true,
                consent: None,
            },
            event: self.success(person, &new),
            session: new.session.clone(),
            old_browser: self.visit.browser.digest(),
            hash,
            rehashed,
            account: self.counters.account.0,
            sources: [attempts::identify(self.app, self.caller.address).0, self.counters.source.0],
            now: self.visit.now,
        };
        match sign_in(&self.app.db, sign).await? {
            SignedIn::Yes => {}
            SignedIn::NoLonger => return self.wrong(Some(person.1), "changed_meanwhile").await,
            SignedIn::Over => return Err(Failure::over()),
        }
        // A session began; no key of anybody is worth less for it.
        self.app.forget_tokens();
        count("success");
        Ok(pages::see_other_as(self.app, &self.visit.onward(), &new.cookie))
    }

    /// What the audit log says of a session that began.
    fn success(&self, (tenant, user): (TenantId, UserId), new: &NewSession) -> Event {
        let session = new.session.id;
        Event::new(&self.app.random, (tenant, self.visit.now), "session.create")
            .by(ActorRef::person(tenant, user, self.email.as_str()))
            .on(Target::new("session", session, ""))
            .at(self.visit.origin(self.caller).in_session(session))
    }

    /// What it says of one that did not: in the log of the organisation that the address leads to, or else in the
    /// instance's. Whose account it is stands in the log and makes no difference to the answer.
    fn failure(&self, known: Option<UserId>, reason: &str) -> Event {
        let log = self.visit.progress().tenant_id.unwrap_or_else(Event::instance);
        let id = known.map(|id| id.to_string()).unwrap_or_default();
        Event::new(&self.app.random, (log, self.visit.now), "session.create")
            .by(ActorRef::anonymous(self.email.as_str()))
            .on(Target::new("user", id, self.email.as_str()))
            .at(self.visit.origin(self.caller))
            .refused(reason)
    }

    /// One write, whoever it was and whatever was wrong.
    async fn wrong(&self, known: Option<UserId>, reason: &str) -> Result<HttpResponse, Failure> {
        count("wrong");
        let event = self.failure(known, reason);
        let noted: Result<(), DbError> =
            self.app.db.write(move |conn| audit::store::insert(conn, event.tenant_id, &event)).await;
        noted?;
        render(self.app, self.visit, self.email, Errors::field("password", t(WRONG)))
    }

    fn throttled(&self, until: Timestamp) -> Result<HttpResponse, Failure> {
        let visit = self.visit;
        let frame = visit.frame(self.app, PAGE, t("login-throttled"), Errors::default());
        let forgot = Some(visit.path(paths::LOGIN_FORGOT));
        pages::throttled(frame, visit.path(PAGE), forgot, (until, visit.now))
    }
}
