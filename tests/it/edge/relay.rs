//! Nodes that tell each other through a real Redis what ended.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use gridkey::app::BOUND;
use gridkey::credentials::KeyLevel;
use serde_json::json;

use crate::support::redis::Redis;
use crate::support::{Engine, TestApp, runtime};

/// What nodes tell each other on.
const CHANNEL: &str = "gridkey:revocations";
/// Longer than it takes to notice that something is there again.
const PATIENCE: Duration = Duration::from_secs(10);

async fn two_nodes(engine: Engine, redis: &Redis) -> (TestApp, TestApp, String) {
    let settings = [("limits.redis_url", redis.url()), ("edge.revocations_through", "redis".to_owned())];
    let settings: Vec<(&str, &str)> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let app = TestApp::start_with(engine, &settings).await;
    let second = app.second_node().await;
    let asker = app.manager("acme", Some("tenant_admin")).await.token;
    for node in [&app, &second] {
        becomes(node, true).await;
    }
    (app, second, asker)
}

/// Waits until a node believes its memory, or does so no more.
async fn becomes(node: &TestApp, current: bool) {
    let until = Instant::now() + PATIENCE;
    while node.app.feed().is_current() != current {
        assert!(Instant::now() < until, "it never becomes so");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn is_good(node: &TestApp, asker: &str, secret: &str) -> bool {
    let reply = node.post_json("/v1/verify", Some(asker), &json!({ "credential": secret })).await.expect(200);
    reply.json()["active"] == true
}

/// How many messages come on the channel of the nodes until there is none for a while.
fn told(redis: &Redis) -> std::thread::JoinHandle<usize> {
    let mut connection = redis::Client::open(redis.url()).unwrap().get_connection().unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    std::thread::spawn(move || {
        let mut messages = connection.as_pubsub();
        messages.subscribe(CHANNEL).unwrap();
        let mut count = 0;
        while let Ok(message) = messages.get_message() {
            let text: String = message.get_payload().unwrap();
            assert!(text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()), "{text}");
            count += 1;
        }
        count
    })
}

async fn a_revocation_is_heard(engine: Engine) {
    let redis = Redis::start().await;
    let (one, two, asker) = two_nodes(engine, &redis).await;
    let messages = told(&redis);
    for _ in 0..5 {
        let key = one.ada_key(KeyLevel::Admin).await;
        for node in [&one, &two] {
            assert!(is_good(node, &asker, &key.secret).await);
        }
        one.revoke_key(&key).await;
        let revoked = Instant::now();
        assert!(!is_good(&one, &asker, &key.secret).await, "the node that revoked knows at once");
        let mut last_good = revoked;
        while revoked.elapsed() < BOUND {
            let asked = Instant::now();
            if is_good(&two, &asker, &key.secret).await {
                last_good = asked;
            }
        }
        assert!(last_good.duration_since(revoked) < BOUND);
    }
    let told = tokio::task::spawn_blocking(|| messages.join().unwrap()).await.unwrap();
    assert!(told >= 5, "{told} messages for five revocations");
}

#[test]
fn a_revocation_is_heard_through_redis_on_sqlite() {
    runtime().block_on(a_revocation_is_heard(Engine::Sqlite));
}

#[test]
fn a_revocation_is_heard_through_redis_on_postgres() {
    runtime().block_on(a_revocation_is_heard(Engine::Postgres));
}

/// How often PostgreSQL tells of a revocation at this node.
async fn notifications(app: &TestApp) -> usize {
    let url = app.database_url.clone();
    let listener = tokio::task::spawn_blocking(move || {
        let mut conn = PgConnection::establish(&url).unwrap();
        diesel::sql_query("LISTEN gridkey_revocations").execute(&mut conn).unwrap();
        conn
    });
    let mut conn = listener.await.unwrap();
    let key = app.ada_key(KeyLevel::Admin).await;
    app.revoke_key(&key).await;
    // An answer comes behind every notification that was due before it.
    let count = tokio::task::spawn_blocking(move || {
        diesel::sql_query("SELECT 1").execute(&mut conn).unwrap();
        conn.notifications_iter().count()
    });
    count.await.unwrap()
}

#[test]
fn postgres_notifies_nobody_where_redis_does() {
    runtime().block_on(async {
        let redis = Redis::start().await;
        let (one, _two, _) = two_nodes(Engine::Postgres, &redis).await;
        assert_eq!(notifications(&one).await, 0);
        let usual = TestApp::start(Engine::Postgres).await;
        assert_eq!(notifications(&usual).await, 1);
    });
}

async fn a_node_without_redis_believes_nothing(engine: Engine) {
    let mut redis = Redis::start().await;
    let (one, two, asker) = two_nodes(engine, &redis).await;
    let key = one.ada_key(KeyLevel::Admin).await;
    assert!(is_good(&two, &asker, &key.secret).await);
    redis.kill();
    tokio::time::sleep(BOUND).await;
    for node in [&one, &two] {
        assert!(!node.app.feed().is_current(), "it is cut off");
        assert!(is_good(node, &asker, &key.secret).await, "and looks everything up");
    }
    one.revoke_key(&key).await;
    assert!(!is_good(&two, &asker, &key.secret).await, "so that it knows at once");

    redis.start_again().await;
    for node in [&one, &two] {
        becomes(node, true).await;
    }
    let key = one.ada_key(KeyLevel::Admin).await;
    assert!(is_good(&two, &asker, &key.secret).await);
    one.revoke_key(&key).await;
    let revoked = Instant::now();
    while is_good(&two, &asker, &key.secret).await {
        assert!(revoked.elapsed() < BOUND);
    }
    // One that was told to stop believes nothing either, whatever Redis says.
    two.app.feed().stop();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!two.app.feed().is_current());
}

#[test]
fn a_node_without_redis_believes_nothing_until_it_is_back_on_sqlite() {
    runtime().block_on(a_node_without_redis_believes_nothing(Engine::Sqlite));
}

#[test]
fn a_node_without_redis_believes_nothing_until_it_is_back_on_postgres() {
    runtime().block_on(a_node_without_redis_believes_nothing(Engine::Postgres));
}

#[test]
fn messages_that_anybody_sends_change_no_verdict() {
    runtime().block_on(async {
        let redis = Redis::start().await;
        let (one, two, asker) = two_nodes(Engine::Sqlite, &redis).await;
        let key = one.ada_key(KeyLevel::Admin).await;
        let client = redis::Client::open(redis.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        for text in [&b""[..], b"junk", &[0xff, 0xfe], &[b'x'; 100_000]] {
            let sent = redis::cmd("PUBLISH").arg(CHANNEL).arg(text).exec_async(&mut connection).await;
            sent.unwrap();
            assert!(is_good(&two, &asker, &key.secret).await);
        }
        becomes(&two, true).await;
        one.revoke_key(&key).await;
        let revoked = Instant::now();
        while is_good(&two, &asker, &key.secret).await {
            assert!(revoked.elapsed() < BOUND);
        }
    });
}
