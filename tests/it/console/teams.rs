//! `/console/teams`.

use super::{CANARY, shown};
use crate::manage::people::{give, make_role, make_team};
use crate::on_both;
use crate::support::tokens::{ADA, alter, person, tenant};
use crate::support::{Browser, Page, TestApp};
use gridkey::teams;

const GRACE: &str = "grace@acme.example";

async fn place(app: &TestApp, organisation: &'static str, slug: &'static str) -> String {
    let id = alter(app, move |conn| {
        let tenant = tenant(conn, organisation)?;
        Ok(teams::store::find_by_slug(conn, tenant.id, slug)?.unwrap().id)
    });
    format!("/console/teams/{}", id.await)
}

/// Fills in the form for a new team.
async fn make(browser: &Browser, form: &Page, slug: &str) -> Page {
    let fields = [("slug", slug), ("display_name", CANARY), ("description", CANARY)];
    browser.submit(form, &fields).await
}

on_both!(a_team_is_made_once, |app| {
    let (browser, page) = app.looking(ADA, "/console/teams").await;
    assert!(shown(&page).contains("No teams yet"), "{}", page.reply.body);
    let form = browser.get("/console/teams/new").await;
    let refused = make(&browser, &form, "No Slug").await;
    assert_eq!(refused.reply.status, 422, "{}", refused.reply.body);
    assert_eq!(refused.form().fields["slug"], "No Slug");
    assert_eq!(refused.form().fields["description"], CANARY);

    let sent = make(&browser, &refused, "ops").await;
    let made = browser.follow(sent).await;
    assert!(shown(&made).contains("id=\"flash\"") && made.reply.body.contains("No members yet"));
    let again = browser.follow(make(&browser, &refused, "ops").await).await;
    assert!(shown(&again).contains("Nothing was made a second time."), "{}", again.reply.body);
    let taken = make(&browser, &browser.get("/console/teams/new").await, "ops").await;
    assert_eq!(taken.reply.status, 422);
    assert!(taken.reply.body.contains(r##"href="#slug""##), "{}", taken.reply.body);
    let list = browser.get("/console/teams?q=op").await;
    assert_eq!(shown(&list).matches("<code>ops</code>").count(), 1);
    assert!(shown(&browser.get("/console/teams?q=zzz").await).contains("Nothing matches"));
});

on_both!(members_come_and_go, |app| {
    make_team(&app, "acme", "ops", (&[], None)).await;
    let account = app.manager("acme", None).await.id.to_string();
    let (browser, _) = app.looking(ADA, "/console").await;
    let at = format!("{}/members", place(&app, "acme", "ops").await);
    let empty = browser.get(&at).await;
    assert!(shown(&empty).contains("No members yet"), "{}", empty.reply.body);
    for (email, why) in
        [("", "Enter an e-mail address"), ("x", "Nobody in this"), ("no@x.example", "Nobody in this")]
    {
        let refused = browser.submit(&empty, &[("email", email)]).await;
        assert_eq!(refused.reply.status, 422, "{email}");
        assert!(refused.reply.body.contains(why), "{email}: {}", refused.reply.body);
        assert_eq!(refused.form().fields["email"], email);
    }
    let added = browser.follow(browser.submit(&empty, &[("email", GRACE)]).await).await;
    assert!(shown(&added).contains(&format!("<bdi>{GRACE}</bdi>")), "{}", added.reply.body);
    let added = browser.submit(&added, &[("email", ""), ("service_account", &account)]).await;
    let added = browser.follow(added).await;
    assert!(shown(&added).contains(&format!("manager-{account}</bdi>")), "{}", added.reply.body);

    let csrf = added.form().fields["csrf"].clone();
    let grace = alter(&app, |conn| Ok(person(conn, "acme", GRACE)?.id)).await.to_string();
    let out = browser.post(&at, &[("csrf", &csrf), ("kind", "user"), ("member", &grace)]).await;
    let out = browser.follow(out).await;
    assert!(!shown(&out).contains(&format!("<bdi>{GRACE}</bdi>")), "{}", out.reply.body);
});

on_both!(a_team_is_changed_given_roles_and_deleted, |app| {
    make_team(&app, "acme", "ops", (&[GRACE], None)).await;
    let (browser, _) = app.looking(ADA, "/console").await;
    let at = place(&app, "acme", "ops").await;
    let early = browser.get(&at).await;
    let done = browser.follow(browser.submit(&early, &[("display_name", CANARY)]).await).await;
    assert!(shown(&done).contains("id=\"flash\""), "{}", done.reply.body);
    let late = browser.submit(&early, &[("display_name", "Operations")]).await;
    assert_eq!(late.reply.status, 422);
    assert_eq!(late.form().fields["display_name"], "Operations");

    let roles = browser.get(&format!("{at}/roles")).await;
    let done = browser.follow(browser.submit(&roles, &[("roles", "editor")]).await).await;
    assert!(shown(&done).contains("value=\"editor\" checked"), "{}", done.reply.body);

    let asked = browser.get(&format!("{at}/delete")).await;
    assert!(shown(&asked).contains("(ops)"), "{}", asked.reply.body);
    let gone = browser.follow(browser.submit(&asked, &[]).await).await;
    assert!(shown(&gone).contains("No teams yet"), "{}", gone.reply.body);
    assert_eq!(browser.get(&at).await.reply.status, 404);
});

on_both!(who_may_not_sees_nothing_of_teams, |app| {
    make_team(&app, "acme", "ops", (&[GRACE], None)).await;
    make_team(&app, "globex", "labs", (&[], None)).await;
    let (browser, page) = app.looking(GRACE, "/console").await;
    assert!(!shown(&page).contains("/console/teams"));
    let own = place(&app, "acme", "ops").await;
    for at in ["/console/teams", "/console/teams/new", &own, &format!("{own}/members")] {
        assert_eq!(browser.get(at).await.reply.status, 403, "{at}");
    }
    assert_eq!(browser.get(&format!("{own}/delete")).await.reply.status, 404);
    let (browser, _) = app.looking(ADA, "/console").await;
    let foreign = place(&app, "globex", "labs").await;
    for rest in ["", "/members", "/roles", "/delete"] {
        assert_eq!(browser.get(&format!("{foreign}{rest}")).await.reply.status, 404, "{rest}");
    }
});

on_both!(who_may_only_look_at_teams_is_offered_nothing_else, |app| {
    make_team(&app, "acme", "ops", (&[ADA], Some("editor"))).await;
    make_role(&app, "acme", "looker", &["teams:read"]).await;
    give(&app, "acme", GRACE, "looker").await;
    let (browser, list) = app.looking(GRACE, "/console/teams").await;
    assert!(!shown(&list).contains("/console/teams/new"), "{}", list.reply.body);
    let at = place(&app, "acme", "ops").await;
    for (rest, word) in [
        ("", "class=\"primary\""),
        ("", "Delete team"),
        ("/members", "Take out"),
        ("/roles", "class=\"primary\""),
    ] {
        let page = browser.get(&format!("{at}{rest}")).await;
        assert!(!shown(&page).contains(word), "{rest} {word}");
    }
    let roles = browser.get(&format!("{at}/roles")).await;
    assert!(shown(&roles).contains("value=\"editor\" checked"), "{}", roles.reply.body);
});
