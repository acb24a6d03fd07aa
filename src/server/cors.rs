//! Cross-origin requests (Fetch standard 3.2): which scripts of other web origins may read an answer.
//!
//! Credentials are never allowed: every endpoint that is open to other origins takes its proof in the request itself,
//! not from a cookie. The `actix-cors` crate is not used, because it decides about an origin without waiting, and ours
//! are in the database.

use std::rc::Rc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap,
    HeaderValue, ORIGIN, VARY,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::Data;
use actix_web::{Error, HttpResponse, ResponseError};

use crate::app::App;
use crate::web::Problem;

/// Request headers that scripts may set. Content types are among them because JSON is not a "simple" one.
const REQUEST_HEADERS: &str = "Authorization, Content-Type, X-Request-ID";
/// Answer headers that scripts may read.
const ANSWER_HEADERS: &str = "Retry-After, WWW-Authenticate, X-Request-ID";
/// How long browsers may remember a preflight, in seconds. An origin that is taken off the list loses access at once
/// all the same: its actual requests are judged anew.
const PREFLIGHT_SECONDS: &str = "600";

/// Which web origins may read the answers of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origins {
    /// Only the server's own.
    None,
    /// Those of registered applications.
    Registered,
    /// All: the answer is public.
    Anyone,
}

/// What came of looking at an origin.
enum Verdict {
    /// No script of another origin asks.
    NotAsked,
    /// The script may read the answer: the value of `Access-Control-Allow-Origin`.
    Allowed(HeaderValue),
    Refused,
    /// The list could not be read.
    Unknown(String),
}

/// The middleware for a route with these `methods` (`GET, HEAD`).
pub fn cors<S, B>(
    origins: Origins,
    methods: String,
) -> impl Transform<S, ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error, InitError = ()>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    let methods: Rc<str> = methods.into();
    from_fn(move |request: ServiceRequest, next: Next<B>| answer(origins, Rc::clone(&methods), request, next))
}

async fn answer<B: MessageBody + 'static>(
    origins: Origins,
    methods: Rc<str>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let verdict = judge(origins, &request).await;
    let mut answer = if is_preflight(&request) {
        request.into_response(preflight(&verdict, &methods))
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
    if origins == Origins::Registered {
        // Also where no origin was sent: a cache must not hand that answer to a script.
        answer.headers_mut().append(VARY, HeaderValue::from_static("Origin"));
    }
    if let Verdict::Allowed(origin) = verdict {
        open(answer.headers_mut(), origin);
    }
    Ok(answer)
}

fn is_preflight(request: &ServiceRequest) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(ORIGIN)
        && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

async fn judge(origins: Origins, request: &ServiceRequest) -> Verdict {
    let Some(origin) = request.headers().get(ORIGIN) else { return Verdict::NotAsked };
    match origins {
        Origins::None => Verdict::Refused,
        Origins::Anyone => Verdict::Allowed(HeaderValue::from_static("*")),
        Origins::Registered => {
            let (Some(app), Ok(text)) = (request.app_data::<Data<App>>(), origin.to_str()) else {
                return Verdict::Refused;
            };
            match app.is_allowed_origin(text).await {
                Ok(true) => Verdict::Allowed(origin.clone()),
                Ok(false) => Verdict::Refused,
                Err(why) => Verdict::Unknown(why.to_string()),
            }
        }
    }
}

fn open(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(ANSWER_HEADERS));
}

fn preflight(verdict: &Verdict, methods: &str) -> HttpResponse {
    match verdict {
        Verdict::Allowed(_) => HttpResponse::NoContent()
            .insert_header((ACCESS_CONTROL_ALLOW_METHODS, methods))
            .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS))
            .insert_header((ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS))
            .finish(),
        Verdict::Unknown(why) => Problem::unavailable(why).error_response(),
        Verdict::Refused | Verdict::NotAsked => {
            let detail = "No application is registered with this web origin.";
            Problem::new(StatusCode::FORBIDDEN, "origin_not_allowed", "Origin not allowed", detail)
                .fix("Register a redirect URI or an allowed origin of this web origin with your public application.")
                .error_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::{TestRequest, call_service, init_service};
    use actix_web::{App as Actix, web};

    use super::*;

    async fn ask(origins: Origins, request: TestRequest) -> ServiceResponse {
        let handler = || async { Ok::<_, Problem>(web::Json("public")) };
        let resource =
            web::resource("/x").route(web::get().to(handler)).wrap(cors(origins, "GET, HEAD".into()));
        call_service(&init_service(Actix::new().service(resource)).await, request.uri("/x").to_request())
            .await
    }

    fn header(answer: &ServiceResponse, name: &str) -> Option<String> {
        answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
    }

    fn from_script() -> TestRequest {
        TestRequest::get().insert_header(("Origin", "https://app.example"))
    }

    fn preflight_request() -> TestRequest {
        from_script().method(Method::OPTIONS).insert_header(("Access-Control-Request-Method", "GET"))
    }

    #[actix_web::test]
    async fn what_is_public_may_be_read_by_every_script_and_without_credentials() {
        let answer = ask(Origins::Anyone, from_script()).await;
        assert_eq!(header(&answer, "access-control-allow-origin").unwrap(), "*");
        assert!(header(&answer, "access-control-expose-headers").unwrap().contains("X-Request-ID"));
        assert_eq!(header(&answer, "access-control-allow-credentials"), None);
        let answer = ask(Origins::Anyone, TestRequest::get()).await;
        assert_eq!(header(&answer, "access-control-allow-origin"), None);
        assert_eq!(header(&answer, "vary"), None);
    }

    #[actix_web::test]
    async fn a_preflight_says_what_may_be_sent() {
        let answer = ask(Origins::Anyone, preflight_request()).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        assert_eq!(header(&answer, "access-control-allow-methods").unwrap(), "GET, HEAD");
        assert!(header(&answer, "access-control-allow-headers").unwrap().contains("Authorization"));
        assert_eq!(header(&answer, "access-control-max-age").unwrap(), "600");
    }

    #[actix_web::test]
    async fn without_a_list_nobody_is_on_it() {
        let answer = ask(Origins::Registered, from_script()).await;
        assert_eq!(answer.status(), StatusCode::OK, "a request is answered, the script just cannot read it");
        assert_eq!(header(&answer, "access-control-allow-origin"), None);
        assert_eq!(header(&answer, "vary").unwrap(), "Origin");
        let answer = ask(Origins::Registered, preflight_request()).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        assert_eq!(header(&answer, "access-control-allow-origin"), None);
    }

    #[actix_web::test]
    async fn an_options_request_that_is_no_preflight_is_an_ordinary_one() {
        let plain = from_script().method(Method::OPTIONS);
        assert_eq!(ask(Origins::Anyone, plain).await.status(), StatusCode::METHOD_NOT_ALLOWED);
    }
}
