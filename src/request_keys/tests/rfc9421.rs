//! What `rfc9421-v1` refuses, and why.

use super::super::signature_base::signature_base;
use super::*;

const NONCE: &str = "dGVzdC1ub25jZS0wMDAx";
const COMPONENTS: &str = r#""@method" "@authority" "@path" "@query" "content-digest""#;

fn order() -> Draft {
    Draft::new("POST", "/v1/orders?dry_run=1", ORDER).rfc9421(Some(NONCE))
}

/// Signs by hand, with components and parameters as given.
fn signed(draft: Draft, components: &str, parameters: &str) -> Draft {
    let input = format!("({components}){parameters}");
    let names: Vec<&str> = components.split(' ').map(|name| name.trim_matches('"')).collect();
    let names = names.into_iter().filter(|name| !name.is_empty());
    let base = signature_base(&draft.request(), names, &input).unwrap();
    let signature =
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, secret().sign(base.as_bytes()));
    draft.set("signature-input", format!("sig1={input}")).set("signature", format!("sig1=:{signature}:"))
}

fn parameters(more: &str) -> String {
    format!(r#";created={SIGNED_AT};nonce="{NONCE}";keyid="{FINGERPRINT}"{more}"#)
}

const TAGGED: &str = r#";tag="api-key-v1""#;

#[test]
fn the_required_set_is_accepted_in_any_order_and_with_more() {
    let all = signed(
        order().with("x-more", "  a  ").with("X-More", "b"),
        r#""content-digest" "x-more" "@query" "@path" "@target-uri" "@scheme" "@request-target" "@authority" "@method""#,
        &parameters(r#";other=1;alg="ed25519";tag="api-key-v1""#),
    );
    assert!(all.check(&rfc9421_rules(), now()).is_ok());
    let changed = all.without("x-more").with("x-more", "a, c");
    assert_eq!(refused(&changed, &rfc9421_rules()), SignatureError::BadSignature);
    let joined = changed.set("x-more", "a, b");
    assert!(joined.check(&rfc9421_rules(), now()).is_ok(), "lines of one header are one list");
}

#[test]
fn every_required_component_must_be_covered() {
    let names = ["@method", "@authority", "@path", "@query", "content-digest"];
    for missing in names {
        let rest: Vec<String> =
            names.iter().filter(|name| **name != missing).map(|name| format!("\"{name}\"")).collect();
        let draft = signed(order(), &rest.join(" "), &parameters(TAGGED));
        let found = refused(&draft, &rfc9421_rules());
        assert_eq!(found, SignatureError::ComponentMissing(missing));
        assert_eq!(found.reason(), "signature_components_missing");
    }
    let none = signed(order(), "", &parameters(TAGGED));
    assert_eq!(refused(&none, &rfc9421_rules()), SignatureError::ComponentMissing("@method"));
    let get = signed(
        Draft::new("GET", "/v1/orders", b""),
        r#""@method" "@authority" "@path" "@query""#,
        &parameters(TAGGED),
    );
    assert!(get.check(&rfc9421_rules(), now()).is_ok(), "no body, no digest");
}

#[test]
fn components_mean_what_their_name_says() {
    let with = |components: &str| {
        order().set("signature-input", format!("sig1=({components}){}", parameters(TAGGED)))
    };
    for components in [
        format!("{COMPONENTS} \"@method\""),
        COMPONENTS.replace("\"@path\"", "\"@path\";req"),
        COMPONENTS.replace("\"content-digest\"", "\"content-digest\";sf"),
        format!("{COMPONENTS} \"@query-param\";name=\"a\""),
        format!("{COMPONENTS} \"@status\""),
        format!("{COMPONENTS} \"X-Upper\""),
        format!("{COMPONENTS} \"\""),
        format!("{COMPONENTS} token"),
        format!("{COMPONENTS} 1"),
    ] {
        assert_eq!(
            refused(&with(&components), &rfc9421_rules()),
            SignatureError::Malformed("component"),
            "{components}"
        );
    }
    let many: Vec<String> = (0..40).map(|number| format!("\"x-{number}\"")).collect();
    let many = with(&format!("{COMPONENTS} {}", many.join(" ")));
    assert_eq!(refused(&many, &rfc9421_rules()), SignatureError::Malformed("component"));
    let absent = with(&format!("{COMPONENTS} \"x-absent\""));
    assert_eq!(refused(&absent, &rfc9421_rules()), SignatureError::HeaderMissing("signed header"));
    let line_break = with(&format!("{COMPONENTS} \"x-a\"")).with("x-a", "a\n\"@method\": GET");
    assert_eq!(refused(&line_break, &rfc9421_rules()), SignatureError::Malformed("value of a signed header"));
}

#[test]
fn every_required_parameter_must_be_there() {
    let created = format!(";created={SIGNED_AT}");
    let nonce = format!(";nonce=\"{NONCE}\"");
    let key = format!(";keyid=\"{FINGERPRINT}\"");
    for (parts, why) in [
        ([&nonce, &key, TAGGED], SignatureError::ParameterMissing("created")),
        ([&created, &key, TAGGED], SignatureError::ParameterMissing("nonce")),
        ([&created, &nonce, TAGGED], SignatureError::ParameterMissing("keyid")),
        ([&created, &nonce, &key], SignatureError::TagMissing),
    ] {
        let draft = signed(order(), COMPONENTS, &parts.concat());
        assert_eq!(refused(&draft, &rfc9421_rules()), why);
    }
    let without_nonce = Draft::new("GET", "/v1/orders", b"").rfc9421(None);
    assert!(without_nonce.check(&rfc9421_rules(), now()).is_ok(), "reading needs no nonce");
}

#[test]
fn every_parameter_is_of_its_kind() {
    let whole = parameters(TAGGED);
    let wrong_alg = format!(r#"{TAGGED};alg="hmac-sha256""#);
    for (parameters, why) in [
        (whole.replace("api-key-v1", "api-key-v2"), SignatureError::TagMissing),
        (whole.replace("\"api-key-v1\"", "api-key-v1"), SignatureError::TagMissing),
        (parameters(&wrong_alg), SignatureError::AlgorithmMismatch),
        (parameters(&wrong_alg).replace("\"hmac-sha256\"", "ed25519"), SignatureError::Malformed("alg")),
        (whole.replace(NONCE, "fifteen-letters"), SignatureError::NonceWeak),
        (whole.replace(NONCE, &"n".repeat(257)), SignatureError::Malformed("nonce")),
        (whole.replace(NONCE, "sixteen letters!"), SignatureError::Malformed("nonce")),
        (whole.replace(&format!("\"{NONCE}\""), "1234567890"), SignatureError::Malformed("nonce")),
        (whole.replace(FINGERPRINT, &format!("{FINGERPRINT}=")), SignatureError::Malformed("keyid")),
        (whole.replace(&format!("\"{FINGERPRINT}\""), "abc"), SignatureError::Malformed("keyid")),
        (whole.replace("1700000000", "\"1700000000\""), SignatureError::Malformed("created")),
        (whole.replace("1700000000", "1700000000.5"), SignatureError::Malformed("signature-input")),
        (whole.replace("1700000000", "1700000000000"), SignatureError::Future),
        (format!("{whole};expires=1699999999"), SignatureError::Malformed("expires")),
        (format!("{whole};expires=\"x\""), SignatureError::Malformed("expires")),
        (format!("{whole};created={SIGNED_AT}"), SignatureError::Malformed("signature-input")),
    ] {
        let draft = signed(order(), COMPONENTS, &parameters);
        assert_eq!(refused(&draft, &rfc9421_rules()), why, "{parameters}");
    }
}

#[test]
fn a_signature_ends_with_the_window_or_earlier() {
    let until = signed(order(), COMPONENTS, &parameters(&format!("{TAGGED};expires={}", SIGNED_AT + 10)));
    for (offset, expected) in [
        (-31, Some(SignatureError::Future)),
        (-30, None),
        (10, None),
        (11, Some(SignatureError::Expired)),
        (31, Some(SignatureError::Stale)),
    ] {
        let found = until.check(&rfc9421_rules(), Timestamp::from_seconds(SIGNED_AT + offset));
        assert_eq!(found.err(), expected, "{offset}");
    }
    let long = signed(order(), COMPONENTS, &parameters(&format!("{TAGGED};expires={}", SIGNED_AT + 900)));
    let late = long.check(&rfc9421_rules(), Timestamp::from_seconds(SIGNED_AT + 31));
    assert_eq!(late.unwrap_err(), SignatureError::Stale, "a signer cannot widen the window");
}

#[test]
fn the_digest_is_that_of_the_body_that_came() {
    for only_digest in [false, true] {
        let mut changed = order();
        changed.only_digest = only_digest;
        changed.body[3] ^= 1;
        assert_eq!(refused(&changed, &rfc9421_rules()), SignatureError::DigestMismatch);
    }
    let absent = order().without("content-digest");
    assert_eq!(refused(&absent, &rfc9421_rules()), SignatureError::HeaderMissing("content-digest"));
    let other = order().set("content-digest", "sha-512=:AAAA:");
    assert_eq!(refused(&other, &rfc9421_rules()), SignatureError::Malformed("content-digest"));
    let mut both_changed = order();
    both_changed.body = b"{}".to_vec();
    let both_changed = both_changed.set("content-digest", content_digest(b"{}"));
    assert_eq!(refused(&both_changed, &rfc9421_rules()), SignatureError::BadSignature);
    let mut emptied = order();
    emptied.body.clear();
    assert_eq!(refused(&emptied, &rfc9421_rules()), SignatureError::DigestMismatch);
}

#[test]
fn only_our_own_hosts_are_believed() {
    for same in ["Trading.Example.Com", "trading.example.com:443"] {
        let draft = Draft { authority: same.to_owned(), ..order() };
        assert!(draft.check(&rfc9421_rules(), now()).is_ok(), "{same}");
    }
    for foreign in [
        "other.example.com",
        "trading.example.com:8443",
        "trading.example.com.",
        "",
        "a b",
        "x@trading.example.com",
    ] {
        let draft = Draft { authority: foreign.to_owned(), ..order() };
        assert_eq!(refused(&draft, &rfc9421_rules()), SignatureError::ForeignAuthority, "{foreign}");
    }
    let elsewhere = Draft { authority: "other.example.com".to_owned(), ..Draft::new("GET", "/", b"") };
    let brought_here =
        Draft { authority: "trading.example.com".to_owned(), ..elsewhere.rfc9421(Some(NONCE)) };
    assert_eq!(refused(&brought_here, &rfc9421_rules()), SignatureError::BadSignature);
}

#[test]
fn what_was_signed_is_what_came() {
    let mut other_method = order();
    other_method.method = "PUT".to_owned();
    let other_path = Draft { target: "/v1/order?dry_run=1".to_owned(), ..order() };
    let other_query = Draft { target: "/v1/orders?dry_run=0".to_owned(), ..order() };
    let no_query = Draft { target: "/v1/orders".to_owned(), ..order() };
    let input = order().get("signature-input");
    let other_nonce = order().set("signature-input", input.replace(NONCE, "dGVzdC1ub25jZS0wMDAy"));
    for draft in [other_method, other_path, other_query, no_query, other_nonce] {
        assert_eq!(refused(&draft, &rfc9421_rules()), SignatureError::BadSignature);
    }
    let empty_query = Draft::new("GET", "/v1/orders", b"").rfc9421(Some(NONCE));
    let with_mark = Draft { target: "/v1/orders?".to_owned(), ..empty_query };
    assert!(with_mark.check(&rfc9421_rules(), now()).is_ok(), "no query and an empty one are signed alike");
    for target in ["*", "https://trading.example.com/", "/a b", "/#", "/\u{e9}"] {
        let draft = Draft { target: target.to_owned(), ..order() };
        assert_eq!(refused(&draft, &rfc9421_rules()), SignatureError::UnsafeTarget, "{target}");
    }
    let method = Draft { method: "POST\n\"@path\": /".to_owned(), ..order() };
    assert_eq!(refused(&method, &rfc9421_rules()), SignatureError::UnsafeMethod);
}

#[test]
fn the_headers_are_a_pair() {
    let draft = Draft::new("GET", "/", b"");
    assert_eq!(refused(&draft, &rfc9421_rules()), SignatureError::NotSigned);
    let no_input = order().without("signature-input");
    assert_eq!(refused(&no_input, &rfc9421_rules()), SignatureError::HeaderMissing("signature-input"));
    let no_signature = order().without("signature");
    assert_eq!(refused(&no_signature, &rfc9421_rules()), SignatureError::HeaderMissing("signature"));
    let other_label = order().set("signature", order().get("signature").replace("sig1", "sig2"));
    assert_eq!(refused(&other_label, &rfc9421_rules()), SignatureError::HeaderMissing("signature"));
    for wrong in ["sig1", "sig1=1", "sig1=:AAAA:", "sig1=(:AAAA:)", "sig1=", "\u{e9}"] {
        let found = refused(&order().set("signature", wrong), &rfc9421_rules());
        assert_eq!(found, SignatureError::Malformed("signature"), "{wrong}");
    }
    let unpadded = order().get("signature").replace("==:", ":");
    assert_eq!(
        refused(&order().set("signature", unpadded), &rfc9421_rules()),
        SignatureError::Malformed("signature")
    );
    let twice = order().with("signature-input", order().get("signature-input"));
    assert_eq!(refused(&twice, &rfc9421_rules()), SignatureError::Malformed("signature-input"));
}

#[test]
fn signatures_of_others_stand_beside_ours() {
    let proxy = order()
        .with("signature-input", r#"proxy=("@method");created=1;tag="proxy", plain=1"#)
        .with("signature", "proxy=:AAAA:");
    assert!(proxy.check(&rfc9421_rules(), now()).is_ok());
    let second = order().get("signature-input").replace("sig1", "sig2");
    let ambiguous = order().with("signature-input", second);
    assert_eq!(refused(&ambiguous, &rfc9421_rules()), SignatureError::Malformed("signature-input"));
    let both = Rules { grid: Some(GridRules::default()), ..rfc9421_rules() };
    assert!(order().check(&both, now()).is_ok());
    assert_eq!(refused(&order().grid(QueryMode::Include), &both), SignatureError::SchemesMixed);
    let by_proxy = Draft::new("POST", "/v1/orders", ORDER).grid(QueryMode::Include);
    let by_proxy = by_proxy.with("signature-input", r#"proxy=("@method");created=1"#);
    assert_eq!(by_proxy.check(&both, now()).unwrap().scheme(), Scheme::GridV1);
    assert_eq!(refused(&order(), &Rules::default()), SignatureError::NotSigned);
}

#[test]
fn a_nonce_is_good_once_whatever_it_comes_with() {
    let first = order().check(&rfc9421_rules(), now()).unwrap();
    let other = Draft::new("POST", "/v1/transfers", b"{}").rfc9421(Some(NONCE));
    let other = other.check(&rfc9421_rules(), now()).unwrap();
    assert!(first.replay_key().matches(&other.replay_key()));
    assert!(first.replay(ReplayPolicy::Off).is_some());
    let fresh = Draft::new("POST", "/v1/orders?dry_run=1", ORDER).rfc9421(Some("dGVzdC1ub25jZS0wMDAy"));
    assert!(!first.replay_key().matches(&fresh.check(&rfc9421_rules(), now()).unwrap().replay_key()));
    let reading = Draft::new("GET", "/v1/orders", b"").rfc9421(None).check(&rfc9421_rules(), now()).unwrap();
    assert!(reading.replay(ReplayPolicy::Unsafe).is_none());
    assert!(reading.replay(ReplayPolicy::All).is_some());
}

#[test]
fn what_is_wanted_can_be_said() {
    assert_eq!(
        accept_signature(true),
        r#"sig1=("@method" "@authority" "@path" "@query" "content-digest");created;tag="api-key-v1""#
    );
    assert!(!accept_signature(false).contains("digest"));
    let named = claimed_fingerprint(&order().request(), &rfc9421_rules());
    assert_eq!(named.unwrap().to_string(), FINGERPRINT);
}
