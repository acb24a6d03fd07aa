//! A real server on a free port: its answers where no handler has a say, and its way down.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use super::*;
use crate::clock::Clock;
use crate::config::{Config, Sources};
use crate::random::Random;

const MASTER_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

struct Fixture {
    running: Running,
    _folder: tempfile::TempDir,
}

impl Fixture {
    fn start() -> Self {
        Self::start_with(|_| ())
    }

    fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let mut config = config(&folder);
        config.server.public_url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        change(&mut config);
        let app = bootstrap(config, Clock::System, Random::default()).unwrap();
        Self { running: start(app, listener, false).unwrap(), _folder: folder }
    }

    /// Sends a request and reads the answer to its end.
    fn ask(&self, line: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(self.running.address()).unwrap();
        write!(stream, "{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

fn config(folder: &tempfile::TempDir) -> Config {
    let settings = [
        ("server.public_url", "http://localhost:8080".to_owned()),
        ("server.workers", "2".to_owned()),
        ("server.drain_timeout", "3s".to_owned()),
        ("database.url", format!("sqlite:{}", folder.path().join("test.db").display())),
        ("database.synchronous", "normal".to_owned()),
        ("security.master_key", MASTER_KEY.to_owned()),
        ("security.argon2_memory", "8KiB".to_owned()),
    ];
    let overrides = settings.map(|(key, value)| (key.to_owned(), value)).into();
    Config::load(&Sources { overrides, ..Sources::default() }).unwrap().config
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next().unwrap();
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(": ")?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}

#[test]
fn answers_where_no_handler_has_a_say() {
    let server = Fixture::start();
    let ready = server.ask("GET /health/ready", "");
    assert_eq!((status(&ready), header(&ready, "x-content-type-options")), (200, Some("nosniff")));
    assert!(header(&ready, "x-request-id").is_some());

    let head = server.ask("HEAD /health/live", "");
    assert_eq!((status(&head), head.ends_with("\r\n\r\n")), (200, true), "{head}");

    for (line, code, content_type) in [
        ("GET /nothing", 404, "application/problem+json"),
        ("GET /login/nothing", 404, "text/html; charset=utf-8"),
        ("GET /", 200, "text/html; charset=utf-8"),
        ("GET /v1/auth/nothing", 404, "application/json"),
        ("DELETE /health", 405, "application/problem+json"),
        ("GET /oauth2/token", 405, "application/json"),
        ("GET /v1/auth/token", 405, "application/json"),
        ("PUT /login/identify", 405, "text/html; charset=utf-8"),
    ] {
        let answer = server.ask(line, "");
        assert_eq!(
            (status(&answer), header(&answer, "content-type")),
            (code, Some(content_type)),
            "{line}: {answer}"
        );
        assert!(header(&answer, "content-security-policy").is_some(), "{line}");
    }
    assert_eq!(header(&server.ask("DELETE /health", ""), "allow"), Some("GET, HEAD"));
    assert_eq!(header(&server.ask("GET /oauth2/token", ""), "allow"), Some("POST"));
}

#[test]
fn every_route_has_all_that_its_handler_asks_for() {
    let server = Fixture::start_with(|config| config.security.development = true);
    for route in routes::table(true) {
        let path = route.paths().swap_remove(0).replace("{kind}", "user").replace("{file:.*}", "app.css");
        let path = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
        let path = path.collect::<Vec<_>>().join("/");
        let line = format!("{} {path}", route.method().as_str());
        let answer = server.ask(&line, if route.method() == Method::Get { "" } else { TRY });
        assert!(status(&answer) < 500, "{path}: {answer}");
    }
}

/// A request by a client that does not exist, with an empty form.
const TRY: &str = "Authorization: Basic bm9ib2R5Om5vYm9keQ==\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                   Content-Length: 0\r\n";

#[test]
fn only_files_are_compressed() {
    let server = Fixture::start();
    let gzip = "Accept-Encoding: gzip\r\n";
    let page = server.ask("GET /login/nothing", gzip);
    assert_eq!(header(&page, "content-encoding"), None);
    let style = format!(
        "GET {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{gzip}\r\n",
        crate::web::assets::stylesheet_path()
    );
    let mut stream = TcpStream::connect(server.running.address()).unwrap();
    stream.write_all(style.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let head = String::from_utf8_lossy(&answer);
    assert_eq!((status(&head), header(&head, "content-encoding")), (200, Some("gzip")), "{head}");
}

#[test]
fn public_documents_are_open_to_every_origin_and_pages_to_none() {
    let server = Fixture::start();
    let origin = "Origin: https://app.example\r\n";
    let allowed = |line: &str| {
        let answer = server.ask(line, origin);
        header(&answer, "access-control-allow-origin").map(str::to_owned)
    };
    assert_eq!(allowed("GET /.well-known/openid-configuration").as_deref(), Some("*"));
    assert_eq!(allowed("GET /oauth2/jwks").as_deref(), Some("*"));
    for closed in ["GET /oauth2/userinfo", "GET /login", "GET /health", "GET /nothing"] {
        assert_eq!(allowed(closed), None, "{closed}");
    }
}

#[test]
fn the_numbers_are_there_for_neighbours_only() {
    let server = Fixture::start();
    server.ask("GET /health/live", "");
    let numbers = server.ask("GET /metrics", "");
    assert!(numbers.contains("http_request_duration_seconds_bucket{"), "{numbers}");
    assert!(
        numbers.contains("\ndatabase_connections ") && numbers.contains("password_hashes_total "),
        "{numbers}"
    );
    assert_eq!(status(&server.ask("GET /metrics", "X-Forwarded-For: 127.0.0.1\r\n")), 404);
}

#[test]
fn an_idle_connection_does_not_hold_up_the_end() {
    let server = Fixture::start();
    let mut idle = TcpStream::connect(server.running.address()).unwrap();
    idle.write_all(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut some = [0; 16];
    idle.read_exact(&mut some).unwrap();
    let began = Instant::now();
    let address = server.running.address();
    server.running.stop().unwrap();
    assert!(began.elapsed() < Duration::from_millis(2_500), "{:?}", began.elapsed());
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn during_its_notice_a_server_answers_and_is_not_ready() {
    let server = Fixture::start();
    server.running.order.send_replace(Order::Drain(Duration::from_secs(1)));
    std::thread::sleep(Duration::from_millis(300));
    let ready = server.ask("GET /health/ready", "");
    assert_eq!(status(&ready), 503);
    assert!(ready.contains("draining"));
    assert_eq!(status(&server.ask("GET /health/live", "")), 200);
    let address = server.running.address();
    server.running.wait().unwrap();
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn an_order_to_stop_cuts_a_notice_short() {
    let server = Fixture::start();
    let began = Instant::now();
    server.running.order.send_replace(Order::Drain(Duration::from_secs(60)));
    std::thread::sleep(Duration::from_millis(100));
    server.running.order.send_replace(Order::Stop);
    server.running.wait().unwrap();
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn a_taken_address_and_a_wrong_master_key_are_told_in_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let listener = bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let taken = bind(listener.local_addr().unwrap()).unwrap_err();
    assert!(taken.to_string().starts_with("cannot listen on 127.0.0.1:"), "{taken}");
    assert!(taken.fix().is_some());

    drop(bootstrap(config(&folder), Clock::System, Random::default()).unwrap());
    let mut other = config(&folder);
    other.security.master_key = crate::secret::MasterKey::from_bytes([7; 32]).unwrap();
    let refused = bootstrap(other, Clock::System, Random::default()).err().unwrap().to_string();
    assert!(refused.contains("security.master_key") && !refused.contains('\n'), "{refused}");
}

#[test]
fn an_older_schema_is_refused_when_the_server_may_not_change_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(&folder);
    config.database.migrate_on_start = false;
    let refused = bootstrap(config.clone(), Clock::System, Random::default()).err().unwrap();
    assert!(matches!(&refused, StartError::NotMigrated(missing) if !missing.is_empty()), "{refused}");
    assert!(refused.fix().unwrap().contains("gridkey migrate run"));
    config.database.migrate_on_start = true;
    assert!(bootstrap(config, Clock::System, Random::default()).is_ok());
}
