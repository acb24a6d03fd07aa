//! Security headers on every answer, errors included (OWASP ASVS 5.0 3.4). A handler that set its own
//! `Content-Security-Policy`, `Cache-Control`, `Referrer-Policy` or `Cross-Origin-Resource-Policy` keeps it.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, CROSS_ORIGIN_OPENER_POLICY,
    CROSS_ORIGIN_RESOURCE_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

use super::content_security_policy::NOTHING;

/// Adds them. `https` says whether the server's public address is https: only then may browsers be told to insist.
pub(super) fn add(headers: &mut HeaderMap, https: bool) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin"));
    if https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    add_if_absent(headers, REFERRER_POLICY, "no-referrer");
    add_if_absent(headers, CONTENT_SECURITY_POLICY, NOTHING);
    add_if_absent(headers, CACHE_CONTROL, "no-store");
    // Pages, styles, scripts and images are for our own pages; JSON is for whomever CORS lets in.
    if headers.get(CONTENT_TYPE).is_some_and(is_page_material) {
        add_if_absent(headers, CROSS_ORIGIN_RESOURCE_POLICY, "same-origin");
    }
}

fn add_if_absent(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

fn is_page_material(content_type: &HeaderValue) -> bool {
    [&b"text/"[..], b"image/", b"font/"].iter().any(|kind| content_type.as_bytes().starts_with(kind))
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody;
    use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
    use actix_web::http::StatusCode;
    use actix_web::middleware::{Next, from_fn};
    use actix_web::{App, Error, HttpResponse, test, web};

    use super::*;
    use crate::random::Random;
    use crate::web::outermost::straight_on;
    use crate::web::{ContentSecurityPolicy, Outermost, Problem, outermost};

    async fn page() -> HttpResponse {
        HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header(ContentSecurityPolicy::page().header())
            .insert_header((CACHE_CONTROL, "private"))
            .body("<p>")
    }

    async fn json() -> Result<web::Json<u8>, Problem> {
        Ok(web::Json(1))
    }

    async fn failing() -> Result<String, Problem> {
        Err(Problem::internal("disk"))
    }

    async fn early(_: ServiceRequest, _: Next<impl MessageBody>) -> Result<ServiceResponse, Error> {
        Err(Problem::not_found().into())
    }

    async fn answer(uri: &str, https: bool) -> HttpResponse {
        let app = test::init_service(
            App::new()
                .route("/page", web::get().to(page))
                .route("/json", web::get().to(json))
                .route("/failing", web::get().to(failing))
                .service(web::scope("/early").wrap(from_fn(early)).route("", web::get().to(page)))
                .wrap(outermost(
                    Outermost { trusted_proxies: Vec::new(), random: Random::default(), https },
                    straight_on,
                )),
        )
        .await;
        match app.call(test::TestRequest::get().uri(uri).to_request()).await {
            Ok(answer) => answer.into_parts().1.map_into_boxed_body(),
            Err(error) => HttpResponse::from_error(error),
        }
    }

    fn value(response: &HttpResponse, name: &HeaderName) -> String {
        let mut values = response.headers().get_all(name);
        let first = values.next().map_or_else(String::new, |value| value.to_str().unwrap().to_owned());
        assert!(values.next().is_none(), "{name} twice");
        first
    }

    #[actix_web::test]
    async fn every_answer_has_them() {
        for (uri, status) in
            [("/page", 200), ("/json", 200), ("/failing", 500), ("/early", 404), ("/nowhere", 404)]
        {
            let response = answer(uri, true).await;
            assert_eq!(response.status(), StatusCode::from_u16(status).unwrap(), "{uri}");
            for (name, expected) in [
                (X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (X_FRAME_OPTIONS, "DENY"),
                (REFERRER_POLICY, "no-referrer"),
                (CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
                (STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
            ] {
                assert_eq!(value(&response, &name), expected, "{uri} {name}");
            }
        }
    }

    #[actix_web::test]
    async fn a_handlers_own_policy_stays() {
        let response = answer("/page", true).await;
        assert_eq!(value(&response, &CONTENT_SECURITY_POLICY), ContentSecurityPolicy::page().to_text());
        assert_eq!(value(&response, &CACHE_CONTROL), "private");
        assert_eq!(value(&response, &CROSS_ORIGIN_RESOURCE_POLICY), "same-origin");
    }

    #[actix_web::test]
    async fn the_rest_is_locked_and_not_stored() {
        for uri in ["/json", "/failing", "/nowhere"] {
            let response = answer(uri, true).await;
            assert_eq!(value(&response, &CONTENT_SECURITY_POLICY), NOTHING, "{uri}");
            assert_eq!(value(&response, &CACHE_CONTROL), "no-store", "{uri}");
            assert_eq!(value(&response, &CROSS_ORIGIN_RESOURCE_POLICY), "", "{uri}");
        }
    }

    #[actix_web::test]
    async fn plain_http_does_not_ask_for_https() {
        assert_eq!(value(&answer("/json", false).await, &STRICT_TRANSPORT_SECURITY), "");
    }
}
