//! The list of `/console/api-keys`: how keys are and were used, many at once, and as a file.

use std::time::Duration;

use gridkey::credentials::store::{LastUse, Usage, add_usage, note_spike, note_uses};
use gridkey::db::DbError;
use gridkey::id::Id;
use serde_json::{Value, json};

use super::{CANARY, shown};
use crate::manage::people::{give, make_role};
use crate::on_both;
use crate::support::TestApp;
use crate::support::manager::Manager;
use crate::support::tokens::{ADA, alter, tenant};

const LIST: &str = "/console/api-keys";
const BULK: &str = "/console/api-keys/bulk";
const GRACE: &str = "grace@acme.example";

pub async fn make(manager: &Manager<'_>, name: &str, days: u32) -> Value {
    let body = json!({ "name": name, "expires_in_days": days });
    manager.post("/v1/api-keys", &body).await.expect(201).json()
}

/// Notes what the server would have seen of a key.
pub async fn used(app: &TestApp, key: &Value, spike: bool) {
    let (id, now) = (Id::<()>::new(key["id"].as_str().unwrap().parse().unwrap()), app.now());
    alter(app, move |conn| {
        let tenant_id = tenant(conn, "acme")?.id;
        let last = LastUse {
            credential_id: id,
            tenant_id,
            last_used_at: now,
            address: "192.0.2.17".into(),
            user_agent: CANARY.into(),
            previous_used_at: None,
        };
        note_uses(conn, &[last])?;
        let of = |outcome: &str, requests| Usage {
            credential_id: id,
            tenant_id,
            hour: now.hour(),
            outcome: outcome.into(),
            requests,
        };
        add_usage(conn, &[of("allowed", 40), of("revoked", 2)])?;
        if spike {
            note_spike(conn, tenant_id, (id.uuid(), now.hour()))?;
        }
        Ok::<_, DbError>(())
    })
    .await;
}

on_both!(the_list_shows_how_keys_are_and_how_they_were_used, |app| {
    let manager = app.manager("acme", Some("tenant_admin")).await;
    let busy = make(&manager, "Busy", 90).await;
    make(&manager, "Short", 5).await;
    used(&app, &busy, true).await;
    let (browser, list) = app.looking(ADA, LIST).await;
    let body = shown(&list);
    assert!(body.contains("Sudden growth") && body.contains("Expires soon"), "{body}");
    assert!(body.contains("rotate the key without a grace"), "what to do about it");
    assert!(body.contains("id=\"health-explained\""));
    let plain: String = body.chars().filter(|c| c.is_ascii()).collect();
    assert!(plain.contains("aria-label=\"42 requests in the last 36 hours, 2 of them refused\""), "{plain}");
    assert!(body.contains("<rect class=\"good\"") && body.contains("No requests"));
    assert!(
        body.contains("192.0.2.17") && body.contains("&#60;script&#62;x"),
        "from where and by what: {body}"
    );
    let soon = browser.get(&format!("{LIST}?health=expires-soon")).await;
    assert!(shown(&soon).contains("Short</bdi>") && !soon.reply.body.contains("Busy</bdi>"));
    assert!(soon.reply.body.contains("value=\"expires-soon\" selected"));
    let unused = browser.get(&format!("{LIST}?health=unused-90-days")).await;
    assert!(shown(&unused).contains("Nothing matches"));
    app.pass(Duration::from_secs(91 * 24 * 60 * 60));
    let (browser, _) = app.looking(ADA, LIST).await;
    assert!(
        shown(&browser.get(&format!("{LIST}?health=unused-90-days")).await).contains("Nothing matches"),
        "they ended"
    );
});

on_both!(ones_own_list_shows_it_too, |app| {
    let (browser, _) = app.looking(ADA, "/account/api-keys").await;
    let form = browser.get("/account/api-keys/new").await;
    browser.submit(&form, &[("name", "Mine"), ("level", "read-only"), ("expiry", "30")]).await;
    let list = browser.get("/account/api-keys").await;
    assert!(shown(&list).contains("Last 36 hours"));
    let file = browser.get("/account/api-keys/download?format=csv").await;
    assert!(file.reply.body.contains(",Mine,"), "{}", file.reply.body);
    assert_eq!(file.reply.body.lines().count(), 2);
});

on_both!(a_change_to_many_keys_is_counted_confirmed_and_told, |app| {
    let manager = app.manager("acme", Some("tenant_admin")).await;
    let (one, two) = (make(&manager, "One", 90).await, make(&manager, "Two", 90).await);
    let (browser, list) = app.looking(ADA, LIST).await;
    assert!(shown(&list).contains("id=\"bulk\""), "{}", list.reply.body);
    let csrf = browser.get(&format!("{LIST}/new")).await.form().fields["csrf"].clone();
    let (one, two) = (one["id"].as_str().unwrap(), two["id"].as_str().unwrap());
    let form = [("csrf", csrf.as_str()), ("action", "disable"), ("ids", one), ("ids", two)];
    let preview = browser.post(BULK, &form).await;
    assert!(shown(&preview).contains("2 keys will be changed."), "{}", preview.reply.body);
    assert!(preview.reply.body.contains("refused within a second"), "{}", preview.reply.body);
    let none = browser.get(&format!("{LIST}?status=disabled")).await;
    assert!(shown(&none).contains("Nothing matches"), "a preview changes nothing");
    let action = preview.form().action;
    let done = browser.follow(browser.post(&action, &form).await).await;
    let told: String = shown(&done).chars().filter(|c| c.is_ascii()).collect();
    assert!(told.contains("Disabled: 2. Left as they were: 0."), "{told}");

    let by_filter = [
        ("csrf", csrf.as_str()),
        ("action", "enable"),
        ("everything", "yes"),
        ("filter_q", "O"),
        ("filter_status", "disabled"),
    ];
    let preview = browser.post(BULK, &by_filter).await;
    assert!(shown(&preview).contains("1 key will be changed."), "{}", preview.reply.body);
    let done = browser.follow(browser.submit(&preview, &[]).await).await;
    let told: String = shown(&done).chars().filter(|c| c.is_ascii()).collect();
    assert!(told.contains("Enabled: 1. Left as they were: 0."), "{told}");
    let form = [("csrf", csrf.as_str()), ("action", "enable"), ("ids", one), ("ids", two)];
    let done = browser.follow(browser.post(&action, &form).await).await;
    let told: String = shown(&done).chars().filter(|c| c.is_ascii()).collect();
    assert!(told.contains("Enabled: 1. Left as they were: 1."), "{told}");
    let form = [
        ("csrf", csrf.as_str()),
        ("action", "revoke"),
        ("everything", "yes"),
        ("filter_health", "expires-soon"),
    ];
    assert!(shown(&browser.post(BULK, &form).await).contains("0 keys will be changed."));
});

on_both!(what_is_missing_is_said_and_who_may_not_has_no_such_form, |app| {
    let (browser, _) = app.looking(ADA, LIST).await;
    let csrf = browser.get(&format!("{LIST}/new")).await.form().fields["csrf"].clone();
    let none = browser.post(BULK, &[("csrf", &csrf), ("action", "revoke")]).await;
    assert_eq!(none.reply.status, 422);
    assert!(none.reply.body.contains("No key is selected."), "{}", none.reply.body);
    let junk = browser.post(BULK, &[("csrf", &csrf), ("action", "revoke"), ("ids", "<x>")]).await;
    assert_eq!(junk.reply.status, 422);
    let all = browser.post(BULK, &[("csrf", &csrf), ("action", "revoke"), ("everything", "yes")]).await;
    assert_eq!(all.reply.status, 422, "no filter means nothing");
    assert_eq!(
        browser.post(BULK, &[("csrf", &csrf), ("action", "explode"), ("ids", "x")]).await.reply.status,
        404
    );
    assert_eq!(browser.post(BULK, &[("action", "revoke")]).await.reply.status, 403, "no token");
    assert_eq!(browser.get(BULK).await.reply.status, 303);

    let manager = app.manager("acme", Some("tenant_admin")).await;
    make(&manager, "One", 90).await;
    make_role(&app, "acme", "looker", &["api_keys:read"]).await;
    give(&app, "acme", GRACE, "looker").await;
    let (browser, list) = app.looking(GRACE, LIST).await;
    assert!(shown(&list).contains("One</bdi>") && !list.reply.body.contains("id=\"bulk\""));
    let csrf = browser.get("/account/profile").await.form().fields["csrf"].clone();
    assert_eq!(
        browser.post(BULK, &[("csrf", &csrf), ("action", "revoke"), ("ids", "x")]).await.reply.status,
        404
    );
});

on_both!(the_list_leaves_as_a_file, |app| {
    let manager = app.manager("acme", Some("tenant_admin")).await;
    let evil = make(&manager, "=1+1", 90).await;
    make(&manager, "Short", 5).await;
    let (browser, list) = app.looking(ADA, &format!("{LIST}?q=%3D")).await;
    assert!(shown(&list).contains("/console/api-keys/download?format=csv&#38;q=%3D"), "{}", list.reply.body);
    let csv = browser.get(&format!("{LIST}/download?format=csv")).await;
    assert_eq!(csv.reply.status, 200);
    assert!(csv.reply.header("content-disposition").starts_with("attachment;"));
    assert_eq!(csv.reply.header("cache-control"), "no-store");
    assert!(csv.reply.body.contains("\"'=1+1\"") && !csv.reply.body.contains(evil["key"].as_str().unwrap()));
    let lines = browser.get(&format!("{LIST}/download?format=ndjson&health=expires-soon")).await;
    assert_eq!(lines.reply.body.lines().count(), 1, "{}", lines.reply.body);
    assert_eq!(browser.get(&format!("{LIST}/download?format=xml")).await.reply.status, 400);
    let (grace, _) = app.looking(GRACE, "/console").await;
    assert_eq!(grace.get(&format!("{LIST}/download?format=csv")).await.reply.status, 403);
});
