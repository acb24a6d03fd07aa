//! `/oauth2/introspect`.

mod forger;

use std::time::Duration;

use gridkey::clients::ClientStatus;
use gridkey::tokens as records;
use gridkey::users::{self, UserStatus};
use serde_json::{Value, json};

pub(super) use forger::forgeries;

use self::forger::Forger;
use crate::on_both;
use crate::support::{Reply, TestApp, authorize_web, basic, jwt_claims, query_of, tokens};

/// All that is said of a token that is nobody's business here.
const INACTIVE: &str = r#"{"active":false}"#;
const API: &str = "https://api.example.com";
const MACHINE: (&str, &str) = ("grant_type", "client_credentials");

/// The `Authorization` of the API that some tokens are for.
fn api() -> String {
    basic(API, "api-secret-api-secret-api-secret-0001")
}

async fn ask(app: &TestApp, caller: &str, token: &str) -> Reply {
    app.post("/oauth2/introspect", Some(caller), &[("token", token)]).await.expect(200)
}

/// The answer to `caller` is the bare no, byte for byte.
async fn assert_inactive(app: &TestApp, caller: &str, token: &str, why: &str) {
    let reply = ask(app, caller, token).await;
    assert_eq!(reply.body, INACTIVE, "{why}");
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.header("cache-control"), "no-store");
}

async fn worker_token(app: &TestApp, resource: &str) -> String {
    app.token(Some(&app.worker()), &[MACHINE, ("resource", resource)]).await.expect(200).text("access_token")
}

/// Lets the portal get tokens for the API.
async fn portal_uses_the_api(app: &TestApp) {
    tokens::alter_client(app, "web", |client| client.settings.audiences = vec![API.into()]).await;
}

on_both!(
    /// Checklist 49.
    the_owner_of_an_access_token_and_the_api_it_is_for_hear_all_of_it,
    |app| {
        let token = worker_token(&app, API).await;
        let claims = jwt_claims(&token);
        for caller in [app.worker(), api()] {
            let told = ask(&app, &caller, &token).await.json();
            let mut expected = json!({"active": true, "token_type": "Bearer"});
            for member in ["scope", "client_id", "exp", "iat", "sub", "aud", "iss", "jti", "tenant_id"] {
                assert!(!claims[member].is_null(), "{member}");
                expected[member] = claims[member].clone();
            }
            assert_eq!(told, expected);
        }
        portal_uses_the_api(&app).await;
        let line = tokens::line(&app, &mut app.browser(), "openid email").await;
        let token = tokens::text(&line, "access_token");
        let (claims, told) = (jwt_claims(&token), ask(&app, &api(), &token).await.json());
        for member in ["roles", "sid", "auth_time", "acr", "sub", "scope"] {
            assert_eq!(told[member], claims[member], "{member}");
            assert!(!told[member].is_null(), "{member}");
        }
    }
);

on_both!(
    /// Checklist 49.
    whoever_is_neither_owner_nor_audience_hears_the_bare_no,
    |app| {
        let for_files = worker_token(&app, "https://files.example.com").await;
        let line = tokens::line(&app, &mut app.browser(), "openid offline_access").await;
        let (access, refresh) = (tokens::text(&line, "access_token"), tokens::text(&line, "refresh_token"));
        let globex = basic("globex-web", "globex-secret-globex-secret-globex-1");
        assert_inactive(&app, &api(), &for_files, "it is for another API").await;
        for caller in [app.worker(), api(), globex.clone()] {
            assert_inactive(&app, &caller, &access, "somebody else's access token").await;
            assert_inactive(&app, &caller, &refresh, "somebody else's refresh token").await;
        }
        assert_inactive(&app, &globex, &worker_token(&app, API).await, "another organisation's").await;
        portal_uses_the_api(&app).await;
        let line = tokens::line(&app, &mut app.browser(), "openid").await;
        assert_inactive(&app, &api(), &tokens::text(&line, "refresh_token"), "a refresh token is for its owner alone").await;
    }
);

on_both!(
    /// Checklist 49.
    only_a_client_that_proved_itself_is_answered,
    |app| {
        let token = worker_token(&app, API).await;
        let path = "/oauth2/introspect";
        let with = [("token", token.as_str())];
        app.post(path, None, &with).await.expect_error(400, "invalid_request");
        for (id, secret) in [("worker", "wrong"), ("nobody", "wrong"), ("spa", "")] {
            app.post(path, Some(&basic(id, secret)), &with).await.expect_error(401, "invalid_client");
        }
        for public in ["spa", "native"] {
            let reply = app.post(path, None, &[with[0], ("client_id", public)]).await.expect_error(401, "invalid_client");
            assert!(!reply.body.contains("active"), "{}", reply.body);
        }
        let form = [with[0], ("client_id", "worker")];
        app.post(path, None, &form).await.expect_error(401, "invalid_client");
        app.post(path, Some(&format!("Bearer {token}")), &with).await.expect_error(401, "invalid_client");
        app.post(path, Some(&app.worker()), &[]).await.expect_error(400, "invalid_request");
        app.post(path, Some(&app.worker()), &[with[0], with[0]]).await.expect_error(400, "invalid_request");
        app.post(path, Some(&app.worker()), &[with[0], ("x", "1"), ("x", "2")]).await.expect_error(400, "invalid_request");
        app.get(&format!("{path}?token={token}")).await.expect_error(405, "invalid_request");
    }
);

on_both!(a_hint_about_the_kind_of_a_token_changes_nothing, |app| {
    let line = tokens::line(&app, &mut app.browser(), "openid offline_access").await;
    for token in [tokens::text(&line, "access_token"), tokens::text(&line, "refresh_token")] {
        for hint in ["access_token", "refresh_token", "id_token", "junk", ""] {
            let form = [("token", token.as_str()), ("token_type_hint", hint)];
            let reply = app.post("/oauth2/introspect", Some(&app.web()), &form).await.expect(200);
            assert_eq!(reply.json()["active"], true, "{hint}");
        }
    }
});

on_both!(a_refresh_token_is_active_while_it_is_the_living_one, |app| {
    let line = tokens::line(&app, &mut app.browser(), "openid offline_access").await;
    let (first, sub) =
        (tokens::text(&line, "refresh_token"), jwt_claims(&tokens::text(&line, "id_token"))["sub"].clone());
    let told = ask(&app, &app.web(), &first).await.json();
    assert_eq!((&told["active"], &told["sub"], &told["client_id"]), (&json!(true), &sub, &json!("web")));
    assert_eq!((&told["scope"], &told["iss"]), (&line["scope"], &json!(app.issuer())));
    assert_eq!(told.get("token_type"), None, "it is not presented to anybody's API");
    let exp = told["exp"].as_i64().unwrap();
    let second = app.refresh(&first).await.expect(200).text("refresh_token");
    assert_inactive(&app, &app.web(), &first, "used").await;
    assert!(tokens::is_active(&app, &second).await);
    let swapped = if second.ends_with('A') { "B" } else { "A" };
    let forged = format!("{}{swapped}", &second[..second.len() - 1]);
    assert_inactive(&app, &app.web(), &forged, "forged").await;
    app.pass(Duration::from_secs(u64::try_from(exp - app.now().seconds()).unwrap()));
    assert_inactive(&app, &app.web(), &second, "lay idle for too long").await;
});

on_both!(an_access_token_is_active_until_the_second_it_expires, |app| {
    let token = worker_token(&app, API).await;
    let claims = jwt_claims(&token);
    let life = claims["exp"].as_i64().unwrap() - app.now().seconds();
    app.pass(Duration::from_secs(u64::try_from(life - 1).unwrap()));
    assert_eq!(ask(&app, &app.worker(), &token).await.json()["active"], true);
    app.pass(Duration::from_secs(1));
    assert_inactive(&app, &app.worker(), &token, "expired").await;
});

/// A line of Ada's whose access token is for the API: its owner and the API have just heard that it stands.
async fn seen_alive(app: &TestApp) -> (String, Value) {
    let line = tokens::line(app, &mut app.browser(), "openid offline_access").await;
    let access = tokens::text(&line, "access_token");
    for caller in [app.web(), api()] {
        assert_eq!(ask(app, &caller, &access).await.json()["active"], true);
    }
    (access, line)
}

async fn assert_ended(app: &TestApp, (access, line): &(String, Value), why: &str) {
    assert_inactive(app, &api(), access, why).await;
    if why != "its client" {
        assert_inactive(app, &app.web(), access, why).await;
        assert_inactive(app, &app.web(), &tokens::text(line, "refresh_token"), why).await;
    }
}

on_both!(
    /// Checklist 29, 36: with the next question, for everybody who may ask.
    what_a_token_hangs_on_ends_and_the_token_is_inactive_at_once,
    |app| {
        portal_uses_the_api(&app).await;
        let held = seen_alive(&app).await;
        tokens::revoke(&app, &tokens::text(&held.1, "refresh_token")).await.expect(200);
        assert_ended(&app, &held, "its family").await;

        let held = seen_alive(&app).await;
        tokens::revoke(&app, &held.0).await.expect(200);
        assert_inactive(&app, &api(), &held.0, "the token itself").await;

        let line = tokens::line(&app, &mut app.browser(), "openid").await;
        let online = (tokens::text(&line, "access_token"), line);
        assert_eq!(ask(&app, &api(), &online.0).await.json()["active"], true);
        let (sid, now) = (jwt_claims(&online.0)["sid"].as_str().unwrap().parse().unwrap(), app.now());
        tokens::alter(&app, move |conn| {
            let tenant = tokens::tenant(conn, "acme")?;
            records::end_session(conn, tenant.id, sid, now)
        })
        .await;
        assert_ended(&app, &online, "its session").await;

        let held = seen_alive(&app).await;
        tokens::alter_client(&app, "web", |client| client.status = ClientStatus::Disabled).await;
        assert_ended(&app, &held, "its client").await;
        tokens::alter_client(&app, "web", |client| client.status = ClientStatus::Active).await;

        tokens::alter(&app, move |conn| {
            let ada = tokens::person(conn, "acme", tokens::ADA)?;
            users::store::update(conn, ada.tenant_id, &users::User { status: UserStatus::Suspended, ..ada })
        })
        .await;
        assert_ended(&app, &held, "its person").await;
    }
);

on_both!(
    /// Checklist 42, 43, 44, 45, 46: nothing that looks like a token of ours is believed.
    a_forged_token_is_inactive_and_told_apart_from_nothing,
    |app| {
        let line = tokens::line(&app, &mut app.browser(), "openid").await;
        let token = tokens::text(&line, "access_token");
        assert!(tokens::is_active(&app, &token).await);
        for (what, forged) in forgeries(&app, &token) {
            assert_inactive(&app, &app.web(), &forged, what).await;
        }
        assert_inactive(&app, &app.web(), &tokens::text(&line, "id_token"), "an ID token").await;
        for junk in ["x", "..", "a.b.c", "gkrt_", "gkac_x", "\0", "é.é.é", &"x".repeat(20_000), &".".repeat(20_000)] {
            assert_inactive(&app, &app.web(), junk, "junk").await;
        }
    }
);

on_both!(
    /// Checklist 42: what we sign ourselves is taken, so that the test above fails for the reason it names.
    the_forger_of_these_tests_can_write_a_good_token,
    |app| {
        let line = tokens::line(&app, &mut app.browser(), "openid").await;
        let token = tokens::text(&line, "access_token");
        let again = Forger::new(&app, &token).signed(&json!({}), &json!({}));
        assert!(tokens::is_active(&app, &again).await);
    }
);

on_both!(the_answer_under_another_issuer_is_no, |app| {
    let mut browser = app.browser();
    let at_acme = format!("/t/acme{}", authorize_web("openid offline_access", &[]));
    let url = browser.walk(&at_acme, tokens::ADA, crate::support::PASSWORD).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &query_of(&url)["code"]),
        ("redirect_uri", "https://portal.example.com/cb"),
        ("code_verifier", crate::support::VERIFIER),
    ];
    let line = app.post("/t/acme/oauth2/token", Some(&app.web()), &form).await.expect(200).json();
    for member in ["access_token", "refresh_token"] {
        let token = tokens::text(&line, member);
        assert_inactive(&app, &app.web(), &token, member).await;
        let reply =
            app.post("/t/acme/oauth2/introspect", Some(&app.web()), &[("token", &token)]).await.expect(200);
        assert_eq!(reply.json()["active"], true, "{member}");
    }
});
