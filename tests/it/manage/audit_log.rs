//! `/v1/audit-log`.

use std::collections::BTreeSet;
use std::time::Duration;

use gridkey::audit::{self, ActorRef, Changes, Event, Target};
use serde_json::{Value, json};

use crate::on_both;
use crate::support::TestApp;
use crate::support::tokens::{alter, count, tenant};

const PATH: &str = "/v1/audit-log";

/// Writes `count` events, a second apart, the newest of which is now.
async fn history(app: &TestApp, slug: &'static str, count: u32) {
    let (random, now) = (app.app.random.clone(), app.now());
    alter(app, move |conn| {
        let log = tenant(conn, slug)?.id;
        for number in 0..count {
            let at = now - Duration::from_secs(u64::from(count - 1 - number));
            let origin = audit::Origin {
                address: format!("192.0.2.{}", number % 4),
                user_agent: "=cmd|' /C calc'!A0".into(),
                ..audit::Origin::default()
            };
            let action = if number % 2 == 0 { "user.create" } else { "user.delete" };
            let event = Event::new(&random, (log, at), action)
                .by(ActorRef::person(log, format!("actor-{}", number % 3), "ada@acme.example"))
                .on(Target::new("user", format!("user-{number}"), "Somebody, \"quoted\""))
                .changing(Changes::none().field("name", &"a".to_owned(), &format!("b{number}")))
                .at(origin);
            let event = if number % 5 == 0 { event.refused("because") } else { event };
            audit::store::insert(conn, log, &event)?;
        }
        Ok(())
    })
    .await;
}

/// Every item of a list, page by page.
async fn all(manager: &crate::support::manager::Manager<'_>, query: &str, limit: u32) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = manager.get(&format!("{PATH}?limit={limit}&{query}{cursor}")).await.expect(200).json();
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next_cursor"].as_str() else { return items };
        cursor = format!("&cursor={next}");
    }
}

on_both!(events_are_listed_newest_first_in_pages_with_every_field, |app| {
    history(&app, "acme", 25).await;
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let items = all(&admin, "", 7).await;
    let ids: Vec<&str> = items.iter().map(|item| item["resource_id"].as_str().unwrap()).collect();
    let expected: Vec<String> = (0..25).rev().map(|number| format!("user-{number}")).collect();
    assert_eq!(ids, expected);
    let newest = &items[0];
    let members: BTreeSet<&str> = newest.as_object().unwrap().keys().map(String::as_str).collect();
    let known = BTreeSet::from([
        "id",
        "timestamp",
        "action",
        "actor_id",
        "actor_email",
        "actor_name",
        "actor_type",
        "tenant_id",
        "resource_type",
        "resource_id",
        "resource_name",
        "ip_address",
        "user_agent",
        "request_id",
        "client_id",
        "session_id",
        "changes",
        "status",
        "reason",
        "sequence",
    ]);
    assert_eq!(members, known);
    assert_eq!(newest["changes"], json!({ "name": { "before": "a", "after": "b24" } }));
    assert_eq!(
        (newest["status"].as_str(), newest["actor_email"].as_str()),
        (Some("SUCCESS"), Some("ada@acme.example"))
    );
    let one = admin.get(&format!("{PATH}/{}", newest["id"].as_str().unwrap())).await.expect(200).json();
    assert_eq!(one["resource_id"], newest["resource_id"]);
    assert_eq!(admin.get(PATH).await.expect(200).json()["items"].as_array().unwrap().len(), 25);
    let reads = "SELECT count(*) AS n FROM audit_events";
    assert_eq!(count(&app, reads).await, 25, "reading is not written down");
});

on_both!(each_filter_leaves_what_it_says, |app| {
    history(&app, "acme", 40).await;
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let now = app.now();
    let at = |seconds: u64| (now - Duration::from_secs(seconds)).to_rfc3339();
    for (query, expected) in [
        ("action=user.create".to_owned(), 20),
        ("action=user.*".to_owned(), 40),
        ("action=users.*".to_owned(), 0),
        ("action=*".to_owned(), 40),
        ("actor_id=actor-1".to_owned(), 13),
        ("resource_id=user-7".to_owned(), 1),
        ("resource_type=user".to_owned(), 40),
        ("resource_type=team".to_owned(), 0),
        ("status=FAILURE".to_owned(), 8),
        ("status=SUCCESS&action=user.delete".to_owned(), 16),
        ("ip_address=192.0.2.3".to_owned(), 10),
        ("actor_id=actor-0&action=user.create".to_owned(), 7),
        (format!("start={}", at(9)), 10),
        (format!("end={}", at(9)), 30),
        (format!("start={}&end={}", at(9), at(4)), 5),
        (format!("start={}&status=FAILURE", at(9)), 2),
    ] {
        assert_eq!(all(&admin, &query, 6).await.len(), expected, "{query}");
    }
    for (query, code) in [
        ("status=success", "invalid_filter"),
        ("start=today", "invalid_filter"),
        ("ip_address=x", "invalid_filter"),
        ("actor_id=%00", "invalid_query"),
        ("action=a*b", "invalid_filter"),
        ("log=all", "invalid_filter"),
        ("limit=1001", "invalid_limit"),
        ("limit=0", "invalid_limit"),
        ("cursor=AAAA", "invalid_cursor"),
        ("actor=x", "unknown_parameter"),
    ] {
        admin.get(&format!("{PATH}?{query}")).await.expect_problem(400, code);
    }
    admin.get(&format!("{PATH}?limit=1000")).await.expect(200);
});

on_both!(an_export_has_every_event_in_each_form, |app| {
    history(&app, "acme", 1_203).await;
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let get = async |query: &str| admin.get(&format!("{PATH}/export?{query}")).await.expect(200);
    let json = get("format=json").await;
    assert!(json.header("content-disposition").starts_with("attachment; filename=\"audit-log-"));
    assert!(json.header("content-disposition").ends_with(".json\""));
    assert_eq!((json.header("content-type"), json.header("cache-control")), ("application/json", "no-store"));
    let items = json.json();
    assert_eq!(items.as_array().unwrap().len(), 1_203);
    let lines = get("format=ndjson").await;
    let parsed: Vec<Value> = lines.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(parsed.len(), 1_203);
    assert_eq!(parsed[0]["id"], items[0]["id"]);
    let csv = get("format=csv").await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert_eq!(csv.body.matches("\r\n").count(), 1_204);
    assert!(csv.body.starts_with("id,timestamp,action,actor_id,"));
    assert!(csv.body.contains("\"'=cmd|' /C calc'!A0\"") && !csv.body.contains(",=cmd"), "no formula");
    assert!(csv.body.contains("\"Somebody, \"\"quoted\"\"\""));
    let few = get("format=json&status=FAILURE&resource_id=user-5").await.json();
    assert_eq!(few.as_array().unwrap().len(), 1);
    assert_eq!(get("format=json&action=none.*").await.json(), json!([]));
    assert_eq!(get("format=ndjson&action=none.*").await.body, "");
    for (query, code) in [
        ("", "invalid_format"),
        ("format=xml", "invalid_format"),
        ("format=csv&limit=1", "unknown_parameter"),
        ("format=csv&status=x", "invalid_filter"),
    ] {
        admin.get(&format!("{PATH}/export?{query}")).await.expect_problem(400, code);
    }
});

on_both!(
    /// Checklist 75, 84.
    each_log_is_read_by_those_who_may, |app| {
    history(&app, "acme", 3).await;
    let (admin, viewer) =
        (app.manager("acme", Some("tenant_admin")).await, app.manager("acme", Some("tenant_viewer")).await);
    let globex = app.manager("globex", Some("tenant_admin")).await;
    let root = app.manager("globex", Some("super_admin")).await;
    let one = all(&admin, "", 10).await[0]["id"].as_str().unwrap().to_owned();
    for path in [PATH.to_owned(), format!("{PATH}/{one}"), format!("{PATH}/export?format=csv")] {
        viewer.get(&path).await.expect_problem(403, "permission_denied");
        app.get(&path).await.expect_problem(401, "unauthenticated");
        admin.get(&path).await.expect(200);
    }
    globex.get(&format!("{PATH}/{one}")).await.expect_problem(404, "not_found");
    globex.get(&format!("{PATH}?tenant=acme")).await.expect_problem(404, "not_found");
    globex.get(&format!("{PATH}/export?format=csv&tenant=acme")).await.expect_problem(404, "not_found");
    assert_eq!(all(&globex, "", 10).await.len(), 0);
    root.get(&format!("{PATH}/{one}?tenant=acme")).await.expect(200);
    admin.get(&format!("{PATH}/{}", app.app.random.uuid(app.now()))).await.expect_problem(404, "not_found");
    admin.get(&format!("{PATH}/x")).await.expect_problem(404, "not_found");

    let (random, now) = (app.app.random.clone(), app.now());
    alter(&app, move |conn| {
        let log = Event::instance();
        audit::store::insert(conn, log, &Event::new(&random, (log, now), "signing_key.rotate"))
    })
    .await;
    admin.get(&format!("{PATH}?log=instance")).await.expect_problem(403, "permission_denied");
    let instance = all(&root, "log=instance", 10).await;
    assert_eq!((instance.len(), &instance[0]["tenant_id"]), (1, &Value::Null));
    let id = instance[0]["id"].as_str().unwrap();
    root.get(&format!("{PATH}/{id}?log=instance")).await.expect(200);
    root.get(&format!("{PATH}/{id}")).await.expect_problem(404, "not_found");
    // A cursor of one log is none of another.
    let page = admin.get(&format!("{PATH}?limit=1")).await.expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    globex.get(&format!("{PATH}?cursor={cursor}")).await.expect_problem(400, "invalid_cursor");
});

on_both!(
    /// Checklist 84: a change by a call is in the log with the call that made it, and sealed a moment later.
    a_change_is_found_with_its_request_and_is_sealed, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let body = json!({ "slug": "initech", "display_name": "Initech" });
    let made = root.post("/v1/tenants", &body).await.expect(201);
    let mut found = all(&root, "action=tenant.create", 10).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["request_id"], made.header("x-request-id"));
    assert_eq!(found[0]["actor_id"], root.id.to_string());
    assert_eq!(found[0]["changes"]["slug"], json!({ "before": null, "after": "initech" }));
    for _ in 0..2_000 {
        if found[0]["sequence"] == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
        found = all(&root, "action=tenant.create", 10).await;
    }
    assert_eq!(found[0]["sequence"], 1, "the job seals");
    let key = audit::ChainKey::of(&app.app.master);
    let log: gridkey::tenants::TenantId = found[0]["tenant_id"].as_str().unwrap().parse().unwrap();
    let db = app.app.db.clone();
    let verdict = tokio::task::spawn_blocking(move || audit::verify(&db, &key, log)).await.unwrap().unwrap();
    assert!(verdict.faults.is_empty() && verdict.rows == 1, "{verdict:?}");
});

on_both!(
    /// What somebody did and what was done to them are one list, however it is paged.
    what_somebody_did_and_what_was_done_to_them_is_one_list,
    |app| {
        let (random, now) = (app.app.random.clone(), app.now());
        alter(&app, move |conn| {
            let log = tenant(conn, "acme")?.id;
            for number in 0..30u32 {
                let (actor, target) = match number % 4 {
                    0 => ("me", "other"),
                    1 => ("other", "me"),
                    2 => ("me", "me"),
                    _ => ("other", "other"),
                };
                let at = now - Duration::from_secs(u64::from(60 - number));
                let event = Event::new(&random, (log, at), "user.update")
                    .by(ActorRef::person(log, actor, "ada@acme.example"))
                    .on(Target::new("user", target, number.to_string()));
                let event = if number == 1 { event.refused("because") } else { event };
                audit::store::insert(conn, log, &event)?;
            }
            Ok(())
        })
        .await;
        let admin = app.manager("acme", Some("tenant_admin")).await;
        let expected: Vec<String> =
            (0..30u32).rev().filter(|number| number % 4 != 3).map(|number| number.to_string()).collect();
        for limit in [1, 2, 3, 7, 100] {
            let items = all(&admin, "about=me", limit).await;
            let found: Vec<&str> = items.iter().map(|item| item["resource_name"].as_str().unwrap()).collect();
            assert_eq!(found, expected, "{limit} on a page");
        }
        let failed = all(&admin, "about=me&status=FAILURE", 3).await;
        assert_eq!((failed.len(), &failed[0]["resource_name"]), (1, &json!("1")));
        admin.get(&format!("{PATH}?about=me&actor_id=me")).await.expect_problem(400, "invalid_filter");
        let file = admin.get(&format!("{PATH}/export?format=ndjson&about=me")).await.expect(200);
        assert_eq!(file.body.lines().count(), expected.len());
    }
);
