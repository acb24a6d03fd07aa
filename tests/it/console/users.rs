//! `/console/users`.

use gridkey::teams;

use super::{CANARY, shown};
use crate::manage::people::{give, make_role, make_team};
use crate::on_both;
use crate::support::TestApp;
use crate::support::tokens::{ADA, alter, person};

const GRACE: &str = "grace@acme.example";

async fn place_of_grace(app: &TestApp) -> String {
    format!("/console/users/{}", alter(app, |conn| Ok(person(conn, "acme", GRACE)?.id)).await)
}

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

on_both!(roles_are_chosen_on_a_page_of_their_own, |app| {
    make_team(&app, "acme", "ops", (&[GRACE], Some("editor"))).await;
    let (browser, _) = app.looking(ADA, "/console").await;
    let at = place_of_grace(&app).await;
    let early = browser.get(&format!("{at}/roles")).await;
    assert!(shown(&early).contains("value=\"tenant_user\" checked"), "{}", early.reply.body);
    assert!(early.reply.body.contains("by the team ops"), "{}", early.reply.body);
    let done = browser.follow(browser.submit(&early, &[("roles", "editor")]).await).await;
    assert!(shown(&done).contains("id=\"flash\"") && done.reply.body.contains("value=\"editor\" checked"));
    assert!(!done.reply.body.contains("value=\"tenant_user\" checked"), "{}", done.reply.body);
    // Somebody who still looks at the page as it was is told so, and keeps what they chose.
    let late = browser.submit(&early, &[("roles", "tenant_user")]).await;
    assert_eq!(late.reply.status, 422);
    assert!(late.reply.body.contains("value=\"tenant_user\" checked"), "{}", late.reply.body);

    let held = browser.get(&format!("{at}/permissions")).await;
    assert!(shown(&held).contains("reports:write"), "{}", held.reply.body);
    assert!(held.reply.body.contains("editor by the team ops"), "{}", held.reply.body);
});

on_both!(a_person_joins_and_leaves_teams, |app| {
    make_team(&app, "acme", "ops", (&[], None)).await;
    let (browser, _) = app.looking(ADA, "/console").await;
    let at = format!("{}/teams", place_of_grace(&app).await);
    let empty = browser.get(&at).await;
    assert!(shown(&empty).contains("In no team"), "{}", empty.reply.body);
    let refused = browser.submit(&empty, &[]).await;
    assert_eq!(refused.reply.status, 422);
    assert!(refused.reply.body.contains("Choose a team."), "{}", refused.reply.body);
    let ops = alter(&app, |conn| {
        let tenant = person(conn, "acme", ADA)?.tenant_id;
        Ok(teams::store::find_by_slug(conn, tenant, "ops")?.unwrap().id)
    });
    let ops = ops.await.to_string();
    let joined = browser.follow(browser.submit(&empty, &[("join", &ops)]).await).await;
    assert!(shown(&joined).contains(&format!("/console/teams/{ops}")), "{}", joined.reply.body);
    let left = browser.follow(browser.submit(&joined, &[]).await).await;
    assert!(shown(&left).contains("In no team"), "{}", left.reply.body);
});

on_both!(sessions_of_a_person_are_ended, |app| {
    let (theirs, _) = app.looking(GRACE, "/console").await;
    let (browser, _) = app.looking(ADA, "/console").await;
    let at = format!("{}/sessions", place_of_grace(&app).await);
    let page = browser.get(&at).await;
    assert!(shown(&page).contains("End session"), "{}", page.reply.body);
    let ended = browser.follow(browser.submit(&page, &[]).await).await;
    assert!(shown(&ended).contains("Signed in nowhere"), "{}", ended.reply.body);
    assert_eq!(theirs.get("/console").await.reply.status, 303, "the session has ended");
});

on_both!(who_may_only_look_is_offered_nothing_else, |app| {
    make_role(&app, "acme", "looker", &["users:read"]).await;
    give(&app, "acme", GRACE, "looker").await;
    let (browser, page) = app.looking(GRACE, "/console/users").await;
    assert!(shown(&page).contains(ADA));
    for word in ["Invite user", "Preview", "/console/teams\"", "/console/system"] {
        assert!(!page.reply.body.contains(word), "{word}");
    }
    let at = place_of_grace(&app).await;
    let roles = browser.get(&format!("{at}/roles")).await;
    assert!(
        shown(&roles).contains("looker") && !roles.reply.body.contains("class=\"primary\""),
        "{}",
        roles.reply.body
    );
    assert!(!roles.reply.body.contains(&format!("{at}/sessions")), "{}", roles.reply.body);
    assert_eq!(browser.submit(&roles, &[("roles", "tenant_admin")]).await.reply.status, 403);
    assert_eq!(browser.get(&format!("{at}/sessions")).await.reply.status, 403);
    // The pages of somebody elsewhere are not there, whichever it is.
    let stranger = alter(&app, |conn| Ok(person(conn, "globex", "sam@example.com")?.id)).await;
    for rest in ["", "/roles", "/teams", "/permissions"] {
        let page = browser.get(&format!("/console/users/{stranger}{rest}")).await;
        assert_eq!(page.reply.status, 404, "{rest}");
    }
});
