//! Signed requests that are good only once, whichever node gets them.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::join_all;
use gridkey::request_keys::{self, QueryMode};
use gridkey::tenants::{self, SignatureReplay, SignatureSettings};
use serde_json::Value;

use crate::support::signing::{Asker, Draft, ORDER, SIGNED_AT, TestSigningKey, secret, server};
use crate::support::tokens::{alter, count};
use crate::support::{Engine, TestApp, execute, runtime};

const REPLAYED: &str = "replayed_request";
const NONCE: &str = "dGVzdC1ub25jZS0wMDAx";

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
    one_of_sixteen_passes_on_two_nodes,
    the_policy_says_which_requests_are_good_only_once,
    a_nonce_is_good_once_whatever_it_comes_with,
    without_the_store_nothing_is_changed,
    what_was_seen_is_forgotten_when_it_is_too_old_anyway,
);

fn get() -> Draft {
    Draft::new("GET", "/v1/orders", "")
}

fn post() -> Draft {
    Draft::new("POST", "/v1/orders", ORDER)
}

async fn policy(app: &TestApp, key: TestSigningKey, replay: Option<SignatureReplay>) {
    alter(app, move |conn| {
        let mut tenant = tenants::store::find(conn, key.tenant)?.unwrap();
        tenant.settings.signatures = SignatureSettings { query: None, replay };
        tenants::store::update(conn, &tenant)
    })
    .await;
}

/// Asks both nodes the same question, in turn, all at once.
async fn race(nodes: [&Asker<'_>; 2], question: &Value) -> BTreeMap<String, usize> {
    let asked = (0..16).map(|number| nodes[number % 2].reason(question));
    let mut outcomes = BTreeMap::new();
    for outcome in join_all(asked).await {
        *outcomes.entry(outcome).or_default() += 1;
    }
    outcomes
}

async fn one_of_sixteen_passes_on_two_nodes(app: TestApp) {
    let edge = Asker::of(&app).await;
    app.signing_key().await;
    let node = app.second_node().await;
    let other = Asker::with(&node, edge.secret());
    let expected = BTreeMap::from([("active".to_owned(), 1), (REPLAYED.to_owned(), 15)]);
    for draft in [
        post().signed(),
        Draft::new("DELETE", "/v1/orders/7", "").signed(),
        post().rfc9421(Some(NONCE)),
        get().rfc9421(Some("YW5vdGhlci1ub25jZS1vbmU")),
    ] {
        assert_eq!(race([&edge, &other], &draft.question()).await, expected, "{draft:?}");
    }
}

async fn the_policy_says_which_requests_are_good_only_once(app: TestApp) {
    let edge = Asker::of(&app).await;
    let key = app.signing_key().await;
    let second = async |draft: Draft| {
        assert_eq!(edge.reason(&draft.question()).await, "active", "{draft:?}");
        edge.reason(&draft.question()).await
    };
    let mut time = SIGNED_AT;
    for (replay, of_get, of_post) in [
        (None, "active", REPLAYED),
        (Some(SignatureReplay::Off), "active", "active"),
        (Some(SignatureReplay::Unsafe), "active", REPLAYED),
        (Some(SignatureReplay::All), REPLAYED, REPLAYED),
    ] {
        policy(&app, key, replay).await;
        time += 1;
        let signed = |draft: Draft| draft.grid(&secret(), time, QueryMode::Include);
        assert_eq!(second(signed(get())).await, of_get, "{replay:?}");
        assert_eq!(second(signed(post())).await, of_post, "{replay:?}");
    }
    // The same request under another spelling of its signature is the same request; another second makes another.
    let draft = post().grid(&secret(), time, QueryMode::Include);
    assert_eq!(edge.reason(&draft.question()).await, REPLAYED);
    assert_eq!(second(post().grid(&secret(), time + 1, QueryMode::Include)).await, REPLAYED);
}

async fn a_nonce_is_good_once_whatever_it_comes_with(app: TestApp) {
    let edge = Asker::of(&app).await;
    let key = app.signing_key().await;
    policy(&app, key, Some(SignatureReplay::Off)).await;
    // A bad signature uses nothing up.
    let good = post().rfc9421(Some(NONCE));
    let bad = good.clone().asking("PUT", "/v1/orders");
    assert_eq!(edge.reason(&bad.question()).await, "signature_invalid");
    assert_eq!(edge.reason(&good.question()).await, "active");
    assert_eq!(edge.reason(&good.question()).await, REPLAYED);
    let other = Draft::new("DELETE", "/v1/elsewhere", "").rfc9421(Some(NONCE));
    assert_eq!(edge.reason(&other.question()).await, REPLAYED);
}

async fn without_the_store_nothing_is_changed(app: TestApp) {
    let edge = Asker::of(&app).await;
    let key = app.signing_key().await;
    assert_eq!(edge.reason(&get().signed().question()).await, "active", "key and owner are remembered");
    execute(&app.database_url, "ALTER TABLE request_replays RENAME TO request_replays_away");
    let ask = async |draft: Draft| {
        let request = app.http().post(app.url("/v1/verify")).bearer_auth(edge.secret());
        request.json(&draft.question()).send().await.unwrap().status().as_u16()
    };
    assert!(ask(post().signed()).await >= 500, "what changes something is not let through");
    let reason = edge.reason(&get().rfc9421(Some(NONCE)).question()).await;
    assert_eq!(reason, "active", "what changes nothing may go on");
    policy(&app, key, Some(SignatureReplay::All)).await;
    assert!(ask(get().signed()).await >= 500, "unless it was said that it may not");
    execute(&app.database_url, "ALTER TABLE request_replays_away RENAME TO request_replays");
    assert_eq!(ask(post().signed()).await, 200);
}

async fn what_was_seen_is_forgotten_when_it_is_too_old_anyway(app: TestApp) {
    let edge = Asker::of(&app).await;
    app.signing_key().await;
    // The latest time that is believed now: it is believed for a minute.
    let latest = post().grid(&secret(), SIGNED_AT + 30, QueryMode::Include);
    assert_eq!(edge.reason(&latest.question()).await, "active");
    let swept = async || {
        let now = app.app.now();
        app.app.db.write(move |conn| request_keys::store::sweep(conn, now)).await.unwrap()
    };
    app.clock.advance(Duration::from_secs(60));
    assert_eq!(swept().await, 0);
    assert_eq!(edge.reason(&latest.question()).await, REPLAYED);
    app.clock.advance(Duration::from_secs(2));
    assert_eq!(swept().await, 1);
    assert_eq!(count(&app, "SELECT count(*) AS n FROM request_replays").await, 0);
    assert_eq!(edge.reason(&latest.question()).await, "signature_stale");
}
