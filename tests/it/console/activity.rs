//! `/console/users/{id}/activity`.

use std::time::Duration;

use gridkey::audit::{self, ActorRef, Event, Target};
use serde_json::json;

use super::{CANARY, shown};
use crate::on_both;
use crate::support::tokens::{ADA, alter, person, tenant};

on_both!(what_somebody_did_and_what_was_done_to_them_is_a_tab, |app| {
    let (random, now) = (app.app.random.clone(), app.now());
    let grace = alter(&app, move |conn| {
        let log = tenant(conn, "acme")?.id;
        let grace = person(conn, "acme", "grace@acme.example")?.id;
        for number in 0..60u32 {
            let at = now - Duration::from_secs(u64::from(100 - number));
            let event = Event::new(&random, (log, at), "user.update");
            let event = match number % 3 {
                0 => event
                    .by(ActorRef::person(log, grace, "grace@acme.example"))
                    .on(Target::new("thing", "t", CANARY)),
                1 => {
                    event.by(ActorRef::system("x")).on(Target::new("user", grace, format!("felt-{number}-")))
                }
                _ => event.by(ActorRef::system("x")).on(Target::new("user", "other", "somebody-else")),
            };
            audit::store::insert(conn, log, &event)?;
        }
        Ok(grace)
    })
    .await;
    let at = format!("/console/users/{grace}/activity");
    let (browser, profile) = app.looking(ADA, &format!("/console/users/{grace}")).await;
    assert!(shown(&profile).contains(&format!("href=\"{at}\"")), "a tab: {}", profile.reply.body);
    let page = browser.get(&at).await;
    let body = shown(&page);
    assert!(body.contains("aria-current=\"page\">Activity</a>"), "{body}");
    // Making her was written down as well, when the fixture was.
    assert!(body.matches("<code>user.update</code>").count() >= 40, "{body}");
    assert!(
        body.contains("&#60;script&#62;x") && body.contains("felt-1-") && !body.contains("somebody-else")
    );
    assert!(body.find("felt-58-").unwrap() < body.find("felt-1-").unwrap(), "newest first");
    let event = body.split("<th scope=\"row\"><a href=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(browser.get(event).await.reply.status, 200);

    // More than a page has.
    let (random, now) = (app.app.random.clone(), app.now());
    alter(&app, move |conn| {
        let log = tenant(conn, "acme")?.id;
        for _ in 0..40 {
            let event =
                Event::new(&random, (log, now), "user.update").on(Target::new("user", grace, "later"));
            audit::store::insert(conn, log, &event)?;
        }
        Ok(())
    })
    .await;
    let first = browser.get(&at).await;
    let next = shown(&first).split("id=\"next-page\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let second = browser.get(&next.replace("&#38;", "&")).await;
    assert!(
        shown(&second).contains("felt-1-") && !second.reply.body.contains("later"),
        "{}",
        second.reply.body
    );
    assert!(second.reply.body.contains("rel=\"first\""));
    assert_eq!(browser.get(&format!("{at}?cursor=x")).await.reply.status, 400);
});

on_both!(who_may_not_read_the_log_sees_no_activity, |app| {
    let ada = alter(&app, |conn| person(conn, "acme", ADA)).await.id;
    let root = app.manager("acme", Some("super_admin")).await;
    let grace = alter(&app, |conn| person(conn, "acme", "grace@acme.example")).await.id;
    let roles = json!({ "roles": ["tenant_viewer"] });
    root.put(&format!("/v1/users/{grace}/roles"), &roles).await.expect(200);
    let (browser, page) = app.looking("grace@acme.example", &format!("/console/users/{ada}")).await;
    assert!(!shown(&page).contains("/activity"), "{}", page.reply.body);
    assert_eq!(browser.get(&format!("/console/users/{ada}/activity")).await.reply.status, 403);
    let (hank, _) = app.looking("hank@globex.example", "/console").await;
    assert_eq!(hank.get(&format!("/console/users/{ada}/activity")).await.reply.status, 404);
});
