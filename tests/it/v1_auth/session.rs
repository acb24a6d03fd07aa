//! `/v1/auth/session`: an API key for a session, its renewal and its ends.

use std::time::Duration;

use gridkey::credentials::{KeyLevel, KeyOwner};
use gridkey::tenants::{self, ProfileName};
use serde_json::{Value, json};

use crate::on_both;
use crate::support::keys::TestKey;
use crate::support::tokens::{ADA, alter, tenant};
use crate::support::{Reply, TestApp, jwt_claims};

async fn begin(app: &TestApp, key: &str) -> Reply {
    let request = app.http().post(app.url("/v1/auth/session")).bearer_auth(key);
    Reply::of(request.send().await.unwrap()).await
}

async fn renew(app: &TestApp, refresh: &str) -> Reply {
    app.post_json("/v1/auth/refresh", None, &json!({ "refresh_token": refresh })).await
}

async fn profile(app: &TestApp, profile: ProfileName) {
    alter(app, move |conn| {
        let mut acme = tenant(conn, "acme")?;
        acme.settings.profile = profile.clone();
        tenants::store::update(conn, &acme).map(|_| ())
    })
    .await;
    app.app.forget();
}

async fn session(app: &TestApp, level: KeyLevel) -> (TestKey, Value) {
    let key = app.ada_key(level).await;
    let answer = begin(app, &key.secret).await.expect(200).json();
    assert_eq!(answer["status"], "ok", "{answer}");
    (key, answer["data"].clone())
}

fn member<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}"))
}

on_both!(a_key_becomes_a_session_that_acts_for_its_owner, |app| {
    let (key, data) = session(&app, KeyLevel::ReadOnly).await;
    let token = member(&data, "session_token");
    let claims = jwt_claims(token);
    assert_eq!((&claims["key_id"], &claims["sid"]), (&json!(key.id.to_string()), &data["session_id"]));
    assert_eq!(data["expires_in"], 3_600);
    assert!(!token.contains(&key.secret));
    let me = app.get_as("/v1/auth/me", token).await.expect(200).json();
    assert_eq!(me["data"]["email"], ADA);
    let may = me["data"]["permissions"].as_array().unwrap();
    assert!(!may.is_empty() && may.iter().all(|one| one.as_str().unwrap().contains(":read")), "{me}");
    app.get_as("/v1/users", token).await.expect(200);
    let body = json!({ "slug": "x", "display_name": "X" });
    app.post_json("/v1/teams", Some(token), &body).await.expect_problem(403, "permission_denied");
    let agent = json!({ "user_agent": "sdk/1.0" });
    app.post_json("/v1/auth/session", Some(&key.secret), &agent).await.expect(200);
    app.post_json("/v1/auth/session", Some(&key.secret), &json!({ "user_agent": 1 })).await.expect(422);
    for bad in ["gk_nothing", token] {
        assert_eq!(begin(&app, bad).await.expect(401).json()["error"]["code"], "AUTH_TOKEN_INVALID");
    }
});

on_both!(a_service_accounts_session_is_a_program, |app| {
    let account = app.manager("acme", Some("tenant_viewer")).await;
    let (acme, _) = app.person("acme", ADA).await;
    let key = app.key_of(acme, KeyOwner::ServiceAccount(account.id), |_| {}).await;
    let data = begin(&app, &key.secret).await.expect(200).json()["data"].clone();
    let me = app.get_as("/v1/auth/me", member(&data, "session_token")).await.expect(200).json();
    assert_eq!(me["data"]["kind"], "service", "{me}");
});

on_both!(a_session_is_renewed_and_a_used_token_heals_only_for_a_moment, |app| {
    let (_, data) = session(&app, KeyLevel::Admin).await;
    let first = member(&data, "refresh_token").to_owned();
    let next = renew(&app, &first).await.expect(200).json()["data"].clone();
    let second = member(&next, "refresh_token").to_owned();
    assert_ne!(first, second);
    assert_eq!(next["session_id"], data["session_id"]);
    let again = renew(&app, &first).await.expect(200).json();
    assert_eq!(again["data"]["refresh_token"], json!(second), "two tabs get one successor");
    app.clock.advance(Duration::from_secs(60));
    assert_eq!(renew(&app, &first).await.expect(401).json()["error"]["code"], "SESSION_EXPIRED");
    assert_eq!(
        renew(&app, &second).await.expect(401).json()["error"]["code"],
        "SESSION_EXPIRED",
        "a replay ends it"
    );
    app.get_as("/v1/auth/me", member(&next, "session_token")).await.expect(401);
    let forged = format!("{}A", &first[..first.len() - 1]);
    if forged != first {
        assert_eq!(renew(&app, &forged).await.expect(401).json()["error"]["code"], "AUTH_TOKEN_INVALID");
    }
});

on_both!(sixteen_renewals_at_once_make_one_line, |app| {
    let (_, data) = session(&app, KeyLevel::Admin).await;
    let refresh = member(&data, "refresh_token").to_owned();
    let all = futures_util::future::join_all((0..16).map(|_| renew(&app, &refresh))).await;
    let successors: std::collections::BTreeSet<String> = all
        .into_iter()
        .map(|reply| member(&reply.expect(200).json()["data"], "refresh_token").to_owned())
        .collect();
    assert_eq!(successors.len(), 1, "{successors:?}");
});

on_both!(a_session_dies_with_its_key_and_with_its_logout, |app| {
    let (key, data) = session(&app, KeyLevel::Admin).await;
    let other = begin(&app, &key.secret).await.expect(200).json()["data"].clone();
    let (token, refresh) = (member(&data, "session_token"), member(&data, "refresh_token"));
    let out = app.http().post(app.url("/v1/auth/logout")).bearer_auth(token).send().await.unwrap();
    assert_eq!(out.status(), 204);
    app.get_as("/v1/auth/me", token).await.expect(401);
    renew(&app, refresh).await.expect(401);
    app.get_as("/v1/auth/me", member(&other, "session_token")).await.expect(200);
    app.revoke_key(&key).await;
    app.get_as("/v1/auth/me", member(&other, "session_token")).await.expect(401);
    assert_eq!(
        renew(&app, member(&other, "refresh_token")).await.expect(401).json()["error"]["code"],
        "SESSION_EXPIRED"
    );
    begin(&app, &key.secret).await.expect(401);
});

on_both!(no_token_outlives_its_key, |app| {
    let (acme, ada) = app.person("acme", ADA).await;
    let key = app
        .key_of(acme, KeyOwner::User(ada), |key| {
            key.expires_at = Some(key.created_at + Duration::from_secs(600))
        })
        .await;
    let data = begin(&app, &key.secret).await.expect(200).json()["data"].clone();
    assert_eq!(data["expires_in"], 600);
    app.clock.advance(Duration::from_secs(600));
    renew(&app, member(&data, "refresh_token")).await.expect(401);
});

on_both!(a_published_client_that_keeps_its_first_refresh_token_goes_on, |app| {
    profile(&app, ProfileName::POLARGRID).await;
    let key = app.ada_key(KeyLevel::Admin).await;
    let answer = begin(&app, &key.secret).await.expect(200).json();
    assert_eq!(answer["token"], answer["session_token"], "bare, and under the older name too: {answer}");
    assert_eq!(answer["expires_in"], 24 * 3_600);
    let refresh = member(&answer, "refresh_token");
    for _ in 0..3 {
        app.clock.advance(Duration::from_secs(20 * 3_600));
        let renewed = renew(&app, refresh).await.expect(200).json();
        assert_eq!(renewed["refresh_token"], json!(refresh));
        assert_eq!(renewed["session_id"], answer["session_id"]);
    }
    app.clock.advance(Duration::from_secs(30 * 24 * 3_600));
    renew(&app, refresh).await.expect(401);
});
