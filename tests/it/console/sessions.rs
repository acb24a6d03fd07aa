//! `/console/sessions`.

use super::shown;
use crate::on_both;
use crate::support::tokens::ADA;

on_both!(a_session_is_found_and_ended, |app| {
    let (grace, _) = app.looking("grace@acme.example", "/console").await;
    let (browser, list) = app.looking(ADA, "/console/sessions").await;
    assert!(shown(&list).contains("grace@acme.example") && list.reply.body.contains("This one"));
    let found = browser.get("/console/sessions?user=grace@acme.example").await;
    assert_eq!(shown(&found).matches("/end\"").count(), 1, "{}", found.reply.body);
    let none = browser.get("/console/sessions?user=nobody@acme.example").await;
    assert!(shown(&none).contains("Nothing matches"));

    let end = found.reply.body.find("/end\"").unwrap();
    let start = found.reply.body[..end].rfind('"').unwrap() + 1;
    let at = format!("{}/end", &found.reply.body[start..end]);
    let asked = browser.get(&at).await;
    assert!(shown(&asked).contains("grace@acme.example"));
    let done = browser.follow(browser.submit(&asked, &[]).await).await;
    assert!(shown(&done).contains("The session was ended."));
    assert_ne!(grace.get("/console").await.reply.status, 200, "she is signed out");
    assert_eq!(browser.submit(&asked, &[]).await.reply.status, 404, "it is over");
});

on_both!(who_may_not_sees_no_session, |app| {
    let (browser, page) = app.looking("grace@acme.example", "/console").await;
    assert!(!shown(&page).contains("/console/sessions"));
    assert_eq!(browser.get("/console/sessions").await.reply.status, 403);
    let nobodys = "/console/sessions/00000000-0000-7000-8000-000000000001/end";
    assert_eq!(browser.get(nobodys).await.reply.status, 403);
    let (browser, _) = app.looking(ADA, "/console").await;
    assert_eq!(browser.get(nobodys).await.reply.status, 404);
});
