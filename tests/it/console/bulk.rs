//! `/console/users/bulk`.

use super::shown;
use crate::manage::people::{give, make_role};
use crate::on_both;
use crate::support::tokens::{ADA, alter, person};

const BULK: &str = "/console/users/bulk";
const GRACE: &str = "grace@acme.example";

on_both!(a_change_to_many_is_counted_before_it_is_made, |app| {
    let (browser, list) = app.looking(ADA, "/console/users").await;
    assert!(shown(&list).contains("id=\"bulk\""), "{}", list.reply.body);
    let csrf = browser.get("/console/users/new").await.form().fields["csrf"].clone();
    let ids =
        alter(&app, |conn| Ok([ADA, GRACE].map(|email| person(conn, "acme", email).unwrap().id.to_string())));
    let [ada, grace] = ids.await;
    let form = [("csrf", csrf.as_str()), ("action", "suspend"), ("ids", &ada), ("ids", &grace)];
    let preview = browser.post(BULK, &form).await;
    assert!(shown(&preview).contains("1 person will be changed."), "{}", preview.reply.body);
    assert!(preview.reply.body.contains("2 people are meant."), "{}", preview.reply.body);
    assert!(preview.reply.body.contains("or is you, and stays"), "{}", preview.reply.body);
    let none = browser.get("/console/users?status=suspended").await;
    assert!(shown(&none).contains("Nothing matches"), "a preview changes nothing");

    let action = preview.form().action;
    assert!(action.contains("confirmed="), "{action}");
    let done = browser.follow(browser.post(&action, &form).await).await;
    assert!(shown(&done).contains("id=\"flash\""), "{}", done.reply.body);
    let suspended = browser.get("/console/users?status=suspended").await;
    assert!(shown(&suspended).contains(GRACE), "{}", suspended.reply.body);
    assert!(!suspended.reply.body.contains(&format!("<td><bdi>{ADA}")), "{}", suspended.reply.body);
});

on_both!(everybody_who_fits_the_filters_can_be_meant, |app| {
    let (browser, list) = app.looking(ADA, "/console/users?q=grace").await;
    assert!(shown(&list).contains("name=\"filter_q\" value=\"grace\""), "{}", list.reply.body);
    let csrf = browser.get("/console/users/new").await.form().fields["csrf"].clone();
    let form = [
        ("csrf", csrf.as_str()),
        ("action", "assign_role"),
        ("role", "editor"),
        ("everybody", "yes"),
        ("filter_q", "grace"),
    ];
    let preview = browser.post(BULK, &form).await;
    assert!(shown(&preview).contains("1 person will be changed."), "{}", preview.reply.body);
    assert!(preview.reply.body.contains("the role editor"), "{}", preview.reply.body);
    let done = browser.follow(browser.submit(&preview, &[]).await).await;
    assert!(shown(&done).contains("id=\"flash\""), "{}", done.reply.body);
    let holders = browser.get("/console/users?role=editor").await;
    assert!(shown(&holders).contains(GRACE), "{}", holders.reply.body);
});

on_both!(what_is_missing_is_said, |app| {
    let (browser, _) = app.looking(ADA, "/console").await;
    let csrf = browser.get("/console/users/new").await.form().fields["csrf"].clone();
    let nobody = browser.post(BULK, &[("csrf", &csrf), ("action", "suspend")]).await;
    assert_eq!(nobody.reply.status, 422);
    assert!(nobody.reply.body.contains("Nobody is selected."), "{}", nobody.reply.body);
    let no_role = [("csrf", csrf.as_str()), ("action", "assign_role"), ("ids", "x")];
    let no_role = browser.post(BULK, &no_role).await;
    assert_eq!(no_role.reply.status, 422);
    assert!(no_role.reply.body.contains("No role is chosen."), "{}", no_role.reply.body);
    let junk = browser.post(BULK, &[("csrf", &csrf), ("action", "suspend"), ("ids", "<x>")]).await;
    assert_eq!(junk.reply.status, 422);
    assert_eq!(browser.post(BULK, &[("csrf", &csrf), ("action", "explode")]).await.reply.status, 404);
    assert_eq!(browser.post(BULK, &[("action", "suspend")]).await.reply.status, 403, "no token");
    assert_eq!(browser.get(BULK).await.reply.status, 303);
});

on_both!(who_may_not_change_people_has_no_such_form, |app| {
    make_role(&app, "acme", "looker", &["users:read"]).await;
    give(&app, "acme", GRACE, "looker").await;
    let (browser, list) = app.looking(GRACE, "/console/users").await;
    assert!(!shown(&list).contains("id=\"bulk\""), "{}", list.reply.body);
    let id = alter(&app, |conn| Ok(person(conn, "acme", GRACE)?.id)).await;
    let csrf = browser.get(&format!("/console/users/{id}")).await.form().fields["csrf"].clone();
    assert_eq!(browser.post(BULK, &[("csrf", &csrf), ("action", "suspend")]).await.reply.status, 404);
});
