//! The way from an address to tokens, their renewal and their end.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::{
    ADA, PORTAL, begin, beginning, call, code, data, error, logout, me, members, refused_fields, text,
    to_callback, tokens,
};
use crate::on_both;
use crate::support::tokens::{alter, count, is_active, person, tenant};
use crate::support::{PASSWORD, VERIFIER, authorize_web, jwt_claims, query_of};

on_both!(an_address_is_known_or_not, |app| {
    let known = data(&call(&app, "identify", &json!({ "email": "SAM@Example.com" })).await);
    assert_eq!(members(&known), ["tenants", "user_exists"]);
    assert_eq!(known["user_exists"], true);
    let tenants = known["tenants"].as_array().unwrap();
    let slugs: Vec<_> = tenants.iter().map(|tenant| tenant["slug"].as_str().unwrap()).collect();
    assert_eq!(slugs, ["acme", "globex"], "by name");
    assert_eq!(members(&tenants[0]), ["display_name", "id", "slug"]);
    let nobody = json!({ "tenants": [], "user_exists": false });
    assert_eq!(data(&call(&app, "identify", &json!({ "email": "nobody@acme.example" })).await), nobody);
    alter(&app, |conn| {
        let mut ada = person(conn, "acme", ADA)?;
        ada.status = gridkey::users::UserStatus::Suspended;
        gridkey::users::store::update(conn, ada.tenant_id, &ada)?;
        let mut globex = tenant(conn, "globex")?;
        globex.status = gridkey::tenants::TenantStatus::Suspended;
        gridkey::tenants::store::update(conn, &globex)
    })
    .await;
    for gone in [ADA, "hank@globex.example"] {
        assert_eq!(data(&call(&app, "identify", &json!({ "email": gone })).await), nobody, "{gone}");
    }
});

on_both!(
    /// Checklist 3, 4.
    the_whole_way_from_an_address_to_the_end_of_the_tokens, |app| {
    let acme = data(&call(&app, "identify", &json!({ "email": ADA })).await)["tenants"][0].clone();
    let (url, flow_id) = begin(&app).await;
    assert!(url.starts_with(&format!("{}/t/acme/oauth2/authorize?", app.issuer())), "{url}");
    let asked = query_of(&url);
    assert_eq!(asked["login_hint"], ADA);
    assert_eq!((asked["code_challenge_method"].as_str(), asked["scope"].as_str()), ("S256", "openid profile email offline_access"));
    let mut browser = app.browser();
    let back = to_callback(&mut browser, &url, ADA, PASSWORD).await;
    assert!(back.starts_with(&format!("{}/v1/auth/callback?", app.issuer())), "{back}");
    let sent = browser.get(&back).await;
    assert_eq!(sent.reply.status, 303);
    assert_eq!(sent.reply.header("referrer-policy"), "no-referrer");
    let location = sent.reply.header("location").to_owned();
    assert!(location.starts_with(&format!("{PORTAL}?")), "{location}");
    let query = query_of(&location);
    assert_eq!(query.keys().collect::<Vec<_>>(), ["code", "iss", "state"]);
    assert_eq!((query["state"].as_str(), query["iss"].clone()), ("st &=1", format!("{}/t/acme", app.issuer())));

    let body = json!({ "code": query["code"], "code_verifier": VERIFIER, "flow_id": flow_id, "redirect_uri": "ignored" });
    let first = data(&call(&app, "token", &body).await);
    assert_eq!(members(&first), ["access_token", "expires_in", "id_token", "refresh_token", "scope", "token_type"]);
    assert_eq!((first["token_type"].as_str(), first["expires_in"].as_u64()), (Some("Bearer"), Some(600)));
    assert_eq!(first["scope"], "openid profile email offline_access");
    let claims = jwt_claims(&text(&first, "access_token"));
    assert_eq!(claims["iss"], format!("{}/t/acme", app.issuer()));
    assert_eq!(jwt_claims(&text(&first, "id_token"))["sub"], claims["sub"]);

    let who = data(&me(&app, &text(&first, "access_token")).await);
    assert_eq!(
        members(&who),
        ["display_name", "email", "email_verified", "id", "kind", "permissions", "roles", "scopes", "session_id", "tenant"]
    );
    assert_eq!((who["kind"].as_str(), who["email"].as_str(), &who["id"]), (Some("user"), Some(ADA), &claims["sub"]));
    assert_eq!((&who["email_verified"], &who["display_name"], &who["tenant"]), (&json!(true), &json!("Ada Lovelace"), &acme));
    assert_eq!(who["session_id"], claims["sid"]);
    assert!(who["roles"].as_array().unwrap().contains(&json!("editor")), "{who}");
    assert!(who["permissions"].as_array().unwrap().contains(&json!("reports:write")), "{who}");

    let second = data(&call(&app, "refresh", &json!({ "refresh_token": first["refresh_token"] })).await);
    assert_eq!(members(&second), members(&first));
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(data(&me(&app, &text(&second, "access_token")).await)["id"], who["id"]);

    let done = logout(&app, &text(&first, "access_token")).await.expect(204);
    assert_eq!((done.body.as_str(), done.header("cache-control")), ("", "no-store"));
    for dead in [&first, &second] {
        error(&me(&app, &text(dead, "access_token")).await, 401, "AUTH_TOKEN_INVALID");
        error(&logout(&app, &text(dead, "access_token")).await, 401, "AUTH_TOKEN_INVALID");
    }
    error(&call(&app, "refresh", &json!({ "refresh_token": second["refresh_token"] })).await, 401, "SESSION_EXPIRED");
    let silent = browser.get(&authorize_web("openid", &[("prompt", "none")])).await;
    assert_eq!(query_of(silent.reply.header("location"))["error"], "login_required", "the browser is signed out too");
});

on_both!(the_browser_that_is_signed_in_goes_straight_through_and_nobody_is_asked_for_consent, |app| {
    let mut browser = app.browser();
    browser.code_for_web("openid", ADA, PASSWORD).await;
    let (url, _) = begin(&app).await;
    let page = browser.get(&url).await;
    assert!(page.reply.header("location").contains("/v1/auth/callback?"), "{:?}", page.reply);
});

on_both!(the_address_is_filled_in_and_binds_nobody, |app| {
    let (url, _) = begin(&app).await;
    let mut browser = app.browser();
    let page = browser.follow(browser.get(&url).await).await;
    assert_eq!(page.form().fields["email"], ADA);
    let back = to_callback(&mut browser, &url, "grace@acme.example", "another horse battery staple").await;
    let sent = browser.get(&back).await;
    let code = query_of(sent.reply.header("location"))["code"].clone();
    let tokens = data(&call(&app, "token", &json!({ "code": code, "code_verifier": VERIFIER })).await);
    assert_eq!(data(&me(&app, &text(&tokens, "access_token")).await)["display_name"], "Grace Hopper");
});

on_both!(
    /// Checklist 2, 11.
    only_an_address_of_an_application_of_the_operators_own_gets_a_code, |app| {
    for (tenant, uri) in [
        ("acme", "https://evil.example/cb"),
        ("acme", "https://portal.example.com/cb/"),
        ("acme", "https://portal.example.com/CB"),
        ("acme", "https://portal.example.com/cb?y=1"),
        ("acme", "https://portal.example.com/cb#f"),
        ("acme", "https://portal.example.com@evil.example/cb"),
        ("acme", "https://user@portal.example.com/cb"),
        ("acme", "javascript:alert(1)"),
        ("acme", "//portal.example.com/cb"),
        // Somebody else's, another organisation's, the flow's own.
        ("acme", "https://spa.example.com/cb"),
        ("acme", "https://globex.example.com/cb"),
        ("acme", &format!("{}/v1/auth/callback", app.issuer())),
    ] {
        let mut body = beginning();
        body["tenant_id"] = tenant.into();
        body["redirect_uri"] = uri.into();
        assert_eq!(refused_fields(&call(&app, "authorize", &body).await), ["redirect_uri"], "{uri}");
    }
    for (tenant, uri) in [
        ("acme", "https://portal.example.com/cb?x=1"),
        ("acme", "https://legacy.example.com/cb"),
        ("globex", "https://globex.example.com/cb"),
        ("globex", "https://board.example.com/cb"),
    ] {
        let mut body = beginning();
        body["tenant_id"] = tenant.into();
        body["redirect_uri"] = uri.into();
        data(&call(&app, "authorize", &body).await);
    }
});

on_both!(
    /// Checklist 54.
    the_callback_sends_nobody_anywhere_without_a_flow, |app| {
    let (url, flow_id) = begin(&app).await;
    let mut browser = app.browser();
    let back = to_callback(&mut browser, &url, ADA, PASSWORD).await;
    let mut tampered = flow_id.clone();
    let place = tampered.len() - 5..tampered.len() - 4;
    let other = if tampered[place.clone()] == *"A" { "B" } else { "A" };
    tampered.replace_range(place, other);
    for wrong in [
        "/v1/auth/callback".to_owned(),
        "/v1/auth/callback?code=gkac_x&state=x".to_owned(),
        back.replace(&flow_id, &tampered),
        back.replace(&flow_id, ""),
        back.replace("iss=", "x="),
        back.replace("%2Ft%2Facme", "%2Ft%2Fglobex"),
        format!("{back}&state={flow_id}"),
        format!("{back}&code=gkac_x"),
    ] {
        let page = browser.get(&wrong).await;
        assert_eq!((page.reply.status, page.reply.header("location")), (400, ""), "{wrong}");
        assert!(page.reply.header("content-type").starts_with("text/html"), "{wrong}");
        assert!(!page.reply.body.contains("evil") && page.reply.body.contains("request-id"), "{wrong}");
    }
    // The address of the application cannot be named anew, and its own query is kept.
    let other = browser.get(&format!("{back}&redirect_uri=https%3A%2F%2Fevil.example")).await;
    assert!(!other.reply.header("location").contains("evil"), "{:?}", other.reply);
    app.pass(Duration::from_secs(30 * 60));
    assert_eq!(browser.get(&back).await.reply.status, 400, "expired");
});

on_both!(an_application_with_a_query_of_its_own_keeps_it, |app| {
    let mut body = beginning();
    body["redirect_uri"] = "https://portal.example.com/cb?x=1".into();
    let begun = data(&call(&app, "authorize", &body).await);
    let mut browser = app.browser();
    let back = to_callback(&mut browser, &text(&begun, "authorize_url"), ADA, PASSWORD).await;
    let sent = browser.get(&back).await;
    let location = sent.reply.header("location");
    assert!(location.starts_with("https://portal.example.com/cb?x=1&"), "{location}");
    assert_eq!(query_of(location)["state"], "st &=1");
});

on_both!(an_error_of_the_sign_in_reaches_the_application, |app| {
    let (url, _) = begin(&app).await;
    let silent = format!("{url}&prompt=none");
    let browser = app.browser();
    let page = browser.get(&silent).await;
    let sent = browser.get(page.reply.header("location")).await;
    let query: BTreeMap<String, String> = query_of(sent.reply.header("location"));
    assert_eq!((query["error"].as_str(), query["state"].as_str()), ("login_required", "st &=1"));
    assert_eq!(query["iss"], format!("{}/t/acme", app.issuer()));
    assert!(!query.contains_key("code"));
});

on_both!(
    /// Checklist 22.
    a_code_that_many_send_at_once_works_once, |app| {
    let mut browser = app.browser();
    let code = code(&app, &mut browser).await;
    let body = json!({ "code": code, "code_verifier": VERIFIER });
    let all = futures::future::join_all((0..16).map(|_| call(&app, "token", &body))).await;
    assert_eq!(all.iter().filter(|reply| reply.status == 200).count(), 1);
    for reply in all.iter().filter(|reply| reply.status != 200) {
        error(reply, 401, "AUTH_FLOW_INVALID");
    }
});

on_both!(
    /// Checklist 66.
    nobody_can_give_themselves_roles_an_organisation_or_a_verified_address, |app| {
    let extra = [
        ("roles", json!(["super_admin"])), ("role", json!("super_admin")), ("permissions", json!(["*"])),
        ("email_verified", json!(true)), ("tenant", json!("globex")), ("tenant_id", json!("acme")),
        ("user_id", json!("x")), ("sub", json!("x")), ("client_id", json!("web")), ("scope", json!("admin openid")),
        ("scopes", json!(["admin"])), ("status", json!("active")), ("is_admin", json!(true)), ("acr", json!("2")),
    ];
    let with = |mut body: serde_json::Value| {
        for (name, value) in &extra {
            if body.get(name).is_none() {
                body[*name] = value.clone();
            }
        }
        body
    };
    let before = count(&app, "SELECT count(*) AS n FROM role_assignments").await;
    let mut grace = app.browser();
    let begun = data(&call(&app, "authorize", &with(beginning())).await);
    let url = text(&begun, "authorize_url");
    assert_eq!(query_of(&url)["scope"], "openid profile email offline_access");
    let back = to_callback(&mut grace, &url, "grace@acme.example", "another horse battery staple").await;
    let code = query_of(grace.get(&back).await.reply.header("location"))["code"].clone();
    let first = data(&call(&app, "token", &with(json!({ "code": code, "code_verifier": VERIFIER }))).await);
    let second = data(&call(&app, "refresh", &with(json!({ "refresh_token": first["refresh_token"] }))).await);
    for tokens in [&first, &second] {
        assert_eq!(tokens["scope"], "openid profile email offline_access");
        let who = data(&me(&app, &text(tokens, "access_token")).await);
        assert_eq!((&who["roles"], &who["email_verified"]), (&json!(["tenant_user"]), &json!(false)), "{who}");
        assert_eq!(who["tenant"]["slug"], "acme");
    }
    assert_eq!(count(&app, "SELECT count(*) AS n FROM role_assignments").await, before);
    // Nor is there any call to write these with.
    for method in [reqwest::Method::POST, reqwest::Method::PUT, reqwest::Method::PATCH, reqwest::Method::DELETE] {
        let request = app.http().request(method.clone(), app.url("/v1/auth/me")).bearer_auth(text(&first, "access_token"));
        let reply = crate::support::Reply::of(request.json(&with(json!({}))).send().await.unwrap()).await;
        error(&reply, 405, "METHOD_NOT_ALLOWED");
        assert!(reply.header("allow").contains("GET"), "{method}: {reply:?}");
    }
});

on_both!(roles_are_looked_up_at_each_call, |app| {
    let mut browser = app.browser();
    let tokens = tokens(&app, &mut browser).await;
    let access = text(&tokens, "access_token");
    let roles = async || data(&me(&app, &access).await)["roles"].clone();
    assert_eq!(roles().await, json!(["editor", "tenant_admin"]));
    alter(&app, |conn| {
        let ada = person(conn, "acme", ADA)?;
        let role = gridkey::roles::store::find_by_slug(conn, ada.tenant_id, "tenant_user")?.unwrap();
        let holder = (gridkey::roles::PrincipalKind::User, ada.id);
        gridkey::roles::store::assign(conn, ada.tenant_id, role.id, holder, ada.created_at)
    })
    .await;
    assert_eq!(roles().await, json!(["editor", "tenant_admin", "tenant_user"]));
});

on_both!(signing_out_with_a_refreshed_token_leaves_the_browser_signed_in, |app| {
    let mut browser = app.browser();
    let first = tokens(&app, &mut browser).await;
    let second = data(&call(&app, "refresh", &json!({ "refresh_token": first["refresh_token"] })).await);
    assert_eq!(data(&me(&app, &text(&second, "access_token")).await)["session_id"], json!(null));
    logout(&app, &text(&second, "access_token")).await.expect(204);
    error(&me(&app, &text(&first, "access_token")).await, 401, "AUTH_TOKEN_INVALID");
    let silent = browser.get(&authorize_web("openid", &[("prompt", "none")])).await;
    assert!(query_of(silent.reply.header("location")).contains_key("code"));
});

on_both!(a_program_sees_itself_and_can_end_its_token, |app| {
    let form = [("grant_type", "client_credentials"), ("scope", "reports:read")];
    let reply = app.token(Some(&app.worker()), &form).await.expect(200);
    let token = reply.text("access_token");
    let claims = jwt_claims(&token);
    if claims["aud"] == json!(app.issuer()) {
        let who = data(&me(&app, &token).await);
        assert_eq!(members(&who), ["client_id", "kind", "scopes", "tenant"]);
        assert_eq!((who["kind"].as_str(), who["client_id"].as_str()), (Some("service"), Some("worker")));
        logout(&app, &token).await.expect(204);
    }
    error(&me(&app, &token).await, 401, "AUTH_TOKEN_INVALID");
});

on_both!(the_flow_is_on_the_same_engine_as_oauth, |app| {
    let mut browser = app.browser();
    let tokens = tokens(&app, &mut browser).await;
    let access = text(&tokens, "access_token");
    let userinfo = app.get_as("/t/acme/oauth2/userinfo", &access).await.expect(200);
    assert_eq!(userinfo.text("email"), ADA);
    assert!(!is_active(&app, &access).await, "to another client the token says nothing");
    // A refresh token of the flow is not one of any other client's, and the other way round.
    app.refresh(&text(&tokens, "refresh_token")).await.expect_error(400, "invalid_grant");
    let foreign = app.ada_signs_in().await;
    error(
        &call(&app, "refresh", &json!({ "refresh_token": foreign["refresh_token"] })).await,
        401,
        "AUTH_TOKEN_INVALID",
    );
    data(&call(&app, "refresh", &json!({ "refresh_token": tokens["refresh_token"] })).await);
});
