//! `/v1/verify`: what keys and tokens are worth, and what is refused.

use std::time::Duration;

use gridkey::api_keys::{Rotated, generate};
use gridkey::credentials::{AddressList, KeyGrant, KeyLevel, KeyOwner, KeyStatus};
use gridkey::db::DbError;
use gridkey::roles;
use gridkey::users::{self, UserStatus};
use serde_json::{Value, json};

use crate::on_both;
use crate::support::jwt_claims;
use crate::support::manager::Manager;
use crate::support::tokens::{ADA, alter};

impl Manager<'_> {
    /// The verdict on a credential alone, or on a question.
    pub async fn verdict(&self, question: &Value) -> Value {
        self.post("/v1/verify", question).await.expect(200).json()
    }

    /// The reason why a question is answered with no.
    pub async fn refusal(&self, question: &Value) -> String {
        let verdict = self.verdict(question).await;
        assert_eq!(verdict["active"], false, "{verdict}");
        assert!(verdict.get("subject").is_none(), "a refusal tells of nobody: {verdict}");
        verdict["reason"].as_str().unwrap().to_owned()
    }
}

/// A request that carries these headers.
fn carrying(headers: &[(&str, &str)]) -> Value {
    json!({ "request": { "method": "GET", "target": "/v1/models", "headers": headers } })
}

on_both!(a_key_says_who_it_is_and_what_it_may, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let key = app.ada_key(KeyLevel::ReadOnly).await;
    let verdict = edge.verdict(&json!({ "credential": key.secret, "permission": "users:read" })).await;
    assert_eq!(verdict["active"], true, "{verdict}");
    assert_eq!(verdict["subject"]["name"], ADA);
    assert_eq!(verdict["subject"]["type"], "user");
    assert_eq!(verdict["tenant"]["slug"], "acme");
    assert_eq!(verdict["credential"]["id"], key.id.to_string());
    assert_eq!(verdict["credential"]["type"], "api_key");
    let may = |permission: &str| json!({ "credential": key.secret, "permission": permission });
    assert_eq!(edge.refusal(&may("users:update")).await, "permission_denied");
    for headers in
        [vec![("Authorization", format!("Bearer {}", key.secret))], vec![("x-api-key", key.secret.clone())]]
    {
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(edge.verdict(&carrying(&headers)).await["active"], true, "{headers:?}");
    }
});

on_both!(what_is_no_credential_is_refused_each_for_its_reason, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let key = app.ada_key(KeyLevel::Admin).await;
    let stranger = generate(&"gk_".parse().unwrap(), &app.app.random).0.expose().to_owned();
    let broken = format!("{}0", &key.secret[..key.secret.len() - 1]);
    let foreign_prefix = format!("pg_{}", &key.secret[3..]);
    for (credential, reason) in [
        (stranger.as_str(), "unknown_key"),
        (&foreign_prefix, "unknown_key"),
        ("gk_short", "malformed"),
        ("", "missing"),
        ("a.b.c", "invalid_token"),
    ] {
        assert_eq!(edge.refusal(&json!({ "credential": credential })).await, reason, "{credential}");
    }
    if broken != key.secret {
        assert_eq!(edge.refusal(&json!({ "credential": broken })).await, "unknown_key");
    }
    let bearer = format!("Bearer {}", key.secret);
    for (headers, reason) in [
        (vec![], "missing"),
        (vec![("x-api-key", bearer.as_str())], "malformed"),
        (vec![("authorization", key.secret.as_str())], "missing"),
        (vec![("authorization", &bearer), ("authorization", &bearer)], "ambiguous"),
        (vec![("authorization", &bearer), ("X-Api-Key", &key.secret)], "ambiguous"),
    ] {
        assert_eq!(edge.refusal(&carrying(&headers)).await, reason, "{headers:?}");
    }
    let other = app.manager("globex", Some("tenant_admin")).await;
    assert_eq!(other.refusal(&json!({ "credential": key.secret })).await, "wrong_tenant");
});

on_both!(a_key_in_the_address_is_refused_and_marked, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let key = app.ada_key(KeyLevel::Admin).await;
    let target = format!("/v1/models?api_key={}", key.secret);
    let question = json!({ "request": { "method": "GET", "target": target, "headers": [] } });
    assert_eq!(edge.refusal(&question).await, "key_in_query");
    let (tenant, id) = (key.tenant, key.id);
    let stored = app.app.db.read(move |conn| gridkey::api_keys::store::find(conn, tenant, id)).await.unwrap();
    assert!(stored.unwrap().exposed_at.is_some());
    let log = edge.get("/v1/audit-log?action=api_key.expose").await.expect(200);
    assert_eq!(log.json()["items"].as_array().unwrap().len(), 1, "{}", log.body);
    assert!(!log.body.contains(&key.secret));
    assert_eq!(edge.refusal(&question).await, "key_in_query");
    // One that looks like a key and is none is refused alike, and nothing is written down.
    let stranger = generate(&"gk_".parse().unwrap(), &app.app.random).0;
    let target = format!("/v1/models?api_key={}", stranger.expose());
    let question = json!({ "request": { "method": "GET", "target": target, "headers": [] } });
    assert_eq!(edge.refusal(&question).await, "key_in_query");
    let again = edge.get("/v1/audit-log?action=api_key.expose").await.expect(200).json();
    assert_eq!(again["items"].as_array().unwrap().len(), 1, "told once");
});

on_both!(every_end_of_a_key_is_seen_at_once, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let key = app.ada_key(KeyLevel::Admin).await;
    let question = json!({ "credential": key.secret });
    assert_eq!(edge.verdict(&question).await["active"], true);
    app.change_key(&key, "api_key.disable", |key| key.status = KeyStatus::Disabled).await;
    assert_eq!(edge.refusal(&question).await, "disabled");
    app.change_key(&key, "api_key.enable", |key| key.status = KeyStatus::Active).await;
    assert_eq!(edge.verdict(&question).await["active"], true);
    app.change_key(&key, "api_key.update", |key| {
        key.expires_at = Some(key.created_at + Duration::from_secs(60))
    })
    .await;
    assert_eq!(edge.verdict(&question).await["active"], true);
    app.clock.advance(Duration::from_secs(60));
    let edge = app.manager("acme", Some("tenant_admin")).await;
    assert_eq!(edge.refusal(&question).await, "expired", "to the second");
    app.change_key(&key, "api_key.update", |key| key.expires_at = None).await;
    assert_eq!(edge.verdict(&question).await["active"], true);
    app.revoke_key(&key).await;
    assert_eq!(edge.refusal(&question).await, "revoked");
});

on_both!(a_key_dies_with_its_owner_and_follows_its_rights, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let (tenant, ada) = app.person("acme", ADA).await;
    let key = app.ada_key(KeyLevel::Admin).await;
    let question = json!({ "credential": key.secret, "permission": "users:update" });
    assert_eq!(edge.verdict(&question).await["active"], true);
    edge.patch(&format!("/v1/users/{ada}"), &json!({ "status": "suspended" })).await.expect(200);
    assert_eq!(edge.refusal(&question).await, "owner_inactive");
    edge.patch(&format!("/v1/users/{ada}"), &json!({ "status": "active" })).await.expect(200);
    assert_eq!(edge.verdict(&question).await["active"], true);
    edge.put(&format!("/v1/users/{ada}/roles"), &json!({ "roles": ["tenant_viewer"] })).await.expect(200);
    assert_eq!(edge.refusal(&question).await, "permission_denied", "roles are read now, not then");
    alter(&app, move |conn| {
        let user = users::store::find(conn, tenant, ada)?.unwrap();
        assert_eq!(user.status, UserStatus::Active);
        roles::store::permissions_of(conn, tenant, ada).map(|_| ())
    })
    .await;
});

on_both!(a_replaced_secret_lives_on_to_the_second, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let (tenant, ada) = app.person("acme", ADA).await;
    let old = app.key_of(tenant, KeyOwner::User(ada), |_| {}).await;
    let (secret, hint) = generate(&"gk_".parse().unwrap(), &app.app.random);
    let (now, id) = (app.now(), old.id);
    let digest = secret.digest();
    alter(&app, move |conn| {
        let key = gridkey::api_keys::store::find(conn, tenant, id)?.unwrap();
        let fresh = Rotated { digest, hint: hint.clone() };
        let rotated = key.rotated(fresh, Duration::from_secs(3_600), now);
        assert!(gridkey::api_keys::store::update(conn, tenant, &rotated, key.updated_at)?);
        Ok::<_, DbError>(())
    })
    .await;
    app.app.forget();
    let of = |secret: &str| json!({ "credential": secret });
    let present = edge.verdict(&of(secret.expose())).await;
    assert_eq!(present["credential"]["id"], old.id.to_string(), "the identifier stays");
    assert!(present["credential"].get("replaced_secret").is_none());
    let former = edge.verdict(&of(&old.secret)).await;
    assert_eq!((&former["active"], &former["credential"]["replaced_secret"]), (&json!(true), &json!(true)));
    app.clock.advance(Duration::from_millis(3_599_999));
    let edge = app.manager("acme", Some("tenant_admin")).await;
    assert_eq!(edge.verdict(&of(&old.secret)).await["active"], true);
    app.clock.advance(Duration::from_millis(1));
    assert_eq!(edge.refusal(&of(&old.secret)).await, "expired");
    assert_eq!(edge.verdict(&of(secret.expose())).await["active"], true);
});

on_both!(a_key_is_taken_only_from_where_it_may_come, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let (tenant, ada) = app.person("acme", ADA).await;
    let key = app
        .key_of(tenant, KeyOwner::User(ada), |key| {
            key.allowed_addresses = AddressList::parse(["203.0.113.0/24"]).unwrap();
        })
        .await;
    let from = |address: &str| json!({ "credential": key.secret, "address": address });
    assert_eq!(edge.verdict(&from("203.0.113.9")).await["active"], true);
    assert_eq!(edge.refusal(&from("198.51.100.1")).await, "address_not_allowed");
    assert_eq!(edge.refusal(&json!({ "credential": key.secret })).await, "address_not_allowed");
    edge.post("/v1/verify", &from("here")).await.expect_problem(422, "invalid_address");
});

on_both!(who_asks_has_to_be_allowed_to, |app| {
    let key = app.ada_key(KeyLevel::Admin).await;
    let question = json!({ "credential": key.secret });
    let user = app.manager("acme", Some("tenant_user")).await;
    user.post("/v1/verify", &question).await.expect_problem(403, "permission_denied");
    // A key may ask, if it may what its owner may.
    let reply = app.post_json("/v1/verify", Some(&key.secret), &question).await.expect(200);
    assert_eq!(reply.json()["active"], true);
    let weak = app.ada_key(KeyLevel::ReadOnly).await;
    app.post_json("/v1/verify", Some(&weak.secret), &question).await.expect_problem(403, "permission_denied");
    let edge = app.manager("acme", Some("tenant_admin")).await;
    edge.post("/v1/verify", &json!({})).await.expect_problem(422, "invalid_verify_request");
    let both = json!({ "credential": "x", "request": { "method": "GET", "target": "/", "headers": [] } });
    edge.post("/v1/verify", &both).await.expect_problem(422, "invalid_verify_request");
    let odd = json!({ "credential": key.secret, "permission": "users" });
    edge.post("/v1/verify", &odd).await.expect_problem(422, "invalid_permission");
    let batch = json!({ "requests": [question, { "credential": "junk" }] });
    let verdicts = edge.post("/v1/verify/batch", &batch).await.expect(200).json();
    assert_eq!(verdicts["verdicts"][0]["active"], true);
    assert_eq!(verdicts["verdicts"][1]["reason"], "malformed");
    let many = json!({ "requests": vec![question; 101] });
    edge.post("/v1/verify/batch", &many).await.expect_problem(422, "too_many");
});

on_both!(tokens_are_worth_their_scopes_and_no_more, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let answer = app.ada_signs_in().await;
    let token = answer["access_token"].as_str().unwrap();
    assert_eq!(jwt_claims(token)["aud"][0], app.base);
    let verdict = edge.verdict(&json!({ "credential": token })).await;
    assert_eq!(verdict["active"], true, "{verdict}");
    assert_eq!(verdict["subject"]["name"], ADA);
    assert_eq!(verdict["permissions"], json!([]), "signing in somewhere hands nobody one's powers");
    let needs = json!({ "credential": token, "permission": "users:read" });
    assert_eq!(edge.refusal(&needs).await, "permission_denied");
    let elsewhere = json!({ "credential": token, "audience": "https://api.acme.example" });
    assert_eq!(edge.refusal(&elsewhere).await, "invalid_token");
    let own = edge.verdict(&json!({ "credential": edge.token, "permission": "users:read" })).await;
    assert_eq!(own["active"], true, "{own}");
    assert_eq!(own["subject"]["type"], "service_account");
});

on_both!(a_key_manages_what_it_may_and_cannot_outgrow_itself, |app| {
    let admin = app.ada_key(KeyLevel::Admin).await;
    let me = app.get_as("/v1/me", &admin.secret).await.expect(200).json();
    assert_eq!((&me["kind"], &me["id"]), (&json!("key"), &json!(admin.id.to_string())));
    let reader = app.ada_key(KeyLevel::ReadOnly).await;
    app.get_as("/v1/users", &reader.secret).await.expect(200);
    let body = json!({ "slug": "x", "display_name": "X" });
    app.post_json("/v1/teams", Some(&reader.secret), &body).await.expect_problem(403, "permission_denied");
    app.post_json("/v1/teams", Some(&admin.secret), &body).await.expect(201);
    // A found key must not become its owner: what people may do to themselves is not for their keys.
    let (tenant, ada) = app.person("acme", ADA).await;
    let narrow = app
        .key_of(tenant, KeyOwner::User(ada), |key| {
            key.grant =
                KeyGrant::Scopes(["users:read", "users:update"].map(|text| text.parse().unwrap()).to_vec());
        })
        .await;
    let path = format!("/v1/users/{ada}/password-reset");
    app.post_json(&path, Some(&narrow.secret), &json!({})).await.expect_problem(403, "permission_denied");
    app.revoke_key(&admin).await;
    app.get_as("/v1/me", &admin.secret).await.expect_problem(401, "invalid_key");
});
