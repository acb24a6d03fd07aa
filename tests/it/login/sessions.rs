//! Browser sessions: their cookie, how long they last, what ends them.

use std::time::Duration;

use gridkey::tenants::TenantStatus;
use gridkey::users::UserStatus;

use super::{
    ADA, EVERYONE, GRACE, GRACES_PASSWORD, SPA, ada_in, at_identify, at_password, beside, button, buttons,
    carried_back, cookie, next, open,
};
use crate::on_both;
use crate::support::tokens::{alter, is_active, line, person, tenant, text};
use crate::support::{Browser, Engine, PASSWORD, Page, Reply, TestApp, authorize_web, runtime};

/// Whether somebody is signed in to `web` in this browser.
async fn is_signed_in(browser: &Browser) -> bool {
    let page = open(browser, &authorize_web("openid", &[("prompt", "none")])).await;
    let back = carried_back(&page);
    assert_eq!(back.contains_key("error"), !back.contains_key("code"));
    back.contains_key("code")
}

on_both!(
    /// Checklist 50.
    the_cookie_is_for_this_server_alone_and_lives_by_max_age, |app| {
    let first = app.browser().get(&authorize_web("openid", &[])).await;
    let header = first.reply.header("set-cookie");
    let (pair, rest) = header.split_once("; ").unwrap();
    let (name, value) = pair.split_once('=').unwrap();
    assert_eq!(name, "gridkey", "plain http, for development on this machine");
    assert_eq!(value.len(), 43, "256 bits");
    let mut attributes: Vec<&str> = rest.split("; ").collect();
    attributes.sort_unstable();
    assert_eq!(attributes, ["HttpOnly", "Max-Age=2592000", "Path=/", "SameSite=Lax"]);
    assert_eq!(first.reply.headers.get_all("set-cookie").iter().count(), 1);
});

#[test]
fn over_https_the_cookie_is_a_host_cookie() {
    runtime().block_on(async {
        let settings =
            [("server.public_url", "https://id.example.com"), ("sessions.absolute_lifetime", "2d")];
        let app = TestApp::start_with(Engine::Sqlite, &settings).await;
        let header = app.get(&authorize_web("openid", &[])).await.expect(303).header("set-cookie").to_owned();
        assert!(header.starts_with("__Host-gridkey="), "{header}");
        let mut attributes: Vec<&str> = header.split("; ").skip(1).collect();
        attributes.sort_unstable();
        assert_eq!(attributes, ["HttpOnly", "Max-Age=172800", "Path=/", "SameSite=Lax", "Secure"]);
        let page = app.get("/login/forgot").await.expect(200);
        assert!(page.header("set-cookie").starts_with("__Host-gridkey="), "every page with a form");
        assert!(page.header("strict-transport-security").starts_with("max-age=31536000"), "{page:?}");
        // The name without the prefix, which any neighbour could plant, counts for nothing.
        let planted = "A".repeat(43);
        let request = app.http().get(app.url("/login/forgot")).header("cookie", format!("gridkey={planted}"));
        assert!(request.send().await.unwrap().headers().contains_key("set-cookie"));
    });
}

/// A request that carries exactly this cookie.
async fn with_cookie(app: &TestApp, path: &str, value: &str) -> Reply {
    let path = path.strip_prefix(&app.base).unwrap_or(path);
    let request = app.http().get(app.url(path)).header("cookie", format!("gridkey={value}"));
    Reply::of(request.send().await.unwrap()).await
}

on_both!(
    /// Checklist 51.
    signing_in_gives_the_browser_a_new_cookie_and_the_old_one_is_worth_nothing, |app| {
    let browser = app.browser();
    let mut before = Vec::new();
    let mut step = async |more: &[(&str, &str)], email: &str, password: &str| {
        let begun = browser.get(&authorize_web("openid", more)).await;
        before.extend(cookie(&begun.reply));
        let identify = browser.follow(begun).await;
        let page = next(&browser, &identify, &[("email", email)]).await;
        let signed_in = browser.submit(&page, &[("password", password)]).await;
        assert_eq!(signed_in.reply.status, 303);
        before.push(cookie(&signed_in.reply).expect("a new cookie"));
        assert!(carried_back(&browser.follow(signed_in).await).contains_key("code"));
    };
    step(&[], ADA, PASSWORD).await;
    step(&[("prompt", "login")], ADA, PASSWORD).await;
    step(&[("prompt", "login")], GRACE, GRACES_PASSWORD).await;
    assert_eq!(before.len(), 4, "one to begin with, one for each sign-in");
    let current = before.pop().unwrap();
    let silent = authorize_web("openid", &[("prompt", "none")]);
    for old in &before {
        assert_ne!(*old, current);
        let answer = with_cookie(&app, &silent, old).await;
        assert!(answer.header("location").contains("error=login_required"), "{answer:?}");
        assert!(with_cookie(&app, "/login/account", old).await.body.contains("id=\"nobody\""));
    }
    let page = with_cookie(&app, "/login/account", &current).await;
    assert!(page.body.contains(ADA) && page.body.contains(GRACE), "both moved along");
});

on_both!(
    /// Checklist 51.
    a_cookie_that_was_planted_before_the_sign_in_is_worth_nothing_after_it, |app| {
    let (planted, http) = ("P".repeat(43), app.http());
    let header = format!("gridkey={planted}");
    let send = async |request: reqwest::RequestBuilder| {
        Reply::of(request.header("cookie", &header).send().await.unwrap()).await
    };
    let begun = send(http.get(app.url(&authorize_web("openid", &[])))).await.expect(303);
    let at = begun.header("location").to_owned();
    let page = Page { at: at.clone(), reply: send(http.get(app.url(&at))).await };
    let csrf = page.form().fields["csrf"].clone();
    send(http.post(app.url(&at)).form(&[("csrf", csrf.as_str()), ("email", ADA)])).await.expect(303);
    let at = beside(&page, "/login/password");
    let page = Page { at: at.clone(), reply: send(http.get(app.url(&at))).await };
    let csrf = page.form().fields["csrf"].clone();
    let done = send(http.post(app.url(&at)).form(&[("csrf", csrf.as_str()), ("password", PASSWORD)])).await.expect(303);
    assert_ne!(cookie(&done).unwrap(), planted);
    let silent = authorize_web("openid", &[("prompt", "none")]);
    assert!(with_cookie(&app, &silent, &planted).await.header("location").contains("login_required"));
    // Nor can whoever planted it finish the sign-in.
    let taken = with_cookie(&app, done.header("location"), &planted).await;
    assert!(!taken.header("location").contains("code="), "{taken:?}");
});

on_both!(
    /// Checklist 52.
    a_session_that_is_not_used_ends, |app| {
    let mut browser = app.browser();
    ada_in(&mut browser).await;
    app.pass(Duration::from_secs(23 * 3600));
    assert!(is_signed_in(&browser).await);
    // That was a use.
    app.pass(Duration::from_secs(23 * 3600));
    assert!(is_signed_in(&browser).await);
    app.pass(Duration::from_secs(24 * 3600));
    assert!(!is_signed_in(&browser).await);
    assert!(browser.get("/login/account").await.reply.body.contains("id=\"nobody\""));
});

on_both!(
    /// Checklist 52.
    a_session_ends_at_its_time_however_much_it_is_used, |app| {
    let mut browser = app.browser();
    ada_in(&mut browser).await;
    for _ in 0..59 {
        app.pass(Duration::from_secs(12 * 3600));
        assert!(is_signed_in(&browser).await);
    }
    app.pass(Duration::from_secs(12 * 3600 - 1));
    assert!(is_signed_in(&browser).await);
    app.pass(Duration::from_secs(1));
    assert!(!is_signed_in(&browser).await);
});

on_both!(
    /// Checklist 29, 52.
    who_is_shut_out_is_signed_out_at_once_and_stays_out, |app| {
    for status in [UserStatus::Suspended, UserStatus::Deleted, UserStatus::Invited] {
        let set = async |status| {
            alter(&app, move |conn| {
                let mut ada = person(conn, "acme", ADA)?;
                ada.status = status;
                gridkey::users::store::update(conn, ada.tenant_id, &ada)
            })
            .await;
        };
        let mut browser = app.browser();
        let tokens = line(&app, &mut browser, "openid email").await;
        let pending = open(&browser, &authorize_web("openid", SPA)).await;
        assert_eq!(pending.path(), "/login/consent");
        set(status).await;
        assert!(!is_signed_in(&browser).await, "{status}");
        assert!(browser.get("/login/account").await.reply.body.contains("id=\"nobody\""), "{status}");
        let chooser = open(&browser, &authorize_web("openid", &[("prompt", "select_account")])).await;
        assert_eq!(chooser.path(), "/login/identify", "{status}");
        let allowed = browser.submit(&pending, &[("decision", "allow")]).await;
        assert!(!allowed.reply.header("location").contains("code="), "{status}");
        assert_eq!(browser.follow(allowed).await.path(), "/login/identify", "{status}");
        let refreshed = app.refresh(&text(&tokens, "refresh_token")).await;
        refreshed.expect_error(400, "invalid_grant");
        assert!(!is_active(&app, &text(&tokens, "access_token")).await, "{status}");
        let password = at_password(&browser, ADA).await;
        assert_eq!(browser.submit(&password, &[("password", PASSWORD)]).await.reply.status, 422, "{status}");
        set(UserStatus::Active).await;
    }
});

on_both!(
    /// Checklist 52.
    people_of_a_suspended_organisation_are_signed_out_at_once, |app| {
    let mut browser = app.browser();
    let everyone = authorize_web("openid", EVERYONE);
    browser.walk(&everyone, "hank@globex.example", PASSWORD).await;
    let silent = authorize_web("openid", &[EVERYONE, &[("prompt", "none")]].concat());
    assert!(carried_back(&open(&browser, &silent).await).contains_key("code"));
    alter(&app, |conn| {
        let mut globex = tenant(conn, "globex")?;
        globex.status = TenantStatus::Suspended;
        gridkey::tenants::store::update(conn, &globex)
    })
    .await;
    assert_eq!(carried_back(&open(&browser, &silent).await)["error"], "login_required");
    assert!(browser.get("/login/account").await.reply.body.contains("id=\"nobody\""));
    let identify = open(&browser, &everyone).await;
    let password = next(&browser, &identify, &[("email", "hank@globex.example")]).await;
    assert_eq!(browser.submit(&password, &[("password", PASSWORD)]).await.reply.status, 422);
});

on_both!(two_browsers_of_one_person_are_separate, |app| {
    let (mut one, mut two) = (app.browser(), app.browser());
    ada_in(&mut one).await;
    assert!(!is_signed_in(&two).await);
    ada_in(&mut two).await;
    let page = one.get("/login/account").await;
    let done = next(&one, &page, &[]).await;
    assert_eq!(done.path(), "/login/signed-out");
    assert!(!is_signed_in(&one).await && is_signed_in(&two).await);
});

on_both!(people_see_who_is_signed_in_and_sign_out_one_or_all, |app| {
    let mut browser = app.browser();
    assert_eq!(browser.get("/login").await.reply.status, 200);
    ada_in(&mut browser).await;
    browser.walk(&authorize_web("openid", &[("prompt", "login")]), GRACE, GRACES_PASSWORD).await;
    assert_eq!(open(&browser, "/login").await.path(), "/login/account");
    let page = browser.get("/login/account").await;
    assert!(page.reply.body.contains(ADA) && page.reply.body.contains(GRACE));
    let sessions: Vec<&str> = page
        .reply
        .body
        .split("name=\"session\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!(sessions.len(), 2);
    let stranger = app.browser();
    let theirs = stranger.get("/login/account").await;
    assert!(theirs.reply.body.contains("id=\"nobody\""));
    // A session of another browser is not touched, whoever names it.
    let mut other = app.browser();
    other.walk(&authorize_web("openid", &[]), "sam@example.com", PASSWORD).await;
    let own = other.get("/login/account").await;
    other.submit(&own, &[("session", sessions[0])]).await;
    assert_eq!(browser.get("/login/account").await.reply.body.matches("name=\"session\"").count(), 2);
    let left = next(&browser, &page, &[("session", sessions[0])]).await;
    assert_eq!(left.path(), "/login/account");
    assert_eq!(left.reply.body.matches("name=\"session\"").count(), 1);
    let done = next(&browser, &page, &[("action", "sign_out_all")]).await;
    assert_eq!(done.path(), "/login/signed-out");
    assert!(done.reply.body.contains("You are signed out"));
    assert!(!is_signed_in(&browser).await && is_signed_in(&other).await);
});

on_both!(
    /// Checklist 36.
    signing_out_ends_the_tokens_of_the_session, |app| {
    let mut browser = app.browser();
    let tokens = line(&app, &mut browser, "openid email").await;
    let page = browser.get("/login/account").await;
    next(&browser, &page, &[]).await;
    assert!(!is_active(&app, &text(&tokens, "access_token")).await);
    app.refresh(&text(&tokens, "refresh_token")).await.expect_error(400, "invalid_grant");
});

on_both!(signing_in_again_replaces_the_session_of_the_same_person, |app| {
    let mut browser = app.browser();
    ada_in(&mut browser).await;
    browser.walk(&authorize_web("openid", &[("prompt", "login")]), ADA, PASSWORD).await;
    let chooser = open(&browser, &authorize_web("openid", &[("prompt", "select_account")])).await;
    assert_eq!(buttons(&chooser, "session").len(), 1);
    let session = button(&chooser, "session", "Ada");
    assert!(carried_back(&next(&browser, &chooser, &[("session", &session)]).await).contains_key("code"));
    assert_eq!(at_identify(&app.browser()).await.path(), "/login/identify");
});
