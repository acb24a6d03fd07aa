//! `GET` and `POST /login/organization`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{candidates, matching};
use crate::app::App;
use crate::db::DbError;
use crate::interactions::{self, Progress};
use crate::login::pages::{self, Failure};
use crate::login::view::{Errors, Frame, t};
use crate::login::visit::{Visit, check_form};
use crate::tenants::Tenant;
use crate::users::Email;
use crate::web::paths;

const PAGE: &str = paths::LOGIN_ORGANIZATION;
/// Up to this many organisations are seen at a glance.
const SEARCH_ABOVE: usize = 8;

#[derive(Template)]
#[template(path = "login/organization.html")]
struct Page {
    frame: Frame,
    email: String,
    organizations: Vec<Tenant>,
    searchable: bool,
    wanted: String,
    interaction: String,
    search_path: &'static str,
    action: String,
    all: String,
    other: String,
}

/// Shows the organisations in which the address has an account.
pub async fn show(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let (caller, visit) = pages::visit(&app, &request).await?;
    let Some((email, all)) = choices(&app, &visit).await? else { return Ok(back(&visit)) };
    let wanted = caller.query.get("q").unwrap_or_default();
    render(&app, &visit, (email, all), wanted, Errors::default())
}

/// Takes the choice.
pub async fn submit(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Failure> {
    let (caller, visit) = pages::visit(&app, &request).await?;
    let form = pages::form(&app, &request, payload).await?;
    let Some((email, all)) = choices(&app, &visit).await? else { return Ok(back(&visit)) };
    if let Err(forged) = check_form(&app, &caller, (&visit.browser, &visit.purpose(PAGE)), &form) {
        return render(&app, &visit, (email, all), "", Errors::form(forged.said()));
    }
    let slug = form.get("organization").unwrap_or_default();
    let Some(chosen) = all.iter().find(|tenant| tenant.slug.as_str() == slug) else {
        return render(&app, &visit, (email, all), "", Errors::form(t("login-organization-choose")));
    };
    let progress = Progress { tenant_id: Some(chosen.id), ..visit.progress().clone() };
    let (id, now) = (visit.interaction.id, visit.now);
    let stored =
        app.db.write(move |conn| interactions::store::set_progress(conn, &id, &progress, now)).await?;
    if stored { Ok(pages::see_other(&visit.path(paths::LOGIN_PASSWORD))) } else { Err(Failure::over()) }
}

/// The address and its organisations; `None` when there is nothing to choose, so that this page tells no more than
/// the one before it.
async fn choices(app: &App, visit: &Visit) -> Result<Option<(Email, Vec<Tenant>)>, DbError> {
    let Some(email) = visit.email() else { return Ok(None) };
    let (reach, asked) = (visit.reach(), email.clone());
    let found = app.db.read(move |conn| candidates(conn, reach, &asked)).await?;
    Ok((found.len() > 1).then_some((email, found)))
}

fn back(visit: &Visit) -> HttpResponse {
    pages::see_other(&visit.path(paths::LOGIN_IDENTIFY))
}

fn render(
    app: &App,
    visit: &Visit,
    (email, all): (Email, Vec<Tenant>),
    wanted: &str,
    errors: Errors,
) -> Result<HttpResponse, Failure> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page {
        frame: visit.frame(app, PAGE, t("login-organization-heading"), errors),
        email: email.to_string(),
        searchable: all.len() > SEARCH_ABOVE,
        organizations: matching(all, wanted),
        wanted: wanted.to_owned(),
        interaction: visit.token.expose().to_owned(),
        search_path: PAGE,
        action: visit.path(PAGE),
        all: visit.path(PAGE),
        other: visit.path(paths::LOGIN_IDENTIFY),
    };
    pages::page(status, &visit.policy(), &page)
}
