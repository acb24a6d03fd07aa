//! `/console/invitations`.

use super::{CANARY, shown};
use crate::manage::people::{give, make_role};
use crate::on_both;
use crate::support::Browser;
use crate::support::tokens::ADA;

const LIST: &str = "/console/invitations";
const GRACE: &str = "grace@acme.example";

/// Invites somebody by the console's own form.
async fn invite(browser: &Browser, email: &str) {
    let form = browser.get("/console/users/new").await;
    let sent = browser.submit(&form, &[("email", email), ("display_name", CANARY), ("roles", "")]).await;
    assert!(shown(&sent).contains("gkiv_"), "{}", sent.reply.body);
}

/// Where the first invitation of the list can be sent again.
fn resend_in(body: &str) -> String {
    let end = body.find("/resend\"").unwrap_or_else(|| panic!("nothing to send again: {body}"));
    let start = body[..end].rfind('"').unwrap() + 1;
    format!("{}/resend", &body[start..end])
}

on_both!(an_invitation_is_sent_again_and_taken_back, |app| {
    let (browser, empty) = app.looking(ADA, LIST).await;
    assert!(shown(&empty).contains("Nobody was invited yet"), "{}", empty.reply.body);
    invite(&browser, "new@acme.example").await;
    let list = browser.get(LIST).await;
    assert!(shown(&list).contains("new@acme.example") && list.reply.body.contains("Pending"));
    assert!(!list.reply.body.contains("gkiv_"), "{}", list.reply.body);

    let resend = resend_in(&list.reply.body);
    let asked = browser.get(&resend).await;
    assert!(shown(&asked).contains("new@acme.example"), "{}", asked.reply.body);
    let sent = browser.submit(&asked, &[]).await;
    assert!(shown(&sent).contains("/login/invitation?token=gkiv_"), "{}", sent.reply.body);

    let revoke = resend.replace("/resend", "/revoke");
    let asked = browser.get(&revoke).await;
    let gone = browser.follow(browser.submit(&asked, &[]).await).await;
    assert!(shown(&gone).contains("Revoked") && gone.reply.body.contains("id=\"flash\""));
    assert!(!gone.reply.body.contains("/resend\""), "{}", gone.reply.body);
    // What has ended can neither be sent nor be taken back.
    assert_eq!(browser.get(&resend).await.reply.status, 404);
    let late = browser.submit(&asked, &[]).await;
    assert_eq!(late.reply.status, 422, "{}", late.reply.body);
    assert_eq!(browser.get(&resend.replace("/resend", "/explode")).await.reply.status, 404);
});

on_both!(invitations_are_for_who_may_see_them, |app| {
    let (ada, _) = app.looking(ADA, "/console").await;
    invite(&ada, "new@acme.example").await;
    let resend = resend_in(&ada.get(LIST).await.reply.body);
    let (hank, page) = app.looking("hank@globex.example", LIST).await;
    assert!(shown(&page).contains("Nobody was invited yet"), "{}", page.reply.body);
    assert_eq!(hank.get(&resend).await.reply.status, 404);
    let (grace, page) = app.looking(GRACE, "/console").await;
    assert!(!shown(&page).contains(LIST));
    assert_eq!(grace.get(LIST).await.reply.status, 403);
});

on_both!(who_may_only_look_at_invitations_is_offered_nothing_else, |app| {
    make_role(&app, "acme", "looker", &["users:read"]).await;
    give(&app, "acme", GRACE, "looker").await;
    let (ada, _) = app.looking(ADA, "/console").await;
    invite(&ada, "new@acme.example").await;
    let resend = resend_in(&ada.get(LIST).await.reply.body);
    let (grace, page) = app.looking(GRACE, LIST).await;
    assert!(shown(&page).contains("new@acme.example") && !page.reply.body.contains("/resend\""));
    assert_eq!(grace.get(&resend).await.reply.status, 404);
});
