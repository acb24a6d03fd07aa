//! Signatures that other implementations made.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::super::signature_base::signature_base;
use super::super::verify::{decode_signature, verify};
use super::*;

const ORDERS: &str = "/v1/orders?status=open";
const TV1A: &str = "EgjMqxjbyCbf0eJshOKvY4Eww7IUl779V3qGUUiyoSaMvWVmBouP9rjCERhwHwwsJCWj/qJ8h93XOYoV+9vfBw==";
const TV1B: &str = "uKIGY0/Uc8HGaqLG2it18FziPAl19d5b9rxxJ9tkKLzDWD9wAPwMg2lvHmid6gNuiDAbDVly8mU45UdruCONBw==";
const TV2: &str = "0FjdhEq7tpOFjuLIfQX+RTb1b8lJDZnAvJA0pjkL96kuiLFAUdHrrV7Ne3liZwOf66/nJIF3DVo+uUT2O7mXDg==";
const SHIFT: &str =
    "8Sc8QsmVI65N0WT0R4WC/aJ/H7eqED6/uBEw3g44CaOE9vg0Vv1jv4UOsPMxgFPXF3HPTa0t8Pm7uHQ2XBPgDg==";

fn grid(draft: Draft, signature: &str) -> Draft {
    draft
        .with("X-TheGrid-Signature", signature)
        .with("x-thegrid-timestamp", "1700000000")
        .with("X-THEGRID-FINGERPRINT", FINGERPRINT)
}

#[test]
fn a_query_is_signed_or_left_out() {
    use QueryMode::{Either, Exclude, Include};
    let bad = SignatureError::BadSignature;
    for (signature, mode, expected) in [
        (TV1A, Include, Ok(QueryCoverage::Signed)),
        (TV1A, Exclude, Err(bad)),
        (TV1A, Either, Ok(QueryCoverage::Signed)),
        (TV1B, Include, Err(bad)),
        (TV1B, Exclude, Ok(QueryCoverage::Unsigned)),
        (TV1B, Either, Ok(QueryCoverage::Unsigned)),
    ] {
        let found = grid(Draft::new("GET", ORDERS, b""), signature).check(&grid_rules(mode), now());
        assert_eq!(found.map(|verified| verified.query()), expected, "{mode}");
    }
    for mode in [Include, Exclude, Either] {
        let without_query = grid(Draft::new("GET", "/v1/orders", b""), TV1B).check(&grid_rules(mode), now());
        assert_eq!(without_query.unwrap().query(), QueryCoverage::Absent, "{mode}");
    }
}

#[test]
fn a_body_is_signed() {
    let order = grid(Draft::new("POST", "/v1/orders", ORDER), TV2);
    let verified = order.check(&grid_rules(QueryMode::Include), now()).unwrap();
    assert_eq!(verified.fingerprint().to_string(), FINGERPRINT);
    assert_eq!(verified.scheme(), Scheme::GridV1);
}

/// What is signed has no separators: `/v1/transfers` with the body `/cancel` reads the same as `/v1/transfers/cancel`.
#[test]
fn the_end_of_a_path_cannot_move_into_the_body() {
    let rules = grid_rules(QueryMode::Include);
    assert!(grid(Draft::new("POST", "/v1/transfers/cancel", b""), SHIFT).check(&rules, now()).is_ok());
    let moved = grid(Draft::new("POST", "/v1/transfers", b"/cancel"), SHIFT);
    assert_eq!(refused(&moved, &rules), SignatureError::BodyNotJson);
    let any = GridRules { bodies: BodyRule::Any, ..GridRules::default() };
    let rules = Rules { grid: Some(any), ..Rules::default() };
    assert!(moved.check(&rules, now()).is_ok(), "which is why only JSON is accepted by default");
}

#[test]
fn the_signer_makes_the_same_signatures() {
    for (draft, mode, expected) in [
        (Draft::new("GET", ORDERS, b""), QueryMode::Include, TV1A),
        (Draft::new("get", ORDERS, b""), QueryMode::Either, TV1A),
        (Draft::new("GET", ORDERS, b""), QueryMode::Exclude, TV1B),
        (Draft::new("POST", "/v1/orders", ORDER), QueryMode::Include, TV2),
        (Draft::new("POST", "/v1/transfers/cancel", b""), QueryMode::Include, SHIFT),
    ] {
        let signed = sign_grid(&secret(), &draft.request(), SIGNED_AT, mode).unwrap();
        assert_eq!(signed.signature, expected);
        assert_eq!(signed.timestamp, "1700000000");
        assert_eq!(signed.fingerprint.to_string(), FINGERPRINT);
    }
}

const TV3_INPUT: &str = r#"sig1=("@method" "@authority" "@path" "@query" "content-digest");created=1700000000;expires=1700000030;nonce="dGVzdC1ub25jZS0wMDAx";keyid="Vkdap1RjR0wChd9dvyvKtz2mUTWIOem3dIGy6rEHcIw";tag="api-key-v1""#;
const TV3: &str =
    "sig1=:Z4rBSMQYmq8tWKjNtr/Xc+wcKRl/tXXItDdbZD94KHP+pGvnanJsP4c/8THELHy8+Sq/FcwFWTZQPTthgBD5Bw==:";
const TV3_DIGEST: &str = "sha-256=:9DD4/SGZnv6XtpICb2ffIpXKSOjavElBolGTrTE/AlQ=:";
const TV3_BASE_SHA256: &str = "1f384c291d23578521366b87e00c57ee941605a45671dfa211a192aef11550fd";

#[test]
fn a_message_signature_with_the_whole_body_or_its_digest() {
    let mut order = Draft::new("POST", "/v1/orders?dry_run=1", ORDER)
        .with("Content-Digest", TV3_DIGEST)
        .with("Signature-Input", TV3_INPUT)
        .with("Signature", TV3);
    for only_digest in [false, true] {
        order.only_digest = only_digest;
        let claimed = parse(&order.request(), &rfc9421_rules(), now()).unwrap();
        assert_eq!(claimed.fingerprint().to_string(), FINGERPRINT);
        assert_eq!(claimed.nonce(), Some("dGVzdC1ub25jZS0wMDAx"));
        assert_eq!(claimed.created(), now());
        let verified = claimed.verify(secret().public_key()).unwrap();
        assert_eq!((verified.scheme(), verified.query()), (Scheme::Rfc9421V1, QueryCoverage::Signed));
    }
    let names = ["@method", "@authority", "@path", "@query", "content-digest"];
    let base = signature_base(&order.request(), names, TV3_INPUT.strip_prefix("sig1=").unwrap()).unwrap();
    assert_eq!(base.len(), 379);
    assert!(Digest::of(base.as_bytes()).matches(&Digest::from_hex(TV3_BASE_SHA256).unwrap()));
}

#[test]
fn the_signer_makes_the_same_message_signature() {
    let draft = Draft::new("POST", "/v1/orders?dry_run=1", ORDER).with("content-digest", "something else");
    let parameters = Rfc9421Parameters {
        created: SIGNED_AT,
        expires: Some(SIGNED_AT + 30),
        nonce: Some("dGVzdC1ub25jZS0wMDAx"),
    };
    let signed = sign_rfc9421(&secret(), &draft.request(), &parameters).unwrap();
    assert_eq!(signed.signature_input, TV3_INPUT);
    assert_eq!(signed.content_digest.as_deref(), Some(TV3_DIGEST));
    assert_eq!(signed.signature, TV3);
}

#[test]
fn the_document_shows_these_vectors() {
    let page = include_str!("../../../docs/reference/signed-requests.md");
    for shown in [TV1A, TV1B, TV2, TV3, TV3_DIGEST, FINGERPRINT, TV3_INPUT.strip_prefix("sig1=").unwrap()] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(page.contains(std::str::from_utf8(ORDER).unwrap()));
}

/// RFC 9421 B.2.6, with the key of B.1.4 and the request of B.2.
#[test]
fn the_example_of_the_rfc() {
    let request = Draft {
        authority: "example.com".to_owned(),
        headers: Vec::new(),
        ..Draft::new("POST", "/foo?param=Value&Pet=dog", br#"{"hello": "world"}"#)
    };
    let request = request
        .with("Host", "example.com")
        .with("Date", "Tue, 20 Apr 2021 02:07:55 GMT")
        .with("Content-Type", "application/json")
        .with("Content-Length", "18");
    let parameters = r#"("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#;
    let names = ["date", "@method", "@path", "@authority", "content-type", "content-length"];
    let base = signature_base(&request.request(), names, parameters).unwrap();
    assert_eq!(
        base,
        r#""date": Tue, 20 Apr 2021 02:07:55 GMT
"@method": POST
"@path": /foo
"@authority": example.com
"content-type": application/json
"content-length": 18
"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#
    );
    let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----\n";
    let key = PublicKey::parse(pem).unwrap();
    let expected = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==";
    let signature = decode_signature(expected.as_bytes()).unwrap();
    assert_eq!(verify(&key, base.as_bytes(), &signature), Ok(()));
    let secret = SigningSecret::from_base64("n4Ni+HpISpVObnQMW0wOhCKROaIKqKtW/2ZYb2p9KcU=").unwrap();
    assert_eq!(*secret.public_key(), key);
    assert_eq!(STANDARD.encode(secret.sign(base.as_bytes())), expected);
}
