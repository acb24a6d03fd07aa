use std::io;
use std::sync::{Arc, Mutex};

use actix_web::http::header::{HeaderMap, USER_AGENT};
use actix_web::http::{Method, StatusCode};
use actix_web::{App, HttpRequest, ResponseError, test, web};
use tracing_subscriber::fmt::MakeWriter;

use super::*;
use crate::telemetry::JsonLines;
use crate::web::Problem;

/// Where a test's log lines go.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    fn start(&self) -> tracing::subscriber::DefaultGuard {
        let subscriber = tracing_subscriber::fmt().event_format(JsonLines).with_writer(self.clone()).finish();
        tracing::subscriber::set_default(subscriber)
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn lines(&self, message: &str) -> Vec<serde_json::Value> {
        let parse = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
        self.text().lines().map(parse).filter(|line| line["message"] == message).collect()
    }
}

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

async fn whoami(request: HttpRequest) -> String {
    format!("{} {}", RequestId::current(), ClientIp::of(&request))
}

async fn failing() -> Result<String, Problem> {
    Err(Problem::internal("the disk\nis full"))
}

async fn refusing() -> Result<String, Problem> {
    Err(Problem::not_found().cause("no such user"))
}

async fn early(_: ServiceRequest, _: Next<impl MessageBody>) -> Result<ServiceResponse, Error> {
    Err(Problem::unavailable("shut before the handler").into())
}

/// Serves the test routes, asks one of them, and gives status, headers and body.
async fn ask(request: test::TestRequest) -> (StatusCode, HeaderMap, String) {
    let trusted = vec!["10.0.0.0/8".parse().unwrap()];
    let app = test::init_service(
        App::new()
            .route("/whoami/{token}", web::get().to(whoami))
            .route("/failing", web::get().to(failing))
            .route("/refusing", web::get().to(refusing))
            .service(web::scope("/early").wrap(from_fn(early)).route("", web::get().to(whoami)))
            .wrap(outermost(settings(trusted), straight_on)),
    )
    .await;
    let response = match app.call(request.to_request()).await {
        Ok(answer) => answer.into_parts().1.map_into_boxed_body(),
        Err(error) => HttpResponse::from_error(error),
    };
    let (status, headers) = (response.status(), response.headers().clone());
    let body = actix_web::body::to_bytes(response.into_body()).await.unwrap();
    (status, headers, String::from_utf8(body.to_vec()).unwrap())
}

fn settings(trusted_proxies: Vec<IpNet>) -> Outermost {
    Outermost { trusted_proxies, random: Random::default(), https: true }
}

fn get(uri: &str) -> test::TestRequest {
    test::TestRequest::get().uri(uri).insert_header((X_REQUEST_ID, "trace-0001"))
}

#[actix_web::test]
async fn the_id_reaches_the_handler_and_the_answer() {
    let (_, headers, body) = ask(get("/whoami/x")).await;
    assert_eq!(headers.get(X_REQUEST_ID).unwrap(), "trace-0001");
    assert_eq!(body, "trace-0001 0.0.0.0");
    let (_, headers, body) = ask(test::TestRequest::get().uri("/whoami/x")).await;
    let id = headers.get(X_REQUEST_ID).unwrap().to_str().unwrap();
    assert!(id.starts_with("req_") && body.starts_with(id), "{body}");
}

#[actix_web::test]
async fn the_clients_address_comes_from_trusted_proxies() {
    let from = |peer: &str| {
        get("/whoami/x").peer_addr(peer.parse().unwrap()).insert_header(("x-forwarded-for", "203.0.113.7"))
    };
    assert_eq!(ask(from("10.0.0.1:80")).await.2, "trace-0001 203.0.113.7");
    assert_eq!(ask(from("192.0.2.1:80")).await.2, "trace-0001 192.0.2.1");
}

#[actix_web::test]
async fn one_line_without_path_or_query() {
    let captured = Captured::default();
    let guard = captured.start();
    let agent = "x".repeat(300);
    ask(get("/whoami/tok3n?code=s3cret").insert_header((USER_AGENT, agent.as_str()))).await;
    drop(guard);
    let lines = captured.lines("request finished");
    assert_eq!(lines.len(), 1, "{}", captured.text());
    let (fields, span) = (&lines[0], &lines[0]["span"]);
    assert_eq!((&fields["status"], &fields["method"]), (&200.into(), &"GET".into()));
    assert!(fields["latency_ms"].is_u64());
    assert_eq!(fields["route"], "/whoami/{token}");
    assert_eq!(span["request_id"], "trace-0001");
    assert_eq!(fields["client_ip"], "0.0.0.0");
    assert_eq!(fields["user_agent"].as_str().unwrap().len(), 200);
    for leak in ["tok3n", "s3cret"] {
        assert!(!captured.text().contains(leak), "{}", captured.text());
    }
}

#[actix_web::test]
async fn an_unknown_path_is_not_logged() {
    let captured = Captured::default();
    let guard = captured.start();
    let (status, ..) = ask(get("/tok3n")).await;
    drop(guard);
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(captured.lines("request finished")[0]["route"], "unmatched");
    assert!(!captured.text().contains("tok3n"));
}

#[actix_web::test]
async fn a_cause_is_logged_once_with_the_id_and_never_answered() {
    for (uri, message, level, cause) in [
        ("/failing", "request failed", "ERROR", "the disk\nis full"),
        ("/refusing", "request refused", "INFO", "no such user"),
        ("/early", "request failed", "ERROR", "shut before the handler"),
    ] {
        let captured = Captured::default();
        let guard = captured.start();
        let (status, headers, body) = ask(get(uri)).await;
        drop(guard);
        let lines = captured.lines(message);
        assert_eq!(lines.len(), 1, "{uri}: {}", captured.text());
        assert_eq!((&lines[0]["level"], &lines[0]["cause"]), (&level.into(), &cause.into()), "{uri}");
        assert_eq!(lines[0]["span"]["request_id"], "trace-0001", "{uri}");
        assert_eq!(captured.lines("request finished")[0]["status"], status.as_u16(), "{uri}");
        assert_eq!(headers.get(X_REQUEST_ID).unwrap(), "trace-0001", "{uri}");
        assert!(body.contains("\"request_id\":\"trace-0001\"") && !body.contains(cause), "{uri}: {body}");
    }
}

#[actix_web::test]
async fn what_the_innermost_refuses_is_still_named_logged_and_locked_down() {
    let captured = Captured::default();
    let guard = captured.start();
    let app = test::init_service(
        App::new().route("/", web::get().to(refusing)).wrap(outermost(settings(Vec::new()), straight_on)),
    )
    .await;
    let error = app.call(get(&format!("/?{}", "a".repeat(9_000))).to_request()).await.unwrap_err();
    drop(guard);
    let response = HttpResponse::from_error(error);
    assert_eq!(response.status(), StatusCode::URI_TOO_LONG);
    assert_eq!(response.headers().get(X_REQUEST_ID).unwrap(), "trace-0001");
    assert_eq!(response.headers().get("x-frame-options").unwrap(), "DENY");
    assert_eq!(captured.lines("request finished")[0]["status"], 414);
    let body = actix_web::body::to_bytes(response.into_body()).await.unwrap();
    assert!(String::from_utf8_lossy(&body).contains("trace-0001"));
}

#[actix_web::test]
async fn times_are_measured_by_route_method_and_class() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let guard = metrics::set_default_local_recorder(&recorder);
    ask(get("/whoami/tok3n")).await;
    ask(get("/nowhere").method(Method::from_bytes(b"BREW").unwrap())).await;
    drop(guard);
    let text = recorder.handle().render();
    assert!(
        text.contains(
            r#"http_request_duration_seconds_count{route="/whoami/{token}",method="GET",status="2xx"} 1"#
        ),
        "{text}"
    );
    assert!(text.contains(r#"{route="unmatched",method="OTHER",status="4xx"}"#), "{text}");
}

#[actix_web::test]
async fn a_rendered_answer_survives_as_an_error() {
    let mut response = Problem::not_found().error_response();
    response.headers_mut().insert(X_REQUEST_ID, "trace-0001".parse().unwrap());
    let again = HttpResponse::from_error(as_error(response));
    assert_eq!(again.status(), StatusCode::NOT_FOUND);
    assert!(again.headers().contains_key(X_REQUEST_ID));
}
