//! `/console/api-keys/{id}`: how a key was used and what was done to it.

use super::key_list::{make, used};
use super::shown;
use crate::manage::people::{give, make_role};
use crate::on_both;
use crate::support::tokens::ADA;

on_both!(a_page_shows_use_over_a_chosen_time_and_what_was_done, |app| {
    let manager = app.manager("acme", Some("tenant_admin")).await;
    let key = make(&manager, "Busy", 90).await;
    used(&app, &key, true).await;
    let at = format!("/console/api-keys/{}", key["id"].as_str().unwrap());
    let (browser, page) = app.looking(ADA, &at).await;
    let body = shown(&page);
    assert!(body.contains("Requests in the last 7 days") && body.contains("Sudden growth."), "{body}");
    assert!(body.contains("rotate the key without a grace"));
    assert!(body.contains("id=\"history\"") && body.contains("<code>api_key.create</code>"), "{body}");
    assert!(body.contains("?days=30#usage") && body.contains("id=\"usage-csv\""));
    let month = browser.get(&format!("{at}?days=30")).await;
    assert!(shown(&month).contains("Requests in the last 30 days"));
    assert!(month.reply.body.contains("/usage.csv?days=30"), "{}", month.reply.body);
    assert!(shown(&browser.get(&format!("{at}?days=junk")).await).contains("Requests in the last 7 days"));
    let csv = browser.get(&format!("{at}/usage.csv?days=30")).await;
    assert_eq!(csv.reply.status, 200);
    assert!(csv.reply.header("content-type").starts_with("text/csv"));
    assert!(csv.reply.body.starts_with("hour,outcome,requests") && csv.reply.body.contains(",allowed,40"));
    let nothing = "/console/api-keys/00000000-0000-7000-8000-000000000001/usage.csv";
    assert_eq!(browser.get(nothing).await.reply.status, 404);

    // Without the audit log there is no history.
    make_role(&app, "acme", "looker", &["api_keys:read"]).await;
    give(&app, "acme", "grace@acme.example", "looker").await;
    let (_, page) = app.looking("grace@acme.example", &at).await;
    assert!(!shown(&page).contains("id=\"history\""), "{}", page.reply.body);
});

on_both!(a_key_that_does_not_work_says_why_and_what_to_do, |app| {
    let manager = app.manager("acme", Some("tenant_admin")).await;
    let key = make(&manager, "One", 90).await;
    let path = format!("/v1/api-keys/{}/disable", key["id"].as_str().unwrap());
    manager.call(reqwest::Method::POST, &path).await.expect(200);
    let (_, page) = app.looking(ADA, &format!("/console/api-keys/{}", key["id"].as_str().unwrap())).await;
    assert!(shown(&page).contains("Its owner did that."), "{}", page.reply.body);
    assert!(page.reply.body.contains("refused until somebody enables it"));
});
