//! What every call of the management API can answer, whatever it does: written once and not at each handler.

use utoipa::Modify;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{OpenApi, PathItem, RefOr, Response};

/// What every call can answer.
const ALWAYS: &[(&str, &str)] = &[
    ("400", "`invalid_query`"),
    ("401", "`invalid_key`"),
    ("401", "`key_expired`"),
    ("403", "`insufficient_scope`: the access token was granted without `gridkey:manage`"),
    ("429", "`rate_limited`: an API key called too often; come back after `Retry-After` seconds"),
    ("503", "`temporarily_unavailable`: send it again after `Retry-After` seconds"),
];
/// What a call that reads a body can answer.
const WITH_BODY: &[(&str, &str)] = &[
    ("400", "`invalid_body`"),
    ("400", "`body_unreadable`"),
    ("408", "`body_too_slow`"),
    ("413", "`body_too_large`"),
    ("415", "`unsupported_media_type`"),
];

/// Adds these answers to every call of the management API.
pub struct ManagementErrors;

impl Modify for ManagementErrors {
    fn modify(&self, openapi: &mut OpenApi) {
        let managing = |path: &str| path.starts_with("/v1/") && !path.starts_with("/v1/auth/");
        let items = openapi.paths.paths.iter_mut().filter(|(path, _)| managing(path));
        for operation in items.flat_map(|(_, item)| operations(item)) {
            let more = if operation.request_body.is_some() { WITH_BODY } else { &[] };
            // Whoever needs no token is not asked for its scope.
            let open = operation.security.is_some();
            let always = ALWAYS.iter().filter(|(status, _)| !(open && *status == "403"));
            for (status, text) in always.chain(more) {
                add(operation, status, text);
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten()
}

/// Adds a text to what is said about a status, unless it is said already.
fn add(operation: &mut Operation, status: &str, text: &str) {
    let said = operation
        .responses
        .responses
        .entry(status.to_owned())
        .or_insert_with(|| RefOr::T(Response::new(String::new())));
    if let RefOr::T(response) = said {
        let code = text.split(':').next().unwrap_or(text);
        if response.description.is_empty() {
            text.clone_into(&mut response.description);
        } else if !response.description.contains(code) {
            response.description = format!("{}; {text}", response.description);
        }
    }
}
