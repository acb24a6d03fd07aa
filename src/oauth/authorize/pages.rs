//! The two pages of the authorization endpoint: the form that carries an answer, and the refusal that may not travel.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpResponse, ResponseError};
use askama::Template;

use super::request::Refusal;
use crate::web::{ContentSecurityPolicy, ErrorPage, RequestId, assets, form_action_source};

#[derive(Template)]
#[template(path = "oauth/form_post.html")]
struct FormPost<'a> {
    action: &'a str,
    fields: &'a [(&'static str, String)],
    stylesheet: String,
    script: String,
}

#[derive(Template)]
#[template(path = "oauth/redirect_uri.html")]
struct RedirectUri<'a> {
    received: &'a str,
    registered: &'a [String],
    request_id: &'a str,
    stylesheet: String,
}

/// The answer as a form that posts itself, and has a button where scripts are off. It may post to the registered URI
/// and nowhere else.
pub fn form_post(action: &str, fields: &[(&'static str, String)]) -> HttpResponse {
    let page = FormPost {
        action,
        fields,
        stylesheet: assets::stylesheet_path(),
        script: assets::path("form_post.js"),
    };
    let policy = match form_action_source(action) {
        Some(source) => ContentSecurityPolicy::page().form_action(source),
        None => ContentSecurityPolicy::page(),
    };
    html(StatusCode::OK, policy.script_self(), page.render())
}

/// Says what is wrong with a request that proves no place to send the answer to. Raw values are shown only on a
/// development server, side by side, because that is where somebody can compare them.
pub fn refusal_page(refusal: Refusal, development: bool) -> HttpResponse {
    let next = "Go back to the application and tell its developers what you see here.";
    let page = match refusal {
        Refusal::RedirectUri { received, registered } if development => {
            let request_id = RequestId::current();
            let page = RedirectUri {
                received: &received,
                registered: &registered,
                request_id: request_id.as_str(),
                stylesheet: assets::stylesheet_path(),
            };
            return html(StatusCode::BAD_REQUEST, ContentSecurityPolicy::page(), page.render());
        }
        Refusal::RedirectUri { received, .. } => ErrorPage::new(
            StatusCode::BAD_REQUEST,
            "The application gave a wrong address",
            "The address to return to (redirect_uri) is not registered for this application.",
            "Tell the developers of the application to register the exact address, or to send the registered one.",
        )
        .cause(format!("redirect_uri not registered ({} bytes)", received.len())),
        Refusal::Client { cause } => ErrorPage::new(
            StatusCode::BAD_REQUEST,
            "Unknown application",
            "No application with this client_id may sign people in here.",
            next,
        )
        .cause(cause),
        Refusal::Unreadable(why) => {
            ErrorPage::new(StatusCode::BAD_REQUEST, "The request cannot be read", format!("{why}."), next)
        }
        Refusal::Redirect(_) => ErrorPage::internal("an answer that may travel was shown as a page"),
    };
    page.error_response()
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
