//! `/v1/resource-servers`.

use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::tokens::count;

const PATH: &str = "/v1/resource-servers";

fn api(audience: &str) -> Value {
    json!({ "audience": audience, "display_name": "Reports", "permissions": ["reports:read"] })
}

on_both!(an_api_lives_from_registration_to_its_end, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let made = admin.post(PATH, &api("https://reports.example.com")).await.expect(201);
    let place = made.header("location").to_owned();
    let seen = admin.get(&place).await.expect(200);
    assert_eq!((seen.json(), seen.header("etag")), (made.json(), made.header("etag")));
    assert_eq!((seen.text("status"), &seen.json()["settings"]), ("active".to_owned(), &json!({})));
    let change = json!({
        "permissions": ["reports:read", "reports:write"], "status": "disabled",
        "settings": { "access_token_lifetime": 60, "access_token_alg": "ES256" },
    });
    let changed = admin.patch(&place, &change).await.expect(200).json();
    assert_eq!((&changed["permissions"], &changed["status"]), (&change["permissions"], &change["status"]));
    let back = admin.patch(&place, &json!({ "settings": { "access_token_alg": null } })).await.expect(200);
    assert_eq!(back.json()["settings"], json!({ "access_token_lifetime": 60 }));
    admin.patch(&place, &json!({})).await.expect(200);
    let stale = [("if-match", made.header("etag"))];
    let body = json!({ "display_name": "x" });
    admin
        .call_with(Method::PATCH, &place, Some(&body), &stale)
        .await
        .expect_problem(412, "changed_meanwhile");
    admin.call_with(Method::DELETE, &place, None, &stale).await.expect_problem(412, "changed_meanwhile");
    admin.delete(&place).await.expect(204);
    admin.get(&place).await.expect_problem(404, "not_found");
    assert_eq!(
        count(&app, "SELECT count(*) AS n FROM audit_events WHERE action LIKE 'resource_server.%'").await,
        4
    );
});

on_both!(what_cannot_be_an_api_is_refused, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    admin.post(PATH, &api("https://taken.example.com")).await.expect(201);
    let issuer = app.issuer();
    for (body, status, code) in [
        (api("api"), 422, "invalid_audience"),
        (api("https://a.example#x"), 422, "invalid_audience"),
        (api(&issuer), 422, "invalid_audience"),
        (api(&format!("{issuer}/t/globex")), 422, "invalid_audience"),
        (api(&format!("urn:{}", "a".repeat(500))), 422, "invalid_audience"),
        (api("https://taken.example.com"), 409, "already_exists"),
        (json!({ "audience": "urn:x", "display_name": "" }), 422, "invalid_display_name"),
        (
            json!({ "audience": "urn:x", "display_name": "x", "permissions": ["a b"] }),
            422,
            "invalid_permissions",
        ),
        (
            json!({ "audience": "urn:x", "display_name": "x", "permissions": ["a", "a"] }),
            422,
            "invalid_permissions",
        ),
        (
            json!({ "audience": "urn:x", "display_name": "x", "permissions": ["openid"] }),
            422,
            "invalid_permissions",
        ),
        (
            json!({ "audience": "urn:x", "display_name": "x", "permissions": ["gridkey:manage"] }),
            422,
            "invalid_permissions",
        ),
        (json!({ "audience": "urn:x", "display_name": "x", "status": "deleted" }), 400, "invalid_body"),
        (json!({ "audience": "urn:x", "display_name": "x", "tenant_id": "x" }), 400, "invalid_body"),
        (
            json!({ "audience": "urn:x", "display_name": "x", "settings": { "access_token_lifetime": 1 } }),
            422,
            "invalid_settings",
        ),
        (
            json!({ "audience": "urn:x", "display_name": "x", "settings": { "access_token_alg": "none" } }),
            400,
            "invalid_body",
        ),
    ] {
        let reply = admin.post(PATH, &body).await;
        assert_eq!((reply.status, reply.text("code")), (status, code.to_owned()), "{body} {}", reply.body);
    }
    // Another organisation may have an API of the same name.
    app.manager("globex", Some("tenant_admin"))
        .await
        .post(PATH, &api("https://taken.example.com"))
        .await
        .expect(201);
});

on_both!(
    /// Without its entry nothing would limit the tokens for it.
    an_api_in_use_is_not_deleted,
    |app| {
        let admin = app.manager("acme", Some("tenant_admin")).await;
        let made = admin.post(PATH, &api("https://files.example.com")).await.expect(201);
        let refused = admin.delete(made.header("location")).await.expect_problem(409, "in_use");
        assert!(refused.text("detail").contains("worker"), "{}", refused.body);
    }
);

on_both!(lists_are_paged_and_others_see_nothing, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    for number in 0..3 {
        admin.post(PATH, &api(&format!("urn:api:{number}"))).await.expect(201);
    }
    let first = admin.get(&format!("{PATH}?limit=2&status=active")).await.expect(200).json();
    let next = first["next_cursor"].as_str().unwrap();
    let second = admin.get(&format!("{PATH}?limit=2&status=active&cursor={next}")).await.expect(200).json();
    assert_eq!((first["items"].as_array().unwrap().len(), second["items"].as_array().unwrap().len()), (2, 1));
    assert_eq!(admin.get(&format!("{PATH}?status=disabled")).await.expect(200).json()["items"], json!([]));
    let place = format!("{PATH}/{}", first["items"][0]["id"].as_str().unwrap());
    let globex = app.manager("globex", Some("tenant_admin")).await;
    globex.get(&place).await.expect_problem(404, "not_found");
    globex.patch(&place, &json!({ "display_name": "x" })).await.expect_problem(404, "not_found");
    globex.delete(&place).await.expect_problem(404, "not_found");
    assert_eq!(globex.get(PATH).await.expect(200).json()["items"], json!([]));
    let viewer = app.manager("acme", Some("tenant_viewer")).await;
    viewer.get(&place).await.expect(200);
    viewer.delete(&place).await.expect_problem(403, "permission_denied");
    viewer.post(PATH, &api("urn:x")).await.expect_problem(403, "permission_denied");
});

on_both!(a_repeated_registration_is_one, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let (key, body) = ([("idempotency-key", "k")], api("urn:once"));
    let calls = (0..8).map(|_| admin.call_with(Method::POST, PATH, Some(&body), &key));
    let replies = futures::future::join_all(calls).await;
    let ids: std::collections::BTreeSet<String> =
        replies.into_iter().map(|reply| reply.expect(201).text("id")).collect();
    assert_eq!(ids.len(), 1);
});
