//! API keys for short tokens (RFC 8693).

use gridkey::credentials::KeyLevel;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::tokens::ADA;
use crate::support::{Reply, TestApp, basic, jwt_claims};

const GRANT: (&str, &str) = ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
const KIND: (&str, &str) = ("subject_token_type", "urn:gridkey:params:oauth:token-type:api-key");

async fn exchange(app: &TestApp, key: &str, more: &[(&str, &str)]) -> Reply {
    let mut form = vec![GRANT, KIND, ("subject_token", key)];
    form.extend_from_slice(more);
    app.token(None, &form).await
}

/// An API of the organisation, whose permission Ada holds by being its administrator.
async fn api(app: &TestApp) {
    let root = app.manager("acme", Some("super_admin")).await;
    let body = json!({ "audience": "https://models.acme.example", "display_name": "Models", "permissions": ["users:read", "teams:read", "models:fly"] });
    root.post("/v1/resource-servers", &body).await.expect(201);
}

on_both!(a_key_becomes_a_token_for_one_api_with_less, |app| {
    api(&app).await;
    let key = app.ada_key(KeyLevel::ReadOnly).await;
    let answer = exchange(&app, &key.secret, &[]).await.expect(200).json();
    assert_eq!(answer["issued_token_type"], "urn:ietf:params:oauth:token-type:access_token");
    assert!(answer.get("refresh_token").is_none());
    let claims = jwt_claims(answer["access_token"].as_str().unwrap());
    assert_eq!((&claims["key_id"], &claims["aud"]), (&json!(key.id.to_string()), &json!([app.base])));
    for name in ["audience", "resource"] {
        let narrow = [(name, "https://models.acme.example"), ("scope", "users:read")];
        let answer = exchange(&app, &key.secret, &narrow).await.expect(200).json();
        let claims = jwt_claims(answer["access_token"].as_str().unwrap());
        assert_eq!((&claims["scope"], &answer["scope"]), (&json!("users:read"), &json!("users:read")));
        assert_eq!(claims["aud"], json!(["https://models.acme.example"]));
        let edge = app.manager("acme", Some("tenant_admin")).await;
        let question = |permission: &str| json!({ "credential": answer["access_token"], "audience": "https://models.acme.example", "permission": permission });
        assert_eq!(edge.verdict(&question("users:read")).await["active"], true);
        assert_eq!(edge.refusal(&question("teams:read")).await, "permission_denied");
    }
    let all =
        exchange(&app, &key.secret, &[("audience", "https://models.acme.example")]).await.expect(200).json();
    let mut scopes: Vec<&str> = all["scope"].as_str().unwrap().split(' ').collect();
    scopes.sort_unstable();
    assert_eq!(scopes, ["teams:read", "users:read"], "what the API knows and the key holds");
});

on_both!(what_is_wrong_is_told_and_nothing_is_dropped, |app| {
    api(&app).await;
    let key = app.ada_key(KeyLevel::ReadOnly).await;
    let jwt = "urn:ietf:params:oauth:token-type:jwt";
    for (more, code) in [
        (vec![("scope", "users:update")], "invalid_scope"),
        (vec![("audience", "https://elsewhere.example")], "invalid_target"),
        (vec![("actor_token", "x"), ("actor_token_type", jwt)], "invalid_request"),
        (vec![("requested_token_type", "urn:ietf:params:oauth:token-type:saml2")], "invalid_request"),
        (vec![("audience", "https://models.acme.example"), ("scope", "models:fly")], "invalid_scope"),
    ] {
        exchange(&app, &key.secret, &more).await.expect_error(400, code);
    }
    for text in ["junk", "a.b.c", "gk_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
        exchange(&app, text, &[]).await.expect_error(400, "invalid_grant");
    }
    app.token(None, &[GRANT, KIND]).await.expect_error(400, "invalid_request");
    let wrong = ("subject_token_type", jwt);
    app.token(None, &[GRANT, wrong, ("subject_token", &key.secret)])
        .await
        .expect_error(400, "invalid_request");
    let twice = [GRANT, KIND, ("subject_token", key.secret.as_str()), ("subject_token", "x")];
    app.token(None, &twice).await.expect_error(400, "invalid_request");
    // A client beside the key has to be registered for the grant.
    let form = [GRANT, KIND, ("subject_token", key.secret.as_str())];
    app.token(Some(&app.web()), &form).await.expect_error(400, "unauthorized_client");
    app.token(Some(&basic("web", "wrong")), &form).await.expect_error(401, "invalid_client");
});

on_both!(tokens_of_a_key_die_with_it_and_with_its_owner, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let key = app.ada_key(KeyLevel::Admin).await;
    let token = |answer: Value| answer["access_token"].as_str().unwrap().to_owned();
    let first = token(exchange(&app, &key.secret, &[]).await.expect(200).json());
    app.get_as("/v1/me", &first).await.expect(200);
    let (_, ada) = app.person("acme", ADA).await;
    admin.patch(&format!("/v1/users/{ada}"), &json!({ "status": "suspended" })).await.expect(200);
    app.get_as("/v1/me", &first).await.expect_problem(401, "invalid_token");
    exchange(&app, &key.secret, &[]).await.expect_error(400, "invalid_grant");
    admin.patch(&format!("/v1/users/{ada}"), &json!({ "status": "active" })).await.expect(200);
    let second = token(exchange(&app, &key.secret, &[]).await.expect(200).json());
    app.revoke_key(&key).await;
    app.get_as("/v1/me", &second).await.expect_problem(401, "invalid_token");
    exchange(&app, &key.secret, &[]).await.expect_error(400, "invalid_grant");
});

on_both!(an_issuer_takes_only_keys_of_its_own_organisation, |app| {
    let key = app.ada_key(KeyLevel::Admin).await;
    let form = [GRANT, KIND, ("subject_token", key.secret.as_str())];
    app.post("/t/acme/oauth2/token", None, &form).await.expect(200);
    app.post("/t/globex/oauth2/token", None, &form).await.expect_error(400, "invalid_grant");
});
