//! `/console/service-accounts`.

use super::{CANARY, fill, shown};
use crate::on_both;
use crate::support::tokens::ADA;

on_both!(a_service_account_lives_from_creation_to_deletion, |app| {
    let (browser, list) = app.looking(ADA, "/console/service-accounts").await;
    shown(&list);
    let form = browser.get("/console/service-accounts/new").await;
    let refused = fill(&browser, &form, &[("slug", "No Slug"), ("display_name", CANARY)]).await;
    assert_eq!(refused.reply.status, 422, "{}", refused.reply.body);
    assert_eq!(refused.form().fields["display_name"], CANARY);
    let made = [("slug", "nightly-report"), ("display_name", CANARY), ("description", CANARY)];
    let made = fill(&browser, &refused, &made).await;
    let at = made.reply.header("location").split('?').next().unwrap().to_owned();
    let page = browser.follow(made).await;
    assert!(
        shown(&page).contains("nightly-report")
            && page.reply.body.contains("/console/api-keys/new?owner=service_account")
    );

    let edit = [("display_name", "Nightly"), ("description", ""), ("team", "")];
    let done = browser.follow(fill(&browser, &page, &edit).await).await;
    assert!(shown(&done).contains("<h1><bdi>Nightly</bdi></h1>"));
    assert_eq!(fill(&browser, &page, &edit).await.reply.status, 422, "somebody was faster");

    let roles = browser.get(&format!("{at}/roles")).await;
    shown(&roles);
    let held = browser.follow(fill(&browser, &roles, &[("roles", "tenant_admin")]).await).await;
    assert!(shown(&held).contains("<li><code>tenant_admin</code></li>"), "{}", held.reply.body);

    let form = browser.get(&format!("{at}/new-credential")).await;
    let told = fill(&browser, &form, &[("display_name", CANARY), ("scopes", "gridkey:manage")]).await;
    assert!(shown(&told).contains("id=\"client-secret\""), "{}", told.reply.body);
    let again = fill(&browser, &form, &[("display_name", CANARY), ("scopes", "gridkey:manage")]).await;
    assert!(shown(&again).contains("id=\"repeated\""));
    let page = browser.get(&at).await;
    for (action, then) in
        [("add-secret", "id=\"client-secret\""), ("remove-credential", "credential was removed")]
    {
        let start = shown(&page).find(&format!("/{action}?credential=")).unwrap();
        let rest = page.reply.body[start..].split('"').next().unwrap();
        let asked = browser.get(&format!("{at}{rest}")).await;
        let done = browser.follow(browser.submit(&asked, &[]).await).await;
        assert!(shown(&done).contains(then), "{action}: {}", done.reply.body);
    }
    for (action, status) in
        [("disable", "Disabled"), ("enable", "Active"), ("delete", "Deleted"), ("restore", "Active")]
    {
        let asked = browser.get(&format!("{at}/{action}")).await;
        let done = browser.follow(browser.submit(&asked, &[]).await).await;
        assert!(shown(&done).contains(&format!("</span>{status}</span>")), "{action}: {}", done.reply.body);
    }
});

on_both!(who_may_not_sees_no_service_account, |app| {
    let (browser, page) = app.looking("grace@acme.example", "/console").await;
    assert!(!shown(&page).contains("/console/service-accounts"));
    for at in ["/console/service-accounts", "/console/service-accounts/new"] {
        assert_eq!(browser.get(at).await.reply.status, 403, "{at}");
    }
    let foreign = app.manager("globex", None).await.id;
    let (browser, _) = app.looking(ADA, "/console").await;
    for rest in ["", "/roles", "/new-credential", "/disable"] {
        let page = browser.get(&format!("/console/service-accounts/{foreign}{rest}")).await;
        assert_eq!(page.reply.status, 404, "{rest}");
    }
});
