//! `/console/apis`.

use super::{CANARY, fill, shown};
use crate::on_both;
use crate::support::tokens::ADA;

on_both!(an_api_is_registered_changed_and_deleted, |app| {
    let (browser, form) = app.looking(ADA, "/console/apis/new").await;
    shown(&form);
    let refused = fill(&browser, &form, &[("audience", "no uri"), ("display_name", CANARY)]).await;
    assert_eq!(refused.reply.status, 422, "{}", refused.reply.body);
    assert_eq!(refused.form().fields["display_name"], CANARY);
    let wrong = [("audience", "https://r.example"), ("display_name", "R"), ("access_token_lifetime", "soon")];
    assert_eq!(fill(&browser, &form, &wrong).await.reply.status, 422);
    let good = [
        ("audience", "https://console-reports.example"),
        ("display_name", CANARY),
        ("permissions", "sales:read\r\nsales:write"),
    ];
    let made = fill(&browser, &refused, &good).await;
    let at = made.reply.header("location").split('?').next().unwrap().to_owned();
    let page = browser.follow(made).await;
    assert!(shown(&page).contains("sales:read"), "{}", page.reply.body);
    let edit = [("display_name", "Sales"), ("permissions", "sales:read"), ("access_token_lifetime", "600")];
    let done = browser.follow(fill(&browser, &page, &edit).await).await;
    assert!(shown(&done).contains("<h1><bdi>Sales</bdi></h1>") && done.reply.body.contains("value=\"600\""));
    assert_eq!(fill(&browser, &page, &edit).await.reply.status, 422, "somebody was faster");
    let matrix = browser.get("/console/roles/new").await;
    assert!(shown(&matrix).contains("value=\"sales:read\""), "its permissions are there for roles");
    for (action, status) in [("disable", "Disabled"), ("enable", "Active")] {
        let asked = browser.get(&format!("{at}/{action}")).await;
        let done = browser.follow(browser.submit(&asked, &[]).await).await;
        assert!(shown(&done).contains(&format!("</span>{status}</span>")), "{action}: {}", done.reply.body);
    }
    let asked = browser.get(&format!("{at}/delete")).await;
    let done = browser.follow(browser.submit(&asked, &[]).await).await;
    assert!(shown(&done).contains("Deleted."));
    assert_eq!(browser.get(&at).await.reply.status, 404);
});

on_both!(who_may_not_sees_no_api, |app| {
    let (browser, page) = app.looking("grace@acme.example", "/console").await;
    assert!(!shown(&page).contains("/console/apis"));
    assert_eq!(browser.get("/console/apis").await.reply.status, 403);
    assert_eq!(browser.get("/console/apis/new").await.reply.status, 403);
});
