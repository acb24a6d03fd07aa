//! `/v1/statistics`.

use std::time::Duration;

use gridkey::audit::{self, ActorRef, Event, Target};
use serde_json::{Value, json};

use super::many::{USED, fill, is_query};
use crate::on_both;
use crate::support::manager::Manager;
use crate::support::statements::{plan, scans};
use crate::support::tokens::{ADA, alter, person, tenant};
use crate::support::{Engine, PASSWORD, TestApp, execute, runtime};

const PATH: &str = "/v1/statistics";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn figures(by: &Manager<'_>) -> Value {
    by.get(PATH).await.expect(200).json()
}

fn count(view: &Value, name: &str) -> i64 {
    assert_eq!(view[name]["more"], false, "{name}: {view}");
    view[name]["count"].as_i64().unwrap_or_else(|| panic!("no {name} in {view}"))
}

/// Signs Ada in, or lets her fail.
async fn signs_in(app: &TestApp, password: &str) {
    let mut browser = app.browser();
    if password == PASSWORD {
        browser.enter("/account", ADA, password).await;
    } else {
        let page = browser.follow(browser.get("/account").await).await;
        let page = browser.follow(browser.submit(&page, &[("email", ADA)]).await).await;
        browser.submit(&page, &[("password", password)]).await;
    }
}

on_both!(what_happened_in_the_last_day_is_counted, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let before = figures(&admin).await;
    assert_eq!((count(&before, "people"), count(&before, "sign_ins")), (3, 0), "{before}");
    signs_in(&app, PASSWORD).await;
    signs_in(&app, PASSWORD).await;
    signs_in(&app, "wrong wrong wrong").await;
    let after = figures(&admin).await;
    assert_eq!((count(&after, "sign_ins"), count(&after, "failed_sign_ins")), (2, 1), "{after}");
    app.pass(DAY + Duration::from_secs(1));
    let admin = app.manager("acme", Some("tenant_admin")).await;
    assert_eq!(count(&figures(&admin).await, "sign_ins"), 0);
    // Another organisation has its own.
    let other = app.manager("globex", Some("tenant_admin")).await;
    assert_eq!(count(&figures(&other).await, "people"), 2);
    let ada = alter(&app, |conn| person(conn, "acme", ADA)).await.id;
    admin.patch(&format!("/v1/users/{ada}"), &json!({ "status": "suspended" })).await.expect(200);
    assert_eq!(count(&figures(&admin).await, "people"), 2, "who is suspended is not active");
});

on_both!(keys_that_need_somebody_are_counted, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let account = json!({ "slug": "nightly", "display_name": "Nightly" });
    let account = admin.post("/v1/service-accounts", &account).await.expect(201).text("id");
    let at = format!("/v1/service-accounts/{account}/api-keys");
    let soon = (app.now() + DAY * 10).to_rfc3339();
    let late = (app.now() + DAY * 200).to_rfc3339();
    let mut made = Vec::new();
    for expires_at in [json!(soon), json!(late), Value::Null, Value::Null] {
        let body = json!({ "name": "Key", "level": "read-only", "expires_at": expires_at });
        let reply = admin.post(&at, &body).await.expect(201);
        made.push(reply.text("id"));
    }
    let view = figures(&admin).await;
    let kinds = ["active_keys", "expiring_keys", "unused_keys", "key_spikes"].map(|name| count(&view, name));
    assert_eq!(kinds, [4, 1, 0, 0], "{view}");
    admin.delete(&format!("/v1/api-keys/{}", made[3])).await.expect(204);
    let random = app.app.random.clone();
    let now = app.now();
    alter(&app, move |conn| {
        let log = tenant(conn, "acme")?.id;
        let event = Event::new(&random, (log, now), "api_key.spike")
            .by(ActorRef::system("usage"))
            .on(Target::new("api_key", "k", "Key"));
        audit::store::insert(conn, log, &event)
    })
    .await;
    let view = figures(&admin).await;
    assert_eq!((count(&view, "active_keys"), count(&view, "key_spikes")), (3, 1), "{view}");
    app.pass(DAY * 91);
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let view = figures(&admin).await;
    let kinds = ["active_keys", "expiring_keys", "unused_keys", "key_spikes"].map(|name| count(&view, name));
    assert_eq!(kinds, [2, 0, 2, 0], "one has ended, and nobody uses the others: {view}");
});

on_both!(nobody_sees_a_figure_of_what_they_may_not_read, |app| {
    let viewer = figures(&app.manager("acme", Some("tenant_viewer")).await).await;
    let seen: Vec<&str> = viewer.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(seen, ["active_keys", "expiring_keys", "key_spikes", "people", "since", "unused_keys"]);
    let user = app.manager("acme", Some("tenant_user")).await;
    user.get(PATH).await.expect_problem(403, "permission_denied");
    let admin = app.manager("acme", Some("tenant_admin")).await;
    assert_eq!(figures(&admin).await["failing_webhooks"], json!({ "count": 0, "more": false }));
    admin.get(&format!("{PATH}?days=2")).await.expect_problem(400, "unknown_parameter");
    admin.get(&format!("{PATH}?tenant=globex")).await.expect_problem(404, "not_found");
});

/// However much there is, each figure is a walk through an index that ends where counting does.
async fn plans(app: TestApp) {
    let (random, now) = (app.app.random.clone(), app.now());
    alter(&app, move |conn| {
        let acme = tenant(conn, "acme")?;
        fill(conn, acme.id, 0..1_000, (&random, now))
    })
    .await;
    if app.engine == Engine::Postgres {
        execute(&app.database_url, USED);
        execute(&app.database_url, "ANALYZE");
    }
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let mut asked = Vec::new();
    for _ in 0..2 {
        app.statements();
        assert_eq!(count(&figures(&admin).await, "active_keys"), 1_000);
        asked = app.statements();
    }
    let counted = ["users", "audit_events", "api_keys"];
    let plain = |sql: &str| sql.replace(['`', '"'], "");
    asked.retain(|sql| {
        is_query(sql) && counted.iter().any(|table| plain(sql).contains(&format!("FROM {table} ")))
    });
    let bounded = |sql: &&String| sql.contains("LIMIT");
    assert!(asked.iter().filter(bounded).count() >= 6, "{asked:#?}");
    for sql in &asked {
        let steps = plan(&app.database_url, sql);
        let by_index = steps.iter().any(|step| step.contains("INDEX") || step.contains("Index"));
        assert!(scans(&app.database_url, sql).is_empty() && by_index, "{sql}\n{}", steps.join("\n"));
        // What is sorted is read whole first.
        assert!(
            !steps.iter().any(|step| step.contains("Sort") || step.contains("TEMP B-TREE")),
            "{sql}\n{}",
            steps.join("\n")
        );
    }
}

#[test]
fn sqlite_counts_by_an_index() {
    runtime().block_on(async { plans(TestApp::start_watched(Engine::Sqlite).await).await });
}

#[test]
fn postgres_counts_by_an_index() {
    runtime().block_on(async { plans(TestApp::start_watched(Engine::Postgres).await).await });
}
