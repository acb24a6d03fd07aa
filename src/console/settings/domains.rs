//! `/console/settings/domains`: the mail domains that are the organisation's own.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::view::{Domains, of_api};
use crate::app::App;
use crate::console::parts::curl;
use crate::console::{Section, menu};
use crate::viewer::{Failure, Form, Frame, LocalApi, Recent, Viewer, pages, recent};
use crate::web::{FormErrors, paths};

#[derive(Template)]
#[template(path = "console/settings/domains.html")]
struct Shown {
    frame: Frame,
    rows: Vec<(String, Recent)>,
    lines: String,
    version: String,
    may_update: bool,
}

/// Lists the domains.
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
    let address = of_api(viewer, "/domains");
    let (list, version): (Domains, String) = viewer.get_versioned(api, &address).await?;
    let words = viewer.words();
    let names: Vec<&str> = list.domains.iter().map(|one| one.domain.as_str()).collect();
    let (form, errors) = sent.unzip();
    let errors = errors.unwrap_or_default();
    let status = pages::status_of(&errors);
    let body = json!({ "domains": ["example.com"] }).to_string();
    let frame = viewer
        .frame(app, words.t("settings-domains-heading"), menu(viewer, Section::Domains))
        .with_errors(errors)
        .with_recipes("", curl(app, "PUT", &address, Some(&body)));
    let page = Shown {
        frame,
        lines: form.as_ref().map_or_else(|| names.join("\n"), |form| form.lines("domains").join("\n")),
        version: form.map_or(version, |form| form.text("version")),
        may_update: viewer.may("tenants:update"),
        rows: list
            .domains
            .into_iter()
            .map(|one| (one.domain, recent(&one.verified_at, words, viewer.now)))
            .collect(),
    };
    pages::show(status, &page)
}

/// Says which domains there are.
pub async fn update(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let body = json!({ "domains": form.lines("domains") });
    let address = of_api(&viewer, "/domains");
    match viewer.send(&api, ("PUT", &address), Some(body), Some(form.text("version"))).await {
        Ok(_) => Ok(pages::see_other(&viewer.at(paths::CONSOLE_DOMAINS).with("done", "saved").text())),
        Err(refusal) if refusal.is_about_the_form() => {
            let errors = match refusal.code.as_str() {
                "invalid_domain" | "already_exists" => FormErrors::field("domains", refusal.said()),
                _ => refusal.errors(&["domains"]),
            };
            show_with(&app, &viewer, &api, Some((form, errors))).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
