//! The quick start of an application: addresses and lines that work as they stand.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::view::{Application, DEVICE_CODE};
use crate::app::App;
use crate::secret::Digest;
use crate::tenants::Issuer;
use crate::viewer::{Address, Viewer};
use crate::web::paths;

/// Addresses and lines.
#[derive(Clone, Debug)]
pub struct Start {
    /// The issuer.
    pub issuer: String,
    /// The authorization endpoint, for what people sign in to.
    pub authorize: Option<String>,
    /// The token endpoint.
    pub token: String,
    /// The address that begins a sign-in, and the line that ends it.
    pub sign_in: Option<(String, String)>,
    /// The line that gets a token for the application itself.
    pub by_itself: Option<String>,
    /// How a device lets somebody sign in elsewhere.
    pub device: Option<Device>,
}

/// The steps of a device (RFC 8628).
#[derive(Clone, Debug)]
pub struct Device {
    /// The line that gets the codes.
    pub begin: String,
    /// Where the person types theirs.
    pub page: String,
    /// The line that asks whether they did.
    pub poll: String,
}

/// A text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// How the application proves itself on the command line.
fn proof(application: &Application) -> String {
    match application.auth_method.as_str() {
        "none" => format!(" \\\n  -d client_id={}", quoted(&application.client_id)),
        "client_secret_post" => {
            let id = quoted(&application.client_id);
            format!(" \\\n  -d client_id={id} \\\n  -d client_secret=\"$CLIENT_SECRET\"")
        }
        _ => format!(" \\\n  -u {}:\"$CLIENT_SECRET\"", quoted(&application.client_id)),
    }
}

fn uses(application: &Application, grant: &str) -> bool {
    application.grant_types.iter().any(|held| held == grant)
}

fn sign_in(
    app: &App,
    application: &Application,
    (authorize, token): (&str, &str),
) -> Option<(String, String)> {
    let redirect_uri = application.redirect_uris.first()?;
    let verifier = app.random.text();
    let challenge = URL_SAFE_NO_PAD.encode(Digest::of(verifier.as_bytes()).as_bytes());
    let begin = Address::new(authorize)
        .with("response_type", "code")
        .with("client_id", &application.client_id)
        .with("redirect_uri", redirect_uri)
        .with("scope", application.scopes.join(" "))
        .with("state", app.random.opaque_id())
        .with("code_challenge", challenge)
        .with("code_challenge_method", "S256")
        .text();
    let end = format!(
        "curl {}{} \\\n  -d grant_type=authorization_code \\\n  -d code=\"$CODE\" \\\n  --data-urlencode redirect_uri={} \\\n  -d code_verifier={verifier}",
        quoted(token),
        proof(application),
        quoted(redirect_uri),
    );
    Some((begin, end))
}

/// The scopes of a request, if there are any to ask for.
fn scope_of(application: &Application) -> String {
    match application.scopes.as_slice() {
        [] => String::new(),
        scopes => format!(" \\\n  --data-urlencode scope={}", quoted(&scopes.join(" "))),
    }
}

fn device(app: &App, application: &Application, (issuer, token): (&Issuer, &str)) -> Device {
    let (proof, scope) = (proof(application), scope_of(application));
    let begin = quoted(&issuer.endpoint(paths::DEVICE_AUTHORIZATION));
    Device {
        begin: format!("curl {begin}{proof}{scope}"),
        page: format!("{}{}", app.config.server.issuer(), paths::DEVICE),
        poll: format!(
            "curl {}{proof} \\\n  -d grant_type={DEVICE_CODE} \\\n  -d device_code=\"$DEVICE_CODE\"",
            quoted(token)
        ),
    }
}

/// The quick start of an application.
pub fn of(app: &App, viewer: &Viewer, application: &Application) -> Start {
    let public_url = app.config.server.issuer();
    let issuer = if application.all_tenants {
        Issuer::instance(public_url)
    } else {
        Issuer::of_tenant(public_url, Arc::new(viewer.who.tenant.clone()))
    };
    let (authorize, token) = (issuer.endpoint(paths::AUTHORIZE), issuer.endpoint(paths::TOKEN));
    let by_itself = uses(application, "client_credentials").then(|| {
        let (proof, scope) = (proof(application), scope_of(application));
        format!("curl {}{proof} \\\n  -d grant_type=client_credentials{scope}", quoted(&token))
    });
    let signs_in = uses(application, "authorization_code");
    Start {
        issuer: issuer.url().to_owned(),
        sign_in: signs_in.then(|| sign_in(app, application, (&authorize, &token))).flatten(),
        authorize: signs_in.then_some(authorize),
        device: uses(application, DEVICE_CODE).then(|| device(app, application, (&issuer, &token))),
        token,
        by_itself,
    }
}
