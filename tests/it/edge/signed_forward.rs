//! Signed requests as proxies tell them.

use gridkey::request_keys::QueryMode;
use reqwest::Method;

use crate::support::signing::{Draft, FINGERPRINT, HOST, ORDER, SIGNED_AT, secret, server};
use crate::support::tokens::ADA;
use crate::support::{Engine, Reply, TestApp, runtime};

const NONCE: &str = "dGVzdC1ub25jZS0wMDAx";
const NOTHING: &str = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";

macro_rules! on_both_at_the_time {
    ($($name:ident),+ $(,)?) => {
        mod sqlite { use super::*; $(#[test] fn $name() { behind_a_proxy(Engine::Sqlite, super::$name); })+ }
        mod postgres { use super::*; $(#[test] fn $name() { behind_a_proxy(Engine::Postgres, super::$name); })+ }
    };
}

fn behind_a_proxy<F, Fut>(engine: Engine, body: F)
where
    F: FnOnce(TestApp) -> Fut,
    Fut: Future<Output = ()>,
{
    let trust = [("server.trusted_proxies", "127.0.0.1")];
    runtime().block_on(async { body(server(engine, &trust).await).await });
}

on_both_at_the_time!(
    every_dialect_tells_a_signed_request,
    a_body_comes_along_or_is_digested,
    what_a_proxy_does_not_tell_is_not_guessed,
    refusals_help_to_sign,
);

/// Asks as a proxy of this dialect does; `body` is what it sends along.
async fn ask(app: &TestApp, dialect: &str, draft: &Draft, body: Option<&str>) -> Reply {
    let method: Method = draft.method.parse().unwrap();
    let envoy = dialect == "envoy";
    let path = if envoy { draft.target.as_str() } else { "" };
    let url = app.url(&format!("/v1/forward-auth/{dialect}{path}"));
    let mut request = app.http().request(if envoy { method } else { Method::GET }, url);
    let told = match dialect.split('?').next().unwrap() {
        "nginx" => vec![("x-original-method", &draft.method), ("x-original-uri", &draft.target)],
        "envoy" => vec![("host", &draft.authority)],
        _ => vec![("x-forwarded-method", &draft.method), ("x-forwarded-uri", &draft.target)],
    };
    for (name, value) in told {
        request = request.header(name, value);
    }
    if !envoy {
        request = request.header("x-forwarded-host", &draft.authority);
    }
    request = request.header("x-forwarded-proto", "https");
    for (name, value) in &draft.headers {
        request = request.header(name, value);
    }
    if let Some(body) = body {
        request = request.body(body.to_owned());
    }
    Reply::of(request.send().await.unwrap()).await
}

fn get() -> Draft {
    Draft::new("GET", "/v1/orders?status=open", "")
}

fn post() -> Draft {
    Draft::new("POST", "/v1/orders", ORDER)
}

async fn every_dialect_tells_a_signed_request(app: TestApp) {
    let key = app.signing_key().await;
    for (dialect, nonce) in ["nginx", "traefik", "caddy", "envoy"].into_iter().zip('a'..) {
        for draft in [get().signed(), get().rfc9421(None)] {
            let reply = ask(&app, dialect, &draft, None).await.expect(200);
            assert_eq!(reply.header("x-gridkey-subject-name"), ADA, "{dialect}");
            assert_eq!(reply.header("x-gridkey-credential-type"), "signed_request");
            assert_eq!(reply.header("x-gridkey-credential"), key.id.to_string());
            assert_eq!(reply.header("x-gridkey-fingerprint"), FINGERPRINT);
            assert_eq!(reply.header("x-gridkey-query-signed"), "signed");
            assert_eq!(reply.header("x-gridkey-content-digest"), NOTHING);
        }
        let once = post().rfc9421(Some(&format!("{NONCE}{nonce}")));
        let reply = ask(&app, dialect, &once, None).await.expect(200);
        assert_eq!(reply.header("x-gridkey-content-digest"), once.get("content-digest"), "{dialect}");
        let again = ask(&app, dialect, &once, None).await;
        let status = if dialect == "nginx" { 403 } else { 409 };
        let again = again.expect_problem(status, "replayed_request");
        assert_eq!(again.header("x-gridkey-reason"), "replayed_request");
        assert_eq!(again.header("x-gridkey-status"), "409");
    }
    let bearer = format!("Bearer {}", app.ada_key(gridkey::credentials::KeyLevel::Admin).await.secret);
    let with_key = Draft::new("GET", "/v1/orders", "").with("authorization", &bearer);
    let reply = ask(&app, "nginx", &with_key, None).await.expect(200);
    for name in ["x-gridkey-fingerprint", "x-gridkey-content-digest", "x-gridkey-query-signed"] {
        assert_eq!(reply.header(name), "", "sent empty, to wipe what the client sent");
    }
}

async fn a_body_comes_along_or_is_digested(app: TestApp) {
    app.signing_key().await;
    let reply = ask(&app, "envoy", &post().signed(), Some(ORDER)).await.expect(200);
    assert_eq!(reply.header("x-gridkey-content-digest"), "", "the body was seen");
    let other = ORDER.replace("0.68", "0.69");
    let at = |time| post().grid(&secret(), SIGNED_AT + time, QueryMode::Include);
    let reason = async |draft: &Draft, body| {
        ask(&app, "envoy", draft, body).await.header("x-gridkey-reason").to_owned()
    };
    assert_eq!(reason(&at(1), Some(&other)).await, "signature_invalid");
    assert_eq!(reason(&at(1), None).await, "body_not_known");
    let partial = at(1).with("x-envoy-auth-partial-body", "true");
    assert_eq!(reason(&partial, Some(ORDER)).await, "body_not_known");
    let digested = post().rfc9421(Some(NONCE));
    assert_eq!(reason(&digested, Some(&other)).await, "content_digest_mismatch");
    // Whoever saw a signed request without a body could send it on with one.
    let bare = Draft::new("POST", "/v1/transfers/cancel", "").signed();
    assert_eq!(reason(&bare, None).await, "body_not_known");
    let more = bare.clone().with("x-original-content-length", "7");
    assert_eq!(reason(&more, None).await, "body_not_known");
    let less = bare.clone().with("x-original-content-length", "0");
    assert_eq!(reason(&less, None).await, "body_not_known", "anybody could have sent this header");
    ask(&app, "traefik?original_length=told", &less, None).await.expect(200);
    ask(&app, "traefik?original_length=0", &less, None).await.expect_problem(400, "invalid_query");
    let long = "x".repeat(app.app.body_limit() + 1);
    ask(&app, "envoy", &post().signed(), Some(&long)).await.expect_problem(413, "body_too_large");
}

async fn what_a_proxy_does_not_tell_is_not_guessed(app: TestApp) {
    app.signing_key().await;
    let reason =
        async |draft: &Draft| ask(&app, "nginx", draft, None).await.header("x-gridkey-reason").to_owned();
    // Whatever else the client claims, told twice is told by nobody.
    assert_eq!(reason(&get().rfc9421(None).with("x-forwarded-host", HOST)).await, "authority_foreign");
    assert_eq!(reason(&get().signed().with("x-original-uri", "/v1/other")).await, "target_unsafe");
    assert_eq!(reason(&get().signed().with("x-original-method", "POST")).await, "method_unsafe");
    let foreign = Draft { authority: "elsewhere.example.com".into(), ..get().rfc9421(None) };
    assert_eq!(reason(&foreign).await, "authority_foreign");
    let elsewhere = Draft { target: "/v1/orders".into(), ..get().signed() };
    assert_eq!(reason(&elsewhere).await, "signature_invalid");
}

async fn refusals_help_to_sign(app: TestApp) {
    app.signing_key().await;
    let stale = get().grid(&secret(), SIGNED_AT - 31, QueryMode::Include);
    let reply = ask(&app, "traefik", &stale, None).await.expect_problem(401, "credential_refused");
    assert_eq!(reply.header("x-gridkey-reason"), "signature_stale");
    assert_eq!(reply.header("x-gridkey-server-time"), SIGNED_AT.to_string());
    assert_eq!(reply.header("date"), "Tue, 14 Nov 2023 22:13:20 GMT");
    assert!(reply.header("accept-signature").contains("\"content-digest\""));
    let wrong = get().signed().asking("GET", "/v1/other");
    let reply = ask(&app, "traefik", &wrong, None).await.expect(401);
    assert_eq!(reply.header("x-gridkey-server-time"), "");
    assert!(!reply.header("accept-signature").is_empty());
    let unsafe_target = get().signed().asking("GET", "/v1/{}");
    for (dialect, status) in [("traefik", 400), ("nginx", 403)] {
        let reply = ask(&app, dialect, &unsafe_target, None).await.expect(status);
        assert_eq!(reply.header("x-gridkey-reason"), "target_unsafe");
        assert_eq!(reply.header("x-gridkey-status"), "400");
    }
}
