//! Signed requests: the vectors that other implementations made, and everything that must be refused.

use std::net::IpAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use gridkey::clock::Timestamp;
use gridkey::credentials::{AddressList, KeyGrant, KeyLevel, KeyOwner, KeyStatus};
use gridkey::request_keys::{QueryMode, SigningSecret};
use gridkey::tenants::{self, SignatureQuery, SignatureSettings};
use gridkey::users::{self, UserStatus};
use serde_json::json;

use crate::support::signing::{Asker, Draft, FINGERPRINT, HOST, ORDER, SIGNED_AT, secret, server};
use crate::support::tokens::{ADA, alter};
use crate::support::{Engine, TestApp, runtime};

const ORDERS: &str = "/v1/orders?status=open";
const WITH_QUERY: &str =
    "EgjMqxjbyCbf0eJshOKvY4Eww7IUl779V3qGUUiyoSaMvWVmBouP9rjCERhwHwwsJCWj/qJ8h93XOYoV+9vfBw==";
const WITHOUT_QUERY: &str =
    "uKIGY0/Uc8HGaqLG2it18FziPAl19d5b9rxxJ9tkKLzDWD9wAPwMg2lvHmid6gNuiDAbDVly8mU45UdruCONBw==";
const WITH_BODY: &str =
    "0FjdhEq7tpOFjuLIfQX+RTb1b8lJDZnAvJA0pjkL96kuiLFAUdHrrV7Ne3liZwOf66/nJIF3DVo+uUT2O7mXDg==";
const SHIFTED: &str =
    "8Sc8QsmVI65N0WT0R4WC/aJ/H7eqED6/uBEw3g44CaOE9vg0Vv1jv4UOsPMxgFPXF3HPTa0t8Pm7uHQ2XBPgDg==";
const DIGEST: &str = "sha-256=:9DD4/SGZnv6XtpICb2ffIpXKSOjavElBolGTrTE/AlQ=:";
const INPUT: &str = r#"sig1=("@method" "@authority" "@path" "@query" "content-digest");created=1700000000;expires=1700000030;nonce="dGVzdC1ub25jZS0wMDAx";keyid="Vkdap1RjR0wChd9dvyvKtz2mUTWIOem3dIGy6rEHcIw";tag="api-key-v1""#;
const MESSAGE: &str =
    "sig1=:Z4rBSMQYmq8tWKjNtr/Xc+wcKRl/tXXItDdbZD94KHP+pGvnanJsP4c/8THELHy8+Sq/FcwFWTZQPTthgBD5Bw==:";
const NONCE: &str = "c29tZS1vdGhlci1ub25jZQ";

fn message() -> Draft {
    Draft::new("POST", "/v1/orders?dry_run=1", ORDER)
        .with("Content-Digest", DIGEST)
        .with("Signature-Input", INPUT)
        .with("Signature", MESSAGE)
}

fn get() -> Draft {
    Draft::new("GET", ORDERS, "")
}

fn post() -> Draft {
    Draft::new("POST", "/v1/orders", ORDER)
}

/// Runs a test on a server at the time of the vectors, on both databases.
macro_rules! on_both_at_the_time {
    ($($name:ident),+ $(,)?) => {
        mod sqlite { use super::*; $(#[test] fn $name() { at_the_time(Engine::Sqlite, super::$name); })+ }
        mod postgres { use super::*; $(#[test] fn $name() { at_the_time(Engine::Postgres, super::$name); })+ }
    };
}

fn at_the_time<F, Fut>(engine: Engine, body: F)
where
    F: FnOnce(TestApp) -> Fut,
    Fut: Future<Output = ()>,
{
    runtime().block_on(async { body(server(engine, &[]).await).await });
}

on_both_at_the_time!(
    the_vectors_are_taken_and_the_verdict_says_who_signed,
    an_organisation_decides_whether_queries_are_signed,
    times_at_the_edge_of_the_window,
    what_does_not_fit_grid_v1_is_refused,
    what_does_not_fit_rfc9421_v1_is_refused,
    a_body_that_was_not_told_must_be_digested,
    a_signature_stands_alone,
    every_end_of_a_key_is_seen_at_once,
    a_key_counts_in_its_own_organisation_and_from_its_addresses,
);

async fn the_vectors_are_taken_and_the_verdict_says_who_signed(app: TestApp) {
    let edge = Asker::of(&app).await;
    let unknown = get().carrying(WITH_QUERY).question();
    assert_eq!(edge.reason(&unknown).await, "unknown_key");
    let key = app.signing_key().await;
    let verdict = edge.ask(&unknown).await;
    assert_eq!(verdict["active"], true, "{verdict}");
    assert_eq!(verdict["subject"]["name"], ADA);
    assert_eq!(verdict["tenant"]["slug"], "acme");
    let expected = json!({
        "type": "signed_request", "id": key.id.to_string(), "name": "Trading",
        "fingerprint": FINGERPRINT, "scheme": "grid-v1", "query": "signed",
    });
    assert_eq!(verdict["credential"], expected);
    assert_eq!(edge.reason(&post().carrying(WITH_BODY).question()).await, "active");
    let bare = Draft::new("POST", "/v1/transfers/cancel", "").carrying(SHIFTED);
    assert_eq!(edge.reason(&bare.question()).await, "active");
    let verdict = edge.ask(&message().question()).await;
    assert_eq!(verdict["credential"]["scheme"], "rfc9421-v1", "{verdict}");
    assert!(verdict.get("content_digest").is_none(), "the body was seen");
    // What the key may do lies under its owner and under its grant.
    let mut question = get().carrying(WITH_QUERY).question();
    question["permission"] = json!("users:update");
    assert_eq!(edge.reason(&question).await, "active");
    app.change_signing_key(key, "signing_key.update", |key| key.grant = KeyGrant::Level(KeyLevel::ReadOnly))
        .await;
    assert_eq!(edge.reason(&question).await, "permission_denied");
}

async fn an_organisation_decides_whether_queries_are_signed(app: TestApp) {
    let edge = Asker::of(&app).await;
    let key = app.signing_key().await;
    let (with, without) = (get().carrying(WITH_QUERY).question(), get().carrying(WITHOUT_QUERY).question());
    for (query, first, second) in [
        (None, "active", "signature_invalid"),
        (Some(SignatureQuery::Exclude), "signature_invalid", "active"),
        (Some(SignatureQuery::Either), "active", "active"),
        (Some(SignatureQuery::Include), "active", "signature_invalid"),
    ] {
        alter(&app, move |conn| {
            let mut tenant = tenants::store::find(conn, key.tenant)?.unwrap();
            tenant.settings.signatures = SignatureSettings { query, replay: None };
            tenants::store::update(conn, &tenant)
        })
        .await;
        assert_eq!(edge.reason(&with).await, first, "{query:?}");
        assert_eq!(edge.reason(&without).await, second, "{query:?}");
        if query == Some(SignatureQuery::Either) {
            assert_eq!(edge.ask(&without).await["credential"]["query"], "unsigned");
        }
    }
}

async fn times_at_the_edge_of_the_window(app: TestApp) {
    let edge = Asker::of(&app).await;
    app.signing_key().await;
    let at = |time: i64| get().grid(&secret(), time, QueryMode::Include).question();
    for (time, reason) in [
        (SIGNED_AT - 30, "active"),
        (SIGNED_AT + 30, "active"),
        (SIGNED_AT - 31, "signature_stale"),
        (SIGNED_AT + 31, "signature_future"),
        (SIGNED_AT * 1_000, "signature_future"),
    ] {
        let verdict = edge.ask(&at(time)).await;
        assert_eq!(verdict["reason"].as_str().unwrap_or("active"), reason, "{time}");
        let told = verdict["server_time"].as_i64();
        assert_eq!(told, (reason != "active").then_some(SIGNED_AT), "{time}");
    }
    app.clock.advance(Duration::from_secs(31));
    assert_eq!(edge.reason(&message().question()).await, "signature_stale");
}

/// A signature whose S is one order of the group too high: as good as the first to whoever does not look.
fn with_high_scalar(signature: &str) -> String {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut bytes = STANDARD.decode(signature).unwrap();
    let mut carry = 0;
    for (byte, more) in bytes[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(more) + carry;
        *byte = (sum & 0xff) as u8;
        carry = sum >> 8;
    }
    STANDARD.encode(bytes)
}

async fn what_does_not_fit_grid_v1_is_refused(app: TestApp) {
    let edge = Asker::of(&app).await;
    app.signing_key().await;
    let good = || post().carrying(WITH_BODY);
    let short = STANDARD.encode(&STANDARD.decode(WITH_BODY).unwrap()[..63]);
    let url_safe = URL_SAFE.encode(STANDARD.decode(WITH_BODY).unwrap());
    let other = SigningSecret::from_bytes(&[9; 32]).unwrap();
    let small = |text: &str| get().signed().set("x-thegrid-fingerprint", text);
    let signature = "x-thegrid-signature";
    let mut cases = vec![
        ("signature_header_missing", good().without(signature)),
        ("signature_header_missing", good().without("x-thegrid-timestamp")),
        ("signature_header_missing", good().without("x-thegrid-fingerprint")),
        ("signature_header_repeated", good().with(signature, WITH_BODY)),
        ("signature_header_repeated", good().with("x-thegrid-timestamp", "1700000000")),
        ("signature_header_repeated", good().with("X-Thegrid-Fingerprint", FINGERPRINT)),
        ("signature_malformed", good().set(signature, WITH_BODY.trim_end_matches('='))),
        ("signature_malformed", good().set(signature, &short)),
        ("signature_malformed", good().set("x-thegrid-timestamp", "01700000000")),
        ("signature_malformed", good().set("x-thegrid-timestamp", "+1700000000")),
        ("signature_malformed", small(&format!("{FINGERPRINT}="))),
        ("signature_malformed", small(&FINGERPRINT[..42])),
        ("unknown_key", small("oFCDfYUHBYLM9zlLCYiEfMMSy4glm4lImfbyOc8XkaU")),
        ("signature_invalid", good().set(signature, &with_high_scalar(WITH_BODY))),
        ("signature_invalid", good().set(signature, &STANDARD.encode([0; 64]))),
        ("signature_invalid", good().set("x-thegrid-timestamp", "1700000001")),
        ("signature_invalid", good().telling(&ORDER.replace("0.68", "0.69"))),
        ("signature_invalid", good().telling(&ORDER.replace(':', ": "))),
        ("signature_invalid", good().asking("PUT", "/v1/orders")),
        ("signature_invalid", good().asking("POST", "/v1/orders?x")),
        ("signature_invalid", good().asking("POST", "/v1/orderS")),
        ("signature_invalid", Draft::new("GET", "/v1/orders?open=status", "").carrying(WITH_QUERY)),
        ("body_not_json", Draft::new("POST", "/v1/transfers", "/cancel").carrying(SHIFTED)),
        ("body_not_json", good().set("Content-Type", "text/plain")),
        ("body_not_allowed", Draft::new("DELETE", "/v1/orders", ORDER).carrying(WITH_BODY)),
        ("target_unsafe", Draft::new("POST", "/v1/orders{}", "").carrying(WITH_BODY)),
        ("target_unsafe", Draft::new("GET", "https://trading.example.com/v1", "").carrying(WITH_BODY)),
        ("method_unsafe", Draft::new("M-SEARCH", "/v1/orders", "").carrying(WITH_BODY)),
        ("signature_schemes_mixed", message().carrying(WITH_BODY)),
    ];
    if url_safe != WITH_BODY {
        cases.push(("signature_malformed", good().set(signature, &url_safe)));
    }
    // Signed in small letters by somebody who did not read on.
    let lower = get().grid(&other, SIGNED_AT, QueryMode::Include).set("x-thegrid-fingerprint", FINGERPRINT);
    cases.push(("signature_invalid", lower));
    for (reason, draft) in cases {
        assert_eq!(edge.reason(&draft.question()).await, reason, "{draft:?}");
    }
    assert_eq!(edge.reason(&good().question()).await, "active", "none of these has used it up");
}

async fn what_does_not_fit_rfc9421_v1_is_refused(app: TestApp) {
    let edge = Asker::of(&app).await;
    app.signing_key().await;
    let input = |from: &str, to: &str| message().set("Signature-Input", &INPUT.replace(from, to));
    for (reason, draft) in [
        ("authority_foreign", Draft { authority: "elsewhere.example.com".into(), ..message() }),
        ("authority_foreign", Draft { authority: String::new(), ..message() }),
        ("signature_invalid", Draft { target: "/v1/orders?dry_run=0".into(), ..message() }),
        ("content_digest_mismatch", message().telling("{}")),
        ("signature_header_missing", message().without("content-digest")),
        ("signature_components_missing", input(" \"content-digest\"", "")),
        (
            "signature_components_missing",
            input(r#""@method" "@authority" "@path" "@query" "content-digest""#, ""),
        ),
        ("signature_tag_missing", input("api-key-v1", "other")),
        ("signature_parameters_missing", input(";created=1700000000", "")),
        ("signature_parameters_missing", input(";nonce=\"dGVzdC1ub25jZS0wMDAx\"", "")),
        ("signature_nonce_weak", input("dGVzdC1ub25jZS0wMDAx", "short")),
        ("signature_algorithm_mismatch", input(";tag", ";alg=\"hmac-sha256\";tag")),
        ("signature_invalid", input("expires=1700000030", "expires=1700000031")),
        ("signature_header_missing", message().without("signature")),
        ("signature_header_missing", message().without("signature-input")),
        ("signature_malformed", message().set("Signature-Input", "sig1=(")),
        ("unknown_key", input(FINGERPRINT, "oFCDfYUHBYLM9zlLCYiEfMMSy4glm4lImfbyOc8XkaU")),
    ] {
        assert_eq!(edge.reason(&draft.question()).await, reason, "{draft:?}");
    }
    let port = Draft { authority: format!("{HOST}:443"), ..message() };
    assert_eq!(edge.reason(&port.question()).await, "active", "the usual port is no other host");
    let expired = Draft::new("GET", "/v1/orders", "").rfc9421(None);
    assert_eq!(edge.reason(&expired.question()).await, "active", "what changes nothing needs no nonce");
}

async fn a_body_that_was_not_told_must_be_digested(app: TestApp) {
    let edge = Asker::of(&app).await;
    app.signing_key().await;
    let untold = |draft: &Draft| {
        let mut question = draft.question();
        question["request"].as_object_mut().unwrap().remove("body");
        question
    };
    let verdict = edge.ask(&untold(&message())).await;
    assert_eq!(verdict["active"], true, "{verdict}");
    assert_eq!(verdict["content_digest"], DIGEST, "whoever gets the body has to check it");
    assert_eq!(edge.reason(&untold(&post().signed())).await, "body_not_known");
    let bare = Draft::new("POST", "/v1/orders", "");
    assert_eq!(edge.reason(&untold(&bare.clone().signed())).await, "body_not_known");
    assert_eq!(edge.reason(&untold(&bare.clone().rfc9421(Some(NONCE)))).await, "body_not_known");
    let said = bare.clone().with("Content-Length", "0").rfc9421(Some(NONCE));
    assert_eq!(edge.reason(&untold(&said)).await, "active");
    let empty = edge.ask(&untold(&get().signed())).await;
    assert_eq!(empty["content_digest"], "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
    for junk in [json!({ "scheme": "ftp" }), json!({ "body": "not base64" })] {
        let mut question = get().signed().question();
        question["request"].as_object_mut().unwrap().extend(junk.as_object().unwrap().clone());
        let url = app.url("/v1/verify");
        let reply = app.http().post(url).bearer_auth(edge.secret()).json(&question).send().await.unwrap();
        assert_eq!(reply.status(), 422);
    }
}

async fn a_signature_stands_alone(app: TestApp) {
    let edge = Asker::of(&app).await;
    app.signing_key().await;
    let key = edge.secret().to_owned();
    for (name, value) in [
        ("Authorization", format!("Bearer {key}")),
        ("x-api-key", key.clone()),
        ("authorization", "Basic YTpi".into()),
    ] {
        for draft in [get().signed(), message()] {
            assert_eq!(edge.reason(&draft.with(name, &value).question()).await, "ambiguous", "{name}");
        }
    }
    let query = Draft::new("GET", &format!("/v1/orders?key={key}"), "").signed();
    assert_eq!(edge.reason(&query.question()).await, "key_in_query");
    // A signature for somebody else does not stand in the way of a key, and is none of its own.
    let foreign = r#"proxy=("@method");created=1700000000;keyid="proxy""#;
    let others = Draft::new("GET", "/v1/orders", "")
        .with("Signature-Input", foreign)
        .with("Signature", "proxy=:AAAA:");
    let with_key = others.clone().with("x-api-key", &key);
    let (_, ada) = app.person("acme", ADA).await;
    assert_eq!(edge.ask(&with_key.question()).await["subject"]["id"], ada.to_string());
    assert_eq!(edge.reason(&others.question()).await, "signature_tag_missing");
}

async fn every_end_of_a_key_is_seen_at_once(app: TestApp) {
    let edge = Asker::of(&app).await;
    let key = app.signing_key().await;
    let question = get().signed().question();
    assert_eq!(edge.reason(&question).await, "active");
    app.change_signing_key(key, "signing_key.disable", |key| key.status = KeyStatus::Disabled).await;
    assert_eq!(edge.reason(&question).await, "disabled");
    app.change_signing_key(key, "signing_key.enable", |key| key.status = KeyStatus::Active).await;
    assert_eq!(edge.reason(&question).await, "active");
    let end = Timestamp::from_seconds(SIGNED_AT + 5);
    app.change_signing_key(key, "signing_key.update", move |key| key.expires_at = Some(end)).await;
    assert_eq!(edge.reason(&question).await, "active");
    app.clock.advance(Duration::from_secs(5));
    assert_eq!(edge.reason(&question).await, "expired", "to the second");
    app.change_signing_key(key, "signing_key.revoke", |key| key.status = KeyStatus::Revoked).await;
    assert_eq!(edge.reason(&question).await, "revoked");
}

async fn a_key_counts_in_its_own_organisation_and_from_its_addresses(app: TestApp) {
    let edge = Asker::of(&app).await;
    let (globex, hank) = app.person("globex", "hank@globex.example").await;
    let key = app.signing_key_of(globex, KeyOwner::User(hank), |_| {}).await;
    let once = post().carrying(WITH_BODY).question();
    assert_eq!(edge.reason(&once).await, "wrong_tenant");
    let own = app.key_of(globex, KeyOwner::User(hank), |_| {}).await;
    let own = Asker::with(&app, &own.secret);
    assert_eq!(own.reason(&once).await, "active", "asking elsewhere has not used it up");
    app.change_signing_key(key, "signing_key.update", |key| {
        key.allowed_addresses = AddressList::parse(["203.0.113.0/24"]).unwrap();
    })
    .await;
    let mut question = get().signed().question();
    assert_eq!(own.reason(&question).await, "address_not_allowed", "nobody said from where");
    question["address"] = json!("203.0.113.7".parse::<IpAddr>().unwrap());
    assert_eq!(own.reason(&question).await, "active");
    alter(&app, move |conn| {
        let mut user = users::store::find(conn, globex, hank)?.unwrap();
        let seen = user.updated_at;
        user.status = UserStatus::Suspended;
        users::store::update_seen(conn, globex, &user, seen)
    })
    .await;
    let acme = app.ada_key(KeyLevel::Admin).await;
    assert_eq!(Asker::with(&app, &acme.secret).reason(&question).await, "owner_inactive");
}
