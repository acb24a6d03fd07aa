//! `/v1/tenants`.

use reqwest::Method;
use serde_json::json;

use crate::on_both;
use crate::support::tokens::count;

const PATH: &str = "/v1/tenants";

on_both!(an_organisation_lives_from_creation_to_the_recycle_bin_and_back, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let made = root.post(PATH, &json!({ "slug": "initech", "display_name": " Initech " })).await.expect(201);
    assert_eq!(made.json()["display_name"], "Initech");
    let place = made.header("location").to_owned();
    let seen = root.get(&place).await.expect(200);
    assert_eq!((seen.json(), seen.header("etag")), (made.json(), made.header("etag")));
    let settings = json!({ "settings": { "lifetimes": { "access_token": 60 } } });
    let changed = root.patch(&place, &settings).await.expect(200);
    assert_eq!(changed.json()["settings"]["lifetimes"]["access_token"], 60);
    let back = root.patch(&place, &json!({ "settings": { "lifetimes": { "access_token": null } } })).await;
    assert_eq!(back.expect(200).json()["settings"]["lifetimes"], json!({}));
    root.delete(&place).await.expect(204);
    root.patch(&place, &json!({ "display_name": "x" })).await.expect_problem(404, "not_found");
    assert_eq!(root.get(&place).await.expect(200).json()["status"], "deleted");
    assert_eq!(
        root.call(Method::POST, &format!("{place}/restore")).await.expect(200).json()["status"],
        "active"
    );
    let events = "SELECT count(*) AS n FROM audit_events WHERE action LIKE 'tenant.%'";
    assert_eq!(count(&app, events).await, 5);
});

on_both!(a_suspended_organisation_gets_nothing, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let globex = app.manager("globex", Some("tenant_admin")).await;
    let listed = root.get(&format!("{PATH}?q=glob")).await.expect(200).json();
    let place = format!("{PATH}/{}", listed["items"][0]["id"].as_str().unwrap());
    globex.get(&place).await.expect(200);
    globex.patch(&place, &json!({ "display_name": "Globex!" })).await.expect(200);
    globex.patch(&place, &json!({ "status": "suspended" })).await.expect_problem(403, "permission_denied");
    root.patch(&place, &json!({ "status": "suspended" })).await.expect(200);
    globex.get(&place).await.expect_problem(401, "invalid_token");
    app.manage_token(&globex.client_id, &globex.secret).await.expect_error(401, "invalid_client");
});

on_both!(lists_are_paged_and_filtered, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    for number in 0..5 {
        let body = json!({ "slug": format!("many-{number}"), "display_name": format!("Zeta {number}") });
        root.post(PATH, &body).await.expect(201);
    }
    let (mut slugs, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = root.get(&format!("{PATH}?limit=2&q=many{cursor}")).await.expect(200).json();
        slugs.extend(page["items"].as_array().unwrap().iter().map(|item| item["slug"].clone()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(slugs, ["many-0", "many-1", "many-2", "many-3", "many-4"]);
    assert_eq!(
        root.get(&format!("{PATH}?q=zeta%203")).await.expect(200).json()["items"][0]["slug"],
        "many-3"
    );
    root.get(&format!("{PATH}?status=gone")).await.expect_problem(400, "invalid_filter");
    root.get(&format!("{PATH}?statsu=active")).await.expect_problem(400, "unknown_parameter");
});

on_both!(what_cannot_be_said_is_refused, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    for (body, status, code) in [
        (json!({ "slug": "A", "display_name": "x" }), 422, "invalid_slug"),
        (json!({ "slug": "a", "display_name": "" }), 422, "invalid_display_name"),
        (json!({ "slug": "a", "display_name": "x\ny" }), 422, "invalid_display_name"),
        (json!({ "slug": "acme", "display_name": "x" }), 409, "already_exists"),
        (json!({ "slug": "a", "display_name": "x", "id": "1" }), 400, "invalid_body"),
        (
            json!({ "slug": "a", "display_name": "x", "settings": { "lifetimes": { "access_token": 1 } } }),
            422,
            "invalid_settings",
        ),
        (json!([]), 400, "invalid_body"),
    ] {
        root.post(PATH, &body).await.expect_problem(status, code);
    }
    root.get("/v1/tenants/nothing").await.expect_problem(404, "not_found");
    let own = root.get(&format!("{PATH}?q=acme")).await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    root.delete(&format!("{PATH}/{own}")).await.expect_problem(409, "own_tenant");
});

on_both!(a_stale_change_loses_and_a_repeated_creation_is_one, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let body = json!({ "slug": "once", "display_name": "Once" });
    let key = [("idempotency-key", "k1")];
    let first = root.call_with(Method::POST, PATH, Some(&body), &key).await.expect(201);
    let again = root.call_with(Method::POST, PATH, Some(&body), &key).await.expect(201);
    assert_eq!((first.json(), again.header("idempotency-replayed")), (again.json(), "true"));
    let other = json!({ "slug": "twice", "display_name": "Twice" });
    let reused = root.call_with(Method::POST, PATH, Some(&other), &key).await;
    reused.expect_problem(422, "idempotency_key_reused");
    let (place, etag) = (first.header("location"), first.header("etag"));
    let named = |name: &str| json!({ "display_name": name });
    let guarded = [("if-match", etag)];
    root.call_with(Method::PATCH, place, Some(&named("One")), &guarded).await.expect(200);
    let stale = root.call_with(Method::PATCH, place, Some(&named("Two")), &guarded).await;
    stale.expect_problem(412, "changed_meanwhile");
    assert_eq!(root.get(place).await.json()["display_name"], "One");
});

on_both!(parallel_creations_under_one_key_are_one, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let body = json!({ "slug": "race", "display_name": "Race" });
    let key = [("idempotency-key", "race")];
    let calls = (0..16).map(|_| root.call_with(Method::POST, PATH, Some(&body), &key));
    let replies = futures::future::join_all(calls).await;
    let ids: std::collections::BTreeSet<String> =
        replies.into_iter().map(|reply| reply.expect(201).text("id")).collect();
    assert_eq!(ids.len(), 1);
});

on_both!(others_see_nothing_of_it, |app| {
    let (admin, nobody) = (app.manager("acme", Some("tenant_admin")).await, app.manager("acme", None).await);
    let root = app.manager("acme", Some("super_admin")).await;
    let globex =
        root.get(&format!("{PATH}?q=globex")).await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let place = format!("{PATH}/{globex}");
    admin.get(PATH).await.expect_problem(403, "permission_denied");
    admin.get(&place).await.expect_problem(404, "not_found");
    admin.patch(&place, &json!({ "display_name": "x" })).await.expect_problem(404, "not_found");
    admin.get(&format!("{PATH}?tenant=globex")).await.expect_problem(404, "not_found");
    nobody.get(PATH).await.expect_problem(403, "permission_denied");
    app.get(PATH).await.expect_problem(401, "unauthenticated");
    app.get_as(PATH, "junk").await.expect_problem(401, "invalid_token");
    let refused =
        "SELECT count(*) AS n FROM audit_events WHERE action = 'authorization.deny' AND outcome = 'failure'";
    assert_eq!(count(&app, refused).await, 2);
});
