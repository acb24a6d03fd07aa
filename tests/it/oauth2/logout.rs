//! `/oauth2/logout`.

use std::time::Duration;

use serde_json::Value;

use super::introspect::forgeries;
use crate::on_both;
use crate::support::{Browser, Page, authorize_web, query_of, tokens};

const BYE: &str = "https://portal.example.com/bye";

/// The path of a request to sign out.
fn logout(params: &[(&str, &str)]) -> String {
    let query: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
    format!("/oauth2/logout?{query}")
}

fn hint(line: &Value) -> String {
    tokens::text(line, "id_token")
}

/// Whether an authorization request of the browser is answered without a question.
async fn is_signed_in(browser: &Browser) -> bool {
    let page = browser.get(&authorize_web("openid", &[("prompt", "none")])).await;
    let query = query_of(page.reply.header("location"));
    assert!(query.contains_key("code") || query["error"] == "login_required", "{query:?}");
    query.contains_key("code")
}

#[track_caller]
fn assert_asks(page: &Page) {
    assert_eq!(page.reply.status, 200, "{}", page.reply.body);
    assert!(page.reply.body.contains("id=\"logout-form\""), "{}", page.reply.body);
}

/// A page of ours that leads nowhere and signs nobody out.
#[track_caller]
fn assert_refused(page: &Page, why: &str) {
    assert_eq!((page.reply.status, page.reply.header("location")), (400, ""), "{why}: {}", page.reply.body);
    assert!(page.reply.header("content-type").starts_with("text/html"), "{why}");
    assert!(page.reply.body.contains("request-id"), "{why}");
    assert!(!page.reply.body.contains("evil"), "{why}: nothing of the address is shown");
}

on_both!(
    /// Checklist 72.
    a_token_for_a_session_of_this_browser_ends_it_without_a_question,
    |app| {
        let mut browser = app.browser();
        let line = tokens::line(&app, &mut browser, "openid").await;
        assert!(is_signed_in(&browser).await);
        let params = [("id_token_hint", hint(&line)), ("post_logout_redirect_uri", BYE.into()), ("state", "a b&c".into())];
        let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
        let page = browser.get(&logout(&params)).await;
        assert_eq!((page.reply.status, page.reply.header("location")), (303, "https://portal.example.com/bye?state=a+b%26c"));
        let cookie = page.reply.header("set-cookie");
        assert!(cookie.starts_with("gridkey=;") && cookie.contains("Max-Age=0"), "{cookie}");
        assert!(!is_signed_in(&browser).await);
        app.refresh(&tokens::text(&line, "refresh_token")).await.expect_error(400, "invalid_grant");
        assert!(!tokens::is_active(&app, &tokens::text(&line, "access_token")).await);
        let again = browser.get(&logout(&params)).await;
        assert_eq!(again.reply.header("location"), "https://portal.example.com/bye?state=a+b%26c", "once more does no harm");
    }
);

on_both!(without_an_address_to_return_to_there_is_a_page_of_ours, |app| {
    let mut browser = app.browser();
    let line = tokens::line(&app, &mut browser, "openid").await;
    let page = browser.follow(browser.get(&logout(&[("id_token_hint", &hint(&line))])).await).await;
    assert_eq!((page.reply.status, page.path().as_str()), (200, "/login/signed-out"));
    assert!(!is_signed_in(&browser).await);
});

on_both!(only_what_was_granted_offline_access_outlives_the_session, |app| {
    let mut browser = app.browser();
    let online = tokens::line(&app, &mut browser, "openid").await;
    let offline = tokens::line(&app, &mut browser, "openid offline_access").await;
    let code = tokens::code(&mut browser, "openid", &[]).await;
    let mut elsewhere = app.browser();
    let other_device = tokens::line(&app, &mut elsewhere, "openid").await;
    assert_eq!(browser.get(&logout(&[("id_token_hint", &hint(&online))])).await.reply.status, 303);
    app.refresh(&tokens::text(&online, "refresh_token")).await.expect_error(400, "invalid_grant");
    app.redeem(&code).await.expect_error(400, "invalid_grant");
    app.refresh(&tokens::text(&offline, "refresh_token")).await.expect(200);
    app.refresh(&tokens::text(&other_device, "refresh_token")).await.expect(200);
    assert!(is_signed_in(&elsewhere).await, "another browser's session is another session");
});

on_both!(
    /// Checklist 15.
    a_near_miss_of_a_registered_address_is_a_page_and_nobody_is_signed_out,
    |app| {
        let mut browser = app.browser();
        let line = tokens::line(&app, &mut browser, "openid").await;
        let hint = hint(&line);
        for near in [
            "https://portal.example.com/bye/", "https://portal.example.com/bye?x=1", "https://portal.example.com/bye?",
            "https://portal.example.com/bye#evil", "https://portal.example.com/BYE", "https://PORTAL.example.com/bye",
            "https://portal.example.com:443/bye", "https://portal.example.com:8443/bye", "http://portal.example.com/bye",
            "https://evil@portal.example.com/bye", "https://portal.example.com@evil.example/bye",
            "https://portal.example.com/..;/bye", "https://portal.example.com/x/../bye", "https://portal.example.com/%62ye",
            "https://portal.example.com\\@evil.example/bye", "https://portal.example.com/bye\0",
            "https://portal.example.com.evil.example/bye", "//portal.example.com/bye", "/bye", "javascript:alert(1)",
            // Registered, but for codes; registered, but by another application.
            "https://portal.example.com/cb", "https://spa.example.com/",
        ] {
            let page = browser.get(&logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", near)])).await;
            assert_refused(&page, near);
            let by_id = browser.get(&logout(&[("client_id", "web"), ("post_logout_redirect_uri", near)])).await;
            assert_refused(&by_id, near);
        }
        let nobodys = browser.get(&logout(&[("post_logout_redirect_uri", BYE)])).await;
        assert_refused(&nobodys, "an address without an application");
        let long = "s".repeat(2049);
        let page = browser.get(&logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE), ("state", &long)])).await;
        assert_refused(&page, "a state that cannot be echoed whole");
        assert!(is_signed_in(&browser).await);
        app.refresh(&tokens::text(&line, "refresh_token")).await.expect(200);
    }
);

on_both!(
    /// Checklist 72: a link that anybody can set must not sign people out.
    without_a_token_the_person_is_asked_and_one_press_is_enough,
    |app| {
        let mut browser = app.browser();
        let line = tokens::line(&app, &mut browser, "openid").await;
        let params = [("client_id", "web"), ("post_logout_redirect_uri", BYE), ("state", "s-1")];
        let page = browser.get(&logout(&params)).await;
        assert_asks(&page);
        assert!(page.reply.body.contains("Acme Portal") && page.reply.body.contains(tokens::ADA), "{}", page.reply.body);
        let policy = page.reply.header("content-security-policy");
        assert!(policy.contains("form-action 'self' https://portal.example.com"), "{policy}");
        assert!(is_signed_in(&browser).await, "asking changes nothing");
        let done = browser.submit(&page, &[]).await;
        assert_eq!((done.reply.status, done.reply.header("location")), (303, "https://portal.example.com/bye?state=s-1"));
        assert!(!is_signed_in(&browser).await);
        app.refresh(&tokens::text(&line, "refresh_token")).await.expect_error(400, "invalid_grant");
        let twice = browser.submit(&page, &[]).await;
        assert_eq!(twice.reply.status, 303, "pressed twice does no harm");
    }
);

on_both!(
    /// Checklist 72, 53.
    the_button_counts_only_in_the_browser_that_was_asked_and_from_our_page,
    |app| {
        let mut browser = app.browser();
        tokens::line(&app, &mut browser, "openid").await;
        let mut attacker = app.browser();
        tokens::line(&app, &mut attacker, "openid").await;
        let (ours, theirs) = (browser.get("/oauth2/logout").await, attacker.get("/oauth2/logout").await);
        assert_asks(&ours);
        let stolen = theirs.form().fields["csrf"].clone();
        let own = ours.form().fields["csrf"].clone();
        assert_ne!(stolen, own);
        for wrong in [stolen.as_str(), "", "x", &own[1..], &own.to_uppercase()] {
            let page = browser.submit(&ours, &[("csrf", wrong)]).await;
            assert_eq!(page.reply.status, 403, "{wrong}: {}", page.reply.body);
        }
        let foreign: [&[(&str, &str)]; 4] = [
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
        ];
        for headers in foreign {
            let page = browser.post_with("/oauth2/logout", &[("csrf", &own)], headers).await;
            assert_eq!(page.reply.status, 403, "{headers:?}");
        }
        // A foreign page's form brings no cookie: it is sent round by GET and then asked.
        let blind = app.post("/oauth2/logout", None, &[("client_id", "web"), ("x", "y")]).await.expect(303);
        assert_eq!(blind.header("location"), "/oauth2/logout?client_id=web");
        assert!(is_signed_in(&browser).await);
        assert_eq!(browser.submit(&ours, &[]).await.reply.status, 303);
        assert!(!is_signed_in(&browser).await);
        assert!(is_signed_in(&attacker).await);
    }
);

on_both!(
    /// Checklist 72, 42, 43.
    a_forged_hint_is_an_error_and_an_expired_one_is_not,
    |app| {
        let mut browser = app.browser();
        let line = tokens::line(&app, &mut browser, "openid").await;
        let hint = hint(&line);
        for (what, forged) in forgeries(&app, &hint) {
            // These are about something else than who signed it for whom.
            let harmless = [
                "no end", "an end that is over", "no jti", "another organisation", "no organisation", "another grant",
                "SQL for a grant", "the typ of an ID token", "another person",
            ];
            if !harmless.contains(&what) {
                let page = browser.get(&logout(&[("id_token_hint", &forged)])).await;
                assert_refused(&page, what);
            }
        }
        for junk in ["x", "..", &tokens::text(&line, "access_token"), &tokens::text(&line, "refresh_token")] {
            assert_refused(&browser.get(&logout(&[("id_token_hint", junk)])).await, junk);
        }
        let other = browser.get(&logout(&[("id_token_hint", &hint), ("client_id", "post")])).await;
        assert_refused(&other, "of another application");
        assert!(is_signed_in(&browser).await);
        app.pass(Duration::from_secs(6 * 3_600));
        assert!(is_signed_in(&browser).await, "the session outlives the token");
        assert_eq!(browser.get(&logout(&[("id_token_hint", &hint)])).await.reply.status, 303);
        assert!(!is_signed_in(&browser).await);
    }
);

on_both!(
    /// Checklist 72.
    somebody_elses_token_makes_us_ask,
    |app| {
        let mut browser = app.browser();
        tokens::line(&app, &mut browser, "openid").await;
        let mut grace = app.browser();
        let url = grace.walk(&authorize_web("openid", &[]), "grace@acme.example", "another horse battery staple").await;
        let hers = app.redeem(&query_of(&url)["code"]).await.expect(200).json();
        assert_asks(&browser.get(&logout(&[("id_token_hint", &hint(&hers))])).await);
        assert!(is_signed_in(&browser).await && is_signed_in(&grace).await);
    }
);

on_both!(an_unknown_application_or_a_repeated_parameter_is_a_page, |app| {
    let mut browser = app.browser();
    tokens::line(&app, &mut browser, "openid").await;
    for wrong in [
        logout(&[("client_id", "evil")]),
        logout(&[("client_id", "web"), ("client_id", "web")]),
        logout(&[("state", "1"), ("state", "2")]),
        format!("/t/globex{}", logout(&[("client_id", "web")])),
    ] {
        assert_refused(&browser.get(&wrong).await, &wrong);
    }
    assert!(is_signed_in(&browser).await);
});

on_both!(whoever_is_not_signed_in_is_sent_on, |app| {
    let page = app
        .browser()
        .get(&logout(&[("client_id", "web"), ("post_logout_redirect_uri", BYE), ("state", "s")]))
        .await;
    assert_eq!(
        (page.reply.status, page.reply.header("location")),
        (303, "https://portal.example.com/bye?state=s")
    );
});
