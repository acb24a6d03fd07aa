//! How often keys are used, when last and from where, and what is noticed about it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use gridkey::api_keys::{self, Rotated, generate};
use gridkey::app::flush_usage;
use gridkey::clock::Timestamp;
use gridkey::credentials::store::{LastUse, Usage, add_usage, last_uses, usage_of};
use gridkey::credentials::{KeyLevel, KeyOwner, KeyStatus};
use gridkey::jobs::find_spikes;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::keys::TestKey;
use crate::support::signing::{Asker, Draft, server};
use crate::support::tokens::{ADA, alter, count};
use crate::support::{Engine, TestApp, execute, runtime};

const HOUR: Duration = Duration::from_secs(60 * 60);

impl TestApp {
    async fn flush(&self) {
        flush_usage(Arc::clone(&self.app)).await.unwrap();
    }

    /// Requests by outcome that are written down of a key, in all hours.
    async fn usage(&self, key: &TestKey) -> BTreeMap<String, i64> {
        let (tenant, id) = (key.tenant, key.id.uuid());
        let read = move |conn: &mut gridkey::db::Conn<'_>| {
            usage_of(conn, tenant, id, (Timestamp::from_seconds(0), 10_000))
        };
        let mut all = BTreeMap::new();
        for usage in self.app.db.read(read).await.unwrap() {
            assert_eq!(usage.hour, usage.hour.hour());
            *all.entry(usage.outcome).or_default() += usage.requests;
        }
        all
    }

    async fn last_use(&self, key: &TestKey) -> Option<LastUse> {
        let (tenant, id) = (key.tenant, key.id.uuid());
        self.app.db.read(move |conn| last_uses(conn, tenant, &[id])).await.unwrap().pop()
    }

    async fn events(&self, action: &str) -> i64 {
        count(self, format!("SELECT count(*) AS n FROM audit_events WHERE action = '{action}'")).await
    }
}

fn counted(pairs: &[(&str, i64)]) -> BTreeMap<String, i64> {
    pairs.iter().map(|(outcome, requests)| ((*outcome).to_owned(), *requests)).collect()
}

fn from(key: &TestKey, address: &str) -> Value {
    json!({ "credential": key.secret, "address": address })
}

on_both!(every_verdict_is_counted_once_with_its_outcome, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let other = app.manager("globex", Some("tenant_admin")).await;
    let key = app.adas(|key| key.rate_limit = Some(4)).await;
    let question = json!({ "credential": key.secret });
    edge.verdict(&question).await;
    other.verdict(&question).await;
    edge.verdict(&json!({ "credential": key.secret, "permission": "nothing:do" })).await;
    app.get_as("/v1/me", &key.secret).await.expect(200);
    app.post_json("/v1/verify", Some(&key.secret), &json!({ "credential": "junk" })).await.expect(200);
    for _ in 0..3 {
        edge.verdict(&question).await;
    }
    app.revoke_key(&key).await;
    edge.verdict(&question).await;
    app.get_as("/v1/me", &key.secret).await.expect(401);
    app.flush().await;
    let expected = counted(&[
        ("allowed", 4),
        ("permission_denied", 1),
        ("rate_limited", 2),
        ("revoked", 2),
        ("wrong_tenant", 1),
    ]);
    assert_eq!(app.usage(&key).await, expected);
    app.flush().await;
    assert_eq!(app.usage(&key).await, expected, "what is written is not written again");
});

on_both!(requests_beside_writes_are_counted_exactly_once, |app| {
    let app = Arc::new(app);
    let asker = app.manager("acme", Some("tenant_admin")).await.token;
    let key = app.ada_key(KeyLevel::ReadOnly).await;
    let second = Arc::new(app.second_node().await);
    let all: Vec<_> = (0..128)
        .map(|turn| {
            let node = Arc::clone(if turn % 2 == 0 { &app } else { &second });
            let (asker, question) = (asker.clone(), json!({ "credential": key.secret }));
            tokio::spawn(async move {
                node.post_json("/v1/verify", Some(&asker), &question).await.expect(200);
                if turn % 8 == 0 {
                    node.flush().await;
                }
            })
        })
        .collect();
    for one in all {
        one.await.unwrap();
    }
    app.flush().await;
    // The other node stops, and writes the last of it down.
    tokio::task::spawn_blocking(move || drop(Arc::into_inner(second).unwrap())).await.unwrap();
    assert_eq!(app.usage(&key).await, counted(&[("allowed", 128)]));
});

on_both!(what_could_not_be_written_is_written_later, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let key = app.ada_key(KeyLevel::ReadOnly).await;
    let url = app.database_url.clone();
    let sql = |text: &'static str| {
        let url = url.clone();
        tokio::task::spawn_blocking(move || execute(&url, text))
    };
    sql("ALTER TABLE credential_usage RENAME TO away").await.unwrap();
    for _ in 0..3 {
        edge.verdict(&from(&key, "203.0.113.7")).await;
        assert!(flush_usage(Arc::clone(&app.app)).await.is_err());
    }
    sql("ALTER TABLE away RENAME TO credential_usage").await.unwrap();
    edge.verdict(&from(&key, "203.0.113.7")).await;
    app.flush().await;
    assert_eq!(app.usage(&key).await, counted(&[("allowed", 4)]));
    assert_eq!(app.last_use(&key).await.unwrap().address, "203.0.113.7");
});

on_both!(the_last_use_says_when_from_where_and_by_which_program, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let key = app.ada_key(KeyLevel::ReadOnly).await;
    app.flush().await;
    assert_eq!(app.last_use(&key).await, None);
    let headers =
        [("x-api-key", key.secret.as_str()), ("User-Agent", "robot/1\u{0}\n<b>"), ("accept", "*/*")];
    let request = json!({ "method": "GET", "target": "/", "headers": headers });
    edge.verdict(&json!({ "request": request, "address": "2001:db8::7" })).await;
    let first = app.now();
    app.flush().await;
    let used = app.last_use(&key).await.unwrap();
    assert_eq!((used.last_used_at, used.address.as_str()), (first, "2001:db8::7"));
    assert_eq!((used.user_agent.as_str(), used.previous_used_at), ("robot/1<b>", None));
    app.pass(HOUR);
    app.revoke_key(&key).await;
    let edge = app.manager("acme", Some("tenant_admin")).await;
    edge.verdict(&from(&key, "198.51.100.1")).await;
    app.flush().await;
    assert_eq!(app.last_use(&key).await.unwrap(), used, "a refused key was not used");
    assert_eq!(app.usage(&key).await, counted(&[("allowed", 1), ("revoked", 1)]));
});

on_both!(a_network_that_is_new_to_a_key_is_told_once, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let key = app.ada_key(KeyLevel::ReadOnly).await;
    for (address, events) in [
        ("203.0.113.7", 0),
        ("203.0.113.200", 0),
        ("198.51.100.1", 1),
        ("203.0.113.8", 1),
        ("2001:db8:1:2::3", 2),
        ("2001:db8:1:ffff::3", 2),
    ] {
        edge.verdict(&from(&key, address)).await;
        app.flush().await;
        assert_eq!(app.events("api_key.new_network").await, events, "{address}");
        app.pass(Duration::from_secs(1));
    }
    let log = edge.get("/v1/audit-log?action=api_key.new_network").await.expect(200).json();
    let event = &log["items"][0];
    assert_eq!(event["changes"]["network"]["after"], "2001:db8:1::/48", "{event}");
    assert_eq!((&event["actor_type"], &event["resource_id"]), (&json!("system"), &json!(key.id.to_string())));
    assert_eq!(app.health_of(&key).await, "new_network");
});

impl TestApp {
    /// What is said first of how a key is.
    async fn health_of(&self, made: &TestKey) -> String {
        let admin = self.manager("acme", Some("tenant_admin")).await;
        let shown = admin.get(&format!("/v1/api-keys/{}", made.id)).await.expect(200).json();
        shown["health"][0].as_str().unwrap().to_owned()
    }
}

on_both!(the_use_of_a_replaced_secret_is_told_once_an_hour, |app| {
    let old = app.adas(|_| {}).await;
    let (secret, hint) = generate(&"gk_".parse().unwrap(), &app.app.random);
    let (now, id, tenant, digest) = (app.now(), old.id, old.tenant, secret.digest());
    alter(&app, move |conn| {
        let key = api_keys::store::find(conn, tenant, id)?.unwrap();
        let rotated = key.rotated(Rotated { digest, hint: hint.clone() }, HOUR * 24, now);
        api_keys::store::update(conn, tenant, &rotated, key.updated_at)
    })
    .await;
    app.pass(HOUR - Duration::from_secs(u64::try_from(app.now().seconds() % 3_600).unwrap()));
    let second = app.second_node().await;
    let fresh = TestKey { secret: secret.expose().to_owned(), ..old.clone() };
    for (hour, node) in [(1, &app), (1, &second), (2, &second), (2, &app)] {
        if app.events("api_key.old_secret_used").await < hour - 1 {
            panic!("the hour before was not told");
        }
        if hour == 2 && std::ptr::eq(node, &raw const second) {
            app.pass(HOUR);
        }
        let asker = app.manager("acme", Some("tenant_admin")).await.token;
        for key in [&old, &fresh, &old] {
            node.post_json("/v1/verify", Some(&asker), &from(key, "203.0.113.7")).await.expect(200);
        }
        node.flush().await;
        assert_eq!(app.events("api_key.old_secret_used").await, hour);
    }
    assert_eq!(app.last_use(&old).await.unwrap().previous_used_at, Some(app.now()));
});

/// Writes down that a key was used so often in each of the 30 hours before this one.
async fn has_a_past(app: &TestApp, key: &TestKey, requests: i64) {
    let (tenant, id, now) = (key.tenant, key.id.uuid(), app.now());
    alter(app, move |conn| {
        (1..=30_u32).try_for_each(|ago| {
            let usage = Usage {
                credential_id: gridkey::id::Id::new(id),
                tenant_id: tenant,
                hour: now.hour() - HOUR * ago,
                outcome: "allowed".into(),
                requests,
            };
            add_usage(conn, &[usage])
        })
    })
    .await;
}

async fn use_often(app: &TestApp, key: &TestKey) {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let batch = json!({ "requests": vec![json!({ "credential": key.secret }); 60] });
    for _ in 0..2 {
        edge.post("/v1/verify/batch", &batch).await.expect(200);
    }
    app.flush().await;
}

on_both!(a_sudden_growth_is_told_once_by_whichever_node_sees_it, |app| {
    let second = app.second_node().await;
    let (sudden, usual, young) = (app.adas(|_| {}).await, app.adas(|_| {}).await, app.adas(|_| {}).await);
    has_a_past(&app, &sudden, 10).await;
    has_a_past(&app, &usual, 30).await;
    for key in [&sudden, &usual, &young] {
        use_often(&app, key).await;
    }
    let (one, two) = tokio::join!(find_spikes(Arc::clone(&app.app)), find_spikes(Arc::clone(&second.app)));
    one.unwrap();
    two.unwrap();
    assert_eq!(app.events("api_key.spike").await, 1);
    find_spikes(Arc::clone(&app.app)).await.unwrap();
    assert_eq!(app.events("api_key.spike").await, 1, "once in an hour");
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let log = edge.get("/v1/audit-log?action=api_key.spike").await.expect(200).json();
    let event = &log["items"][0];
    assert_eq!(event["resource_id"], sudden.id.to_string());
    assert_eq!(event["changes"]["requests_in_hour"], json!({ "before": 10, "after": 120 }));
    assert_eq!(app.health_of(&sudden).await, "spike");
    assert_eq!(app.health_of(&usual).await, "operational");
    assert_eq!(app.usage(&sudden).await, counted(&[("allowed", 420)]), "the mark is no request");
    assert_eq!(edge.verdict(&json!({ "credential": sudden.secret })).await["active"], true);
});

on_both!(where_the_organisation_wishes_so_a_sudden_growth_disables_the_key, |app| {
    app.settle(|settings| settings.api_keys.disable_on_spike = true).await;
    let key = app.adas(|_| {}).await;
    has_a_past(&app, &key, 1).await;
    use_often(&app, &key).await;
    find_spikes(Arc::clone(&app.app)).await.unwrap();
    let edge = app.manager("acme", Some("tenant_admin")).await;
    assert_eq!(edge.refusal(&json!({ "credential": key.secret })).await, "disabled");
    let (tenant, id) = (key.tenant, key.id);
    let stored = app.app.db.read(move |conn| api_keys::store::find(conn, tenant, id)).await.unwrap().unwrap();
    assert_eq!((stored.status, stored.status_reason.as_str()), (KeyStatus::Disabled, "spike"));
    assert_eq!((app.events("api_key.spike").await, app.events("api_key.disable").await), (1, 1));
    let by_system =
        "SELECT count(*) AS n FROM audit_events WHERE action = 'api_key.disable' AND actor_kind = 'system'";
    assert_eq!(count(&app, by_system).await, 1);
    let mails = app.app.mailer.as_inbox().unwrap().messages();
    let mail = mails.iter().find(|one| one.mail.subject == "An API key was disabled").unwrap();
    assert_eq!(mail.mail.to, ADA);
    assert!(mail.mail.text.contains("gridkey key enable"), "{}", mail.mail.text);
    app.pass(HOUR);
    find_spikes(Arc::clone(&app.app)).await.unwrap();
    assert_eq!(app.events("api_key.spike").await, 1);
});

async fn a_key_that_signs_is_limited_and_counted_like_any_other(app: TestApp) {
    let (tenant, ada) = app.person("acme", ADA).await;
    let key = app.signing_key_of(tenant, KeyOwner::User(ada), |key| key.rate_limit = Some(2)).await;
    let edge = Asker::of(&app).await;
    let signed = |address: &str| {
        let mut question = Draft::new("GET", "/v1/orders?status=open", "").signed().question();
        question["address"] = json!(address);
        question
    };
    let verdict = edge.ask(&signed("203.0.113.7")).await;
    assert_eq!((&verdict["active"], &verdict["limits"]["remaining"]), (&json!(true), &json!(1)));
    app.flush().await;
    assert_eq!(edge.reason(&signed("198.51.100.1")).await, "active");
    assert_eq!(edge.reason(&signed("198.51.100.1")).await, "rate_limited");
    app.change_signing_key(key, "signing_key.revoke", |key| key.status = KeyStatus::Revoked).await;
    assert_eq!(edge.reason(&signed("198.51.100.1")).await, "revoked");
    app.flush().await;
    let written =
        app.app.db.read(move |conn| usage_of(conn, tenant, key.id.uuid(), (Timestamp::from_seconds(0), 10)));
    let written: BTreeMap<_, _> =
        written.await.unwrap().into_iter().map(|usage| (usage.outcome, usage.requests)).collect();
    assert_eq!(written, counted(&[("allowed", 2), ("rate_limited", 1), ("revoked", 1)]));
    assert_eq!(app.events("signing_key.new_network").await, 1);
}

#[test]
fn a_signing_key_is_counted_on_sqlite() {
    runtime().block_on(async {
        a_key_that_signs_is_limited_and_counted_like_any_other(server(Engine::Sqlite, &[]).await).await;
    });
}

#[test]
fn a_signing_key_is_counted_on_postgres() {
    runtime().block_on(async {
        a_key_that_signs_is_limited_and_counted_like_any_other(server(Engine::Postgres, &[]).await).await;
    });
}
