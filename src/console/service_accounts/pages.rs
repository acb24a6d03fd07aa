//! `/console/service-accounts`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::{Value, json};

use super::deeds::pages::DEEDS;
use super::view::{Credential, CredentialRow, Held, Row, ServiceAccount, tone};
use crate::app::App;
use crate::console::deeds::{DeedLink, links};
use crate::console::parts::{ListQuery, choices, curl};
use crate::console::{Section, menu};
use crate::viewer::pages::Sent;
use crate::viewer::picker::{Picker, ROLES, TEAM};
use crate::viewer::{
    Address, Failure, Form, Frame, LocalApi, Page, Recent, Refusal, Viewer, pages, recent, segment,
};
use crate::web::{FormErrors, paths};

const STATES: &[&str] = &["active", "disabled", "deleted"];
const FIELDS: &[&str] = &["slug", "display_name", "description", "team", "roles"];

/// The service account of an address, in the API.
pub fn of_api(viewer: &Viewer, request: &HttpRequest, rest: &str) -> Address {
    let id = segment(request.match_info().get("id").unwrap_or_default());
    viewer.at(format!("{}/{id}{rest}", paths::SERVICE_ACCOUNTS))
}

/// The page of a service account.
pub fn page_of(request: &HttpRequest) -> String {
    let id = segment(request.match_info().get("id").unwrap_or_default());
    format!("{}/{id}", paths::CONSOLE_SERVICE_ACCOUNTS)
}

/// The errors of a refusal; one about a name that there is none of stands at the field that named it.
fn errors_of(refusal: &Refusal) -> FormErrors {
    let field = match refusal.code.as_str() {
        "unknown_team" => "team",
        "unknown_role" => "roles",
        _ => return refusal.errors(FIELDS),
    };
    FormErrors::field(field, refusal.said())
}

#[derive(Template)]
#[template(path = "console/service_accounts/list.html")]
struct List {
    frame: Frame,
    query: ListQuery,
    states: Vec<(String, String)>,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    clear: String,
    may_create: bool,
}

fn row(viewer: &Viewer, account: ServiceAccount) -> Row {
    let words = viewer.words();
    Row {
        href: viewer.at(format!("{}/{}", paths::CONSOLE_SERVICE_ACCOUNTS, account.id)).text(),
        tone: tone(&account.status),
        status: words.t(&format!("service-account-status-{}", account.status)),
        changed: recent(&account.updated_at, words, viewer.now),
        title: account.display_name,
        slug: account.slug,
        team: account.team,
    }
}

/// Lists service accounts.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let query = ListQuery::of(&viewer, paths::CONSOLE_SERVICE_ACCOUNTS, &["q", "status", "team"]);
    let address = query.api(&viewer, paths::SERVICE_ACCOUNTS);
    let page: Page<ServiceAccount> = viewer.get(&api, &address).await?;
    let frame = viewer
        .frame(&app, viewer.words().t("service-accounts-heading"), menu(&viewer, Section::ServiceAccounts))
        .with_recipes("gridkey service-account list", curl(&app, "GET", &address, None));
    let page = List {
        frame,
        states: choices(&viewer, "service-account-status", STATES),
        first: query.first(&viewer),
        next: query.next(&viewer, page.next_cursor.as_deref()),
        clear: query.clear(&viewer),
        may_create: viewer.may("service_accounts:create"),
        rows: page.items.into_iter().map(|account| row(&viewer, account)).collect(),
        query,
    };
    pages::show(StatusCode::OK, &page)
}

/// Roles that can be chosen, with those that are.
async fn roles(viewer: &Viewer, api: &LocalApi, form: &Form, chosen: &[String]) -> Result<Picker, Failure> {
    Ok(Picker::of(viewer, api, &ROLES, form).await?.keeping(chosen))
}

/// Owners that can be chosen: the organisation, its teams, and whoever it is now; and who is chosen.
async fn owners(
    viewer: &Viewer,
    api: &LocalApi,
    form: &Form,
    present: String,
) -> Result<(Picker, String), Failure> {
    let owners = Picker::of(viewer, api, &TEAM, form).await?;
    let chosen = owners.chosen(present);
    let nobody = viewer.words().t("service-account-of-organisation");
    Ok((owners.keeping(std::slice::from_ref(&chosen)).with_first("", nobody), chosen))
}

#[derive(Template)]
#[template(path = "console/service_accounts/new.html")]
struct New {
    frame: Frame,
    slug: String,
    display_name: String,
    description: String,
    team: String,
    owners: Picker,
    chosen: Vec<String>,
    roles: Option<Picker>,
    once: String,
}

/// Asks what the service account is for.
pub async fn new(request: HttpRequest, app: Data<App>, api: Data<LocalApi>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    ask_new(&app, &viewer, &api, (Form::default(), FormErrors::default())).await
}

async fn ask_new(
    app: &App,
    viewer: &Viewer,
    api: &LocalApi,
    (form, errors): (Form, FormErrors),
) -> Result<HttpResponse, Failure> {
    if !viewer.may("service_accounts:create") {
        return Err(Failure::Forbidden);
    }
    let status = pages::status_of(&errors);
    let chosen = form.several("roles");
    let (owners, team) = owners(viewer, api, &form, form.text("team")).await?;
    let body = r#"{"slug":"nightly-report","display_name":"Nightly report"}"#;
    let frame = viewer
        .frame(app, viewer.words().t("service-accounts-new"), menu(viewer, Section::ServiceAccounts))
        .with_errors(errors)
        .with_recipes(
            format!("gridkey service-account create --data '{body}'"),
            curl(app, "POST", &viewer.at(paths::SERVICE_ACCOUNTS), Some(body)),
        );
    let page = New {
        frame,
        slug: form.text("slug"),
        display_name: form.text("display_name"),
        description: form.text("description"),
        owners,
        team,
        roles: if viewer.may("roles:assign") {
            Some(roles(viewer, api, &form, &chosen).await?)
        } else {
            None
        },
        chosen,
        once: pages::once(app, &form),
    };
    pages::show(status, &page)
}

/// Makes a service account.
pub async fn create(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = match pages::form_or_search(&app, &request, payload, &viewer).await? {
        Sent::Deed(form) => form,
        Sent::Search(form) => return ask_new(&app, &viewer, &api, (form, FormErrors::default())).await,
    };
    let body = json!({
        "slug": form.text("slug"),
        "display_name": form.text("display_name"),
        "description": form.text("description"),
        "team": form.given("team"),
        "roles": form.several("roles"),
    });
    let made = viewer.create(&api, &viewer.at(paths::SERVICE_ACCOUNTS), (&body, &form.text("once"))).await;
    let account: ServiceAccount = match made {
        Ok(answer) => answer.read()?,
        Err(refusal) if refusal.is_about_what_was_chosen(viewer.may("service_accounts:create")) => {
            return ask_new(&app, &viewer, &api, (form, errors_of(&refusal))).await;
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let page = viewer.at(format!("{}/{}", paths::CONSOLE_SERVICE_ACCOUNTS, account.id));
    Ok(pages::see_other(&page.with("done", "created").text()))
}

#[derive(Template)]
#[template(path = "console/service_accounts/show.html")]
struct Show {
    frame: Frame,
    account: ServiceAccount,
    version: String,
    team: String,
    owners: Picker,
    tone: &'static str,
    status: String,
    created: Recent,
    changed: Recent,
    held: Held,
    of_team: Vec<String>,
    change_roles: Option<String>,
    credentials: Vec<CredentialRow>,
    add_credential: Option<String>,
    keys: Option<String>,
    new_key: Option<String>,
    actions: Vec<DeedLink>,
    may_update: bool,
}

/// Shows one service account.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    show_with(&app, &viewer, (&api, &request), None).await
}

fn credential_row(viewer: &Viewer, at: &str, may_update: bool, credential: Credential) -> CredentialRow {
    let when = |text: &str| recent(text, viewer.words(), viewer.now);
    let way = |name: &str| {
        let address = viewer.at(format!("{at}/{name}")).with("credential", &credential.id);
        may_update.then(|| address.text())
    };
    CredentialRow {
        scopes: credential.scopes.join(" "),
        secrets: credential.secrets.iter().map(|secret| when(&secret.created_at)).collect(),
        created: when(&credential.created_at),
        add_secret: way("add-secret"),
        remove: way("remove-credential"),
        title: credential.display_name,
        client_id: credential.client_id,
    }
}

async fn show_with(
    app: &App,
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    sent: Option<(Form, FormErrors)>,
) -> Result<HttpResponse, Failure> {
    let (address, at) = (of_api(viewer, request, ""), page_of(request));
    let (mut account, version): (ServiceAccount, String) = viewer.get_versioned(api, &address).await?;
    let held: Held = viewer.get(api, &of_api(viewer, request, "/roles")).await?;
    let credentials: Page<Credential> =
        viewer.get(api, &of_api(viewer, request, "/credentials").with("limit", 200)).await?;
    let words = viewer.words();
    let is_there = account.status != "deleted";
    let may_update = viewer.may("service_accounts:update") && is_there;
    let errors = sent.as_ref().map(|(_, errors)| errors.clone()).unwrap_or_default();
    let frame =
        viewer.frame(app, account.display_name.clone(), menu(viewer, Section::ServiceAccounts)).with_recipes(
            format!("gridkey service-account get {}", account.slug),
            curl(app, "GET", &address, None),
        );
    let http_status = pages::status_of(&errors);
    if let Some((form, _)) = &sent {
        account.display_name = form.text("display_name");
        account.description = form.text("description");
        account.team = form.given("team");
    }
    let searched = sent.as_ref().map(|(form, _)| form.clone()).unwrap_or_default();
    let present = account.team.clone().unwrap_or_default();
    let (owners, team) = owners(viewer, api, &searched, present).await?;
    let owner = format!("service_account:{}", account.id);
    let keys = viewer.at(paths::CONSOLE_API_KEYS).with("owner", &owner).text();
    let new_key = viewer.at(paths::CONSOLE_API_KEY_NEW).with("owner", &owner).text();
    let by_team = held.effective_roles.iter().filter(|role| !held.roles.contains(role));
    let rows = credentials.items.into_iter();
    let page = Show {
        frame: frame.with_errors(errors),
        tone: tone(&account.status),
        status: words.t(&format!("service-account-status-{}", account.status)),
        created: recent(&account.created_at, words, viewer.now),
        changed: recent(&account.updated_at, words, viewer.now),
        owners,
        team,
        of_team: by_team.cloned().collect(),
        change_roles: (viewer.may("roles:assign") && is_there)
            .then(|| viewer.at(format!("{at}/roles")).text()),
        credentials: rows.map(|one| credential_row(viewer, &at, may_update, one)).collect(),
        add_credential: may_update.then(|| viewer.at(format!("{at}/new-credential")).text()),
        keys: viewer.may("api_keys:read").then_some(keys),
        new_key: may_update.then_some(new_key),
        actions: links(viewer, DEEDS, (&at, &account.status)),
        version: sent.map_or(version, |(form, _)| form.text("version")),
        held,
        may_update,
        account,
    };
    pages::show(http_status, &page)
}

/// Changes a service account.
pub async fn update(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = match pages::form_or_search(&app, &request, payload, &viewer).await? {
        Sent::Deed(form) => form,
        Sent::Search(form) => {
            let sent = Some((form, FormErrors::default()));
            return show_with(&app, &viewer, (&api, &request), sent).await;
        }
    };
    let body = json!({
        "display_name": form.text("display_name"),
        "description": form.text("description"),
        "team": form.given("team").map_or(Value::Null, Value::String),
    });
    let address = of_api(&viewer, &request, "");
    match viewer.send(&api, ("PATCH", &address), Some(body), Some(form.text("version"))).await {
        Ok(_) => Ok(pages::see_other(&viewer.at(request.path()).with("done", "saved").text())),
        Err(refusal) if refusal.is_about_the_form() => {
            let errors = errors_of(&refusal);
            show_with(&app, &viewer, (&api, &request), Some((form, errors))).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
