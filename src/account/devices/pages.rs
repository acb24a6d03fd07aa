//! `/account/devices`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::device;
use crate::account::parts::{change, done, frame, look, moment};
use crate::app::App;
use crate::audit::{self, Changes, Target};
use crate::db::DbError;
use crate::sessions::{self, Session, SessionId, store::SessionFilter};
use crate::tokens;
use crate::viewer::{Failure, Frame, Question, Recent, Viewer, pages};
use crate::web::paths;

/// Devices on the page. Nobody has more that are in use.
const MOST: i64 = 200;

#[derive(Template)]
#[template(path = "account/devices.html")]
struct List {
    frame: Frame,
    devices: Vec<Device>,
}

/// One session.
#[derive(Clone, Debug)]
struct Device {
    description: String,
    address: String,
    signed_in: Recent,
    last_seen: Recent,
    is_this: bool,
    end: String,
}

fn end_at(id: SessionId) -> String {
    paths::ACCOUNT_DEVICE.replace("{id}", &id.to_string())
}

async fn own(app: &App, viewer: &Viewer) -> Result<Vec<Session>, Failure> {
    let (tenant, now) = (viewer.who.home.id, viewer.now);
    let limits = app.session_limits().within(viewer.who.home.settings.sessions);
    let filter = SessionFilter { user: Some(viewer.who.user.id), now, used_after: now - limits.idle };
    let mut all = look(app, move |conn| sessions::store::list(conn, tenant, &filter, None, MOST)).await?;
    all.retain(|session| session.is_live(limits, now));
    let this = viewer.who.session.id;
    // This device first, then whatever was used last.
    all.sort_by_key(|session| (session.id != this, std::cmp::Reverse(session.last_seen_at)));
    Ok(all)
}

/// Lists them.
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let row = |session: Session| Device {
        description: device(&session.user_agent, viewer.words()),
        is_this: session.id == viewer.who.session.id,
        signed_in: moment(&viewer, session.authenticated_at),
        last_seen: moment(&viewer, session.last_seen_at),
        end: end_at(session.id),
        address: session.address,
    };
    let devices = own(&app, &viewer).await?.into_iter().map(row).collect();
    let frame = frame(&app, &viewer, "account-devices-heading");
    pages::show(StatusCode::OK, &List { frame, devices })
}

fn asked(
    app: &App,
    viewer: &Viewer,
    text: String,
    (heading, effect): (&str, &str),
) -> Result<HttpResponse, Failure> {
    let words = viewer.words();
    let page = Question {
        frame: frame(app, viewer, heading),
        text,
        effect: words.t(effect),
        button: words.t(heading),
        danger: true,
        back: paths::ACCOUNT_DEVICES.into(),
    };
    pages::show(StatusCode::OK, &page)
}

async fn named(app: &App, viewer: &Viewer, request: &HttpRequest) -> Result<Session, Failure> {
    let id = request.match_info().get("id").and_then(|text| text.parse::<SessionId>().ok());
    let found = own(app, viewer).await?.into_iter().find(|session| Some(session.id) == id);
    found.ok_or(Failure::NotFound)
}

/// Asks before one is signed out.
pub async fn ask(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let session = named(&app, &viewer, &request).await?;
    let text = format!("{} · {}", device(&session.user_agent, viewer.words()), session.address);
    asked(&app, &viewer, text, ("account-device-end", "account-device-end-effect"))
}

/// Signs one out, with everything that hangs on its session.
pub async fn end(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    pages::looking_form(&app, &request, payload, &viewer).await?;
    let session = named(&app, &viewer, &request).await?.id;
    let (tenant, now) = (viewer.who.home.id, viewer.now);
    let event = viewer.event(&app, "session.end", Target::new("session", session, ""));
    change(&app, move |conn| {
        if tokens::end_session(conn, tenant, session, now)? {
            audit::store::insert(conn, tenant, &event)?;
        }
        Ok::<_, DbError>(())
    })
    .await?;
    if session == viewer.who.session.id {
        return Ok(pages::see_other(paths::LOGIN_SIGNED_OUT));
    }
    Ok(pages::see_other(&done(paths::ACCOUNT_DEVICES, "account-device")))
}

/// Asks before all others are signed out.
pub async fn ask_others(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let text = viewer.who.user.email.to_string();
    asked(&app, &viewer, text, ("account-devices-end-others", "account-devices-end-others-effect"))
}

/// Signs all others out.
pub async fn end_others(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    pages::looking_form(&app, &request, payload, &viewer).await?;
    let this = viewer.who.session.id;
    let others: Vec<SessionId> =
        own(&app, &viewer).await?.into_iter().map(|session| session.id).filter(|id| *id != this).collect();
    let (tenant, user, now) = (viewer.who.home.id, viewer.who.user.id, viewer.now);
    let target = Target::new("user", user, viewer.who.user.email.as_str());
    let event = viewer.event(&app, "user.sign_out", target);
    change(&app, move |conn| {
        let mut ended = 0;
        for session in &others {
            ended += usize::from(tokens::end_session(conn, tenant, *session, now)?);
        }
        if ended == 0 {
            return Ok(());
        }
        let event = event.clone().changing(Changes::none().field("other_sessions_ended", &0, &ended));
        audit::store::insert(conn, tenant, &event)
    })
    .await?;
    Ok(pages::see_other(&done(paths::ACCOUNT_DEVICES, "account-devices")))
}
