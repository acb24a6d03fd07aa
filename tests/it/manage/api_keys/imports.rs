//! `POST /v1/api-keys/import`.

use base64::Engine as _;
use gridkey::secret::Digest;
use serde_json::{Value, json};

use super::{KEYS, at, make, me, secret, who};
use crate::manage::people::{events, make_role};
use crate::on_both;
use crate::support::tokens::count;

const OLD: &str = "sk-0123456789abcdefghijklmnopqrstuvwxyzABCD";

fn hex(secret: &str) -> String {
    Digest::of(secret.as_bytes()).as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn entry(secret: &str, owner: &Value) -> Value {
    json!({ "digest": hex(secret), "prefix": "sk-", "hint": "ABCD", "owner": owner, "name": "Old", "expires_at": null })
}

on_both!(keys_from_elsewhere_work_as_they_are, |app| {
    let (grace, admin) = (app.grace().await, app.manager("acme", Some("tenant_admin")).await);
    let owner = who(&me(&grace).await, "user");
    let import = format!("{KEYS}/import");
    let other = OLD.replace('0', "9");
    let body = json!({ "keys": [entry(OLD, &owner), entry(&other, &owner)] });
    let taken = admin.post(&import, &body).await.expect(200).json();
    assert_eq!((&taken["items"][0]["prefix"], &taken["items"][0]["hint"]), (&json!("sk-"), &json!("ABCD")));
    assert_eq!(taken["items"][1]["owner"]["name"], crate::manage::api_keys::GRACE.0);
    assert!(app.works(OLD).await && app.works(&other).await);
    assert_eq!(events(&app, "api_key.import").await, 2);
    let said = format!("SELECT count(*) AS n FROM audit_events WHERE changes LIKE '%{}%'", hex(OLD));
    assert_eq!(count(&app, said).await, 0, "digests are nobody's business");
    // A new secret of it has the prefix of the old one.
    let turned =
        grace.post(&format!("{}/rotate", at(&taken["items"][0])), &json!({})).await.expect(200).json();
    assert!(secret(&turned).starts_with("sk-") && app.works(OLD).await);
    let again =
        json!({ "keys": [entry("sk-other-0123456789abcdefghijklmnopqrstuv", &owner), entry(OLD, &owner)] });
    let refused = admin.post(&import, &again).await.expect_problem(409, "already_exists");
    assert!(refused.text("detail").starts_with("keys[1]: "), "{}", refused.body);
    assert!(!app.works("sk-other-0123456789abcdefghijklmnopqrstuv").await, "all or none");
    let twice = "sk-twice-0123456789abcdefghijklmnopqrstuv";
    let body = json!({ "keys": [entry(twice, &owner), entry(twice, &owner)] });
    admin.post(&import, &body).await.expect_problem(409, "already_exists");
});

on_both!(what_is_no_key_is_not_taken_over, |app| {
    let (grace, admin) = (app.grace().await, app.manager("acme", Some("tenant_admin")).await);
    let owner = who(&me(&grace).await, "user");
    let import = format!("{KEYS}/import");
    let but = |name: &str, value: Value| {
        let mut entry = entry(OLD, &owner);
        entry[name] = value;
        json!({ "keys": [entry] })
    };
    let base64 = base64::engine::general_purpose::STANDARD.encode(Digest::of(b"x").as_bytes());
    for (body, status, code) in [
        (json!({ "keys": [] }), 422, "too_many"),
        (json!({ "keys": vec![entry(OLD, &owner); 101] }), 422, "too_many"),
        (but("digest", json!(OLD)), 422, "invalid_digest"),
        (but("digest", json!(base64)), 422, "invalid_digest"),
        (but("digest", json!("+1".repeat(32))), 422, "invalid_digest"),
        (but("prefix", json!("SK-")), 422, "invalid_prefix"),
        (but("hint", json!("much too long")), 422, "invalid_hint"),
        (but("hint", json!("a\u{0}")), 422, "invalid_hint"),
        (but("level", json!("root")), 422, "invalid_level"),
        (
            but("owner", json!({ "kind": "user", "id": "0199d2c0-0000-7000-8000-000000000000" })),
            422,
            "unknown_owner",
        ),
        (but("key", json!(OLD)), 400, "invalid_body"),
    ] {
        let reply = admin.post(&import, &body).await;
        if code == "too_many" && reply.status == 413 {
            continue;
        }
        reply.expect_problem(status, code);
    }
    grace
        .post(&import, &json!({ "keys": [entry(OLD, &owner)] }))
        .await
        .expect_problem(403, "permission_denied");
    // Nor is a way found to a key that is stronger than oneself.
    make_role(&app, "acme", "keeper", &["api_keys:*"]).await;
    let weak = app.manager("acme", Some("keeper")).await;
    let strong = who(&me(&admin).await, "service_account");
    weak.post(&import, &json!({ "keys": [entry(OLD, &strong)] }))
        .await
        .expect_problem(403, "permission_denied");
    make(&admin, json!({ "name": "a" })).await;
});
