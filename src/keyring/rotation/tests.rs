//! The rotation by example, and by properties over random stretches of time.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

const fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn policy() -> RotationPolicy {
    RotationPolicy {
        algorithms: vec![Algorithm::Rs256],
        interval: Duration::from_secs(10_000),
        publish_ahead: Duration::from_secs(1_000),
        longest_token: Duration::from_secs(3_000),
        rsa_size: RsaSize::default(),
    }
}

fn record(kid: &str, active_at: i64, retired_at: Option<i64>) -> KeyRecord {
    KeyRecord {
        kid: kid.to_owned(),
        algorithm: Algorithm::Rs256,
        created_at: at(active_at),
        active_at: at(active_at),
        retired_at: retired_at.map(at),
    }
}

fn carry_out(keys: &mut Vec<KeyRecord>, actions: Vec<Action>, now: Timestamp, made: &mut usize) {
    for action in actions {
        match action {
            Action::Create { algorithm, active_at } => {
                *made += 1;
                let kid = format!("k{made:05}");
                keys.push(KeyRecord { kid, algorithm, created_at: now, active_at, retired_at: None });
            }
            Action::Retire { kid, at } => {
                keys.iter_mut().find(|key| key.kid == kid).unwrap().retired_at = Some(at);
            }
            Action::Delete { kid } => keys.retain(|key| key.kid != kid),
        }
    }
}

fn published(keys: &[KeyRecord], now: Timestamp, policy: &RotationPolicy) -> BTreeSet<String> {
    keys.iter()
        .filter(|key| key.state(now, policy.retention()) != KeyState::Expired)
        .map(|key| key.kid.clone())
        .collect()
}

#[test]
fn the_first_key_signs_at_once() {
    let actions = plan(&[], at(100), &policy());
    assert_eq!(actions, [Action::Create { algorithm: Algorithm::Rs256, active_at: at(100) }]);
}

#[test]
fn a_successor_is_published_ahead_and_then_takes_over() {
    let policy = policy();
    let mut keys = vec![record("a", 0, None)];
    assert_eq!(plan(&keys, at(8_999), &policy), []);
    let create = Action::Create { algorithm: Algorithm::Rs256, active_at: at(10_000) };
    assert_eq!(plan(&keys, at(9_000), &policy), [create]);
    keys.push(record("b", 10_000, None));
    assert_eq!(plan(&keys, at(9_999), &policy), [], "one successor is enough");
    assert_eq!(signer(&keys, Algorithm::Rs256, at(9_999)).unwrap().kid, "a");
    assert_eq!(signer(&keys, Algorithm::Rs256, at(10_000)).unwrap().kid, "b", "with or without a plan");
    let retire = Action::Retire { kid: "a".into(), at: at(10_000) };
    assert_eq!(plan(&keys, at(10_500), &policy), [retire], "from the moment, not from when it was noticed");
}

#[test]
fn a_key_goes_through_its_states_and_away() {
    let policy = policy();
    let key = record("a", 100, Some(200));
    let states =
        [(99, KeyState::Next), (100, KeyState::Active), (199, KeyState::Active), (200, KeyState::Retired)];
    for (now, state) in states {
        assert_eq!(key.state(at(now), policy.retention()), state, "{now}");
    }
    let end = 200 + 3_000 + 300;
    assert_eq!(key.state(at(end - 1), policy.retention()), KeyState::Retired);
    assert_eq!(key.state(at(end), policy.retention()), KeyState::Expired);
    let keys = [key, record("b", 200, None)];
    assert_eq!(
        plan(&keys, at(end), &RotationPolicy { interval: Duration::from_secs(1 << 40), ..policy.clone() }),
        []
    );
    let later = at(end) + KEPT_EXPIRED;
    let actions = plan(&keys, later, &RotationPolicy { interval: Duration::from_secs(1 << 40), ..policy });
    assert_eq!(actions, [Action::Delete { kid: "a".into() }]);
}

#[test]
fn a_key_retired_before_its_turn_never_signs() {
    let key = record("a", 100, Some(50));
    assert_eq!(key.state(at(100), policy().retention()), KeyState::Retired);
    assert_eq!(signer(&[key], Algorithm::Rs256, at(100)), None);
}

#[test]
fn after_a_long_sleep_the_old_key_signs_until_its_successor_is_known() {
    let create = Action::Create { algorithm: Algorithm::Rs256, active_at: at(1_001_000) };
    assert_eq!(plan(&[record("a", 0, None)], at(1_000_000), &policy()), [create]);
}

#[test]
fn an_algorithm_no_longer_wanted_runs_out() {
    let policy = RotationPolicy { algorithms: vec![Algorithm::Es256], ..policy() };
    let keys = [record("a", 0, None), KeyRecord { algorithm: Algorithm::Es256, ..record("b", 5_000, None) }];
    assert_eq!(plan(&keys, at(9_500), &policy), []);
    assert_eq!(plan(&keys, at(10_000), &policy), [Action::Retire { kid: "a".into(), at: at(10_000) }]);
}

#[test]
fn a_clock_that_steps_back_before_the_first_key_still_finds_a_signer() {
    let keys = [record("a", 1_000, None), record("b", 11_000, None)];
    assert_eq!(signer(&keys, Algorithm::Rs256, at(10)).unwrap().kid, "a");
    assert_eq!(plan(&keys, at(10), &policy()), []);
}

#[test]
fn of_two_keys_that_begin_together_every_node_picks_the_same() {
    let keys = [record("a", 5, None), record("b", 5, None)];
    let reversed = [record("b", 5, None), record("a", 5, None)];
    for keys in [&keys, &reversed] {
        assert_eq!(signer(keys, Algorithm::Rs256, at(6)).unwrap().kid, "b");
    }
}

#[test]
fn the_published_set_is_bounded() {
    let keys: Vec<_> = (0..MAX_PUBLISHED).map(|n| record(&format!("k{n:02}"), 10, None)).collect();
    let creates =
        plan(&keys, at(50_000), &policy()).iter().any(|action| matches!(action, Action::Create { .. }));
    assert!(!creates);
    let often = RotationPolicy {
        interval: Duration::from_secs(30),
        publish_ahead: Duration::from_secs(10),
        longest_token: Duration::from_secs(3_600),
        ..policy()
    };
    assert_eq!(often.validate(), Err(PolicyError::TooManyKeys));
    assert_eq!(RotationPolicy { longest_token: Duration::from_secs(60), ..often }.validate(), Ok(()));
}

#[test]
fn a_policy_that_cannot_be_kept_is_told() {
    assert_eq!(policy().validate(), Ok(()));
    let none = RotationPolicy { algorithms: Vec::new(), ..policy() };
    assert_eq!(none.validate(), Err(PolicyError::NoAlgorithm));
    let hasty = RotationPolicy { interval: Duration::from_secs(999), ..policy() };
    assert_eq!(hasty.validate(), Err(PolicyError::IntervalTooShort));
}

/// When a key was made, and when it was seen to sign first and last.
struct Use {
    created: Timestamp,
    first: Timestamp,
    last: Timestamp,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// A server that looks at its keys at random moments, sometimes after long sleeps, and signs in between.
    #[test]
    fn whenever_one_looks_exactly_one_key_signs_and_everyone_could_know_it(
        steps in prop::collection::vec((0_u64..4_000, any::<bool>()), 1..200),
        sleeps in prop::collection::vec(0_usize..200, 0..3),
    ) {
        let policy = RotationPolicy { algorithms: vec![Algorithm::Rs256, Algorithm::EdDsa], ..policy() };
        let (mut keys, mut made, mut now) = (Vec::new(), 0, at(1_000_000));
        let mut uses: BTreeMap<String, Use> = BTreeMap::new();
        let mut last_published: BTreeMap<String, Timestamp> = BTreeMap::new();
        let first = plan(&keys, now, &policy);
        carry_out(&mut keys, first, now, &mut made);
        for (step, (seconds, looks)) in steps.into_iter().enumerate() {
            now = now + Duration::from_secs(if sleeps.contains(&step) { seconds * 50 } else { seconds });
            if looks {
                let actions = plan(&keys, now, &policy);
                carry_out(&mut keys, actions, now, &mut made);
                let rest = plan(&keys, now, &policy);
                let settled = rest.iter().all(|action| matches!(action, Action::Delete { .. }));
                prop_assert!(settled, "a plan that is carried out leaves only the dead to bury: {:?}", rest);
            }
            for algorithm in &policy.algorithms {
                let key = signer(&keys, *algorithm, now).unwrap();
                prop_assert_eq!(key.state(now, policy.retention()), KeyState::Active);
                let seen = uses.entry(key.kid.clone()).or_insert(Use { created: key.created_at, first: now, last: now });
                seen.last = now;
            }
            for kid in published(&keys, now, &policy) {
                last_published.insert(kid, now);
            }
            for (kid, seen) in &uses {
                let gone = !published(&keys, now, &policy).contains(kid);
                prop_assert!(!gone || now.since(seen.last) >= policy.longest_token, "{} left too early", kid);
            }
        }
        for (number, (kid, seen)) in uses.iter().enumerate() {
            let of_the_beginning = number < policy.algorithms.len();
            prop_assert!(
                of_the_beginning || seen.first.since(seen.created) >= policy.publish_ahead,
                "{} signed before everyone could know it", kid
            );
            prop_assert!(last_published.contains_key(kid));
        }
    }

    /// A clock that jumps both ways: there is always a signer, and a step back takes no key from the published set.
    #[test]
    fn a_clock_that_steps_back_takes_no_key_away(
        steps in prop::collection::vec((-7_200_i64..20_000, 0_i64..7_200), 1..80),
    ) {
        let policy = policy();
        let (mut keys, mut made, mut now) = (Vec::new(), 0, 1_000_000);
        for (seconds, back) in steps {
            now += seconds;
            let actions = plan(&keys, at(now), &policy);
            carry_out(&mut keys, actions, at(now), &mut made);
            let (before, after) = (published(&keys, at(now), &policy), published(&keys, at(now - back), &policy));
            prop_assert!(before.is_subset(&after));
            let key = signer(&keys, Algorithm::Rs256, at(now - back)).unwrap();
            prop_assert!(after.contains(&key.kid), "the signer is published");
            let makes_one = plan(&keys, at(now - back), &policy).iter().any(|action| matches!(action, Action::Create { .. }));
            prop_assert!(!makes_one, "to step back is no reason for a new key");
        }
    }
}
