//! Stage 1: who asks, and where may the answer go.

use std::sync::Arc;

use super::{Answer, Destination};
use crate::clients::{self, KnownClient, ResponseMode};
use crate::oauth::ErrorCode;
use crate::tenants::Issuer;
use crate::web::{Params, ParamsError};

/// Why there is no answer to the client. The first five are pages: nothing proves where an answer might go.
#[derive(Debug)]
pub enum Refusal {
    /// The request cannot be read.
    Unreadable(ParamsError),
    /// The request is longer than what travels in a URL.
    TooLong,
    /// No such client here, or it is disabled.
    Client {
        /// For our log.
        cause: &'static str,
    },
    /// The redirect URI is missing or not registered.
    RedirectUri {
        /// What was sent, for the person who builds the client.
        received: String,
        /// Whose it is not, with what is registered.
        client: Arc<KnownClient>,
    },
    /// An error that may travel to the client.
    Redirect(Answer),
}

/// Names the parameter that stands in a request more than once. `resource` may (RFC 8707 2).
pub fn repeated(params: &Params) -> Option<String> {
    let mut seen = Vec::new();
    for (name, _) in params.pairs().filter(|(name, _)| *name != "resource") {
        if seen.contains(&name) {
            return Some(name.to_owned());
        }
        seen.push(name);
    }
    None
}

/// Proves the redirect URI of a known client. Exactly the registered text is accepted.
pub fn prove(
    issuer: &Issuer,
    client: Option<Arc<KnownClient>>,
    params: &Params,
) -> Result<(Arc<KnownClient>, Destination), Refusal> {
    if let Some(name) = repeated(params).filter(|name| name == "client_id" || name == "redirect_uri") {
        return Err(Refusal::Unreadable(ParamsError::Repeated(name)));
    }
    let Some(known) = client else { return Err(Refusal::Client { cause: "unknown client" }) };
    if !issuer.admits(known.client.tenant_id) {
        return Err(Refusal::Client { cause: "the client belongs to another organisation" });
    }
    if !known.is_active() {
        return Err(Refusal::Client { cause: "the client is disabled" });
    }
    let received = params.get("redirect_uri").unwrap_or_default();
    if !clients::is_registered(received, &known.client.redirect_uris, known.client.kind) {
        return Err(Refusal::RedirectUri { received: received.chars().take(500).collect(), client: known });
    }
    let mode = match params.get("response_mode") {
        Some("form_post") if known.client.response_modes.contains(&ResponseMode::FormPost) => {
            ResponseMode::FormPost
        }
        _ => ResponseMode::Query,
    };
    let destination = Destination::new(received, mode, params.get("state"), issuer.url());
    Ok((known, destination))
}

/// A refusal that travels.
pub fn redirected(destination: &Destination, code: ErrorCode, description: &str) -> Refusal {
    Refusal::Redirect(destination.error(code, description))
}
