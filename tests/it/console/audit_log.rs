//! `/console/audit-log`.

use std::time::Duration;

use super::{CANARY, fill, shown};
use crate::on_both;
use crate::support::tokens::ADA;

on_both!(what_happened_is_searched_shown_and_taken_along, |app| {
    let (browser, form) = app.looking(ADA, "/console/apis/new").await;
    let typed = [("audience", "https://audited.example"), ("display_name", CANARY)];
    let page = browser.follow(fill(&browser, &form, &typed).await).await;
    app.pass(Duration::from_secs(1));
    let edit = browser.follow(fill(&browser, &page, &[("display_name", "Audited")]).await).await;
    assert_eq!(edit.reply.status, 200);

    let list = browser.get("/console/audit-log?action=resource_server.*").await;
    assert!(shown(&list).contains("resource_server.update"), "{}", list.reply.body);
    assert!(!list.reply.body.contains("user.login"));
    let body = &list.reply.body;
    let marker = "<th scope=\"row\"><a href=\"";
    let start = body.find(marker).unwrap() + marker.len();
    let at = body[start..].split('"').next().unwrap();
    let event = browser.get(at).await;
    assert!(shown(&event).contains("<ins><bdi>Audited</bdi></ins>"), "{}", event.reply.body);
    assert!(event.reply.body.contains("id=\"request-id\""));

    let csv = browser.get("/console/audit-log/download?format=csv&action=resource_server.*").await;
    assert_eq!(csv.reply.status, 200);
    assert!(csv.reply.header("content-disposition").starts_with("attachment;"));
    assert!(csv.reply.header("content-type").starts_with("text/csv"));
    assert_eq!(csv.reply.body.matches("resource_server.update").count(), 1);
    let lines = browser.get("/console/audit-log/download?format=ndjson&action=resource_server.*").await;
    assert_eq!(lines.reply.body.lines().count(), 2, "{}", lines.reply.body);

    let none = browser.get("/console/audit-log?actor_id=nobody").await;
    assert!(shown(&none).contains("Nothing matches"));
    let later = browser.get("/console/audit-log?start=2999-01-01T00:00").await;
    assert!(
        shown(&later).contains("Nothing matches") && later.reply.body.contains("value=\"2999-01-01T00:00\"")
    );
    let wrong = browser.get("/console/audit-log?ip_address=here").await;
    assert_eq!(wrong.reply.status, 422);
    assert!(wrong.reply.body.contains("value=\"here\""), "what was typed stays");
    assert_eq!(browser.get("/console/audit-log/download?format=xml").await.reply.status, 400);
});

on_both!(who_may_not_reads_no_log, |app| {
    let (browser, page) = app.looking("grace@acme.example", "/console").await;
    assert!(!shown(&page).contains("/console/audit-log"));
    for at in ["/console/audit-log", "/console/audit-log/download?format=csv"] {
        assert_eq!(browser.get(at).await.reply.status, 403, "{at}");
    }
    let (browser, _) = app.looking(ADA, "/console").await;
    let nothing = "/console/audit-log/00000000-0000-7000-8000-000000000001";
    assert_eq!(browser.get(nothing).await.reply.status, 404);
});
