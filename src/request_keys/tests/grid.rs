//! What `grid-v1` refuses, and why.

use super::*;

const SIGNATURE: &str = "x-thegrid-signature";
const TIMESTAMP: &str = "x-thegrid-timestamp";
const NAME: &str = "x-thegrid-fingerprint";

fn include() -> Rules {
    grid_rules(QueryMode::Include)
}

fn order() -> Draft {
    Draft::new("POST", "/v1/orders?dry_run=1&a=b", ORDER).grid(QueryMode::Include)
}

#[test]
fn the_time_may_differ_by_the_window_and_no_more() {
    for (offset, expected) in [
        (-31, Some(SignatureError::Future)),
        (-30, None),
        (0, None),
        (30, None),
        (31, Some(SignatureError::Stale)),
    ] {
        let found = order().check(&include(), Timestamp::from_seconds(SIGNED_AT + offset));
        assert_eq!(found.err(), expected, "{offset}");
    }
    let narrow = Rules { window: ClockWindow::new(5).unwrap(), ..include() };
    assert!(order().check(&narrow, Timestamp::from_seconds(SIGNED_AT + 6)).is_err());
}

#[test]
fn the_time_is_plain_unix_seconds() {
    assert_eq!(refused(&order().set(TIMESTAMP, "1700000000000"), &include()), SignatureError::Future);
    for wrong in [
        "",
        " 1700000000",
        "+1700000000",
        "-1",
        "1.7e9",
        "01700000000",
        "1700000000.0",
        "0x10",
        "99999999999999999999",
    ] {
        let found = refused(&order().set(TIMESTAMP, wrong), &include());
        assert_eq!(found, SignatureError::Malformed("timestamp"), "{wrong:?}");
    }
    assert_eq!(refused(&order().set(TIMESTAMP, "1700000001"), &include()), SignatureError::BadSignature);
}

#[test]
fn each_header_stands_exactly_once() {
    assert_eq!(refused(&Draft::new("GET", "/", b""), &include()), SignatureError::NotSigned);
    for (name, short) in [(SIGNATURE, "signature"), (TIMESTAMP, "timestamp"), (NAME, "fingerprint")] {
        let missing = refused(&order().without(name), &include());
        assert_eq!(missing, SignatureError::HeaderMissing(short));
        let same = order().get(name);
        let twice = refused(&order().with(&name.to_uppercase(), same), &include());
        assert_eq!(twice, SignatureError::HeaderRepeated(short));
    }
}

#[test]
fn another_prefix_means_other_headers() {
    let prefix = HeaderPrefix::parse("X-Acme-").unwrap();
    let rules = Rules { grid: Some(GridRules { prefix, ..GridRules::default() }), ..Rules::default() };
    assert_eq!(refused(&order(), &rules), SignatureError::NotSigned);
    let renamed = |name: &str| name.replace("thegrid", "acme");
    let mut acme = order();
    acme.headers.iter_mut().for_each(|(name, _)| *name = renamed(name));
    assert!(acme.check(&rules, now()).is_ok());
    for wrong in ["", "x y", "x:", "é", &"x".repeat(65)] {
        assert!(HeaderPrefix::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn what_was_signed_is_what_came() {
    let lower_case = {
        // A client that signed "post": what is signed has the method in capitals.
        let signature = secret().sign(&[b"1700000000post/v1/orders".as_slice(), ORDER].concat());
        let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, signature);
        Draft::new("POST", "/v1/orders", ORDER).grid(QueryMode::Include).set(SIGNATURE, text)
    };
    let mut spaced = order();
    spaced.body =
        br#"{"market_id": "market_abc","type":"limit","side":"buy","price":"0.68","quantity":1}"#.to_vec();
    let mut other_byte = order();
    other_byte.body[40] ^= 1;
    let reordered = Draft { target: "/v1/orders?a=b&dry_run=1".to_owned(), ..order() };
    let other_path = Draft { target: "/v1/order?dry_run=1&a=b".to_owned(), ..order() };
    let other_method = Draft { method: "PUT".to_owned(), ..order() };
    for draft in [lower_case, spaced, other_byte, reordered, other_path, other_method] {
        assert_eq!(refused(&draft, &include()), SignatureError::BadSignature, "{draft:?}");
    }
}

#[test]
fn without_the_query_its_order_does_not_count() {
    let draft = Draft::new("POST", "/v1/orders?dry_run=1&a=b", ORDER).grid(QueryMode::Exclude);
    let reordered = Draft { target: "/v1/orders?a=b&dry_run=1".to_owned(), ..draft };
    for mode in [QueryMode::Exclude, QueryMode::Either] {
        let verified = reordered.check(&grid_rules(mode), now()).unwrap();
        assert_eq!(verified.query(), QueryCoverage::Unsigned, "so it must not be believed");
    }
}

#[test]
fn a_signature_has_one_way_of_being_written() {
    let text = order().get(SIGNATURE);
    let url_safe = text.replace('+', "-").replace('/', "_");
    assert_ne!(text, url_safe, "the vector must contain one of the two letters");
    for wrong in [
        url_safe,
        text.trim_end_matches('=').to_owned(),
        format!("{text} "),
        format!("{text}, {text}"),
        format!("{}A==", &text[..84]),
        format!("{}R==", &text[..85]),
        String::new(),
    ] {
        let found = refused(&order().set(SIGNATURE, &wrong), &include());
        assert_eq!(found, SignatureError::Malformed("signature"), "{wrong}");
    }
}

#[test]
fn a_fingerprint_names_the_raw_key() {
    let padded = order().set(NAME, format!("{FINGERPRINT}="));
    assert_eq!(refused(&padded, &include()), SignatureError::Malformed("fingerprint"));
    assert_eq!(refused(&order().set(NAME, [0xff; 43]), &include()), SignatureError::Malformed("fingerprint"));
    let of_spki = order().set(NAME, "oFCDfYUHBYLM9zlLCYiEfMMSy4glm4lImfbyOc8XkaU");
    assert_eq!(refused(&of_spki, &include()), SignatureError::KeyMismatch);
    let other = SigningSecret::from_bytes(&[7; 32]).unwrap();
    let named = order().set(NAME, other.public_key().fingerprint().to_string());
    let claimed = parse(&named.request(), &include(), now()).unwrap();
    assert_eq!(claimed.verify(other.public_key()).unwrap_err(), SignatureError::BadSignature);
    let early = Timestamp::from_seconds(0);
    assert_eq!(parse(&named.request(), &include(), early).unwrap_err(), SignatureError::Future);
    let found = claimed_fingerprint(&named.request(), &include());
    assert_eq!(found, Some(other.public_key().fingerprint()), "for the audit log");
}

#[test]
fn bodies_are_json_and_only_where_they_belong() {
    for method in ["GET", "HEAD", "DELETE", "get", "OPTIONS"] {
        let found = refused(&Draft { method: method.to_owned(), ..order() }, &include());
        assert_eq!(found, SignatureError::BodyNotAllowed, "{method}");
        assert!(found.is_bad_request());
    }
    for (content_type, fits) in [
        ("application/json", true),
        ("Application/JSON; charset=utf-8", true),
        ("application/merge-patch+json", true),
        ("text/plain", false),
        ("application/jsonp", false),
        ("", false),
    ] {
        let found = order().set("content-type", content_type).check(&include(), now());
        assert_eq!(found.is_ok(), fits, "{content_type}");
    }
    let no_type = order().without("content-type");
    let twice = order().with("content-type", "application/json");
    let not_json = Draft { body: b" {}".to_vec(), ..order() };
    for draft in [no_type, twice, not_json] {
        assert_eq!(refused(&draft, &include()), SignatureError::BodyNotJson);
    }
    let list = Draft::new("PUT", "/v1/orders", b"[]").grid(QueryMode::Include);
    assert!(list.check(&include(), now()).is_ok());
    let mut digest = order();
    digest.only_digest = true;
    assert_eq!(refused(&digest, &include()), SignatureError::BodyNotKnown);
    let mut no_body = Draft::new("DELETE", "/v1/orders/1", b"").grid(QueryMode::Include);
    no_body.only_digest = true;
    assert!(no_body.check(&include(), now()).is_ok(), "the digest of nothing is known");
}

#[test]
fn a_target_has_nothing_that_begins_a_body() {
    for target in [
        "",
        "*",
        "v1",
        "https://h/",
        "/a b",
        "/a{",
        "/a[",
        "/a\"",
        "/a<",
        "/a>",
        "/a?b={}",
        "/a#b",
        "/\u{e9}",
        "/a\n",
        "/\u{7f}",
    ] {
        let draft = Draft { target: target.to_owned(), ..order() };
        let found = refused(&draft, &include());
        assert_eq!(found, SignatureError::UnsafeTarget, "{target:?}");
        assert!(found.is_bad_request());
        assert!(sign_grid(&secret(), &draft.request(), SIGNED_AT, QueryMode::Include).is_err());
    }
    let escaped = Draft::new("GET", "/a%7B?b=%5B", b"").grid(QueryMode::Include);
    assert!(escaped.check(&include(), now()).is_ok());
}

#[test]
fn a_method_is_letters_so_that_no_digit_moves_into_the_time() {
    for method in ["", "1POST", "PO ST", "POST/", "PÖST"] {
        let found = refused(&Draft { method: method.to_owned(), ..order() }, &include());
        assert_eq!(found, SignatureError::UnsafeMethod, "{method}");
    }
}

#[test]
fn a_replay_is_recognised_whatever_the_signature_looks_like() {
    use ReplayPolicy::{All, Off, Unsafe};
    let first = order().check(&include(), now()).unwrap();
    let again = order().check(&include(), Timestamp::from_seconds(SIGNED_AT + 9)).unwrap();
    assert!(first.replay_key().matches(&again.replay_key()));
    let other = Draft::new("POST", "/v1/orders", ORDER).grid(QueryMode::Include).check(&include(), now());
    assert!(!first.replay_key().matches(&other.unwrap().replay_key()));
    let read =
        Draft::new("GET", "/v1/orders", b"").grid(QueryMode::Include).check(&include(), now()).unwrap();
    for (policy, of_write, of_read) in [(Off, false, false), (Unsafe, true, false), (All, true, true)] {
        assert_eq!(first.replay(policy).is_some(), of_write, "{policy}");
        assert_eq!(read.replay(policy).is_some(), of_read, "{policy}");
    }
    assert_eq!(first.replay(All).unwrap().memory.as_secs(), 61);
}
