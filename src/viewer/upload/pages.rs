//! Reading a form with a file (RFC 7578).

use std::future::ready;

use actix_multipart::Multipart;
use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, Payload};
use futures_util::{StreamExt as _, stream};

use super::{Upload, asks_for_password};
use crate::app::App;
use crate::viewer::posted::pages::{check_origin, check_token, proof, proven};
use crate::viewer::{Failure, Form, Viewer};
use crate::web::{FormError, Params, ParamsError, read_body, read_form};

/// The longest form with a file that is read: a file that is somewhat too large shall be told in words.
const LARGEST: usize = 1024 * 1024;
/// The longest of its other fields.
const LONGEST_FIELD: usize = 4 * 1024;
/// The most fields.
const MOST_FIELDS: usize = 20;

/// Reads a form with a file in `field`, sent by our page to this viewer.
///
/// # Errors
/// When it was sent by somebody else or cannot be read.
pub async fn upload(
    app: &App,
    request: &HttpRequest,
    payload: Payload,
    (viewer, field): (&Viewer, &str),
) -> Result<Upload, Failure> {
    let bounds = Bounds { whole: LARGEST, file: LARGEST, field: LONGEST_FIELD };
    let (form, file) = sent(app, request, payload, (viewer, field, bounds)).await?;
    let wrong = if asks_for_password(viewer) { proof(app, viewer, &form).await? } else { None };
    Ok(Upload { form, file, wrong })
}

/// Reads a form that changes nothing, with a file in `field` or its text in another one: the longest form and the longest
/// part of it are given.
///
/// # Errors
/// When it was sent by somebody else or cannot be read.
pub async fn looking_upload(
    app: &App,
    request: &HttpRequest,
    payload: Payload,
    (viewer, field): (&Viewer, &str),
    (whole, part): (usize, usize),
) -> Result<(Form, Option<Vec<u8>>), Failure> {
    let bounds = Bounds { whole, file: part, field: part };
    sent(app, request, payload, (viewer, field, bounds)).await
}

/// A form that changes something and is longer than others may be.
///
/// # Errors
/// With the question for the password, which carries the form along.
pub async fn long_form(
    app: &App,
    request: &HttpRequest,
    payload: Payload,
    (viewer, limit): (&Viewer, usize),
) -> Result<Form, Failure> {
    check_origin(app, request)?;
    let form = Form::new(read_form(request, payload, limit).await.map_err(Failure::Form)?);
    proven(app, viewer, check_token(app, viewer, form)?).await
}

/// How long a form may be, and its parts.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    whole: usize,
    file: usize,
    field: usize,
}

async fn sent(
    app: &App,
    request: &HttpRequest,
    payload: Payload,
    (viewer, field, bounds): (&Viewer, &str, Bounds),
) -> Result<(Form, Option<Vec<u8>>), Failure> {
    check_origin(app, request)?;
    let is_form = request
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().to_ascii_lowercase().starts_with(b"multipart/form-data"));
    if !is_form {
        return Err(Failure::Form(ParamsError::NotForm.into()));
    }
    let body = read_body(request, payload, bounds.whole).await.map_err(|why| Failure::Form(why.into()))?;
    let (form, file) = read(request, body, (field, bounds)).await.map_err(Failure::Form)?;
    Ok((check_token(app, viewer, form)?, file))
}

async fn read(
    request: &HttpRequest,
    body: Bytes,
    (field, bounds): (&str, Bounds),
) -> Result<(Form, Option<Vec<u8>>), FormError> {
    let broken = || FormError::Params(ParamsError::NotForm);
    let mut parts = Multipart::new(request.headers(), stream::once(ready(Ok(body))));
    let (mut pairs, mut file) = (Vec::new(), None);
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|_| broken())?;
        let name = part.name().map(str::to_owned).ok_or_else(broken)?;
        let is_file = name == field;
        let limit = if is_file { bounds.file } else { bounds.field };
        let content = part.bytes(limit).await.map_err(|_| broken())?.map_err(|_| broken())?;
        if is_file {
            // A form in which nothing was chosen sends an empty file.
            file = (!content.is_empty()).then(|| content.to_vec());
            continue;
        }
        if pairs.len() >= MOST_FIELDS {
            return Err(broken());
        }
        let text = String::from_utf8(content.to_vec()).map_err(|_| broken())?;
        pairs.push((name, text));
    }
    Ok((Form::new(Params::from_pairs(pairs).without_repeats()?), file))
}
