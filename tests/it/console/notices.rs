//! `/console/notices`: what needs somebody is dismissed, by each for themselves, until it is something else.

use std::time::Duration;

use gridkey::manage::me::dismissed::{Notice, store};
use serde_json::{Value, json};

use super::shown;
use crate::manage::people::give;
use crate::on_both;
use crate::support::manager::Manager;
use crate::support::tokens::{ADA, alter, count, person, tenant};
use crate::support::{Browser, Page, TestApp, execute};

const GRACE: &str = "grace@acme.example";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn needs(page: &Page, id: &str) -> bool {
    shown(page).contains(&format!("<li class=\"row\" id=\"{id}\">"))
}

/// What stands in a hidden field of the form behind `marker`.
fn hidden(page: &Page, marker: &str, name: &str) -> String {
    let (_, rest) = page.reply.body.split_once(marker).unwrap_or_else(|| panic!("no {marker}"));
    let (_, rest) = rest.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// Dismisses what the page shows under this name: the page that follows.
async fn dismiss(browser: &Browser, page: &Page, id: &str) -> Page {
    let marker = format!("id=\"{id}\"");
    let [csrf, notice, digest] = ["csrf", "notice", "digest"].map(|name| hidden(page, &marker, name));
    let form = [("csrf", csrf.as_str()), ("notice", &notice), ("digest", &digest)];
    let sent = browser.post("/console/notices", &form).await;
    assert_eq!(sent.reply.status, 303, "{}", sent.reply.body);
    browser.follow(sent).await
}

/// A service account whose keys end soon.
async fn account(admin: &Manager<'_>) -> String {
    let account = json!({ "slug": "nightly", "display_name": "Nightly" });
    let account = admin.post("/v1/service-accounts", &account).await.expect(201).text("id");
    format!("/v1/service-accounts/{account}/api-keys")
}

async fn ending_key(admin: &Manager<'_>, at: &str) -> Value {
    let key = json!({ "name": "Ending", "level": "read-only", "expires_in_days": 7 });
    admin.post(at, &key).await.expect(201).json()
}

async fn looking_grace(app: &TestApp) -> (Browser, Page) {
    give(app, "acme", GRACE, "tenant_viewer").await;
    app.looking(GRACE, "/console").await
}

on_both!(what_was_dismissed_comes_back_when_it_is_about_something_else, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let at = account(&admin).await;
    ending_key(&admin, &at).await;
    let (browser, page) = app.looking(ADA, "/console").await;
    assert!(needs(&page, "expiring-keys") && !page.reply.body.contains("id=\"dismissed\""));
    let before = count(&app, "SELECT count(*) AS n FROM audit_events").await;
    // It is a view and no deed: nobody is asked who they are for it, and the log has nothing of it.
    app.pass(Duration::from_secs(11 * 60));
    let page = dismiss(&browser, &page, "expiring-keys").await;
    assert!(!needs(&page, "expiring-keys") && page.reply.body.contains("id=\"dismissed\""));
    assert!(page.reply.body.contains("Nothing needs you") && page.reply.body.contains("id=\"flash\""));
    assert_eq!(count(&app, "SELECT count(*) AS n FROM audit_events").await, before);
    let (hers, page) = looking_grace(&app).await;
    assert!(needs(&page, "expiring-keys"), "whoever did not dismiss it is still told");

    // The first one's token has ended by now.
    let admin = app.manager("acme", Some("tenant_admin")).await;
    ending_key(&admin, &at).await;
    let page = browser.get("/console").await;
    assert!(needs(&page, "expiring-keys") && !page.reply.body.contains("id=\"dismissed\""));
    let page = dismiss(&browser, &page, "expiring-keys").await;
    assert!(!needs(&page, "expiring-keys"));
    assert_eq!(count(&app, "SELECT count(*) AS n FROM dismissed_notices").await, 1, "in place of the first");
    // All of it is told again to who asks for it.
    let csrf = hidden(&page, "id=\"dismissed\"", "csrf");
    let page = browser.follow(browser.post("/console/notices", &[("csrf", &csrf)]).await).await;
    assert!(needs(&page, "expiring-keys") && !page.reply.body.contains("id=\"dismissed\""));
    assert!(needs(&hers.get("/console").await, "expiring-keys"));
});

on_both!(webhooks_that_fail_lead_to_themselves_and_come_back_when_others_do, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let mut made = Vec::new();
    for name in ["one", "two", "three"] {
        let hook = json!({ "url": format!("https://127.0.0.1:9/{name}"), "events": ["user.*"] });
        made.push(admin.post("/v1/webhooks", &hook).await.expect(201).text("id"));
    }
    let fail = |id: &str| {
        execute(
            &app.database_url,
            &format!("UPDATE webhooks SET failing_since = created_at WHERE id = '{id}'"),
        )
    };
    fail(&made[0]);
    let (browser, page) = app.looking(ADA, "/console").await;
    assert!(needs(&page, "failing-webhooks"));
    let (_, rest) = page.reply.body.split_once("id=\"failing-webhooks\"").unwrap();
    let href = rest.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let list = browser.get(&href).await;
    assert!(shown(&list).contains("</span>Failing</span>"), "{}", list.reply.body);
    assert!(list.reply.body.contains("127.0.0.1:9/one") && !list.reply.body.contains("127.0.0.1:9/two"));
    assert!(list.reply.body.contains("<option value=\"failing\" selected>"), "{}", list.reply.body);
    let working = browser.get("/console/webhooks?health=operational").await;
    assert!(shown(&working).contains("127.0.0.1:9/two") && !working.reply.body.contains("127.0.0.1:9/one"));

    let page = dismiss(&browser, &page, "failing-webhooks").await;
    assert!(!needs(&page, "failing-webhooks"));
    fail(&made[1]);
    let page = browser.get("/console").await;
    assert!(needs(&page, "failing-webhooks"), "there is one more");
    dismiss(&browser, &page, "failing-webhooks").await;
    execute(&app.database_url, &format!("UPDATE webhooks SET failing_since = NULL WHERE id = '{}'", made[0]));
    fail(&made[2]);
    assert!(needs(&browser.get("/console").await, "failing-webhooks"), "as many, but others");
});

on_both!(a_dismissal_has_an_end_and_belongs_to_one_organisation, |app| {
    give(&app, "acme", ADA, "super_admin").await;
    let (browser, page) = app.looking(ADA, "/console").await;
    let csrf =
        page.reply.body.split("name=\"csrf\" value=\"").nth(1).map(|rest| rest.split('"').next().unwrap());
    let csrf = match csrf {
        Some(csrf) => csrf.to_owned(),
        // Nothing to dismiss yet: the form for a new person has the same.
        None => browser.get("/console/users/new").await.form().fields["csrf"].clone(),
    };
    let digest = "0".repeat(64);
    let form = |notice: &'static str| {
        [("csrf", csrf.clone()), ("notice", notice.into()), ("digest", digest.clone())]
    };
    let post = async |at: &str, form: &[(&str, String)]| {
        let pairs: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post(at, &pairs).await.reply.status
    };
    assert_eq!(post("/console/notices?tenant=globex", &form("unused_keys")).await, 303);
    assert_eq!(post("/console/notices?tenant=nobody", &form("unused_keys")).await, 404);
    assert_eq!(post("/console/notices", &form("your_luck")).await, 404);
    assert_eq!(post("/console/notices", &form("unused_keys")[1..]).await, 403, "no page of ours");
    let now = app.now();
    let at = async |days: u32| {
        alter(&app, move |conn| {
            let ada = person(conn, "acme", ADA)?;
            let (acme, globex) = (tenant(conn, "acme")?.id, tenant(conn, "globex")?.id);
            let of = (ada.id, now + DAY * days);
            let there = store::list(conn, globex, of)?.iter().map(|one| one.notice).collect::<Vec<_>>();
            Ok((there, store::list(conn, acme, of)?.len()))
        })
        .await
    };
    assert_eq!(at(89).await, (vec![Notice::UnusedKeys], 0));
    assert_eq!(at(91).await, (Vec::new(), 0));
    let swept = async |days: u32| alter(&app, move |conn| store::sweep(conn, now + DAY * days)).await;
    assert_eq!((swept(89).await, swept(91).await), (0, 1));
});
