//! `/console/system`.

use super::{CANARY, shown};
use crate::manage::people::give;
use crate::on_both;
use crate::support::tokens::{ADA, alter, tenant};

const TENANTS: &str = "/console/system/tenants";

on_both!(organisations_are_made_and_found, |app| {
    give(&app, "acme", ADA, "super_admin").await;
    let (browser, list) = app.looking(ADA, TENANTS).await;
    assert!(shown(&list).contains("/console?tenant=globex"), "{}", list.reply.body);
    assert!(!list.reply.body.contains("/console?tenant=acme"), "nobody enters their own");
    assert!(shown(&browser.get(&format!("{TENANTS}?q=zzz")).await).contains("Nothing matches"));

    let form = browser.get(&format!("{TENANTS}/new")).await;
    let refused = browser.submit(&form, &[("slug", "Not One"), ("display_name", CANARY)]).await;
    assert_eq!(refused.reply.status, 422);
    assert_eq!(refused.form().fields["display_name"], CANARY);
    assert!(refused.reply.body.contains(r##"href="#slug""##), "{}", refused.reply.body);
    let made = browser.follow(browser.submit(&refused, &[("slug", "initech")]).await).await;
    assert!(shown(&made).contains("initech") && made.reply.body.contains("id=\"flash\""));
    let again = browser.follow(browser.submit(&refused, &[("slug", "initech")]).await).await;
    assert!(shown(&again).contains("Nothing was made a second time."), "{}", again.reply.body);
    assert!(shown(&browser.get(&format!("{TENANTS}?q=ini")).await).contains("<code>initech</code>"));
});

on_both!(an_organisation_is_shut_and_opened_again, |app| {
    give(&app, "acme", ADA, "super_admin").await;
    let (browser, _) = app.looking(ADA, "/console").await;
    let id = alter(&app, |conn| Ok(tenant(conn, "globex")?.id)).await;
    let at = format!("{TENANTS}/{id}");
    assert!(shown(&browser.get(&at).await).contains("id=\"enter-tenant\""));
    let inside = browser.get("/console?tenant=globex").await;
    assert!(shown(&inside).contains("id=\"abroad\""), "{}", inside.reply.body);
    for (action, status) in
        [("suspend", "Suspended"), ("activate", "Active"), ("delete", "Deleted"), ("restore", "Active")]
    {
        let asked = browser.get(&format!("{at}/{action}")).await;
        assert!(shown(&asked).contains("(globex)"), "{action}");
        let done = browser.follow(browser.submit(&asked, &[]).await).await;
        assert!(shown(&done).contains(&format!("</span>{status}</span>")), "{action}: {}", done.reply.body);
    }
    assert_eq!(browser.get(&format!("{at}/activate")).await.reply.status, 404);
    let own = alter(&app, |conn| Ok(tenant(conn, "acme")?.id)).await;
    assert!(!shown(&browser.get(&format!("{TENANTS}/{own}")).await).contains("/delete\""));
    assert_eq!(browser.get(&format!("{TENANTS}/x")).await.reply.status, 404);
});

on_both!(token_keys_and_health_are_shown, |app| {
    give(&app, "acme", ADA, "super_admin").await;
    let (browser, keys) = app.looking(ADA, "/console/system/token-keys").await;
    let body = shown(&keys);
    for word in ["RS256", "ES256", "EdDSA", "Active", "/oauth2/jwks"] {
        assert!(body.contains(word), "{word}: {body}");
    }
    let health = browser.get("/console/system/health").await;
    assert!(shown(&health).contains(env!("CARGO_PKG_VERSION")), "{}", health.reply.body);
    assert!(health.reply.body.contains("SQLite") || health.reply.body.contains("PostgreSQL"));
});

on_both!(the_instance_is_for_who_may_see_it, |app| {
    let (browser, page) = app.looking(ADA, "/console").await;
    assert!(!shown(&page).contains("/console/system"), "{}", page.reply.body);
    let own = alter(&app, |conn| Ok(tenant(conn, "acme")?.id)).await;
    let at = format!("{TENANTS}/{own}");
    for at in [TENANTS, "/console/system/token-keys", "/console/system/health", &at] {
        assert_eq!(browser.get(at).await.reply.status, 403, "{at}");
    }
    assert_eq!(browser.get(&format!("{TENANTS}/new")).await.reply.status, 403);
    assert_eq!(browser.get(&format!("{at}/suspend")).await.reply.status, 404);
});
