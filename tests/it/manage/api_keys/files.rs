//! Keys as files, and lists of them with their last hours.

use std::time::Duration;

use gridkey::credentials::store::{self as credentials, LastUse, Usage};
use gridkey::db::DbError;
use gridkey::id::Id;
use serde_json::{Value, json};

use super::{KEYS, at, make, secret};
use crate::on_both;
use crate::support::TestApp;
use crate::support::tokens::{alter, tenant};

/// Notes requests of a key so many hours ago.
async fn used(app: &TestApp, key: &Value, (hours_ago, outcome, requests): (u32, &'static str, i64)) {
    let (id, now) = (Id::<()>::new(key["id"].as_str().unwrap().parse().unwrap()), app.now());
    alter(app, move |conn| {
        let tenant_id = tenant(conn, "acme")?.id;
        let hour = now.hour() - Duration::from_secs(3_600) * hours_ago;
        let row = Usage { credential_id: id, tenant_id, hour, outcome: outcome.into(), requests };
        credentials::add_usage(conn, &[row])?;
        let last = LastUse {
            credential_id: id,
            tenant_id,
            last_used_at: now,
            address: "192.0.2.17".into(),
            user_agent: "=cmd()".into(),
            previous_used_at: None,
        };
        credentials::note_uses(conn, &[last])?;
        Ok::<_, DbError>(())
    })
    .await;
}

on_both!(a_list_tells_the_last_hours_of_its_keys_when_asked, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let busy = make(&admin, json!({ "name": "busy" })).await;
    make(&admin, json!({ "name": "idle" })).await;
    for counted in
        [(0, "allowed", 5), (35, "allowed", 2), (36, "allowed", 9), (1, "rate_limited", 3), (1, "revoked", 1)]
    {
        used(&app, &busy, counted).await;
    }
    let list = admin.get(&format!("{KEYS}?scope=tenant")).await.expect(200).json();
    assert!(list["items"].as_array().unwrap().iter().all(|item| item.get("usage").is_none()));
    let list = admin.get(&format!("{KEYS}?scope=tenant&include=usage")).await.expect(200).json();
    let of = |name: &str| {
        let items = list["items"].as_array().unwrap();
        items.iter().find(|item| item["name"] == name).unwrap()["usage"].clone()
    };
    let sum = |series: &Value| series.as_array().unwrap().iter().map(|n| n.as_i64().unwrap()).sum::<i64>();
    let usage = of("busy");
    assert_eq!((&usage["allowed"][35], &usage["allowed"][0]), (&json!(5), &json!(2)));
    assert_eq!((&usage["rate_limited"][34], &usage["refused"][34]), (&json!(3), &json!(1)));
    assert_eq!((sum(&usage["allowed"]), usage["allowed"].as_array().unwrap().len()), (7, 36));
    assert_eq!((sum(&of("idle")["allowed"]), &of("idle")["since"]), (0, &usage["since"]));
    admin.get(&format!("{KEYS}?include=secrets")).await.expect_problem(400, "invalid_filter");
    let account = format!("/v1/service-accounts/{}/api-keys", admin.id);
    let own = admin.get(&format!("{account}?include=usage")).await.expect(200).json();
    assert_eq!(own["items"].as_array().unwrap().len(), 2);
    assert!(own["items"][0]["usage"]["allowed"].is_array(), "{own}");
});

on_both!(keys_leave_as_a_file_without_secrets_and_without_formulas, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let evil = make(&admin, json!({ "name": "=HYPERLINK(1)", "description": "+1,2" })).await;
    let plain = make(&admin, json!({ "name": "plain", "scopes": ["users:read", "teams:read"] })).await;
    used(&app, &evil, (0, "allowed", 1)).await;
    let csv = admin.get(&format!("{KEYS}/export?format=csv&scope=tenant")).await.expect(200);
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert!(csv.header("content-disposition").starts_with("attachment; filename=\"api-keys-"));
    assert_eq!(csv.header("cache-control"), "no-store");
    let lines: Vec<&str> = csv.body.lines().collect();
    assert_eq!(lines.len(), 3, "{}", csv.body);
    assert!(lines[0].starts_with("id,name,description,owner_kind,owner_id,"), "{}", lines[0]);
    assert!(csv.body.contains("\"'=HYPERLINK(1)\",\"'+1,2\""), "{}", csv.body);
    assert!(csv.body.contains("192.0.2.17,\"'=cmd()\""), "{}", csv.body);
    assert!(csv.body.contains("teams:read users:read"), "{}", csv.body);
    let rows = admin.get(&format!("{KEYS}/export?format=ndjson&scope=tenant&q=plain")).await.expect(200);
    assert_eq!(rows.body.lines().count(), 1);
    let row: Value = serde_json::from_str(rows.body.lines().next().unwrap()).unwrap();
    assert_eq!((&row["id"], &row["health"]), (&plain["id"], &json!(["operational"])));
    let array = admin.get(&format!("{KEYS}/export?format=json")).await.expect(200).json();
    assert_eq!(array.as_array().unwrap().len(), 2, "one's own");
    for file in [&csv.body, &rows.body] {
        for key in [&evil, &plain] {
            assert!(!file.contains(secret(key)));
        }
    }
    let none = admin.get(&format!("{KEYS}/export?format=csv&q=nothing")).await.expect(200);
    assert_eq!(none.body.lines().count(), 1);
    for (query, code) in [
        ("", "invalid_format"),
        ("?format=xml", "invalid_format"),
        ("?format=csv&limit=1", "unknown_parameter"),
        ("?format=csv&status=gone", "invalid_filter"),
    ] {
        admin.get(&format!("{KEYS}/export{query}")).await.expect_problem(400, code);
    }
    let grace = app.grace().await;
    grace
        .get(&format!("{KEYS}/export?format=csv&scope=tenant"))
        .await
        .expect_problem(403, "permission_denied");
    assert_eq!(grace.get(&format!("{KEYS}/export?format=csv")).await.expect(200).body.lines().count(), 1);
});

on_both!(a_file_is_longer_than_a_page, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let key = make(&admin, json!({ "name": "first" })).await;
    let (id, now, random) = (key["id"].as_str().unwrap().parse().unwrap(), app.now(), app.app.random.clone());
    alter(&app, move |conn| {
        let tenant = tenant(conn, "acme")?.id;
        let key = gridkey::api_keys::store::find(conn, tenant, id)?.unwrap();
        for _ in 0..1_100 {
            let digest = gridkey::secret::Secret::new(random.text()).digest();
            let one = gridkey::api_keys::ApiKey { id: random.id(now), digest, ..key.clone() };
            gridkey::api_keys::store::insert(conn, tenant, &one)?;
        }
        Ok::<_, DbError>(())
    })
    .await;
    let rows = admin.get(&format!("{KEYS}/export?format=ndjson&scope=tenant")).await.expect(200);
    let ids: std::collections::BTreeSet<String> = rows
        .body
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!((rows.body.lines().count(), ids.len()), (1_101, 1_101), "each once");
});

on_both!(the_use_of_a_key_is_a_table_too, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let key = make(&admin, json!({ "name": "a" })).await;
    used(&app, &key, (0, "allowed", 4)).await;
    used(&app, &key, (0, "rate_limited", 1)).await;
    used(&app, &key, (24 * 20, "allowed", 7)).await;
    let usage = format!("{}/usage", at(&key));
    let csv = admin.get(&format!("{usage}?format=csv")).await.expect(200);
    let hour = app.now().hour().to_rfc3339();
    assert_eq!(csv.body, format!("hour,outcome,requests\r\n{hour},allowed,4\r\n{hour},rate_limited,1\r\n"));
    assert_eq!(admin.get(&format!("{usage}?format=csv&days=30")).await.body.lines().count(), 4);
    admin.get(&format!("{usage}?format=xml")).await.expect_problem(400, "invalid_format");
});

on_both!(what_leaked_is_told_until_the_key_is_rotated, |app| {
    let grace = app.grace().await;
    let old = make(&grace, json!({ "name": "Laptop" })).await;
    grace.post(&format!("{}/rotate", at(&old)), &json!({})).await.expect(200);
    app.pass(Duration::from_secs(60));
    let report = json!({ "keys": [{ "key": secret(&old) }] });
    app.http().post(app.url("/v1/leak-reports")).json(&report).send().await.unwrap();
    let grace = app.grace().await;
    assert_eq!(grace.get(&at(&old)).await.expect(200).json()["health"], json!(["exposed"]));
    app.pass(Duration::from_secs(60));
    grace.post(&format!("{}/rotate", at(&old)), &json!({ "grace_seconds": 0 })).await.expect(200);
    assert_eq!(grace.get(&at(&old)).await.expect(200).json()["health"], json!(["operational"]));
});
