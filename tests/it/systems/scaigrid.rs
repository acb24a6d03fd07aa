//! ScaiGrid and ScaiKey: the envelope and its codes, keys and roles in their words, limits, the audit log, discovery.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Program, choose, settle, verdict};
use crate::on_both_with;
use crate::support::manager::Manager;
use crate::support::receiver::{Receiver, is_timestamped};
use crate::support::tokens::ADA;
use crate::support::{PASSWORD, TestApp, jwt_claims};

const HOST: &str = "api.scaigrid.test";
const DOORS: [(&str, &str); 1] = [("profiles.hosts", "api.scaigrid.test=acme")];
const ID: [(&str, &str); 1] = [("x-request-id", "req_0123456789")];

async fn account(app: &TestApp) -> Manager<'_> {
    choose(app, "acme", "scaigrid").await;
    app.manager("acme", Some("super_admin")).await
}

fn at(app: &TestApp) -> Program<'_> {
    Program::at(app, HOST).with(&ID)
}

fn failure(code: &str, message: &str) -> String {
    format!(
        r#"{{"status":"error","error":{{"code":"{code}","message":"{message}"}},"meta":{{"request_id":"req_0123456789"}}}}"#
    )
}

async fn key_of(program: Program<'_>, token: &str, body: Value) -> Value {
    program.post("/v1/api-keys", Some(token), body).await.expect(201).json()["data"].clone()
}

on_both_with!(DOORS, everything_but_health_and_metrics_needs_a_credential, |app| {
    account(&app).await;
    for path in ["/v1/users", "/v1/api-keys", "/v1/me", "/v1/audit-log"] {
        let refused = at(&app).get(path, None).await.expect(401);
        assert_eq!(
            refused.body,
            failure("AUTH_TOKEN_MISSING", "This address needs an access token."),
            "{path}"
        );
        assert_eq!(refused.header("content-type"), "application/json");
    }
    assert!(at(&app).get("/v1/auth/me", None).await.expect(401).body.contains("AUTH_TOKEN_MISSING"));
    at(&app).get("/health", None).await.expect(200);
    at(&app).get("/metrics", None).await.expect(200);
});

on_both_with!(DOORS, a_key_is_made_shown_once_listed_and_revoked_in_its_words, |app| {
    let root = account(&app).await;
    let made =
        at(&app).post("/v1/api-keys", Some(&root.token), json!({ "name": "production-integration" })).await;
    let made = made.expect(201).json();
    let data = &made["data"];
    let names: Vec<&String> = data.as_object().unwrap().keys().collect();
    assert_eq!(names, ["created_at", "expires_at", "id", "key", "name", "prefix", "scopes"]);
    let key = data["key"].as_str().unwrap();
    assert!(key.starts_with("sgk_") && key.len() >= 4 + 32, "{key}");
    assert!(data["expires_at"].is_null() && data["scopes"] == json!([]), "{data}");
    assert_eq!((&made["status"], &made["meta"]["request_id"]), (&json!("ok"), &json!("req_0123456789")));
    let list = at(&app).get("/v1/api-keys", Some(key)).await.expect(200);
    assert!(!list.body.contains(key));
    assert_eq!(list.json()["data"][0]["name"], "production-integration");
    let ends = json!({ "name": "short", "expires_at": "2030-01-31T12:00:00Z" });
    assert_eq!(key_of(at(&app), key, ends).await["expires_at"], "2030-01-31T12:00:00Z");
    let id = data["id"].as_str().unwrap();
    let gone = at(&app).send(reqwest::Method::DELETE, &format!("/v1/api-keys/{id}"), Some(key), None).await;
    gone.expect(204);
    let refused = at(&app).get("/v1/api-keys", Some(key)).await.expect(401);
    assert!(refused.body.contains(r#""code":"AUTH_TOKEN_INVALID""#), "{}", refused.body);
});

on_both_with!(DOORS, a_key_is_made_for_somebody_else_by_who_may, |app| {
    let root = account(&app).await;
    let (_, ada) = app.person("acme", ADA).await;
    let body = json!({ "name": "proxy", "assigned_user_id": ada.to_string() });
    let made = key_of(at(&app), &root.token, body).await;
    let path = format!("/v1/api-keys?scope=tenant&owner=user:{ada}");
    let list = at(&app).get(&path, Some(&root.token)).await.expect(200).json();
    assert_eq!(list["data"][0]["assigned_user_id"], ada.to_string());
    assert_eq!(list["data"][0]["id"], made["id"]);
});

on_both_with!(DOORS, a_viewer_makes_no_keys_and_is_told_so_to_the_byte, |app| {
    account(&app).await;
    let viewer = app.manager("acme", Some("tenant_viewer")).await;
    let refused =
        at(&app).post("/v1/api-keys", Some(&viewer.token), json!({ "name": "x" })).await.expect(403);
    let message = "You do not have the permission api_keys:manage.";
    assert_eq!(refused.body, failure("AUTHZ_PERMISSION_DENIED", message));
});

on_both_with!(DOORS, each_code_is_called_as_in_its_list, |app| {
    let root = account(&app).await;
    let code = async |path: &str, body: Value, status: u16| {
        let reply = at(&app).post(path, Some(&root.token), body).await.expect(status).json();
        (reply["error"]["code"].as_str().unwrap().to_owned(), reply["error"]["details"][0]["field"].clone())
    };
    let role = json!({ "slug": "desk", "display_name": "Desk", "permissions": [] });
    at(&app).post("/v1/roles", Some(&root.token), role.clone()).await.expect(201);
    assert_eq!(code("/v1/roles", role, 409).await, ("SLUG_CONFLICT".into(), json!("slug")));
    let bad = json!({ "slug": "NOT", "display_name": "Desk", "permissions": [] });
    assert_eq!(code("/v1/roles", bad, 422).await, ("VALIDATION_ERROR".into(), json!("slug")));
    let refused = at(&app).get("/v1/me", Some("eyJhbGciOiJSUzI1NiJ9.e30.c2ln")).await.expect(401).json();
    assert_eq!(refused["error"]["code"], "AUTH_TOKEN_INVALID");
    let refused = at(&app).post("/v1/auth/token", None, json!({ "code": "x", "code_verifier": "y" })).await;
    assert!(
        ["AUTH_FLOW_INVALID", "VALIDATION_ERROR"]
            .contains(&refused.json()["error"]["code"].as_str().unwrap())
    );
    app.pass(Duration::from_secs(2 * 3_600));
    let late = at(&app).get("/v1/me", Some(&root.token)).await.expect(401);
    assert_eq!(late.body, failure("AUTH_TOKEN_EXPIRED", "The access token has expired."));
    let late = at(&app).get("/v1/auth/me", Some(&root.token)).await.expect(401).json();
    assert_eq!(late["error"]["code"], "AUTH_TOKEN_EXPIRED");
});

on_both_with!(DOORS, key_user_and_organisation_have_limits_of_their_own_and_all_must_pass, |app| {
    let root = account(&app).await;
    let keys = [
        key_of(at(&app), &root.token, json!({ "name": "a" })).await["key"].as_str().unwrap().to_owned(),
        key_of(at(&app), &root.token, json!({ "name": "b" })).await["key"].as_str().unwrap().to_owned(),
        key_of(at(&app), &root.token, json!({ "name": "c" })).await["key"].as_str().unwrap().to_owned(),
    ];
    let first = at(&app).get("/v1/me", Some(&keys[0])).await.expect(200);
    assert_eq!(
        [first.header("x-scaigrid-ratelimit-limit"), first.header("x-scaigrid-ratelimit-remaining")],
        ["60", "59"]
    );
    assert!(!first.header("x-scaigrid-ratelimit-reset").is_empty());
    for _ in 0..59 {
        at(&app).get("/v1/me", Some(&keys[0])).await.expect(200);
    }
    let over = at(&app).get("/v1/me", Some(&keys[0])).await.expect(429);
    let said = over.json();
    assert_eq!((&said["error"]["code"], over.header("retry-after")), (&json!("RATE_LIMITED"), "1"));
    // Another key of the same user goes on, until the user has had their 120.
    for _ in 0..60 {
        at(&app).get("/v1/me", Some(&keys[1])).await.expect(200);
    }
    let over = at(&app).get("/v1/me", Some(&keys[2])).await.expect(429);
    assert_eq!(over.header("x-scaigrid-ratelimit-limit"), "120");
    let scaigrid = app.app.profiles.find(&"scaigrid".parse().unwrap()).unwrap();
    assert_eq!(scaigrid.rates.tenant, Some(1_000));
    app.pass(Duration::from_secs(60));
    settle(&app, "acme", |settings| settings.api_keys.tenant_rate_limit = Some(1)).await;
    at(&app).get("/v1/me", Some(&keys[2])).await.expect(200);
    assert_eq!(
        at(&app).get("/v1/me", Some(&keys[1])).await.expect(429).header("x-scaigrid-ratelimit-limit"),
        "1"
    );
});

on_both_with!(DOORS, roles_are_set_by_name_and_by_identifier_in_one_call, |app| {
    let root = account(&app).await;
    let (_, ada) = app.person("acme", ADA).await;
    let role = json!({ "slug": "desk", "display_name": "Desk", "permissions": ["models:use"] });
    let made = at(&app).post("/v1/roles", Some(&root.token), role).await.expect(201).json();
    let body = json!({ "roles": ["tenant_user"], "custom_role_ids": [made["id"]] });
    let path = format!("/v1/users/{ada}/roles");
    let set =
        at(&app).send(reqwest::Method::PUT, &path, Some(&root.token), Some(&body)).await.expect(200).json();
    assert_eq!(set["data"]["roles"], json!(["desk", "tenant_user"]));
    let unknown = json!({ "roles": [], "custom_role_ids": ["0199d2c0-0000-7000-8000-000000000000"] });
    let refused = at(&app).send(reqwest::Method::PUT, &path, Some(&root.token), Some(&unknown)).await;
    assert_eq!(refused.expect(422).json()["error"]["code"], "VALIDATION_ERROR");
    let user = at(&app).get(&format!("/v1/users/{ada}"), Some(&root.token)).await.expect(200).json();
    assert_eq!(user["data"]["email"], ADA);
    let users = at(&app).get("/v1/users", Some(&root.token)).await.expect(200).json();
    assert!(users["data"].as_array().unwrap().len() > 1);
});

on_both_with!(DOORS, every_change_stands_in_the_audit_log_with_its_fields, |app| {
    let root = account(&app).await;
    let made = key_of(at(&app), &root.token, json!({ "name": "logged" })).await;
    let id = made["id"].as_str().unwrap();
    app.pass(Duration::from_secs(1));
    let gone =
        at(&app).send(reqwest::Method::DELETE, &format!("/v1/api-keys/{id}"), Some(&root.token), None).await;
    gone.expect(204);
    let log = async |query: &str| {
        let path = format!("/v1/audit-log?{query}");
        at(&app).get(&path, Some(&root.token)).await.expect(200).json()
    };
    let found = log(&format!("resource_type=api_key&resource_id={id}&status=SUCCESS&limit=100")).await;
    let actions: Vec<_> =
        found["data"].as_array().unwrap().iter().map(|item| item["action"].clone()).collect();
    assert_eq!(actions, [json!("api_key.delete"), json!("api_key.create")]);
    let item = &found["data"][0];
    for name in
        ["id", "timestamp", "action", "actor_id", "actor_type", "tenant_id", "resource_type", "ip_address"]
    {
        assert!(item[name].is_string(), "{name}: {item}");
    }
    for name in ["actor_email", "partner_id", "user_agent", "status"] {
        assert!(item.as_object().unwrap().contains_key(name), "{name}: {item}");
    }
    assert_eq!((&item["actor_type"], &item["status"]), (&json!("service"), &json!("SUCCESS")));
    assert_eq!(log("action=api_key.delete").await["data"].as_array().unwrap().len(), 1);
    let reads = log("action=user.read").await;
    assert!(reads["data"].as_array().unwrap().is_empty(), "reading is not logged");
    for format in ["csv", "json", "ndjson"] {
        let file = at(&app).get(&format!("/v1/audit-log/export?format={format}"), Some(&root.token)).await;
        assert!(file.expect(200).body.contains(id), "{format}");
    }
    let viewer = app.manager("acme", Some("tenant_viewer")).await;
    at(&app).get("/v1/audit-log", Some(&viewer.token)).await.expect(403);
});

on_both_with!(DOORS, metadata_is_where_its_programs_look, |app| {
    account(&app).await;
    let anywhere = Program::at(&app, "");
    let whole =
        anywhere.get("/api/v1/platform/oauth/.well-known/openid-configuration", None).await.expect(200);
    assert_eq!(whole.json()["issuer"], app.issuer());
    let path = "/api/v1/auth/tenants/acme/.well-known/openid-configuration";
    for program in [anywhere, at(&app)] {
        let own = program.get(path, None).await.expect(200).json();
        assert_eq!(own["issuer"], format!("{}/t/acme", app.issuer()));
        let algorithms = own["id_token_signing_alg_values_supported"].as_array().unwrap();
        assert!(algorithms.contains(&json!("RS256")) && algorithms.contains(&json!("ES256")), "{own}");
    }
    anywhere.get(&path.replace("acme", "nobody"), None).await.expect(404);
});

on_both_with!(DOORS, keys_and_tokens_share_a_header_and_a_token_says_whose_it_is, |app| {
    let root = account(&app).await;
    let key = key_of(at(&app), &root.token, json!({ "name": "a" })).await["key"].as_str().unwrap().to_owned();
    for credential in [&key, &root.token] {
        at(&app).get("/v1/users", Some(credential)).await.expect(200);
    }
    let claims = jwt_claims(&root.token);
    assert_eq!(claims["tenant_id"], root.get("/v1/me").await.expect(200).json()["tenant"]["id"]);
    for name in ["iss", "sub", "client_id", "scope", "exp"] {
        assert!(!claims[name].is_null(), "{name}: {claims}");
    }
    // Somebody's name in a header gives nobody their rights.
    let viewer = app.manager("acme", Some("tenant_viewer")).await;
    let (_, ada) = app.person("acme", ADA).await;
    let ada = ada.to_string();
    let headers = [("x-end-user-id", ada.as_str()), ("x-user-id", ada.as_str())];
    let refused = Program::at(&app, HOST).with(&headers);
    refused.post("/v1/api-keys", Some(&viewer.token), json!({ "name": "x" })).await.expect(403);
});

on_both_with!(DOORS, a_key_may_what_its_owner_may_right_now, |app| {
    let root = account(&app).await;
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let key = key_of(at(&app), &root.token, json!({ "name": "a" })).await["key"].as_str().unwrap().to_owned();
    assert!(verdict(&edge, &key, "models:use").await.0);
    let none = json!({ "roles": [] });
    let path = format!("/v1/service-accounts/{}/roles", root.id);
    root.put(&path, &none).await.expect(200);
    assert_eq!(verdict(&edge, &key, "models:use").await, (false, "permission_denied".into()));
});

on_both_with!(DOORS, the_flow_begins_with_a_mail_address, |app| {
    account(&app).await;
    let known = at(&app).post("/v1/auth/identify", None, json!({ "email": ADA })).await.expect(200).json();
    assert_eq!((&known["status"], &known["data"]["user_exists"]), (&json!("ok"), &json!(true)));
    let tenant = &known["data"]["tenants"][0];
    for name in ["id", "slug", "display_name"] {
        assert!(tenant[name].is_string(), "{tenant}");
    }
    let wrong = at(&app).post("/v1/auth/identify", None, json!({})).await.expect(422).json();
    assert_eq!(wrong["error"]["code"], "VALIDATION_ERROR");
    assert_eq!(wrong["error"]["details"][0]["field"], "email");
});

on_both_with!(DOORS, webhooks_are_signed_with_time_and_body_in_one_header, |app| {
    let root = account(&app).await;
    let receiver = Receiver::start();
    let wanted =
        json!({ "url": receiver.url(), "events": ["user.*", "group.*", "application.*", "session.*"] });
    let made = root.post("/v1/webhooks", &wanted).await.expect(201);
    let secret = made.text("secret");
    let person = json!({ "email": "kay@acme.example", "display_name": "Kay" });
    root.post("/v1/users", &person).await.expect(201);
    root.post("/v1/teams", &json!({ "slug": "crew", "display_name": "Crew" })).await.expect(201);
    let machine = json!({ "kind": "machine", "display_name": "Robot" });
    root.post("/v1/applications", &machine).await.expect(201);
    app.browser().code_for_web("openid", ADA, PASSWORD).await;
    for kind in ["user.created", "group.created", "application.created", "session.created"] {
        let told = receiver.wait_for_type(kind).await;
        assert_eq!(told.header("x-scaikey-event-type"), kind);
        assert_eq!(told.header("x-scaikey-event-id"), told.json()["id"].as_str().unwrap());
        assert_eq!(told.header("webhook-signature"), "");
        let (signature, now) = (told.header("x-scaikey-signature"), app.app.now().seconds());
        assert!(is_timestamped(&secret, signature, &told.body, now), "{signature}");
        assert!(is_timestamped(&secret, signature, &told.body, now + 300));
        assert!(!is_timestamped(&secret, signature, &told.body, now + 301), "too old");
        assert!(
            !is_timestamped(&secret, signature, &[told.body.as_slice(), b" "].concat(), now),
            "another body"
        );
        let forged = signature.replace(&format!("t={now}"), &format!("t={}", now + 1));
        assert!(!is_timestamped(&secret, &forged, &told.body, now), "another time");
    }
    assert_eq!(receiver.wait_for_type("group.created").await.json()["data"]["target"]["kind"], "group");
    // While one secret replaces another, both sign.
    let rotate = format!("{}/rotate-secret", made.header("location"));
    let new = root.post(&rotate, &json!({})).await.expect(200).text("secret");
    let person = json!({ "email": "lee@acme.example", "display_name": "Lee" });
    let lee = root.post("/v1/users", &person).await.expect(201).json()["data"]["id"].clone();
    root.delete(&format!("/v1/users/{}", lee.as_str().unwrap())).await.expect(204);
    let told = receiver.wait_for_type("user.deleted").await;
    for secret in [&secret, &new] {
        let now = app.app.now().seconds();
        assert!(is_timestamped(secret, told.header("x-scaikey-signature"), &told.body, now));
    }
});
