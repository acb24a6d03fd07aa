//! `/oauth2/revoke`.

use super::introspect::forgeries;
use crate::on_both;
use crate::support::{Reply, TestApp, VERIFIER, basic, tokens};

const PATH: &str = "/oauth2/revoke";

/// RFC 7009 2.2: 200, and not a word.
#[track_caller]
fn assert_silent(reply: Reply, why: &str) {
    assert_eq!((reply.status, reply.body.as_str()), (200, ""), "{why}");
    assert_eq!(reply.header("cache-control"), "no-store");
}

/// A line of Ada's at the public client `spa`.
async fn printer_line(app: &TestApp) -> serde_json::Value {
    let code = tokens::code(&mut app.browser(), "openid offline_access", tokens::SPA).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "spa"),
        ("code", &code),
        ("redirect_uri", "https://spa.example.com/cb"),
        ("code_verifier", VERIFIER),
    ];
    app.token(None, &form).await.expect(200).json()
}

async fn opens_userinfo(app: &TestApp, token: &str) -> bool {
    let status = app.get_as("/oauth2/userinfo", token).await.status;
    assert!([200, 401].contains(&status), "{status}");
    status == 200
}

on_both!(
    /// Checklist 30, 33.
    a_refresh_token_takes_its_whole_line_with_it,
    |app| {
        let mut browser = app.browser();
        let line = tokens::line(&app, &mut browser, "openid offline_access").await;
        let other = tokens::line(&app, &mut browser, "openid offline_access").await;
        let (first, older) = (tokens::text(&line, "refresh_token"), tokens::text(&line, "access_token"));
        let next = app.refresh(&first).await.expect(200);
        let (second, newer) = (next.text("refresh_token"), next.text("access_token"));
        assert!(opens_userinfo(&app, &older).await && opens_userinfo(&app, &newer).await);
        assert_silent(tokens::revoke(&app, &second).await, "the living one");
        for access in [&older, &newer] {
            assert!(!opens_userinfo(&app, access).await);
            assert!(!tokens::is_active(&app, access).await);
        }
        for refresh in [&first, &second] {
            app.refresh(refresh).await.expect_error(400, "invalid_grant");
        }
        assert!(opens_userinfo(&app, &tokens::text(&other, "access_token")).await, "another line goes on");
        app.refresh(&tokens::text(&other, "refresh_token")).await.expect(200);
        assert_silent(tokens::revoke(&app, &second).await, "once more");
    }
);

on_both!(a_used_refresh_token_ends_its_line_too, |app| {
    let line = tokens::line(&app, &mut app.browser(), "openid offline_access").await;
    let first = tokens::text(&line, "refresh_token");
    let second = app.refresh(&first).await.expect(200).text("refresh_token");
    assert_silent(tokens::revoke(&app, &first).await, "a client that lost the answer holds only this one");
    app.refresh(&second).await.expect_error(400, "invalid_grant");
});

on_both!(an_access_token_goes_alone, |app| {
    let line = tokens::line(&app, &mut app.browser(), "openid offline_access").await;
    let (access, refresh) = (tokens::text(&line, "access_token"), tokens::text(&line, "refresh_token"));
    assert!(opens_userinfo(&app, &access).await);
    assert_silent(tokens::revoke(&app, &access).await, "");
    assert!(!opens_userinfo(&app, &access).await);
    assert!(!tokens::is_active(&app, &access).await);
    let next = app.refresh(&refresh).await.expect(200);
    assert!(opens_userinfo(&app, &next.text("access_token")).await);
    assert_silent(tokens::revoke(&app, &access).await, "once more");

    let machine = [("grant_type", "client_credentials")];
    let token = app.token(Some(&app.worker()), &machine).await.expect(200).text("access_token");
    let active = async || {
        app.post("/oauth2/introspect", Some(&app.worker()), &[("token", &token)]).await.json()["active"]
            == true
    };
    assert!(active().await);
    assert_silent(app.post(PATH, Some(&app.worker()), &[("token", &token)]).await, "a program's");
    assert!(!active().await);
});

on_both!(
    /// Checklist 49, 35: the answer is the same, and nothing happened.
    somebody_elses_token_is_left_alone_and_nothing_is_told,
    |app| {
        let line = tokens::line(&app, &mut app.browser(), "openid offline_access").await;
        let printer = printer_line(&app).await;
        let (access, refresh) = (tokens::text(&line, "access_token"), tokens::text(&line, "refresh_token"));
        let globex = basic("globex-web", "globex-secret-globex-secret-globex-1");
        for token in [&access, &refresh] {
            for caller in [app.worker(), globex.clone()] {
                assert_silent(app.post(PATH, Some(&caller), &[("token", token)]).await, &caller);
            }
            assert_silent(app.post(PATH, None, &[("token", token), ("client_id", "spa")]).await, "spa");
            let under_acme = app.post("/t/acme/oauth2/revoke", Some(&app.web()), &[("token", token)]).await;
            assert_silent(under_acme, "the owner at another issuer");
        }
        assert!(tokens::is_active(&app, &access).await);
        assert!(tokens::is_active(&app, &refresh).await);
        for token in ["access_token", "refresh_token"] {
            assert_silent(tokens::revoke(&app, &tokens::text(&printer, token)).await, token);
        }
        assert!(opens_userinfo(&app, &tokens::text(&printer, "access_token")).await);
        app.refresh(&refresh).await.expect(200);
    }
);

on_both!(
    /// Checklist 46: nothing is believed that was not verified.
    what_is_not_a_token_of_ours_is_answered_like_one,
    |app| {
        let line = tokens::line(&app, &mut app.browser(), "openid offline_access").await;
        let (access, refresh) = (tokens::text(&line, "access_token"), tokens::text(&line, "refresh_token"));
        for (what, forged) in forgeries(&app, &access) {
            assert_silent(tokens::revoke(&app, &forged).await, what);
        }
        assert!(tokens::is_active(&app, &access).await);
        let swapped = if refresh.ends_with('A') { "B" } else { "A" };
        let forged = format!("{}{swapped}", &refresh[..refresh.len() - 1]);
        for junk in [forged.as_str(), "x", "gkrt_", "a.b.c", "\0", "é", &"x".repeat(20_000), &tokens::text(&line, "id_token")] {
            assert_silent(tokens::revoke(&app, junk).await, junk);
        }
        assert!(tokens::is_active(&app, &refresh).await);
    }
);

on_both!(
    /// RFC 7009 2.1.
    a_public_client_gives_back_its_own_by_its_client_id,
    |app| {
        let line = printer_line(&app).await;
        let refresh = tokens::text(&line, "refresh_token");
        let form = [("token", refresh.as_str()), ("client_id", "spa"), ("token_type_hint", "access_token")];
        assert_silent(app.post(PATH, None, &form).await, "a wrong hint is only a hint");
        assert!(!opens_userinfo(&app, &tokens::text(&line, "access_token")).await);
        let form = [("grant_type", "refresh_token"), ("client_id", "spa"), ("refresh_token", &refresh)];
        app.token(None, &form).await.expect_error(400, "invalid_grant");
    }
);

on_both!(
    /// Checklist 49, 25.
    only_a_client_that_proved_itself_can_revoke,
    |app| {
        let line = tokens::line(&app, &mut app.browser(), "openid offline_access").await;
        let refresh = tokens::text(&line, "refresh_token");
        let with = ("token", refresh.as_str());
        app.post(PATH, None, &[with]).await.expect_error(400, "invalid_request");
        app.post(PATH, None, &[with, ("client_id", "web")]).await.expect_error(401, "invalid_client");
        app.post(PATH, None, &[with, ("client_id", "nobody")]).await.expect_error(401, "invalid_client");
        app.post(PATH, Some(&basic("web", "wrong")), &[with]).await.expect_error(401, "invalid_client");
        app.post(PATH, Some(&app.web()), &[]).await.expect_error(400, "invalid_request");
        app.post(PATH, Some(&app.web()), &[("token", "")]).await.expect_error(400, "invalid_request");
        app.post(PATH, Some(&app.web()), &[with, with]).await.expect_error(400, "invalid_request");
        app.get(&format!("{PATH}?token={refresh}")).await.expect_error(405, "invalid_request");
        assert!(tokens::is_active(&app, &refresh).await);
    }
);
