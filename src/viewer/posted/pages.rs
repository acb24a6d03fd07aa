//! Forms that a page sent: whether it was ours and meant for this viewer, and whether they proved who they are.

use actix_web::http::StatusCode;
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::app::App;
use crate::secret::Secret;
use crate::viewer::answers::Failure;
use crate::viewer::confirm;
use crate::viewer::form::Form;
use crate::viewer::frame::{Frame, NavGroup};
use crate::viewer::pages::show;
use crate::viewer::view::Viewer;
use crate::web::{FormErrors, Reader, read_form, same_origin};

/// Whether the browser says that a page of ours sent this form.
pub(in crate::viewer) fn check_origin(app: &App, request: &HttpRequest) -> Result<(), Failure> {
    let public_origin = app.config.server.public_url.origin().ascii_serialization();
    if same_origin(request.headers(), &public_origin) {
        return Ok(());
    }
    let origin = app.config.server.issuer();
    Err(Failure::Forged(Reader::words().t1("error-forged-origin", "origin", origin)))
}

/// The form, if it was meant for this viewer.
pub(in crate::viewer) fn check_token(app: &App, viewer: &Viewer, form: Form) -> Result<Form, Failure> {
    if app.csrf.verify(&viewer.browser, &viewer.purpose(), form.token()) {
        Ok(form)
    } else {
        Err(Failure::Forged(viewer.words().t("error-forged-what")))
    }
}

pub(in crate::viewer) async fn read(
    app: &App,
    request: &HttpRequest,
    payload: Payload,
) -> Result<Form, Failure> {
    check_origin(app, request)?;
    let form = read_form(request, payload, app.config.server.body_limit.as_usize()).await;
    Ok(Form::new(form.map_err(Failure::Form)?))
}

/// A form that changes something: sent by our page to this viewer, who proved a short while ago who they are.
///
/// # Errors
/// With the question for the password, which carries the form along.
pub async fn form(
    app: &App,
    request: &HttpRequest,
    payload: Payload,
    viewer: &Viewer,
) -> Result<Form, Failure> {
    let form = looking_form(app, request, payload, viewer).await?;
    proven(app, viewer, form).await
}

/// The form, if its sender proved a short while ago who they are, or does so with it.
pub(in crate::viewer) async fn proven(app: &App, viewer: &Viewer, form: Form) -> Result<Form, Failure> {
    if confirm::is_fresh(viewer) {
        return Ok(form);
    }
    let Some(password) = form.password().map(Secret::new) else {
        return Err(ask(app, viewer, &form, None)?.into());
    };
    match confirm::confirm(app, viewer, password).await?.wrong(viewer) {
        None => Ok(form),
        why => Err(ask(app, viewer, &form, why)?.into()),
    }
}

/// A form that changes nothing that matters.
///
/// # Errors
/// When it was not sent by our page to this viewer.
pub async fn looking_form(
    app: &App,
    request: &HttpRequest,
    payload: Payload,
    viewer: &Viewer,
) -> Result<Form, Failure> {
    check_token(app, viewer, read(app, request, payload).await?)
}

/// What a form was sent for.
#[derive(Debug)]
pub enum Sent {
    /// To look for something to choose: the page is shown again with what was typed, and nothing is done.
    Search(Form),
    /// For what it is for.
    Deed(Form),
}

/// A form in which something can be looked for: see [`form`], which it is like when it is sent for more than that.
///
/// # Errors
/// With the question for the password, which carries the form along.
pub async fn form_or_search(
    app: &App,
    request: &HttpRequest,
    payload: Payload,
    viewer: &Viewer,
) -> Result<Sent, Failure> {
    let form = looking_form(app, request, payload, viewer).await?;
    if form.is_search() { Ok(Sent::Search(form)) } else { proven(app, viewer, form).await.map(Sent::Deed) }
}

/// Looks at the password that a form brought along in the field [`PASSWORD`](crate::viewer::PASSWORD), however short a while ago
/// the person proved who they are. What is wrong with it, in words, unless it is theirs.
///
/// # Errors
/// Those of the database and the hasher.
pub async fn proof(app: &App, viewer: &Viewer, form: &Form) -> Result<Option<String>, Failure> {
    let Some(password) = form.password().filter(|text| !text.is_empty()).map(Secret::new) else {
        return Ok(Some(viewer.words().t("confirm-wrong")));
    };
    Ok(confirm::confirm(app, viewer, password).await?.wrong(viewer))
}

#[derive(Template)]
#[template(path = "console/confirm.html")]
struct Confirm {
    frame: Frame,
    action: String,
    fields: Vec<(String, String)>,
}

fn ask(app: &App, viewer: &Viewer, form: &Form, wrong: Option<String>) -> Result<HttpResponse, Failure> {
    let errors = wrong.map_or_else(FormErrors::default, |why| FormErrors::field(confirm::PASSWORD, why));
    let frame =
        viewer.frame(app, viewer.words().t("confirm-heading"), Vec::<NavGroup>::new()).with_errors(errors);
    let page = Confirm { action: frame.here.clone(), frame, fields: form.pairs() };
    show(StatusCode::FORBIDDEN, &page)
}
