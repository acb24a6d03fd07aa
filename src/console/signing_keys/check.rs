//! `/console/signing-keys/{id}/check` and the same under `/account`: what would become of a signed request, and what exactly
//! should have been signed.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::{Value, json};

use super::pages::{list_path, menu_of, of_api};
use super::view::{SigningKey, Verdict};
use crate::app::App;
use crate::console::parts::{curl, put};
use crate::viewer::{Failure, Form, Frame, LocalApi, Recent, Viewer, pages, recent, segment};
use crate::web::FormErrors;

#[derive(Template)]
#[template(path = "console/signing_keys/check.html")]
struct Check {
    frame: Frame,
    key: SigningKey,
    method: String,
    target: String,
    timestamp: String,
    signature: String,
    body: String,
    host: String,
    headers: String,
    verdict: Option<Verdict>,
    /// When the request says that it was signed, and the server's time.
    created: Option<Recent>,
    here_now: String,
    back: String,
}

/// Asks for a signed request.
pub async fn ask(request: HttpRequest, app: Data<App>, api: Data<LocalApi>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    show(&app, &viewer, (&api, &request), (Form::default(), FormErrors::default(), None)).await
}

/// A text of several lines as programs send it: forms put a carriage return before every line break.
fn as_typed(form: &Form, name: &str) -> String {
    form.pairs()
        .into_iter()
        .find(|(found, _)| found == name)
        .map(|(_, text)| text.replace("\r\n", "\n"))
        .unwrap_or_default()
}

/// The request as the API is asked about it; what is wrong with the form otherwise.
fn question(viewer: &Viewer, form: &Form) -> Result<Value, FormErrors> {
    let mut headers = Vec::new();
    for line in form.lines("headers") {
        match line.split_once(':') {
            Some((name, value)) => headers.push(json!([name.trim(), value.trim()])),
            None => {
                return Err(FormErrors::field("headers", viewer.words().t("signature-header-unreadable")));
            }
        }
    }
    let mut question =
        json!({ "method": form.text("method"), "target": form.text("target"), "headers": headers });
    for (name, member) in [("timestamp", "timestamp"), ("signature", "signature"), ("host", "authority")] {
        if let Some(text) = form.given(name) {
            put(&mut question, member, text.into());
        }
    }
    let body = as_typed(form, "body");
    if !body.is_empty() {
        put(&mut question, "body", body.into());
    }
    Ok(question)
}

/// Says what would become of it. Nothing is changed or kept by that.
pub async fn check(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::looking_form(&app, &request, payload, &viewer).await?;
    let question = match question(&viewer, &form) {
        Ok(question) => question,
        Err(errors) => return show(&app, &viewer, (&api, &request), (form, errors, None)).await,
    };
    let address = of_api(&viewer, &request, "/check");
    match viewer.send(&api, ("POST", &address), Some(question), None).await {
        Ok(answer) => {
            let verdict: Verdict = answer.read()?;
            show(&app, &viewer, (&api, &request), (form, FormErrors::default(), Some(verdict))).await
        }
        Err(refusal) if refusal.is_about_the_form() => {
            let errors = refusal.errors(&["method", "target", "body", "headers"]);
            show(&app, &viewer, (&api, &request), (form, errors, None)).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}

async fn show(
    app: &App,
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    (form, errors, verdict): (Form, FormErrors, Option<Verdict>),
) -> Result<HttpResponse, Failure> {
    let words = viewer.words();
    let key: SigningKey = viewer.get(api, &of_api(viewer, request, "")).await?;
    let status = pages::status_of(&errors);
    let example = r#"{"method":"GET","target":"/v1/orders?status=open","timestamp":"…","signature":"…"}"#;
    let created = verdict.as_ref().and_then(|verdict| verdict.created_at.as_ref());
    let id = segment(request.match_info().get("id").unwrap_or_default());
    let page = Check {
        frame: viewer
            .frame(app, words.t("signature-check"), menu_of(viewer))
            .with_errors(errors)
            .with_recipes("", curl(app, "POST", &of_api(viewer, request, "/check"), Some(example))),
        method: form.given("method").unwrap_or_else(|| "GET".into()),
        target: form.given("target").unwrap_or_else(|| "/".into()),
        timestamp: form.text("timestamp"),
        signature: form.text("signature"),
        body: as_typed(&form, "body"),
        host: form.text("host"),
        headers: as_typed(&form, "headers"),
        created: created.map(|at| recent(at, words, viewer.now)),
        here_now: verdict.as_ref().map(|verdict| verdict.server_time.clone()).unwrap_or_default(),
        back: viewer.at(format!("{}/{id}", list_path(&viewer.path))).text(),
        verdict,
        key,
    };
    pages::show(status, &page)
}
