//! What the audit log says of signatures that were refused.

use std::time::Duration;

use gridkey::credentials::KeyStatus;
use gridkey::request_keys::{QueryMode, SigningSecret};
use serde_json::{Value, json};

use crate::support::signing::{Asker, Draft, FINGERPRINT, SIGNED_AT, secret, server};
use crate::support::tokens::{count, lines};
use crate::support::{Engine, TestApp, runtime};

const MINUTE: Duration = Duration::from_secs(60);

macro_rules! on_both_at_the_time {
    ($($name:ident),+ $(,)?) => {
        mod sqlite { use super::*; $(#[test] fn $name() { at_the_time(Engine::Sqlite, super::$name); })+ }
        mod postgres { use super::*; $(#[test] fn $name() { at_the_time(Engine::Postgres, super::$name); })+ }
    };
}

fn at_the_time<F, Fut>(engine: Engine, body: F)
where
    F: FnOnce(TestApp) -> Fut,
    Fut: Future<Output = ()>,
{
    runtime().block_on(async { body(server(engine, &[]).await).await });
}

on_both_at_the_time!(
    a_refused_signature_is_found_by_fingerprint_and_time,
    a_flood_leaves_one_event_a_minute_that_counts_the_others,
    nothing_is_written_of_keys_that_nobody_registered_and_of_signatures_that_are_taken,
);

fn get() -> Draft {
    Draft::new("GET", "/v1/orders", "")
}

fn from_somewhere(draft: &Draft) -> Value {
    let mut question = draft.clone().with("User-Agent", "robot/1").question();
    question["address"] = json!("203.0.113.7");
    question
}

async fn written(app: &TestApp) -> i64 {
    count(app, "SELECT count(*) AS n FROM audit_events WHERE action = 'signature.refuse'").await
}

async fn reasons(app: &TestApp) -> Vec<String> {
    let sql = "SELECT reason AS line FROM audit_events WHERE action = 'signature.refuse' ORDER BY id";
    lines(app, sql.to_owned()).await
}

async fn a_refused_signature_is_found_by_fingerprint_and_time(app: TestApp) {
    let edge = Asker::of(&app).await;
    let key = app.signing_key().await;
    let now = SIGNED_AT;
    let stale = get().grid(&secret(), now - 31, QueryMode::Include);
    assert_eq!(edge.reason(&from_somewhere(&stale)).await, "signature_stale");
    let other = get().signed().asking("GET", "/v1/other");
    assert_eq!(edge.reason(&from_somewhere(&other)).await, "signature_invalid");
    let message = Draft::new("POST", "/v1/orders", "").rfc9421(Some("c29tZS1vdGhlci1ub25jZQ"));
    assert_eq!(edge.reason(&message.question()).await, "active");
    assert_eq!(edge.reason(&message.question()).await, "replayed_request");
    app.change_signing_key(key, "signing_key.disable", |key| key.status = KeyStatus::Disabled).await;
    assert_eq!(edge.reason(&from_somewhere(&get().signed())).await, "disabled");
    let all = ["signature_stale", "signature_invalid", "replayed_request", "disabled"];
    let mut found = reasons(&app).await;
    found.sort_unstable();
    let mut expected = all.map(str::to_owned);
    expected.sort_unstable();
    assert_eq!(found, expected);

    let admin = app.manager("acme", Some("tenant_admin")).await;
    let fingerprint = FINGERPRINT.replace('+', "%2B").replace('/', "%2F");
    let search = async |more: &str| {
        let path =
            format!("/v1/audit-log?resource_type=signature&resource_id={fingerprint}&status=FAILURE{more}");
        admin.get(&path).await.expect(200).json()["items"].as_array().unwrap().clone()
    };
    let events = search("").await;
    assert_eq!(events.len(), 4);
    let event = events.iter().find(|event| event["reason"] == "signature_stale").unwrap();
    assert_eq!(event["resource_id"], FINGERPRINT, "{event}");
    assert_eq!((&event["resource_name"], &event["actor_type"]), (&json!("Trading"), &json!("anonymous")));
    assert_eq!((&event["ip_address"], &event["user_agent"]), (&json!("203.0.113.7"), &json!("robot/1")));
    assert_eq!(event["changes"]["signing_key"]["after"], key.id.to_string());
    assert!(event["changes"].get("refused_unwritten").is_none(), "{event}");
    let from = app.now().to_rfc3339();
    assert_eq!(search(&format!("&start={from}")).await.len(), 4);
    assert_eq!(search(&format!("&end={from}")).await.len(), 0);
    assert_eq!(count(&app, "SELECT count(*) AS n FROM revocations WHERE action LIKE 'signature%'").await, 0);
    // Another organisation sees nothing of it.
    let other = app.manager("globex", Some("tenant_admin")).await;
    let path = "/v1/audit-log?action=signature.refuse";
    assert_eq!(other.get(path).await.expect(200).json()["items"].as_array().unwrap().len(), 0);
}

async fn a_flood_leaves_one_event_a_minute_that_counts_the_others(app: TestApp) {
    let edge = Asker::of(&app).await;
    app.signing_key().await;
    let ask = async |times: u32| {
        let old = get().grid(&secret(), SIGNED_AT - 100, QueryMode::Include).question();
        let batch = json!({ "requests": vec![old; 50] });
        for _ in 0..times {
            let url = app.url("/v1/verify/batch");
            let reply = app.http().post(url).bearer_auth(edge.secret()).json(&batch).send().await.unwrap();
            assert_eq!(reply.status(), 200);
        }
    };
    ask(4).await;
    assert_eq!(written(&app).await, 1);
    // Another reason has an event of its own.
    let other = get().signed().asking("GET", "/v1/other");
    assert_eq!(edge.reason(&other.question()).await, "signature_invalid");
    assert_eq!(written(&app).await, 2);
    app.pass(MINUTE);
    ask(1).await;
    assert_eq!(written(&app).await, 3);
    let last =
        "SELECT changes AS line FROM audit_events WHERE action = 'signature.refuse' ORDER BY id DESC LIMIT 1";
    let changes: Value = serde_json::from_str(&lines(&app, last.to_owned()).await[0]).unwrap();
    assert_eq!(changes["refused_unwritten"], json!({ "before": 0, "after": 199 }), "{changes}");
}

async fn nothing_is_written_of_keys_that_nobody_registered_and_of_signatures_that_are_taken(app: TestApp) {
    let edge = Asker::of(&app).await;
    assert_eq!(edge.reason(&get().signed().question()).await, "unknown_key");
    app.signing_key().await;
    assert_eq!(edge.reason(&get().signed().question()).await, "active");
    let stranger = SigningSecret::from_base64("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=").unwrap();
    let unknown = get().grid(&stranger, SIGNED_AT, QueryMode::Include);
    assert_eq!(edge.reason(&unknown.question()).await, "unknown_key");
    assert_eq!(edge.reason(&get().question()).await, "missing");
    assert_eq!(edge.reason(&json!({ "credential": "junk" })).await, "malformed");
    assert_eq!(written(&app).await, 0);
}
