//! Whoever can write to the database and has no key cannot touch a sealed row unseen.

use gridkey::tenants::TenantId;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::Log;
use crate::on_each_log;

/// The columns of texts.
const TEXTS: [&str; 15] = [
    "action",
    "outcome",
    "reason",
    "actor_kind",
    "actor_id",
    "actor_name",
    "target_kind",
    "target_id",
    "target_name",
    "changes",
    "client_id",
    "session_id",
    "request_id",
    "address",
    "user_agent",
];
/// The ways besides changing a text.
const OTHERS: usize = 14;
const COLUMNS: &str = "action, outcome, reason, actor_kind, actor_id, actor_name, target_kind, target_id, \
                       target_name, changes, client_id, session_id, request_id, address, user_agent";

/// The `way`th statement that does something to row `row` of a log of `rows` sealed rows.
fn tampering(log: &Log, tenant: TenantId, (way, row, rows): (usize, i64, i64)) -> String {
    let pg = log.on_postgres();
    let set = |what: String| {
        format!("UPDATE audit_events SET {what} WHERE tenant_id = '{tenant}' AND sequence = {row}")
    };
    let of_chain = |what: &str| format!("UPDATE audit_chains SET {what} WHERE tenant_id = '{tenant}'");
    let stranger = log.random.uuid(log.now);
    let zeros = if pg { "decode(repeat('00', 32), 'hex')" } else { "zeroblob(32)" };
    if let Some(column) = TEXTS.get(way) {
        return set(format!("{column} = {column} || 'x'"));
    }
    match way - TEXTS.len() {
        0 => set(format!("id = '{stranger}'")),
        1 => set(format!("tenant_id = '{stranger}'")),
        2 => set(if pg {
            "occurred_at = occurred_at + interval '1 microsecond'".into()
        } else {
            "occurred_at = occurred_at - 1".into()
        }),
        3 => set(format!("actor_tenant_id = '{stranger}'")),
        4 => set("actor_tenant_id = NULL".into()),
        5 => set("sequence = sequence + 1000".into()),
        6 => set("sequence = NULL".into()),
        7 => set("hash = NULL".into()),
        8 => set(format!("hash = {zeros}")),
        9 => format!("DELETE FROM audit_events WHERE tenant_id = '{tenant}' AND sequence = {row}"),
        // The tail from this row on.
        10 => format!("DELETE FROM audit_events WHERE tenant_id = '{tenant}' AND sequence >= {row}"),
        // The beginning up to this row, or the end from it on, with the record moved to where it then seems right.
        11 => format!(
            "UPDATE audit_chains SET kept_sequence = {row}, kept_hash = (SELECT hash FROM audit_events WHERE \
             tenant_id = '{tenant}' AND sequence = {row}) WHERE tenant_id = '{tenant}'; DELETE FROM audit_events \
             WHERE tenant_id = '{tenant}' AND sequence <= {row}"
        ),
        12 => of_chain("sequence = sequence - 1"),
        13 => format!(
            "INSERT INTO audit_events (id, tenant_id, occurred_at, {COLUMNS}, sequence, hash) SELECT '{stranger}', \
             tenant_id, occurred_at, {COLUMNS}, {next}, hash FROM audit_events WHERE tenant_id = '{tenant}' AND \
             sequence = {row}",
            next = rows + 1
        ),
        other => panic!("no way {other}"),
    }
}

on_each_log!(
    /// Checklist 84.
    any_tampering_with_one_row_is_found, |log| {
    let mut runner = TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
    let histories = (proptest::collection::vec(1_u32..5, 1..4), 0..TEXTS.len() + OTHERS, any::<u16>());
    let run = |(batches, way, row): (Vec<u32>, usize, u16)| {
        let tenant = log.tenant();
        let mut rows = 0;
        for count in batches {
            log.write(tenant, log.now, count);
            tokio::runtime::Handle::current().block_on(log.seal());
            rows += i64::from(count);
        }
        let before = log.verify(tenant);
        prop_assert!(before.faults.is_empty() && before.unsealed == 0, "{before:?}");
        prop_assert_eq!((before.rows, before.last), (u64::try_from(rows).unwrap(), rows));
        let what = tampering(log, tenant, (way, i64::from(row) % rows + 1, rows));
        log.tamper(&what);
        prop_assert!(!log.faults(tenant).is_empty(), "{}", what);
        Ok(())
    };
    tokio::task::block_in_place(|| runner.run(&histories, run)).unwrap();
});

on_each_log!(
    /// Checklist 84: each way once, on a row in the middle, and what is sealed afterwards hides nothing.
    each_way_of_tampering_is_found_and_stays_found, |log| {
    for way in 0..TEXTS.len() + OTHERS {
        let tenant = log.tenant();
        log.write(tenant, log.now, 5);
        drop(gridkey::audit::seal_pending(&log.db, &log.key, log.now).await);
        assert!(log.faults(tenant).is_empty());
        let what = tampering(log, tenant, (way, 3, 5));
        log.tamper(&what);
        assert!(!log.faults(tenant).is_empty(), "{what}");
        log.write(tenant, log.now, 2);
        // A chain whose record was touched is not built on.
        drop(gridkey::audit::seal_pending(&log.db, &log.key, log.now).await);
        assert!(!log.faults(tenant).is_empty(), "after sealing on: {what}");
    }
});

on_each_log!(
    /// Checklist 84.
    rows_whose_contents_are_exchanged_are_both_named, |log| {
    let tenant = log.tenant();
    log.write(tenant, log.now, 4);
    log.seal().await;
    let mine = format!("tenant_id = '{tenant}'");
    log.tamper(&format!(
        "UPDATE audit_events SET sequence = 100 WHERE {mine} AND sequence = 2; \
         UPDATE audit_events SET sequence = 2 WHERE {mine} AND sequence = 3; \
         UPDATE audit_events SET sequence = 3 WHERE {mine} AND sequence = 100"
    ));
    let faults = log.faults(tenant);
    let told = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    assert!(told.contains("row 2 (") && told.contains("row 3 ("), "{told}");
});

on_each_log!(
    /// Checklist 84.
    a_chain_whose_record_is_gone_is_found_and_nothing_is_built_on_a_false_one, |log| {
    let (gone, moved) = (log.tenant(), log.tenant());
    for tenant in [gone, moved] {
        log.write(tenant, log.now, 3);
    }
    log.seal().await;
    log.tamper(&format!("DELETE FROM audit_chains WHERE tenant_id = '{gone}'"));
    assert_eq!(log.faults(gone), [gridkey::audit::Fault::NoChain]);
    log.tamper(&format!("UPDATE audit_chains SET sequence = 2 WHERE tenant_id = '{moved}'"));
    let whole = log.tenant();
    for tenant in [gone, moved, whole] {
        log.write(tenant, log.now, 1);
    }
    assert!(gridkey::audit::seal_pending(&log.db, &log.key, log.now).await.is_err());
    assert!(!log.faults(gone).is_empty() && !log.faults(moved).is_empty());
    let verdict = log.verify(whole);
    assert!(verdict.faults.is_empty() && verdict.rows == 1, "others are sealed nevertheless: {verdict:?}");
});
