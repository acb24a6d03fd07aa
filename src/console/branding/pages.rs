//! `/console/branding`: logo, accent colour and support link, with a preview of what is kept.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::view::{Branding, Colors, Figure, media_type};
use crate::app::App;
use crate::console::parts::{curl, document};
use crate::console::{Section, menu};
use crate::language::Words;
use crate::viewer::upload::{Upload, asks_for_password, pages::upload};
use crate::viewer::{Failure, Form, Frame, LocalApi, PASSWORD, Refusal, Viewer, pages};
use crate::web::{Brand, FormErrors, paths};

/// The inputs of the page.
const FIELDS: &[&str] = &["accent", "support_url", "logo"];

#[derive(Template)]
#[template(path = "console/branding.html")]
struct Page {
    frame: Frame,
    brand: Arc<Brand>,
    accent: String,
    support: String,
    figures: Vec<Figure>,
    logo: Option<(String, String)>,
    version: String,
    may_update: bool,
    asks_password: bool,
    upload_path: String,
    removal_path: String,
    default_accent: String,
}

/// Shows how the organisation looks.
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
    let address = viewer.at(paths::BRANDING);
    let (branding, version): (Branding, String) = viewer.get_versioned(api, &address).await?;
    let words = viewer.words();
    let (form, errors) = sent.unzip();
    let errors = errors.unwrap_or_default();
    let status = pages::status_of(&errors);
    let body = document(&[("accent", "#2b5fc4"), ("support_url", "https://help.example.com")]);
    let frame = viewer
        .frame(app, words.t("branding-heading"), menu(viewer, Section::Branding))
        .with_errors(errors)
        .with_recipes("", curl(app, "PATCH", &address, Some(&body)));
    // What was typed stands in the form that it was typed into, and in no other.
    let typed = |name: &str, now: Option<&String>| match &form {
        Some(form) if form.ticked(name) => form.text(name),
        _ => now.cloned().unwrap_or_default(),
    };
    let path_of = |url: &str| url.strip_prefix(app.config.server.issuer()).unwrap_or(url).to_owned();
    let logo = branding.logo.as_ref().map(|logo| (path_of(&logo.url), logo.media_type.clone()));
    let page = Page {
        brand: Arc::new(Brand {
            name: branding.display_name.clone(),
            logo: logo.as_ref().map(|(path, _)| path.clone()),
            style_sheet: branding.colors.as_ref().map(|colors| colors.style_sheet.clone()),
            support_url: branding.support_url.clone(),
        }),
        accent: typed("accent", branding.accent.as_ref()),
        support: typed("support_url", branding.support_url.as_ref()),
        figures: figures(words, branding.accent.zip(branding.colors)),
        logo,
        version: form.as_ref().and_then(|form| form.given("version")).unwrap_or(version),
        may_update: viewer.may("tenant:update"),
        asks_password: asks_for_password(viewer),
        upload_path: viewer.at(paths::CONSOLE_BRANDING_LOGO).text(),
        removal_path: viewer.at(paths::CONSOLE_BRANDING_LOGO_REMOVE).text(),
        default_accent: "#2b5fc4".into(),
        frame,
    };
    // The preview has the looks that it shows.
    Brand::note(Some(Arc::clone(&page.brand)));
    pages::show(status, &page)
}

fn figures(words: Words, accent: Option<(String, Colors)>) -> Vec<Figure> {
    let Some((accent, colors)) = accent else { return Vec::new() };
    let figure = |what: &str, color: String, ratio: f64| Figure {
        what: words.t(what),
        color,
        ratio: format!("{ratio:.2}"),
    };
    vec![
        figure("branding-on-button", format!("{} / {accent}", colors.button_text), colors.button_contrast),
        figure("branding-link-light", colors.link_light, colors.link_light_contrast),
        figure("branding-link-dark", colors.link_dark, colors.link_dark_contrast),
    ]
}

/// Changes the accent colour and the support link.
pub async fn update(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let body = if form.ticked("reset_accent") {
        json!({ "accent": null })
    } else {
        form.members(&["accent", "support_url"]).into()
    };
    let address = viewer.at(paths::BRANDING);
    match viewer.send(&api, ("PATCH", &address), Some(body), Some(form.text("version"))).await {
        Ok(_) => Ok(saved(&viewer)),
        Err(refusal) => mend(&app, &viewer, &api, (form, refusal)).await,
    }
}

/// Takes a logo.
pub async fn put_logo(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let Upload { form, file, wrong } = upload(&app, &request, payload, (&viewer, "logo")).await?;
    if let Some(why) = wrong {
        return show_with(&app, &viewer, &api, Some((form, FormErrors::field(PASSWORD, why)))).await;
    }
    let Some(content) = file else {
        let errors = FormErrors::field("logo", viewer.words().t("branding-choose-a-file"));
        return show_with(&app, &viewer, &api, Some((form, errors))).await;
    };
    let (address, version) = (viewer.at(paths::BRANDING_LOGO), Some(form.text("version")));
    match viewer.send_file(&api, ("PUT", &address), (media_type(&content), content), version).await {
        Ok(_) => Ok(saved(&viewer)),
        Err(refusal) if refusal.status == StatusCode::PAYLOAD_TOO_LARGE.as_u16() => {
            let errors = FormErrors::field("logo", viewer.words().t("branding-too-large"));
            show_with(&app, &viewer, &api, Some((form, errors))).await
        }
        Err(refusal) => mend(&app, &viewer, &api, (form, refusal)).await,
    }
}

/// Takes the logo away.
pub async fn remove_logo(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let address = viewer.at(paths::BRANDING_LOGO);
    match viewer.send(&api, ("DELETE", &address), None, Some(form.text("version"))).await {
        Ok(_) => Ok(saved(&viewer)),
        Err(refusal) => mend(&app, &viewer, &api, (form, refusal)).await,
    }
}

fn saved(viewer: &Viewer) -> HttpResponse {
    pages::see_other(&viewer.at(paths::CONSOLE_BRANDING).with("done", "saved").text())
}

/// The page again, with what is wrong, if that is in the form.
async fn mend(
    app: &App,
    viewer: &Viewer,
    api: &LocalApi,
    (form, refusal): (Form, Refusal),
) -> Result<HttpResponse, Failure> {
    if !refusal.is_about_the_form() {
        return Err(refusal.into());
    }
    let errors = refusal.errors(FIELDS);
    show_with(app, viewer, api, Some((form, errors))).await
}
