//! `/console/settings/import-export`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::view::{Object, Report};
use crate::app::App;
use crate::console::parts::{curl, send_file};
use crate::console::{Section, menu};
use crate::viewer::upload::pages::{long_form, looking_upload};
use crate::viewer::{Address, Failure, Flaw, Form, Frame, LocalApi, Refusal, Viewer, pages};
use crate::web::{FormErrors, paths};

/// What the file is.
const TOML: &str = "application/toml";
/// The longest form that is read: a file of the longest kind whose every byte is written as three.
const LONGEST_FORM: usize = 3 * 1024 * 1024 + 64 * 1024;
/// The longest part of a form: somewhat more than the API takes, so that a file that is too large is told in words.
const LONGEST_PART: usize = 3 * 512 * 1024;

#[derive(Template)]
#[template(path = "console/import_export/show.html")]
struct Show {
    frame: Frame,
    typed: String,
    prune: bool,
    flaws: Vec<Flaw>,
    download_path: String,
    plan_path: String,
}

/// Offers the file, and asks for one.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    _api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    ask(&app, &viewer, Wanted::default(), None)
}

/// What a form sent.
#[derive(Clone, Debug, Default)]
struct Wanted {
    text: String,
    prune: bool,
}

impl Wanted {
    /// Browsers end every line of a form with CR and LF, whatever the text had.
    fn of(form: &Form, text: String) -> Self {
        Self { text: text.replace("\r\n", "\n"), prune: form.ticked("prune") }
    }

    fn address(&self, viewer: &Viewer, path: &str) -> Address {
        viewer.at(path).maybe("prune", self.prune.then_some("true"))
    }
}

fn ask(
    app: &App,
    viewer: &Viewer,
    wanted: Wanted,
    refused: Option<(FormErrors, Vec<Flaw>)>,
) -> Result<HttpResponse, Failure> {
    if !viewer.rules_organisation() {
        return Err(Failure::Forbidden);
    }
    let words = viewer.words();
    let slug = viewer.who.tenant.slug.as_str();
    let (errors, flaws) = refused.unwrap_or_default();
    let status = pages::status_of(&errors);
    let page = Show {
        frame: viewer
            .frame(app, words.t("import-heading"), menu(viewer, Section::ImportExport))
            .with_errors(errors)
            .with_recipes(
                format!("gridkey config export --tenant {slug}"),
                curl(app, "GET", &viewer.at(paths::CONFIGURATION), None),
            ),
        typed: wanted.text,
        prune: wanted.prune,
        flaws,
        download_path: viewer.at(paths::CONSOLE_IMPORT_EXPORT_FILE).text(),
        plan_path: viewer.at(paths::CONSOLE_IMPORT_EXPORT).text(),
    };
    pages::show(status, &page)
}

/// The organisation as a file.
pub async fn download(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    Ok(send_file(viewer.file(&api, &viewer.at(paths::CONFIGURATION)).await?))
}

#[derive(Template)]
#[template(path = "console/import_export/plan.html")]
struct Plan {
    frame: Frame,
    typed: String,
    prune: bool,
    version: String,
    counts: Vec<(String, usize)>,
    objects: Vec<Object>,
    more: usize,
    is_empty: bool,
    deletes: bool,
    apply_path: String,
    back: String,
}

/// Shows what a file would do.
pub async fn plan(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let bounds = (LONGEST_FORM, LONGEST_PART);
    let (form, file) = looking_upload(&app, &request, payload, (&viewer, "file"), bounds).await?;
    let words = viewer.words();
    let text = match file.map(String::from_utf8) {
        Some(Ok(text)) => text,
        Some(Err(_)) => {
            let errors = FormErrors::field("file", words.t("import-not-text"));
            return ask(&app, &viewer, Wanted::of(&form, form.raw("text")), Some((errors, Vec::new())));
        }
        None => form.raw("text"),
    };
    let wanted = Wanted::of(&form, text);
    if wanted.text.trim().is_empty() {
        let errors = FormErrors::field("file", words.t("import-choose"));
        return ask(&app, &viewer, wanted, Some((errors, Vec::new())));
    }
    show_plan(&app, &viewer, &api, wanted, FormErrors::default()).await
}

async fn show_plan(
    app: &App,
    viewer: &Viewer,
    api: &LocalApi,
    wanted: Wanted,
    errors: FormErrors,
) -> Result<HttpResponse, Failure> {
    let words = viewer.words();
    let address = wanted.address(viewer, paths::CONFIGURATION_PLAN);
    let content = (TOML, wanted.text.clone().into_bytes());
    let answer = match viewer.send_file(api, ("POST", &address), content, None).await {
        Ok(answer) => answer,
        Err(refusal) => return mend(app, viewer, wanted, refusal),
    };
    let report: Report = answer.read()?;
    let (objects, more) = report.objects(words);
    let status = pages::status_of(&errors);
    let slug = viewer.who.tenant.slug.as_str();
    let frame = viewer
        .frame(app, words.t("import-plan-heading"), menu(viewer, Section::ImportExport))
        .with_errors(errors)
        .with_recipes(format!("gridkey config plan {slug}.toml"), "");
    let page = Plan {
        frame,
        typed: wanted.text,
        prune: wanted.prune,
        version: answer.etag.unwrap_or_default(),
        counts: report.counts(words),
        objects,
        more,
        is_empty: report.is_empty(),
        deletes: report.deleted > 0,
        apply_path: viewer.at(paths::CONSOLE_IMPORT_EXPORT_APPLY).text(),
        back: viewer.at(paths::CONSOLE_IMPORT_EXPORT).text(),
    };
    pages::show(status, &page)
}

/// Does what was shown.
pub async fn apply(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = long_form(&app, &request, payload, (&viewer, LONGEST_FORM)).await?;
    let wanted = Wanted::of(&form, form.raw("text"));
    let address = wanted.address(&viewer, paths::CONFIGURATION_APPLY);
    let content = (TOML, wanted.text.clone().into_bytes());
    // Without the version of a plan nothing was agreed to.
    let version = form.given("version").unwrap_or_else(|| "\"\"".into());
    match viewer.send_file(&api, ("POST", &address), content, Some(version)).await {
        Ok(_) => Ok(pages::see_other(&viewer.at(paths::CONSOLE_IMPORT_EXPORT).with("done", "import").text())),
        Err(refusal) if refusal.status == StatusCode::PRECONDITION_FAILED.as_u16() => {
            let errors = FormErrors::form(viewer.words().t("import-stale"));
            show_plan(&app, &viewer, &api, wanted, errors).await
        }
        Err(refusal) => mend(&app, &viewer, wanted, refusal),
    }
}

/// The form again with everything that is wrong with the file.
fn mend(app: &App, viewer: &Viewer, wanted: Wanted, refusal: Refusal) -> Result<HttpResponse, Failure> {
    let errors = if refusal.status == StatusCode::PAYLOAD_TOO_LARGE.as_u16() {
        FormErrors::field("file", viewer.words().t("import-too-large"))
    } else if refusal.is_about_what_was_chosen(viewer.rules_organisation()) {
        refusal.errors(&[])
    } else {
        return Err(refusal.into());
    };
    ask(app, viewer, wanted, Some((errors, refusal.errors.into_vec())))
}
