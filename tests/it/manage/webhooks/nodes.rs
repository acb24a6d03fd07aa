//! Several nodes, and nodes that die: nothing is lost, and what one took no other takes.

use futures::future::join_all;
use gridkey::webhooks::deliveries::store::{claim, finish};
use gridkey::webhooks::{Attempt, DeliveryStatus, LEASE, WebhookId};

use super::*;
use crate::support::receiver::Answer;
use crate::support::tokens::{ADA, alter};

on_both!(two_nodes_tell_each_event_once, |app| {
    let second = app.second_node().await;
    let root = app.manager("acme", Some("tenant_admin")).await;
    let receiver = Receiver::start();
    let (id, _) = hook(&root, &receiver.url(), &["team.created"]).await;
    for n in 0..40 {
        let body = json!({ "slug": format!("t{n}"), "display_name": "T" });
        root.post("/v1/teams", &body).await.expect(201);
    }
    receiver.wait_for(40).await;
    let open = format!(
        "SELECT count(*) AS n FROM webhook_deliveries WHERE webhook_id = '{id}' AND status <> 'delivered'"
    );
    while count(&app, open.clone()).await > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let made =
        format!("SELECT count(*) AS n FROM webhook_deliveries WHERE webhook_id = '{id}' AND attempts = 1");
    assert_eq!(count(&app, made).await, 40);
    let seen = receiver.seen();
    let names: BTreeSet<&str> = seen.iter().map(|one| one.header("webhook-id")).collect();
    assert_eq!((names.len(), seen.len()), (40, 40));
    drop(second);
});

/// A webhook with deliveries that are due and that no node touches, because it is paused.
async fn untouched(
    app: &TestApp,
    root: &Manager<'_>,
    receiver: &Receiver,
    some: usize,
) -> (String, Vec<String>) {
    receiver.answer((0..some).map(|_| Answer::of(500)));
    let (id, _) = hook(root, &receiver.url(), &["team.created"]).await;
    let mut all = Vec::new();
    for _ in 0..some {
        all.push(test_of(root, &id).await);
    }
    for one in &all {
        until(app, (&id, one), |one| one.answer_status == Some(500)).await;
    }
    root.patch(&at(&id), &json!({ "status": "paused" })).await.expect(200);
    app.pass(Duration::from_secs(13));
    (id, all)
}

on_both!(what_one_took_no_other_takes, |app| {
    let root = app.manager("acme", Some("tenant_admin")).await;
    let receiver = Receiver::start();
    let (id, all) = untouched(&app, &root, &receiver, 8).await;
    let (tenant, _) = app.person("acme", ADA).await;
    let webhook: WebhookId = id.parse().unwrap();
    let now = app.app.now();
    let taking =
        (0..8).map(|_| app.app.db.write(move |conn| claim(conn, tenant, (webhook, 8), (now, now + LEASE))));
    let taken: Vec<String> =
        join_all(taking).await.into_iter().flat_map(Result::unwrap).map(|one| one.id.to_string()).collect();
    assert_eq!(taken.len(), 8, "{taken:?}");
    assert_eq!(BTreeSet::from_iter(taken), BTreeSet::from_iter(all));
});

on_both!(what_a_dead_node_had_taken_is_sent_when_its_time_is_over, |app| {
    let root = app.manager("acme", Some("tenant_admin")).await;
    let receiver = Receiver::start();
    let (id, all) = untouched(&app, &root, &receiver, 1).await;
    let (tenant, _) = app.person("acme", ADA).await;
    let (webhook, now): (WebhookId, _) = (id.parse().unwrap(), app.app.now());
    // A node takes it and is no more.
    let taken =
        alter(&app, move |conn| claim(conn, tenant, (webhook, 8), (now, now + LEASE))).await.remove(0);
    root.patch(&at(&id), &json!({ "status": "active" })).await.expect(200);
    // Whatever else there is to do is done meanwhile.
    let other = test_of(&root, &id).await;
    until(&app, (&id, &other), |one| one.status == DeliveryStatus::Delivered).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(stored(&app, &id, &all[0]).await.attempts, 2, "nobody else has it");
    app.pass(LEASE + Duration::from_secs(1));
    let sent = until(&app, (&id, &all[0]), |one| one.status == DeliveryStatus::Delivered).await;
    assert_eq!(sent.attempts, 3);
    // The dead node was only slow: what it says now counts no more.
    let late = Attempt { error: "timeout".into(), ..Attempt::default() };
    let written =
        alter(&app, move |conn| finish(conn, tenant, &taken, (&late, DeliveryStatus::Failed, None)));
    assert!(!written.await);
    assert_eq!(stored(&app, &id, &all[0]).await.status, DeliveryStatus::Delivered);
});

on_both!(what_was_committed_before_a_node_started_is_told_by_it, |app| {
    let root = app.manager("acme", Some("tenant_admin")).await;
    let receiver = Receiver::start();
    let (id, _) = hook(&root, &receiver.url(), &["user.created"]).await;
    // As if the node that made it had been killed right after its commit: nothing in memory knows of the row.
    let made = alter(&app, |conn| {
        let random = gridkey::random::Random::default();
        let tenant = crate::support::tokens::tenant(conn, "acme")?.id;
        let now = gridkey::clock::Clock::System.now();
        let event = gridkey::audit::Event::new(&random, (tenant, now), "user.create");
        gridkey::audit::store::insert(conn, tenant, &event)?;
        Ok::<_, DbError>(event.id.to_string())
    })
    .await;
    assert_eq!(receiver.wait_for_type("user.created").await.json()["id"], made.as_str());
    assert!(id.len() == 36);
});
