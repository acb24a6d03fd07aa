//! The question whether an application may use an account.

use super::{ADA, GRACE, GRACES_PASSWORD, SPA, ada_in, carried_back, next, open};
use crate::on_both;
use crate::support::tokens::{alter_client, count};
use crate::support::{Browser, PASSWORD, Page, authorize_web};

async fn spa(browser: &Browser, scope: &str, more: &[(&str, &str)]) -> Page {
    open(browser, &authorize_web(scope, &[SPA, more].concat())).await
}

on_both!(
    /// Checklist 6.
    the_question_names_application_host_wishes_duration_and_account, |app| {
    let mut browser = app.browser();
    ada_in(&mut browser).await;
    let page = spa(&browser, "openid profile email", &[]).await;
    assert_eq!(page.path(), "/login/consent");
    let body = &page.reply.body;
    for needed in [
        "Photo Printer", "spa.example.com", "know who you are", "see your name and profile", "see your e-mail address",
        "until you sign out, for up to 30 days", "Ada Lovelace", ADA, "Acme Corporation",
    ] {
        assert!(body.contains(needed), "{needed}: {body}");
    }
    assert!(!body.contains("stay signed in for you") && !body.contains("postal"), "only what was asked for: {body}");
    let page = spa(&browser, "openid offline_access", &[]).await;
    assert!(page.reply.body.contains("even after you sign out"), "{}", page.reply.body);
    assert!(page.reply.body.contains("stay signed in for you when you are away"));
});

on_both!(
    /// Checklist 6.
    claims_that_are_asked_for_by_name_are_named_too, |app| {
    let mut browser = app.browser();
    ada_in(&mut browser).await;
    let claims = r#"{"userinfo":{"email":{"essential":true}}}"#;
    let page = spa(&browser, "openid", &[("claims", claims)]).await;
    assert!(page.reply.body.contains("see your e-mail address"), "{}", page.reply.body);
    next(&browser, &page, &[("decision", "allow")]).await;
    assert!(carried_back(&spa(&browser, "openid email", &[]).await).contains_key("code"), "that covers the scope");
});

on_both!(
    /// Checklist 6.
    what_was_allowed_is_not_asked_again_and_more_is, |app| {
    let mut browser = app.browser();
    ada_in(&mut browser).await;
    let page = spa(&browser, "openid email", &[]).await;
    assert!(carried_back(&next(&browser, &page, &[("decision", "allow")]).await).contains_key("code"));
    for covered in ["openid email", "openid", "email openid"] {
        assert!(carried_back(&spa(&browser, covered, &[]).await).contains_key("code"), "{covered}");
    }
    let more = spa(&browser, "openid email profile", &[]).await;
    assert_eq!(more.path(), "/login/consent");
    next(&browser, &more, &[("decision", "deny")]).await;
    assert_eq!(spa(&browser, "openid profile", &[]).await.path(), "/login/consent", "a refusal allows nothing");
    assert!(carried_back(&spa(&browser, "openid email", &[]).await).contains_key("code"), "and takes nothing away");
    let more = spa(&browser, "openid profile", &[]).await;
    next(&browser, &more, &[("decision", "allow")]).await;
    assert!(carried_back(&spa(&browser, "openid email profile", &[]).await).contains_key("code"), "the two add up");
    assert_eq!(count(&app, "SELECT count(*) AS n FROM consents").await, 1);
});

on_both!(
    /// Checklist 6.
    what_one_person_allowed_says_nothing_about_another, |app| {
    let mut browser = app.browser();
    let url = authorize_web("openid", SPA);
    browser.walk(&url, ADA, PASSWORD).await;
    let mut other = app.browser();
    other.code_for_web("openid", GRACE, GRACES_PASSWORD).await;
    assert_eq!(spa(&other, "openid", &[]).await.path(), "/login/consent");
});

on_both!(
    /// Checklist 6.
    an_application_that_nobody_can_tell_from_another_is_asked_about_every_time, |app| {
    let mut browser = app.browser();
    ada_in(&mut browser).await;
    for uri in ["http://127.0.0.1:53682/cb", "com.example.acme:/cb"] {
        let native = authorize_web("openid", &[("client_id", "native"), ("redirect_uri", uri)]);
        for _ in 0..2 {
            let page = open(&browser, &native).await;
            assert_eq!(page.path(), "/login/consent", "{uri}");
            assert!(page.reply.body.contains("this device"), "{}", page.reply.body);
            let back = next(&browser, &page, &[("decision", "allow")]).await;
            assert!(back.reply.header("location").starts_with(uri));
            assert!(carried_back(&back).contains_key("code"));
        }
        let silent = authorize_web("openid", &[("client_id", "native"), ("redirect_uri", uri), ("prompt", "none")]);
        assert_eq!(carried_back(&open(&browser, &silent).await)["error"], "consent_required", "{uri}");
    }
});

on_both!(the_application_may_have_the_question_asked_again, |app| {
    let mut browser = app.browser();
    let url = authorize_web("openid", SPA);
    browser.walk(&url, ADA, PASSWORD).await;
    let page = spa(&browser, "openid", &[("prompt", "consent")]).await;
    assert_eq!(page.path(), "/login/consent");
    let back = next(&browser, &page, &[("decision", "deny")]).await;
    assert_eq!(carried_back(&back)["error"], "access_denied");
    let own = open(&browser, &authorize_web("openid", &[("prompt", "consent")])).await;
    assert_eq!(own.path(), "/login/consent", "even about the operator's own");
});

on_both!(an_application_that_is_switched_off_meanwhile_gets_nothing, |app| {
    let mut browser = app.browser();
    ada_in(&mut browser).await;
    let page = spa(&browser, "openid", &[]).await;
    alter_client(&app, "spa", |client| client.status = gridkey::clients::ClientStatus::Disabled).await;
    let answered = browser.submit(&page, &[("decision", "allow")]).await;
    assert_eq!(answered.reply.status, 400);
    assert!(answered.reply.body.contains("switched off"), "{}", answered.reply.body);
    assert_eq!(count(&app, "SELECT count(*) AS n FROM consents").await, 0);
});

on_both!(an_answer_that_comes_after_the_session_ended_is_not_taken, |app| {
    let mut browser = app.browser();
    ada_in(&mut browser).await;
    let page = spa(&browser, "openid", &[]).await;
    let account = browser.get("/login/account").await;
    next(&browser, &account, &[]).await;
    let answered = next(&browser, &page, &[("decision", "allow")]).await;
    assert_eq!(answered.path(), "/login/identify");
    assert_eq!(count(&app, "SELECT count(*) AS n FROM consents").await, 0);
});
