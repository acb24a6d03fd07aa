//! `/account/profile` and `/account/security`.

use super::{GRACE, events};
use crate::console::{CANARY, shown};
use crate::on_both;
use crate::support::PASSWORD;
use crate::support::tokens::{ADA, alter, person};

const FRESH: &str = "purple anvil seventeen teacups";

on_both!(people_say_who_they_are, |app| {
    let (browser, form) = app.looking(ADA, "/account/profile").await;
    assert!(shown(&form).contains("Verified"));
    let fields =
        [("display_name", CANARY), ("given_name", CANARY), ("locale", "not a tag"), ("zoneinfo", "<x>")];
    let refused = browser.submit(&form, &fields).await;
    assert_eq!(refused.reply.status, 422, "{}", refused.reply.body);
    assert_eq!(refused.form().fields["display_name"], CANARY);
    assert!(
        refused.reply.body.contains("id=\"locale-error\"")
            && refused.reply.body.contains("id=\"zoneinfo-error\"")
    );
    let mended = [("locale", "de-AT"), ("zoneinfo", "Europe/Vienna")];
    let done = browser.follow(browser.submit(&refused, &mended).await).await;
    assert!(shown(&done).contains("id=\"flash\"") && done.reply.body.contains("Europe/Vienna"));
    let ada = alter(&app, |conn| person(conn, "acme", ADA)).await;
    assert_eq!((ada.display_name.as_str(), ada.profile.locale.as_deref()), (CANARY, Some("de-AT")));
    assert_eq!(ada.profile.phone_number.as_deref(), Some("+441632960001"), "what is not asked for stays");
    assert_eq!(events(&app, "user.update").await, 1);
    // The same again is no change, and a form that saw an older state is shown again.
    browser.submit(&done, &[]).await;
    assert_eq!(events(&app, "user.update").await, 1);
    let late = browser.submit(&form, &[("display_name", "Late")]).await;
    assert_eq!(late.reply.status, 422);
    assert_eq!(late.form().fields["display_name"], "Late");
});

on_both!(a_password_is_changed_by_whoever_knows_it, |app| {
    let (one, form) = app.looking(ADA, "/account/security").await;
    let (two, _) = app.looking(ADA, "/account").await;
    for (current, fresh, field) in [
        ("wrong", FRESH, "confirm_password"),
        (PASSWORD, "short", "new_password"),
        (PASSWORD, "", "new_password"),
    ] {
        let refused = one.submit(&form, &[("confirm_password", current), ("new_password", fresh)]).await;
        assert_eq!(refused.reply.status, 422, "{}", refused.reply.body);
        assert!(refused.reply.body.contains(&format!("id=\"{field}-error\"")), "{field}");
        assert!(!refused.reply.body.contains(FRESH), "passwords are not said again");
    }
    assert_eq!(events(&app, "password.change").await, 0);
    let changed = [("confirm_password", PASSWORD), ("new_password", FRESH), ("end_others", "1")];
    let done = one.follow(one.submit(&form, &changed).await).await;
    assert!(shown(&done).contains("id=\"flash\""), "{}", done.reply.body);
    assert_eq!(events(&app, "password.change").await, 1);
    assert_eq!(one.get("/account").await.reply.status, 200);
    assert_eq!(two.get("/account").await.reply.status, 303, "the other device is signed out");
    let mut three = app.browser();
    assert_eq!(three.enter("/account", ADA, FRESH).await.reply.status, 200);
});

on_both!(who_may_not_change_their_profile_reads_it, |app| {
    alter(&app, |conn| {
        let grace = person(conn, "acme", GRACE)?;
        gridkey::roles::store::withdraw_all(conn, grace.tenant_id, grace.id)
    })
    .await;
    let (browser, page) = app.looking(GRACE, "/account/profile").await;
    assert!(shown(&page).contains("Grace Hopper") && !page.reply.body.contains("name=\"version\""));
    assert!(!page.reply.body.contains("href=\"/account/api-keys\""));
    let security = browser.get("/account/security").await;
    let csrf = security.form().fields["csrf"].clone();
    let sent = browser.post("/account/profile", &[("csrf", &csrf), ("display_name", "X")]).await;
    assert_eq!(sent.reply.status, 403);
});
