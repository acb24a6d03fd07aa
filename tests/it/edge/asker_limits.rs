//! How often those may ask who ask for verdicts.

use std::time::Duration;

use gridkey::credentials::KeyLevel;
use gridkey::credentials::store::usage_of;
use serde_json::{Value, json};

use crate::support::{Engine, TestApp, runtime};

fn verify(secret: &str) -> Value {
    json!({ "credential": secret })
}

async fn who_asks_too_often_waits(engine: Engine) {
    let app = TestApp::start_with(engine, &[("limits.verify_per_minute", "3")]).await;
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let other = app.manager("acme", Some("tenant_admin")).await;
    let key = app.ada_key(KeyLevel::ReadOnly).await;
    for left in ["2", "1", "0"] {
        let reply = edge.post("/v1/verify", &verify(&key.secret)).await.expect(200);
        assert_eq!(reply.json()["active"], true);
        assert_eq!((reply.header("ratelimit-limit"), reply.header("ratelimit-remaining")), ("3", left));
        assert_eq!(reply.header("ratelimit-policy"), "\"asker\";q=3;w=60");
    }
    let refused = edge.post("/v1/verify", &verify(&key.secret)).await.expect_problem(429, "rate_limited");
    assert_eq!((refused.header("retry-after"), refused.header("ratelimit-remaining")), ("20", "0"));
    let batch = |questions: usize| json!({ "requests": vec![verify(&key.secret); questions] });
    edge.post("/v1/verify/batch", &batch(1)).await.expect_problem(429, "rate_limited");
    edge.get("/v1/me").await.expect(200);
    other.post("/v1/verify", &verify("junk")).await.expect(200);

    // Each question of a batch counts; one that does not fit is not charged at all.
    other.post("/v1/verify/batch", &batch(3)).await.expect_problem(429, "rate_limited");
    let reply = other.post("/v1/verify/batch", &batch(2)).await.expect(200);
    assert_eq!(reply.header("ratelimit-remaining"), "0");
    app.pass(Duration::from_secs(20));
    edge.post("/v1/verify", &verify(&key.secret)).await.expect(200);
    edge.post("/v1/verify", &verify(&key.secret)).await.expect_problem(429, "rate_limited");
    app.pass(Duration::from_secs(60));
    // More than a minute's is taken when nothing was asked before; what asks for nothing, or cannot be read, counts as one.
    edge.post("/v1/verify/batch", &batch(50)).await.expect(200);
    edge.post("/v1/verify", &verify(&key.secret)).await.expect_problem(429, "rate_limited");
    let reply = other.post("/v1/verify/batch", &batch(0)).await.expect_problem(422, "too_many");
    assert_eq!(reply.header("ratelimit-remaining"), "2");
    let reply = other.post("/v1/verify/batch", &json!([])).await.expect_problem(400, "invalid_body");
    assert_eq!(reply.header("ratelimit-remaining"), "1");
    let reply = other.post("/v1/verify", &json!({})).await.expect_problem(422, "invalid_verify_request");
    assert_eq!(reply.header("ratelimit-remaining"), "0");
}

#[test]
fn who_asks_too_often_waits_on_sqlite() {
    runtime().block_on(who_asks_too_often_waits(Engine::Sqlite));
}

#[test]
fn who_asks_too_often_waits_on_postgres() {
    runtime().block_on(who_asks_too_often_waits(Engine::Postgres));
}

#[test]
fn a_key_that_asks_has_a_limit_of_its_own_and_each_question_is_counted_once() {
    runtime().block_on(async {
        let app = TestApp::start_with(Engine::Sqlite, &[("limits.verify_per_minute", "2")]).await;
        let (asker, twin) = (app.ada_key(KeyLevel::Admin).await, app.ada_key(KeyLevel::Admin).await);
        let weak = app.ada_key(KeyLevel::ReadOnly).await;
        app.change_key(&weak, "api_key.update", |key| {
            key.grant = gridkey::credentials::KeyGrant::Scopes(vec!["users:read".parse().unwrap()]);
        })
        .await;
        for status in [200, 200, 429, 429] {
            let reply = app.post_json("/v1/verify", Some(&asker.secret), &verify("junk")).await;
            assert_eq!(reply.status, status, "{}", reply.body);
        }
        app.post_json("/v1/verify", Some(&twin.secret), &verify("junk")).await.expect(200);
        app.post_json("/v1/verify", Some(&weak.secret), &verify("junk"))
            .await
            .expect_problem(403, "permission_denied");
        app.revoke_key(&twin).await;
        app.post_json("/v1/verify", Some(&twin.secret), &verify("junk")).await.expect(401);
        gridkey::app::flush_usage(std::sync::Arc::clone(&app.app)).await.unwrap();
        for (key, expected) in [
            (&asker, vec![("allowed", 2), ("rate_limited", 2)]),
            (&twin, vec![("allowed", 1), ("revoked", 1)]),
            (&weak, vec![("permission_denied", 1)]),
        ] {
            let (tenant, id, from) = (key.tenant, key.id.uuid(), gridkey::clock::Timestamp::from_seconds(0));
            let written = app.app.db.read(move |conn| usage_of(conn, tenant, id, (from, 10))).await.unwrap();
            let written: Vec<_> = written.iter().map(|one| (one.outcome.as_str(), one.requests)).collect();
            assert_eq!(written, expected);
        }
    });
}

#[test]
fn without_the_setting_nobody_is_limited_for_asking_and_strangers_are() {
    runtime().block_on(async {
        let app = TestApp::start_with(Engine::Sqlite, &[("limits.unauthenticated_per_minute", "2")]).await;
        let edge = app.manager("acme", Some("tenant_admin")).await;
        for _ in 0..200 {
            let reply = edge.post("/v1/verify", &verify("junk")).await.expect(200);
            assert!(reply.header("ratelimit-limit").is_empty());
        }
        for (token, status) in [(Some("junk"), 401), (None, 401), (Some("junk"), 429), (None, 429)] {
            let reply = app.post_json("/v1/verify", token, &verify("junk")).await;
            assert_eq!(reply.status, status, "{}", reply.body);
            assert_eq!(reply.header("ratelimit-limit"), if status == 429 { "2" } else { "" });
        }
        edge.post("/v1/verify", &verify("junk")).await.expect(200);
        app.pass(Duration::from_secs(30));
        app.post_json("/v1/verify", None, &verify("junk")).await.expect(401);
    });
}
