//! Keys that manage keys.

use serde_json::{Value, json};

use super::{KEYS, at, make, me, secret, turn};
use crate::manage::people::{events, give, place};
use crate::on_both;
use crate::support::TestApp;
use crate::support::manager::Manager;
use crate::support::tokens::ADA;

/// Whoever has this key in hand.
fn holder<'a>(app: &'a TestApp, key: &Value) -> Manager<'a> {
    let id = app.app.random.id(app.now());
    Manager { app, id, client_id: String::new(), secret: String::new(), token: secret(key).to_owned() }
}

on_both!(a_key_makes_keys_only_when_its_level_says_so_and_never_above_itself, |app| {
    let ada = app.ada().await;
    for level in ["read-only", "read-write"] {
        let key = holder(&app, &make(&ada, json!({ "name": "a", "level": level })).await);
        key.post(KEYS, &json!({ "name": "b" })).await.expect_problem(403, "permission_denied");
    }
    let wide = make(&ada, json!({ "name": "wide", "level": "admin" })).await;
    let strong = holder(&app, &wide);
    let made = make(&strong, json!({ "name": "b", "level": "admin" })).await;
    assert_eq!(made["owner"]["name"], ADA, "what a key makes is its owner's");
    assert!(made["created_by"].as_str().unwrap().starts_with("key:"));
    let narrow_key =
        make(&ada, json!({ "name": "narrow", "scopes": ["api_keys:manage", "users:read"] })).await;
    let narrow = holder(&app, &narrow_key);
    for body in [
        json!({ "name": "b" }),
        json!({ "name": "b", "level": "admin" }),
        json!({ "name": "b", "level": "read-only" }),
        json!({ "name": "b", "scopes": ["users:update"] }),
        json!({ "name": "b", "scopes": ["users:*"] }),
    ] {
        narrow.post(KEYS, &body).await.expect_problem(403, "permission_denied");
    }
    let own = make(&narrow, json!({ "name": "b", "scopes": ["users:read"] })).await;
    // It does nothing to keys of its owner that may do more.
    let place_of = at(&wide);
    narrow.post(&format!("{place_of}/rotate"), &json!({})).await.expect_problem(403, "permission_denied");
    narrow.patch(&place_of, &json!({ "name": "x" })).await.expect_problem(403, "permission_denied");
    narrow.delete(&place_of).await.expect_problem(403, "permission_denied");
    turn(&narrow, &wide, "disable").await.expect_problem(403, "permission_denied");
    assert!(app.works(secret(&wide)).await);
    // Nor does it grow, by its own hand or by that of a key it made.
    narrow
        .patch(&at(&narrow_key), &json!({ "level": "admin" }))
        .await
        .expect_problem(403, "permission_denied");
    narrow.patch(&at(&own), &json!({ "level": "read-only" })).await.expect_problem(403, "permission_denied");
    narrow.delete(&at(&own)).await.expect(204);
    let turned = narrow.post(&format!("{}/rotate", at(&narrow_key)), &json!({})).await.expect(200).json();
    holder(&app, &turned).get(KEYS).await.expect(200);
    assert!(events(&app, "authorization.deny").await == 0, "refusals are failures");
});

on_both!(a_key_that_was_ended_is_let_in_no_more, |app| {
    let (grace, admin) = (app.grace().await, app.manager("acme", Some("tenant_admin")).await);
    give(&app, "acme", crate::manage::api_keys::GRACE.0, "tenant_admin").await;
    let key = make(&grace, json!({ "name": "a", "level": "admin" })).await;
    let by_key = holder(&app, &key);
    assert_eq!(me(&by_key).await["permissions"].as_array().map(Vec::is_empty), Some(false));
    turn(&admin, &key, "disable").await.expect(200);
    by_key.get(KEYS).await.expect_problem(401, "invalid_key");
    turn(&admin, &key, "enable").await.expect(200);
    by_key.get(KEYS).await.expect(200);
    by_key.delete(&at(&key)).await.expect(204);
    by_key.get(KEYS).await.expect_problem(401, "invalid_key");
    let other = holder(&app, &make(&grace, json!({ "name": "b", "level": "admin" })).await);
    other.get(KEYS).await.expect(200);
    admin.delete(&place(&admin, crate::manage::api_keys::GRACE.0).await).await.expect(204);
    other.get(KEYS).await.expect_problem(401, "invalid_key");
});
