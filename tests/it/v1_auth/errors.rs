//! Every code of the error table, from a cause as it happens in real life.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    ADA, begin, beginning, call, code, data, error, logout, me, refused_fields, text, to_callback, tokens,
};
use crate::on_both;
use crate::support::tokens::{alter, alter_client, person};
use crate::support::{PASSWORD, Reply, TestApp, VERIFIER, authorize_web, query_of};

/// `GET /v1/auth/me` with these `Authorization` headers.
async fn me_with(app: &TestApp, headers: &[&str]) -> Reply {
    let mut request = app.http().get(app.url("/v1/auth/me"));
    for header in headers {
        request = request.header("authorization", *header);
    }
    Reply::of(request.send().await.unwrap()).await
}

on_both!(without_a_token_it_is_missing, |app| {
    for headers in [&[][..], &["Basic d2ViOng="], &["Bearer "], &["DPoP x"]] {
        error(&me_with(&app, headers).await, 401, "AUTH_TOKEN_MISSING");
    }
    error(
        &Reply::of(app.http().post(app.url("/v1/auth/logout")).send().await.unwrap()).await,
        401,
        "AUTH_TOKEN_MISSING",
    );
    // RFC 6750 2.3: a token in the address is none.
    let mut browser = app.browser();
    let access = text(&tokens(&app, &mut browser).await, "access_token");
    error(&app.get(&format!("/v1/auth/me?access_token={access}")).await, 401, "AUTH_TOKEN_MISSING");
});

on_both!(
    /// Checklist 42, 43.
    a_token_that_is_not_ours_not_for_us_or_not_an_access_token_is_invalid, |app| {
    let mut browser = app.browser();
    let tokens = tokens(&app, &mut browser).await;
    let access = text(&tokens, "access_token");
    let parts: Vec<&str> = access.split('.').collect();
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";
    for wrong in [
        text(&tokens, "id_token"),
        text(&tokens, "refresh_token"),
        format!("{none}.{}.", parts[1]),
        format!("{}.{}.{}", parts[0], parts[1], "A".repeat(parts[2].len())),
        format!("{}.{}", parts[0], parts[1]),
        "junk".to_owned(),
        "a.b.c".to_owned(),
    ] {
        let refused = me(&app, &wrong).await;
        error(&refused, 401, "AUTH_TOKEN_INVALID");
        assert!(refused.header("www-authenticate").contains("error=\"invalid_token\""));
    }
    let form = [("grant_type", "client_credentials"), ("resource", "https://api.example.com")];
    let elsewhere = app.token(Some(&app.worker()), &form).await.expect(200).text("access_token");
    error(&me(&app, &elsewhere).await, 401, "AUTH_TOKEN_INVALID");
    let bearer = format!("Bearer {access}");
    error(&me_with(&app, &[&bearer, &bearer]).await, 401, "AUTH_TOKEN_INVALID");
    data(&me_with(&app, &[&bearer.replace("Bearer", "bearer")]).await);
});

on_both!(a_token_whose_time_is_over_is_expired_and_can_be_renewed, |app| {
    let mut browser = app.browser();
    let first = tokens(&app, &mut browser).await;
    app.pass(Duration::from_secs(599));
    data(&me(&app, &text(&first, "access_token")).await);
    app.pass(Duration::from_secs(120));
    error(&me(&app, &text(&first, "access_token")).await, 401, "AUTH_TOKEN_EXPIRED");
    error(&logout(&app, &text(&first, "access_token")).await, 401, "AUTH_TOKEN_EXPIRED");
    let second = data(&call(&app, "refresh", &json!({ "refresh_token": first["refresh_token"] })).await);
    data(&me(&app, &text(&second, "access_token")).await);
});

on_both!(
    /// Checklist 18, 20, 24.
    a_code_of_another_flow_verifier_kind_or_time_is_an_invalid_flow, |app| {
    let mut browser = app.browser();
    let good = code(&app, &mut browser).await;
    let (_, other_flow) = begin(&app).await;
    let with = |code: &str, verifier: &str| json!({ "code": code, "code_verifier": verifier });
    let wrong_verifier = VERIFIER.replace('d', "e");
    let mut other = with(&good, VERIFIER);
    other["flow_id"] = other_flow.replace(&other_flow[10..12], "AA").into();
    let web = browser.code_for_web("openid", ADA, PASSWORD).await;
    for body in [
        with(&good, &wrong_verifier),
        with(&good, &VERIFIER[..42]),
        with(&good, &"v".repeat(129)),
        with("gkac_junk", VERIFIER),
        with(&web, VERIFIER),
        with(&good.replace("gkac_", "gkrt_"), VERIFIER),
        other,
    ] {
        error(&call(&app, "token", &body).await, 401, "AUTH_FLOW_INVALID");
    }
    let first = data(&call(&app, "token", &with(&good, VERIFIER)).await);
    // Sent a second time it ends what the first time gave.
    error(&call(&app, "token", &with(&good, VERIFIER)).await, 401, "AUTH_FLOW_INVALID");
    error(&me(&app, &text(&first, "access_token")).await, 401, "AUTH_TOKEN_INVALID");
    error(&call(&app, "refresh", &json!({ "refresh_token": first["refresh_token"] })).await, 401, "SESSION_EXPIRED");
    let late = code(&app, &mut browser).await;
    app.pass(Duration::from_secs(61));
    error(&call(&app, "token", &with(&late, VERIFIER)).await, 401, "AUTH_FLOW_INVALID");
});

on_both!(the_flow_can_be_switched_off_for_an_organisation, |app| {
    let mut browser = app.browser();
    let first = tokens(&app, &mut browser).await;
    let pending = code(&app, &mut browser).await;
    alter_client(&app, "first-party:acme", |client| client.status = gridkey::clients::ClientStatus::Disabled)
        .await;
    error(&call(&app, "authorize", &beginning()).await, 401, "AUTH_FLOW_INVALID");
    error(
        &call(&app, "token", &json!({ "code": pending, "code_verifier": VERIFIER })).await,
        401,
        "AUTH_FLOW_INVALID",
    );
    error(
        &call(&app, "refresh", &json!({ "refresh_token": first["refresh_token"] })).await,
        401,
        "SESSION_EXPIRED",
    );
});

on_both!(
    /// Checklist 30, 36.
    a_refresh_token_whose_line_ended_is_an_expired_session, |app| {
    let mut browser = app.browser();
    let replayed = tokens(&app, &mut browser).await;
    let refresh = async |token: &Value| call(&app, "refresh", &json!({ "refresh_token": token })).await;
    let second = data(&refresh(&replayed["refresh_token"]).await);
    let third = data(&refresh(&second["refresh_token"]).await);
    error(&refresh(&replayed["refresh_token"]).await, 401, "SESSION_EXPIRED");
    error(&refresh(&third["refresh_token"]).await, 401, "SESSION_EXPIRED");
    error(&me(&app, &text(&third, "access_token")).await, 401, "AUTH_TOKEN_INVALID");

    let unused = tokens(&app, &mut browser).await;
    let shut_out = tokens(&app, &mut browser).await;
    let set = async |status| {
        alter(&app, move |conn| {
            let mut ada = person(conn, "acme", ADA)?;
            ada.status = status;
            gridkey::users::store::update(conn, ada.tenant_id, &ada)
        })
        .await;
    };
    set(gridkey::users::UserStatus::Suspended).await;
    error(&refresh(&shut_out["refresh_token"]).await, 401, "SESSION_EXPIRED");
    error(&me(&app, &text(&shut_out, "access_token")).await, 401, "AUTH_TOKEN_INVALID");
    set(gridkey::users::UserStatus::Active).await;
    app.pass(Duration::from_secs(400 * 24 * 3600));
    error(&refresh(&unused["refresh_token"]).await, 401, "SESSION_EXPIRED");
    for junk in ["junk", "gkrt_junk", "gkac_junk"] {
        error(&refresh(&json!(junk)).await, 401, "AUTH_TOKEN_INVALID");
    }
});

on_both!(a_token_without_the_scope_openid_does_not_say_who_it_is, |app| {
    let mut browser = app.browser();
    let url = browser.walk(&authorize_web("profile", &[]), ADA, PASSWORD).await;
    let tokens = app.redeem(&query_of(&url)["code"]).await.expect(200);
    let refused = me(&app, &tokens.text("access_token")).await;
    error(&refused, 403, "AUTH_INSUFFICIENT_SCOPE");
    assert!(refused.header("www-authenticate").contains("error=\"insufficient_scope\""));
});

on_both!(everything_that_is_wrong_with_a_body_is_named_at_once, |app| {
    assert_eq!(refused_fields(&call(&app, "identify", &json!({})).await), ["email"]);
    for email in [json!("nobody"), json!(""), json!(null), json!(1), json!(["a@b.example"]), json!({})] {
        assert_eq!(refused_fields(&call(&app, "identify", &json!({ "email": email })).await), ["email"]);
    }
    let mut all = refused_fields(&call(&app, "authorize", &json!({ "email": "x" })).await);
    all.sort();
    assert_eq!(
        all,
        ["code_challenge", "code_challenge_method", "email", "redirect_uri", "state", "tenant_id"]
    );
    for (field, wrong) in [
        ("tenant_id", json!("nowhere")),
        ("tenant_id", json!("00000000-0000-7000-8000-000000000000")),
        ("tenant_id", json!("a b\u{0}")),
        ("code_challenge", json!("short")),
        ("code_challenge_method", json!("plain")),
        ("code_challenge_method", json!("s256")),
        ("state", json!("")),
        ("state", json!("x".repeat(1025))),
        ("state", json!("ä")),
        ("state", json!("a\nb")),
        ("redirect_uri", json!(7)),
    ] {
        let mut body = beginning();
        body[field] = wrong.clone();
        assert_eq!(refused_fields(&call(&app, "authorize", &body).await), [field], "{wrong}");
    }
    let mut missing = refused_fields(&call(&app, "token", &json!({ "flow_id": 3 })).await);
    missing.sort();
    assert_eq!(missing, ["code", "code_verifier", "flow_id"]);
    assert_eq!(
        refused_fields(&call(&app, "refresh", &json!({ "refresh_token": true })).await),
        ["refresh_token"]
    );
    for body in ["", "{", "[]", "null", "\"x\"", "{\"email\":\"a@b.example\"} x", "{\"email\":\"\\ud800\"}"] {
        let request =
            app.http().post(app.url("/v1/auth/identify")).header("content-type", "application/json");
        let reply = Reply::of(request.body(body).send().await.unwrap()).await;
        assert_eq!(refused_fields(&reply), ["body"], "{body}");
    }
});

on_both!(bodies_are_json_and_not_too_large, |app| {
    for path in ["identify", "authorize", "token", "refresh"] {
        let url = app.url(&format!("/v1/auth/{path}"));
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
            let mut request = app.http().post(&url).body(r#"{"email":"ada@acme.example"}"#);
            if !kind.is_empty() {
                request = request.header("content-type", kind);
            }
            error(&Reply::of(request.send().await.unwrap()).await, 415, "UNSUPPORTED_MEDIA_TYPE");
        }
        let big = format!(r#"{{"email":"{}"}}"#, "x".repeat(app.app.body_limit()));
        let request = app.http().post(&url).header("content-type", "application/json").body(big);
        error(&Reply::of(request.send().await.unwrap()).await, 413, "PAYLOAD_TOO_LARGE");
    }
    let request = app
        .http()
        .post(app.url("/v1/auth/identify"))
        .header("content-type", "application/json; charset=utf-8");
    data(&Reply::of(request.body(format!(r#"{{"email":"{ADA}","unknown":1}}"#)).send().await.unwrap()).await);
});

on_both!(
    /// Checklist 61, 63.
    a_source_can_ask_only_so_often_who_is_known, |app| {
    let app = TestApp::start_with(app.engine, &[("sign_in.attempts_per_source", "3")]).await;
    let ask = async |email: &str, from: &str| {
        let request = app.http().post(app.url("/v1/auth/identify")).header("x-forwarded-for", from);
        Reply::of(request.json(&json!({ "email": email })).send().await.unwrap()).await
    };
    for n in 0..3 {
        data(&ask(&format!("p{n}@acme.example"), "203.0.113.1").await);
    }
    for email in [ADA, "nobody@acme.example"] {
        let refused = ask(email, "203.0.113.2").await;
        let error = error(&refused, 429, "RATE_LIMITED");
        assert_eq!(error["retry_after"].to_string(), refused.header("retry-after"));
        assert!(error["retry_after"].as_u64().unwrap() > 0);
    }
    // The count is apart from that of passwords.
    let (url, _) = begin(&app).await;
    let mut browser = app.browser();
    assert!(to_callback(&mut browser, &url, ADA, PASSWORD).await.contains("code=gkac_"));
    app.pass(Duration::from_secs(15 * 60));
    assert_eq!(data(&ask(ADA, "").await)["user_exists"], true);
});

on_both!(other_addresses_and_methods_answer_in_the_same_shape, |app| {
    for path in ["/v1/auth/", "/v1/auth/nothing", "/v1/auth/token/x", "/v1/auth/me/"] {
        error(&app.get(path).await, 404, "NOT_FOUND");
    }
    for (path, allow) in [
        ("identify", "POST"),
        ("authorize", "POST"),
        ("token", "POST"),
        ("refresh", "POST"),
        ("logout", "POST"),
    ] {
        let reply = app.get(&format!("/v1/auth/{path}")).await;
        error(&reply, 405, "METHOD_NOT_ALLOWED");
        assert!(reply.header("allow").contains(allow), "{reply:?}");
    }
});

on_both!(who_is_deleted_is_not_found_or_not_let_in, |app| {
    let mut browser = app.browser();
    let access = text(&tokens(&app, &mut browser).await, "access_token");
    alter(&app, |conn| {
        let mut ada = person(conn, "acme", ADA)?;
        ada.status = gridkey::users::UserStatus::Deleted;
        gridkey::users::store::update(conn, ada.tenant_id, &ada)
    })
    .await;
    error(&me(&app, &access).await, 401, "AUTH_TOKEN_INVALID");
});

on_both!(a_request_id_of_the_callers_is_kept_if_it_is_harmless, |app| {
    let ask = async |id: &str| {
        let request = app.http().get(app.url("/v1/auth/me")).header("x-request-id", id);
        error(&Reply::of(request.send().await.unwrap()).await, 401, "AUTH_TOKEN_MISSING");
        let request = app.http().get(app.url("/v1/auth/me")).header("x-request-id", id);
        Reply::of(request.send().await.unwrap()).await.json()["meta"]["request_id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(ask("trace-1234:a_b.c").await, "trace-1234:a_b.c");
    for odd in ["short", "with space in it", "<script>alert</script>", &"x".repeat(129)] {
        let given = ask(odd).await;
        assert!(given != odd && given.starts_with("req_"), "{odd} {given}");
    }
});
