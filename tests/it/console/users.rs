//! `/console/users`.

use super::{CANARY, shown};
use crate::on_both;
use crate::support::tokens::{ADA, alter, person};

on_both!(people_are_listed_and_found, |app| {
    let (browser, page) = app.looking(ADA, "/console/users").await;
    assert!(shown(&page).contains(ADA) && page.reply.body.contains("Invite user"));
    let page = browser.get("/console/users?q=ada").await;
    assert!(shown(&page).contains(ADA));
    let page = browser.get("/console/users?q=nobody-begins-so").await;
    assert!(shown(&page).contains("Nothing matches") && page.reply.body.contains("Clear filters"));
});

on_both!(an_invitation_shows_its_link_once, |app| {
    let (browser, _) = app.looking(ADA, "/console").await;
    let form = browser.get("/console/users/new").await;
    let refused = browser.submit(&form, &[("email", "no address"), ("display_name", CANARY)]).await;
    assert_eq!(refused.reply.status, 422, "{}", refused.reply.body);
    assert_eq!(refused.form().fields["display_name"], CANARY);
    assert!(refused.reply.body.contains(r##"href="#email""##), "{}", refused.reply.body);

    let sent = browser.submit(&refused, &[("email", "new@acme.example")]).await;
    assert!(shown(&sent).contains("/login/invitation?token=gkiv_"), "{}", sent.reply.body);
    // The same form again makes nobody new and shows no link.
    let again = browser.submit(&refused, &[("email", "new@acme.example")]).await;
    assert!(shown(&again).contains("id=\"repeated\"") && !again.reply.body.contains("gkiv_"));
    let list = browser.get("/console/users?status=invited").await;
    assert_eq!(shown(&list).matches("new@acme.example").count(), 1);
});

on_both!(a_person_is_changed_unless_somebody_else_was_faster, |app| {
    let (browser, _) = app.looking(ADA, "/console").await;
    let id = alter(&app, |conn| Ok(person(conn, "acme", "grace@acme.example")?.id)).await;
    let at = format!("/console/users/{id}");
    let early = browser.get(&at).await;
    let done = browser.follow(browser.submit(&early, &[("display_name", CANARY)]).await).await;
    assert!(shown(&done).contains("id=\"flash\""), "{}", done.reply.body);
    let late = browser.submit(&early, &[("display_name", "Grace")]).await;
    assert_eq!(late.reply.status, 422);
    assert_eq!(late.form().fields["display_name"], "Grace");
});

on_both!(what_is_done_to_a_person_is_asked_first, |app| {
    let (browser, _) = app.looking(ADA, "/console").await;
    let id = alter(&app, |conn| Ok(person(conn, "acme", "grace@acme.example")?.id)).await;
    let at = format!("/console/users/{id}");
    for (action, status) in [
        ("suspend", "Suspended"),
        ("activate", "Active"),
        ("sign-out", "Active"),
        ("delete", "Deleted"),
        ("restore", "Active"),
    ] {
        let asked = browser.get(&format!("{at}/{action}")).await;
        assert!(shown(&asked).contains("grace@acme.example"), "{action}");
        let done = browser.follow(browser.submit(&asked, &[]).await).await;
        assert!(shown(&done).contains(&format!("</span>{status}</span>")), "{action}: {}", done.reply.body);
    }
    let asked = browser.get(&format!("{at}/reset-link")).await;
    let link = browser.submit(&asked, &[]).await;
    assert!(shown(&link).contains("/login/reset?token="), "{}", link.reply.body);
    // What does not fit the state is no page.
    assert_eq!(browser.get(&format!("{at}/activate")).await.reply.status, 404);
    assert_eq!(browser.get(&format!("{at}/explode")).await.reply.status, 404);
});

on_both!(who_may_not_sees_nothing, |app| {
    let (browser, page) = app.looking("grace@acme.example", "/console").await;
    assert!(!shown(&page).contains("/console/users"));
    assert_eq!(browser.get("/console/users").await.reply.status, 403);
    assert_eq!(browser.get("/console/users/new").await.reply.status, 403);
    let ada = alter(&app, |conn| Ok(person(conn, "acme", ADA)?.id)).await;
    let stranger = alter(&app, |conn| Ok(person(conn, "globex", "sam@example.com")?.id)).await;
    assert_eq!(browser.get(&format!("/console/users/{ada}")).await.reply.status, 403);
    let (browser, _) = app.looking(ADA, "/console").await;
    assert_eq!(browser.get(&format!("/console/users/{stranger}")).await.reply.status, 404);
    assert_eq!(browser.get("/console/users/%00").await.reply.status, 404);
});
