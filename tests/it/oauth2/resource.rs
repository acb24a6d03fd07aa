//! The `resource` parameter (RFC 8707) and the APIs that are registered: what tokens for them carry, how long they live
//! and how they are signed.

use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::manager::Manager;
use crate::support::{Reply, TestApp, authorize_web, jwt_claims, jwt_header, query_of, tokens};

const PATH: &str = "/v1/resource-servers";
const API: &str = "https://api.example.com";
const FILES: &str = "https://files.example.com";
const OWN: (&str, &str) = ("grant_type", "client_credentials");

/// Registers an API of the organisation; its place.
async fn register(admin: &Manager<'_>, audience: &str, permissions: &[&str], settings: Value) -> String {
    let body = json!({
        "audience": audience, "display_name": "API", "permissions": permissions, "settings": settings,
    });
    admin.post(PATH, &body).await.expect(201).header("location").to_owned()
}

async fn worker(app: &TestApp, more: &[(&str, &str)]) -> Reply {
    app.token(Some(&app.worker()), &[&[OWN], more].concat()).await
}

fn claims(reply: &Reply) -> Value {
    jwt_claims(&reply.text("access_token"))
}

async fn serve_apis(app: &TestApp) {
    tokens::alter_client(app, "web", |client| {
        client.settings.audiences = vec![API.into(), FILES.into()];
        client.scopes.extend(["files:read".to_owned(), "gridkey:manage".to_owned()]);
    })
    .await;
}

async fn redeem(app: &TestApp, code: &str, resource: &[&str]) -> Reply {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", "https://portal.example.com/cb"),
        ("code_verifier", crate::support::VERIFIER),
    ];
    let resources: Vec<_> = resource.iter().map(|one| ("resource", *one)).collect();
    app.token(Some(&app.web()), &[&form[..], &resources].concat()).await
}

async fn refresh(app: &TestApp, token: &str, resource: &[&str]) -> Reply {
    let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
    let resources: Vec<_> = resource.iter().map(|one| ("resource", *one)).collect();
    app.token(Some(&app.web()), &[&form[..], &resources].concat()).await
}

on_both!(a_programs_token_carries_what_the_api_knows, |app| {
    assert_eq!(
        worker(&app, &[]).await.expect(200).text("scope"),
        "reports:read reports:write",
        "not registered"
    );
    let admin = app.manager("acme", Some("tenant_admin")).await;
    register(&admin, API, &["reports:read", "other:scope"], json!({})).await;
    let answer = worker(&app, &[]).await.expect(200);
    assert_eq!(
        (answer.text("scope"), claims(&answer)["scope"].clone()),
        ("reports:read".into(), json!("reports:read"))
    );
    assert_eq!(claims(&answer)["aud"], json!([API]));
    let asked = worker(&app, &[("scope", "reports:write")]).await.expect(200);
    assert_eq!((asked.text("scope"), claims(&asked)["scope"].clone()), (String::new(), Value::Null));
    worker(&app, &[("scope", "other:scope")]).await.expect_error(400, "invalid_scope");
    let files = worker(&app, &[("resource", FILES)]).await.expect(200);
    assert_eq!(files.text("scope"), "reports:read reports:write", "the other one is not registered");
    let both = worker(&app, &[("resource", FILES), ("resource", API)]).await.expect(200);
    assert_eq!(
        both.text("scope"),
        "reports:read",
        "a token that the API sees has nothing that it does not know"
    );
});

on_both!(an_api_of_another_organisation_says_nothing_here, |app| {
    let globex = app.manager("globex", Some("tenant_admin")).await;
    let place = register(&globex, API, &[], json!({ "access_token_lifetime": 30 })).await;
    globex.patch(&place, &json!({ "status": "disabled" })).await.expect(200);
    let answer = worker(&app, &[]).await.expect(200);
    assert_eq!(answer.text("scope"), "reports:read reports:write");
    assert_eq!(answer.json()["expires_in"], 600);
});

on_both!(no_token_is_issued_for_a_disabled_api, |app| {
    serve_apis(&app).await;
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let place = register(&admin, API, &["reports:read"], json!({})).await;
    let mut browser = app.browser();
    let offline = "openid offline_access reports:read";
    let both = format!("{}&resource={FILES}", authorize_web(offline, &[("resource", API)]));
    let issued = async |browser: &mut crate::support::Browser| {
        query_of(&browser.walk(&both, tokens::ADA, crate::support::PASSWORD).await)["code"].clone()
    };
    let line = redeem(&app, &issued(&mut browser).await, &[]).await.expect(200);
    let (first, second) = (issued(&mut browser).await, issued(&mut browser).await);
    let switch = async |status: &str| {
        admin.call_with(Method::PATCH, &place, Some(&json!({ "status": status })), &[]).await.expect(200);
    };
    switch("disabled").await;
    worker(&app, &[]).await.expect_error(400, "invalid_target");
    worker(&app, &[("resource", API)]).await.expect_error(400, "invalid_target");
    worker(&app, &[("resource", FILES), ("resource", API)]).await.expect_error(400, "invalid_target");
    worker(&app, &[("resource", FILES)]).await.expect(200);
    for at in [authorize_web("openid", &[]), authorize_web("openid", &[("resource", API)])] {
        let refused = browser.get(&at).await;
        assert_eq!(query_of(refused.reply.header("location"))["error"], "invalid_target");
    }
    redeem(&app, &first, &[]).await.expect_error(400, "invalid_target");
    redeem(&app, &first, &[API]).await.expect_error(400, "invalid_target");
    redeem(&app, &first, &[FILES]).await.expect(200);
    let token = line.text("refresh_token");
    refresh(&app, &token, &[]).await.expect_error(400, "invalid_target");
    let next = refresh(&app, &token, &[FILES]).await.expect(200);
    switch("active").await;
    redeem(&app, &second, &[]).await.expect(200);
    refresh(&app, &next.text("refresh_token"), &[API]).await.expect(200);
    worker(&app, &[]).await.expect(200);
});

on_both!(a_persons_token_carries_what_its_api_knows_and_what_is_about_the_person, |app| {
    serve_apis(&app).await;
    let admin = app.manager("acme", Some("tenant_admin")).await;
    register(&admin, API, &["reports:read"], json!({})).await;
    register(&admin, FILES, &["files:read"], json!({})).await;
    let mut browser = app.browser();
    let scope = "openid email reports:read files:read gridkey:manage offline_access";
    let code = tokens::code(&mut browser, scope, &[]).await;
    let answer = redeem(&app, &code, &[]).await.expect(200);
    assert_eq!(answer.text("scope"), "openid email reports:read offline_access", "the default API");
    assert_eq!(claims(&answer)["aud"], json!([API]));

    let both = format!("{}&resource={FILES}", authorize_web(scope, &[("resource", API)]));
    let code = query_of(&browser.walk(&both, tokens::ADA, crate::support::PASSWORD).await)["code"].clone();
    let answer = redeem(&app, &code, &[FILES]).await.expect(200);
    assert_eq!(answer.text("scope"), "openid email files:read offline_access");
    let next = refresh(&app, &answer.text("refresh_token"), &[API]).await.expect(200);
    assert_eq!(next.text("scope"), "openid email reports:read offline_access");
    let all = refresh(&app, &next.text("refresh_token"), &[]).await.expect(200);
    assert_eq!(
        all.text("scope"),
        "openid email reports:read files:read offline_access",
        "and never the server's own"
    );
});

on_both!(the_shorter_lifetime_and_the_apis_algorithm_hold, |app| {
    serve_apis(&app).await;
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let place =
        register(&admin, API, &[], json!({ "access_token_lifetime": 60, "access_token_alg": "EdDSA" })).await;
    let answer = worker(&app, &[]).await.expect(200);
    let life = |claims: &Value| claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!((answer.json()["expires_in"].clone(), life(&claims(&answer))), (json!(60), 60));
    assert_eq!(jwt_header(&answer.text("access_token"))["alg"], "EdDSA");
    assert!(tokens::verify(&tokens::jwks(&app).await, &answer.text("access_token")).is_some());
    let files = worker(&app, &[("resource", FILES)]).await.expect(200);
    assert_eq!(
        (files.json()["expires_in"].clone(), jwt_header(&files.text("access_token"))["alg"].clone()),
        (json!(600), json!("RS256"))
    );
    let both = worker(&app, &[("resource", FILES), ("resource", API)]).await.expect(200);
    assert_eq!(
        (both.json()["expires_in"].clone(), jwt_header(&both.text("access_token"))["alg"].clone()),
        (json!(60), json!("EdDSA"))
    );

    let mut browser = app.browser();
    let person = redeem(&app, &tokens::code(&mut browser, "openid", &[]).await, &[]).await.expect(200);
    assert_eq!((person.json()["expires_in"].clone(), life(&claims(&person))), (json!(60), 60));
    assert_eq!(jwt_header(&person.text("access_token"))["alg"], "EdDSA");
    assert_eq!(jwt_header(&person.text("id_token"))["alg"], "RS256", "the API does not see ID tokens");

    let longer = json!({ "settings": { "access_token_lifetime": 86_400, "access_token_alg": "ES256" } });
    admin.patch(&place, &longer).await.expect(200);
    let answer = worker(&app, &[]).await.expect(200);
    assert_eq!(answer.json()["expires_in"], 600, "never longer than the application's");
    assert_eq!(jwt_header(&answer.text("access_token"))["alg"], "ES256", "at once");
});

on_both!(
    /// Nobody is asked to allow what will not be issued.
    consent_is_asked_for_what_the_api_knows,
    |app| {
        tokens::alter_client(&app, "spa", |client| {
            client.settings.audiences = vec![API.into()];
            client.scopes.extend(["reports:read".to_owned(), "reports:write".to_owned()]);
        })
        .await;
        let admin = app.manager("acme", Some("tenant_admin")).await;
        register(&admin, API, &["reports:read"], json!({})).await;
        let browser = app.browser();
        let at = authorize_web("openid reports:read reports:write", tokens::SPA);
        let mut page = browser.follow(browser.get(&at).await).await;
        for field in [("email", tokens::ADA), ("password", crate::support::PASSWORD)] {
            page = browser.follow(browser.submit(&page, &[field]).await).await;
        }
        assert_eq!(page.path(), "/login/consent");
        assert!(page.reply.body.contains("reports:read") && !page.reply.body.contains("reports:write"), "{}", page.reply.body);
        let sent = browser.follow(browser.submit(&page, &[("decision", "allow")]).await).await;
        assert!(query_of(sent.reply.header("location")).contains_key("code"));
    }
);
