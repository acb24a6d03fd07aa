//! One change to many things of a list, which is counted and shown before it is made: what is the same of whatever things.

use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use crate::app::App;
use crate::viewer::{Address, Failure, Form, Viewer, pages};

/// How it went, or how it would go, as the API counts it.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Counts {
    /// What was meant.
    pub matched: u64,
    /// What was changed.
    pub changed: u64,
    /// What was like that before.
    pub unchanged: u64,
    /// What the viewer may not change.
    pub refused: u64,
    /// What is not there any more.
    pub not_found: u64,
}

/// The form, and whether it is that of the question: only then is something done, so only then has its sender to prove who
/// they are. The list's own leads to the question.
///
/// # Errors
/// As of every form.
pub async fn sent(
    app: &App,
    request: &HttpRequest,
    payload: Payload,
    viewer: &Viewer,
) -> Result<(Form, bool), Failure> {
    let confirmed = viewer.query.get("confirmed").is_some();
    let form = if confirmed {
        pages::form(app, request, payload, viewer).await?
    } else {
        pages::looking_form(app, request, payload, viewer).await?
    };
    Ok((form, confirmed))
}

/// Back to the list, which tells how many were changed and how many were not.
pub fn done(list: Address, message: &str, counts: Counts) -> HttpResponse {
    let kept = counts.matched.saturating_sub(counts.changed);
    let list = list.with("done", message).with("changed", counts.changed).with("kept", kept);
    pages::see_other(&list.text())
}
