//! How often passwords may be guessed, and that nobody is locked out for good.

use std::time::Duration;

use super::{
    ADA, GRACE, GRACES_PASSWORD, argon2_runs, at_identify, at_password, beside, carried_back,
    forget_password, mailed_links, next, open,
};
use crate::on_both;
use crate::support::tokens::count;
use crate::support::{Browser, PASSWORD, Page, TestApp};

/// What is counted at the moment, in all buckets.
const FAILURES: &str = "SELECT CAST(coalesce(sum(failures), 0) AS BIGINT) AS n FROM throttles";
const MINUTE: Duration = Duration::from_secs(60);

/// Guesses wrong until the account or the source is blocked: how many guesses were looked at.
async fn guess_until_blocked(app: &TestApp, browser: &Browser, page: &Page) -> u64 {
    let before = argon2_runs(app);
    for n in 0..200 {
        let guess = browser.submit(page, &[("password", &format!("wrong {n}"))]).await;
        if guess.reply.status == 429 {
            return argon2_runs(app) - before;
        }
        assert_eq!(guess.reply.status, 422, "{}", guess.reply.body);
    }
    panic!("never blocked");
}

on_both!(
    /// Checklist 61.
    an_account_takes_ten_wrong_passwords_and_then_not_even_the_right_one, |app| {
    let browser = app.browser();
    let page = at_password(&browser, ADA).await;
    assert_eq!(guess_until_blocked(&app, &browser, &page).await, 10);
    let runs = argon2_runs(&app);
    let refused = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert_eq!(refused.reply.status, 429);
    assert_eq!(argon2_runs(&app), runs, "a blocked password is not even looked at");
    assert!(refused.reply.header("set-cookie").is_empty());
    let wait: u64 = refused.reply.header("retry-after").parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    for needed in ["id=\"throttled\"", "id=\"forgot-link\"", "id=\"retry\"", "id=\"request-id\"", "2 minutes"] {
        assert!(refused.reply.body.contains(needed), "{needed}: {}", refused.reply.body);
    }
    // The wrong and the right password are refused alike, in any browser, however the address is written.
    let other = app.browser();
    let elsewhere = at_password(&other, "ADA@Acme.Example").await;
    assert_eq!(other.submit(&elsewhere, &[("password", PASSWORD)]).await.reply.status, 429);
    // Others go on.
    let grace = at_password(&other, GRACE).await;
    assert_eq!(other.submit(&grace, &[("password", GRACES_PASSWORD)]).await.reply.status, 303);
});

on_both!(
    /// Checklist 60, 61.
    an_address_that_nobody_has_is_blocked_just_the_same, |app| {
    let browser = app.browser();
    let page = at_password(&browser, "nobody@acme.example").await;
    assert_eq!(guess_until_blocked(&app, &browser, &page).await, 10);
});

on_both!(
    /// Checklist 61.
    the_owner_comes_back_after_the_pause, |app| {
    let browser = app.browser();
    let page = at_password(&browser, ADA).await;
    guess_until_blocked(&app, &browser, &page).await;
    let refused = browser.submit(&page, &[("password", PASSWORD)]).await;
    let wait: u64 = refused.reply.header("retry-after").parse().unwrap();
    app.pass(Duration::from_secs(wait - 1));
    assert_eq!(browser.submit(&page, &[("password", PASSWORD)]).await.reply.status, 429);
    app.pass(Duration::from_secs(1));
    assert_eq!(browser.submit(&page, &[("password", PASSWORD)]).await.reply.status, 303);
    // The right password forgives what was wrong before it.
    let fresh = app.browser();
    let page = at_password(&fresh, ADA).await;
    assert_eq!(guess_until_blocked(&app, &fresh, &page).await, 10);
});

on_both!(
    /// Checklist 61.
    nobody_can_lock_an_owner_out_for_longer_than_the_window, |app| {
    let browser = app.browser();
    let page = at_password(&browser, ADA).await;
    guess_until_blocked(&app, &browser, &page).await;
    // A stranger keeps guessing for a quarter of an hour, as often as the server lets anybody.
    let start = app.now();
    let mut looked_at = 0;
    while app.now().since(start) < 15 * MINUTE {
        let runs = argon2_runs(&app);
        browser.submit(&page, &[("password", "still wrong")]).await;
        looked_at += argon2_runs(&app) - runs;
        app.pass(Duration::from_secs(10));
    }
    assert!(looked_at <= 4, "the pauses grow: {looked_at}");
    let owner = app.browser();
    let page = at_password(&owner, ADA).await;
    assert_eq!(owner.submit(&page, &[("password", PASSWORD)]).await.reply.status, 303);
});

on_both!(
    /// Checklist 61.
    a_new_password_lets_the_owner_in_at_once, |app| {
    let browser = app.browser();
    let page = at_password(&browser, ADA).await;
    guess_until_blocked(&app, &browser, &page).await;
    forget_password(&browser, ADA).await;
    let reset = open(&browser, &mailed_links(&app, ADA, 1).await[0]).await;
    next(&browser, &reset, &[("password", "seven unlikely marmots")]).await;
    let page = at_password(&browser, ADA).await;
    let back = next(&browser, &page, &[("password", "seven unlikely marmots")]).await;
    assert!(carried_back(&back).contains_key("code"));
});

on_both!(
    /// Checklist 61.
    fifty_guesses_at_once_are_no_more_than_ten, |app| {
    let browser = app.browser();
    let page = at_password(&browser, ADA).await;
    let before = argon2_runs(&app);
    let (browser, page) = (&browser, &page);
    let guesses = (0..50).map(|n| async move {
        browser.submit(page, &[("password", &format!("guess {n}"))]).await.reply.status
    });
    let statuses = futures::future::join_all(guesses).await;
    assert_eq!(argon2_runs(&app) - before, 10, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 10, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 40, "{statuses:?}");
});

on_both!(
    /// Checklist 62.
    a_guess_is_counted_whatever_becomes_of_the_sign_in, |app| {
    let browser = app.browser();
    let page = at_password(&browser, ADA).await;
    let before = count(&app, FAILURES).await;
    browser.submit(&page, &[("password", "wrong")]).await;
    let after = count(&app, FAILURES).await;
    assert_eq!(after - before, 2, "one for the account, one for the source");
});

on_both!(
    /// Checklist 61, 63.
    a_source_is_blocked_for_all_accounts_and_x_forwarded_for_of_a_stranger_changes_nothing, |app| {
    let app = TestApp::start_with(app.engine, &[("sign_in.attempts_per_source", "6")]).await;
    let browser = app.browser();
    let runs = argon2_runs(&app);
    for n in 0..6 {
        let page = at_password(&browser, &format!("person{n}@acme.example")).await;
        let csrf = page.form().fields["csrf"].clone();
        let address = format!("203.0.113.{n}");
        let headers = [("origin", app.base.as_str()), ("x-forwarded-for", &address), ("x-real-ip", &address)];
        let guess = browser.post_with(&page.at, &[("csrf", &csrf), ("password", "wrong")], &headers).await;
        assert_eq!(guess.reply.status, 422, "{n}");
    }
    let page = at_password(&browser, ADA).await;
    let csrf = page.form().fields["csrf"].clone();
    for address in ["198.51.100.1", "127.0.0.2, 198.51.100.2", "junk", "", "::1", "unknown, 127.0.0.1"] {
        let headers = [("origin", app.base.as_str()), ("x-forwarded-for", address), ("forwarded", "for=198.51.100.3")];
        let guess = browser.post_with(&page.at, &[("csrf", &csrf), ("password", PASSWORD)], &headers).await;
        assert_eq!(guess.reply.status, 429, "{address}");
    }
    assert_eq!(argon2_runs(&app) - runs, 6);
    app.pass(15 * MINUTE);
    assert_eq!(browser.submit(&page, &[("password", PASSWORD)]).await.reply.status, 303);
});

on_both!(
    /// Checklist 63.
    behind_a_trusted_proxy_each_visitor_is_a_source_of_its_own, |app| {
    let settings = [("sign_in.attempts_per_source", "3"), ("server.trusted_proxies", "127.0.0.0/8")];
    let app = TestApp::start_with(app.engine, &settings).await;
    let guess = async |from: &str| {
        let browser = app.browser();
        let page = at_identify(&browser).await;
        let page = next(&browser, &page, &[("email", "nobody@acme.example")]).await;
        let csrf = page.form().fields["csrf"].clone();
        let headers = [("origin", app.base.as_str()), ("x-forwarded-for", from)];
        browser.post_with(&page.at, &[("csrf", &csrf), ("password", "wrong")], &headers).await.reply.status
    };
    for _ in 0..3 {
        assert_eq!(guess("203.0.113.7").await, 422);
    }
    assert_eq!(guess("203.0.113.7").await, 429);
    assert_eq!(guess("198.51.100.9, 203.0.113.7").await, 429, "what a visitor writes in front does not count");
    assert_eq!(guess("203.0.113.8").await, 422);
});

on_both!(addresses_can_be_tried_no_more_often_than_the_source_may_ask, |app| {
    let app = TestApp::start_with(app.engine, &[("sign_in.attempts_per_source", "2")]).await;
    let browser = app.browser();
    let page = at_identify(&browser).await;
    for n in 0..6 {
        let answered = browser.submit(&page, &[("email", &format!("p{n}@acme.example"))]).await;
        assert_eq!(answered.reply.status, 303, "{n}");
    }
    let blocked = browser.submit(&page, &[("email", ADA)]).await;
    assert_eq!(blocked.reply.status, 429);
    assert!(blocked.reply.header("retry-after").parse::<u64>().unwrap() > 0);
    app.pass(15 * MINUTE);
    assert_eq!(browser.submit(&page, &[("email", ADA)]).await.reply.status, 303);
});

on_both!(mails_with_links_are_limited_per_address_without_telling_which_exist, |app| {
    for email in [ADA, "nobody@acme.example"] {
        let browser = app.browser();
        for _ in 0..5 {
            assert_eq!(forget_password(&browser, email).await.reply.status, 200);
        }
        let page = open(&browser, "/login/forgot").await;
        let blocked = browser.submit(&page, &[("email", email)]).await;
        assert_eq!(blocked.reply.status, 429, "{email}");
        assert!(!blocked.reply.header("retry-after").is_empty());
    }
    mailed_links(&app, ADA, 5).await;
    app.pass(60 * MINUTE);
    assert_eq!(forget_password(&app.browser(), ADA).await.reply.status, 200);
});

on_both!(the_way_back_from_the_page_that_asks_to_wait_works, |app| {
    let browser = app.browser();
    let page = at_password(&browser, ADA).await;
    guess_until_blocked(&app, &browser, &page).await;
    let blocked = browser.submit(&page, &[("password", PASSWORD)]).await;
    assert!(blocked.reply.body.contains(&format!("href=\"{}\"", page.at)), "{}", blocked.reply.body);
    assert_eq!(browser.get(&page.at).await.reply.status, 200);
    assert_eq!(browser.get(&beside(&page, "/login/forgot")).await.reply.status, 200);
});
