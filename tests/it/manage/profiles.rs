//! The shape of errors follows the profile of the caller's organisation.

use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::Reply;
use crate::support::manager::Manager;
use crate::support::tokens::{line, text};

async fn choose(root: &Manager<'_>, profile: &str) {
    let place = root.get("/v1/me").await.expect(200).json()["tenant"]["id"].as_str().unwrap().to_owned();
    let body = json!({ "settings": { "profile": profile } });
    root.patch(&format!("/v1/tenants/{place}"), &body).await.expect(200);
}

fn without_id(mut body: Value) -> Value {
    let id = body["meta"].as_object_mut().unwrap().remove("request_id").unwrap();
    assert!(id.as_str().unwrap().starts_with("req_"), "{id}");
    body
}

on_both!(scaigrids_programs_read_its_envelope_and_its_codes, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    choose(&root, "scaigrid").await;
    let nobody = app.manager("acme", None).await;
    let denied = nobody.get("/v1/users").await.expect(403);
    assert_eq!(denied.header("content-type"), "application/json");
    assert_eq!(
        without_id(denied.json()),
        json!({
            "status": "error",
            "error": { "code": "AUTHZ_PERMISSION_DENIED", "message": "You do not have the permission users:read." },
            "meta": {},
        })
    );
    let role = json!({ "slug": "desk", "display_name": "Desk", "permissions": [] });
    root.post("/v1/roles", &role).await.expect(201);
    let code = |reply: Reply| reply.json()["error"]["code"].as_str().unwrap().to_owned();
    assert_eq!(code(root.post("/v1/roles", &role).await.expect(409)), "SLUG_CONFLICT");
    assert_eq!(code(root.get("/v1/users/nobody").await.expect(404)), "NOT_FOUND");
    let bad = json!({ "slug": "NOT A SLUG", "display_name": "Desk", "permissions": [] });
    let refused = root.post("/v1/roles", &bad).await.expect(422).json();
    assert_eq!(refused["error"]["code"], "VALIDATION_ERROR");
    assert_eq!(refused["error"]["details"][0]["field"], "slug");
    let broken = root.call_with(Method::POST, "/v1/roles", Some(&json!({ "what": 1 })), &[]).await;
    assert_eq!(code(broken.expect(400)), "VALIDATION_ERROR");
    assert_eq!(code(root.get("/v1/users?limit=0").await.expect(400)), "INVALID_LIMIT");
});

on_both!(each_profile_has_its_shape_and_every_other_tenant_its_own, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let globex = app.manager("globex", Some("tenant_admin")).await;
    let gone = format!("/v1/users/{}", uuid::Uuid::nil());
    let sentence = "There is nothing at this address.";
    for (profile, expected) in [
        ("polargrid", json!({ "detail": sentence })),
        ("thegrid", json!({ "errors": { "detail": sentence } })),
    ] {
        choose(&root, profile).await;
        let reply = root.get(&gone).await.expect(404);
        assert_eq!((reply.json(), reply.header("content-type")), (expected, "application/json"), "{profile}");
        assert!(reply.header("x-request-id").starts_with("req_"));
        globex.get(&gone).await.expect_problem(404, "not_found");
        // The caller's organisation decides, whichever the call is about.
        let abroad = root.get(&format!("{gone}?tenant=globex")).await.expect(404);
        assert_eq!(abroad.json(), reply.json(), "{profile}");
    }
    for profile in ["poolside", "native"] {
        choose(&root, profile).await;
        root.get(&gone).await.expect_problem(404, "not_found");
    }
});

on_both!(who_asks_for_problem_details_gets_them_and_so_does_who_is_not_known, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    choose(&root, "scaigrid").await;
    let accepted = [("accept", "application/json, application/problem+json")];
    let gone = format!("/v1/users/{}", uuid::Uuid::nil());
    root.call_with(Method::GET, &gone, None, &accepted).await.expect_problem(404, "not_found");
    app.get("/v1/users").await.expect_problem(401, "unauthenticated");
    app.pass(std::time::Duration::from_secs(2 * 60 * 60));
    root.get("/v1/users").await.expect_problem(401, "token_expired");
});

on_both!(a_token_without_the_scope_is_told_so, |app| {
    let mut other = app.manager("acme", Some("super_admin")).await;
    other.token = text(&line(&app, &mut app.browser(), "openid").await, "access_token");
    let refused = other.get("/v1/me").await.expect_problem(403, "insufficient_scope");
    assert!(refused.header("www-authenticate").contains("insufficient_scope"));
    let root = app.manager("acme", Some("super_admin")).await;
    choose(&root, "scaigrid").await;
    assert_eq!(other.get("/v1/me").await.expect(403).json()["error"]["code"], "AUTH_INSUFFICIENT_SCOPE");
});
