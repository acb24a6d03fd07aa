//! How keys are, as they are shown.

use std::time::Duration;

use gridkey::clock::Timestamp;
use gridkey::credentials::store::{KeyNetwork, Usage, add_usage, note_networks, note_spike};
use gridkey::db::DbError;
use gridkey::id::Id;
use serde_json::{Value, json};

use super::{DAY, KEYS, at, make, turn};
use crate::on_both;
use crate::support::TestApp;
use crate::support::tokens::{alter, tenant};

/// Notes what the server would have seen of a key.
async fn seen(app: &TestApp, key: &Value, networks: &'static [&'static str], limited: bool, spike: bool) {
    let (id, now) = (Id::<()>::new(key["id"].as_str().unwrap().parse().unwrap()), app.now());
    alter(app, move |conn| {
        let tenant_id = tenant(conn, "acme")?.id;
        let hour: Timestamp = now.hour();
        let networks: Vec<_> = networks
            .iter()
            .map(|network| KeyNetwork {
                credential_id: id,
                tenant_id,
                network: (*network).to_owned(),
                first_seen_at: now,
            })
            .collect();
        if !networks.is_empty() {
            note_networks(conn, &networks)?;
        }
        if limited {
            let outcome = "rate_limited".to_owned();
            add_usage(conn, &[Usage { credential_id: id, tenant_id, hour, outcome, requests: 1 }])?;
        }
        if spike {
            note_spike(conn, tenant_id, (id.uuid(), hour))?;
        }
        Ok::<_, DbError>(())
    })
    .await;
}

on_both!(a_key_shows_how_it_is_the_worst_first_wherever_it_is_shown, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let all = make(&admin, json!({ "name": "all", "expires_in_days": 10 })).await;
    let calm = make(&admin, json!({ "name": "calm", "expires_in_days": 90 })).await;
    let home = make(&admin, json!({ "name": "home", "expires_in_days": 90 })).await;
    assert_eq!(calm["health"], json!(["operational"]), "also when it is made");
    seen(&app, &all, &["192.0.2.0/24", "198.51.100.0/24"], true, true).await;
    seen(&app, &home, &["192.0.2.0/24"], false, false).await;
    let worst = json!(["spike", "new_network", "rate_limited", "expires_soon"]);
    let shown = admin.get(&at(&all)).await.expect(200).json();
    assert_eq!(shown["health"], worst);
    let list = admin.get(&format!("{KEYS}?scope=tenant")).await.expect(200).json();
    for item in list["items"].as_array().unwrap() {
        let expected = if item["name"] == "all" { worst.clone() } else { json!(["operational"]) };
        assert_eq!(item["health"], expected, "{item}");
    }
    app.pass(DAY + Duration::from_secs(3_600));
    let admin = app.manager("acme", Some("tenant_admin")).await;
    assert_eq!(admin.get(&at(&all)).await.expect(200).json()["health"], json!(["expires_soon"]));
    turn(&admin, &all, "disable").await.expect(200);
    assert!(admin.get(&at(&all)).await.expect(200).json().get("health").is_none(), "it does not work");
    let lasting = make(&admin, json!({ "name": "lasting", "expires_at": null })).await;
    app.pass(DAY * 90);
    let admin = app.manager("acme", Some("tenant_admin")).await;
    assert_eq!(admin.get(&at(&lasting)).await.expect(200).json()["health"], json!(["unused_90_days"]));
});

on_both!(the_keys_of_a_service_account_and_keys_that_sign_show_it_too, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let robot = json!({ "slug": "robot", "display_name": "Robot" });
    let account = admin.post("/v1/service-accounts", &robot).await.expect(201).header("location").to_owned();
    let keys = format!("{account}/api-keys");
    let made = admin.post(&keys, &json!({ "name": "a", "expires_in_days": 3 })).await.expect(201).json();
    assert_eq!(made["health"], json!(["expires_soon"]));
    let list = admin.get(&keys).await.expect(200).json();
    assert_eq!(list["items"][0]["health"], json!(["expires_soon"]));
    let public_key = crate::support::signing::PUBLIC_KEY;
    let signing = json!({ "name": "Desk", "public_key": public_key, "expires_in_days": 90 });
    let made = admin.post("/v1/signing-keys", &signing).await.expect(201).json();
    assert_eq!(made["health"], json!(["operational"]));
    seen(&app, &made, &["192.0.2.0/24", "2001:db8::/48"], true, false).await;
    let list = admin.get("/v1/signing-keys").await.expect(200).json();
    assert_eq!(list["items"][0]["health"], json!(["new_network", "rate_limited"]));
});
