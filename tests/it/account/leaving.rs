//! `/account/data`.

use std::time::Duration;

use gridkey::users::UserStatus;

use super::{GRACE, events};
use crate::console::shown;
use crate::on_both;
use crate::support::tokens::{ADA, alter, count, person};

on_both!(everything_about_somebody_is_one_file_without_secrets, |app| {
    let (browser, page) = app.looking(ADA, "/account/data").await;
    let file = browser.submit(&page, &[]).await;
    assert_eq!(file.reply.status, 200, "{}", file.reply.body);
    assert!(file.reply.header("content-disposition").starts_with("attachment"));
    let document: serde_json::Value = serde_json::from_str(&file.reply.body).unwrap();
    assert_eq!(document["person"]["email"], ADA);
    assert_eq!(document["sessions"].as_array().unwrap().len(), 1);
    assert!(document["roles"].as_array().unwrap().iter().any(|role| role == "tenant_admin"));
    assert!(!file.reply.body.contains("$argon2") && !file.reply.body.contains(GRACE));
    assert_eq!(events(&app, "user.export").await, 1);
    // Whoever finds an open browser is asked for the password first.
    app.pass(Duration::from_secs(11 * 60));
    let asked = browser.submit(&page, &[]).await;
    assert_eq!(asked.reply.status, 403);
    assert!(asked.reply.body.contains("confirm_password"));
});

on_both!(an_account_is_closed_and_can_come_back, |app| {
    let (browser, form) = app.looking(GRACE, "/account/data/delete").await;
    let refused = browser.submit(&form, &[("email", ADA)]).await;
    assert_eq!(refused.reply.status, 422);
    assert_eq!(refused.form().fields["email"], ADA);
    let done = browser.submit(&refused, &[("email", "Grace@acme.example")]).await;
    assert_eq!(done.reply.header("location"), "/login/signed-out", "{}", done.reply.body);
    let grace = alter(&app, |conn| person(conn, "acme", GRACE)).await;
    assert!(grace.status == UserStatus::Deleted && grace.deleted_at.is_some());
    assert_eq!(browser.get("/account").await.reply.status, 303);
    assert_eq!(events(&app, "user.delete").await, 1);
    let id = grace.id;
    let (admin, _) = app.looking(ADA, "/console").await;
    let asked = admin.get(&format!("/console/users/{id}/restore")).await;
    let back = admin.follow(admin.submit(&asked, &[]).await).await;
    assert!(shown(&back).contains("</span>Active</span>"), "{}", back.reply.body);
});

on_both!(the_last_administrator_stays, |app| {
    let (browser, form) = app.looking(ADA, "/account/data/delete").await;
    let refused = browser.submit(&form, &[("email", ADA)]).await;
    assert_eq!(refused.reply.status, 422, "{}", refused.reply.body);
    assert!(refused.reply.body.contains("last administrator"));
    assert_eq!(events(&app, "user.delete").await, 0);
    assert_eq!(count(&app, "SELECT count(*) AS n FROM users WHERE status = 'deleted'").await, 0);
    // Somebody else who holds the role makes room.
    alter(&app, |conn| {
        let grace = person(conn, "acme", GRACE)?;
        let role = gridkey::roles::store::find_by_slug(conn, grace.tenant_id, "tenant_admin")?.unwrap();
        let holder = (gridkey::roles::PrincipalKind::User, grace.id);
        gridkey::roles::store::assign(conn, grace.tenant_id, role.id, holder, grace.created_at)
    })
    .await;
    let done = browser.submit(&form, &[("email", ADA)]).await;
    assert_eq!(done.reply.header("location"), "/login/signed-out", "{}", done.reply.body);
});
