//! Nothing that is asked about keys reads a table from end to end.

use std::collections::BTreeSet;

use gridkey::manage::api_keys::notices;
use serde_json::json;

use super::{KEYS, at, make, me, secret, turn};
use crate::support::statements::scans;
use crate::support::{Engine, TestApp, runtime};

#[test]
fn nothing_about_keys_reads_a_table_from_end_to_end() {
    runtime().block_on(async {
        let app = TestApp::start_watched(Engine::Sqlite).await;
        let admin = app.manager("acme", Some("super_admin")).await;
        let key = make(&admin, json!({ "name": "a" })).await;
        let owner = me(&admin).await["id"].as_str().unwrap().to_owned();
        let time = app.now().to_rfc3339();
        for query in [
            String::new(),
            "?scope=tenant".into(),
            "?scope=tenant&status=active,expired&q=a".into(),
            format!("?scope=tenant&owner=service_account:{owner}&expires_before={time}"),
            format!("?scope=tenant&unused_since={time}"),
        ] {
            admin.get(&format!("{KEYS}{query}")).await.expect(200);
        }
        admin.get(&format!("/v1/service-accounts/{owner}/api-keys")).await.expect(200);
        admin.get(&at(&key)).await.expect(200);
        admin.get(&format!("{}/usage", at(&key))).await.expect(200);
        admin.get(&format!("{KEYS}?scope=tenant&include=usage")).await.expect(200);
        admin.get(&format!("{KEYS}/export?scope=tenant&format=csv")).await.expect(200);
        admin.patch(&at(&key), &json!({ "name": "b" })).await.expect(200);
        for how in ["disable", "enable"] {
            turn(&admin, &key, how).await.expect(200);
        }
        admin.post(&format!("{}/rotate", at(&key)), &json!({})).await.expect(200);
        admin
            .post(&format!("{KEYS}/bulk"), &json!({ "action": "disable", "filter": { "q": "b" } }))
            .await
            .expect(200);
        let report = json!({ "keys": [{ "key": secret(&key) }] });
        app.http().post(app.url("/v1/leak-reports")).json(&report).send().await.unwrap();
        notices::send(&app.app, app.now() - notices::LOOK_BACK, app.now()).await.unwrap();
        let person = json!({ "email": "kay@acme.example", "display_name": "Kay" });
        let person = admin.post("/v1/users", &person).await.expect(201).header("location").to_owned();
        admin.delete(&person).await.expect(204);
        admin.delete(&at(&key)).await.expect(204);
        let asked = BTreeSet::from_iter(app.statements());
        let about = |sql: &&String| {
            ["`api_keys`", "`credential_uses`", "`credential_usage`", "`credential_networks`"]
                .iter()
                .any(|table| sql.contains(table))
                && !sql.starts_with("INSERT")
        };
        let asked: Vec<&String> = asked.iter().filter(about).collect();
        assert!(asked.len() > 15, "only {} statements were recorded", asked.len());
        let whole: Vec<String> = asked
            .into_iter()
            .flat_map(|sql| {
                scans(&app.database_url, sql).into_iter().map(move |step| format!("{step}: {sql}"))
            })
            .collect();
        assert!(whole.is_empty(), "{}", whole.join("\n"));
    });
}
