//! What nodes remember of keys, and that no revocation is outlived by it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use gridkey::app::BOUND;
use gridkey::credentials::KeyLevel;
use serde_json::json;

use crate::on_both;
use crate::support::{Engine, TestApp, runtime};

async fn is_good(node: &TestApp, asker: &str, secret: &str) -> bool {
    let reply = node.post_json("/v1/verify", Some(asker), &json!({ "credential": secret })).await.expect(200);
    reply.json()["active"] == true
}

on_both!(a_revocation_at_one_node_is_heard_at_the_other_within_the_bound, |app| {
    let second = app.second_node().await;
    let asker = app.manager("acme", Some("tenant_admin")).await.token;
    for _ in 0..5 {
        let key = app.ada_key(KeyLevel::Admin).await;
        for node in [&app, &second] {
            assert!(is_good(node, &asker, &key.secret).await);
        }
        app.revoke_key(&key).await;
        let revoked = Instant::now();
        assert!(!is_good(&app, &asker, &key.secret).await, "the node that revoked knows at once");
        let mut last_good = revoked;
        while revoked.elapsed() < BOUND {
            let asked = Instant::now();
            if is_good(&second, &asker, &key.secret).await {
                last_good = asked;
            }
        }
        assert!(last_good.duration_since(revoked) < BOUND);
        assert!(!is_good(&second, &asker, &key.secret).await);
    }
});

on_both!(a_look_that_began_before_a_revocation_is_never_remembered_after_it, |app| {
    let app = Arc::new(app);
    let asker = app.manager("acme", Some("tenant_admin")).await.token;
    for _ in 0..20 {
        let key = app.ada_key(KeyLevel::Admin).await;
        let over = Arc::new(AtomicBool::new(false));
        let readers: Vec<_> = (0..8)
            .map(|_| {
                let (app, asker, secret, over) =
                    (Arc::clone(&app), asker.clone(), key.secret.clone(), Arc::clone(&over));
                tokio::spawn(async move {
                    loop {
                        // Read before the question is asked: a no is due when the revocation was answered before that.
                        let due = over.load(Ordering::SeqCst);
                        let good = is_good(&app, &asker, &secret).await;
                        assert!(!(due && good), "a revoked key was taken");
                        if due {
                            return;
                        }
                    }
                })
            })
            .collect();
        app.revoke_key(&key).await;
        over.store(true, Ordering::SeqCst);
        for reader in readers {
            reader.await.unwrap();
        }
    }
});

#[test]
fn a_node_that_hears_nothing_stops_believing_its_memory() {
    runtime().block_on(async {
        let app = TestApp::start(Engine::Postgres).await;
        let second = app.second_node().await;
        let asker = app.manager("acme", Some("tenant_admin")).await.token;
        let key = app.ada_key(KeyLevel::Admin).await;
        assert!(is_good(&second, &asker, &key.secret).await);
        // Deaf, but with a database: it looks everything up.
        second.app.feed().stop();
        assert!(!second.app.feed().is_current());
        app.revoke_key(&key).await;
        assert!(!is_good(&second, &asker, &key.secret).await, "deaf, but not blind");
        tokio::time::sleep(Duration::from_millis(10)).await;
    });
}
