//! Nodes that are killed and nodes that are cut off: no revoked key is taken beyond the bound.

use std::time::{Duration, Instant};

use gridkey::app::BOUND;
use gridkey::credentials::{KeyLevel, KeyOwner};
use serde_json::{Value, json};

use crate::support::process::Process;
use crate::support::tokens::ADA;
use crate::support::{Engine, TestApp, cut_feeds, http_client, mend_feeds, runtime};

async fn is_good(node: &TestApp, asker: &str, secret: &str) -> bool {
    let reply = node.post_json("/v1/verify", Some(asker), &json!({ "credential": secret })).await.expect(200);
    reply.json()["active"] == true
}

#[test]
fn a_node_that_is_cut_off_from_the_others_takes_no_revoked_key() {
    runtime().block_on(async {
        let app = TestApp::start(Engine::Postgres).await;
        let second = app.second_node().await;
        let asker = app.manager("acme", Some("tenant_admin")).await.token;
        let (key, other) = (app.ada_key(KeyLevel::Admin).await, app.ada_key(KeyLevel::Admin).await);
        for node in [&app, &second] {
            assert!(is_good(node, &asker, &key.secret).await && is_good(node, &asker, &other.secret).await);
        }
        let url = app.database_url.clone();
        tokio::task::spawn_blocking(move || cut_feeds(&url)).await.unwrap();
        // Revoked at once, while the second node still believes what it remembers.
        app.revoke_key(&key).await;
        let revoked = Instant::now();
        while revoked.elapsed() < BOUND * 2 {
            let asked = revoked.elapsed();
            if is_good(&second, &asker, &key.secret).await {
                assert!(asked < BOUND, "taken {asked:?} after it was revoked");
            }
        }
        assert!(!second.app.feed().is_current(), "it knows that it hears nothing");
        assert!(is_good(&second, &asker, &other.secret).await, "and looks everything up");
        app.revoke_key(&other).await;
        assert!(!is_good(&second, &asker, &other.secret).await);
        let url = app.database_url.clone();
        tokio::task::spawn_blocking(move || mend_feeds(&url)).await.unwrap();
        let until = Instant::now() + Duration::from_secs(10);
        while !second.app.feed().is_current() {
            assert!(Instant::now() < until, "it listens again");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
}

/// Calls of a process of which nothing but its address is known.
struct Remote {
    http: reqwest::Client,
    token: String,
}

impl Remote {
    async fn call(&self, method: reqwest::Method, url: String, body: Option<Value>) -> (u16, Value) {
        let mut request = self.http.request(method, url).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    async fn is_good(&self, base: &str, secret: &str) -> bool {
        let body = json!({ "credential": secret });
        let (status, verdict) =
            self.call(reqwest::Method::POST, format!("{base}/v1/verify"), Some(body)).await;
        assert_eq!(status, 200, "{verdict}");
        verdict["active"] == true
    }
}

#[test]
fn a_node_that_is_killed_after_it_revoked_has_revoked() {
    runtime().block_on(async {
        let new = tokio::task::spawn_blocking(|| Process::on_fresh(Engine::Postgres, &[]));
        let mut first = new.await.unwrap();
        first.start().await;
        let mut second = first.second_node();
        second.start().await;
        let beside = TestApp::beside(&first).await;
        let token = beside.manager("acme", Some("tenant_admin")).await.token;
        let (acme, ada) = beside.person("acme", ADA).await;
        let remote = Remote { http: http_client(), token };
        let key = beside.key_of(acme, KeyOwner::User(ada), |_| {}).await;
        let (id, secret) = (key.id, key.secret);
        assert!(remote.is_good(&second.base, &secret).await);
        let (status, _) =
            remote.call(reqwest::Method::DELETE, format!("{}/v1/api-keys/{id}", first.base), None).await;
        let revoked = Instant::now();
        assert_eq!(status, 204);
        first.kill();
        while remote.is_good(&second.base, &secret).await {
            assert!(revoked.elapsed() < BOUND, "a revoked key was taken");
        }
        second.kill();
    });
}
