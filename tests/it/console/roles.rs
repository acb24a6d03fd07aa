//! `/console/roles`.

use super::{CANARY, fill, shown};
use crate::manage::people::{give, make_role};
use crate::on_both;
use crate::support::tokens::{ADA, alter, person};

on_both!(a_role_is_made_copied_changed_and_deleted, |app| {
    let (browser, list) = app.looking(ADA, "/console/roles").await;
    assert!(shown(&list).contains("Built in") && list.reply.body.contains("tenant_admin"));
    let none = browser.get("/console/roles?q=nothing-begins-so").await;
    assert!(shown(&none).contains("Nothing matches"));
    let form = browser.get("/console/roles/new").await;
    assert!(shown(&form).contains("value=\"users:read\""));
    let typed = [
        ("slug", "No Slug"),
        ("display_name", CANARY),
        ("permissions", "users:read"),
        ("others", "reports:*"),
    ];
    let refused = fill(&browser, &form, &typed).await;
    assert_eq!(refused.reply.status, 422, "{}", refused.reply.body);
    assert!(refused.reply.body.contains("value=\"users:read\" checked"), "{}", refused.reply.body);
    let typed = [("slug", "reader"), ("display_name", CANARY), ("permissions", "users:read")];
    let made = fill(&browser, &refused, &typed).await;
    let at = made.reply.header("location").split('?').next().unwrap().to_owned();
    let page = browser.follow(made).await;
    assert!(
        shown(&page).contains("value=\"users:read\" checked")
            && page.reply.body.contains("Nobody holds this role.")
    );

    let edit = [("display_name", "Reader"), ("permissions", "users:read"), ("permissions", "teams:read")];
    let done = browser.follow(fill(&browser, &page, &edit).await).await;
    assert!(shown(&done).contains("value=\"teams:read\" checked"));
    assert_eq!(fill(&browser, &page, &edit).await.reply.status, 422, "somebody was faster");

    let id = at.rsplit('/').next().unwrap();
    let copy = browser.get(&format!("/console/roles/new?from={id}")).await;
    assert!(shown(&copy).contains("value=\"teams:read\" checked"));
    let asked = browser.get(&format!("{at}/delete")).await;
    assert!(shown(&asked).contains("nobody holds it"));
    let done = browser.follow(browser.submit(&asked, &[]).await).await;
    assert!(shown(&done).contains("Deleted."));
    assert_eq!(browser.get(&at).await.reply.status, 404);
});

on_both!(who_may_not_sees_no_role, |app| {
    let (browser, page) = app.looking("grace@acme.example", "/console").await;
    assert!(!shown(&page).contains("/console/roles"));
    for at in ["/console/roles", "/console/roles/new"] {
        assert_eq!(browser.get(at).await.reply.status, 403, "{at}");
    }
});

on_both!(what_somebody_may_not_hand_out_is_said_and_the_form_is_kept, |app| {
    make_role(
        &app,
        "acme",
        "appointer",
        &["roles:read", "roles:create", "roles:update", "roles:assign", "users:read"],
    )
    .await;
    give(&app, "acme", "grace@acme.example", "appointer").await;
    let (browser, form) = app.looking("grace@acme.example", "/console/roles/new").await;
    let typed = [("slug", "mighty"), ("display_name", CANARY), ("others", "tenant:update")];
    let refused = fill(&browser, &form, &typed).await;
    assert_eq!(refused.reply.status, 422, "{}", refused.reply.body);
    assert!(refused.reply.body.contains("tenant:update") && refused.reply.body.contains("error-summary"));
    assert_eq!(refused.form().fields["slug"], "mighty");
    assert!(!refused.reply.body.contains("<script>x"));
    let ada = alter(&app, |conn| Ok(person(conn, "acme", ADA)?.id)).await;
    let page = browser.get(&format!("/console/users/{ada}/roles")).await;
    let refused = fill(&browser, &page, &[("roles", "super_admin")]).await;
    assert_eq!(refused.reply.status, 422, "{}", refused.reply.body);
    assert!(refused.reply.body.contains("value=\"super_admin\" checked"), "{}", refused.reply.body);
});

on_both!(the_list_tells_who_holds_each_role, |app| {
    let (_, list) = app.looking(ADA, "/console/roles").await;
    let plain: String = shown(&list).chars().filter(|c| c.is_ascii()).collect();
    assert!(plain.contains("<td>1 person"), "{plain}");
});
