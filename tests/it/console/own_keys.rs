//! `/account/api-keys/bulk`: one change to many of one's own keys.

use std::time::Duration;

use serde_json::json;

use super::key_list::make;
use super::{CANARY, shown};
use crate::on_both;
use crate::support::tokens::ADA;
use crate::support::{Browser, PASSWORD, TestApp};

const LIST: &str = "/account/api-keys";
const BULK: &str = "/account/api-keys/bulk";

/// The identifier of a key of Ada's own, made on her page.
async fn mine(app: &TestApp, browser: &Browser, name: &str) -> String {
    // The newest goes first.
    app.pass(Duration::from_secs(1));
    let form = browser.get("/account/api-keys/new").await;
    let made = browser.submit(&form, &[("name", name), ("level", "read-only"), ("expiry", "30")]).await;
    assert_eq!(made.reply.status, 200, "{}", made.reply.body);
    let list = browser.get(LIST).await;
    let ids: Vec<_> = list.reply.body.split("name=\"ids\" value=\"").skip(1).collect();
    ids[0].split('"').next().unwrap().to_owned()
}

async fn is_disabled(app: &TestApp, id: &str) -> bool {
    let manager = app.manager("acme", Some("tenant_admin")).await;
    manager.get(&format!("/v1/api-keys/{id}")).await.expect(200).json()["status"] == json!("disabled")
}

on_both!(many_of_ones_own_keys_are_counted_named_and_changed, |app| {
    let manager = app.manager("acme", Some("tenant_admin")).await;
    let foreign = make(&manager, "Foreign", 90).await;
    let foreign = foreign["id"].as_str().unwrap();
    let (browser, empty) = app.looking(ADA, LIST).await;
    assert!(!shown(&empty).contains("id=\"bulk\""), "there is nothing to choose from");
    let (one, two) = (mine(&app, &browser, "Mine one").await, mine(&app, &browser, CANARY).await);
    let list = browser.get(LIST).await;
    assert!(
        shown(&list).contains("id=\"bulk\"") && !list.reply.body.contains("Foreign"),
        "{}",
        list.reply.body
    );
    assert!(list.reply.body.contains(&format!("action=\"{BULK}\"")), "{}", list.reply.body);
    let csrf = browser.get("/account/api-keys/new").await.form().fields["csrf"].clone();
    let form =
        [("csrf", csrf.as_str()), ("action", "disable"), ("ids", &one), ("ids", &two), ("ids", foreign)];
    let preview = browser.post(BULK, &form).await;
    assert!(shown(&preview).contains("2 keys will be changed."), "{}", preview.reply.body);
    assert!(preview.reply.body.contains("<bdi>Mine one</bdi>"), "{}", preview.reply.body);
    assert!(preview.reply.body.contains("&#60;script&#62;x") && !preview.reply.body.contains("Foreign"));
    assert!(preview.reply.body.contains("1 is not there."), "{}", preview.reply.body);
    assert!(!is_disabled(&app, &one).await, "a preview changes nothing");

    // A while after the sign-in the password is asked for, and what was chosen is not lost.
    app.pass(Duration::from_secs(11 * 60));
    let asked = browser.post(&preview.form().action, &form).await;
    assert!(asked.reply.body.contains("confirm_password"), "{}", asked.reply.body);
    assert!(!is_disabled(&app, &one).await, "not before that");
    assert!([&one, &two].iter().all(|id| asked.reply.body.contains(*id)), "{}", asked.reply.body);
    let again = [&form[..], &[("confirm_password", PASSWORD)]].concat();
    let done = browser.follow(browser.post(&preview.form().action, &again).await).await;
    let told: String = shown(&done).chars().filter(|c| c.is_ascii()).collect();
    assert!(told.contains("Disabled: 2. Left as they were: 1."), "{told}");
    assert!(done.at.starts_with(LIST), "{}", done.at);
    assert!(is_disabled(&app, &one).await && is_disabled(&app, &two).await);
    assert!(!is_disabled(&app, foreign).await, "that of somebody else stays");

    let all =
        [("csrf", csrf.as_str()), ("action", "revoke"), ("everything", "yes"), ("filter_status", "disabled")];
    let preview = browser.post(BULK, &all).await;
    assert!(shown(&preview).contains("2 keys will be changed."), "{}", preview.reply.body);
    assert!(preview.reply.body.contains("cannot be undone"), "{}", preview.reply.body);
    let done = browser.follow(browser.submit(&preview, &[]).await).await;
    assert!(shown(&done).contains("id=\"flash\""), "{}", done.reply.body);
    let none = browser.post(BULK, &[("csrf", &csrf), ("action", "revoke")]).await;
    assert_eq!(none.reply.status, 422);
    assert_eq!(browser.post(BULK, &[("action", "revoke")]).await.reply.status, 403, "no token");
    assert_eq!(browser.get(BULK).await.reply.status, 303);
});
