//! `/console/teams/{id}/members`: who belongs to a team.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::team::{Shown, of_api, page_of};
use super::view::{Found, Member};
use crate::app::App;
use crate::console::parts::{PAGE, curl};
use crate::console::{Section, menu};
use crate::viewer::pages::Sent;
use crate::viewer::picker::{Picker, SERVICE_ACCOUNT};
use crate::viewer::{Failure, Form, Frame, LocalApi, Page, Recent, Viewer, pages, recent, segment};
use crate::web::{FormErrors, paths};

/// Where service accounts have their pages.
const SERVICE_ACCOUNTS: &str = "/console/service-accounts";

#[derive(Template)]
#[template(path = "console/teams/members.html")]
struct Members {
    frame: Frame,
    shown: Shown,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    email: String,
    accounts: Option<Picker>,
    account: String,
    may_update: bool,
    may_find_people: bool,
}

struct Row {
    member: Member,
    kind: String,
    href: Option<String>,
    since: Recent,
}

/// Lists the members of a team.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    show(&app, &viewer, (&api, &request), (Form::default(), FormErrors::default())).await
}

fn row(viewer: &Viewer, member: Member) -> Row {
    let (path, permission) = match member.kind.as_str() {
        "user" => (paths::CONSOLE_USERS, "users:read"),
        _ => (SERVICE_ACCOUNTS, "service_accounts:read"),
    };
    let href = viewer.at(format!("{path}/{}", segment(&member.id))).text();
    let key = if member.kind == "user" { "team-kind-user" } else { "team-kind-service-account" };
    Row {
        kind: viewer.words().t(key),
        href: (viewer.may(permission) && !member.name.is_empty()).then_some(href),
        since: recent(&member.since, viewer.words(), viewer.now),
        member,
    }
}

async fn show(
    app: &App,
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    (form, errors): (Form, FormErrors),
) -> Result<HttpResponse, Failure> {
    let shown = Shown::find(viewer, (api, request), "members").await?;
    let cursor = viewer.query.get("cursor");
    let address = of_api(viewer, request, "/members").with("limit", PAGE).maybe("cursor", cursor);
    let page: Page<Member> = viewer.get(api, &address).await?;
    let may_update = viewer.may("teams:update");
    let accounts =
        if may_update { Some(Picker::of(viewer, api, &SERVICE_ACCOUNT, &form).await?) } else { None };
    let accounts = accounts.filter(|accounts| !accounts.is_empty());
    let account = form.text("service_account");
    let account = accounts.as_ref().map_or_else(String::new, |accounts| accounts.chosen(account));
    let nobody = viewer.words().t("team-member-none");
    let status = pages::status_of(&errors);
    let body = json!({ "members": [{ "kind": "user", "id": "…" }] }).to_string();
    let frame = viewer
        .frame(app, shown.team.display_name.clone(), menu(viewer, Section::Teams))
        .with_errors(errors)
        .with_recipes("", curl(app, "POST", &of_api(viewer, request, "/members/add"), Some(&body)));
    let own = page_of(viewer, &shown.team.id, "members");
    let page = Members {
        frame,
        first: cursor.map(|_| own.text()),
        next: page.next_cursor.as_deref().map(|cursor| own.with("cursor", cursor).text()),
        rows: page.items.into_iter().map(|member| row(viewer, member)).collect(),
        email: form.text("email"),
        accounts: accounts.map(|accounts| accounts.with_first("", nobody)),
        account,
        may_update,
        may_find_people: viewer.may("users:read"),
        shown,
    };
    pages::show(status, &page)
}

/// Who is meant by the form: its kind and identifier, or what is wrong with it.
async fn meant(
    viewer: &Viewer,
    api: &LocalApi,
    form: &Form,
) -> Result<Result<(&'static str, String), FormErrors>, Failure> {
    if let Some(id) = form.given("member") {
        let kind = if form.text("kind") == "user" { "user" } else { "service_account" };
        return Ok(Ok((kind, id)));
    }
    if let Some(id) = form.given("service_account") {
        return Ok(Ok(("service_account", id)));
    }
    let words = viewer.words();
    let Some(email) = form.given("email") else {
        return Ok(Err(FormErrors::field("email", words.t("team-member-missing"))));
    };
    let nobody = || FormErrors::field("email", words.t("team-member-unknown"));
    let found: Result<Page<Found>, _> = viewer.get(api, &viewer.at(paths::USERS).with("email", &email)).await;
    match found {
        Ok(page) => {
            let found = page.items.into_iter().next();
            Ok(found.map(|person| ("user", person.id)).ok_or_else(nobody))
        }
        // What is no address is nobody's.
        Err(refusal) if refusal.status == 400 => Ok(Err(nobody())),
        Err(refusal) => Err(refusal.into()),
    }
}

/// Adds a member, or takes one out.
pub async fn change(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = match pages::form_or_search(&app, &request, payload, &viewer).await? {
        Sent::Deed(form) => form,
        Sent::Search(form) => {
            return show(&app, &viewer, (&api, &request), (form, FormErrors::default())).await;
        }
    };
    let (kind, id) = match meant(&viewer, &api, &form).await? {
        Ok(member) => member,
        Err(errors) => return show(&app, &viewer, (&api, &request), (form, errors)).await,
    };
    let (verb, done) = match form.given("member") {
        Some(_) => ("remove", "team-member-removed"),
        None => ("add", "team-member-added"),
    };
    let address = of_api(&viewer, &request, &format!("/members/{verb}"));
    let body = json!({ "members": [{ "kind": kind, "id": id }] });
    match viewer.send(&api, ("POST", &address), Some(body), None).await {
        Ok(_) => {
            let team = request.match_info().get("id").unwrap_or_default();
            Ok(pages::see_other(&page_of(&viewer, team, "members").with("done", done).text()))
        }
        Err(refusal) if refusal.is_about_the_form() => {
            let errors = refusal.errors(&["email"]);
            show(&app, &viewer, (&api, &request), (form, errors)).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
