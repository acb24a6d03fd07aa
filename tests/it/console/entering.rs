//! The way into the console, and what it asks before something is changed.

use std::time::Duration;

use super::shown;
use crate::on_both;
use crate::support::tokens::{ADA, alter};
use crate::support::{Browser, PASSWORD, TestApp};

on_both!(who_is_not_signed_in_comes_back_to_the_page_that_they_wanted, |app| {
    let (browser, page) = app.looking(ADA, "/console/users?status=active").await;
    assert_eq!(page.at, "/console/users?status=active");
    assert!(shown(&page).contains(ADA));
    // Signed in once is enough.
    assert_eq!(browser.get("/console").await.reply.status, 200);
    assert_eq!(page.reply.header("cache-control"), "no-store");
});

on_both!(a_session_that_ended_is_no_way_in, |app| {
    let (browser, _) = app.looking(ADA, "/console").await;
    let page = browser.follow(browser.get("/login/account").await).await;
    browser.submit(&page, &[]).await;
    let page = browser.follow(browser.get("/console").await).await;
    assert_eq!(page.path(), "/login/identify");
});

on_both!(
    /// A code of one browser says nothing in another, so nobody can be led into somebody else's account by a link.
    the_way_in_of_one_browser_is_none_in_another,
    |app| {
        let ada = app.browser();
        let page = ada.follow(ada.get("/console").await).await;
        let page = ada.follow(ada.submit(&page, &[("email", ADA)]).await).await;
        let mut page = ada.submit(&page, &[("password", PASSWORD)]).await;
        while !page.reply.header("location").contains("/login/arrival") {
            page = ada.get(page.reply.header("location")).await;
        }
        let link = page.reply.header("location").to_owned();
        let other = app.browser();
        other.get("/login/forgot").await;
        let arrived = other.follow(other.get(&link).await).await;
        assert_eq!(arrived.path(), "/login/identify", "{}", arrived.reply.body);
        // Whose browser it is comes in all the same, by a code of its own.
        let page = ada.follow(ada.get(&link).await).await;
        assert_eq!(page.path(), "/console");
    }
);

on_both!(the_state_leads_to_pages_of_ours_only, |app| {
    let (browser, _) = app.looking(ADA, "/console").await;
    for evil in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
        let at = url::form_urlencoded::Serializer::new("/login/arrival?".to_owned())
            .append_pair("state", evil)
            .append_pair("code", "gkac_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
            .finish();
        let location = browser.get(&at).await.reply.header("location").to_owned();
        assert!(location == "/account" || location == "/login", "{location}");
    }
});

async fn make_stale(app: &TestApp) {
    app.pass(Duration::from_secs(11 * 60));
}

async fn rename(app: &TestApp, browser: &Browser, to: &str) -> crate::support::Page {
    let id = alter(app, |conn| Ok(crate::support::tokens::person(conn, "acme", ADA)?.id)).await;
    let page = browser.get(&format!("/console/users/{id}")).await;
    browser.submit(&page, &[("display_name", to)]).await
}

on_both!(a_change_asks_for_the_password_again_and_loses_nothing, |app| {
    let (browser, _) = app.looking(ADA, "/console").await;
    make_stale(&app).await;
    let asked = rename(&app, &browser, "Ada King").await;
    assert_eq!(asked.reply.status, 403);
    assert_eq!(asked.form().fields["display_name"], "Ada King");
    let wrong = browser.submit(&asked, &[("confirm_password", "wrong")]).await;
    assert_eq!(wrong.reply.status, 403);
    assert!(wrong.reply.body.contains("not the right password"));
    let done = browser.follow(browser.submit(&wrong, &[("confirm_password", PASSWORD)]).await).await;
    assert!(shown(&done).contains("<h1><bdi>Ada King</bdi></h1>"), "{}", done.reply.body);
    // For a while it is not asked again.
    let done = browser.follow(rename(&app, &browser, "Ada").await).await;
    assert!(shown(&done).contains("<h1><bdi>Ada</bdi></h1>"));
});

on_both!(guesses_at_that_password_are_counted, |app| {
    let (browser, _) = app.looking(ADA, "/console").await;
    make_stale(&app).await;
    let mut page = rename(&app, &browser, "Ada King").await;
    let mut throttled = false;
    for _ in 0..30 {
        page = browser.submit(&page, &[("confirm_password", "wrong")]).await;
        assert_eq!(page.reply.status, 403);
        throttled = throttled || page.reply.body.contains("Too many attempts");
    }
    assert!(throttled);
    let page = browser.submit(&page, &[("confirm_password", PASSWORD)]).await;
    assert_eq!(page.reply.status, 403, "not even the right one");
});

on_both!(a_form_of_another_origin_or_session_changes_nothing, |app| {
    let (browser, _) = app.looking(ADA, "/console").await;
    let id = alter(&app, |conn| Ok(crate::support::tokens::person(conn, "acme", ADA)?.id)).await;
    let at = format!("/console/users/{id}");
    let page = browser.get(&at).await;
    let fields = page.form().fields;
    let pairs: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let foreign = browser.post_with(&at, &pairs, &[("origin", "https://evil.example")]).await;
    assert_eq!(foreign.reply.status, 403);
    let bare: Vec<(&str, &str)> = pairs.into_iter().filter(|(name, _)| *name != "csrf").collect();
    assert_eq!(browser.post(&at, &bare).await.reply.status, 403);
});

on_both!(language_and_colours_are_kept, |app| {
    let (browser, _) = app.looking(ADA, "/console").await;
    let chosen = browser
        .post("/preferences", &[("language", "ar"), ("theme", "dark"), ("back", "/console/users")])
        .await;
    assert_eq!(chosen.reply.header("location"), "/console/users");
    let page = browser.follow(chosen).await;
    assert!(shown(&page).contains(r#"<html lang="ar" dir="rtl" data-theme="dark">"#), "{}", page.reply.body);
    let away = browser.post("/preferences", &[("language", "xx"), ("back", "//evil.example")]).await;
    assert_eq!(away.reply.header("location"), "/");
});

on_both!(
    /// Checklist 85: who looks is asked first, and what they send is bounded all the same.
    a_page_behind_the_sign_in_reads_no_more_than_64_kib,
    |app| {
        let (browser, _) = app.looking(ADA, "/console").await;
        let long = "x".repeat(70 * 1024);
        // A form with a file has a bound of its own, which its page's tests try.
        let files = [
            gridkey::web::paths::CONSOLE_BRANDING_LOGO,
            gridkey::web::paths::CONSOLE_IMPORT_EXPORT,
            gridkey::web::paths::CONSOLE_IMPORT_EXPORT_APPLY,
        ];
        let posts = gridkey::routes::table(true).filter(|route| {
            let path = route.paths().swap_remove(0);
            !files.contains(&path.as_str())
                && route.method() == gridkey::server::Method::Post
                && ["/console", "/account"].iter().any(|door| path.starts_with(door))
        });
        let mut tried = 0;
        for route in posts {
            let at = route.paths().swap_remove(0).replace("{id}", &uuid::Uuid::nil().to_string());
            let at = at.replace("{action}", "delete").replace("{kind}", "users");
            let reply = browser.post(&at, &[("x", &long)]).await.reply;
            assert_eq!(reply.status, 413, "{at}: {}", reply.body);
            tried += 1;
        }
        assert!(tried > 30, "{tried}");
    }
);
