//! The pages of the authorization endpoint: the form that carries an answer, and the refusals that may not travel.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap};
use actix_web::{HttpResponse, ResponseError};
use askama::Template;

use super::difference::{Parts, closest, parts};
use super::request::Refusal;
use crate::app::App;
use crate::clients::Client;
use crate::db::DbError;
use crate::viewer::{Address, Onlooker, onlooker};
use crate::web::{
    ContentSecurityPolicy, ErrorPage, Reader, RequestId, form_action_source, paths, wrong_parameters,
};

#[derive(Template)]
#[template(path = "oauth/form_post.html")]
struct FormPost<'a> {
    reader: Reader,
    action: &'a str,
    fields: &'a [(&'static str, String)],
}

#[derive(Template)]
#[template(path = "oauth/redirect_uri.html")]
struct RedirectUri<'a> {
    reader: Reader,
    received: Parts<'a>,
    registered: Vec<Parts<'a>>,
    application: &'a str,
    console: Option<String>,
    why: &'static str,
    request_id: RequestId,
}

/// The answer as a form that posts itself, and has a button where scripts are off. It may post to the registered URI
/// and nowhere else.
pub fn form_post(action: &str, fields: &[(&'static str, String)]) -> HttpResponse {
    let page = FormPost { reader: Reader::current(), action, fields };
    let policy = match form_action_source(action) {
        Some(source) => ContentSecurityPolicy::page().form_action(source),
        None => ContentSecurityPolicy::page(),
    };
    html(StatusCode::OK, policy.script_self(), page.render())
}

/// Who is told which addresses were compared. What an application has registered is nobody's business, and what was
/// sent may have been made up by whoever wrote the link.
#[derive(Clone, Debug)]
pub enum Audience {
    /// Whoever looks at a development server: that is where somebody can compare them.
    Development,
    /// Somebody of this browser who may see this application in the console.
    Administrator(Onlooker),
    /// Anybody else: they are told neither.
    Public,
}

/// Who looks, as the browser's sessions say.
pub async fn audience(app: &App, headers: &HeaderMap, client: &Client) -> Result<Audience, DbError> {
    if app.config.security.development {
        return Ok(Audience::Development);
    }
    let browser = app.browser_cookie().read(headers);
    let found = onlooker(app, browser, (client.tenant_id, "applications:read")).await?;
    Ok(found.map_or(Audience::Public, Audience::Administrator))
}

/// Says that the redirect URI is none of the application's, to those who can mend it side by side with what is.
pub fn redirect_uri_page(received: &str, client: &Client, audience: Audience) -> HttpResponse {
    let at = paths::CONSOLE_APPLICATION.replace("{id}", &client.id.to_string());
    let (console, why) = match audience {
        Audience::Public => {
            let says = ["error-wrong-address", "error-redirect-uri", "error-redirect-uri-next"];
            let cause = format!("redirect_uri not registered ({} bytes)", received.len());
            return ErrorPage::new(StatusCode::BAD_REQUEST, says).cause(cause).error_response();
        }
        Audience::Development => (Some(Address::new(at)), "redirect-development"),
        Audience::Administrator(onlooker) => {
            let address = Address::new(at).maybe("tenant", onlooker.abroad.as_deref());
            let may_add = onlooker.permissions.allows("applications:update");
            (may_add.then_some(address), "redirect-administrator")
        }
    };
    let registered = &client.redirect_uris;
    let page = RedirectUri {
        reader: Reader::current(),
        received: parts(received, closest(received, registered)),
        registered: registered.iter().map(|uri| parts(uri, received)).collect(),
        application: &client.display_name,
        console: console.map(|address| format!("{}#redirect_uris", address.text())),
        why,
        request_id: RequestId::current(),
    };
    html(StatusCode::BAD_REQUEST, ContentSecurityPolicy::page(), page.render())
}

/// Says what is wrong with a request that proves no place to send the answer to.
pub fn refusal_page(refusal: Refusal) -> ErrorPage {
    let status = StatusCode::BAD_REQUEST;
    match refusal {
        Refusal::Client { cause } => {
            let says =
                ["error-unknown-application", "error-unknown-application-what", "error-tell-developers"];
            ErrorPage::new(status, says).cause(cause)
        }
        Refusal::Unreadable(why) => {
            let says = ["error-request", "error-unreadable-what", "error-tell-developers"];
            ErrorPage::new(status, says).what(wrong_parameters(&why))
        }
        Refusal::TooLong => {
            ErrorPage::new(status, ["error-request", "error-request-long", "error-tell-developers"])
        }
        Refusal::RedirectUri { .. } | Refusal::Redirect(_) => {
            ErrorPage::internal("a refusal with a page or an answer of its own was shown as another")
        }
    }
}

fn html(status: StatusCode, policy: ContentSecurityPolicy, body: askama::Result<String>) -> HttpResponse {
    match body {
        Ok(body) => HttpResponse::build(status)
            .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header(policy.header())
            .body(body),
        Err(why) => ErrorPage::internal(why).error_response(),
    }
}
