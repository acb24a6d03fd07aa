//! `/account`: what people see and change of themselves.

mod devices;
mod leaving;
mod profile;

use crate::console::{CANARY, shown};
use crate::on_both;
use crate::support::authorize_web;
use crate::support::tokens::{ADA, alter_client, count};

const GRACE: &str = "grace@acme.example";
const SPA: &[(&str, &str)] = &[("client_id", "spa"), ("redirect_uri", "https://spa.example.com/cb")];

/// How often an action stands in the log.
async fn events(app: &crate::support::TestApp, action: &str) -> i64 {
    count(app, format!("SELECT count(*) AS n FROM audit_events WHERE action = '{action}'")).await
}

on_both!(every_page_is_shown_with_its_own_menu, |app| {
    let (browser, home) = app.looking(ADA, "/account").await;
    assert!(shown(&home).contains("Your account") && home.reply.body.contains("Sign-in &#38; security"));
    for at in [
        "/account",
        "/account/profile",
        "/account/security",
        "/account/devices",
        "/account/apps",
        "/account/activity",
        "/account/organisations",
        "/account/data",
        "/account/data/delete",
        "/account/security/sign-out",
        "/account/devices/others/end",
    ] {
        let page = browser.get(at).await;
        assert_eq!(shown(&page).matches("<h1").count(), 1, "{at}");
        assert!(page.reply.body.contains("href=\"/account/data\""), "{at}");
    }
    assert_eq!(browser.get("/account/activity?cursor=junk").await.reply.status, 400);
    assert_eq!(browser.get("/account/devices/junk/end").await.reply.status, 404);
    assert_eq!(browser.get("/account/apps/junk/remove").await.reply.status, 404);
});

on_both!(an_application_loses_what_it_was_allowed, |app| {
    alter_client(&app, "spa", |client| client.display_name = CANARY.into()).await;
    let (mut browser, page) = app.looking(ADA, "/account/apps").await;
    assert!(shown(&page).contains("No app has access to your account"));
    let password = crate::support::PASSWORD;
    browser.walk(&authorize_web("openid profile email", SPA), ADA, password).await;
    let page = browser.get("/account/apps").await;
    assert!(shown(&page).contains("see your e-mail address"), "{}", page.reply.body);
    let remove = page.reply.body.split("href=\"/account/apps/").nth(1).unwrap().split('"').next().unwrap();
    let at = format!("/account/apps/{remove}");
    let asked = browser.get(&at).await;
    assert!(shown(&asked).contains("&#60;script&#62;x"), "{}", asked.reply.body);
    let done = browser.follow(browser.submit(&asked, &[]).await).await;
    assert!(shown(&done).contains("id=\"flash\"") && done.reply.body.contains("No app has access"));
    assert_eq!(events(&app, "consent.revoke").await, 1);
    assert_eq!(count(&app, "SELECT count(*) AS n FROM consents").await, 0);
    assert_eq!(browser.submit(&asked, &[]).await.reply.status, 404, "it is gone");
    // Somebody else's consent is nobody else's to take.
    let (other, _) = app.looking(GRACE, "/account").await;
    assert_eq!(other.get(&at).await.reply.status, 404);
});

on_both!(activity_tells_of_oneself_alone, |app| {
    let (browser, _) = app.looking(ADA, "/account").await;
    let page = browser.get("/account/activity").await;
    assert!(shown(&page).contains("Signed in"), "{}", page.reply.body);
    let (other, _) = app.looking(GRACE, "/account").await;
    let page = other.get("/account/activity").await;
    assert!(!shown(&page).contains(ADA));
});

on_both!(another_account_is_chosen, |app| {
    let (browser, page) = app.looking(ADA, "/account/organisations").await;
    assert!(shown(&page).contains("This one") && page.reply.body.contains("/login/switch?back="));
    let chooser = browser.follow(browser.get("/login/switch?back=/account/organisations").await).await;
    assert_eq!(chooser.path(), "/login/account");
    assert!(shown(&chooser).contains(ADA));
    assert_eq!(browser.get("/login/switch?back=1&back=2").await.reply.status, 400);
});

on_both!(the_sign_in_page_leads_on, |app| {
    let page = app.browser().get("/login").await;
    assert!(shown(&page).contains("href=\"/account\"") && page.reply.body.contains("Sign-in begins in"));
    let (browser, _) = app.looking(ADA, "/account").await;
    let page = browser.follow(browser.get("/login").await).await;
    assert!(shown(&page).contains("href=\"/account\"") && page.reply.body.contains("href=\"/console\""));
});
