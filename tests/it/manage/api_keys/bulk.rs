//! `POST /v1/api-keys/bulk`.

use serde_json::{Value, json};

use super::{KEYS, at, make, me, secret, turn};
use crate::manage::people::events;
use crate::on_both;

fn counts(answer: &Value) -> [u64; 5] {
    ["matched", "changed", "unchanged", "refused", "not_found"].map(|name| answer[name].as_u64().unwrap())
}

on_both!(many_keys_are_counted_and_ended_in_one_call, |app| {
    let (grace, admin) = (app.grace().await, app.manager("acme", Some("tenant_admin")).await);
    let mut keys = Vec::new();
    for n in 0..3 {
        keys.push(make(&grace, json!({ "name": format!("key-{n}") })).await);
    }
    let bulk = format!("{KEYS}/bulk");
    let ask = async |body: Value| admin.post(&bulk, &body).await.expect(200).json();
    let nobody = "0199d2c0-0000-7000-8000-000000000000";
    let ids = json!([keys[0]["id"], keys[1]["id"], keys[1]["id"], nobody]);
    let preview = ask(json!({ "action": "disable", "ids": ids, "preview": true })).await;
    assert_eq!((counts(&preview), &preview["preview"]), ([3, 2, 0, 0, 1], &json!(true)));
    assert!(app.works(secret(&keys[0])).await && events(&app, "api_key.disable").await == 0);
    assert_eq!(counts(&ask(json!({ "action": "disable", "ids": ids })).await), [3, 2, 0, 0, 1]);
    assert!(!app.works(secret(&keys[0])).await && app.works(secret(&keys[2])).await);
    assert_eq!(counts(&ask(json!({ "action": "disable", "ids": ids })).await), [3, 0, 2, 0, 1]);
    let owner = format!("user:{}", me(&grace).await["id"].as_str().unwrap());
    let filter = json!({ "owner": owner, "status": ["active"] });
    assert_eq!(
        counts(&ask(json!({ "action": "revoke", "filter": filter, "preview": true })).await),
        [1, 1, 0, 0, 0]
    );
    let filter = json!({ "q": "key-" });
    assert_eq!(counts(&ask(json!({ "action": "revoke", "filter": filter })).await), [3, 3, 0, 0, 0]);
    assert_eq!((events(&app, "api_key.disable").await, events(&app, "api_key.revoke").await), (2, 3));
    for key in &keys {
        assert!(!app.works(secret(key)).await);
    }
});

on_both!(a_bulk_call_that_means_nothing_is_refused, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let bulk = format!("{KEYS}/bulk");
    for (body, status, code) in [
        (json!({ "action": "delete", "ids": [] }), 422, "invalid_bulk"),
        (json!({ "action": "revoke" }), 422, "invalid_bulk"),
        (json!({ "action": "revoke", "ids": [], "filter": { "q": "a" } }), 422, "invalid_bulk"),
        (json!({ "action": "revoke", "filter": {} }), 422, "invalid_bulk"),
        (json!({ "action": "revoke", "filter": { "status": ["gone"] } }), 400, "invalid_filter"),
        (json!({ "action": "revoke", "filter": { "tenant": "x" } }), 400, "invalid_body"),
        (json!({ "action": "revoke", "ids": ["x"] }), 400, "invalid_body"),
        (
            json!({ "action": "revoke", "ids": vec!["0199d2c0-0000-7000-8000-000000000000"; 10_001] }),
            422,
            "too_many",
        ),
    ] {
        admin.post(&bulk, &body).await.expect_problem(status, code);
    }
    let user = app.manager("acme", Some("tenant_user")).await;
    user.post(&bulk, &json!({ "action": "revoke", "ids": [] }))
        .await
        .expect_problem(403, "permission_denied");
});

on_both!(keys_that_were_disabled_are_enabled_and_those_that_may_do_more_are_not, |app| {
    let (grace, admin) = (app.grace().await, app.manager("acme", Some("tenant_admin")).await);
    let root = app.manager("acme", Some("super_admin")).await;
    let (one, two) =
        (make(&grace, json!({ "name": "one" })).await, make(&grace, json!({ "name": "two" })).await);
    let strong = make(&root, json!({ "name": "strong", "level": "admin" })).await;
    for (manager, key) in [(&grace, &one), (&root, &strong)] {
        turn(manager, key, "disable").await.expect(200);
    }
    let bulk = format!("{KEYS}/bulk");
    let ids = json!([one["id"], two["id"], strong["id"]]);
    let ask = async |preview: bool| {
        let body = json!({ "action": "enable", "ids": ids, "preview": preview });
        counts(&admin.post(&bulk, &body).await.expect(200).json())
    };
    assert_eq!(ask(true).await, [3, 1, 1, 1, 0]);
    assert!(!app.works(secret(&one)).await, "a preview changes nothing");
    assert_eq!(ask(false).await, [3, 1, 1, 1, 0]);
    assert!(app.works(secret(&one)).await && !app.works(secret(&strong)).await);
    assert_eq!(events(&app, "api_key.enable").await, 1);
    assert_eq!(grace.get(&at(&one)).await.expect(200).json().get("status_reason"), None);
});

on_both!(whoever_has_keys_changes_many_of_their_own_and_none_of_others, |app| {
    let (grace, admin) = (app.grace().await, app.manager("acme", Some("tenant_admin")).await);
    let mut own = Vec::new();
    for n in 0..23 {
        own.push(make(&grace, json!({ "name": format!("mine-{n:02}") })).await);
    }
    let foreign = make(&admin, json!({ "name": "mine-too" })).await;
    let bulk = format!("{KEYS}/bulk");
    let ask = async |body: Value| grace.post(&bulk, &body).await.expect(200).json();
    let ids: Vec<&Value> = own.iter().chain([&foreign]).map(|key| &key["id"]).collect();
    let preview = ask(json!({ "action": "disable", "scope": "own", "ids": ids, "preview": true })).await;
    assert_eq!(counts(&preview), [24, 23, 0, 0, 1], "that of somebody else is not there");
    let named = preview["keys"].as_array().unwrap();
    assert_eq!(named.len(), 20);
    let first = own.iter().find(|key| key["id"] == named[0]["id"]).unwrap();
    assert_eq!((&named[0]["name"], &named[0]["hint"]), (&first["name"], &first["hint"]));
    let done = ask(json!({ "action": "disable", "scope": "own", "ids": ids })).await;
    assert_eq!((counts(&done), done.get("keys")), ([24, 23, 0, 0, 1], None));
    assert!(!app.works(secret(&own[0])).await && app.works(secret(&foreign)).await);
    assert_eq!(events(&app, "api_key.disable").await, 23);

    // What an administrator disabled, its owner does not enable, one by one or many at once.
    turn(&admin, &own[0], "disable").await.expect(200);
    let first: Vec<&Value> = own[..2].iter().map(|key| &key["id"]).collect();
    let enabled = ask(json!({ "action": "enable", "scope": "own", "ids": first })).await;
    assert_eq!(counts(&enabled), [2, 1, 0, 1, 0]);
    turn(&grace, &own[0], "enable").await.expect_problem(403, "permission_denied");
    let by_filter = json!({ "action": "revoke", "scope": "own", "filter": { "q": "mine" } });
    assert_eq!(counts(&ask(by_filter).await), [23, 23, 0, 0, 0]);
    assert!(app.works(secret(&foreign)).await);
    let owner = format!("user:{}", me(&admin).await["id"].as_str().unwrap());
    let of_others = json!({ "action": "revoke", "scope": "own", "filter": { "owner": owner } });
    assert_eq!(counts(&ask(of_others).await), [0, 0, 0, 0, 0]);
    for (body, status, code) in [
        (json!({ "action": "revoke", "ids": [] }), 403, "permission_denied"),
        (json!({ "action": "revoke", "scope": "tenant", "ids": [] }), 403, "permission_denied"),
        (json!({ "action": "revoke", "scope": "all", "ids": [] }), 422, "invalid_bulk"),
        (json!({ "action": "revoke", "scope": "own", "filter": {} }), 422, "invalid_bulk"),
    ] {
        grace.post(&bulk, &body).await.expect_problem(status, code);
    }
});
