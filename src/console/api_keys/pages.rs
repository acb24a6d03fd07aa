//! `/console/api-keys` and `/account/api-keys`: the list, the form, the secret that is shown once, and one key.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::Whose;
use super::form::{self, DAYS, FIELDS, Unfit};
use super::samples::{Sample, samples};
use super::view::{ApiKey, Health, Network, Row, Usage};
use crate::app::App;
use crate::console::parts::{ListQuery, choices, curl};
use crate::viewer::chart::{self, Chart, Span};
use crate::viewer::{
    Address, Failure, Form, Frame, LocalApi, Page, Recent, Refusal, Viewer, pages, recent, segment,
};
use crate::web::{FormErrors, paths};

const STATES: &[&str] = &["active", "expired", "disabled", "revoked"];
/// Days of use that a key's page shows.
const USAGE_DAYS: u32 = 7;

#[derive(Template)]
#[template(path = "console/api_keys/list.html")]
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

/// Lists keys.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let (words, whose) = (viewer.words(), Whose::of(request.path()));
    let query =
        ListQuery::of(&viewer, whose.path(), &["q", "status", "owner", "unused_since", "expires_before"]);
    let address = whose.list(query.api(&viewer, paths::API_KEYS));
    let page: Page<ApiKey> = viewer.get(&api, &address).await?;
    let row =
        |key: &ApiKey| key.row(viewer.at(format!("{}/{}", whose.path(), key.id)).text(), words, viewer.now);
    let heading = if whose == Whose::Own { "keys-own-heading" } else { "keys-heading" };
    let command = if whose == Whose::Own { "gridkey key list" } else { "gridkey key list --all" };
    let page = List {
        frame: viewer
            .frame(&app, words.t(heading), whose.menu(&viewer))
            .with_recipes(command, curl(&app, "GET", &address, None)),
        states: choices(&viewer, "key-status", STATES),
        first: query.first(&viewer),
        next: query.next(&viewer, page.next_cursor.as_deref()),
        clear: query.clear(&viewer),
        everybodys: whose == Whose::Everybodys,
        create: whose.may_create(&viewer).then(|| viewer.at(format!("{}/new", whose.path())).text()),
        rows: page.items.iter().map(row).collect(),
        query,
    };
    pages::show(StatusCode::OK, &page)
}

/// Somebody whom a new key can belong to.
#[derive(Clone, Debug, Deserialize)]
struct Account {
    id: String,
    display_name: String,
}

#[derive(Template)]
#[template(path = "console/api_keys/new.html")]
struct New {
    frame: Frame,
    fields: Fields,
    owners: Vec<(String, String)>,
    permissions: Vec<String>,
    once: String,
    back: String,
}

/// What stands in the fields of a key's form.
struct Fields {
    title: String,
    purpose: String,
    owner: String,
    level: String,
    scopes: Vec<String>,
    expiry: String,
    expires_on: String,
    addresses: String,
    rate: String,
    days: &'static [&'static str],
}

impl Fields {
    fn of(form: &Form, viewer: &Viewer) -> Self {
        let or = |name: &str, default: &str| form.given(name).unwrap_or_else(|| default.to_owned());
        Self {
            title: form.text("name"),
            purpose: form.text("description"),
            owner: or("owner", viewer.query.get("owner").unwrap_or_default()),
            level: or("level", "read-write"),
            scopes: form.several("scopes"),
            expiry: or("expiry", "90"),
            expires_on: form.text("expires_on"),
            addresses: form.lines("allowed_addresses").join("\n"),
            rate: form.text("rate_limit"),
            days: DAYS,
        }
    }

    fn of_key(key: &ApiKey) -> Self {
        Self {
            title: key.name.clone(),
            purpose: key.description.clone(),
            owner: String::new(),
            level: key.level.clone().unwrap_or_else(|| "scopes".into()),
            scopes: key.scopes.clone().unwrap_or_default(),
            expiry: String::new(),
            expires_on: String::new(),
            addresses: key.allowed_addresses.join("\n"),
            rate: key.rate_limit.map(|rate| rate.to_string()).unwrap_or_default(),
            days: DAYS,
        }
    }
}

/// Asks what the new key is to be.
pub async fn new(request: HttpRequest, app: Data<App>, api: Data<LocalApi>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    ask(&app, &viewer, &api, (Form::default(), FormErrors::default())).await
}

async fn ask(
    app: &App,
    viewer: &Viewer,
    api: &LocalApi,
    (form, errors): (Form, FormErrors),
) -> Result<HttpResponse, Failure> {
    let (words, whose) = (viewer.words(), Whose::of(&viewer.path));
    if !whose.may_create(viewer) {
        return Err(Failure::Forbidden);
    }
    let fields = Fields::of(&form, viewer);
    let body = r#"{"name":"Deployment","level":"read-only","expires_in_days":90}"#;
    let page = New {
        frame: viewer
            .frame(app, words.t("key-new-heading"), whose.menu(viewer))
            .with_recipes(
                "gridkey key create --set name=Deployment --set level=read-only",
                curl(app, "POST", &viewer.at(paths::API_KEYS), Some(body)),
            )
            .with_errors(errors.clone()),
        owners: owners(viewer, api, whose, &fields.owner).await?,
        permissions: viewer.who.permissions.iter().map(ToString::to_string).collect(),
        once: pages::once(app, &form),
        back: viewer.at(whose.path()).text(),
        fields,
    };
    pages::show(pages::status_of(&errors), &page)
}

/// Whom a new key can belong to: the viewer, and in the console the service accounts; whoever the address names comes
/// along, however many there are.
async fn owners(
    viewer: &Viewer,
    api: &LocalApi,
    whose: Whose,
    named: &str,
) -> Result<Vec<(String, String)>, Failure> {
    if whose == Whose::Own {
        return Ok(Vec::new());
    }
    let mut owners = Vec::new();
    if viewer.may("api_keys:manage") && !viewer.is_abroad() {
        owners.push((format!("user:{}", viewer.who.user.id), viewer.words().t("key-owner-me")));
    }
    let list = viewer.at(paths::SERVICE_ACCOUNTS).with("limit", 200);
    let accounts: Page<Account> = viewer.peek(api, ("service_accounts:read", &list)).await?;
    owners.extend(
        accounts
            .items
            .into_iter()
            .map(|account| (format!("service_account:{}", account.id), account.display_name)),
    );
    if !named.is_empty() && !owners.iter().any(|(id, _)| id == named) {
        owners.push((named.to_owned(), named.to_owned()));
    }
    Ok(owners)
}

#[derive(Template)]
#[template(path = "console/api_keys/secret.html")]
pub(super) struct SecretPage {
    frame: Frame,
    repeated: bool,
    secret: String,
    samples: Vec<Sample>,
    back: String,
}

/// A key with its secret, as the API gives it once.
#[derive(Deserialize)]
pub(super) struct Made {
    id: String,
    key: String,
}

/// The page that shows a secret, once.
pub(super) fn secret_page(
    app: &App,
    viewer: &Viewer,
    (heading, made, repeated): (&str, Made, bool),
) -> Result<HttpResponse, Failure> {
    let whose = Whose::of(&viewer.path);
    let page = SecretPage {
        frame: viewer.frame(app, viewer.words().t(heading), whose.menu(viewer)),
        repeated,
        samples: samples(app.config.server.issuer(), &made.key),
        // Shown again to nobody, not even to who sends the same form again.
        secret: if repeated { String::new() } else { made.key },
        back: viewer.at(format!("{}/{}", whose.path(), made.id)).text(),
    };
    pages::show(StatusCode::OK, &page)
}

fn unfit(viewer: &Viewer, why: &Unfit) -> FormErrors {
    FormErrors::field(why.field, viewer.words().t(why.message))
}

/// Makes a key and shows its secret.
pub async fn create(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let body = match form::creation(&form) {
        Ok(body) => body,
        Err(why) => {
            let errors = unfit(&viewer, &why);
            return ask(&app, &viewer, &api, (form, errors)).await;
        }
    };
    // Keys of a service account are made with the account's own permission, too.
    let address = match form.text("owner").strip_prefix("service_account:") {
        Some(account) => viewer.at(format!("{}/{}/api-keys", paths::SERVICE_ACCOUNTS, segment(account))),
        None => viewer.at(paths::API_KEYS),
    };
    let mut body = body;
    if let (Some(body), true) = (body.as_object_mut(), form.text("owner").starts_with("service_account:")) {
        body.remove("owner");
    }
    match viewer.create(&api, &address, (&body, &form.text("once"))).await {
        Ok(answer) => secret_page(&app, &viewer, ("key-made-heading", answer.read()?, answer.repeated)),
        Err(refusal) if refusal.is_about_the_form() => {
            let errors = refusal.errors(FIELDS);
            ask(&app, &viewer, &api, (form, errors)).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}

#[derive(Template)]
#[template(path = "console/api_keys/show.html")]
struct Show {
    frame: Frame,
    key: ApiKey,
    fields: Fields,
    version: String,
    health: Health,
    owner: String,
    created: Recent,
    expires: Option<Recent>,
    last_used: Option<Recent>,
    /// Until when the secret before works, and when it was last used.
    previous: Option<(Recent, Option<Recent>)>,
    chart: Chart,
    total: Vec<(String, i64)>,
    networks: Vec<(Network, Recent)>,
    permissions: Vec<String>,
    try_it: String,
    actions: Vec<(String, String, bool)>,
    may_change: bool,
}

/// The API's address of the key that the page's address names.
pub(super) fn of_api(viewer: &Viewer, request: &HttpRequest, rest: &str) -> Address {
    let id = segment(request.match_info().get("id").unwrap_or_default());
    viewer.at(format!("{}/{id}{rest}", paths::API_KEYS))
}

/// Shows one key.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    show_with(&app, &viewer, (&api, &request), None).await
}

async fn show_with(
    app: &App,
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    sent: Option<(Form, FormErrors)>,
) -> Result<HttpResponse, Failure> {
    let (words, now, whose) = (viewer.words(), viewer.now, Whose::of(&viewer.path));
    let address = of_api(viewer, request, "");
    let (key, version): (ApiKey, String) = viewer.get_versioned(api, &address).await?;
    let usage: Usage = viewer.get(api, &of_api(viewer, request, "/usage").with("days", USAGE_DAYS)).await?;
    let errors = sent.as_ref().map(|(_, errors)| errors.clone()).unwrap_or_default();
    let at = |text: &String| recent(text, words, now);
    let previous = key.previous_secret_ends_at.as_ref().map(|ends| {
        let used = key.last_used.as_ref().and_then(|used| used.previous_secret_at.as_ref());
        (at(ends), used.map(at))
    });
    let networks = usage.networks.iter().map(|network| (network.clone(), at(&network.first_seen_at)));
    let page = Show {
        frame: viewer
            .frame(app, key.name.clone(), whose.menu(viewer))
            .with_recipes(format!("gridkey key show {}", key.id), curl(app, "GET", &address, None))
            .with_errors(errors.clone()),
        health: key.health(words, now),
        owner: key.owner.shown(),
        created: at(&key.created_at),
        expires: key.expires_at.as_ref().map(at),
        last_used: key.last_used.as_ref().map(|used| at(&used.at)),
        previous,
        chart: chart::of_requests(words, &usage.hours, (Span::Week, now)),
        total: usage
            .total
            .iter()
            .map(|(outcome, count)| (super::state::outcome(words, outcome), *count))
            .collect(),
        networks: networks.collect(),
        permissions: key.permissions.clone().unwrap_or_default(),
        try_it: format!(
            "curl '{}/v1/me' -H \"Authorization: Bearer $GRIDKEY_API_KEY\"",
            app.config.server.issuer()
        ),
        actions: super::state::actions(viewer, &key),
        may_change: key.is_living(),
        fields: sent.as_ref().map_or_else(|| Fields::of_key(&key), |(form, _)| Fields::of(form, viewer)),
        version: sent.map_or(version, |(form, _)| form.text("version")),
        key,
    };
    pages::show(pages::status_of(&errors), &page)
}

/// Changes a key.
pub async fn update(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let address = of_api(&viewer, &request, "");
    let changed: Result<_, Result<Refusal, Unfit>> = match form::change(&form) {
        Ok(body) => {
            viewer.send(&api, ("PATCH", &address), Some(body), Some(form.text("version"))).await.map_err(Ok)
        }
        Err(why) => Err(Err(why)),
    };
    let errors = match changed {
        Ok(_) => return Ok(pages::see_other(&viewer.at(request.path()).with("done", "saved").text())),
        Err(Ok(refusal)) if refusal.is_about_the_form() => refusal.errors(FIELDS),
        Err(Ok(refusal)) => return Err(refusal.into()),
        Err(Err(why)) => unfit(&viewer, &why),
    };
    show_with(&app, &viewer, (&api, &request), Some((form, errors))).await
}
