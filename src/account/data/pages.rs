//! `/account/data`.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{Closed, Closing, close, everything};
use crate::account::parts::{change, frame, next_version};
use crate::app::App;
use crate::audit::{self, Target};
use crate::db::DbError;
use crate::users::Email;
use crate::viewer::{Failure, Frame, Viewer, pages};
use crate::web::{FormErrors, paths};

#[derive(Template)]
#[template(path = "account/data.html")]
struct Page {
    frame: Frame,
}

/// Shows both ways.
pub async fn show(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let frame = frame(&app, &viewer, "account-data-heading");
    pages::show(StatusCode::OK, &Page { frame })
}

fn target(viewer: &Viewer) -> Target {
    Target::new("user", viewer.who.user.id, viewer.who.user.email.as_str())
}

/// Gives everything as a file. That it was given is written down, for whoever took over a browser asks for it too.
pub async fn export(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    pages::form(&app, &request, payload, &viewer).await?;
    let (user, home, now) = (viewer.who.user.clone(), viewer.who.home.clone(), viewer.now);
    let event = viewer.event(&app, "user.export", target(&viewer));
    let document = app
        .db
        .write(move |conn| {
            audit::store::insert(conn, home.id, &event)?;
            everything(conn, (&user, &home), now)
        })
        .await;
    let document = document.map_err(|why: DbError| Failure::from(why))?;
    let body = serde_json::to_vec_pretty(&document).map_err(|why| Failure::Broken(why.to_string()))?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"gridkey-account.json\""))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(body))
}

#[derive(Template)]
#[template(path = "account/delete.html")]
struct Ask {
    frame: Frame,
    email: String,
    typed: String,
}

/// Asks before the account is closed.
pub async fn ask(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    render(&app, &viewer, String::new(), FormErrors::default())
}

fn render(app: &App, viewer: &Viewer, typed: String, errors: FormErrors) -> Result<HttpResponse, Failure> {
    let status = pages::status_of(&errors);
    let page = Ask {
        frame: frame(app, viewer, "account-delete-heading").with_errors(errors),
        email: viewer.who.user.email.to_string(),
        typed,
    };
    pages::show(status, &page)
}

/// Closes the account, unless nobody else could rule what it rules.
pub async fn delete(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let (words, typed) = (viewer.words(), form.text("email"));
    let user = viewer.who.user.clone();
    if !Email::parse(&typed).is_ok_and(|email| email.key() == user.email.key()) {
        let errors = FormErrors::field("email", words.t("account-delete-other-address"));
        return render(&app, &viewer, typed, errors);
    }
    let closing = Closing {
        version: next_version(&user, viewer.now),
        event: viewer.event(&app, "user.delete", target(&viewer)),
        now: viewer.now,
        user,
    };
    match change(&app, move |conn| close(conn, &closing)).await? {
        Closed::Yes => Ok(pages::see_other(paths::LOGIN_SIGNED_OUT)),
        Closed::LastAdministrator => {
            render(&app, &viewer, typed, FormErrors::form(words.t("account-delete-last")))
        }
    }
}
