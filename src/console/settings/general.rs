//! `/console/settings`: what the organisation is called.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::view::{Tenant, of_api};
use crate::app::App;
use crate::console::parts::{curl, document};
use crate::console::{Section, menu};
use crate::language::Words;
use crate::viewer::{Failure, Form, Frame, LocalApi, Recent, Viewer, pages, recent};
use crate::web::{FormErrors, paths};

#[derive(Template)]
#[template(path = "console/settings/general.html")]
struct General {
    frame: Frame,
    tenant: Tenant,
    display_name: String,
    version: String,
    profile: String,
    created: Recent,
    changed: Recent,
    may_update: bool,
}

/// Shows what the organisation is called.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    show_with(&app, &viewer, &api, None).await
}

async fn show_with(
    app: &App,
    viewer: &Viewer,
    api: &LocalApi,
    sent: Option<(Form, FormErrors)>,
) -> Result<HttpResponse, Failure> {
    let (tenant, version): (Tenant, String) = viewer.get_versioned(api, &of_api(viewer, "")).await?;
    let words = viewer.words();
    let (form, errors) = sent.unzip();
    let errors = errors.unwrap_or_default();
    let status = pages::status_of(&errors);
    let body = document(&[("display_name", &tenant.display_name)]);
    let frame = viewer
        .frame(app, words.t("settings-general-heading"), menu(viewer, Section::General))
        .with_errors(errors)
        .with_recipes(
            format!("gridkey tenant update {} --set display_name='Acme'", tenant.slug),
            curl(app, "PATCH", &of_api(viewer, ""), Some(&body)),
        );
    let profile = tenant.settings.get("profile").and_then(serde_json::Value::as_str).unwrap_or("native");
    let typed = |name: &str, now: &str| form.as_ref().map_or_else(|| now.to_owned(), |form| form.text(name));
    let page = General {
        frame,
        display_name: typed("display_name", &tenant.display_name),
        version: typed("version", &version),
        profile: profile_name(words, profile),
        created: recent(&tenant.created_at, words, viewer.now),
        changed: recent(&tenant.updated_at, words, viewer.now),
        may_update: viewer.may("tenant:update"),
        tenant,
    };
    pages::show(status, &page)
}

/// What people call a profile. An operator may have added one that has no message; it is called by its own name.
fn profile_name(words: Words, profile: &str) -> String {
    let id = format!("settings-profile-{profile}");
    if words.knows(&id) { words.t(&id) } else { profile.to_owned() }
}

/// Changes what the organisation is called.
pub async fn update(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let body = json!({ "display_name": form.text("display_name") });
    match viewer.send(&api, ("PATCH", &of_api(&viewer, "")), Some(body), Some(form.text("version"))).await {
        Ok(_) => Ok(pages::see_other(&viewer.at(paths::CONSOLE_SETTINGS).with("done", "saved").text())),
        Err(refusal) if refusal.is_about_the_form() => {
            let errors = match refusal.code.as_str() {
                "invalid_display_name" => FormErrors::field("display_name", refusal.said()),
                _ => refusal.errors(&["display_name"]),
            };
            show_with(&app, &viewer, &api, Some((form, errors))).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
