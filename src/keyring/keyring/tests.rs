//! Opening, refusing and publishing, without a database.

use std::time::Duration;

use super::super::jwt::{self, ACCESS_TOKEN, Expected};
use super::super::signing_key::RsaSize;
use super::super::signing_key::tests::{key, rsa_pkcs8};
use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn master(byte: u8) -> MasterKey {
    MasterKey::from_bytes([byte; 32]).unwrap()
}

fn policy() -> RotationPolicy {
    RotationPolicy {
        algorithms: vec![Algorithm::EdDsa],
        interval: Duration::from_secs(90 * 86_400),
        publish_ahead: Duration::from_secs(86_400),
        longest_token: Duration::from_secs(3_600),
        rsa_size: RsaSize::default(),
    }
}

fn row(algorithm: Algorithm, active_at: Timestamp, retired_at: Option<Timestamp>) -> StoredKey {
    let random = Random::default();
    let row = match algorithm {
        Algorithm::Rs256 => seal(&master(1), &random, &key(algorithm), rsa_pkcs8(), NOW),
        _ => {
            let (key, pkcs8) = SigningKey::generate(&random, algorithm, RsaSize::default()).unwrap();
            seal(&master(1), &random, &key, &pkcs8, NOW)
        }
    };
    StoredKey { active_at, retired_at, ..row.unwrap() }
}

fn load(rows: &[StoredKey]) -> Result<Keyring, KeyringError> {
    Keyring::load(rows, &master(1), &policy(), NOW)
}

fn hours(count: u64) -> Duration {
    Duration::from_secs(count * 3_600)
}

#[test]
fn each_algorithm_has_its_signer_and_its_tokens_verify() {
    let rows: Vec<_> = Algorithm::ALL.iter().map(|algorithm| row(*algorithm, NOW, None)).collect();
    let keyring = load(&rows).unwrap();
    let snapshot = keyring.snapshot();
    for (algorithm, row) in Algorithm::ALL.iter().zip(&rows) {
        let signer = snapshot.signer(*algorithm, NOW).unwrap();
        assert_eq!(signer.kid(), row.kid);
        let claims = serde_json::json!({"sub": "u", "exp": NOW.seconds() + 1});
        let token = jwt::encode(signer, &Random::default(), ACCESS_TOKEN, &claims).unwrap();
        let expected = Expected::new(&[ACCESS_TOKEN]);
        let read: serde_json::Value = jwt::verify(&token, snapshot.keys(), &expected, NOW).unwrap();
        assert_eq!(read, claims);
        assert_eq!(snapshot.find(&row.kid).unwrap().algorithm(), *algorithm);
    }
    assert!(snapshot.find("nobody").is_none());
}

#[test]
fn the_next_key_takes_over_by_time_alone() {
    let (old, next) = (row(Algorithm::EdDsa, NOW, None), row(Algorithm::EdDsa, NOW + hours(5), None));
    let snapshot = load(&[old.clone(), next.clone()]).unwrap().snapshot();
    assert_eq!(snapshot.signer(Algorithm::EdDsa, NOW + hours(4)).unwrap().kid(), old.kid);
    assert_eq!(snapshot.signer(Algorithm::EdDsa, NOW + hours(5)).unwrap().kid(), next.kid);
    assert!(snapshot.signer(Algorithm::Es256, NOW).is_none());
}

#[test]
fn a_wrong_master_key_is_told_in_one_clear_line() {
    let error = Keyring::load(&[row(Algorithm::EdDsa, NOW, None)], &master(2), &policy(), NOW).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the configured master key (id {}) does not open the token signing keys (sealed under id {}): set \
             security.master_key to the key this database was created with",
            master(2).id(),
            master(1).id()
        )
    );
}

#[test]
fn a_sealed_private_half_opens_in_no_other_row() {
    let (one, two) = (row(Algorithm::EdDsa, NOW, None), row(Algorithm::EdDsa, NOW, None));
    let swapped = StoredKey { private_sealed: two.private_sealed, ..one.clone() };
    let mut flipped = one;
    *flipped.private_sealed.last_mut().unwrap() ^= 1;
    for row in [swapped, flipped] {
        let error = load(&[row]).unwrap_err().to_string();
        assert!(error.ends_with("its private half was changed or belongs to another row"), "{error}");
    }
}

#[test]
fn a_public_half_that_was_swapped_is_noticed() {
    let retired = Some(NOW - hours(1));
    let (ours, theirs) = (row(Algorithm::EdDsa, NOW, retired), row(Algorithm::EdDsa, NOW, retired));
    let swapped = StoredKey { public_jwk: theirs.public_jwk, ..ours };
    assert!(matches!(load(&[swapped]), Err(KeyringError::Damaged { .. })));
}

#[test]
fn a_stolen_row_shows_nothing_of_the_private_key() {
    let random = Random::default();
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        let (key, pkcs8) = SigningKey::generate(&random, algorithm, RsaSize::default()).unwrap();
        let row = seal(&master(1), &random, &key, &pkcs8, NOW).unwrap();
        let public = serde_json::to_string(&row.public_jwk.0).unwrap();
        assert!(!public.contains("\"d\""));
        for part in pkcs8.chunks(12).filter(|part| part.len() == 12) {
            assert!(!row.private_sealed.windows(12).any(|window| window == part), "{algorithm}");
        }
    }
}

#[test]
fn the_private_half_of_a_retired_key_stays_sealed_and_its_tokens_still_verify() {
    let retired = row(Algorithm::EdDsa, NOW - hours(9), Some(NOW - Duration::from_secs(1)));
    let current = row(Algorithm::EdDsa, NOW - Duration::from_secs(1), None);
    let garbled = StoredKey { private_sealed: b"not needed".to_vec(), ..retired.clone() };
    let snapshot = load(&[garbled, current]).unwrap().snapshot();
    assert!(snapshot.private(&retired.kid).is_none());
    let end = retired.retired_at.unwrap() + policy().retention();
    assert!(snapshot.keys().find(&retired.kid, end - Duration::from_micros(1)).is_some());
    assert!(snapshot.keys().find(&retired.kid, end).is_none());
}

#[test]
fn the_published_set_is_written_anew_only_when_a_key_leaves_it() {
    let retired = row(Algorithm::EdDsa, NOW - hours(9), Some(NOW));
    let next = row(Algorithm::EdDsa, NOW + hours(9), None);
    let snapshot =
        load(&[retired.clone(), row(Algorithm::Rs256, NOW, None), next.clone()]).unwrap().snapshot();
    let first = snapshot.jwks(NOW);
    let text = String::from_utf8(first.bytes.to_vec()).unwrap();
    assert!(text.contains(&retired.kid) && text.contains(&next.kid), "published before and after it signs");
    let end = NOW + policy().retention();
    assert!(Arc::ptr_eq(&first, &snapshot.jwks(end - Duration::from_micros(1))));
    let second = snapshot.jwks(end);
    assert!(!String::from_utf8(second.bytes.to_vec()).unwrap().contains(&retired.kid));
    assert_ne!(first.etag, second.etag);
    assert!(Arc::ptr_eq(&second, &snapshot.jwks(end + hours(100_000))));
    assert_eq!(snapshot.jwks(NOW), first, "a clock that steps back takes no key away");
    assert_eq!(load(&[]).unwrap().snapshot().jwks(NOW).bytes, r#"{"keys":[]}"#);
}

#[test]
fn a_replaced_set_keeps_what_is_open_and_a_failure_changes_nothing() {
    let old = row(Algorithm::EdDsa, NOW, None);
    let keyring = load(std::slice::from_ref(&old)).unwrap();
    let seen_elsewhere = keyring.clone();
    let before = keyring.snapshot();
    let new = row(Algorithm::EdDsa, NOW + hours(1), None);
    keyring.replace(&[old.clone(), new.clone()], NOW).unwrap();
    let after = seen_elsewhere.snapshot();
    assert!(Arc::ptr_eq(&before.private(&old.kid).unwrap(), &after.private(&old.kid).unwrap()));
    assert!(after.find(&new.kid).is_some() && before.find(&new.kid).is_none());
    let broken = StoredKey { private_sealed: Vec::new(), ..row(Algorithm::EdDsa, NOW, None) };
    assert!(keyring.replace(&[broken], NOW).is_err());
    assert!(keyring.snapshot().find(&new.kid).is_some());
}

#[test]
fn debug_shows_names_and_dates_only() {
    let row = row(Algorithm::EdDsa, NOW, None);
    let shown = format!("{:?} {row:?}", load(std::slice::from_ref(&row)).unwrap());
    assert!(shown.contains(&row.kid) && !shown.contains("sealed"));
}
