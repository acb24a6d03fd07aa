//! `/console/settings/recycle-bin`: what was deleted, its way back, and its end.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::view::Entry;
use crate::app::App;
use crate::console::parts::{ListQuery, choices, curl};
use crate::console::{Section, menu};
use crate::viewer::{
    Address, Failure, Frame, LocalApi, Page, Question, Recent, Viewer, pages, recent, segment,
};
use crate::web::{FormErrors, paths};

/// Kinds with the permissions to see them there and to bring them back or end them, and where they live.
const KINDS: &[(&str, &str, &str, &str)] = &[
    ("user", "users:read", "users:delete", paths::USERS),
    ("application", "applications:read", "applications:delete", paths::APPLICATIONS),
    ("service_account", "service_accounts:read", "service_accounts:delete", paths::SERVICE_ACCOUNTS),
    ("tenant", "tenants:read", "tenants:delete", paths::TENANTS),
];

/// A name of the API as it stands in the names of messages.
fn kebab(name: &str) -> String {
    name.replace('_', "-")
}

#[derive(Template)]
#[template(path = "console/settings/recycle_bin.html")]
struct List {
    frame: Frame,
    query: ListQuery,
    kinds: Vec<(String, String)>,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    clear: String,
}

struct Row {
    shown: String,
    kind: String,
    deleted: Recent,
    purged: Recent,
    days: String,
    /// Address and label of what can be done with it.
    actions: Vec<(String, String)>,
}

fn row(viewer: &Viewer, entry: Entry) -> Row {
    let words = viewer.words();
    let may = KINDS.iter().any(|(kind, _, needed, _)| *kind == entry.kind && viewer.may(needed));
    let at = |action: &str| {
        let (kind, id) = (segment(&entry.kind), segment(&entry.id));
        viewer.at(format!("{}/{kind}/{id}/{action}", paths::CONSOLE_RECYCLE_BIN)).text()
    };
    Row {
        actions: match may {
            true => vec![
                (at("restore"), words.t("recycle-bin-restore")),
                (at("purge"), words.t("recycle-bin-purge")),
            ],
            false => Vec::new(),
        },
        kind: words.t(&format!("recycle-bin-kind-{}", kebab(&entry.kind))),
        deleted: recent(&entry.deleted_at, words, viewer.now),
        purged: recent(&entry.purged_at, words, viewer.now),
        days: words.t1("recycle-bin-days", "count", entry.days_left),
        shown: entry.name,
    }
}

/// Lists what was deleted.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let words = viewer.words();
    let query = ListQuery::of(&viewer, paths::CONSOLE_RECYCLE_BIN, &["kind"]);
    let address = query.api(&viewer, paths::RECYCLE_BIN);
    let page: Page<Entry> = viewer.get(&api, &address).await?;
    let seen = KINDS.iter().filter(|(_, needed, _, _)| viewer.may(needed)).map(|(kind, ..)| *kind);
    // The messages are named without the line below that the API writes.
    let kinds: Vec<_> = choices(&viewer, "recycle-bin-kind", &[])
        .into_iter()
        .chain(seen.map(|kind| (kind.to_owned(), words.t(&format!("recycle-bin-kind-{}", kebab(kind))))))
        .collect();
    let frame = viewer
        .frame(&app, words.t("recycle-bin-heading"), menu(&viewer, Section::RecycleBin))
        .with_recipes("", curl(&app, "GET", &address, None));
    let page = List {
        frame,
        kinds,
        first: query.first(&viewer),
        next: query.next(&viewer, page.next_cursor.as_deref()),
        clear: query.clear(&viewer),
        rows: page.items.into_iter().map(|entry| row(&viewer, entry)).collect(),
        query,
    };
    pages::show(StatusCode::OK, &page)
}

/// What the address names: where it is in the bin, where it comes back, and what it is.
async fn named(
    viewer: &Viewer,
    api: &LocalApi,
    request: &HttpRequest,
) -> Result<(Address, Address, Entry), Failure> {
    let part = |name: &str| request.match_info().get(name).unwrap_or_default();
    let known = KINDS.iter().find(|(kind, _, needed, _)| *kind == part("kind") && viewer.may(needed));
    let Some((kind, _, _, home)) = known else { return Err(Failure::NotFound) };
    let id = segment(part("id"));
    let bin = viewer.at(format!("{}/{kind}/{id}", paths::RECYCLE_BIN));
    let entry = viewer.get(api, &bin).await?;
    Ok((bin, viewer.at(format!("{home}/{id}/restore")), entry))
}

#[derive(Template)]
#[template(path = "console/settings/purge.html")]
struct Purge {
    frame: Frame,
    shown: String,
    typed: String,
    back: String,
}

/// Asks before something is brought back or ended.
pub async fn ask(request: HttpRequest, app: Data<App>, api: Data<LocalApi>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    ask_with(&app, &viewer, (&api, &request), (String::new(), FormErrors::default())).await
}

async fn ask_with(
    app: &App,
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    (typed, errors): (String, FormErrors),
) -> Result<HttpResponse, Failure> {
    let (bin, home, entry) = named(viewer, api, request).await?;
    let (words, status) = (viewer.words(), pages::status_of(&errors));
    let back = viewer.at(paths::CONSOLE_RECYCLE_BIN).text();
    let frame = |heading: &str, method: &str, address: &Address| {
        viewer
            .frame(app, words.t(heading), menu(viewer, Section::RecycleBin))
            .with_errors(errors.clone())
            .with_recipes("", curl(app, method, address, None))
    };
    match request.match_info().get("action").unwrap_or_default() {
        "restore" => {
            let page = Question {
                frame: frame("recycle-bin-restore", "POST", &home),
                text: entry.name,
                effect: words.t("recycle-bin-restore-effect"),
                button: words.t("recycle-bin-restore"),
                danger: false,
                back,
            };
            pages::show(status, &page)
        }
        "purge" => {
            let frame = frame("recycle-bin-purge", "DELETE", &bin);
            pages::show(status, &Purge { frame, shown: entry.name, typed, back })
        }
        _ => Err(Failure::NotFound),
    }
}

/// Brings something back, or ends it when its name was typed.
pub async fn act(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let (bin, home, entry) = named(&viewer, &api, &request).await?;
    let typed = form.text("typed_name");
    let (done, outcome) = match request.match_info().get("action").unwrap_or_default() {
        "restore" => ("recycle-bin-restore", viewer.send(&api, ("POST", &home), None, None).await),
        "purge" if typed != entry.name.trim() => {
            let errors = FormErrors::field("typed_name", viewer.words().t("recycle-bin-typed-wrong"));
            return ask_with(&app, &viewer, (&api, &request), (typed, errors)).await;
        }
        "purge" => ("recycle-bin-purge", viewer.send(&api, ("DELETE", &bin), None, None).await),
        _ => return Err(Failure::NotFound),
    };
    match outcome {
        Ok(_) => Ok(pages::see_other(&viewer.at(paths::CONSOLE_RECYCLE_BIN).with("done", done).text())),
        Err(refusal) if refusal.is_about_the_form() => {
            ask_with(&app, &viewer, (&api, &request), (typed, refusal.errors(&[]))).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
