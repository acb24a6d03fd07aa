//! Nobody learns from the sign-in pages who has an account and in what state. Time is not measured: the work is counted.

use gridkey::random::Random;
use gridkey::users::{User, UserStatus};

use super::{
    ADA, GRACE, GRACES_PASSWORD, argon2_runs, at_identify, at_password, forget_password, mailed_links, next,
};
use crate::on_both;
use crate::support::tokens::{alter, person};
use crate::support::{PASSWORD, Page, TestApp};

/// Somebody with this address and state, and without a password.
async fn add(app: &TestApp, email: &'static str, status: UserStatus) {
    let now = app.now();
    alter(app, move |conn| {
        let ada = person(conn, "acme", ADA)?;
        let email = gridkey::users::Email::parse(email).unwrap();
        let user = User { id: Random::default().id(now), email, status, ..ada };
        gridkey::users::store::insert(conn, user.tenant_id, &user, None)
    })
    .await;
}

async fn suspend(app: &TestApp, email: &'static str) {
    let done = alter(app, move |conn| {
        let mut user = person(conn, "acme", email)?;
        user.status = UserStatus::Suspended;
        gridkey::users::store::update(conn, user.tenant_id, &user)
    });
    assert!(done.await);
}

/// A body without what differs between any two requests.
fn comparable(app: &TestApp, page: &Page, email: &str) -> String {
    let mut body = page.reply.body.replace(email, "EMAIL").replace(&app.base, "");
    for name in ["csrf\" value=\"", "interaction="] {
        let mut parts = body.split(name);
        let mut rest = parts.next().unwrap().to_owned();
        for part in parts {
            rest.push_str(name);
            rest.push_str(&part[part.find('"').unwrap()..]);
        }
        body = rest;
    }
    body
}

/// The headers without those that differ between any two answers.
fn headers(page: &Page) -> Vec<String> {
    let mut all: Vec<String> = page
        .reply
        .headers
        .iter()
        .filter(|(name, _)| !["date", "x-request-id", "content-length"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    all.sort();
    all
}

on_both!(
    /// Checklist 60.
    every_sign_in_that_fails_answers_alike_and_costs_one_argon2, |app| {
    add(&app, "fresh@acme.example", UserStatus::Active).await;
    add(&app, "invited@acme.example", UserStatus::Invited).await;
    add(&app, "gone@acme.example", UserStatus::Deleted).await;
    suspend(&app, GRACE).await;
    let mut seen: Option<(u16, [String; 2], [Vec<String>; 2])> = None;
    for (email, password) in [
        (ADA, "wrong password"),
        ("nobody@acme.example", PASSWORD),
        ("nobody@nowhere.example", PASSWORD),
        // The right password of somebody who may not sign in.
        (GRACE, GRACES_PASSWORD),
        ("fresh@acme.example", PASSWORD),
        ("invited@acme.example", PASSWORD),
        ("gone@acme.example", PASSWORD),
        // The right password of somebody of another organisation.
        ("hank@globex.example", PASSWORD),
    ] {
        let browser = app.browser();
        let identify = at_identify(&browser).await;
        let runs = argon2_runs(&app);
        let asked = next(&browser, &identify, &[("email", email)]).await;
        assert_eq!((asked.path().as_str(), argon2_runs(&app) - runs), ("/login/password", 0), "{email}");
        let refused = browser.submit(&asked, &[("password", password)]).await;
        assert_eq!(argon2_runs(&app) - runs, 1, "{email}");
        let now = (
            refused.reply.status,
            [comparable(&app, &asked, email), comparable(&app, &refused, email)],
            [headers(&asked), headers(&refused)],
        );
        assert_eq!(now.0, 422, "{email}");
        let first = seen.get_or_insert_with(|| now.clone());
        assert_eq!(now, *first, "{email}");
    }
});

on_both!(
    /// Checklist 60.
    a_right_password_costs_one_argon2_too, |app| {
    let browser = app.browser();
    let page = at_password(&browser, ADA).await;
    let runs = argon2_runs(&app);
    assert_eq!(browser.submit(&page, &[("password", PASSWORD)]).await.reply.status, 303);
    assert_eq!(argon2_runs(&app) - runs, 1);
});

on_both!(
    /// Checklist 60.
    asking_for_a_link_answers_alike_whoever_asks, |app| {
    add(&app, "invited@acme.example", UserStatus::Invited).await;
    suspend(&app, GRACE).await;
    let mut seen: Option<(String, Vec<String>)> = None;
    for email in [ADA, "nobody@acme.example", GRACE, "invited@acme.example", "sam@example.com"] {
        let runs = argon2_runs(&app);
        let page = forget_password(&app.browser(), email).await;
        let now = (comparable(&app, &page, email), headers(&page));
        let first = seen.get_or_insert_with(|| now.clone());
        assert_eq!(now, *first, "{email}");
        assert_eq!(argon2_runs(&app), runs);
    }
    mailed_links(&app, "sam@example.com", 1).await;
    let written: Vec<String> = app.app.mailer.as_inbox().unwrap().messages().into_iter().map(|one| one.mail.to).collect();
    assert!(!written.iter().any(|to| to == GRACE || to.starts_with("nobody") || to.starts_with("invited")), "{written:?}");
});
