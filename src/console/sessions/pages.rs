//! `/console/sessions`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use crate::app::App;
use crate::console::deeds::{self, About, Deed};
use crate::console::parts::{ListQuery, curl};
use crate::console::{Section, menu};
use crate::viewer::{Address, Failure, Frame, LocalApi, Page, Recent, Viewer, pages, recent, segment};
use crate::web::paths;

/// A session, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
struct Session {
    id: String,
    user_id: String,
    user_email: String,
    amr: Vec<String>,
    address: String,
    user_agent: String,
    created_at: String,
    last_seen_at: String,
    expires_at: String,
}

/// A row of the list.
struct Row {
    person: String,
    page: Option<String>,
    is_this: bool,
    methods: String,
    address: String,
    user_agent: String,
    began: Recent,
    seen: Recent,
    ends: Recent,
    end: Option<String>,
}

#[derive(Template)]
#[template(path = "console/sessions/list.html")]
struct List {
    frame: Frame,
    query: ListQuery,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    clear: String,
}

/// Ends a session.
const END: Deed = Deed {
    name: "end",
    label: "session-end",
    effect: "session-end-effect",
    states: &[],
    permission: "sessions:delete",
    danger: true,
};

fn row(viewer: &Viewer, session: Session) -> Row {
    let when = |text: &str| recent(text, viewer.words(), viewer.now);
    let end = viewer.at(format!("{}/{}/end", paths::CONSOLE_SESSIONS, session.id));
    let page = viewer.at(format!("{}/{}", paths::CONSOLE_USERS, session.user_id));
    Row {
        is_this: session.id == viewer.who.session.id.to_string(),
        page: viewer.may("users:read").then(|| page.text()),
        end: END.fits(viewer, "").then(|| end.text()),
        methods: session.amr.join(", "),
        began: when(&session.created_at),
        seen: when(&session.last_seen_at),
        ends: when(&session.expires_at),
        person: if session.user_email.is_empty() { session.user_id } else { session.user_email },
        address: session.address,
        user_agent: session.user_agent,
    }
}

/// Lists who is signed in. A person is named by identifier, or by mail address to those who may see people.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let query = ListQuery::of(&viewer, paths::CONSOLE_SESSIONS, &["user"]);
    let (address, page) = found(&viewer, &api, &query).await?;
    let frame = viewer
        .frame(&app, viewer.words().t("sessions-heading"), menu(&viewer, Section::Sessions))
        .with_recipes("", curl(&app, "GET", &address, None));
    let page = List {
        frame,
        first: query.first(&viewer),
        next: query.next(&viewer, page.next_cursor.as_deref()),
        clear: query.clear(&viewer),
        rows: page.items.into_iter().map(|session| row(&viewer, session)).collect(),
        query,
    };
    pages::show(StatusCode::OK, &page)
}

async fn found(
    viewer: &Viewer,
    api: &LocalApi,
    query: &ListQuery,
) -> Result<(Address, Page<Session>), Failure> {
    #[derive(Deserialize)]
    struct Person {
        id: String,
        email: String,
    }
    let mut of_person = query.clone();
    for (_, value) in &mut of_person.filters {
        if value.parse::<Uuid>().is_ok() {
            continue;
        }
        let people = viewer.at(paths::USERS).with("q", &*value).with("limit", 10);
        let people: Page<Person> = viewer.peek(api, ("users:read", &people)).await?;
        let wanted = value.to_lowercase();
        match people.items.into_iter().find(|person| person.email.to_lowercase() == wanted) {
            Some(person) => *value = person.id,
            // Nobody is called so: the list of nobody, which the API is still asked for whether it may be seen.
            None => *value = Uuid::nil().to_string(),
        }
    }
    let address = of_person.api(viewer, paths::SESSIONS);
    let page = viewer.get(api, &address).await?;
    Ok((address, page))
}

fn of_api(viewer: &Viewer, request: &HttpRequest) -> Address {
    let id = segment(request.match_info().get("id").unwrap_or_default());
    viewer.at(format!("{}/{id}", paths::SESSIONS))
}

/// Asks before a session is ended.
pub async fn ask(request: HttpRequest, app: Data<App>, api: Data<LocalApi>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    if !END.fits(&viewer, "") {
        return Err(Failure::Forbidden);
    }
    let session: Session = viewer.get(&api, &of_api(&viewer, &request)).await?;
    let about = About {
        text: format!("{} – {} – {}", session.user_email, session.address, session.user_agent),
        back: viewer.at(paths::CONSOLE_SESSIONS).text(),
        ..About::default()
    };
    deeds::ask(&app, &viewer, (Section::Sessions, &END), about)
}

/// Ends a session.
pub async fn end(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    pages::form(&app, &request, payload, &viewer).await?;
    viewer.send(&api, ("DELETE", &of_api(&viewer, &request)), None, None).await?;
    Ok(pages::see_other(&viewer.at(paths::CONSOLE_SESSIONS).with("done", "session-end").text()))
}
