//! Bounds on a request's head, before anything is parsed: a URI of at most 8 KiB, headers of at most 16 KiB in all.

use actix_web::Error;
use actix_web::dev::ServiceRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;

use super::error_page::ErrorPage;
use super::problem::Problem;
use super::reader::{Reader, asks_for_a_page};

/// The longest path and query.
pub const MAX_URI: usize = 8 * 1024;
/// The most bytes of header names and values.
pub const MAX_HEADERS: usize = 16 * 1024;

/// Holds a request to them.
///
/// # Errors
/// Where it is larger: a page for people, a problem document for programs.
pub(super) fn check(request: &ServiceRequest) -> Result<(), Error> {
    let for_a_person = || asks_for_a_page(request.path(), request.headers());
    let uri = request.uri().path_and_query().map_or(0, |text| text.as_str().len());
    if uri > MAX_URI {
        let detail = format!("The address is longer than {MAX_URI} bytes.");
        let status = StatusCode::URI_TOO_LONG;
        if for_a_person() {
            let says = ["error-too-large", "error-address-long", "error-unreadable-next"];
            let what = Reader::words().t1("error-address-long", "most", MAX_URI);
            return Err(ErrorPage::new(status, says).what(what).into());
        }
        return Err(Problem::new(status, "uri_too_long", "Address too long", detail).into());
    }
    if size(request.headers()) > MAX_HEADERS {
        let detail = format!("The headers are larger than {MAX_HEADERS} bytes.");
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        if for_a_person() {
            let says = ["error-too-large", "error-headers-large", "error-headers-next"];
            let what = Reader::words().t1("error-headers-large", "most", MAX_HEADERS);
            return Err(ErrorPage::new(status, says).what(what).into());
        }
        return Err(Problem::new(status, "headers_too_large", "Headers too large", detail).into());
    }
    Ok(())
}

fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}

#[cfg(test)]
mod tests {
    use actix_web::dev::Service;
    use actix_web::{App, HttpResponse, test, web};

    use super::*;
    use crate::random::Random;
    use crate::web::outermost::straight_on;
    use crate::web::{Outermost, outermost};

    async fn status(request: test::TestRequest) -> u16 {
        let settings = Outermost { trusted_proxies: Vec::new(), random: Random::default(), https: false };
        let app =
            App::new().route("/", web::get().to(HttpResponse::Ok)).wrap(outermost(settings, straight_on));
        let app = test::init_service(app).await;
        match app.call(request.to_request()).await {
            Ok(answer) => answer.status().as_u16(),
            Err(error) => error.as_response_error().status_code().as_u16(),
        }
    }

    #[actix_web::test]
    async fn the_bounds_themselves_are_allowed() {
        let uri = |length: usize| test::TestRequest::get().uri(&format!("/?{}", "a".repeat(length - 2)));
        assert_eq!(status(uri(MAX_URI)).await, 200);
        assert_eq!(status(uri(MAX_URI + 1)).await, 414);
        let headers = |length: usize| test::TestRequest::get().insert_header(("x", "a".repeat(length - 1)));
        assert_eq!(status(headers(MAX_HEADERS)).await, 200);
        assert_eq!(status(headers(MAX_HEADERS + 1)).await, 431);
        let two = test::TestRequest::get()
            .append_header(("x", "a".repeat(9_000)))
            .append_header(("x", "a".repeat(9_000)));
        assert_eq!(status(two).await, 431);
    }
}
