//! The last uses of a key, one by one.

use std::sync::Arc;
use std::time::Duration;

use gridkey::app::flush_usage;
use gridkey::credentials::KeyLevel;
use gridkey::credentials::store::{forget, latest_uses, sweep_key_uses};
use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::keys::TestKey;
use crate::support::manager::Manager;
use crate::support::tokens::count;
use crate::support::{Reply, TestApp};

const MINUTE: Duration = Duration::from_secs(60);
const LINES: &str = "SELECT count(*) AS n FROM key_uses";

async fn flush(app: &TestApp) {
    flush_usage(Arc::clone(&app.app)).await.unwrap();
}

/// Moves to where a minute begins, so that what follows lies in one.
fn to_a_minute(app: &TestApp) {
    app.pass(MINUTE - Duration::from_secs(u64::try_from(app.now().seconds() % 60).unwrap()));
}

/// A question about a request with the key, by this program from this address.
fn question(key: &TestKey, address: &str, agent: &str) -> Value {
    let headers = [("x-api-key", key.secret.as_str()), ("user-agent", agent)];
    let request = json!({ "method": "GET", "target": "/", "headers": headers });
    json!({ "request": request, "address": address })
}

async fn uses(manager: &Manager<'_>, key: &TestKey) -> Vec<Value> {
    let shown = manager.get(&format!("/v1/api-keys/{}/uses", key.id)).await.expect(200).json();
    shown["items"].as_array().unwrap().clone()
}

/// Address, program, outcome, door and how many.
fn told(line: &Value) -> (&str, &str, &str, &str, i64) {
    let text = |name: &str| line[name].as_str().unwrap();
    let requests = line["requests"].as_i64().unwrap();
    (text("address"), text("user_agent"), text("outcome"), text("door"), requests)
}

on_both!(each_use_tells_when_from_where_by_what_through_which_door_and_how_it_ended, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let key = app.ada_key(KeyLevel::ReadOnly).await;
    assert!(uses(&edge, &key).await.is_empty());
    to_a_minute(&app);
    edge.verdict(&question(&key, "203.0.113.7", "robot/1\u{0}\n<b>")).await;
    app.pass(Duration::from_secs(1));
    edge.verdict(&question(&key, "203.0.113.7", "robot/1\u{0}\n<b>")).await;
    flush(&app).await;
    let last = app.now();
    app.pass(Duration::from_secs(1));
    edge.verdict(&json!({ "credential": key.secret, "permission": "nothing:do" })).await;
    app.pass(Duration::from_secs(1));
    let call = app.http().get(app.url("/v1/me")).bearer_auth(&key.secret).header("user-agent", "curl/8");
    Reply::of(call.send().await.unwrap()).await.expect(200);
    app.pass(Duration::from_secs(1));
    app.http().post(app.url("/v1/auth/session")).bearer_auth(&key.secret).send().await.unwrap();
    app.revoke_key(&key).await;
    app.pass(Duration::from_secs(1));
    edge.verdict(&question(&key, "2001:db8::7", &"x".repeat(500))).await;
    flush(&app).await;
    let lines = uses(&edge, &key).await;
    let long = "x".repeat(200);
    let expected = [
        ("2001:db8::7", long.as_str(), "revoked", "verify", 1),
        ("127.0.0.1", "", "allowed", "session", 1),
        ("127.0.0.1", "curl/8", "allowed", "api", 1),
        ("", "", "permission_denied", "verify", 1),
        ("203.0.113.7", "robot/1<b>", "allowed", "verify", 2),
    ];
    assert_eq!(lines.iter().map(told).collect::<Vec<_>>(), expected);
    assert_eq!(lines[4]["at"], last.to_rfc3339());
    flush(&app).await;
    assert_eq!(count(&app, LINES).await, 5, "what is written is not written again");
});

on_both!(uses_that_are_alike_share_a_line_for_a_minute_also_when_two_nodes_write_them, |app| {
    let app = Arc::new(app);
    let second = Arc::new(app.second_node().await);
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let key = app.ada_key(KeyLevel::ReadOnly).await;
    to_a_minute(&app);
    let all: Vec<_> = (0..64)
        .map(|turn| {
            let node = Arc::clone(if turn % 2 == 0 { &app } else { &second });
            let (asker, asked) = (edge.token.clone(), question(&key, "203.0.113.7", "robot/1"));
            tokio::spawn(async move {
                node.post_json("/v1/verify", Some(&asker), &asked).await.expect(200);
                if turn % 8 == 0 {
                    flush(&node).await;
                }
            })
        })
        .collect();
    for one in all {
        one.await.unwrap();
    }
    flush(&app).await;
    flush(&second).await;
    let lines = uses(&edge, &key).await;
    assert_eq!(
        lines.iter().map(told).collect::<Vec<_>>(),
        [("203.0.113.7", "robot/1", "allowed", "verify", 64)]
    );
    app.pass(MINUTE);
    edge.verdict(&question(&key, "203.0.113.7", "robot/1")).await;
    flush(&app).await;
    let requests: Vec<_> = uses(&edge, &key).await.iter().map(|line| told(line).4).collect();
    assert_eq!(requests, [1, 64]);
});

on_both!(the_newest_twenty_stay_and_go_with_the_key_or_in_time, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let (key, other) = (app.ada_key(KeyLevel::ReadOnly).await, app.ada_key(KeyLevel::ReadOnly).await);
    let mut asked = Vec::new();
    for turn in 0..50 {
        asked.push(question(&key, "203.0.113.7", &format!("robot/{turn}")));
    }
    for (turn, question) in asked.iter().enumerate() {
        edge.verdict(question).await;
        app.pass(Duration::from_secs(1));
        if turn % 9 == 0 {
            flush(&app).await;
        }
    }
    edge.verdict(&question(&other, "203.0.113.7", "other/1")).await;
    flush(&app).await;
    let lines = uses(&edge, &key).await;
    let newest: Vec<String> = (30..50).rev().map(|turn| format!("robot/{turn}")).collect();
    let agents: Vec<_> = lines.iter().map(|line| told(line).1.to_owned()).collect();
    assert_eq!(agents, newest);
    assert_eq!(count(&app, LINES).await, 21, "and what is older is gone");

    let (tenant, id) = (key.tenant, key.id.uuid());
    app.app.db.write(move |conn| forget(conn, tenant, id)).await.unwrap();
    assert!(uses(&edge, &key).await.is_empty());
    assert_eq!(uses(&edge, &other).await.len(), 1);
    let now = app.now();
    let swept = app.app.db.write(move |conn| sweep_key_uses(conn, now - MINUTE * 2)).await.unwrap();
    assert_eq!((swept, count(&app, LINES).await), (0, 1));
    let swept = app.app.db.write(move |conn| sweep_key_uses(conn, now + MINUTE)).await.unwrap();
    assert_eq!((swept, count(&app, LINES).await), (1, 0));
});

on_both!(the_uses_of_a_key_are_shown_to_whoever_may_see_it_and_to_nobody_else, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let key = app.ada_key(KeyLevel::ReadOnly).await;
    edge.verdict(&question(&key, "203.0.113.7", "robot/1")).await;
    flush(&app).await;
    let (tenant, id) = (app.manager("globex", Some("tenant_admin")).await, key.id);
    let path = format!("/v1/api-keys/{id}/uses");
    tenant.get(&path).await.expect_problem(404, "not_found");
    app.manager("acme", Some("tenant_user")).await.get(&path).await.expect_problem(404, "not_found");
    assert_eq!(uses(&edge, &key).await.len(), 1);
    let foreign = tenant_of(&tenant, &app).await;
    let read = app.app.db.read(move |conn| latest_uses(conn, foreign, id.uuid())).await.unwrap();
    assert!(read.is_empty(), "nor under the name of another organisation");
    edge.call(Method::DELETE, &format!("/v1/api-keys/{id}")).await.expect(204);
    assert_eq!(uses(&edge, &key).await.len(), 1, "what a revoked key did can still be read");
});

async fn tenant_of(manager: &Manager<'_>, app: &TestApp) -> gridkey::tenants::TenantId {
    let me = manager.get("/v1/me").await.expect(200).json();
    let slug = me["tenant"]["slug"].as_str().unwrap().to_owned();
    app.app.tenant_named(&slug).await.unwrap().unwrap().id
}
