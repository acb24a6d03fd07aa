//! `/v1/signing-keys`: public keys that requests are signed with.

use std::time::Duration;

use gridkey::credentials::KeyLevel;
use gridkey::request_keys::{QueryMode, SigningSecret};
use reqwest::Method;
use serde_json::{Value, json};

use super::people::{events, make_role};
use crate::on_both;
use crate::support::manager::Manager;
use crate::support::signing::{Draft, FINGERPRINT, PUBLIC_KEY};
use crate::support::tokens::{ADA, count};
use crate::support::{Reply, TestApp};

const KEYS: &str = "/v1/signing-keys";

/// The key of this number.
fn secret(number: u8) -> SigningSecret {
    SigningSecret::from_bytes(&[number; 32]).unwrap()
}

fn public(number: u8) -> String {
    secret(number).public_key().to_base64()
}

async fn make(manager: &Manager<'_>, number: u8) -> Value {
    let body = json!({ "name": format!("key {number}"), "public_key": public(number) });
    manager.post(KEYS, &body).await.expect(201).json()
}

fn at(key: &Value) -> String {
    format!("{KEYS}/{}", key["id"].as_str().unwrap())
}

async fn turn(manager: &Manager<'_>, key: &Value, how: &str) -> Reply {
    manager.call(Method::POST, &format!("{}/{how}", at(key))).await
}

impl TestApp {
    /// What a request that the key of this number signs is worth, to somebody who may ask.
    async fn signed_by(&self, number: u8) -> String {
        let edge = self.ada_key(KeyLevel::Admin).await.secret;
        let draft = Draft::new("GET", "/v1/orders", "");
        let question = draft.grid(&secret(number), self.app.now().seconds(), QueryMode::Include).question();
        let request = self.http().post(self.url("/v1/verify")).bearer_auth(edge).json(&question);
        let verdict = Reply::of(request.send().await.unwrap()).await.expect(200).json();
        verdict["reason"].as_str().unwrap_or("active").to_owned()
    }
}

on_both!(a_key_is_registered_shown_changed_and_revoked, |app| {
    let ada = app.ada().await;
    assert_eq!(app.signed_by(1).await, "unknown_key");
    let body = json!({
        "name": " Trading ", "public_key": public(1), "description": "Orders", "level": "read-only",
        "allowed_addresses": ["127.0.0.1"], "rate_limit": 60, "expires_in_days": 7,
    });
    let made = ada.post(KEYS, &body).await.expect(201);
    assert_eq!(made.header("location"), at(&made.json()));
    let key = made.json();
    assert_eq!(key["name"], "Trading");
    assert_eq!(key["owner"]["name"], ADA);
    assert_eq!(key["public_key"], public(1));
    assert_eq!(key["fingerprint"], secret(1).public_key().fingerprint().to_string());
    assert_eq!(
        (&key["algorithm"], &key["level"], &key["status"]),
        (&json!("ed25519"), &json!("read-only"), &json!("active"))
    );
    let shown = ada.get(&at(&key)).await.expect(200).json();
    assert!(shown["permissions"].as_array().unwrap().contains(&json!("users:read")), "{shown}");
    assert_eq!(app.signed_by(1).await, "address_not_allowed", "nobody said from where");
    let anywhere =
        json!({ "allowed_addresses": [], "rate_limit": null, "expires_at": null, "name": "Orders" });
    let changed = ada.patch(&at(&key), &anywhere).await.expect(200).json();
    assert_eq!((&changed["expires_at"], &changed["name"]), (&Value::Null, &json!("Orders")));
    assert_eq!(app.signed_by(1).await, "active");
    let stale = [("if-match", made.header("etag"))];
    ada.call_with(Method::DELETE, &at(&key), None, &stale).await.expect_problem(412, "changed_meanwhile");
    let disabled = turn(&ada, &key, "disable").await.expect(200).json();
    assert_eq!(disabled["status_reason"], "by_owner");
    turn(&ada, &key, "disable").await.expect(200);
    assert_eq!(app.signed_by(1).await, "disabled");
    turn(&ada, &key, "enable").await.expect(200);
    assert_eq!(app.signed_by(1).await, "active");
    ada.delete(&at(&key)).await.expect(204);
    assert_eq!(app.signed_by(1).await, "revoked");
    turn(&ada, &key, "enable").await.expect_problem(409, "key_revoked");
    ada.patch(&at(&key), &json!({ "name": "x" })).await.expect_problem(409, "key_revoked");
    for (action, times) in [("create", 1), ("update", 1), ("disable", 1), ("enable", 1), ("revoke", 1)] {
        assert_eq!(events(&app, &format!("signing_key.{action}")).await, times, "{action}");
    }
});

on_both!(a_key_comes_in_every_form_and_as_the_grid_sends_it, |app| {
    let ada = app.ada().await;
    let grid = json!({ "signing_key": { "label": "Trading", "public_key": PUBLIC_KEY } });
    let key = ada.post(KEYS, &grid).await.expect(201).json();
    assert_eq!((&key["name"], &key["fingerprint"]), (&json!("Trading"), &json!(FINGERPRINT)));
    assert_eq!(key["level"], "read-write");
    let x = public(2).replace('+', "-").replace('/', "_").replace('=', "");
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": x });
    let made = ada.post(KEYS, &json!({ "name": "JWK", "public_key": jwk })).await.expect(201).json();
    assert_eq!(made["public_key"], public(2));
    let bad = |public_key: Value| json!({ "name": "A", "public_key": public_key });
    let small_order = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let private = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n-----END PRIVATE KEY-----";
    for (body, code) in [
        (bad(json!("junk")), "invalid_public_key"),
        (bad(json!(7)), "invalid_public_key"),
        (bad(json!(small_order)), "invalid_public_key"),
        (bad(json!(private)), "invalid_public_key"),
        (bad(json!({ "kty": "oct", "k": "AAEC" })), "invalid_public_key"),
        (json!({ "name": "A" }), "invalid_public_key"),
        (json!({ "public_key": public(3) }), "invalid_name"),
        (json!({ "name": "", "public_key": public(3) }), "invalid_name"),
        (
            json!({ "name": "A", "signing_key": { "label": "A", "public_key": public(3) } }),
            "invalid_public_key",
        ),
        (json!({ "name": "A", "public_key": public(3), "level": "root" }), "invalid_level"),
        (json!({ "name": "A", "public_key": public(3), "scopes": ["nothing:read"] }), "unknown_scope"),
        (json!({ "name": "A", "public_key": public(3), "expires_at": "soon" }), "invalid_expires_at"),
    ] {
        let reply = ada.post(KEYS, &body).await.expect_problem(422, code);
        assert!(!reply.body.contains("AAECAwQF"), "a private key is not told again: {}", reply.body);
    }
    let unknown = json!({ "name": "A", "public_key": public(3), "tenant_id": "x" });
    ada.post(KEYS, &unknown).await.expect_problem(400, "invalid_body");
    assert_eq!(count(&app, "SELECT count(*) AS n FROM request_keys").await, 2);
});

on_both!(a_key_is_registered_once_wherever_that_is, |app| {
    let (ada, grace) = (app.ada().await, app.grace().await);
    let hank = app.manager("globex", Some("tenant_admin")).await;
    let body = json!({ "name": "A", "public_key": public(1) });
    let key = ada.post(KEYS, &body).await.expect(201).json();
    let mut said = Vec::new();
    for manager in [&ada, &grace, &hank] {
        let reply = manager.post(KEYS, &body).await.expect_problem(409, "already_exists");
        said.push((reply.text("detail"), reply.text("fix")));
    }
    assert!(said.iter().all(|one| *one == said[0]), "nobody learns whose it is: {said:?}");
    ada.delete(&at(&key)).await.expect(204);
    ada.post(KEYS, &body).await.expect_problem(409, "already_exists");
    // Sixteen at once, and one of them gets it.
    let fresh = json!({ "name": "A", "public_key": public(2) });
    let asked = (0..16).map(|number| if number % 2 == 0 { &ada } else { &hank }.post(KEYS, &fresh));
    let replies = futures::future::join_all(asked).await;
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![201], vec![409; 15]].concat());
    assert_eq!(events(&app, "signing_key.create").await, 2);
    // What can be repeated is not made twice.
    let third = json!({ "name": "A", "public_key": public(3) });
    for _ in 0..2 {
        let once = [("idempotency-key", "once")];
        ada.call_with(Method::POST, KEYS, Some(&third), &once).await.expect(201);
    }
});

on_both!(one_sees_and_changes_ones_own_keys_and_no_others, |app| {
    let (ada, grace) = (app.ada().await, app.grace().await);
    let viewer = app.manager("acme", Some("tenant_viewer")).await;
    let hank = app.manager("globex", Some("tenant_admin")).await;
    let hers = make(&grace, 1).await;
    app.pass(Duration::from_secs(1));
    let theirs = make(&ada, 2).await;
    for manager in [&hank, &grace] {
        manager.get(&at(&theirs)).await.expect_problem(404, "not_found");
        manager.patch(&at(&theirs), &json!({ "name": "x" })).await.expect_problem(404, "not_found");
        turn(manager, &theirs, "disable").await.expect_problem(404, "not_found");
        manager.delete(&at(&theirs)).await.expect_problem(404, "not_found");
    }
    viewer.get(&at(&hers)).await.expect(200);
    viewer.delete(&at(&hers)).await.expect_problem(403, "permission_denied");
    let names = async |manager: &Manager<'_>, query: &str| -> Vec<String> {
        let list = manager.get(&format!("{KEYS}{query}")).await.expect(200).json();
        let items = list["items"].as_array().unwrap().iter();
        items.map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&grace, "").await, ["key 1"]);
    assert_eq!(names(&viewer, "?scope=tenant").await, ["key 2", "key 1"]);
    assert_eq!(names(&viewer, "?scope=tenant&q=key%201").await, ["key 1"]);
    assert_eq!(names(&viewer, "?scope=tenant&status=active,expired").await, ["key 2", "key 1"]);
    assert!(names(&viewer, "?scope=tenant&status=revoked").await.is_empty());
    let text = hers["fingerprint"].as_str().unwrap();
    let encoded = text.replace('+', "%2B").replace('/', "%2F");
    assert_eq!(names(&viewer, &format!("?scope=tenant&fingerprint={encoded}")).await, ["key 1"]);
    assert_eq!(names(&viewer, &format!("?scope=tenant&fingerprint={text}")).await, ["key 1"]);
    assert!(names(&ada, &format!("?fingerprint={encoded}")).await.is_empty(), "not among one's own");
    let (padded, none) = (format!("{KEYS}?fingerprint={encoded}%3D"), format!("{KEYS}?scope=all"));
    ada.get(&padded).await.expect_problem(400, "invalid_filter");
    ada.get(&none).await.expect_problem(400, "invalid_filter");
    grace.get(&format!("{KEYS}?scope=tenant")).await.expect_problem(403, "permission_denied");
    let first = viewer.get(&format!("{KEYS}?scope=tenant&limit=1")).await.expect(200);
    let next = format!("?scope=tenant&limit=1&cursor={}", first.text("next_cursor"));
    assert_eq!(names(&viewer, &next).await, ["key 1"]);
    // What an administrator disabled its owner cannot enable.
    turn(&ada, &hers, "disable").await.expect(200);
    turn(&grace, &hers, "enable").await.expect_problem(403, "permission_denied");
    turn(&ada, &hers, "enable").await.expect(200);
});

on_both!(nobody_registers_or_takes_over_a_key_that_may_more_than_they, |app| {
    make_role(&app, "acme", "keeper", &["api_keys:administer", "api_keys:manage"]).await;
    let keeper = app.manager("acme", Some("keeper")).await;
    let ada = app.ada().await;
    let (_, id) = app.person("acme", ADA).await;
    let owner = json!({ "kind": "user", "id": id.to_string() });
    let strong = json!({ "name": "A", "public_key": public(1), "owner": owner, "level": "admin" });
    keeper.post(KEYS, &strong).await.expect_problem(403, "permission_denied");
    let theirs = make(&ada, 2).await;
    keeper
        .patch(&at(&theirs), &json!({ "allowed_addresses": [] }))
        .await
        .expect_problem(403, "permission_denied");
    keeper.delete(&at(&theirs)).await.expect_problem(403, "permission_denied");
    let grace = app.grace().await;
    let other = json!({ "name": "A", "public_key": public(3), "owner": owner });
    grace.post(KEYS, &other).await.expect_problem(403, "permission_denied");
    let nobody = json!({ "kind": "user", "id": theirs["id"] });
    let lost = json!({ "name": "A", "public_key": public(3), "owner": nobody });
    ada.post(KEYS, &lost).await.expect_problem(422, "unknown_owner");
    // An API key registers none, unless its level says so.
    let key = app.ada_key(KeyLevel::ReadWrite).await.secret;
    let body = json!({ "name": "A", "public_key": public(3) });
    let request = app.http().post(app.url(KEYS)).bearer_auth(key).json(&body);
    Reply::of(request.send().await.unwrap()).await.expect_problem(403, "permission_denied");
});

on_both!(keys_go_with_their_owner, |app| {
    let ada = app.ada().await;
    let (grace, account) = (app.grace().await, app.manager("acme", Some("tenant_user")).await);
    make(&grace, 1).await;
    make(&account, 2).await;
    assert_eq!(app.signed_by(1).await, "active");
    assert_eq!(app.signed_by(2).await, "active");
    let (_, person) = app.person("acme", "grace@acme.example").await;
    ada.delete(&format!("/v1/users/{person}")).await.expect(204);
    ada.delete(&format!("/v1/service-accounts/{}", account.id)).await.expect(204);
    for number in [1, 2] {
        assert_eq!(app.signed_by(number).await, "revoked", "{number}");
    }
    ada.post(&format!("/v1/users/{person}/restore"), &json!({})).await.expect(200);
    assert_eq!(app.signed_by(1).await, "revoked", "for good");
    let told =
        "SELECT count(*) AS n FROM audit_events WHERE CAST(changes AS TEXT) LIKE '%revoked_signing_keys%'";
    assert_eq!(count(&app, told).await, 2);
});

on_both!(an_organisation_decides_about_signatures_within_bounds, |app| {
    let ada = app.ada().await;
    let tenant = ada.get("/v1/me").await.expect(200).json()["tenant"]["id"].as_str().unwrap().to_owned();
    let place = format!("/v1/tenants/{tenant}");
    let settings = |signatures: Value| json!({ "settings": { "signatures": signatures } });
    let set = ada.patch(&place, &settings(json!({ "query": "either", "replay": "all" }))).await.expect(200);
    assert_eq!(set.json()["settings"]["signatures"], json!({ "query": "either", "replay": "all" }));
    for bad in [json!({ "query": "maybe" }), json!({ "replay": "never" }), json!({ "window": 5 })] {
        ada.patch(&place, &settings(bad)).await.expect_problem(422, "invalid_settings");
    }
    let none = ada.patch(&place, &settings(Value::Null)).await.expect(200).json();
    assert!(none["settings"].get("signatures").is_none(), "{none}");
});
