//! Who may do what with whose keys.

use serde_json::{Value, json};

use super::{GRACE, KEYS, at, make, me, secret, turn, who};
use crate::manage::people::{give, make_role, place};
use crate::on_both;
use crate::support::TestApp;
use crate::support::manager::Manager;
use crate::support::tokens::{alter, tenant};

/// A service account with a role of these permissions.
async fn with<'a>(app: &'a TestApp, role: &'static str, permissions: &'static [&'static str]) -> Manager<'a> {
    make_role(app, "acme", role, permissions).await;
    app.manager("acme", Some(role)).await
}

on_both!(one_sees_and_changes_ones_own_keys_and_no_others, |app| {
    let (grace, ada) = (app.grace().await, app.ada().await);
    let sam = app.manager("acme", Some("tenant_user")).await;
    let viewer = app.manager("acme", Some("tenant_viewer")).await;
    let nobody = app.manager("acme", None).await;
    let (hers, theirs) =
        (make(&grace, json!({ "name": "hers" })).await, make(&ada, json!({ "name": "theirs" })).await);
    for key in [&hers, &theirs] {
        sam.get(&at(key)).await.expect_problem(404, "not_found");
        sam.patch(&at(key), &json!({ "name": "x" })).await.expect_problem(404, "not_found");
        sam.delete(&at(key)).await.expect_problem(404, "not_found");
        sam.get(&format!("{}/usage", at(key))).await.expect_problem(404, "not_found");
        for how in ["disable", "enable"] {
            turn(&sam, key, how).await.expect_problem(404, "not_found");
        }
        sam.post(&format!("{}/rotate", at(key)), &json!({})).await.expect_problem(404, "not_found");
        viewer.get(&at(key)).await.expect(200);
        viewer.get(&format!("{}/usage", at(key))).await.expect(200);
        viewer.delete(&at(key)).await.expect_problem(403, "permission_denied");
        nobody.get(&at(key)).await.expect_problem(403, "permission_denied");
        assert!(app.works(secret(key)).await);
    }
    grace.get(&at(&theirs)).await.expect_problem(404, "not_found");
    assert_eq!(grace.get(KEYS).await.expect(200).json()["items"].as_array().unwrap().len(), 1);
    for manager in [&grace, &sam] {
        manager.get(&format!("{KEYS}?scope=tenant")).await.expect_problem(403, "permission_denied");
    }
    viewer.get(KEYS).await.expect_problem(403, "permission_denied");
    viewer.post(KEYS, &json!({ "name": "x" })).await.expect_problem(403, "permission_denied");
    assert_eq!(
        viewer.get(&format!("{KEYS}?scope=tenant")).await.expect(200).json()["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    // An administrator does with those of others what their owners do.
    ada.patch(&at(&hers), &json!({ "name": "ours" })).await.expect(200);
    turn(&ada, &hers, "disable").await.expect(200);
    turn(&grace, &hers, "enable").await.expect_problem(403, "permission_denied");
    turn(&ada, &hers, "enable").await.expect(200);
    ada.delete(&at(&hers)).await.expect(204);
    assert_eq!(grace.get(&at(&hers)).await.json()["status_reason"], "by_administrator");
});

on_both!(keys_of_other_organisations_do_not_exist, |app| {
    let grace = app.grace().await;
    let key = make(&grace, json!({ "name": "a" })).await;
    let hank = app.manager("globex", Some("tenant_admin")).await;
    hank.get(&at(&key)).await.expect_problem(404, "not_found");
    hank.delete(&at(&key)).await.expect_problem(404, "not_found");
    hank.post(&format!("{}/rotate", at(&key)), &json!({})).await.expect_problem(404, "not_found");
    let stolen = json!({ "name": "a", "owner": who(&me(&grace).await, "user") });
    hank.post(KEYS, &stolen).await.expect_problem(422, "unknown_owner");
    let bulk = json!({ "action": "revoke", "ids": [key["id"]] });
    let answer = hank.post(&format!("{KEYS}/bulk"), &bulk).await.expect(200).json();
    assert_eq!((&answer["changed"], &answer["not_found"]), (&json!(0), &json!(1)));
    assert!(app.works(secret(&key)).await);
    let root = app.manager("acme", Some("super_admin")).await;
    root.post(&format!("{KEYS}?tenant=globex"), &json!({ "name": "a" }))
        .await
        .expect_problem(422, "unknown_owner");
    assert_eq!(root.get(&format!("{KEYS}?tenant=globex")).await.expect(200).json()["items"], json!([]));
});

on_both!(nobody_makes_or_widens_a_key_above_themselves, |app| {
    let weak = with(&app, "keeper", &["api_keys:*", "service_accounts:*"]).await;
    let strong = app.manager("acme", Some("tenant_admin")).await;
    let account = me(&strong).await;
    let owner = who(&account, "service_account");
    let of_account = format!("/v1/service-accounts/{}/api-keys", account["id"].as_str().unwrap());
    // A read-only key of the strong one sees people, which the weak one does not.
    for level in ["read-only", "read-write", "admin"] {
        let body = json!({ "name": "a", "level": level, "owner": owner });
        weak.post(KEYS, &body).await.expect_problem(403, "permission_denied");
        let body = json!({ "name": "a", "level": level });
        weak.post(&of_account, &body).await.expect_problem(403, "permission_denied");
    }
    weak.post(KEYS, &json!({ "name": "a", "scopes": ["users:read"] }))
        .await
        .expect_problem(403, "permission_denied");
    let narrow = make(&weak, json!({ "name": "a", "scopes": ["api_keys:read"], "owner": owner })).await;
    weak.patch(&at(&narrow), &json!({ "scopes": ["users:read"] }))
        .await
        .expect_problem(403, "permission_denied");
    weak.patch(&at(&narrow), &json!({ "level": "admin" })).await.expect_problem(403, "permission_denied");
    weak.patch(&at(&narrow), &json!({ "name": "b" })).await.expect(200);
    // What is stronger is not taken over by a new secret, nor by bringing it back.
    let wide = make(&strong, json!({ "name": "wide", "level": "admin" })).await;
    weak.post(&format!("{}/rotate", at(&wide)), &json!({})).await.expect_problem(403, "permission_denied");
    turn(&strong, &wide, "disable").await.expect(200);
    turn(&weak, &wide, "enable").await.expect_problem(403, "permission_denied");
    for body in [json!({ "name": "x" }), json!({ "expires_at": null }), json!({ "level": "read-only" })] {
        weak.patch(&at(&wide), &body).await.expect_problem(403, "permission_denied");
    }
    weak.delete(&at(&wide)).await.expect_problem(403, "permission_denied");
    let bulk = json!({ "action": "revoke", "ids": [wide["id"], narrow["id"]] });
    let answer = weak.post(&format!("{KEYS}/bulk"), &bulk).await.expect(200).json();
    assert_eq!((&answer["changed"], &answer["refused"]), (&json!(1), &json!(1)));
});

on_both!(a_key_is_made_for_somebody_else_by_administrators_only, |app| {
    let (grace, ada) = (app.grace().await, app.ada().await);
    let (owner, other) = (who(&me(&grace).await, "user"), who(&me(&ada).await, "user"));
    grace.post(KEYS, &json!({ "name": "a", "owner": other })).await.expect_problem(403, "permission_denied");
    let own = make(&grace, json!({ "name": "a", "owner": owner })).await;
    app.pass(std::time::Duration::from_secs(1));
    let given = make(&ada, json!({ "name": "b", "owner": owner })).await;
    assert_eq!(given["owner"]["name"], GRACE.0);
    assert_eq!(given["created_by"], json!(format!("user:{}", other["id"].as_str().unwrap())));
    let listed = grace.get(KEYS).await.expect(200).json();
    assert_eq!(
        listed["items"].as_array().unwrap().iter().map(|key| &key["id"]).collect::<Vec<_>>(),
        [&given["id"], &own["id"]]
    );
    let nobody = json!({ "kind": "user", "id": "0199d2c0-0000-7000-8000-000000000000" });
    ada.post(KEYS, &json!({ "name": "a", "owner": nobody })).await.expect_problem(422, "unknown_owner");
    let doomed = ada
        .post("/v1/users", &json!({ "email": "d@acme.example", "display_name": "D" }))
        .await
        .expect(201)
        .text("id");
    ada.delete(&format!("/v1/users/{doomed}")).await.expect(204);
    let body = json!({ "name": "a", "owner": { "kind": "user", "id": doomed } });
    ada.post(KEYS, &body).await.expect_problem(422, "unknown_owner");
});

on_both!(a_service_accounts_key_may_do_what_its_roles_say_right_now, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let made = admin
        .post("/v1/service-accounts", &json!({ "slug": "nightly", "display_name": "N" }))
        .await
        .expect(201);
    let (id, account) = (made.text("id"), made.header("location").to_owned());
    let keys = format!("{account}/api-keys");
    let key = admin.post(&keys, &json!({ "name": "a", "level": "admin" })).await.expect(201).json();
    let may = async || admin.get(&at(&key)).await.expect(200).json()["permissions"].clone();
    assert_eq!(may().await, json!([]));
    admin.put(&format!("{account}/roles"), &json!({ "roles": ["tenant_viewer"] })).await.expect(200);
    assert!(may().await.as_array().unwrap().contains(&json!("users:read")));
    admin.put(&format!("{account}/roles"), &json!({ "roles": [] })).await.expect(200);
    assert_eq!(may().await, json!([]));
    assert_eq!(admin.get(&keys).await.expect(200).json()["items"][0]["id"], key["id"]);
    let owner = json!({ "kind": "service_account", "id": id });
    admin.post(&keys, &json!({ "name": "a", "owner": owner })).await.expect_problem(422, "unknown_owner");
    // Whoever may change this one account may also do with its keys what they like, and with no others.
    make_role(&app, "acme", "warden", &["service_accounts:read:nightly", "service_accounts:update:nightly"])
        .await;
    let warden = app.manager("acme", Some("warden")).await;
    warden.get(&keys).await.expect(200);
    warden.get(&at(&key)).await.expect(200);
    let other = make(&admin, json!({ "name": "other" })).await;
    warden.get(&at(&other)).await.expect_problem(404, "not_found");
    warden.delete(&at(&other)).await.expect_problem(404, "not_found");
    warden.post(&format!("{}/rotate", at(&key)), &json!({})).await.expect(200);
    warden.delete(&at(&key)).await.expect(204);
    let user = app.manager("acme", Some("tenant_user")).await;
    user.get(&keys).await.expect_problem(403, "permission_denied");
    user.post(&keys, &json!({ "name": "a" })).await.expect_problem(403, "permission_denied");
});

on_both!(an_owner_that_grew_weaker_takes_the_key_along, |app| {
    let (grace, admin) = (app.grace().await, app.manager("acme", Some("tenant_admin")).await);
    give(&app, "acme", GRACE.0, "editor").await;
    let body = json!({ "audience": "urn:reports", "display_name": "R", "permissions": ["reports:write"] });
    admin.post("/v1/resource-servers", &body).await.expect(201);
    let key = make(&grace, json!({ "name": "a", "scopes": ["reports:write"] })).await;
    let may = async || admin.get(&at(&key)).await.expect(200).json()["permissions"].clone();
    assert_eq!(may().await, json!(["reports:write"]));
    let roles = format!("{}/roles", place(&admin, GRACE.0).await);
    admin.put(&roles, &json!({ "roles": ["tenant_user"] })).await.expect(200);
    assert_eq!(may().await, json!([]));
});

on_both!(what_an_api_of_the_organisation_knows_can_be_a_scope, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let body = json!({ "audience": "urn:weather", "display_name": "W", "permissions": ["weather:read"] });
    admin
        .post(KEYS, &json!({ "name": "a", "scopes": ["weather:read"] }))
        .await
        .expect_problem(422, "unknown_scope");
    admin.post("/v1/resource-servers", &body).await.expect(201);
    let key = make(&admin, json!({ "name": "a", "scopes": ["weather:read", "users:read"] })).await;
    assert_eq!(key["scopes"], json!(["users:read", "weather:read"]));
    admin
        .post(KEYS, &json!({ "name": "a", "scopes": ["weather:write"] }))
        .await
        .expect_problem(422, "unknown_scope");
    admin
        .post(KEYS, &json!({ "name": "a", "scopes": ["tenants:enter"] }))
        .await
        .expect_problem(403, "permission_denied");
});

on_both!(an_owner_has_a_hundred_living_keys_at_most, |app| {
    let grace = app.grace().await;
    let first = make(&grace, json!({ "name": "0" })).await;
    let id = gridkey::api_keys::ApiKeyId::new(first["id"].as_str().unwrap().parse().unwrap());
    let (random, now) = (app.app.random.clone(), app.now());
    alter(&app, move |conn| {
        let tenant = tenant(conn, "acme")?.id;
        let like = gridkey::api_keys::store::find(conn, tenant, id)?.unwrap();
        for _ in 1..100 {
            let digest = gridkey::secret::Digest::of(random.text().as_bytes());
            let key = gridkey::api_keys::ApiKey { id: random.id(now), digest, ..like.clone() };
            gridkey::api_keys::store::insert(conn, tenant, &key)?;
        }
        Ok(())
    })
    .await;
    grace.post(KEYS, &json!({ "name": "x" })).await.expect_problem(409, "limit_reached");
    grace.delete(&at(&first)).await.expect(204);
    let body = json!({ "name": "x" });
    let replies = futures::future::join_all((0..4).map(|_| grace.post(KEYS, &body))).await;
    let mut answers: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    answers.sort_unstable();
    assert_eq!(answers, [201, 409, 409, 409], "two that count at once do not both find room");
});

on_both!(programs_own_keys_themselves_and_applications_own_none, |app| {
    let program = app.manager("acme", Some("tenant_user")).await;
    let key = make(&program, json!({ "name": "a" })).await;
    assert_eq!(
        (&key["owner"]["kind"], &key["owner"]["id"]),
        (&json!("service_account"), &json!(program.id.to_string()))
    );
    let found: Value = program.get(KEYS).await.expect(200).json();
    assert_eq!(found["items"][0]["id"], key["id"]);
});
