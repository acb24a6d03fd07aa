//! What an organisation decides about keys.

use serde_json::{Value, json};

use super::{DAY, KEYS, at, make, secret};
use crate::on_both;
use crate::support::TestApp;
use crate::support::manager::Manager;

async fn decide(app: &TestApp, keys: Value) {
    let admin: Manager<'_> = app.manager("acme", Some("tenant_admin")).await;
    let id = admin.get("/v1/me").await.json()["tenant"]["id"].as_str().unwrap().to_owned();
    let body = json!({ "settings": { "api_keys": keys } });
    admin.patch(&format!("/v1/tenants/{id}"), &body).await.expect(200);
}

on_both!(the_organisation_says_how_keys_look_and_how_long_they_live, |app| {
    let grace = app.grace().await;
    decide(&app, json!({ "prefix": "acme-", "default_lifetime_days": 10, "longest_lifetime_days": 20 }))
        .await;
    let key = make(&grace, json!({ "name": "a" })).await;
    assert!(secret(&key).starts_with("acme-"));
    assert_eq!(key["expires_at"], json!((app.now() + DAY * 10).to_rfc3339()));
    make(&grace, json!({ "name": "a", "expires_in_days": 20 })).await;
    for body in [
        json!({ "name": "a", "expires_in_days": 21 }),
        json!({ "name": "a", "expires_at": null }),
        json!({ "name": "a", "expires_at": (app.now() + DAY * 21).to_rfc3339() }),
    ] {
        grace.post(KEYS, &body).await.expect_problem(422, "invalid_expires_at");
    }
    app.pass(DAY * 5);
    let grace = app.grace().await;
    grace.patch(&at(&key), &json!({ "expires_in_days": 16 })).await.expect_problem(422, "invalid_expires_at");
    grace.patch(&at(&key), &json!({ "expires_in_days": 15 })).await.expect(200);
    grace.post(&format!("{}/rotate", at(&key)), &json!({})).await.expect(200);
    grace.patch(&at(&key), &json!({ "expires_in_days": 20 })).await.expect(200);
});

on_both!(levels_are_what_the_organisation_says, |app| {
    let ada = app.ada().await;
    decide(&app, json!({ "levels": { "read_only": ["reports:write"], "read_write": [], "admin": ["*:*"] } }))
        .await;
    let may = async |level: &str| {
        let key = make(&ada, json!({ "name": "a", "level": level })).await;
        ada.get(&at(&key)).await.expect(200).json()["permissions"].clone()
    };
    assert_eq!(may("read-only").await, json!(["reports:write"]));
    assert_eq!(may("read-write").await, json!([]));
    assert!(may("admin").await.as_array().unwrap().contains(&json!("users:*")));
});

on_both!(nobody_but_administrators_goes_above_the_organisations_rate, |app| {
    let (grace, ada) = (app.grace().await, app.ada().await);
    decide(&app, json!({ "key_rate_limit": 60 })).await;
    make(&grace, json!({ "name": "a", "rate_limit": 60 })).await;
    let more = json!({ "name": "a", "rate_limit": 61 });
    grace.post(KEYS, &more).await.expect_problem(422, "invalid_rate_limit");
    make(&ada, more).await;
});

on_both!(settings_that_cannot_be_are_refused, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let id = admin.get("/v1/me").await.json()["tenant"]["id"].as_str().unwrap().to_owned();
    for keys in [
        json!({ "prefix": "GK_" }),
        json!({ "prefix": "gk" }),
        json!({ "longest_lifetime_days": 0 }),
        json!({ "default_lifetime_days": 9, "longest_lifetime_days": 8 }),
        json!({ "tenant_rate_limit": 0 }),
        json!({ "levels": { "admin": ["everything"] } }),
        json!({ "unknown": 1 }),
    ] {
        let body = json!({ "settings": { "api_keys": keys } });
        admin.patch(&format!("/v1/tenants/{id}"), &body).await.expect_problem(422, "invalid_settings");
    }
});
