//! What holds for every request.

use proptest::prelude::*;

use super::super::verify::verify;
use super::*;

const METHODS: &[&str] = &["GET", "DELETE", "POST", "PUT", "PATCH"];

/// A request that can be signed: bodies only where they belong.
fn drafts() -> impl Strategy<Value = Draft> {
    let method = prop::sample::select(METHODS);
    let query = prop::option::of("[a-z0-9=&%.?/-]{0,20}");
    (method, "(/[A-Za-z0-9._~%-]{0,8}){1,4}", query, "[\\[{]([ -~]|é){0,60}").prop_map(
        |(method, path, query, body)| {
            let target = query.map_or(path.clone(), |query| format!("{path}?{query}"));
            let body = if ["GET", "DELETE"].contains(&method) { "" } else { &body };
            Draft::new(method, &target, body.as_bytes())
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_flipped_bit_of_a_message_breaks_its_signature(
        message in prop::collection::vec(any::<u8>(), 1..200),
        at in any::<prop::sample::Index>(),
    ) {
        let signature: [u8; 64] = secret().sign(&message).try_into().unwrap();
        prop_assert_eq!(verify(secret().public_key(), &message, &signature), Ok(()));
        let bit = at.index(message.len() * 8);
        let mut flipped = message;
        flipped[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(verify(secret().public_key(), &flipped, &signature), Err(SignatureError::BadSignature));
    }

    #[test]
    fn what_is_signed_is_accepted(draft in drafts()) {
        for mode in [QueryMode::Include, QueryMode::Exclude] {
            let signed = draft.clone().grid(mode);
            prop_assert!(signed.check(&grid_rules(mode), now()).is_ok(), "{:?}", signed);
            prop_assert!(signed.check(&grid_rules(QueryMode::Either), now()).is_ok());
        }
        prop_assert!(draft.clone().rfc9421(Some("0123456789abcdef")).check(&rfc9421_rules(), now()).is_ok());
    }

    #[test]
    fn the_two_query_modes_agree_exactly_when_there_is_no_query(draft in drafts()) {
        let include = sign_grid(&secret(), &draft.request(), SIGNED_AT, QueryMode::Include).unwrap();
        let exclude = sign_grid(&secret(), &draft.request(), SIGNED_AT, QueryMode::Exclude).unwrap();
        prop_assert_eq!(include == exclude, draft.request().query().is_none());
        let crossed = draft.clone().grid(QueryMode::Include).check(&grid_rules(QueryMode::Exclude), now());
        prop_assert_eq!(crossed.is_ok(), draft.request().query().is_none());
    }

    /// What is signed can be read in one way: two requests that differ are never signed alike.
    #[test]
    fn two_requests_have_one_text_only_when_they_are_the_same(first in drafts(), second in drafts()) {
        let sign = |draft: &Draft| sign_grid(&secret(), &draft.request(), SIGNED_AT, QueryMode::Include).unwrap();
        let same = (&first.method, &first.target, &first.body) == (&second.method, &second.target, &second.body);
        prop_assert_eq!(sign(&first) == sign(&second), same);
    }

    #[test]
    fn the_digest_of_a_body_gives_the_verdict_of_the_body(draft in drafts(), flip in any::<bool>()) {
        let mut whole = draft.rfc9421(Some("0123456789abcdef"));
        if flip {
            whole.body.push(b' ');
        }
        let digest = Draft { only_digest: true, ..whole.clone() };
        let verdict = |draft: &Draft| draft.check(&rfc9421_rules(), now()).map(|verified| verified.replay_key());
        prop_assert_eq!(verdict(&whole), verdict(&digest));
        prop_assert_eq!(verdict(&whole).is_ok(), !flip);
    }

    #[test]
    fn nothing_that_is_sent_stops_the_program(
        method in "\\PC{0,6}",
        target in "\\PC{0,20}",
        authority in "\\PC{0,12}",
        input in "[a-z0-9=(\");:@ ,-]{0,60}",
        value in prop::collection::vec(any::<u8>(), 0..90),
        body in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let mut draft = Draft::new(&method, &target, &body)
            .with("signature-input", input)
            .with("signature", &value)
            .with("content-digest", &value);
        draft.authority = authority;
        prop_assert!(draft.check(&rfc9421_rules(), now()).is_err());
        let draft = draft.with("x-thegrid-signature", &value).with("x-thegrid-timestamp", "1700000000").with("x-thegrid-fingerprint", &value);
        prop_assert!(draft.check(&grid_rules(QueryMode::Either), now()).is_err());
        let _ = PublicKey::parse(&String::from_utf8_lossy(&value));
    }
}

/// However the signed text is cut into a method, a target and a body, only the cut that was signed is accepted.
#[test]
fn the_signed_text_can_be_cut_in_one_way_only() {
    let with_body = Draft::new("POST", "/v1/orders?a=/b", br#"{"a":["/x{",{}]}"#);
    let without_body = Draft::new("POST", "/v1/transfers/cancel?all=POST/", b"");
    for original in [with_body, without_body] {
        let signed = original.grid(QueryMode::Include).set("content-type", "application/json");
        let text = [signed.method.as_bytes(), signed.target.as_bytes(), &signed.body].concat();
        let text = String::from_utf8(text).unwrap();
        let mut accepted = Vec::new();
        for method in 0..=text.len() {
            for target in method..=text.len() {
                let cut = Draft {
                    method: text[..method].to_owned(),
                    target: text[method..target].to_owned(),
                    body: text.as_bytes()[target..].to_vec(),
                    ..signed.clone()
                };
                if cut.check(&grid_rules(QueryMode::Include), now()).is_ok() {
                    accepted.push((cut.method, cut.target));
                }
            }
        }
        assert_eq!(accepted, [(signed.method, signed.target)]);
    }
}

#[test]
fn every_flipped_bit_of_a_signature_breaks_it() {
    let signature: [u8; 64] = secret().sign(b"1700000000GET/v1/orders").try_into().unwrap();
    for bit in 0..512 {
        let mut flipped = signature;
        flipped[bit / 8] ^= 1 << (bit % 8);
        let found = verify(secret().public_key(), b"1700000000GET/v1/orders", &flipped);
        assert_eq!(found, Err(SignatureError::BadSignature), "{bit}");
    }
}
