//! `grant_type=urn:ietf:params:oauth:grant-type:device_code`: what a device is told, and when.

use std::time::Duration;

use serde_json::json;

use crate::on_both;
use crate::support::devices::{CLIENT, GRANT};
use crate::support::tokens::{self, ADA, alter_client, count, text};
use crate::support::{TestApp, jwt_claims};

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

on_both!(somebody_lets_the_device_in_and_it_gets_what_a_code_gets, |app| {
    app.allow_devices().await;
    let device = app.begin_device("openid email offline_access reports:read").await;
    let waiting = app.poll(&device.code).await.expect_error(400, "authorization_pending");
    assert!(!waiting.body.contains(&device.code));
    app.browser().answer_device(&device, ADA, "allow").await;
    let answer = app.poll(&device.code).await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    let answer = answer.json();
    assert_eq!(
        (&answer["token_type"], &answer["scope"]),
        (&json!("Bearer"), &json!("openid email offline_access reports:read"))
    );
    let access = text(&answer, "access_token");
    let jwks = tokens::jwks(&app).await;
    let claims = tokens::verify(&jwks, &access).expect("signed by a published key");
    let identity = tokens::verify(&jwks, &text(&answer, "id_token")).expect("signed by a published key");
    assert_eq!((&claims["client_id"], &identity["aud"]), (&json!(CLIENT), &json!(CLIENT)));
    assert_eq!((&claims["sub"], &claims["iss"]), (&identity["sub"], &json!(app.issuer())));
    assert!(claims["sid"].is_string() && claims["sid"] == identity["sid"]);
    assert_eq!((&identity["amr"], &identity["nonce"]), (&json!(["pwd"]), &json!(null)));
    assert_eq!(identity["auth_time"], json!(app.now().seconds()));
    let userinfo = app.get_as("/oauth2/userinfo", &access).await.expect(200);
    assert_eq!(userinfo.text("email"), ADA);
    let next = app.refresh_device(&text(&answer, "refresh_token")).await.expect(200);
    assert_ne!(next.text("refresh_token"), text(&answer, "refresh_token"));
});

on_both!(without_offline_access_the_tokens_end_with_the_session_and_without_openid_nobody_is_named, |app| {
    app.allow_devices().await;
    let device = app.begin_device("reports:read").await;
    let mut browser = app.browser();
    browser.answer_device(&device, ADA, "allow").await;
    let answer = app.poll(&device.code).await.expect(200).json();
    assert!(answer.get("id_token").is_none(), "{answer}");
    let refresh = text(&answer, "refresh_token");
    let next = app.refresh_device(&refresh).await.expect(200).text("refresh_token");
    let page = browser.get("/login/account").await;
    browser.submit(&page, &[]).await;
    app.refresh_device(&next).await.expect_error(400, "invalid_grant");
    // And whoever is not registered for refreshing gets nothing to refresh with.
    alter_client(&app, CLIENT, |client| {
        client.grant_types.retain(|grant| *grant != gridkey::clients::GrantType::RefreshToken);
    })
    .await;
    let device = app.let_in("openid offline_access", ADA).await;
    let answer = app.poll(&device.code).await.expect(200).json();
    assert!(answer.get("refresh_token").is_none() && answer["id_token"].is_string(), "{answer}");
});

on_both!(
    /// The interval is the device's, whichever node it asks.
    whoever_asks_too_soon_waits_longer_at_every_node,
    |app| {
        app.allow_devices().await;
        let other = app.second_node().await;
        let device = app.begin_device("openid").await;
        app.poll(&device.code).await.expect_error(400, "authorization_pending");
        app.pass(seconds(4));
        let told = other.poll(&device.code).await.expect_error(400, "slow_down");
        assert!(told.text("error_description").contains("10 seconds"), "{}", told.body);
        app.pass(seconds(9));
        let told = app.poll(&device.code).await.expect_error(400, "slow_down");
        assert!(told.text("error_description").contains("15 seconds"), "{}", told.body);
        app.pass(seconds(15));
        other.poll(&device.code).await.expect_error(400, "authorization_pending");
        app.pass(seconds(14));
        app.poll(&device.code).await.expect_error(400, "slow_down");
        // Once somebody has decided there is nothing to wait for.
        app.browser().answer_device(&device, ADA, "allow").await;
        other.poll(&device.code).await.expect(200);
    }
);

on_both!(a_device_hears_no_and_that_its_time_is_over, |app| {
    app.allow_devices().await;
    let device = app.begin_device("openid").await;
    let late = app.begin_device("openid").await;
    let done = app.browser().answer_device(&device, ADA, "deny").await;
    assert_eq!(done.at, "/device/done?answer=denied");
    for _ in 0..2 {
        app.poll(&device.code).await.expect_error(400, "access_denied");
    }
    app.pass(seconds(599));
    app.poll(&late.code).await.expect_error(400, "authorization_pending");
    app.pass(seconds(1));
    app.poll(&late.code).await.expect_error(400, "expired_token");
    app.poll(&device.code).await.expect_error(400, "expired_token");
    // Allowed in time, fetched too late.
    let slow = app.let_in("openid", ADA).await;
    app.pass(seconds(600));
    app.poll(&slow.code).await.expect_error(400, "expired_token");
    assert_eq!(count(&app, "SELECT count(*) AS n FROM token_families").await, 0);
});

async fn poll_as(app: &TestApp, path: &str, client: &str, code: &str) -> crate::support::Reply {
    app.post(path, None, &[("grant_type", GRANT), ("client_id", client), ("device_code", code)]).await
}

on_both!(
    /// Checklist 21: what is not the owner's neither redeems the code nor uses it up.
    a_device_code_is_bound_to_its_client_and_issuer,
    |app| {
        app.allow_devices().await;
        alter_client(&app, "spa", |client| client.grant_types.push(gridkey::clients::GrantType::DeviceCode)).await;
        let device = app.let_in("openid", ADA).await;
        poll_as(&app, "/oauth2/token", "spa", &device.code).await.expect_error(400, "invalid_grant");
        poll_as(&app, "/t/acme/oauth2/token", CLIENT, &device.code).await.expect_error(400, "invalid_grant");
        for junk in ["gkdc_x", "", &device.user_code, &device.code.replace("gkdc_", "gkac_"), &format!("{}x", device.code)] {
            let reply = app.poll(junk).await;
            assert_eq!(reply.status, 400, "{junk}");
            let code = if junk.is_empty() { "invalid_request" } else { "invalid_grant" };
            reply.expect_error(400, code);
        }
        let form = [("grant_type", GRANT), ("client_id", CLIENT), ("device_code", &device.code), ("device_code", &device.code)];
        app.token(None, &form).await.expect_error(400, "invalid_request");
        app.poll(&device.code).await.expect(200);
    }
);

on_both!(an_organisations_own_issuer_lets_devices_in_under_its_own_name, |app| {
    app.allow_devices().await;
    let form = [("client_id", CLIENT), ("scope", "openid")];
    let begun = app.post("/t/acme/oauth2/device_authorization", None, &form).await.expect(200);
    let typed = app.browser().type_code(&begun.text("user_code")).await;
    let mut browser = app.browser();
    assert_eq!(browser.get(typed.reply.header("location")).await.reply.status, 400, "another browser");
    let device = crate::support::devices::Device {
        code: begun.text("device_code"),
        user_code: begun.text("user_code"),
        complete: String::new(),
    };
    browser.answer_device(&device, ADA, "allow").await;
    app.poll(&device.code).await.expect_error(400, "invalid_grant");
    let answer = poll_as(&app, "/t/acme/oauth2/token", CLIENT, &device.code).await.expect(200);
    assert_eq!(jwt_claims(&answer.text("access_token"))["iss"], json!(format!("{}/t/acme", app.issuer())));
});

on_both!(
    /// Checklist 23.
    a_device_code_that_comes_again_ends_everything_it_became,
    |app| {
        app.allow_devices().await;
        let device = app.let_in("openid offline_access", ADA).await;
        let answer = app.poll(&device.code).await.expect(200).json();
        app.poll(&device.code).await.expect_error(400, "invalid_grant");
        app.refresh_device(&text(&answer, "refresh_token")).await.expect_error(400, "invalid_grant");
        app.get_as("/oauth2/userinfo", &text(&answer, "access_token")).await.expect_error(401, "invalid_token");
        let told = "SELECT count(*) AS n FROM audit_events WHERE action = 'token.replay' AND reason = 'device_code_replayed'";
        assert_eq!(count(&app, told).await, 1);
        app.poll(&device.code).await.expect_error(400, "invalid_grant");
        assert_eq!(count(&app, told).await, 1, "once");
    }
);

on_both!(tokens_are_for_the_apis_that_were_asked_for, |app| {
    app.allow_devices().await;
    alter_client(&app, CLIENT, |client| {
        client.settings.audiences =
            vec!["https://api.example.com".into(), "https://files.example.com".into()];
    })
    .await;
    let api = ("resource", "https://api.example.com");
    let form = [("client_id", CLIENT), ("scope", "reports:read"), api];
    let begun = app.device_authorization(None, &form).await.expect(200);
    let device = crate::support::devices::Device {
        code: begun.text("device_code"),
        user_code: begun.text("user_code"),
        complete: String::new(),
    };
    app.browser().answer_device(&device, ADA, "allow").await;
    let ask = [("grant_type", GRANT), ("client_id", CLIENT), ("device_code", device.code.as_str())];
    let foreign = [&ask[..], &[("resource", "https://files.example.com")]].concat();
    app.token(None, &foreign).await.expect_error(400, "invalid_target");
    let own = [&ask[..], &[api]].concat();
    let answer = app.token(None, &own).await.expect(200);
    assert_eq!(jwt_claims(&answer.text("access_token"))["aud"], json!(["https://api.example.com"]));
});
