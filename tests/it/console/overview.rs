//! `/console`: figures, and what needs somebody.

use gridkey::audit::{self, ActorRef, Event, Target};
use serde_json::json;

use super::shown;
use crate::manage::people::give;
use crate::on_both;
use crate::support::Page;
use crate::support::tokens::{ADA, alter, tenant};

/// A figure of the page.
fn figure<'a>(page: &'a Page, id: &str) -> &'a str {
    let marker = format!("<dd id=\"figure-{id}\">");
    let rest =
        page.reply.body.split(&marker).nth(1).unwrap_or_else(|| panic!("no {id}: {}", page.reply.body));
    rest.split('<').next().unwrap()
}

fn needs(page: &Page, id: &str) -> bool {
    page.reply.body.contains(&format!("<li class=\"row\" id=\"{id}\">"))
}

on_both!(figures_lead_to_their_lists, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let (browser, page) = app.looking(ADA, "/console").await;
    assert!(shown(&page).contains("id=\"figures\"") && page.reply.body.contains("Nothing needs you"));
    assert_eq!(
        (figure(&page, "people"), figure(&page, "sign-ins"), figure(&page, "active-keys")),
        ("3", "1", "0")
    );
    let account = json!({ "slug": "nightly", "display_name": "Nightly" });
    let account = admin.post("/v1/service-accounts", &account).await.expect(201).text("id");
    let key = json!({ "name": "Ending", "level": "read-only", "expires_in_days": 7 });
    admin.post(&format!("/v1/service-accounts/{account}/api-keys"), &key).await.expect(201);
    let (random, now) = (app.app.random.clone(), app.now());
    alter(&app, move |conn| {
        let log = tenant(conn, "acme")?.id;
        let event = Event::new(&random, (log, now), "api_key.spike")
            .by(ActorRef::system("usage"))
            .on(Target::new("api_key", "k", "Key"));
        audit::store::insert(conn, log, &event)
    })
    .await;
    let page = browser.get("/console").await;
    assert_eq!(figure(&page, "active-keys"), "1", "{}", page.reply.body);
    assert!(needs(&page, "expiring-keys") && needs(&page, "key-spikes"), "{}", page.reply.body);
    assert!(!needs(&page, "unused-keys") && !needs(&page, "failing-webhooks"));
    for (marker, finds) in
        [("id=\"expiring-keys\"", "Ending"), ("id=\"key-spikes\"", "api_key.spike"), ("failed", "")]
    {
        let Some(rest) = page.reply.body.split(marker).nth(1) else { continue };
        let href = rest.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
        let list = browser.get(&href).await;
        assert!(shown(&list).contains(finds), "{href}: {}", list.reply.body);
    }
});

on_both!(an_empty_organisation_shows_its_first_steps_alone, |app| {
    give(&app, "acme", ADA, "super_admin").await;
    let root = app.manager("acme", Some("super_admin")).await;
    root.post("/v1/tenants", &json!({ "slug": "void", "display_name": "Void" })).await.expect(201);
    let (browser, page) = app.looking(ADA, "/console?tenant=void").await;
    assert!(shown(&page).contains("id=\"checklist\""));
    for section in ["figures", "attention", "recent"] {
        assert!(!page.reply.body.contains(&format!("id=\"{section}\"")), "{section}: {}", page.reply.body);
    }
    let own = browser.get("/console").await;
    assert!(shown(&own).contains("id=\"figures\"") && own.reply.body.contains("id=\"recent\""));
});

on_both!(a_viewer_sees_the_figures_of_what_they_may_read, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let grace =
        alter(&app, |conn| crate::support::tokens::person(conn, "acme", "grace@acme.example")).await.id;
    let (browser, page) = app.looking("grace@acme.example", "/console").await;
    assert!(!shown(&page).contains("id=\"figures\""), "{}", page.reply.body);
    let roles = json!({ "roles": ["tenant_viewer"] });
    root.put(&format!("/v1/users/{grace}/roles"), &roles).await.expect(200);
    let page = browser.get("/console").await;
    assert_eq!((figure(&page, "people"), figure(&page, "active-keys")), ("3", "0"));
    assert!(!shown(&page).contains("figure-sign-ins") && !page.reply.body.contains("/console/audit-log"));
});
