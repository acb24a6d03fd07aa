//! `/console/signing-keys` and `/account/signing-keys`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::{Value, json};

use super::view::{Row, SigningKey};
use crate::app::App;
use crate::console::api_keys::view::Health;
use crate::console::parts::{ListQuery, choices, curl};
use crate::console::{Section, menu};
use crate::viewer::{
    Address, Failure, Form, Frame, LocalApi, NavGroup, Page, Question, Recent, Viewer, account_menu, pages,
    recent, segment,
};
use crate::web::{FormErrors, paths};

const STATES: &[&str] = &["active", "expired", "disabled", "revoked"];
const LEVELS: &[&str] = &["read-only", "read-write", "admin"];
/// What can be done in which state; the last says whether it is dangerous.
const ACTIONS: &[(&str, &[&str], bool)] = &[
    ("disable", &["active"], false),
    ("enable", &["disabled"], false),
    ("revoke", &["active", "expired", "disabled"], true),
];

/// Whether a page is about everybody's keys.
fn is_everybodys(path: &str) -> bool {
    path.starts_with(paths::CONSOLE)
}

pub(super) fn list_path(path: &str) -> &'static str {
    if is_everybodys(path) { paths::CONSOLE_SIGNING_KEYS } else { paths::ACCOUNT_SIGNING_KEYS }
}

pub(super) fn menu_of(viewer: &Viewer) -> Vec<NavGroup> {
    if is_everybodys(&viewer.path) { menu(viewer, Section::SigningKeys) } else { account_menu(viewer) }
}

fn may_create(viewer: &Viewer) -> bool {
    viewer.may("api_keys:manage") && !viewer.is_abroad()
}

pub(super) fn of_api(viewer: &Viewer, request: &HttpRequest, rest: &str) -> Address {
    let id = segment(request.match_info().get("id").unwrap_or_default());
    viewer.at(format!("{}/{id}{rest}", paths::SIGNING_KEYS))
}

#[derive(Template)]
#[template(path = "console/signing_keys/list.html")]
struct List {
    frame: Frame,
    query: ListQuery,
    states: Vec<(String, String)>,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    clear: String,
    everybodys: bool,
    create: Option<String>,
}

/// Lists signing keys.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let (words, everybodys) = (viewer.words(), is_everybodys(request.path()));
    let query = ListQuery::of(&viewer, list_path(request.path()), &["q", "status", "owner", "fingerprint"]);
    let scope = if everybodys { "tenant" } else { "own" };
    let address = query.api(&viewer, paths::SIGNING_KEYS).with("scope", scope);
    let page: Page<SigningKey> = viewer.get(&api, &address).await?;
    let base = list_path(request.path());
    let row = |key: &SigningKey| key.row(viewer.at(format!("{base}/{}", key.id)).text(), words, viewer.now);
    let page = List {
        frame: viewer
            .frame(&app, words.t("signing-keys-heading"), menu_of(&viewer))
            .with_recipes("gridkey signing-key list", curl(&app, "GET", &address, None)),
        states: choices(&viewer, "key-status", STATES),
        first: query.first(&viewer),
        next: query.next(&viewer, page.next_cursor.as_deref()),
        clear: query.clear(&viewer),
        everybodys,
        create: may_create(&viewer).then(|| viewer.at(format!("{base}/new")).text()),
        rows: page.items.iter().map(row).collect(),
        query,
    };
    pages::show(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "console/signing_keys/new.html")]
struct New {
    frame: Frame,
    title: String,
    public_key: String,
    level: String,
    levels: &'static [&'static str],
    once: String,
    back: String,
}

/// Asks for a public key.
pub async fn new(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    ask_new(&app, &viewer, (&Form::default(), FormErrors::default()))
}

fn ask_new(app: &App, viewer: &Viewer, (form, errors): (&Form, FormErrors)) -> Result<HttpResponse, Failure> {
    if !may_create(viewer) {
        return Err(Failure::Forbidden);
    }
    let body = r#"{"name":"Trading desk","public_key":"A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="}"#;
    let page = New {
        frame: viewer
            .frame(app, viewer.words().t("signing-key-new-heading"), menu_of(viewer))
            .with_recipes(
                "gridkey signing-key add --name 'Trading desk' < public.pem",
                curl(app, "POST", &viewer.at(paths::SIGNING_KEYS), Some(body)),
            )
            .with_errors(errors.clone()),
        title: form.text("name"),
        public_key: form.text("public_key"),
        level: form.given("level").unwrap_or_else(|| "read-write".into()),
        levels: LEVELS,
        once: pages::once(app, form),
        back: viewer.at(list_path(&viewer.path)).text(),
    };
    pages::show(pages::status_of(&errors), &page)
}

/// Registers a public key.
pub async fn create(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let pasted = form.text("public_key");
    // A JWK is a document; everything else is text.
    let public_key = match serde_json::from_str(&pasted) {
        Ok(jwk @ Value::Object(_)) => jwk,
        _ => Value::String(pasted),
    };
    let body = json!({ "name": form.text("name"), "public_key": public_key, "level": form.text("level") });
    match viewer.create(&api, &viewer.at(paths::SIGNING_KEYS), (&body, &form.text("once"))).await {
        Ok(answer) => {
            let key: SigningKey = answer.read()?;
            let at = viewer.at(format!("{}/{}", list_path(request.path()), key.id));
            Ok(pages::see_other(&at.with("done", "created").text()))
        }
        Err(refusal) if refusal.is_about_the_form() => {
            ask_new(&app, &viewer, (&form, refusal.errors(&["name", "public_key", "level"])))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

#[derive(Template)]
#[template(path = "console/signing_keys/show.html")]
struct Show {
    frame: Frame,
    key: SigningKey,
    states: Vec<Health>,
    check: String,
    owner: String,
    permission: String,
    created: Recent,
    expires: Option<Recent>,
    last_used: Option<Recent>,
    actions: Vec<(String, String, bool)>,
}

/// Shows one signing key.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let (words, address) = (viewer.words(), of_api(&viewer, &request, ""));
    let key: SigningKey = viewer.get(&api, &address).await?;
    let at = |text: &String| recent(text, words, viewer.now);
    let base = list_path(request.path());
    let mine = !is_everybodys(request.path()) || viewer.may("api_keys:administer");
    let actions = ACTIONS.iter().filter(|(_, states, _)| mine && states.contains(&key.status.as_str())).map(
        |(action, _, danger)| {
            let href = viewer.at(format!("{base}/{}/{action}", key.id)).text();
            (href, words.t(&format!("key-{action}")), *danger)
        },
    );
    let page = Show {
        frame: viewer.frame(&app, key.name.clone(), menu_of(&viewer)).with_recipes(
            format!("gridkey signing-key list --filter fingerprint={}", key.fingerprint),
            curl(&app, "GET", &address, None),
        ),
        states: key.health(words),
        check: viewer.at(format!("{base}/{}/check", key.id)).text(),
        owner: key.owner.shown(),
        permission: match (&key.level, &key.scopes) {
            (Some(level), _) => words.t(&format!("key-level-{level}")),
            (None, Some(scopes)) => scopes.join(", "),
            (None, None) => String::new(),
        },
        created: at(&key.created_at),
        expires: key.expires_at.as_ref().map(at),
        last_used: key.last_used.as_ref().map(|used| at(&used.at)),
        actions: actions.collect(),
        key,
    };
    pages::show(StatusCode::OK, &page)
}

/// Asks before something is done to a signing key.
pub async fn ask(request: HttpRequest, app: Data<App>, api: Data<LocalApi>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let words = viewer.words();
    let key: SigningKey = viewer.get(&api, &of_api(&viewer, &request, "")).await?;
    let action = request.match_info().get("action").unwrap_or_default();
    let known =
        ACTIONS.iter().find(|(name, states, _)| *name == action && states.contains(&key.status.as_str()));
    let Some((_, _, danger)) = known else { return Err(Failure::NotFound) };
    let page = Question {
        frame: viewer.frame(&app, words.t(&format!("key-{action}")), menu_of(&viewer)),
        text: format!("{} ({})", key.name, key.fingerprint),
        effect: words.t(&format!("key-{action}-effect")),
        button: words.t(&format!("key-{action}")),
        danger: *danger,
        back: viewer.at(format!("{}/{}", list_path(request.path()), key.id)).text(),
    };
    pages::show(StatusCode::OK, &page)
}

/// Does something to a signing key.
pub async fn act(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    pages::form(&app, &request, payload, &viewer).await?;
    let action = request.match_info().get("action").unwrap_or_default();
    let at = |rest: &str| of_api(&viewer, &request, rest);
    match action {
        "disable" => viewer.send(&api, ("POST", &at("/disable")), None, None).await?,
        "enable" => viewer.send(&api, ("POST", &at("/enable")), None, None).await?,
        "revoke" => viewer.send(&api, ("DELETE", &at("")), None, None).await?,
        _ => return Err(Failure::NotFound),
    };
    let id = segment(request.match_info().get("id").unwrap_or_default());
    let back = viewer.at(format!("{}/{id}", list_path(request.path())));
    Ok(pages::see_other(&back.with("done", format!("key-{action}")).text()))
}
