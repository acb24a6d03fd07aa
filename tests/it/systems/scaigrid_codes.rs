//! Every code of ScaiGrid's list, each by what really causes it, to the byte.

use std::time::Duration;

use gridkey::clients::ClientStatus;
use gridkey::users::{self, UserStatus, directory};
use serde_json::{Value, json};

use super::{Program, choose, settle};
use crate::on_both_with;
use crate::support::manager::Manager;
use crate::support::tokens::{ADA, alter, alter_client, person, revoke};
use crate::support::{PASSWORD, Reply, TestApp, authorize_web, basic, query_of};

const HOST: &str = "api.scaigrid.test";
const DOORS: [(&str, &str); 1] = [("profiles.hosts", "api.scaigrid.test=acme")];
const ID: [(&str, &str); 1] = [("x-request-id", "req_0123456789")];
const NO_SUCH_TOKEN: &str =
    "The access token does not stand here: it is unknown, for another service, or was revoked.";

async fn account(app: &TestApp) -> Manager<'_> {
    choose(app, "acme", "scaigrid").await;
    app.manager("acme", Some("super_admin")).await
}

fn at(app: &TestApp) -> Program<'_> {
    Program::at(app, HOST).with(&ID)
}

/// The refusal is this one, and nothing else stands in it.
#[track_caller]
fn is(reply: &Reply, status: u16, code: &str, message: &str) {
    is_with(reply, status, code, message, "");
}

/// The same with further members of `error`.
#[track_caller]
fn is_with(reply: &Reply, status: u16, code: &str, message: &str, more: &str) {
    let expected = format!(
        r#"{{"status":"error","error":{{"code":"{code}","message":"{message}"{more}}},"meta":{{"request_id":"req_0123456789"}}}}"#
    );
    assert_eq!((reply.status, reply.body.as_str()), (status, expected.as_str()));
    assert_eq!(reply.header("content-type"), "application/json");
}

/// What a refusal says of itself, to be compared to the byte.
fn message(reply: &Reply) -> String {
    let said = reply.json();
    said["error"]["message"].as_str().unwrap_or_else(|| panic!("{said}")).to_owned()
}

async fn signed_in(app: &TestApp, scope: &str, (email, password): (&str, &str)) -> Value {
    let url = app.browser().walk(&authorize_web(scope, &[]), email, password).await;
    app.redeem(&query_of(&url)["code"]).await.expect(200).json()
}

on_both_with!(DOORS, a_token_is_missing_invalid_or_of_too_small_a_scope, |app| {
    account(&app).await;
    is(&at(&app).get("/v1/me", None).await, 401, "AUTH_TOKEN_MISSING", "This address needs an access token.");
    for junk in ["junk", "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"] {
        is(&at(&app).get("/v1/me", Some(junk)).await, 401, "AUTH_TOKEN_INVALID", NO_SUCH_TOKEN);
    }
    let person = signed_in(&app, "openid", (ADA, PASSWORD)).await;
    let token = person["access_token"].as_str().unwrap();
    let refused = at(&app).get("/v1/users", Some(token)).await;
    let message = "The access token was granted without the scope gridkey:manage.";
    is(&refused, 403, "AUTH_INSUFFICIENT_SCOPE", message);
    revoke(&app, token).await.expect(200);
    let refused = at(&app).get("/v1/me", Some(token)).await;
    is(&refused, 401, "AUTH_TOKEN_INVALID", NO_SUCH_TOKEN);
});

on_both_with!(DOORS, a_programs_own_token_that_does_not_stand_is_a_service_token, |app| {
    let root = account(&app).await;
    let invalid = |reply: Reply| is(&reply, 401, "SERVICE_TOKEN_INVALID", NO_SUCH_TOKEN);
    let flow_invalid = |reply: Reply| {
        let text = message(&reply);
        is(&reply, 401, "SERVICE_TOKEN_INVALID", &text);
    };
    // Revoked by itself.
    let revoked = app.manager("acme", Some("tenant_admin")).await;
    at(&app).get("/v1/users", Some(&revoked.token)).await.expect(200);
    let by = basic(&revoked.client_id, &revoked.secret);
    app.post("/oauth2/revoke", Some(&by), &[("token", &revoked.token)]).await.expect(200);
    invalid(at(&app).get("/v1/users", Some(&revoked.token)).await);
    flow_invalid(at(&app).get("/v1/auth/me", Some(&revoked.token)).await);
    // Its account is gone.
    let deleted = app.manager("acme", Some("tenant_admin")).await;
    root.delete(&format!("/v1/service-accounts/{}", deleted.id)).await.expect(204);
    invalid(at(&app).get("/v1/users", Some(&deleted.token)).await);
    // For another API.
    let form = [("grant_type", "client_credentials"), ("resource", "https://api.example.com")];
    let elsewhere = app.token(Some(&app.worker()), &form).await.expect(200).text("access_token");
    invalid(at(&app).get("/v1/users", Some(&elsewhere)).await);
    // An application without an account that was switched off.
    let form = [("grant_type", "client_credentials")];
    let own = app.token(Some(&app.worker()), &form).await.expect(200).text("access_token");
    alter_client(&app, "worker", |client| client.status = ClientStatus::Disabled).await;
    invalid(at(&app).get("/v1/users", Some(&own)).await);
    // Neither what nobody signed nor what is merely over is one.
    let living = app.manager("acme", Some("tenant_admin")).await;
    let forged = format!("{}A", living.token);
    is(&at(&app).get("/v1/users", Some(&forged)).await, 401, "AUTH_TOKEN_INVALID", NO_SUCH_TOKEN);
    app.pass(Duration::from_secs(2 * 3_600));
    let late = at(&app).get("/v1/users", Some(&living.token)).await;
    is(&late, 401, "AUTH_TOKEN_EXPIRED", "The access token has expired.");
});

on_both_with!(DOORS, a_profile_that_has_no_word_for_service_tokens_calls_them_tokens, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let deleted = app.manager("acme", Some("tenant_admin")).await;
    root.delete(&format!("/v1/service-accounts/{}", deleted.id)).await.expect(204);
    deleted.get("/v1/users").await.expect_problem(401, "invalid_token");
});

on_both_with!(DOORS, what_is_not_permitted_not_valid_taken_or_too_much_has_its_code, |app| {
    let root = account(&app).await;
    let viewer = app.manager("acme", Some("tenant_viewer")).await;
    let refused = at(&app).post("/v1/api-keys", Some(&viewer.token), json!({ "name": "x" })).await;
    let text = "You do not have the permission api_keys:manage.";
    is(&refused, 403, "AUTHZ_PERMISSION_DENIED", text);
    let role = json!({ "slug": "desk", "display_name": "Desk", "permissions": [] });
    at(&app).post("/v1/roles", Some(&root.token), role.clone()).await.expect(201);
    let taken = at(&app).post("/v1/roles", Some(&root.token), role).await;
    let text = message(&taken);
    let more = format!(r#","details":[{{"field":"slug","message":"{text}"}}]"#);
    is_with(&taken, 409, "SLUG_CONFLICT", &text, &more);
    let wrong = at(&app).post("/v1/auth/identify", None, json!({})).await;
    let more = r#","details":[{"field":"email","message":"It is missing."}]"#;
    is_with(&wrong, 422, "VALIDATION_ERROR", &message(&wrong), more);
    let made =
        at(&app).post("/v1/api-keys", Some(&root.token), json!({ "name": "a" })).await.expect(201).json();
    let key = made["data"]["key"].as_str().unwrap();
    settle(&app, "acme", |settings| settings.api_keys.key_rate_limit = Some(1)).await;
    at(&app).get("/v1/me", Some(key)).await.expect(200);
    let over = at(&app).get("/v1/me", Some(key)).await;
    is_with(&over, 429, "RATE_LIMITED", "More requests came than the limit allows.", r#","retry_after":60"#);
    assert_eq!(over.header("retry-after"), "60");
});

on_both_with!(DOORS, a_flow_and_a_session_that_are_over_have_codes_of_their_own, |app| {
    account(&app).await;
    let verifier = "v".repeat(43);
    let junk = json!({ "code": "gkac_junk", "code_verifier": verifier });
    let refused = at(&app).post("/v1/auth/token", None, junk).await;
    is(&refused, 401, "AUTH_FLOW_INVALID", &message(&refused));
    let made = app.manager("acme", Some("tenant_admin")).await;
    let key =
        at(&app).post("/v1/api-keys", Some(&made.token), json!({ "name": "a" })).await.expect(201).json();
    let key = key["data"]["key"].as_str().unwrap();
    let session = at(&app).poke("/v1/auth/session", Some(key)).await.expect(200).json();
    app.pass(Duration::from_secs(31 * 24 * 3_600));
    let refresh = json!({ "refresh_token": session["data"]["refresh_token"] });
    let refused = at(&app).post("/v1/auth/refresh", None, refresh).await;
    is(&refused, 401, "SESSION_EXPIRED", &message(&refused));
});

on_both_with!(DOORS, whoever_is_gone_while_their_token_is_still_believed_is_not_found, |app| {
    account(&app).await;
    // A verdict is believed for a second at most. Should the machine pause for longer, there are others to try it with.
    let people = [
        (ADA, PASSWORD),
        ("grace@acme.example", "another horse battery staple"),
        ("sam@example.com", "correct horse battery staple"),
    ];
    for (email, password) in people {
        let tokens = signed_in(&app, "openid", (email, password)).await;
        let token = tokens["access_token"].as_str().unwrap();
        let now = app.now();
        alter(&app, move |conn| {
            let mut gone = person(conn, "acme", email)?;
            (gone.status, gone.deleted_at) = (UserStatus::Deleted, Some(now));
            users::store::update(conn, gone.tenant_id, &gone).map(drop)
        })
        .await;
        alter(&app, move |conn| {
            let mut back = person(conn, "acme", email)?;
            back.status = UserStatus::Active;
            users::store::update(conn, back.tenant_id, &back).map(drop)
        })
        .await;
        at(&app).get("/v1/auth/me", Some(token)).await.expect(200);
        // As another node does it: this one has not heard of it yet.
        let purge = app.app.db.write(move |conn| {
            let gone = person(conn, "acme", email)?;
            directory::store::purge(conn, gone.tenant_id, gone.id)
        });
        assert!(purge.await.unwrap());
        let refused = at(&app).get("/v1/auth/me", Some(token)).await;
        if refused.status == 404 {
            is(&refused, 404, "AUTH_IDENTITY_NOT_FOUND", "The person or program of this token is gone.");
            return;
        }
        assert_eq!(refused.status, 401, "{}", refused.body);
    }
    panic!("every verdict was forgotten within a second");
});
