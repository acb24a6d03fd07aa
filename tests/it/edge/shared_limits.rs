//! Limits that two nodes count together, in a real Redis.

use std::sync::Arc;
use std::time::Duration;

use gridkey::api_keys::ApiKey;
use serde_json::json;

use crate::support::keys::TestKey;
use crate::support::redis::Redis;
use crate::support::{Engine, TestApp, runtime};

/// Two nodes that share a Redis, somebody who may ask, and a key.
async fn two_nodes(
    engine: Engine,
    redis: &Redis,
    shape: fn(&mut ApiKey),
) -> (Arc<TestApp>, Arc<TestApp>, String, TestKey) {
    let app = TestApp::start_with(engine, &[("limits.redis_url", &redis.url())]).await;
    let second = app.second_node().await;
    let asker = app.manager("acme", Some("tenant_admin")).await.token;
    let key = app.adas(shape).await;
    (Arc::new(app), Arc::new(second), asker, key)
}

async fn passes(node: &TestApp, asker: &str, key: &TestKey) -> bool {
    let question = json!({ "credential": key.secret });
    node.post_json("/v1/verify", Some(asker), &question).await.expect(200).json()["active"] == true
}

async fn exactly_the_limit_passes_on_two_nodes(engine: Engine) {
    let redis = Redis::start().await;
    let (one, two, asker, key) = two_nodes(engine, &redis, |key| key.rate_limit = Some(6)).await;
    one.settle(|settings| settings.api_keys.tenant_rate_limit = Some(1_000)).await;
    let all: Vec<_> = (0..64)
        .map(|turn| {
            let node = Arc::clone(if turn % 2 == 0 { &one } else { &two });
            let (asker, key) = (asker.clone(), key.clone());
            tokio::spawn(async move { passes(&node, &asker, &key).await })
        })
        .collect();
    let mut passed = 0;
    for answer in all {
        passed += usize::from(answer.await.unwrap());
    }
    assert_eq!(passed, 6);
    let names = redis.keys().await;
    assert_eq!(names.len(), 2, "{names:?}");
    for name in names {
        let digest = name.strip_prefix("gridkey:rate:").unwrap();
        assert!(digest.len() == 32 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
    }
}

#[test]
fn exactly_the_limit_passes_on_sqlite() {
    runtime().block_on(exactly_the_limit_passes_on_two_nodes(Engine::Sqlite));
}

#[test]
fn exactly_the_limit_passes_on_postgres() {
    runtime().block_on(exactly_the_limit_passes_on_two_nodes(Engine::Postgres));
}

#[test]
fn while_redis_is_away_each_node_counts_by_itself_and_nobody_is_refused_for_it() {
    runtime().block_on(async {
        let mut redis = Redis::start().await;
        let (one, two, asker, key) = two_nodes(Engine::Sqlite, &redis, |key| key.rate_limit = Some(2)).await;
        assert!(passes(&one, &asker, &key).await && passes(&two, &asker, &key).await);
        assert!(!passes(&one, &asker, &key).await && !passes(&two, &asker, &key).await);
        redis.kill();
        for node in [&one, &two] {
            assert!(passes(node, &asker, &key).await && passes(node, &asker, &key).await);
            assert!(!passes(node, &asker, &key).await, "counted here");
        }
        redis.start_again().await;
        while redis.keys().await.is_empty() {
            passes(&one, &asker, &key).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let metrics = one.get("/metrics").await.expect(200).body;
        assert!(metrics.contains("rate_limit_fallbacks_total"), "{metrics}");
        assert!(metrics.contains("rate_limits_shared"));
    });
}
