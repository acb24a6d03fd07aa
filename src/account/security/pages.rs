//! `/account/security`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::account::parts::{change, done, frame, judge, moment};
use crate::app::App;
use crate::app::attempts;
use crate::app::notice::notice;
use crate::audit::{self, Changes, Target};
use crate::db::DbError;
use crate::limits;
use crate::secret::Secret;
use crate::tokens;
use crate::users::{self, PasswordHash};
use crate::viewer::{Failure, Form, Frame, PASSWORD, Question, Recent, Viewer, pages};
use crate::web::{FormErrors, paths};

/// The field of the new password.
const NEW: &str = "new_password";

#[derive(Template)]
#[template(path = "account/security.html")]
struct Page {
    frame: Frame,
    changed: Option<Recent>,
    minimum: usize,
    end_others: bool,
}

/// Shows how old the password is, and takes a new one.
pub async fn show(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    render(&app, &viewer, true, FormErrors::default())
}

fn render(app: &App, viewer: &Viewer, end_others: bool, errors: FormErrors) -> Result<HttpResponse, Failure> {
    let status = pages::status_of(&errors);
    let page = Page {
        frame: frame(app, viewer, "account-security-heading").with_errors(errors),
        changed: viewer.who.user.password_changed_at.map(|at| moment(viewer, at)),
        minimum: app.password_policy_of(&viewer.who.home).minimum_length,
        end_others,
    };
    pages::show(status, &page)
}

/// Takes a new password from whoever knows the present one.
pub async fn change_password(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::looking_form(&app, &request, payload, &viewer).await?;
    let end_others = form.ticked("end_others");
    let password = match fit(&app, &viewer, &form).await? {
        Ok(password) => password,
        Err(errors) => return render(&app, &viewer, end_others, errors),
    };
    let hash = app.hasher.hash(&app.random, password).await?;
    write(&app, &viewer, hash, end_others).await?;
    if app.mailer.is_configured() {
        let (email, home) = (&viewer.who.user.email, &viewer.who.home);
        let (words, issuer) = (viewer.who.user.words(), app.config.server.issuer());
        let mail = notice(words, issuer, (email, &home.display_name), end_others);
        app.mailer.send_in_background(mail, viewer.now);
    }
    Ok(pages::see_other(&done(paths::ACCOUNT_SECURITY, "account-password")))
}

/// The new password, if it may be one and the present one was right. The new one is judged first: that costs no attempt.
async fn fit(app: &App, viewer: &Viewer, form: &Form) -> Result<Result<Secret, FormErrors>, Failure> {
    let Some(password) = form.secret(NEW) else {
        return Ok(Err(FormErrors::field(NEW, viewer.words().t("account-enter-new-password"))));
    };
    if let Err(weak) = judge(app, viewer, password.clone()).await? {
        return Ok(Err(FormErrors::field(NEW, weak.said(viewer.words()))));
    }
    Ok(match pages::proof(app, viewer, form).await? {
        Some(why) => Err(FormErrors::field(PASSWORD, why)),
        None => Ok(password),
    })
}

async fn write(app: &App, viewer: &Viewer, hash: PasswordHash, end_others: bool) -> Result<(), Failure> {
    let (tenant, user, session) = (viewer.who.home.id, viewer.who.user.id, viewer.who.session.id);
    let email = &viewer.who.user.email;
    let account = attempts::account_bucket(app, Some(tenant), email);
    let event = viewer
        .event(app, "password.change", Target::new("user", user, email.as_str()))
        .changing(Changes::none().field("other_sessions_ended", &false, &end_others));
    let now = viewer.now;
    change(app, move |conn| {
        if !users::store::set_password(conn, tenant, user, &hash, now)? {
            return Err(DbError::Retry);
        }
        users::store::end_resets(conn, tenant, &[user], now)?;
        if end_others {
            tokens::end_user_tokens(conn, tenant, user, Some(session), now)?;
        }
        limits::store::unlock(conn, account)?;
        audit::store::insert(conn, tenant, &event)
    })
    .await
}

/// Asks before everything is ended.
pub async fn ask(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let words = viewer.words();
    let page = Question {
        frame: frame(&app, &viewer, "account-sign-out-everywhere"),
        text: viewer.who.user.email.to_string(),
        effect: words.t("account-sign-out-everywhere-effect"),
        button: words.t("account-sign-out-everywhere"),
        danger: true,
        back: paths::ACCOUNT_SECURITY.into(),
    };
    pages::show(StatusCode::OK, &page)
}

/// Ends every session, code and token of the person, this session too.
pub async fn sign_out(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    pages::looking_form(&app, &request, payload, &viewer).await?;
    let (tenant, user, now) = (viewer.who.home.id, viewer.who.user.id, viewer.now);
    let event =
        viewer.event(&app, "user.sign_out", Target::new("user", user, viewer.who.user.email.as_str()));
    change(&app, move |conn| {
        if tokens::end_user_tokens(conn, tenant, user, None, now)? == 0 {
            return Ok(());
        }
        audit::store::insert(conn, tenant, &event)
    })
    .await?;
    Ok(pages::see_other(paths::LOGIN_SIGNED_OUT))
}
