//! nginx from Debian in front of an API: keys, session tokens and what is spoofed, and how soon a revocation is felt.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use gridkey::app::BOUND;
use gridkey::credentials::{KeyLevel, KeyStatus};
use gridkey::request_keys::QueryMode;
use serde_json::Value;

use crate::support::nginx::Guarded;
use crate::support::signing::{Draft, FINGERPRINT, secret};
use crate::support::tokens::ADA;
use crate::support::{Engine, Reply, TestApp, http_client, runtime};

async fn trusting(engine: Engine) -> TestApp {
    TestApp::start_with(engine, &[("server.trusted_proxies", "127.0.0.1")]).await
}

async fn get(guarded: &Guarded, path: &str, headers: &[(&str, &str)]) -> Reply {
    let client = http_client();
    let mut request = client.get(format!("{}{path}", guarded.base));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Reply::of(request.send().await.unwrap()).await
}

async fn session_of(app: &TestApp, key: &str) -> String {
    let request = app.http().post(app.url("/v1/auth/session")).bearer_auth(key);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["data"]["session_token"].as_str().unwrap().to_owned()
}

#[test]
fn an_api_behind_nginx_sees_who_it_is_and_never_what_the_client_claims() {
    runtime().block_on(async {
        let app = trusting(Engine::Sqlite).await;
        let guarded = Guarded::start(&app, "acme&permission=users:read").await;
        let key = app.ada_key(KeyLevel::ReadOnly).await;
        let bearer = format!("Bearer {}", key.secret);
        let session = format!("Bearer {}", session_of(&app, &key.secret).await);
        let spoofed = [
            ("x-gridkey-subject", "root"),
            ("x-gridkey-key", "someone-elses"),
            ("x-gridkey-roles", "super_admin"),
            ("X_Gridkey_Subject", "root"),
        ];
        for credential in
            [("authorization", bearer.as_str()), ("authorization", &session), ("x-api-key", &key.secret)]
        {
            let headers: Vec<_> = spoofed.into_iter().chain([credential]).collect();
            let seen = get(&guarded, "/v1/models?limit=2", &headers).await.expect(200).json();
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
fn nobody_gets_in_while_gridkey_is_away() {
    runtime().block_on(async {
        let app = trusting(Engine::Sqlite).await;
        let guarded = Guarded::start(&app, "acme").await;
        let key = app.ada_key(KeyLevel::ReadOnly).await;
        let bearer = format!("Bearer {}", key.secret);
        get(&guarded, "/", &[("authorization", &bearer)]).await.expect(200);
        tokio::task::spawn_blocking(move || drop(app)).await.unwrap();
        let away = get(&guarded, "/", &[("authorization", &bearer)]).await.expect(503);
        assert_eq!(away.header("retry-after"), "1");
    });
}

/// Asks until nobody is let in any more, which has to be before the bound is over.
async fn stops(guarded: &Guarded, headers: &[(&str, &str)]) {
    let revoked = Instant::now();
    loop {
        let asked = revoked.elapsed();
        let reply = get(guarded, "/", headers).await;
        if reply.status == 401 {
            break;
        }
        reply.expect(200);
        assert!(asked < BOUND, "what was revoked was taken {asked:?} later");
    }
    get(guarded, "/", headers).await.expect(401);
}

/// A revocation at one node, felt at nginx in front of another, while others keep asking.
#[test]
fn a_revocation_is_felt_behind_nginx_within_the_bound_under_load() {
    runtime().block_on(async {
        let app = trusting(Engine::Postgres).await;
        let second = app.second_node().await;
        let guarded = Arc::new(Guarded::start(&second, "acme").await);
        let over = Arc::new(AtomicBool::new(false));
        let busy = format!("Bearer {}", app.ada_key(KeyLevel::Admin).await.secret);
        let load: Vec<_> = (0..4)
            .map(|_| {
                let (guarded, over, busy) = (Arc::clone(&guarded), Arc::clone(&over), busy.clone());
                tokio::spawn(async move {
                    let mut asked = 0;
                    while !over.load(Ordering::Relaxed) {
                        get(&guarded, "/", &[("authorization", &busy)]).await.expect(200);
                        asked += 1;
                    }
                    asked
                })
            })
            .collect();
        for by_session in [false, true, false, true] {
            let key = app.ada_key(KeyLevel::Admin).await;
            let text = if by_session { session_of(&second, &key.secret).await } else { key.secret.clone() };
            let bearer = format!("Bearer {text}");
            get(&guarded, "/", &[("authorization", &bearer)]).await.expect(200);
            app.revoke_key(&key).await;
            stops(&guarded, &[("authorization", &bearer)]).await;
        }
        let signing = app.signing_key().await;
        let signed = Draft::new("GET", "/", "").grid(&secret(), app.now().seconds(), QueryMode::Include);
        let headers: Vec<(&str, &str)> =
            signed.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let seen = get(&guarded, "/", &headers).await.expect(200).json();
        assert_eq!(seen["x-gridkey-fingerprint"], FINGERPRINT, "{seen}");
        app.change_signing_key(signing, "signing_key.revoke", |key| key.status = KeyStatus::Revoked).await;
        stops(&guarded, &headers).await;
        over.store(true, Ordering::Relaxed);
        for one in load {
            assert!(one.await.unwrap() > 0, "there was a load");
        }
    });
}
