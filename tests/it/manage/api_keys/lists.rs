//! Lists of keys, and their use.

use std::time::Duration;

use gridkey::credentials::store::{self as credentials, KeyNetwork, LastUse, Usage};
use gridkey::db::DbError;
use gridkey::id::Id;
use serde_json::{Value, json};

use super::{DAY, KEYS, at, make, me, turn};
use crate::on_both;
use crate::support::TestApp;
use crate::support::tokens::{alter, tenant};

fn names(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

/// Notes that a key was used.
async fn used(app: &TestApp, key: &Value, outcome: &'static str) {
    let (id, now) = (Id::<()>::new(key["id"].as_str().unwrap().parse().unwrap()), app.now());
    alter(app, move |conn| {
        let tenant_id = tenant(conn, "acme")?.id;
        let last = LastUse {
            credential_id: id,
            tenant_id,
            last_used_at: now,
            address: "192.0.2.17".into(),
            user_agent: "curl/8".into(),
            previous_used_at: None,
        };
        credentials::note_uses(conn, &[last])?;
        let hour = gridkey::clock::Timestamp::from_seconds(now.seconds() / 3_600 * 3_600);
        let row = Usage { credential_id: id, tenant_id, hour, outcome: outcome.into(), requests: 3 };
        credentials::add_usage(conn, &[row])?;
        let network =
            KeyNetwork { credential_id: id, tenant_id, network: "192.0.2.0/24".into(), first_seen_at: now };
        credentials::note_networks(conn, &[network])?;
        Ok::<_, DbError>(())
    })
    .await;
}

on_both!(lists_are_paged_and_filtered, |app| {
    let (grace, admin) = (app.grace().await, app.manager("acme", Some("tenant_admin")).await);
    for number in 0..5 {
        // What is made in one moment has no order.
        app.pass(Duration::from_secs(1));
        make(&grace, json!({ "name": format!("many-{number}"), "expires_in_days": 10 + number })).await;
    }
    let program = make(&admin, json!({ "name": "program", "expires_at": null })).await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = grace.get(&format!("{KEYS}?limit=2{cursor}")).await.expect(200).json();
        seen.extend(names(&page));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, ["many-4", "many-3", "many-2", "many-1", "many-0"], "newest first");
    let all = async |query: &str| {
        names(&admin.get(&format!("{KEYS}?scope=tenant{query}")).await.expect(200).json())
    };
    assert_eq!(all("").await.len(), 6);
    assert_eq!(all("&q=many-1").await, ["many-1"]);
    let owner = me(&grace).await["id"].as_str().unwrap().to_owned();
    assert_eq!(all(&format!("&owner=user:{owner}")).await.len(), 5);
    assert_eq!(all(&format!("&owner=service_account:{}", admin.id)).await, ["program"]);
    let end = (app.now() + DAY * 11 + DAY / 2).to_rfc3339();
    assert_eq!(all(&format!("&expires_before={end}")).await, ["many-1", "many-0"]);
    turn(&admin, &program, "disable").await.expect(200);
    app.pass(DAY * 11);
    let grace = app.grace().await;
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let all = async |query: &str| {
        names(&admin.get(&format!("{KEYS}?scope=tenant{query}")).await.expect(200).json())
    };
    assert_eq!(all("&status=disabled").await, ["program"]);
    assert_eq!(all("&status=expired").await, ["many-1", "many-0"]);
    assert_eq!(all("&status=active").await, ["many-4", "many-3", "many-2"]);
    assert_eq!(all("&status=expired,disabled").await, ["program", "many-1", "many-0"]);
    assert_eq!(all("&status=revoked").await, Vec::<String>::new());
    assert_eq!(names(&grace.get(&format!("{KEYS}?status=active&q=many-2")).await.json()), ["many-2"]);
    assert_eq!(
        names(&grace.get(&format!("{KEYS}?owner=service_account:{}", admin.id)).await.json()),
        [""; 0]
    );
});

on_both!(a_filter_that_nothing_can_meet_is_refused, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    for (query, code) in [
        ("?status=gone", "invalid_filter"),
        ("?scope=all", "invalid_filter"),
        ("?owner=x", "invalid_filter"),
        ("?owner=team:0199d2c0-0000-7000-8000-000000000000", "invalid_filter"),
        ("?expires_before=soon", "invalid_filter"),
        ("?unused_since=2026", "invalid_filter"),
        ("?q=%00", "invalid_query"),
        ("?limit=0", "invalid_limit"),
        ("?cursor=x", "invalid_cursor"),
        ("?statsu=active", "unknown_parameter"),
    ] {
        admin.get(&format!("{KEYS}{query}")).await.expect_problem(400, code);
    }
});

on_both!(what_nobody_uses_is_found, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let (old, busy) = (
        make(&admin, json!({ "name": "old", "expires_at": null })).await,
        make(&admin, json!({ "name": "busy", "expires_at": null })).await,
    );
    used(&app, &old, "allowed").await;
    app.pass(DAY * 100);
    used(&app, &busy, "allowed").await;
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let keys = async |query: &str| {
        names(&admin.get(&format!("{KEYS}?scope=tenant&{query}")).await.expect(200).json())
    };
    let fresh = admin.post(KEYS, &json!({ "name": "fresh" })).await.expect(201);
    assert_eq!(fresh.json().get("last_used"), None);
    let since = (app.now() - DAY * 90).to_rfc3339();
    assert_eq!(keys(&format!("unused_since={since}")).await, ["old"]);
});

on_both!(its_use_is_shown_by_hour_and_outcome, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let key = make(&admin, json!({ "name": "a", "expires_at": null })).await;
    let usage = format!("{}/usage", at(&key));
    let none = admin.get(&usage).await.expect(200).json();
    assert_eq!((none.get("last_used"), &none["total"], &none["hours"]), (None, &json!({}), &json!([])));
    used(&app, &key, "allowed").await;
    used(&app, &key, "rate_limited").await;
    app.pass(Duration::from_secs(3_600));
    used(&app, &key, "allowed").await;
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let seen = admin.get(&usage).await.expect(200).json();
    assert_eq!(seen["total"], json!({ "allowed": 6, "rate_limited": 3 }));
    assert_eq!(seen["hours"].as_array().unwrap().len(), 2);
    assert_eq!(seen["hours"][0]["requests"], json!({ "allowed": 3, "rate_limited": 3 }));
    assert_eq!(seen["networks"][0]["network"], "192.0.2.0/24");
    assert_eq!(seen["last_used"]["address"], "192.0.2.17");
    let shown = admin.get(&at(&key)).await.expect(200).json();
    assert_eq!(shown["last_used"]["at"], json!(app.now().to_rfc3339()));
    for bad in ["0", "101", "x", "-1"] {
        admin.get(&format!("{usage}?days={bad}")).await.expect_problem(400, "invalid_query");
    }
    app.pass(DAY * 8);
    let admin = app.manager("acme", Some("tenant_admin")).await;
    assert_eq!(admin.get(&usage).await.json()["hours"], json!([]));
    assert_eq!(admin.get(&format!("{usage}?days=30")).await.json()["hours"].as_array().unwrap().len(), 2);
});
