//! `POST /v1/leak-reports`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gridkey::secret::Digest;
use serde_json::{Value, json};

use super::{GRACE, at, make, secret, turn};
use crate::manage::people::events;
use crate::on_both;
use crate::support::tokens::count;
use crate::support::{Reply, TestApp};

const LEAKS: &str = "/v1/leak-reports";

async fn report(app: &TestApp, body: &Value) -> Reply {
    Reply::of(app.http().post(app.url(LEAKS)).json(body).send().await.unwrap()).await
}

fn hash(secret: &str) -> String {
    STANDARD.encode(Digest::of(secret.as_bytes()).as_bytes())
}

on_both!(a_key_that_is_reported_ends_at_once_and_its_owner_hears_of_it, |app| {
    let grace = app.grace().await;
    let key = make(&grace, json!({ "name": "Laptop" })).await;
    let (most, last) = secret(&key).split_at(secret(&key).len() - 1);
    let near = format!("{most}{}", if last == "x" { "y" } else { "x" });
    let body = json!({ "keys": [
        { "key": secret(&key), "source": "paste\u{0}", "url": "https://paste.example/1" },
        { "key": near },
        { "key": "" },
    ] });
    let answer = report(&app, &body).await.expect(200);
    let results = answer.json()["results"].clone();
    assert_eq!(
        results,
        json!([
            { "token_hash": hash(secret(&key)), "label": "true_positive" },
            { "token_hash": hash(&near), "label": "false_positive" },
            { "token_hash": hash(""), "label": "false_positive" },
        ])
    );
    assert!(!answer.body.contains(secret(&key)) && !app.works(secret(&key)).await);
    let seen = grace.get(&at(&key)).await.expect(200).json();
    assert_eq!((&seen["status"], &seen["status_reason"]), (&json!("revoked"), &json!("exposed")));
    assert_eq!(seen["exposed_at"], json!(app.now().to_rfc3339()));
    let mail = app.app.mailer.as_inbox().unwrap().messages().remove(0).mail;
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), (GRACE.0, "An API key was exposed"));
    assert!(!mail.text.contains(secret(&key)) && !mail.text.contains("paste.example"), "{}", mail.text);
    // Once more is no news.
    let again = report(&app, &json!({ "keys": [{ "key": secret(&key) }] })).await.expect(200).json();
    assert_eq!(again["results"][0]["label"], "true_positive");
    assert_eq!(events(&app, "api_key.expose").await, 1);
    let told = "SELECT count(*) AS n FROM audit_events WHERE action = 'api_key.expose' AND actor_kind = 'anonymous' \
                AND address <> '' AND changes LIKE '%https://paste.example/1%'";
    assert_eq!(count(&app, told).await, 1);
    let ended = "SELECT count(*) AS n FROM revocations WHERE action = 'api_key.expose'";
    assert_eq!(count(&app, ended).await, 1, "every node hears of it");
    let said = format!("SELECT count(*) AS n FROM audit_events WHERE changes LIKE '%{}%'", secret(&key));
    assert_eq!(count(&app, said).await, 0);
});

on_both!(what_a_scanner_sends_is_answered_in_its_shape, |app| {
    let grace = app.grace().await;
    let key = make(&grace, json!({ "name": "Laptop" })).await;
    let body = json!([
        { "token": secret(&key), "type": "gridkey_api_key", "url": "https://code.example/1", "source": "commit", "more": 1 },
        { "token": "gk_0000000000000000000000000000000000000000000", "type": "gridkey_api_key", "url": null, "source": "content" },
    ]);
    let answer = report(&app, &body).await.expect(200).json();
    assert_eq!(
        answer,
        json!([
            { "token_hash": hash(secret(&key)), "token_type": "gridkey_api_key", "label": "true_positive" },
            { "token_hash": hash("gk_0000000000000000000000000000000000000000000"), "token_type": "gridkey_api_key", "label": "false_positive" },
        ])
    );
    assert!(!app.works(secret(&key)).await);
});

on_both!(a_secret_that_was_replaced_ends_by_itself, |app| {
    let grace = app.grace().await;
    let old = make(&grace, json!({ "name": "Laptop" })).await;
    let new = grace.post(&format!("{}/rotate", at(&old)), &json!({})).await.expect(200).json();
    let answer = report(&app, &json!({ "keys": [{ "key": secret(&old) }] })).await.expect(200).json();
    assert_eq!(answer["results"][0]["label"], "true_positive");
    assert!(!app.works(secret(&old)).await && app.works(secret(&new)).await);
    let mail = app.app.mailer.as_inbox().unwrap().messages().remove(0).mail;
    assert!(mail.text.contains("The present secret still works"), "{}", mail.text);
    assert_eq!(events(&app, "api_key.expose").await, 1);
    grace.delete(&at(&new)).await.expect(204);
    report(&app, &json!({ "keys": [{ "key": secret(&new) }] })).await.expect(200);
    assert_eq!(events(&app, "api_key.expose").await, 1, "it had ended");
});

on_both!(a_report_that_cannot_be_read_is_refused, |app| {
    for (body, status, code) in [
        (json!({}), 400, "invalid_body"),
        (json!({ "keys": ["x"] }), 400, "invalid_body"),
        (json!({ "keys": [{ "key": "x", "owner": "y" }] }), 400, "invalid_body"),
        (json!([{ "type": "x" }]), 400, "invalid_body"),
        (json!("x"), 400, "invalid_body"),
        (json!({ "keys": [] }), 422, "too_many"),
        (json!([]), 422, "too_many"),
        (json!({ "keys": vec![json!({ "key": "x" }); 101] }), 422, "too_many"),
    ] {
        report(&app, &body).await.expect_problem(status, code);
    }
});

on_both!(one_address_reports_so_often_and_no_more, |app| {
    let body = json!({ "keys": [{ "key": "x" }] });
    let mut blocked = None;
    for _ in 0..70 {
        let reply = report(&app, &body).await;
        if reply.status == 429 {
            blocked = Some(reply);
            break;
        }
        reply.expect(200);
    }
    let reply = blocked.expect("an end to it").expect_problem(429, "too_many_reports");
    assert!(reply.header("retry-after").parse::<u32>().unwrap() > 0);
});

on_both!(parallel_reports_of_one_key_end_it_once, |app| {
    let grace = app.grace().await;
    let key = make(&grace, json!({ "name": "Laptop" })).await;
    let body = json!({ "keys": [{ "key": secret(&key) }] });
    let replies = futures::future::join_all((0..8).map(|_| report(&app, &body))).await;
    for reply in replies {
        assert_eq!(reply.expect(200).json()["results"][0]["label"], "true_positive");
    }
    assert_eq!(events(&app, "api_key.expose").await, 1);
    assert_eq!(
        app.app.mailer.as_inbox().unwrap().messages().len(),
        2,
        "one for its making and one for its end"
    );
});

on_both!(where_the_organisation_wishes_so_a_key_that_leaked_is_only_disabled, |app| {
    app.settle(|settings| settings.api_keys.disable_on_leak = true).await;
    let (grace, admin) = (app.grace().await, app.manager("acme", Some("tenant_admin")).await);
    let key = make(&grace, json!({ "name": "Laptop" })).await;
    let body = json!({ "keys": [{ "key": secret(&key) }] });
    for _ in 0..2 {
        let answer = report(&app, &body).await.expect(200).json();
        assert_eq!(answer["results"][0]["label"], "true_positive");
    }
    assert_eq!(events(&app, "api_key.expose").await, 1, "once more is no news");
    let seen = grace.get(&at(&key)).await.expect(200).json();
    assert_eq!((&seen["status"], &seen["status_reason"]), (&json!("disabled"), &json!("exposed")));
    assert!(!app.works(secret(&key)).await);
    let mail = app.app.mailer.as_inbox().unwrap().messages().remove(0).mail;
    assert!(mail.text.contains("The key was disabled at once"), "{}", mail.text);
    turn(&grace, &key, "enable").await.expect_problem(403, "permission_denied");
    assert_eq!(turn(&admin, &key, "enable").await.expect(200).json()["health"], json!(["exposed"]));
    assert!(app.works(secret(&key)).await, "the report was a mistake");
});
