//! `GET` and `POST /login/identify`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::app::App;
use crate::app::attempts;
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::interactions::{self, Progress};
use crate::limits::{self, Decision};
use crate::login::organization::candidates;
use crate::login::pages::{self, Failure};
use crate::login::view::{Errors, Frame, t};
use crate::login::visit::{Caller, Visit, check_form};
use crate::users::Email;
use crate::web::paths;

const PAGE: &str = paths::LOGIN_IDENTIFY;
/// How much of a `login_hint` is shown.
const LONGEST_HINT: usize = 254;

#[derive(Template)]
#[template(path = "login/identify.html")]
struct Page {
    frame: Frame,
    email: String,
    action: String,
    forgot: String,
}

/// What became of an address.
enum Outcome {
    /// The way goes on, to the choice of an organisation or to the password.
    Next(&'static str),
    /// The interaction was finished meanwhile.
    Over,
    /// Too many addresses from one source.
    Blocked(Timestamp),
}

/// Asks for the address.
pub async fn show(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let (_, visit) = pages::visit(&app, &request).await?;
    let typed = visit.progress().email.as_deref();
    let hint: String =
        visit.interaction.parameter("login_hint").unwrap_or_default().chars().take(LONGEST_HINT).collect();
    let email = typed.map_or(hint, str::to_owned);
    render(&app, &visit, email, Errors::default())
}

/// Takes the address. Somebody unknown goes on to the password like everybody else.
pub async fn submit(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Failure> {
    let (caller, visit) = pages::visit(&app, &request).await?;
    let form = pages::form(&app, &request, payload).await?;
    let typed = form.get("email").unwrap_or_default().to_owned();
    if let Err(forged) = check_form(&app, &caller, (&visit.browser, &visit.purpose(PAGE)), &form) {
        return render(&app, &visit, typed, Errors::form(forged.said()));
    }
    let email = match Email::parse(&typed) {
        Ok(email) => email,
        Err(_) if typed.trim().is_empty() => {
            return render(&app, &visit, typed, Errors::field("email", t("login-enter-email")));
        }
        Err(why) => return render(&app, &visit, typed, Errors::field("email", t(why.message()))),
    };
    match identify(&app, &caller, &visit, email).await? {
        Outcome::Next(page) => Ok(pages::see_other(&visit.path(page))),
        Outcome::Over => Err(Failure::over()),
        Outcome::Blocked(until) => {
            let frame = visit.frame(&app, PAGE, t("login-throttled"), Errors::default());
            pages::throttled(frame, visit.path(PAGE), None, (until, visit.now))
        }
    }
}

async fn identify(app: &App, caller: &Caller, visit: &Visit, email: Email) -> Result<Outcome, DbError> {
    let (bucket, rule) = attempts::identify(app, caller.address);
    let (id, now, reach) = (visit.interaction.id, visit.now, visit.reach());
    let before = visit.progress().clone();
    app.db
        .write(move |conn| {
            if let Decision::Blocked { until } = limits::store::take(conn, bucket, rule, now)? {
                return Ok(Outcome::Blocked(until));
            }
            let found = candidates(conn, reach, &email)?;
            let several = found.len() > 1;
            let progress = Progress {
                email: Some(email.to_string()),
                tenant_id: found.first().filter(|_| !several).map(|tenant| tenant.id),
                ..before.clone()
            };
            if !interactions::store::set_progress(conn, &id, &progress, now)? {
                return Ok(Outcome::Over);
            }
            Ok(Outcome::Next(if several { paths::LOGIN_ORGANIZATION } else { paths::LOGIN_PASSWORD }))
        })
        .await
}

fn render(app: &App, visit: &Visit, email: String, errors: Errors) -> Result<HttpResponse, Failure> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page {
        frame: visit.frame(app, PAGE, t("login-sign-in"), errors),
        email,
        action: visit.path(PAGE),
        forgot: visit.path(paths::LOGIN_FORGOT),
    };
    pages::page(status, &visit.policy(), &page)
}
