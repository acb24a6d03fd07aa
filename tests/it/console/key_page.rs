//! `/console/api-keys/{id}`: how a key was used and what was done to it.

use std::sync::Arc;
use std::time::Duration;

use gridkey::app::flush_usage;
use serde_json::json;

use super::key_list::{make, used};
use super::{CANARY, shown};
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

on_both!(a_page_shows_the_last_uses_and_waits_for_the_first, |app| {
    let manager = app.manager("acme", Some("tenant_admin")).await;
    let (browser, _) = app.looking(ADA, "/account/api-keys").await;
    let form = browser.get("/account/api-keys/new").await;
    let made = browser.submit(&form, &[("name", "Mine"), ("level", "read-only"), ("expiry", "30")]).await;
    let secret = made.reply.body.split("gk_").nth(1).unwrap();
    let secret: String = secret.chars().take_while(char::is_ascii_alphanumeric).collect();
    let secret = format!("gk_{secret}");
    let id =
        manager.get("/v1/api-keys?scope=tenant").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let (own, all) = (format!("/account/api-keys/{id}"), format!("/console/api-keys/{id}"));
    for at in [&own, &all] {
        let page = browser.get(at).await;
        assert!(shown(&page).contains("Waiting for the first request"), "{}", page.reply.body);
        assert!(page.reply.body.contains("$GRIDKEY_API_KEY") && !page.reply.body.contains("id=\"uses\""));
    }
    let headers = [("x-api-key", secret.as_str()), ("user-agent", CANARY)];
    let request = json!({ "method": "GET", "target": "/", "headers": headers });
    for permission in [None, None, Some("nothing:do")] {
        let question = json!({ "request": request, "address": "203.0.113.7", "permission": permission });
        manager.post("/v1/verify", &question).await.expect(200);
        app.pass(Duration::from_secs(1));
    }
    flush_usage(Arc::clone(&app.app)).await.unwrap();
    for at in [&own, &all] {
        let page = browser.get(at).await;
        let body = shown(&page);
        assert!(body.contains("id=\"uses\"") && !body.contains("Waiting for the first"), "{body}");
        let table = body.split("id=\"uses\"").nth(1).unwrap().split("</table>").next().unwrap();
        assert!(table.contains("<bdi>203.0.113.7</bdi>") && table.contains("<td>Verdict</td>"), "{table}");
        assert!(
            table.contains("<td>Permission denied</td>") && table.contains("<td>Allowed</td>"),
            "{table}"
        );
        assert!(table.contains("&#60;script&#62;x"), "{table}");
    }
});
