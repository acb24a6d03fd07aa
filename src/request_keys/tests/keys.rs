//! What can be registered as a key, and what can sign.

use super::super::verify::verify;
use super::*;

const RAW: &str = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
const SPKI: &str = "MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
const X: &str = "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg";

fn bytes(hex: &str) -> [u8; 32] {
    *Digest::from_hex(hex).unwrap().as_bytes()
}

#[test]
fn every_form_gives_the_same_key() {
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{SPKI}\n-----END PUBLIC KEY-----\n");
    let forms = [
        RAW.to_owned(),
        format!("  {RAW}\n"),
        RAW.trim_end_matches('=').to_owned(),
        X.to_owned(),
        SPKI.to_owned(),
        pem.clone(),
        pem.replace('\n', "\r\n"),
        pem.replace("AAyEA", "AAyEA\n").replace("AyEAA", "AyEAA\n"),
        format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{X}"}}"#),
        format!(r#"{{"x":"{X}","kid":"mine","alg":"EdDSA","use":"sig","crv":"Ed25519","kty":"OKP"}}"#),
    ];
    for form in forms {
        let key = PublicKey::parse(&form).unwrap_or_else(|error| panic!("{error}: {form}"));
        assert_eq!(
            key.as_bytes(),
            &bytes("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")
        );
        assert_eq!(key.fingerprint().to_string(), FINGERPRINT);
        assert_eq!(key.to_base64(), RAW);
        assert_eq!(format!("{key:?}"), format!("PublicKey({FINGERPRINT})"));
    }
}

#[test]
fn private_keys_are_refused_by_name() {
    let pkcs8 = "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
    let both_halves =
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8DoQe/884Qvh1w3RjnS8CZZ+TWMJulDV8d3IZkElUxuA==";
    for form in [
        pkcs8.to_owned(),
        both_halves.to_owned(),
        format!("-----BEGIN PRIVATE KEY-----\n{pkcs8}\n-----END PRIVATE KEY-----"),
        "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----".to_owned(),
        format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{X}","d":"AAEC"}}"#),
        r#"{"kty":"RSA","n":"AQ","e":"AQAB","d":"AQ"}"#.to_owned(),
        r#"{"kty":"oct","k":"AAEC"}"#.to_owned(),
    ] {
        assert_eq!(PublicKey::parse(&form).unwrap_err(), PublicKeyError::Private, "{form}");
    }
}

#[test]
fn other_keys_and_junk_are_refused() {
    use PublicKeyError::{NotAPoint, NotEd25519, Unreadable};
    let pem = |body: &str| format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----");
    for (form, why) in [
        (String::new(), Unreadable),
        ("hello".to_owned(), Unreadable),
        ("AAEC".to_owned(), Unreadable),
        (format!("{RAW}{RAW}"), Unreadable),
        (format!("{SPKI}AAAA"), Unreadable),
        ("A".repeat(5000), Unreadable),
        (pem(RAW), Unreadable),
        (pem(SPKI) + "\nmore", Unreadable),
        (pem(SPKI).replace("-----END PUBLIC KEY-----", ""), Unreadable),
        (pem(SPKI).replace("PUBLIC KEY", "CERTIFICATE"), Unreadable),
        // X25519, which has the same length and cannot sign.
        (SPKI.replace("BQYDK2Vw", "BQYDK2Vu"), NotEd25519),
        ("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE".to_owned(), NotEd25519),
        ("{}".to_owned(), Unreadable),
        ("{".to_owned(), Unreadable),
        (r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#.to_owned(), NotEd25519),
        (format!(r#"{{"kty":"OKP","crv":"X25519","x":"{X}"}}"#), NotEd25519),
        (format!(r#"{{"kty":"OKP","crv":"Ed25519","use":"enc","x":"{X}"}}"#), NotEd25519),
        (format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{X}="}}"#), Unreadable),
        (r#"{"kty":"OKP","crv":"Ed25519"}"#.to_owned(), NotAPoint),
        (format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{X}","x":"{X}"}}"#), Unreadable),
    ] {
        assert_eq!(PublicKey::parse(&form).unwrap_err(), why, "{form}");
    }
}

/// Points of small order, points written in a second way, points with a part of small order, and bytes that are no point.
#[test]
fn keys_that_prove_nothing_are_refused() {
    use PublicKeyError::{NotAPoint, Weak};
    for (hex, why) in [
        ("0100000000000000000000000000000000000000000000000000000000000000", Weak),
        ("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", Weak),
        ("0000000000000000000000000000000000000000000000000000000000000000", Weak),
        ("0000000000000000000000000000000000000000000000000000000000000080", Weak),
        ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", Weak),
        ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", Weak),
        ("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", Weak),
        ("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", Weak),
        // The same points with the coordinate not reduced, or with the sign of zero.
        ("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", Weak),
        ("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", Weak),
        ("0100000000000000000000000000000000000000000000000000000000000080", Weak),
        // y = p + 3, a point of large order written in a second way.
        ("f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", NotAPoint),
        ("0200000000000000000000000000000000000000000000000000000000000000", NotAPoint),
    ] {
        assert_eq!(PublicKey::from_bytes(&bytes(hex)).unwrap_err(), why, "{hex}");
    }
    let second_way = bytes("f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
    assert!(ed25519_dalek::VerifyingKey::from_bytes(&second_way).is_ok(), "a lax reader takes it");
}

#[test]
fn an_honest_key_with_a_part_of_small_order_is_refused() {
    let honest = ed25519_dalek::VerifyingKey::from_bytes(secret().public_key().as_bytes()).unwrap();
    let small = bytes("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
    let small = ed25519_dalek::VerifyingKey::from_bytes(&small).unwrap();
    let mixed = (honest.to_edwards() + small.to_edwards()).compress().to_bytes();
    assert_eq!(PublicKey::from_bytes(&mixed).unwrap_err(), PublicKeyError::Weak);
}

/// A second signature made of a first by adding the group's order to S, and one whose R is of small order.
#[test]
fn there_is_no_second_signature_for_the_same_message() {
    let order = bytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let signature: [u8; 64] = secret().sign(b"message").try_into().unwrap();
    assert_eq!(verify(secret().public_key(), b"message", &signature), Ok(()));
    let mut second = signature;
    let mut carry = 0;
    for (digit, add) in second[32..].iter_mut().zip(order) {
        let sum = u16::from(*digit) + u16::from(add) + carry;
        *digit = u8::try_from(sum & 0xff).unwrap();
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    let bad = Err(SignatureError::BadSignature);
    assert_eq!(verify(secret().public_key(), b"message", &second), bad);
    let mut small = signature;
    small[..32].copy_from_slice(&bytes("0100000000000000000000000000000000000000000000000000000000000000"));
    assert_eq!(verify(secret().public_key(), b"message", &small), bad);
}

#[test]
fn a_signing_key_is_a_seed_or_a_seed_and_its_public_key() {
    let seed: Vec<u8> = (0..32).collect();
    let public = secret().public_key().as_bytes().to_vec();
    let whole = SigningSecret::from_bytes(&[seed.clone(), public.clone()].concat()).unwrap();
    assert_eq!(whole.public_key(), secret().public_key());
    assert_eq!(format!("{whole:?}"), format!("SigningSecret({FINGERPRINT})"));
    let swapped = SigningSecret::from_bytes(&[public.clone(), seed.clone()].concat());
    assert_eq!(swapped.unwrap_err(), InvalidSecret::Halves);
    for wrong in [&seed[1..], &[], &[seed.as_slice(), &[1]].concat(), &[0; 96]] {
        assert_eq!(SigningSecret::from_bytes(wrong).unwrap_err(), InvalidSecret::Unreadable);
    }
    assert_eq!(SigningSecret::from_base64("???").unwrap_err(), InvalidSecret::Unreadable);
}
