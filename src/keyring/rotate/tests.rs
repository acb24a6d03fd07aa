//! The rotation on a real database.

use std::time::Duration;

use super::super::keyring::Keyring;
use super::super::signing_key::RsaSize;
use super::*;
use crate::db::{Options, Synchronous, migrations};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

struct Bench {
    db: Db,
    master: MasterKey,
    random: Random,
    policy: RotationPolicy,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            url: format!("sqlite:{}", folder.path().join("keys.db").display()),
            connections: 2,
            wait: Duration::from_secs(5),
            synchronous: Synchronous::Normal,
            statement_timeout: Duration::from_secs(5),
            notify: true,
        };
        migrations::run(&options).unwrap();
        Self {
            db: Db::open(&options).unwrap(),
            master: MasterKey::from_bytes([7; 32]).unwrap(),
            random: Random::default(),
            policy: RotationPolicy {
                algorithms: vec![Algorithm::Es256, Algorithm::EdDsa],
                interval: days(90),
                publish_ahead: days(1),
                longest_token: Duration::from_secs(3_600),
                rsa_size: RsaSize::default(),
            },
            _folder: folder,
        }
    }

    fn rotate(&self, now: Timestamp) -> Vec<Done> {
        rotate(&self.db, &self.master, &self.random, now, &self.policy).unwrap()
    }

    fn rotate_now(&self, now: Timestamp, start: Start) -> Result<Vec<Done>, KeyringError> {
        rotate_now(
            &self.db,
            (&self.master, &self.random),
            now,
            &self.policy,
            (Algorithm::EdDsa, start),
            |_, _| Ok(()),
        )
    }

    fn list(&self, now: Timestamp) -> Vec<KeyInfo> {
        list(&self.db, now, &self.policy).unwrap()
    }

    fn keyring(&self, now: Timestamp) -> Keyring {
        Keyring::open(&self.db, &self.master, &self.policy, now).unwrap()
    }

    fn signer(&self, now: Timestamp) -> String {
        self.keyring(now).snapshot().signer(Algorithm::EdDsa, now).unwrap().kid().to_owned()
    }
}

fn days(count: u64) -> Duration {
    Duration::from_secs(count * 86_400)
}

fn created(done: &[Done]) -> Vec<KeyRecord> {
    done.iter()
        .filter_map(|done| match done {
            Done::Created(key) => Some(key.clone()),
            Done::Retired { .. } | Done::Deleted { .. } => None,
        })
        .collect()
}

#[test]
fn a_new_database_gets_one_signer_of_each_algorithm_and_they_are_read_back() {
    let bench = Bench::new();
    let first = created(&bench.rotate(NOW));
    assert_eq!(first.len(), 2);
    assert_eq!(bench.rotate(NOW), [], "the second start finds nothing to do");
    let snapshot = bench.keyring(NOW).snapshot();
    for key in first {
        assert_eq!(snapshot.signer(key.algorithm, NOW).unwrap().kid(), key.kid);
        assert_eq!(snapshot.find(&key.kid).unwrap().kid(), key.kid);
    }
    assert!(bench.list(NOW).iter().all(|key| key.state == KeyState::Active));
}

#[test]
fn a_whole_life_from_next_to_deleted() {
    let bench = Bench::new();
    bench.rotate(NOW);
    let old = bench.signer(NOW);
    let ahead = NOW + days(89);
    let next =
        created(&bench.rotate(ahead)).into_iter().find(|key| key.algorithm == Algorithm::EdDsa).unwrap();
    assert_eq!(next.active_at, NOW + days(90));
    let states = |now| -> Vec<KeyState> {
        let of_kind = |key: &KeyInfo| key.algorithm == Algorithm::EdDsa;
        bench.list(now).into_iter().filter(of_kind).map(|key| key.state).collect()
    };
    assert_eq!(states(ahead), [KeyState::Active, KeyState::Next]);
    assert_eq!(bench.signer(ahead), old);
    let turn = NOW + days(90);
    assert_eq!(bench.signer(turn), next.kid, "before anyone noted the retirement");
    assert!(bench.rotate(turn).contains(&Done::Retired { kid: old.clone(), at: turn }));
    assert_eq!(states(turn), [KeyState::Retired, KeyState::Active]);
    let gone = turn + bench.policy.retention();
    assert_eq!(states(gone), [KeyState::Expired, KeyState::Active]);
    let deleted = bench.rotate(gone + rotation::KEPT_EXPIRED);
    assert!(deleted.contains(&Done::Deleted { kid: old }));
    assert_eq!(bench.list(gone).len(), 2);
}

#[test]
fn many_nodes_that_start_at_once_make_one_signer() {
    let bench = Bench::new();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| bench.rotate(NOW));
        }
    });
    assert_eq!(bench.list(NOW).len(), 2);
}

#[test]
fn a_key_that_another_node_made_meanwhile_is_not_made_twice() {
    let bench = Bench::new();
    let late = make(&bench.master, &bench.random, Algorithm::EdDsa, NOW, &bench.policy).unwrap();
    bench.rotate(NOW);
    let policy = bench.policy.clone();
    let done =
        bench.db.write_blocking(move |conn| rotate_in(conn, std::slice::from_ref(&late), NOW, &policy));
    assert_eq!(done.unwrap(), []);
}

#[test]
fn a_rotation_that_is_under_way_makes_the_next_one_wait() {
    let bench = Bench::new();
    let slowly = |pause: Duration| {
        let fresh = make(&bench.master, &bench.random, Algorithm::EdDsa, NOW, &bench.policy).unwrap();
        let policy = RotationPolicy { algorithms: vec![Algorithm::EdDsa], ..bench.policy.clone() };
        let work = move |conn: &mut Conn<'_>| {
            let done = rotate_in(conn, std::slice::from_ref(&fresh), NOW, &policy);
            std::thread::sleep(pause);
            done
        };
        bench.db.write_blocking(work).unwrap()
    };
    std::thread::scope(|scope| {
        let first = scope.spawn(|| slowly(Duration::from_millis(300)));
        std::thread::sleep(Duration::from_millis(100));
        assert_eq!(slowly(Duration::ZERO), []);
        assert_eq!(created(&first.join().unwrap()).len(), 1);
    });
    assert_eq!(bench.list(NOW).len(), 1);
}

#[test]
fn a_wrong_master_key_adds_no_key_that_would_shut_out_the_right_one() {
    let bench = Bench::new();
    bench.rotate(NOW);
    let wrong = MasterKey::from_bytes([8; 32]).unwrap();
    let due = NOW + days(89);
    let error = rotate(&bench.db, &wrong, &bench.random, due, &bench.policy).unwrap_err();
    assert!(matches!(error, KeyringError::OtherMasterKey { .. }));
    let by_hand = (Algorithm::EdDsa, Start::AtOnce);
    let error = rotate_now(&bench.db, (&wrong, &bench.random), due, &bench.policy, by_hand, |_, _| Ok(()))
        .unwrap_err();
    assert!(matches!(error, KeyringError::OtherMasterKey { .. }));
    assert!(Keyring::open(&bench.db, &wrong, &bench.policy, NOW).is_err());
    assert_eq!(bench.list(due).len(), 2);
}

#[test]
fn by_hand_the_next_key_is_published_first() {
    let bench = Bench::new();
    bench.rotate(NOW);
    let old = bench.signer(NOW);
    let new = created(&bench.rotate_now(NOW, Start::Published).unwrap()).remove(0);
    assert_eq!(new.active_at, NOW + days(1));
    assert_eq!(bench.signer(NOW), old);
    assert_eq!(bench.signer(NOW + days(1)), new.kid);
    assert!(
        retire(&bench.db, &new.kid, NOW, &bench.policy, |_, _| Ok(())).unwrap(),
        "a key that waits may be called off"
    );
    assert_eq!(bench.signer(NOW + days(1)), old);
}

#[test]
fn by_hand_and_at_once_the_former_key_is_retired_with_it() {
    let bench = Bench::new();
    bench.rotate(NOW);
    let old = bench.signer(NOW);
    let later = NOW + days(1);
    let done = bench.rotate_now(later, Start::AtOnce).unwrap();
    assert_eq!(bench.signer(later), created(&done)[0].kid);
    assert!(done.contains(&Done::Retired { kid: old.clone(), at: later }));
    assert!(!retire(&bench.db, &old, later, &bench.policy, |_, _| Ok(())).unwrap(), "it is retired already");
}

#[test]
fn the_only_signer_is_not_retired_unless_its_algorithm_is_no_longer_wanted() {
    let bench = Bench::new();
    bench.rotate(NOW);
    let kid = bench.signer(NOW);
    bench.rotate_now(NOW, Start::Published).unwrap();
    let error = retire(&bench.db, &kid, NOW, &bench.policy, |_, _| Ok(())).unwrap_err();
    assert!(matches!(error, KeyringError::OnlySigner { .. }), "its successor is not known to everyone yet");
    assert_eq!(bench.signer(NOW), kid);
    let other = RotationPolicy { algorithms: vec![Algorithm::Es256], ..bench.policy.clone() };
    assert!(retire(&bench.db, &kid, NOW, &other, |_, _| Ok(())).unwrap());
    let unknown = retire(&bench.db, "../kid", NOW, &bench.policy, |_, _| Ok(())).unwrap_err();
    assert!(matches!(unknown, KeyringError::Unknown(_)));
}

#[test]
fn keys_made_by_hand_are_bounded() {
    let bench = Bench::new();
    bench.rotate(NOW);
    for _ in 1..MAX_PUBLISHED {
        bench.rotate_now(NOW, Start::Published).unwrap();
    }
    assert!(matches!(bench.rotate_now(NOW, Start::AtOnce), Err(KeyringError::TooMany(Algorithm::EdDsa))));
}

#[tokio::test]
async fn a_running_server_rotates_and_refreshes() {
    let bench = Bench::new();
    rotate_async(&bench.db, &bench.master, &bench.random, NOW, &bench.policy).await.unwrap();
    let keyring = bench.keyring(NOW);
    let before = keyring.snapshot().jwks(NOW);
    let due = NOW + days(89);
    rotate_async(&bench.db, &bench.master, &bench.random, due, &bench.policy).await.unwrap();
    assert_eq!(keyring.snapshot().jwks(due), before, "this node has not heard of it yet");
    keyring.refresh(&bench.db, due).await.unwrap();
    assert_ne!(keyring.snapshot().jwks(due), before);
}
