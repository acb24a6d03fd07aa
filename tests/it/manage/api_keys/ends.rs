//! What ends an owner ends the keys.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::{DAY, KEYS, at, make, me, secret};
use crate::manage::people::place;
use crate::on_both;
use crate::support::tokens::count;

fn told(kind: &str, number: usize) -> String {
    format!(
        "SELECT count(*) AS n FROM audit_events WHERE action = '{kind}.delete' AND changes LIKE \
         '%\"revoked_api_keys\":{{\"after\":{number},\"before\":0}}%'"
    )
}

on_both!(who_is_deleted_takes_their_keys_along_and_does_not_bring_them_back, |app| {
    let (grace, admin) = (app.grace().await, app.manager("acme", Some("tenant_admin")).await);
    let keys = [make(&grace, json!({ "name": "a" })).await, make(&grace, json!({ "name": "b" })).await];
    let person = place(&admin, crate::manage::api_keys::GRACE.0).await;
    admin.patch(&person, &json!({ "status": "suspended" })).await.expect(200);
    assert!(app.works(secret(&keys[0])).await, "suspension is the owner's, and the key waits");
    admin.delete(&person).await.expect(204);
    for key in &keys {
        assert!(!app.works(secret(key)).await);
        let seen = admin.get(&at(key)).await.expect(200).json();
        assert_eq!((&seen["status"], &seen["status_reason"]), (&json!("revoked"), &json!("owner_deleted")));
    }
    assert_eq!(count(&app, told("user", 2)).await, 1);
    admin.call(Method::POST, &format!("{person}/restore")).await.expect(200);
    assert!(!app.works(secret(&keys[0])).await);
    admin.delete(&person).await.expect(204);
    let id = person.rsplit('/').next().unwrap();
    admin.delete(&format!("/v1/recycle-bin/user/{id}")).await.expect(204);
    admin.get(&at(&keys[0])).await.expect_problem(404, "not_found");
    assert_eq!(count(&app, "SELECT count(*) AS n FROM api_keys").await, 0);
});

on_both!(bulk_deletion_takes_keys_along_too, |app| {
    let (grace, admin) = (app.grace().await, app.manager("acme", Some("tenant_admin")).await);
    let key = make(&grace, json!({ "name": "a" })).await;
    let body = json!({ "action": "delete", "ids": [me(&grace).await["id"]] });
    admin.post("/v1/users/bulk", &body).await.expect(200);
    assert!(!app.works(secret(&key)).await);
    assert_eq!(count(&app, told("user", 1)).await, 1);
});

on_both!(a_service_accounts_key_outlives_its_maker_and_not_the_account, |app| {
    let (ada, admin) = (app.ada().await, app.manager("acme", Some("tenant_admin")).await);
    let made =
        ada.post("/v1/service-accounts", &json!({ "slug": "s", "display_name": "S" })).await.expect(201);
    let account = made.header("location").to_owned();
    let key = ada.post(&format!("{account}/api-keys"), &json!({ "name": "a" })).await.expect(201).json();
    let person = place(&admin, crate::support::tokens::ADA).await;
    let root = app.manager("acme", Some("super_admin")).await;
    root.delete(&person).await.expect(204);
    assert!(app.works(secret(&key)).await);
    admin.delete(&account).await.expect(204);
    assert!(!app.works(secret(&key)).await);
    assert_eq!(count(&app, told("service_account", 1)).await, 1);
    admin.call(Method::POST, &format!("{account}/restore")).await.expect(200);
    assert!(!app.works(secret(&key)).await, "what was revoked stays so");
    admin.post(&format!("{account}/api-keys"), &json!({ "name": "b" })).await.expect(201);
    admin.delete(&account).await.expect(204);
    admin
        .post(&format!("{account}/api-keys"), &json!({ "name": "c" }))
        .await
        .expect_problem(404, "not_found");
    assert_eq!(count(&app, "SELECT count(*) AS n FROM api_keys").await, 2);
    app.pass(DAY * 7 + Duration::from_secs(1));
    let (random, now) = (app.app.random.clone(), app.now());
    let purge =
        move |conn: &mut gridkey::db::Conn<'_>| gridkey::manage::recycle_bin::purge_old(conn, &random, now);
    app.app.db.write(purge).await.unwrap();
    assert_eq!(count(&app, "SELECT count(*) AS n FROM api_keys").await, 0);
});

on_both!(an_organisation_takes_its_keys_along, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let hank = app.manager("globex", Some("tenant_admin")).await;
    let key = make(&hank, json!({ "name": "a" })).await;
    let globex = root.get("/v1/tenants?q=globex").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    root.delete(&format!("/v1/tenants/{globex}")).await.expect(204);
    assert!(!app.works(secret(&key)).await);
    assert_eq!(count(&app, told("tenant", 1)).await, 1);
    root.call(Method::POST, &format!("/v1/tenants/{globex}/restore")).await.expect(200);
    assert!(!app.works(secret(&key)).await);
    assert_eq!(
        root.get(&format!("{KEYS}?scope=tenant&tenant=globex")).await.expect(200).json()["items"][0]["status"],
        "revoked"
    );
});
