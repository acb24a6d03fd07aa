//! `POST /v1/signing-keys/{id}/check`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gridkey::request_keys::QueryMode;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::manager::Manager;
use crate::support::signing::{Draft, FINGERPRINT, PUBLIC_KEY, secret};
use crate::support::tokens::count;
use crate::support::{Reply, TestApp};

const KEYS: &str = "/v1/signing-keys";
const BODY: &str = "{\"price\":\"0.68\",\n\"note\":\"\\\\ü\"}";

/// Registers the key of the vectors, and answers where it is.
async fn registered(manager: &Manager<'_>) -> String {
    let body = json!({ "name": "Desk", "public_key": PUBLIC_KEY });
    manager.post(KEYS, &body).await.expect(201).header("location").to_owned()
}

/// A signed request as it is asked about.
fn asked(draft: &Draft) -> Value {
    json!({
        "method": draft.method, "target": draft.target, "headers": draft.headers,
        "authority": draft.authority, "scheme": "https", "body": draft.body,
    })
}

async fn ask(manager: &Manager<'_>, key: &str, question: &Value) -> Value {
    manager.post(&format!("{key}/check"), question).await.expect(200).json()
}

async fn replays(app: &TestApp) -> i64 {
    count(app, "SELECT count(*) AS n FROM request_replays").await
}

on_both!(a_signature_is_looked_at_and_nothing_is_used_up, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let key = registered(&admin).await;
    let now = app.now().seconds();
    let draft = Draft::new("POST", "/v1/orders?dry=1", BODY).grid(&secret(), now, QueryMode::Include);
    for _ in 0..2 {
        let good = ask(&admin, &key, &asked(&draft)).await;
        assert_eq!((&good["valid"], &good["signature_fits"]), (&json!(true), &json!(true)), "{good}");
        assert_eq!((&good["scheme"], good.get("reason")), (&json!("grid-v1"), None));
        let expected = &good["expected"][0];
        let bytes = format!("{now}POST/v1/orders?dry=1{BODY}");
        assert_eq!(expected["base64"], STANDARD.encode(&bytes));
        assert_eq!(expected["bytes"], bytes.len());
        let text = expected["text"].as_str().unwrap();
        assert!(text.contains("\\n") && text.contains("\\xc3\\xbc") && !text.contains('\n'), "{text}");
    }
    assert_eq!(replays(&app).await, 0, "nothing is used up");
    let question = draft.question();
    let edge = app.http().post(app.url("/v1/verify")).bearer_auth(&admin.token).json(&question);
    let refused = Reply::of(edge.send().await.unwrap()).await;
    assert!(refused.status == 200 || refused.status == 403, "{}", refused.body);
    let logged = format!("SELECT count(*) AS n FROM audit_events WHERE changes LIKE '%{}%'", "0.68");
    assert_eq!(count(&app, logged).await, 0);
});

on_both!(what_is_wrong_is_said_with_what_should_have_been_signed, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let key = registered(&admin).await;
    let now = app.now().seconds();
    let signed = |at: i64| Draft::new("GET", "/v1/orders?a=1", "").grid(&secret(), at, QueryMode::Include);
    let stale = ask(&admin, &key, &asked(&signed(now - 600))).await;
    assert_eq!(
        (&stale["valid"], &stale["signature_fits"], &stale["reason"]),
        (&json!(false), &json!(true), &json!("signature_stale"))
    );
    assert_eq!(stale["detail"], "The signature is too old.");
    assert_eq!(stale["expected"][0]["text"], format!("{}GET/v1/orders?a=1", now - 600));
    let other = ask(&admin, &key, &asked(&signed(now).asking("GET", "/v1/orders?a=2"))).await;
    assert_eq!((&other["signature_fits"], &other["reason"]), (&json!(false), &json!("signature_invalid")));
    assert_eq!(other["expected"][0]["text"], format!("{now}GET/v1/orders?a=2"));
    let foreign = signed(now).set("x-thegrid-fingerprint", &FINGERPRINT.replace('V', "W"));
    let foreign = ask(&admin, &key, &asked(&foreign)).await;
    assert_eq!(foreign["reason"], "signature_key_mismatch", "{foreign}");
    let none = ask(&admin, &key, &json!({ "method": "GET", "target": "/" })).await;
    assert_eq!((&none["valid"], &none["expected"]), (&json!(false), &json!([])));
    // In short: time and signature alone.
    let draft = Draft::new("POST", "/v1/orders", "{}").grid(&secret(), now, QueryMode::Include);
    let short = json!({
        "method": "POST", "target": "/v1/orders", "body": "{}", "timestamp": now.to_string(),
        "signature": draft.get("x-thegrid-signature"),
    });
    assert_eq!(ask(&admin, &key, &short).await["valid"], true);
    admin.call(reqwest::Method::POST, &format!("{key}/disable")).await.expect(200);
    let off = ask(&admin, &key, &short).await;
    assert_eq!((&off["reason"], &off["signature_fits"]), (&json!("disabled"), &json!(true)), "{off}");
});

on_both!(message_signatures_are_looked_at_too, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let key = registered(&admin).await;
    let draft = Draft::new("POST", "/v1/orders", "{}").rfc9421(Some("0123456789abcdef"));
    let host = app.app.config.server.public_url.host_str().unwrap().to_owned();
    let mut question = asked(&draft);
    question["authority"] = json!(host);
    let answer = ask(&admin, &key, &question).await;
    assert_eq!((&answer["valid"], &answer["scheme"]), (&json!(false), &json!("rfc9421-v1")), "{answer}");
    let base = answer["expected"][0]["text"].as_str().unwrap();
    assert!(base.starts_with("\"@method\": POST\\n\"@authority\": "), "{base}");
    assert!(base.contains("\"@signature-params\": ("), "{base}");
});

on_both!(only_who_may_see_the_key_may_ask, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let key = registered(&admin).await;
    let question = json!({ "method": "GET", "target": "/" });
    let check = format!("{key}/check");
    app.grace().await.post(&check, &question).await.expect_problem(404, "not_found");
    let stranger = app.manager("globex", Some("tenant_admin")).await;
    stranger.post(&check, &question).await.expect_problem(404, "not_found");
    let nobody = app.manager("acme", None).await;
    nobody.post(&check, &question).await.expect_problem(403, "permission_denied");
    for (question, status, code) in [
        (json!({ "method": "GET", "target": "/", "scheme": "ftp" }), 422, "invalid_verify_request"),
        (
            json!({ "method": "GET", "target": "/", "body": "a", "body_base64": "YQ==" }),
            422,
            "invalid_verify_request",
        ),
        (json!({ "method": "GET", "target": "/", "body_base64": "?" }), 422, "invalid_verify_request"),
        (json!({ "method": "GET", "target": "/", "address": "home" }), 422, "invalid_address"),
        (
            json!({ "method": "GET", "target": "/", "headers": vec![["a", "b"]; 101] }),
            422,
            "invalid_verify_request",
        ),
        (json!({ "method": "GET", "target": "/", "nonce": "x" }), 400, "invalid_body"),
        (json!({ "target": "/" }), 400, "invalid_body"),
    ] {
        admin.post(&check, &question).await.expect_problem(status, code);
    }
});
