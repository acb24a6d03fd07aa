//! What must be accepted, and every way of lying to us that RFC 8725 and the advisories of others tell of.

use aws_lc_rs::hmac;
use serde_json::{Map, Value, json};

use super::super::signing_key::tests::key;
use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const ISSUER: &str = "https://id.example";

fn claims() -> Value {
    json!({"iss": ISSUER, "aud": "api", "sub": "u1", "exp": NOW.seconds() + 600, "iat": NOW.seconds(), "nbf": NOW.seconds()})
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn keys(key: &SigningKey) -> KeySet {
    let mut keys = KeySet::default();
    keys.insert(Arc::clone(key.public()), None);
    keys
}

fn access_token(key: &SigningKey, claims: &Value) -> String {
    encode(key, &Random::default(), ACCESS_TOKEN, claims).unwrap()
}

fn expected() -> Expected<'static> {
    Expected { issuer: Some(ISSUER), audience: Some("api"), ..Expected::new(&[ACCESS_TOKEN]) }
}

fn check(text: &str, key: &SigningKey) -> Result<Map<String, Value>, JwtError> {
    verify(text, &keys(key), &expected(), NOW)
}

/// A token with the header of the forger's choice, properly signed by `key`.
fn forged(key: &SigningKey, header: &Value) -> String {
    let message = unsigned(header);
    let signature = key.sign(&Random::default(), message.as_bytes()).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn unsigned(header: &Value) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims().to_string()))
}

fn header_of(key: &SigningKey) -> Value {
    json!({"typ": ACCESS_TOKEN, "alg": key.algorithm(), "kid": key.kid()})
}

#[test]
fn a_token_of_each_algorithm_comes_back_with_its_claims() {
    for algorithm in Algorithm::ALL {
        let key = key(*algorithm);
        let text = access_token(&key, &claims());
        assert_eq!(Value::Object(check(&text, &key).unwrap()), claims(), "{algorithm}");
        let header = jsonwebtoken::decode_header(&text).unwrap();
        assert_eq!(header.typ.as_deref(), Some(ACCESS_TOKEN));
        assert_eq!(header.kid.as_deref(), Some(key.kid()));
        assert_eq!(header.alg, algorithm.registered());
    }
}

#[test]
fn an_independent_verifier_accepts_our_tokens_from_the_published_jwk() {
    for algorithm in Algorithm::ALL {
        let key = key(*algorithm);
        let published = serde_json::to_string(key.public_jwk()).unwrap();
        let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_str(&published).unwrap();
        let mut validation = jsonwebtoken::Validation::new(algorithm.registered());
        validation.set_audience(&["api"]);
        validation.set_issuer(&[ISSUER]);
        // That crate reads the machine's clock, which stands before NOW.
        validation.validate_exp = false;
        let decoder = jsonwebtoken::DecodingKey::from_jwk(&jwk).unwrap();
        let read =
            jsonwebtoken::decode::<Value>(access_token(&key, &claims()), &decoder, &validation).unwrap();
        assert_eq!(read.claims, claims(), "{algorithm}");
    }
}

#[test]
fn a_type_without_a_ready_header_is_written_too() {
    let key = key(Algorithm::EdDsa);
    let text = encode(&key, &Random::default(), "odd\"+jwt", &claims()).unwrap();
    let expected = Expected::new(&["odd\"+jwt"]);
    assert!(verify::<Value>(&text, &keys(&key), &expected, NOW).is_ok());
}

#[test]
fn alg_none_is_refused_in_every_spelling() {
    let key = key(Algorithm::Rs256);
    for none in ["none", "None", "NONE", "nOnE", ""] {
        let mut header = header_of(&key);
        header["alg"] = json!(none);
        for text in [format!("{}.", unsigned(&header)), unsigned(&header), forged(&key, &header)] {
            assert_eq!(check(&text, &key), Err(JwtError::Malformed), "{none}");
        }
    }
}

#[test]
fn a_token_without_its_signature_is_refused() {
    let key = key(Algorithm::EdDsa);
    assert_eq!(check(&format!("{}.", unsigned(&header_of(&key))), &key), Err(JwtError::Signature));
}

#[test]
fn hs256_with_the_public_key_as_its_secret_is_refused() {
    let key = key(Algorithm::Rs256);
    let jwk = serde_json::to_value(key.public_jwk()).unwrap();
    let modulus = URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap();
    for secret in [modulus, jwk["n"].to_string().into_bytes(), jwk.to_string().into_bytes()] {
        for (name, hash) in [("HS256", hmac::HMAC_SHA256), ("HS512", hmac::HMAC_SHA512)] {
            let mut header = header_of(&key);
            header["alg"] = json!(name);
            let message = unsigned(&header);
            let tag = hmac::sign(&hmac::Key::new(hash, &secret), message.as_bytes());
            let text = format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag));
            assert_eq!(check(&text, &key), Err(JwtError::Algorithm));
        }
    }
}

#[test]
fn another_algorithm_of_the_same_family_is_refused() {
    let key = key(Algorithm::Rs256);
    for other in ["RS384", "RS512", "PS256", "ES256", "EdDSA"] {
        let mut header = header_of(&key);
        header["alg"] = json!(other);
        assert_eq!(check(&forged(&key, &header), &key), Err(JwtError::Algorithm), "{other}");
    }
}

#[test]
fn a_key_that_the_token_brings_along_or_points_to_is_refused() {
    let (ours, theirs) = (key(Algorithm::EdDsa), key(Algorithm::EdDsa));
    let jwk = serde_json::to_value(theirs.public_jwk()).unwrap();
    for (name, value) in [
        ("jwk", jwk),
        ("jku", json!("https://evil.example/jwks")),
        ("x5u", json!("https://evil.example/cert")),
        ("x5c", json!(["MIIB"])),
    ] {
        let mut header = header_of(&ours);
        header[name] = value;
        assert_eq!(check(&forged(&theirs, &header), &ours), Err(JwtError::Header(name)));
        assert_eq!(
            check(&forged(&ours, &header), &ours),
            Err(JwtError::Header(name)),
            "even when signed by us"
        );
    }
}

#[test]
fn crit_is_refused_whatever_it_names() {
    let key = key(Algorithm::EdDsa);
    for critical in [json!(["exp"]), json!(["b64"]), json!(["made-up"]), json!([])] {
        let mut header = header_of(&key);
        header["crit"] = critical;
        assert_eq!(check(&forged(&key, &header), &key), Err(JwtError::Header("crit")));
    }
}

#[test]
fn b64_false_is_refused_with_and_without_crit() {
    let key = key(Algorithm::EdDsa);
    for b64 in [json!(false), json!(true), json!(null)] {
        let mut header = header_of(&key);
        header["b64"] = b64;
        assert_eq!(check(&forged(&key, &header), &key), Err(JwtError::Header("b64")));
        header["crit"] = json!(["b64"]);
        assert!(matches!(check(&forged(&key, &header), &key), Err(JwtError::Header(_))));
    }
}

#[test]
fn a_doubled_header_parameter_is_refused() {
    let key = key(Algorithm::EdDsa);
    let kid = key.kid();
    let header = format!(r#"{{"typ":"at+jwt","alg":"EdDSA","alg":"none","kid":"{kid}","kid":"{kid}"}}"#);
    let message =
        format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims().to_string()));
    let signature = key.sign(&Random::default(), message.as_bytes()).unwrap();
    let text = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
    assert_eq!(check(&text, &key), Err(JwtError::Malformed));
}

#[test]
fn an_id_token_does_not_pass_as_an_access_token_nor_the_reverse() {
    let key = key(Algorithm::EdDsa);
    let random = Random::default();
    for typ in [ID_TOKEN, LOGOUT_TOKEN, "", "at+jwt ", "xat+jwt", "text/at+jwt"] {
        let text = encode(&key, &random, typ, &claims()).unwrap();
        assert_eq!(check(&text, &key), Err(JwtError::Type), "{typ}");
    }
    let text = access_token(&key, &claims());
    let as_id_token = Expected::new(&[ID_TOKEN]);
    assert_eq!(verify::<Value>(&text, &keys(&key), &as_id_token, NOW), Err(JwtError::Type));
    assert_eq!(verify::<Value>(&text, &keys(&key), &Expected::new(&[]), NOW), Err(JwtError::Type));
    let mut header = header_of(&key);
    header.as_object_mut().unwrap().remove("typ");
    assert_eq!(check(&forged(&key, &header), &key), Err(JwtError::Type), "no type at all");
}

#[test]
fn typ_is_compared_without_case_and_with_or_without_its_prefix() {
    let key = key(Algorithm::EdDsa);
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
        let text = encode(&key, &Random::default(), typ, &claims()).unwrap();
        assert!(check(&text, &key).is_ok(), "{typ}");
    }
}

#[test]
fn a_changed_character_anywhere_breaks_the_token() {
    for algorithm in Algorithm::ALL {
        let key = key(*algorithm);
        let text = access_token(&key, &claims());
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(check(&changed, &key).is_err(), "{algorithm} character {at}");
        }
    }
}

#[test]
fn a_flipped_byte_in_each_third_breaks_the_token() {
    let key = key(Algorithm::Rs256);
    let text = access_token(&key, &claims());
    for part in 0..3 {
        let mut parts: Vec<Vec<u8>> =
            text.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap()).collect();
        let middle = parts[part].len() / 2;
        parts[part][middle] ^= 1;
        let changed: Vec<String> = parts.iter().map(|part| URL_SAFE_NO_PAD.encode(part)).collect();
        assert!(check(&changed.join("."), &key).is_err(), "part {part}");
    }
}

#[test]
fn a_kid_is_only_a_name_whatever_characters_it_has() {
    let key = key(Algorithm::EdDsa);
    for kid in [
        "../../../../etc/passwd",
        "/dev/null",
        "' OR 1=1 --",
        "https://evil.example/key",
        "a\0b",
        "",
        &"k".repeat(4_000),
    ] {
        let mut header = header_of(&key);
        header["kid"] = json!(kid);
        assert_eq!(check(&forged(&key, &header), &key), Err(JwtError::UnknownKey), "{kid}");
    }
    let mut header = header_of(&key);
    header.as_object_mut().unwrap().remove("kid");
    assert_eq!(check(&forged(&key, &header), &key), Err(JwtError::UnknownKey));
}

#[test]
fn the_kid_of_another_of_our_keys_does_not_help() {
    let (one, two) = (key(Algorithm::EdDsa), key(Algorithm::EdDsa));
    let mut keys = keys(&one);
    keys.insert(Arc::clone(two.public()), None);
    let text = forged(&one, &header_of(&two));
    assert_eq!(verify::<Value>(&text, &keys, &expected(), NOW), Err(JwtError::Signature));
}

#[test]
fn a_key_is_not_accepted_past_its_end() {
    let key = key(Algorithm::EdDsa);
    let text = access_token(&key, &claims());
    let mut keys = KeySet::default();
    keys.insert(Arc::clone(key.public()), Some(NOW));
    let before = NOW - Duration::from_micros(1);
    assert!(verify::<Value>(&text, &keys, &expected(), before).is_ok());
    assert_eq!(verify::<Value>(&text, &keys, &expected(), NOW), Err(JwtError::UnknownKey));
}

#[test]
fn an_expired_token_is_refused_to_the_second() {
    let key = key(Algorithm::EdDsa);
    let now = NOW.seconds();
    for (exp, answer) in [(now + 1, Ok(())), (now, Err(JwtError::Expired)), (now - 1, Err(JwtError::Expired))]
    {
        let text = access_token(&key, &with("exp", json!(exp)));
        assert_eq!(check(&text, &key).map(drop), answer, "{exp}");
    }
    let text = access_token(&key, &with("exp", json!(now - 30)));
    let keys = keys(&key);
    let patient = Expected { leeway: Duration::from_secs(31), ..expected() };
    assert!(verify::<Value>(&text, &keys, &patient, NOW).is_ok());
    let any_age = Expected { leeway: ANY_AGE, ..expected() };
    let ancient = access_token(&key, &with("exp", json!(1)));
    assert!(verify::<Value>(&ancient, &keys, &any_age, NOW).is_ok());
}

#[test]
fn a_token_from_the_future_is_refused_beyond_a_minute() {
    let key = key(Algorithm::EdDsa);
    for claim in ["nbf", "iat"] {
        let text = access_token(&key, &with(claim, json!(NOW.seconds() + 60)));
        assert!(check(&text, &key).is_ok(), "{claim}");
        let text = access_token(&key, &with(claim, json!(NOW.seconds() + 61)));
        assert_eq!(check(&text, &key), Err(JwtError::NotYetValid), "{claim}");
    }
}

#[test]
fn odd_times_neither_panic_nor_pass() {
    let key = key(Algorithm::EdDsa);
    for exp in
        [json!(-1), json!(i64::MIN), json!(-1e300), json!("9999999999"), json!(null), json!(true), json!([])]
    {
        assert!(check(&access_token(&key, &with("exp", exp.clone())), &key).is_err(), "{exp}");
    }
    for exp in [json!(u64::MAX), json!(1e300), json!(NOW.seconds() as f64 + 0.5)] {
        assert!(check(&access_token(&key, &with("exp", exp.clone())), &key).is_ok(), "{exp}");
    }
    let mut without = claims();
    without.as_object_mut().unwrap().remove("exp");
    assert_eq!(check(&access_token(&key, &without), &key), Err(JwtError::Claims));
}

#[test]
fn issuer_and_audience_are_compared_exactly() {
    let key = key(Algorithm::EdDsa);
    for issuer in [json!("https://id.example/"), json!("https://ID.example"), json!(null)] {
        assert_eq!(check(&access_token(&key, &with("iss", issuer)), &key), Err(JwtError::Issuer));
    }
    for audience in [json!("ap"), json!("api2"), json!([]), json!(["other"]), json!(null)] {
        assert_eq!(check(&access_token(&key, &with("aud", audience)), &key), Err(JwtError::Audience));
    }
    assert!(check(&access_token(&key, &with("aud", json!(["other", "api"]))), &key).is_ok());
    assert_eq!(check(&access_token(&key, &with("aud", json!({"api": 1}))), &key), Err(JwtError::Claims));
}

#[test]
fn no_claim_is_read_before_the_signature_holds() {
    let (ours, theirs) = (key(Algorithm::EdDsa), key(Algorithm::EdDsa));
    let text = forged(&theirs, &header_of(&ours));
    let (message, signature) = text.rsplit_once('.').unwrap();
    let (header, _) = message.split_once('.').unwrap();
    for payload in ["", "!", "bm90IGpzb24"] {
        let text = format!("{header}.{payload}.{signature}");
        assert_eq!(check(&text, &ours), Err(JwtError::Signature), "{payload}");
    }
}

#[test]
fn a_17_kib_token_is_refused_unread() {
    let key = key(Algorithm::EdDsa);
    let fits = access_token(&key, &with("pad", json!("x".repeat(11 * 1024))));
    assert!(fits.len() <= MAX_LENGTH && check(&fits, &key).is_ok());
    let text = access_token(&key, &with("pad", json!("x".repeat(12_500))));
    assert!(text.len() > 17_000);
    assert_eq!(check(&text, &key), Err(JwtError::TooLong));
}

#[test]
fn anything_but_three_parts_is_refused() {
    let key = key(Algorithm::EdDsa);
    let text = access_token(&key, &claims());
    for wrong in [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "e30.e30.e30",
        &format!("{text}."),
        &format!(".{text}"),
        &format!("{text}.x.y"),
    ] {
        assert_eq!(check(wrong, &key), Err(JwtError::Malformed), "{wrong}");
    }
    for wrong in [format!("{text}="), format!(" {text}"), format!("{text}\n"), text.replace('.', ". ")] {
        assert!(check(&wrong, &key).is_err());
    }
}
