//! `/oauth2/userinfo`.

use std::collections::BTreeSet;

use gridkey::users::{self, UserStatus};
use serde_json::{Value, json};

use super::introspect::forgeries;
use crate::on_both;
use crate::support::{Reply, TestApp, jwt_claims, tokens};

const PATH: &str = "/oauth2/userinfo";

async fn access(app: &TestApp, scope: &str, more: &[(&str, &str)]) -> String {
    let code = tokens::code(&mut app.browser(), scope, more).await;
    app.redeem(&code).await.expect(200).text("access_token")
}

async fn told(app: &TestApp, token: &str) -> Value {
    let reply = app.get_as(PATH, token).await.expect(200);
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.header("cache-control"), "no-store");
    reply.json()
}

fn names(answer: &Value) -> BTreeSet<&str> {
    answer.as_object().unwrap().keys().map(String::as_str).collect()
}

/// RFC 6750 3.1: the token is not good, and no word about why.
#[track_caller]
fn assert_invalid(reply: Reply, why: &str) {
    assert_eq!(reply.status, 401, "{why}: {}", reply.body);
    assert_eq!(reply.header("www-authenticate"), r#"Bearer realm="gridkey", error="invalid_token""#, "{why}");
    let described = "the access token is malformed, expired, revoked or not for this endpoint";
    assert_eq!(reply.text("error_description"), described, "{why}");
    reply.expect_error(401, "invalid_token");
}

on_both!(each_scope_brings_its_claims_and_no_others, |app| {
    let profile = ["family_name", "given_name", "locale", "name", "preferred_username", "sub", "updated_at"];
    for (scope, expected) in [
        ("openid", &["sub"][..]),
        ("openid profile", &profile),
        ("openid email", &["email", "email_verified", "sub"]),
        ("openid phone", &["phone_number", "phone_number_verified", "sub"]),
        ("openid address", &["sub"]),
        ("openid offline_access reports:read", &["sub"]),
    ] {
        let token = access(&app, scope, &[]).await;
        let answer = told(&app, &token).await;
        assert_eq!(names(&answer), expected.iter().copied().collect(), "{scope}");
        assert_eq!(answer["sub"], jwt_claims(&token)["sub"]);
    }
    let answer = told(&app, &access(&app, "openid profile email phone", &[]).await).await;
    for (claim, value) in [
        ("name", json!("Ada Lovelace")),
        ("given_name", json!("Ada")),
        ("family_name", json!("Lovelace")),
        ("locale", json!("en-GB")),
        ("email", json!(tokens::ADA)),
        ("email_verified", json!(true)),
        ("phone_number", json!("+441632960001")),
        ("phone_number_verified", json!(false)),
    ] {
        assert_eq!(answer[claim], value, "{claim}");
    }
    assert!(answer["updated_at"].is_i64());
});

on_both!(
    /// OpenID Connect Core 5.5.
    the_claims_parameter_brings_single_claims_as_far_as_the_client_may_have_them,
    |app| {
        let wanted = json!({
            "userinfo": {"given_name": {"essential": true}, "email": null, "x-unknown": null},
            "id_token": {"family_name": null},
        });
        let token = access(&app, "openid", &[("claims", &wanted.to_string())]).await;
        let answer = told(&app, &token).await;
        assert_eq!(names(&answer), BTreeSet::from(["email", "given_name", "sub"]));
        tokens::alter_client(&app, "web", |client| client.scopes.retain(|scope| scope != "email")).await;
        let token = access(&app, "openid", &[("claims", &wanted.to_string())]).await;
        assert_eq!(names(&told(&app, &token).await), BTreeSet::from(["given_name", "sub"]));
    }
);

on_both!(what_is_told_is_what_is_known_now, |app| {
    let token = access(&app, "openid profile", &[]).await;
    assert_eq!(told(&app, &token).await["name"], "Ada Lovelace");
    tokens::alter(&app, |conn| {
        let ada = tokens::person(conn, "acme", tokens::ADA)?;
        users::store::update(conn, ada.tenant_id, &users::User { display_name: "Countess".into(), ..ada })
    })
    .await;
    assert_eq!(told(&app, &token).await["name"], "Countess");
});

on_both!(the_token_may_stand_in_the_header_or_in_a_form, |app| {
    let token = access(&app, "openid", &[]).await;
    let expected = told(&app, &token).await;
    let bearer = format!("Bearer {token}");
    let send = async |request: reqwest::RequestBuilder| {
        Reply::of(request.send().await.unwrap()).await.expect(200).json()
    };
    let http = app.http();
    assert_eq!(send(http.post(app.url(PATH)).bearer_auth(&token)).await, expected, "a post without a body");
    assert_eq!(send(http.post(app.url(PATH)).form(&[("access_token", &token)])).await, expected);
    assert_eq!(send(http.post(app.url(PATH)).bearer_auth(&token).form(&[("x", "y")])).await, expected);
    let lower = format!("bearer {token}");
    assert_eq!(send(http.get(app.url(PATH)).header("authorization", lower)).await, expected);
    let head = http.head(app.url(PATH)).header("authorization", bearer).send().await.unwrap();
    assert_eq!(head.status(), 200);
});

on_both!(
    /// Checklist 25. RFC 6750 2: in one place, and never in an address that logs and histories keep.
    a_token_in_the_query_or_in_two_places_is_refused,
    |app| {
        let token = access(&app, "openid", &[]).await;
        let query = format!("{PATH}?access_token={token}");
        let bearer = format!("Bearer {token}");
        let form = [("access_token", token.as_str())];
        app.get(&query).await.expect_error(400, "invalid_request");
        app.get_as(&query, &token).await.expect_error(400, "invalid_request");
        app.post(&query, None, &form).await.expect_error(400, "invalid_request");
        app.post(PATH, Some(&bearer), &form).await.expect_error(400, "invalid_request");
        app.post(PATH, None, &[form[0], form[0]]).await.expect_error(400, "invalid_request");
        let twice = app.http().get(app.url(PATH)).header("authorization", &bearer).header("authorization", &bearer);
        Reply::of(twice.send().await.unwrap()).await.expect_error(400, "invalid_request");
        for malformed in ["Bearer", "Bearer ", "Bearer a b", "Bearer a,b"] {
            let request = app.http().get(app.url(PATH)).header("authorization", malformed);
            Reply::of(request.send().await.unwrap()).await.expect_error(400, "invalid_request");
        }
        let json = app.http().post(app.url(PATH)).json(&json!({"access_token": token}));
        Reply::of(json.send().await.unwrap()).await.expect_error(400, "invalid_request");
    }
);

on_both!(
    /// RFC 6750 3.1: no error code for whoever did not know that a token is needed.
    without_a_token_the_challenge_says_what_is_needed,
    |app| {
        for reply in [app.get(PATH).await, app.post(PATH, None, &[]).await, app.post(PATH, Some(&app.web()), &[]).await] {
            assert_eq!(reply.header("www-authenticate"), r#"Bearer realm="gridkey""#);
            reply.expect_error(401, "invalid_token");
        }
    }
);

on_both!(
    /// Checklist 43, 24: every other kind of token is nothing here.
    only_an_access_token_for_this_endpoint_is_taken,
    |app| {
        let line = tokens::line(&app, &mut app.browser(), "openid offline_access").await;
        let code = tokens::code(&mut app.browser(), "openid", &[]).await;
        for (what, token) in [
            ("an ID token", tokens::text(&line, "id_token")),
            ("a refresh token", tokens::text(&line, "refresh_token")),
            ("a code", code),
            ("junk", "x".repeat(7_000)),
        ] {
            assert_invalid(app.get_as(PATH, &token).await, what);
        }
        tokens::alter_client(&app, "web", |client| client.settings.audiences = vec!["https://api.example.com".into()]).await;
        let for_api = access(&app, "openid", &[("resource", "https://api.example.com")]).await;
        assert_invalid(app.get_as(PATH, &for_api).await, "a token for an API");
    }
);

on_both!(
    /// Checklist 42, 44, 45, 46.
    a_forged_token_is_refused_in_one_and_the_same_way,
    |app| {
        let token = access(&app, "openid", &[]).await;
        let before = told(&app, &token).await;
        for (what, forged) in forgeries(&app, &token) {
            if forged.ends_with(['\n', '=']) {
                // Neither can stand in a header as part of a token: in a form it can.
                assert_invalid(app.post(PATH, None, &[("access_token", &forged)]).await, what);
            } else {
                assert_invalid(app.get_as(PATH, &forged).await, what);
            }
        }
        assert_eq!(told(&app, &token).await, before);
    }
);

on_both!(a_token_without_openid_has_insufficient_scope, |app| {
    let worker = app.token(Some(&app.worker()), &[("grant_type", "client_credentials")]).await.expect(200);
    assert_invalid(app.get_as(PATH, &worker.text("access_token")).await, "a program's token, for its API");
    tokens::alter_client(&app, "worker", |client| client.settings.audiences.clear()).await;
    let worker = app.token(Some(&app.worker()), &[("grant_type", "client_credentials")]).await.expect(200);
    let reply = app.get_as(PATH, &worker.text("access_token")).await.expect_error(403, "insufficient_scope");
    assert_eq!(reply.header("www-authenticate"), r#"Bearer realm="gridkey", error="insufficient_scope""#);
});

on_both!(
    /// Checklist 29, 52.
    a_suspended_persons_token_opens_nothing_from_the_next_request_on,
    |app| {
        let token = access(&app, "openid profile", &[]).await;
        told(&app, &token).await;
        for status in [UserStatus::Suspended, UserStatus::Deleted] {
            let set = |status| {
                tokens::alter(&app, move |conn| {
                    let ada = tokens::person(conn, "acme", tokens::ADA)?;
                    users::store::update(conn, ada.tenant_id, &users::User { status, ..ada })
                })
            };
            set(status).await;
            assert_invalid(app.get_as(PATH, &token).await, "suspended");
            set(UserStatus::Active).await;
            told(&app, &token).await;
        }
    }
);
