//! `/v1/webhooks`: what a webhook is, who may touch it, and what it is told.

mod deliveries;
mod documented;
mod nodes;
mod wall;

use std::collections::BTreeSet;
use std::time::Duration;

use gridkey::db::DbError;
use gridkey::webhooks::{self, Delivery};
use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::TestApp;
use crate::support::manager::Manager;
use crate::support::receiver::{Receiver, is_standard};
use crate::support::tokens::count;

/// Makes a webhook and gives its identifier and its secret.
async fn hook(root: &Manager<'_>, url: &str, events: &[&str]) -> (String, String) {
    let body = json!({ "url": url, "events": events });
    let made = root.post("/v1/webhooks", &body).await.expect(201);
    (made.text("id"), made.text("secret"))
}

/// What the log tells of these actions, newest first.
async fn events(root: &Manager<'_>, action: &str) -> Vec<Value> {
    let told = root.get(&format!("/v1/audit-log?action={action}&status=SUCCESS")).await.expect(200).json();
    told["items"].as_array().unwrap().clone()
}

fn at(id: &str) -> String {
    format!("/v1/webhooks/{id}")
}

/// A delivery as the database has it.
async fn stored(app: &TestApp, webhook: &str, delivery: &str) -> Delivery {
    let wanted = (webhook.parse().unwrap(), delivery.parse().unwrap());
    let tenant = app.person("acme", crate::support::tokens::ADA).await.0;
    let read = app.app.db.read(move |conn| webhooks::deliveries::store::find(conn, tenant, wanted));
    read.await.unwrap().unwrap()
}

/// Waits until something is so of a delivery.
async fn until(
    app: &TestApp,
    (webhook, delivery): (&str, &str),
    is_so: impl Fn(&Delivery) -> bool,
) -> Delivery {
    for _ in 0..2_000 {
        let found = stored(app, webhook, delivery).await;
        if is_so(&found) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{:?}", stored(app, webhook, delivery).await);
}

async fn test_of(root: &Manager<'_>, id: &str) -> String {
    root.call(Method::POST, &format!("{}/test", at(id))).await.expect(202).text("id")
}

on_both!(a_webhook_is_made_shown_changed_and_deleted, |app| {
    let root = app.manager("acme", Some("tenant_admin")).await;
    let body = json!({
        "url": "https://example.com/hooks?a=b", "events": ["user.*", "session.created", "user.*"], "description": "Sync",
    });
    let made = root.post("/v1/webhooks", &body).await.expect(201);
    assert!(made.text("secret").starts_with("whsec_"), "{}", made.body);
    assert_eq!(made.header("cache-control"), "no-store");
    let id = made.text("id");
    assert_eq!(made.header("location"), at(&id));
    let shown = root.get(&at(&id)).await.expect(200);
    assert_eq!(shown.header("etag"), made.header("etag"));
    let view = shown.json();
    assert_eq!(view["events"], json!(["user.*", "session.created"]));
    assert_eq!(view["status"], "active");
    assert_eq!(view.get("secret"), None, "{view}");

    let stale = [("if-match", "\"1\"")];
    let change = json!({ "description": "Other", "status": "paused" });
    let refused = root.call_with(Method::PATCH, &at(&id), Some(&change), &stale).await;
    refused.expect_problem(412, "changed_meanwhile");
    let seen = [("if-match", made.header("etag"))];
    let changed = root.call_with(Method::PATCH, &at(&id), Some(&change), &seen).await.expect(200);
    assert_eq!((changed.text("description"), changed.text("status")), ("Other".into(), "paused".into()));
    let listed = root.get("/v1/webhooks?status=paused").await.expect(200).json();
    assert_eq!(listed["items"][0]["id"], id.as_str());
    assert!(!listed.to_string().contains("whsec"), "{listed}");
    assert_eq!(root.get("/v1/webhooks?status=active").await.expect(200).json()["items"], json!([]));

    let before = events(&root, "webhook.*").await.len();
    root.patch(&at(&id), &json!({ "description": "Other" })).await.expect(200);
    assert_eq!(events(&root, "webhook.*").await.len(), before, "what changes nothing is not written");
    root.delete(&at(&id)).await.expect(204);
    root.get(&at(&id)).await.expect_problem(404, "not_found");
    let told = events(&root, "webhook.*").await;
    let actions: Vec<&str> = told.iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(BTreeSet::from_iter(actions), ["webhook.create", "webhook.delete", "webhook.update"].into());
    assert_eq!(told.len(), 3);
    assert!(told.iter().all(|event| event["resource_name"] == "example.com"), "{told:?}");
});

on_both!(a_resent_call_makes_nothing_new_and_tells_the_same_secret, |app| {
    let root = app.manager("acme", Some("tenant_admin")).await;
    let body = json!({ "url": "https://example.com/", "events": ["*"] });
    let key = [("idempotency-key", "once")];
    let first = root.call_with(Method::POST, "/v1/webhooks", Some(&body), &key).await.expect(201);
    let again = root.call_with(Method::POST, "/v1/webhooks", Some(&body), &key).await.expect(201);
    assert_eq!((again.body, again.headers.get("idempotency-replayed").is_some()), (first.body.clone(), true));
    let rotate = format!("{}/rotate-secret", at(&first.text("id")));
    let turned = root.call_with(Method::POST, &rotate, Some(&json!({})), &key).await.expect(200);
    let repeated = root.call_with(Method::POST, &rotate, Some(&json!({})), &key).await.expect(200);
    assert_eq!(turned.text("secret"), repeated.text("secret"));
    assert_ne!(turned.text("secret"), first.text("secret"));
    assert_eq!(count(&app, "SELECT count(*) AS n FROM webhooks").await, 1);
});

on_both!(what_is_wrong_with_a_webhook_is_said, |app| {
    let root = app.manager("acme", Some("tenant_admin")).await;
    let with = |url: &str, events: Value| json!({ "url": url, "events": events });
    let many: Vec<String> = (0..51).map(|_| "user.*".to_owned()).collect();
    for (code, body) in [
        ("invalid_url", with("nowhere", json!(["*"]))),
        ("invalid_url", with("https://a:b@example.com/", json!(["*"]))),
        ("invalid_url", with(&format!("https://example.com/{}", "a".repeat(3_000)), json!(["*"]))),
        ("invalid_events", with("https://example.com/", json!([]))),
        ("invalid_events", with("https://example.com/", json!(["user.fly"]))),
        ("invalid_events", with("https://example.com/", json!(["\u{0}"]))),
        ("invalid_events", with("https://example.com/", json!(many))),
    ] {
        root.post("/v1/webhooks", &body).await.expect_problem(422, code);
    }
    let mass = json!({ "url": "https://example.com/", "events": ["*"], "tenant_id": "x" });
    root.post("/v1/webhooks", &mass).await.expect_problem(400, "invalid_body");
    for _ in 0..50 {
        hook(&root, "https://example.com/", &["*"]).await;
    }
    root.post("/v1/webhooks", &with("https://example.com/", json!(["*"])))
        .await
        .expect_problem(409, "limit_reached");
    let page = root.get("/v1/webhooks?limit=30").await.expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = root.get(&format!("/v1/webhooks?limit=30&cursor={cursor}")).await.expect(200).json();
    assert_eq!(rest["items"].as_array().unwrap().len(), 20);
});

on_both!(who_hears_the_log_by_a_webhook_may_read_it, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let role = json!({ "slug": "hooker", "display_name": "H", "permissions": ["webhooks:*"] });
    admin.post("/v1/roles", &role).await.expect(201);
    let without = app.manager("acme", Some("hooker")).await;
    let body = json!({ "url": "https://example.com/", "events": ["*"] });
    without.post("/v1/webhooks", &body).await.expect_problem(403, "permission_denied");
    let (id, _) = hook(&admin, "https://example.com/", &["*"]).await;
    let elsewhere = json!({ "url": "https://evil.example/" });
    without.patch(&at(&id), &elsewhere).await.expect_problem(403, "permission_denied");
    without
        .post(&format!("{}/rotate-secret", at(&id)), &json!({}))
        .await
        .expect_problem(403, "permission_denied");
    without.get(&at(&id)).await.expect(200);
    let stranger = app.manager("globex", Some("tenant_admin")).await;
    for path in ["", "/deliveries"] {
        stranger.get(&format!("{}{path}", at(&id))).await.expect_problem(404, "not_found");
    }
    assert_eq!(stranger.get("/v1/webhooks").await.expect(200).json()["items"], json!([]));
});

on_both!(what_happens_is_told_once_with_what_changed_and_to_its_own_organisation_only, |app| {
    let root = app.manager("acme", Some("tenant_admin")).await;
    let (receiver, other, foreign) = (Receiver::start(), Receiver::start(), Receiver::start());
    let (_, secret) = hook(&root, &receiver.url(), &["user.*"]).await;
    hook(&root, &other.url(), &["team.created"]).await;
    let stranger = app.manager("globex", Some("tenant_admin")).await;
    hook(&stranger, &foreign.url(), &["user.*", "team.*"]).await;

    let person = json!({ "email": "kay@acme.example", "display_name": "Kay" });
    let user = root.post("/v1/users", &person).await.expect(201).text("id");
    root.patch(&format!("/v1/users/{user}"), &json!({ "display_name": "Kay K" })).await.expect(200);
    root.post("/v1/teams", &json!({ "slug": "crew", "display_name": "Crew" })).await.expect(201);
    root.post("/v1/teams", &json!({ "slug": "crew", "display_name": "Crew" })).await.expect(409);

    let updated = receiver.wait_for_type("user.updated").await;
    receiver.wait_for_type("user.created").await;
    let told = updated.json();
    assert_eq!(updated.method, "POST");
    assert_eq!(updated.header("content-type"), "application/json");
    assert_eq!(updated.header("webhook-id"), told["id"].as_str().unwrap());
    assert_eq!(told["data"]["target"]["id"], user.as_str());
    assert_eq!(told["data"]["changes"]["display_name"], json!({ "before": "Kay", "after": "Kay K" }));
    assert_eq!(told["data"]["actor"]["kind"], "service");
    let logged = events(&root, "user.update").await;
    assert_eq!(logged[0]["id"], told["id"]);
    let now = app.app.now().seconds();
    assert!(is_standard(&secret, &updated.headers, &updated.body, now));
    let team = other.wait_for_type("team.created").await.json();
    assert_eq!(team["data"]["target"]["name"], "crew");
    // Everything is told that there is to tell: one more event comes after all of these.
    root.delete(&format!("/v1/users/{user}")).await.expect(204);
    receiver.wait_for_type("user.deleted").await;
    let kinds: Vec<String> = receiver.seen().iter().map(|one| one.kind()).collect();
    assert_eq!(kinds.len(), 3, "{kinds:?}");
    assert_eq!((other.seen().len(), foreign.seen().len()), (1, 0));
});

on_both!(what_happens_during_a_pause_is_left_out, |app| {
    let root = app.manager("acme", Some("tenant_admin")).await;
    let receiver = Receiver::start();
    let (id, _) = hook(&root, &receiver.url(), &["team.*"]).await;
    let team = async |slug: &str| {
        root.post("/v1/teams", &json!({ "slug": slug, "display_name": slug })).await.expect(201);
    };
    team("one").await;
    receiver.wait_for(1).await;
    root.patch(&at(&id), &json!({ "status": "paused" })).await.expect(200);
    root.call(Method::POST, &format!("{}/test", at(&id))).await.expect_problem(409, "webhook_paused");
    team("two").await;
    // Until it is sealed, so that it lies before the new beginning.
    let unsealed = "SELECT count(*) AS n FROM audit_events WHERE sequence IS NULL";
    while count(&app, unsealed).await > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    root.patch(&at(&id), &json!({ "status": "active" })).await.expect(200);
    team("three").await;
    let names: Vec<Value> =
        receiver.wait_for(2).await.iter().map(|one| one.json()["data"]["target"]["name"].clone()).collect();
    assert_eq!(names, ["one", "three"]);
});

on_both!(every_type_is_listed_with_a_sample, |app| {
    let root = app.manager("acme", Some("tenant_admin")).await;
    let listed = root.get("/v1/webhook-events").await.expect(200).json();
    let items = listed["items"].as_array().unwrap();
    assert!(items.len() > 60);
    let created = items.iter().find(|item| item["type"] == "user.created").unwrap();
    assert_eq!(
        (&created["action"], &created["sample"]["type"]),
        (&json!("user.create"), &json!("user.created"))
    );
    for item in items {
        let body = json!({ "events": [item["type"]], "url": "https://example.com/" });
        let made = root.post("/v1/webhooks", &body).await.expect(201);
        root.delete(made.header("location")).await.expect(204);
    }
});

/// Every deed that the sources name is told, or stands here with the reason.
#[test]
fn every_deed_is_an_event() {
    let not_told = [
        // Never done, only refused.
        "authorization.deny",
        "signature.refuse",
        "token.replay",
        "key_session.replay",
        // Of the instance.
        "token_key.create",
        "token_key.delete",
        "token_key.retire",
    ];
    let nouns: BTreeSet<&str> =
        webhooks::EVENTS.iter().filter_map(|(action, _)| action.split('.').next()).collect();
    let mut missing = BTreeSet::new();
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // The page of an event, and the types themselves.
            if path.extension().is_none_or(|ext| ext != "rs") || path.to_str().unwrap().contains("/webhooks/")
            {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let product = text.split("#[cfg(test)]").next().unwrap();
            for word in product.split('"').skip(1).step_by(2) {
                let Some((noun, verb)) = word.split_once('.') else { continue };
                let is_deed =
                    nouns.contains(noun) && verb.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
                let known = webhooks::EVENTS.iter().any(|(action, name)| *action == word || *name == word);
                if is_deed && !known && !not_told.contains(&word) {
                    missing.insert(format!("{word} in {}", path.display()));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
