//! `/console/webhooks`.

use std::time::Duration;

use super::{CANARY, fill, shown};
use crate::on_both;
use crate::support::Browser;
use crate::support::receiver::{Answer, Receiver};
use crate::support::tokens::{ADA, count};

/// Follows the page until it says something: what is sent is sent by a job.
async fn until(browser: &Browser, at: &str, says: &str) -> String {
    for _ in 0..1_000 {
        let page = browser.get(at).await;
        if shown(&page).contains(says) {
            return page.reply.body;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{says} is not on {at}: {}", browser.get(at).await.reply.body);
}

/// A hidden field of the form with the settings.
fn hidden(body: &str, name: &str) -> String {
    let (_, form) = body.split_once("id=\"settings\"").unwrap();
    let (_, rest) = form.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().replace("&#34;", "\"").replace("&quot;", "\"")
}

on_both!(a_webhook_is_made_tested_changed_and_deleted, |app| {
    let receiver = Receiver::start();
    let (browser, empty) = app.looking(ADA, "/console/webhooks").await;
    assert!(shown(&empty).contains("No webhooks yet") && empty.reply.body.contains("user.created"));
    let form = browser.get("/console/webhooks/new").await;
    assert!(shown(&form).contains("session.created"));
    let wrong = [("url", "ftp://x"), ("events", "user.*"), ("description", CANARY)];
    let refused = fill(&browser, &form, &wrong).await;
    assert_eq!(refused.reply.status, 422, "{}", refused.reply.body);
    assert_eq!(refused.form().fields["description"], CANARY);
    assert!(refused.reply.body.contains("id=\"url-error\""), "{}", refused.reply.body);
    let url = receiver.url();
    let good = [("url", url.as_str()), ("events", "team.*\r\nuser.created"), ("description", CANARY)];
    let made = fill(&browser, &refused, &good).await;
    assert!(shown(&made).contains("whsec_"), "{}", made.reply.body);
    assert!(made.reply.header("cache-control").contains("no-store"));
    let again = fill(&browser, &refused, &good).await;
    assert!(!shown(&again).contains("whsec_") && again.reply.body.contains("id=\"repeated\""));
    assert_eq!(count(&app, "SELECT count(*) AS n FROM webhooks").await, 1);

    let list = browser.get("/console/webhooks").await;
    let (_, rest) = shown(&list).split_once("/console/webhooks/0").unwrap();
    let at = format!("/console/webhooks/0{}", rest.split('"').next().unwrap());
    let page = browser.get(&at).await;
    assert!(shown(&page).contains("Nothing was sent yet"));

    receiver.answer([Answer { status: 500, body: CANARY.into(), location: String::new() }]);
    let asked = browser.get(&format!("{at}/test")).await;
    let done = browser.follow(browser.submit(&asked, &[]).await).await;
    assert!(shown(&done).contains("The test is on its way."));
    let body = until(&browser, &at, "Refused by the receiver (500)").await;
    let (_, rest) = body.split_once(&format!("{at}/deliveries/")).unwrap();
    let delivery = format!("{at}/deliveries/{}", rest.split('"').next().unwrap());
    let page = browser.get(&delivery).await;
    assert!(shown(&page).contains("webhook.test") && page.reply.body.contains("&#60;script&#62;x"));
    assert!(!page.reply.body.contains("id=\"resend\""), "it is on its way");
    app.pass(Duration::from_secs(13));
    until(&browser, &delivery, "Delivered").await;
    let page = browser.get(&delivery).await;
    let sent = browser.follow(browser.post(&delivery, &[("csrf", &page.form().fields["csrf"])]).await).await;
    assert!(shown(&sent).contains("It is on its way again."), "{}", sent.reply.body);
    receiver.wait_for(3).await;
    assert!(shown(&browser.get(&format!("{at}?status=failed")).await).contains("Nothing matches"));

    let asked = browser.get(&format!("{at}/rotate-secret")).await;
    let told = browser.submit(&asked, &[]).await;
    assert!(shown(&told).contains("whsec_"));
    assert!(!shown(&browser.submit(&asked, &[]).await).contains("whsec_"));
    for (action, status) in [("pause", "Paused"), ("resume", "Active")] {
        let asked = browser.get(&format!("{at}/{action}")).await;
        let done = browser.follow(browser.submit(&asked, &[]).await).await;
        assert!(shown(&done).contains(&format!("</span>{status}</span>")), "{action}: {}", done.reply.body);
    }
    let page = browser.get(&at).await;
    let (csrf, version) = (hidden(&page.reply.body, "csrf"), hidden(&page.reply.body, "version"));
    let (csrf, version) = (csrf.as_str(), version.as_str());
    let change = |url: &'static str| {
        [("csrf", csrf), ("version", version), ("url", url), ("events", "*"), ("description", "")]
    };
    let refused = browser.post(&at, &change("nowhere")).await;
    assert_eq!(refused.reply.status, 422, "{}", refused.reply.body);
    let saved = browser.follow(browser.post(&at, &change("https://example.com/other")).await).await;
    assert!(shown(&saved).contains("https://example.com/other"));
    assert_eq!(
        browser.post(&at, &change("https://example.com/third")).await.reply.status,
        422,
        "somebody was faster"
    );
    let asked = browser.get(&format!("{at}/delete")).await;
    let done = browser.follow(browser.submit(&asked, &[]).await).await;
    assert!(shown(&done).contains("Deleted."));
    assert_eq!(browser.get(&at).await.reply.status, 404);
});

on_both!(who_may_not_sees_no_webhook, |app| {
    let (browser, page) = app.looking("grace@acme.example", "/console").await;
    assert!(!shown(&page).contains("/console/webhooks"));
    assert_eq!(browser.get("/console/webhooks").await.reply.status, 403);
    assert_eq!(browser.get("/console/webhooks/new").await.reply.status, 403);
});

on_both!(another_organisations_webhook_has_no_page, |app| {
    let other = app.manager("globex", Some("tenant_admin")).await;
    let body = serde_json::json!({ "url": "https://example.com/", "events": ["*"] });
    let id = other.post("/v1/webhooks", &body).await.expect(201).text("id");
    let (browser, _) = app.looking(ADA, "/console/webhooks").await;
    for end in ["", "/delete", "/deliveries/00000000-0000-7000-8000-000000000001"] {
        let page = browser.get(&format!("/console/webhooks/{id}{end}")).await;
        assert_eq!(page.reply.status, 404, "{end}");
    }
});
