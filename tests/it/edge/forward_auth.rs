//! `/v1/forward-auth`: what proxies ask, in their dialects.

use gridkey::credentials::KeyLevel;
use reqwest::Method;

use crate::support::tokens::ADA;
use crate::support::{Engine, Reply, TestApp, runtime};

/// Runs a test on a server that trusts a proxy on this machine.
fn behind_a_proxy<F, Fut>(engine: Engine, body: F)
where
    F: FnOnce(TestApp) -> Fut,
    Fut: Future<Output = ()>,
{
    let trust = [("server.trusted_proxies", "127.0.0.1")];
    runtime().block_on(async { body(TestApp::start_with(engine, &trust).await).await });
}

async fn ask(app: &TestApp, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = app.http().request(method, app.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Reply::of(request.send().await.unwrap()).await
}

async fn every_dialect_lets_a_key_through_and_says_whose_it_is(app: TestApp) {
    let key = app.ada_key(KeyLevel::ReadOnly).await;
    let bearer = format!("Bearer {}", key.secret);
    for (path, target) in [
        ("/v1/forward-auth/nginx?tenant=acme&permission=users:read", ("x-original-uri", "/v1/models?a=b")),
        ("/v1/forward-auth/traefik?tenant=acme", ("x-forwarded-uri", "/v1/models")),
        ("/v1/forward-auth/caddy", ("x-forwarded-uri", "/v1/models")),
        ("/v1/forward-auth/envoy/v1/models?a=b", ("x-gridkey-tenant", "acme")),
    ] {
        let spoofed = ("x-gridkey-subject", "somebody-else");
        let reply = ask(&app, Method::GET, path, &[("authorization", &bearer), target, spoofed]).await;
        let reply = reply.expect(200);
        assert_eq!(reply.header("x-gridkey-subject-name"), ADA, "{path}");
        assert_eq!(reply.header("x-gridkey-tenant"), "acme");
        assert_eq!(reply.header("x-gridkey-credential"), key.id.to_string());
        assert_ne!(reply.header("x-gridkey-subject"), "somebody-else");
        assert_eq!(reply.header("cache-control"), "no-store");
    }
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        ask(&app, method, "/v1/forward-auth/envoy/v1/x", &[("authorization", &bearer)]).await.expect(200);
    }
}

async fn refusals_are_what_each_proxy_understands(app: TestApp) {
    let key = app.ada_key(KeyLevel::ReadOnly).await;
    let bearer = format!("Bearer {}", key.secret);
    let nginx = "/v1/forward-auth/nginx";
    let none = ask(&app, Method::GET, nginx, &[]).await.expect_problem(401, "credential_refused");
    assert_eq!((none.header("x-gridkey-reason"), none.header("x-gridkey-status")), ("missing", "401"));
    assert!(none.header("www-authenticate").starts_with("Bearer"));
    let denied = format!("{nginx}?permission=users:update");
    let reply = ask(&app, Method::GET, &denied, &[("authorization", &bearer)]).await;
    assert_eq!(
        reply.expect_problem(403, "credential_refused").header("x-gridkey-reason"),
        "permission_denied"
    );
    let elsewhere = format!("{nginx}?tenant=globex");
    let reply = ask(&app, Method::GET, &elsewhere, &[("authorization", &bearer)]).await;
    assert_eq!(reply.expect(401).header("x-gridkey-reason"), "wrong_tenant");
    let in_query = format!("/x?key={}", key.secret);
    let reply =
        ask(&app, Method::GET, nginx, &[("authorization", &bearer), ("x-original-uri", &in_query)]).await;
    assert_eq!(reply.expect(401).header("x-gridkey-reason"), "key_in_query");
    let twice =
        ask(&app, Method::GET, nginx, &[("authorization", &bearer), ("authorization", &bearer)]).await;
    assert_eq!(twice.expect(401).header("x-gridkey-reason"), "ambiguous");
    for (query, code) in [
        ("?permission=x", "invalid_permission"),
        ("?role=x", "unknown_parameter"),
        ("?tenant=a&tenant=b", "invalid_query"),
    ] {
        ask(&app, Method::GET, &format!("{nginx}{query}"), &[("authorization", &bearer)])
            .await
            .expect_problem(400, code);
    }
}

macro_rules! on_both_behind_a_proxy {
    ($($name:ident),+ $(,)?) => {
        mod sqlite { use super::*; $(#[test] fn $name() { behind_a_proxy(Engine::Sqlite, super::$name); })+ }
        mod postgres { use super::*; $(#[test] fn $name() { behind_a_proxy(Engine::Postgres, super::$name); })+ }
    };
}

on_both_behind_a_proxy!(
    every_dialect_lets_a_key_through_and_says_whose_it_is,
    refusals_are_what_each_proxy_understands,
);

#[test]
fn nobody_but_a_trusted_proxy_is_answered() {
    runtime().block_on(async {
        let app = TestApp::start(Engine::Sqlite).await;
        let key = app.ada_key(KeyLevel::Admin).await;
        let bearer = format!("Bearer {}", key.secret);
        for path in ["nginx", "traefik", "caddy", "envoy/x"] {
            let path = format!("/v1/forward-auth/{path}");
            let headers = [("authorization", bearer.as_str()), ("x-forwarded-for", "127.0.0.1")];
            ask(&app, Method::GET, &path, &headers).await.expect_problem(403, "untrusted_proxy");
        }
    });
}
