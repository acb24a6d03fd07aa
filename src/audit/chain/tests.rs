use super::*;
use crate::clock::Timestamp;
use crate::id::Id;

fn key() -> ChainKey {
    ChainKey([7; 32])
}

fn tenant() -> TenantId {
    Id::new(uuid::Uuid::from_u128(9))
}

fn entry(number: u128) -> Entry {
    let text = |name: &str| format!("{name}{number}");
    Entry {
        id: Id::new(uuid::Uuid::from_u128(number)),
        tenant_id: tenant(),
        occurred_at: Timestamp::from_seconds(1),
        action: text("action"),
        outcome: text("outcome"),
        reason: String::new(),
        actor_kind: text("kind"),
        actor_id: text("actor"),
        actor_name: text("name"),
        actor_tenant_id: None,
        target_kind: text("what"),
        target_id: text("target"),
        target_name: text("called"),
        changes: "{}".into(),
        client_id: text("client"),
        session_id: text("session"),
        request_id: text("request"),
        address: text("address"),
        user_agent: text("agent"),
    }
}

/// A sealed log of `count` rows and the record of its chain.
fn log(count: u128) -> (Chain, Vec<Sealed>) {
    let mut at = Mark::GENESIS;
    let rows = (1..=count)
        .map(|number| {
            let entry = entry(number);
            at = key().link(&at, &entry);
            Sealed { entry, sequence: Some(at.sequence), hash: Some(at.hash.to_vec()) }
        })
        .collect();
    let chain = Chain {
        tenant_id: tenant(),
        sequence: at.sequence,
        hash: key().stored(tenant(), End::Head, &at),
        kept_sequence: 0,
        kept_hash: key().stored(tenant(), End::Anchor, &Mark::GENESIS),
    };
    (chain, rows)
}

fn faults(chain: &Chain, rows: &[Sealed]) -> Vec<Fault> {
    let key = key();
    let mut walk = Walk::new(&key, chain);
    for row in rows {
        walk.step(row);
    }
    walk.finish();
    walk.faults
}

fn changed(sequence: i64) -> Fault {
    Fault::Changed { id: Id::new(uuid::Uuid::from_u128(u128::try_from(sequence).unwrap())), sequence }
}

#[test]
fn an_untouched_chain_is_whole_from_any_beginning() {
    let (mut chain, rows) = log(5);
    assert_eq!(faults(&chain, &rows), []);
    let third = Mark { sequence: 3, hash: rows[2].hash.clone().unwrap().try_into().unwrap() };
    chain.kept_sequence = 3;
    chain.kept_hash = key().stored(tenant(), End::Anchor, &third);
    assert_eq!(faults(&chain, &rows[3..]), []);
}

#[test]
fn each_field_counts_and_only_the_changed_row_is_named() {
    let (chain, rows) = log(4);
    let changes: [fn(&mut Entry); 20] = [
        |row| row.id = Id::new(uuid::Uuid::from_u128(77)),
        |row| row.tenant_id = Id::new(uuid::Uuid::from_u128(77)),
        |row| row.occurred_at = Timestamp::from_micros(row.occurred_at.micros() + 1),
        |row| row.action.push('x'),
        |row| row.outcome.push('x'),
        |row| row.reason.push('x'),
        |row| row.actor_kind.push('x'),
        |row| row.actor_id.push('x'),
        |row| row.actor_name.push('x'),
        |row| row.actor_tenant_id = Some(tenant()),
        |row| row.target_kind.push('x'),
        |row| row.target_id.push('x'),
        |row| row.target_name.push('x'),
        |row| row.changes.push(' '),
        |row| row.client_id.push('x'),
        |row| row.session_id.push('x'),
        |row| row.request_id.push('x'),
        |row| row.address.push('x'),
        |row| row.user_agent.push('x'),
        |row| {
            // The same letters, with the border between two fields moved.
            let last = row.action.pop().unwrap();
            row.outcome.insert(0, last);
        },
    ];
    for change in changes {
        let mut rows = rows.clone();
        change(&mut rows[1].entry);
        let found = faults(&chain, &rows);
        assert!(matches!(found[..], [Fault::Changed { sequence: 2, .. }]), "{found:?}");
    }
}

#[test]
fn what_is_missing_added_or_out_of_place_is_found() {
    let (chain, rows) = log(5);
    let mut gap = rows.clone();
    gap.remove(2);
    assert_eq!(faults(&chain, &gap), [Fault::Missing { first: 3, last: 3 }]);
    assert_eq!(faults(&chain, &rows[..3]), [Fault::Cut { first: 4, last: 5 }]);
    assert_eq!(faults(&chain, &rows[1..])[0], Fault::Missing { first: 1, last: 1 });
    let mut swapped = rows.clone();
    (swapped[1].entry, swapped[2].entry) = (rows[2].entry.clone(), rows[1].entry.clone());
    assert_eq!(faults(&chain, &swapped).len(), 2);
    let mut forged = rows.clone();
    forged.push(Sealed { entry: entry(9), sequence: Some(6), hash: rows[4].hash.clone() });
    assert!(matches!(faults(&chain, &forged)[..], [Fault::Added { sequence: 6, .. }]));
    let mut before = rows.clone();
    before.insert(0, Sealed { entry: entry(9), sequence: Some(0), hash: rows[4].hash.clone() });
    assert!(matches!(faults(&chain, &before)[..], [Fault::Added { sequence: 0, .. }]));
    for hash in [None, Some(vec![0; 32]), Some(Vec::new())] {
        let mut unlinked = rows.clone();
        unlinked[4].hash = hash;
        assert_eq!(faults(&chain, &unlinked), [changed(5)]);
    }
}

#[test]
fn the_ends_cannot_be_moved_to_where_they_never_were() {
    let (chain, rows) = log(5);
    let link = |row: usize| rows[row].hash.clone().unwrap();
    // The tail cut off and the record set back with the link that the table itself has.
    let back = Chain { sequence: 3, hash: [link(2), vec![0; 32]].concat(), ..chain.clone() };
    assert_eq!(faults(&back, &rows[..3]), [Fault::Head]);
    let onward = Chain { kept_sequence: 2, kept_hash: [link(1), vec![0; 32]].concat(), ..chain.clone() };
    assert_eq!(faults(&onward, &rows[2..]), [Fault::Anchor]);
    let as_anchor = Chain { kept_sequence: 5, kept_hash: chain.hash.clone(), ..chain.clone() };
    assert_eq!(faults(&as_anchor, &[]), [Fault::Anchor], "one end's seal is no good for the other");
    let other_log = Chain { tenant_id: Id::new(uuid::Uuid::from_u128(8)), ..chain.clone() };
    assert!(faults(&other_log, &rows).contains(&Fault::Head));
    assert_eq!(faults(&Chain { hash: Vec::new(), ..chain }, &rows), [Fault::Head]);
}
