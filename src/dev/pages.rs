//! What the pages of this door share.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, LOCATION};
use askama::Template;

use crate::web::{ContentSecurityPolicy, ErrorPage};

/// A page under its policy.
pub fn page(
    status: StatusCode,
    policy: &ContentSecurityPolicy,
    template: &impl Template,
) -> Result<HttpResponse, ErrorPage> {
    let body = template.render().map_err(ErrorPage::internal)?;
    Ok(HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header(policy.header())
        .body(body))
}

/// 303, so that a form is not posted again.
pub fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, location)).finish()
}
