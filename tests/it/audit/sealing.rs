//! Sealing beside writers and other nodes, and the end of old rows.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gridkey::audit::{self, Event};
use gridkey::db::DbError;

use super::open;
use crate::on_each_log;

const DAY: Duration = Duration::from_secs(86_400);

on_each_log!(
    /// Checklist 84.
    two_nodes_beside_sixteen_writers_make_one_chain_with_every_row, |log| {
    const WRITERS: u32 = 16;
    const EACH: u32 = 25;
    let tenants = [log.tenant(), log.tenant(), Event::instance()];
    let done = Arc::new(AtomicBool::new(false));
    let nodes: Vec<_> = (0..2)
        .map(|_| {
            let (db, key, now, done) = (open(&log.database.url), log.key.clone(), log.now, Arc::clone(&done));
            tokio::spawn(async move {
                while !done.load(Ordering::SeqCst) {
                    audit::seal_pending(&db, &key, now).await.unwrap();
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    let writers = (0..WRITERS).map(|writer| {
        let db = log.db.clone();
        let events: Vec<Event> = (0..EACH)
            .map(|number| log.event(tenants[(number % 3) as usize], log.now, writer * EACH + number))
            .collect();
        async move {
            for event in events {
                let wrote: Result<(), DbError> =
                    db.write(move |conn| audit::store::insert(conn, event.tenant_id, &event)).await;
                wrote.unwrap();
            }
        }
    });
    futures::future::join_all(writers).await;
    done.store(true, Ordering::SeqCst);
    for node in nodes {
        node.await.unwrap();
    }
    log.seal().await;
    let verdicts = tenants.map(|tenant| log.verify(tenant));
    for verdict in &verdicts {
        assert!(verdict.faults.is_empty() && verdict.unsealed == 0, "{verdict:?}");
        assert_eq!((verdict.first, i64::try_from(verdict.rows).unwrap()), (1, verdict.last));
    }
    assert_eq!(verdicts.iter().map(|verdict| verdict.rows).sum::<u64>(), u64::from(WRITERS * EACH));
    assert_eq!(audit::logs(&log.db, None, 100).unwrap().len(), 3);
});

on_each_log!(
    /// Checklist 84.
    what_is_too_old_goes_from_the_beginning_and_the_rest_still_verifies, |log| {
    let tenant = log.tenant();
    let old = log.now - DAY * 10;
    log.write(tenant, old, 620);
    log.write(tenant, log.now, 3);
    log.write(tenant, old, 2);
    let expire = async || audit::expire(&log.db, &log.key, tenant, (log.now - DAY, log.now)).await.unwrap();
    assert_eq!(expire().await, 0, "nothing goes before it is sealed");
    assert_eq!(log.seal().await, 625);
    // Rows are sealed in the order of their identifiers, so the old ones stand first.
    assert_eq!(expire().await, 622);
    let verdict = log.verify(tenant);
    assert!(verdict.faults.is_empty(), "{verdict:?}");
    assert_eq!((verdict.rows, verdict.first, verdict.last), (3, 623, 625));
    assert_eq!(expire().await, 0);
    // Something old that was sealed late stands behind younger rows and waits for them.
    log.write(tenant, old, 1);
    log.seal().await;
    assert_eq!(expire().await, 0);
    assert_eq!(log.verify(tenant).rows, 4);
    let all = audit::expire(&log.db, &log.key, tenant, (log.now + DAY, log.now)).await.unwrap();
    assert_eq!(all, 4);
    let empty = log.verify(tenant);
    assert!(empty.faults.is_empty() && empty.rows == 0, "{empty:?}");
    log.write(tenant, log.now, 2);
    log.seal().await;
    let on = log.verify(tenant);
    assert!(on.faults.is_empty() && on.last == 628, "{on:?}");
    log.tamper(&format!("UPDATE audit_chains SET kept_sequence = 627 WHERE tenant_id = '{tenant}'"));
    assert!(!log.faults(tenant).is_empty());
});

on_each_log!(two_nodes_that_expire_at_once_take_each_row_once, |log| {
    let tenant = log.tenant();
    log.write(tenant, log.now - DAY * 2, 40);
    log.write(tenant, log.now, 1);
    log.seal().await;
    let other = open(&log.database.url);
    let when = (log.now - DAY, log.now);
    let (one, two) = tokio::join!(
        audit::expire(&log.db, &log.key, tenant, when),
        audit::expire(&other, &log.key, tenant, when)
    );
    assert_eq!(one.unwrap() + two.unwrap(), 40);
    assert!(log.faults(tenant).is_empty());
});
