//! Caddy from Debian in front of an API: keys, session tokens, signatures, and what is spoofed.

use std::time::Instant;

use gridkey::app::BOUND;
use gridkey::credentials::KeyLevel;
use gridkey::request_keys::QueryMode;
use serde_json::Value;

use crate::support::caddy::Guarded;
use crate::support::signing::{Draft, FINGERPRINT, secret};
use crate::support::tokens::ADA;
use crate::support::{Engine, Reply, TestApp, http_client, runtime};

async fn trusting() -> TestApp {
    TestApp::start_with(Engine::Sqlite, &[("server.trusted_proxies", "127.0.0.1")]).await
}

async fn ask(guarded: &Guarded, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
    let client = http_client();
    let mut request = client.request(method.parse().unwrap(), format!("{}{path}", guarded.base));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Reply::of(request.send().await.unwrap()).await
}

async fn get(guarded: &Guarded, path: &str, headers: &[(&str, &str)]) -> Reply {
    ask(guarded, "GET", path, headers).await
}

#[test]
fn an_api_behind_caddy_sees_who_it_is_and_never_what_the_client_claims() {
    runtime().block_on(async {
        let app = trusting().await;
        let guarded = Guarded::start(&app, "acme&permission=users:read").await;
        let key = app.ada_key(KeyLevel::ReadOnly).await;
        let bearer = format!("Bearer {}", key.secret);
        let request = app.http().post(app.url("/v1/auth/session")).bearer_auth(&key.secret);
        let session: Value = request.send().await.unwrap().json().await.unwrap();
        let session = format!("Bearer {}", session["data"]["session_token"].as_str().unwrap());
        let spoofed = [
            ("x-gridkey-subject", "root"),
            ("x-gridkey-key", "someone-elses"),
            ("x-gridkey-fingerprint", "someone-elses"),
            ("x-gridkey-roles", "super_admin"),
            ("x-gridkey-anything", "someone-elses"),
            ("X_Gridkey_Subject", "root"),
            ("x-forwarded-uri", "/elsewhere"),
            ("x-forwarded-method", "DELETE"),
            ("x-forwarded-for", "198.51.100.1"),
        ];
        for credential in
            [("authorization", bearer.as_str()), ("authorization", &session), ("x-api-key", &key.secret)]
        {
            let headers: Vec<_> = spoofed.into_iter().chain([credential]).collect();
            let seen = ask(&guarded, "POST", "/v1/models?limit=2", &headers).await.expect(200).json();
            assert_eq!(seen["x-gridkey-subject-name"], ADA, "{seen}");
            assert_eq!(seen["x-gridkey-tenant"], "acme");
            assert!(seen.get("authorization").is_none() && seen.get("x-api-key").is_none(), "{seen}");
            let text = seen.to_string();
            assert!(
                !text.contains("someone-elses")
                    && !text.contains("super_admin")
                    && !text.contains("\"root\""),
                "{text}"
            );
        }
        let none = get(&guarded, "/v1/models", &spoofed).await.expect(401);
        assert!(none.header("www-authenticate").starts_with("Bearer"), "{}", none.body);
        // The address is the one that was asked for, whatever the client says of it.
        get(&guarded, &format!("/v1/models?api_key={}", key.secret), &[("authorization", &bearer)])
            .await
            .expect(401);
        let narrow = Guarded::start(&app, "acme&permission=users:update").await;
        get(&narrow, "/v1/models", &[("authorization", &bearer)]).await.expect(403);
        let elsewhere = Guarded::start(&app, "globex").await;
        get(&elsewhere, "/v1/models", &[("authorization", &bearer)]).await.expect(401);
    });
}

#[test]
fn a_signed_request_passes_caddy_as_it_was_signed_and_a_revoked_key_does_not() {
    runtime().block_on(async {
        let app = trusting().await;
        let guarded = Guarded::start(&app, "acme").await;
        app.signing_key().await;
        let signed = |target: &str| {
            Draft::new("GET", target, "").grid(&secret(), app.now().seconds(), QueryMode::Include)
        };
        for target in ["/v1/orders", "/v1/or%2Fders/a%20b?status=open&x=%2f&y", "/a//b/../c?"] {
            let draft = signed(target);
            let headers: Vec<(&str, &str)> =
                draft.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            // The client's own library would tidy the address up.
            let (status, body) = raw(&guarded, target, &headers).await;
            assert_eq!(status, 200, "{target}: {body}");
            assert!(body.contains(FINGERPRINT), "{body}");
            let (status, _) = raw(&guarded, "/v1/other", &headers).await;
            assert_eq!(status, 401);
        }
        let key = app.ada_key(KeyLevel::Admin).await;
        let bearer = format!("Bearer {}", key.secret);
        get(&guarded, "/", &[("authorization", &bearer)]).await.expect(200);
        app.revoke_key(&key).await;
        let revoked = Instant::now();
        while get(&guarded, "/", &[("authorization", &bearer)]).await.status != 401 {
            assert!(revoked.elapsed() < BOUND, "what was revoked is still taken");
        }
    });
}

/// Asks for exactly this address.
async fn raw(guarded: &Guarded, target: &str, headers: &[(&str, &str)]) -> (u16, String) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let address = guarded.base.trim_start_matches("http://");
    let mut text = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
}

#[test]
fn nobody_gets_in_by_caddy_while_gridkey_is_away() {
    runtime().block_on(async {
        let app = trusting().await;
        let guarded = Guarded::start(&app, "acme").await;
        let key = app.ada_key(KeyLevel::ReadOnly).await;
        let bearer = format!("Bearer {}", key.secret);
        get(&guarded, "/", &[("authorization", &bearer)]).await.expect(200);
        tokio::task::spawn_blocking(move || drop(app)).await.unwrap();
        let away = get(&guarded, "/", &[("authorization", &bearer)]).await.expect(503);
        assert_eq!(away.header("retry-after"), "1");
    });
}
