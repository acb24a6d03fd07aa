//! `/v1/api-keys`, the keys of service accounts, and `/v1/leak-reports`.

mod bulk;
mod by_key;
mod ends;
mod files;
mod health;
mod imports;
mod leaks;
mod lists;
mod mails;
mod plans;
mod races;
mod settings;
mod walls;

use std::time::Duration;

use gridkey::api_keys::PresentedKey;
use gridkey::api_keys::{self, ApiKey};
use gridkey::db::DbError;
use gridkey::secret::Digest;
use reqwest::Method;
use serde_json::{Value, json};

use super::people::events;
use crate::on_both;
use crate::support::manager::Manager;
use crate::support::tokens::{ADA, count};
use crate::support::{PASSWORD, Reply, TestApp, VERIFIER, authorize_web, query_of};

pub const KEYS: &str = "/v1/api-keys";
pub const GRACE: (&str, &str) = ("grace@acme.example", "another horse battery staple");

impl TestApp {
    /// A person of the fixture, signed in, as one who manages.
    pub async fn signed_in(&self, (email, password): (&str, &str)) -> Manager<'_> {
        let callback = ("redirect_uri", "https://console.example.com/cb");
        let start = authorize_web("openid gridkey:manage", &[("client_id", "console"), callback]);
        let url = self.browser().walk(&start, email, password).await;
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", "console"),
            ("code", &query_of(&url)["code"]),
            callback,
            ("code_verifier", VERIFIER),
        ];
        let token = self.token(None, &form).await.expect(200).text("access_token");
        let id = self.app.random.id(self.now());
        Manager { app: self, id, client_id: "console".into(), secret: String::new(), token }
    }

    pub async fn ada(&self) -> Manager<'_> {
        self.signed_in((ADA, PASSWORD)).await
    }

    pub async fn grace(&self) -> Manager<'_> {
        self.signed_in(GRACE).await
    }

    /// The key whose secret this is, or was.
    pub async fn key_by_secret(&self, secret: &str) -> Option<ApiKey> {
        let digest = Digest::of(secret.as_bytes());
        let found = self.app.db.read(move |conn| api_keys::store::find_by_digest(conn, &digest));
        found.await.map_err(|why: DbError| why).unwrap()
    }

    /// Whether a secret works right now, whoever owns its key.
    pub async fn works(&self, secret: &str) -> bool {
        let Some(key) = self.key_by_secret(secret).await else { return false };
        let now = self.now();
        key.state(now) == gridkey::credentials::KeyState::Works
            && key.accepts(&Digest::of(secret.as_bytes()), now).is_some()
    }
}

/// Makes a key: the answer, which holds its secret.
pub async fn make(manager: &Manager<'_>, body: Value) -> Value {
    manager.post(KEYS, &body).await.expect(201).json()
}

pub fn at(key: &Value) -> String {
    format!("{KEYS}/{}", key["id"].as_str().unwrap())
}

pub fn secret(key: &Value) -> &str {
    key["key"].as_str().unwrap()
}

pub async fn turn(manager: &Manager<'_>, key: &Value, how: &str) -> Reply {
    manager.call(Method::POST, &format!("{}/{how}", at(key))).await
}

pub fn who(me: &Value, kind: &str) -> Value {
    json!({ "kind": kind, "id": me["id"] })
}

/// The identifier of the person or service account that calls.
pub async fn me(manager: &Manager<'_>) -> Value {
    manager.get("/v1/me").await.expect(200).json()
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

on_both!(a_key_lives_from_its_making_to_its_revocation, |app| {
    let grace = app.grace().await;
    let body = json!({
        "name": " Laptop ", "description": "For tests", "metadata": { "team": "blue" },
        "allowed_addresses": ["192.0.2.7", "2001:db8::/32"], "rate_limit": 30,
    });
    let made = grace.post(KEYS, &body).await.expect(201);
    assert_eq!(made.header("cache-control"), "no-store");
    let key = made.json();
    assert_eq!(made.header("location"), at(&key));
    let presented = PresentedKey::parse(secret(&key)).unwrap();
    assert!(presented.checked && secret(&key).starts_with("gk_"));
    assert!(secret(&key).ends_with(key["hint"].as_str().unwrap()));
    assert_eq!(
        (&key["name"], &key["level"], &key["status"]),
        (&json!("Laptop"), &json!("read-write"), &json!("active"))
    );
    assert_eq!(key["allowed_addresses"], json!(["192.0.2.7/32", "2001:db8::/32"]));
    assert_eq!(key["expires_at"], json!((app.now() + DAY * 90).to_rfc3339()));
    assert_eq!((&key["owner"]["kind"], &key["owner"]["name"]), (&json!("user"), &json!(GRACE.0)));
    let seen = grace.get(&at(&key)).await.expect(200);
    assert_eq!(seen.header("etag"), made.header("etag"));
    assert!(!seen.body.contains(secret(&key)) && seen.json()["permissions"].is_array(), "{}", seen.body);
    assert!(app.works(secret(&key)).await);
    let changed = grace
        .patch(&at(&key), &json!({ "name": "Desk", "metadata": { "team": null, "room": "4" }, "level": "read-only", "rate_limit": null }))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&changed["name"], &changed["metadata"], &changed["level"]),
        (&json!("Desk"), &json!({ "room": "4" }), &json!("read-only"))
    );
    assert_eq!(changed.get("rate_limit"), None);
    grace.patch(&at(&key), &json!({ "name": "Desk" })).await.expect(200);
    assert_eq!(events(&app, "api_key.update").await, 1, "what did not change is not told");
    assert_eq!(turn(&grace, &key, "disable").await.expect(200).json()["status"], "disabled");
    assert!(!app.works(secret(&key)).await);
    turn(&grace, &key, "rotate").await.expect_problem(415, "unsupported_media_type");
    grace.post(&format!("{}/rotate", at(&key)), &json!({})).await.expect_problem(409, "not_active");
    assert_eq!(turn(&grace, &key, "enable").await.expect(200).json()["status"], "active");
    assert!(app.works(secret(&key)).await);
    grace.delete(&at(&key)).await.expect(204);
    grace.delete(&at(&key)).await.expect(204);
    assert!(!app.works(secret(&key)).await);
    let gone = grace.get(&at(&key)).await.expect(200).json();
    assert_eq!((&gone["status"], &gone["status_reason"]), (&json!("revoked"), &json!("by_owner")));
    grace.patch(&at(&key), &json!({ "name": "x" })).await.expect_problem(409, "key_revoked");
    for how in ["enable", "disable"] {
        turn(&grace, &key, how).await.expect_problem(409, "key_revoked");
    }
    for (action, expected) in
        [("create", 1), ("update", 1), ("disable", 1), ("enable", 1), ("revoke", 1), ("rotate", 0)]
    {
        assert_eq!(events(&app, &format!("api_key.{action}")).await, expected, "{action}");
    }
    let said = format!("SELECT count(*) AS n FROM audit_events WHERE changes LIKE '%{}%'", secret(&key));
    assert_eq!(count(&app, said).await, 0);
});

on_both!(a_rotated_key_stays_the_same_and_its_old_secret_ends_to_the_second, |app| {
    let grace = app.grace().await;
    let first = make(&grace, json!({ "name": "a" })).await;
    let rotate = async |body: Value| grace.post(&format!("{}/rotate", at(&first)), &body).await;
    let second = rotate(json!({ "grace_seconds": 60 })).await.expect(200).json();
    assert_eq!((&second["id"], &second["name"]), (&first["id"], &first["name"]));
    assert_ne!(secret(&first), secret(&second));
    assert_eq!(second["previous_secret_ends_at"], json!((app.now() + Duration::from_secs(60)).to_rfc3339()));
    app.pass(Duration::from_secs(59));
    assert!(app.works(secret(&first)).await && app.works(secret(&second)).await);
    app.pass(Duration::from_secs(1));
    assert!(!app.works(secret(&first)).await && app.works(secret(&second)).await);
    let third = rotate(json!({})).await.expect(200).json();
    assert_eq!(third["previous_secret_ends_at"], json!((app.now() + DAY).to_rfc3339()), "a day by default");
    let fourth = rotate(json!({ "grace_seconds": 0 })).await.expect(200).json();
    assert_eq!(fourth.get("previous_secret_ends_at"), None);
    for (dead, key) in [(true, &second), (true, &third), (false, &fourth)] {
        assert_eq!(!app.works(secret(key)).await, dead);
    }
    rotate(json!({ "grace_seconds": 2_592_001 })).await.expect_problem(422, "invalid_grace");
    rotate(json!({ "grace_seconds": -1 })).await.expect_problem(400, "invalid_body");
    rotate(json!({ "grace_seconds": 2_592_000 })).await.expect(200);
    app.pass(DAY * 91);
    let grace = app.grace().await;
    grace.post(&format!("{}/rotate", at(&first)), &json!({})).await.expect_problem(409, "not_active");
});

on_both!(what_cannot_be_said_of_a_key_is_refused, |app| {
    let grace = app.grace().await;
    let many: Vec<String> = (0..101).map(|n| format!("192.0.2.{n}")).collect();
    for (body, status, code) in [
        (json!({ "name": "" }), 422, "invalid_name"),
        (json!({ "name": "x".repeat(101) }), 422, "invalid_name"),
        (json!({ "name": "a\u{0}b" }), 422, "invalid_name"),
        (json!({}), 400, "invalid_body"),
        (json!({ "name": "a", "tenant_id": "x" }), 400, "invalid_body"),
        (json!({ "name": "a", "digest": "x" }), 400, "invalid_body"),
        (json!({ "name": "a", "description": "\u{0}" }), 422, "invalid_description"),
        (json!({ "name": "a", "metadata": { "a b": "c" } }), 422, "invalid_metadata"),
        (json!({ "name": "a", "metadata": { "a": 1 } }), 400, "invalid_body"),
        (json!({ "name": "a", "level": "root" }), 422, "invalid_level"),
        (json!({ "name": "a", "level": "admin", "scopes": ["profile:manage"] }), 422, "invalid_level"),
        (json!({ "name": "a", "scopes": [] }), 422, "invalid_scopes"),
        (json!({ "name": "a", "scopes": ["no permission"] }), 422, "invalid_scopes"),
        (json!({ "name": "a", "scopes": ["weather:read"] }), 422, "unknown_scope"),
        (json!({ "name": "a", "expires_in_days": 0 }), 422, "invalid_expires_at"),
        (json!({ "name": "a", "expires_in_days": 3_651 }), 422, "invalid_expires_at"),
        (json!({ "name": "a", "expires_at": "yesterday" }), 422, "invalid_expires_at"),
        (json!({ "name": "a", "expires_at": "2001-01-01T00:00:00Z" }), 422, "invalid_expires_at"),
        (json!({ "name": "a", "expires_at": null, "expires_in_days": 5 }), 422, "invalid_expires_at"),
        (json!({ "name": "a", "allowed_addresses": ["home"] }), 422, "invalid_allowed_addresses"),
        (json!({ "name": "a", "allowed_addresses": many }), 422, "invalid_allowed_addresses"),
        (json!({ "name": "a", "rate_limit": 0 }), 422, "invalid_rate_limit"),
        (json!({ "name": "a", "rate_limit": 1_000_001 }), 422, "invalid_rate_limit"),
        (json!({ "name": "a", "owner": { "kind": "team", "id": "x" } }), 400, "invalid_body"),
    ] {
        grace.post(KEYS, &body).await.expect_problem(status, code);
    }
    let key = make(&grace, json!({ "name": "a", "expires_at": null })).await;
    assert_eq!(key["expires_at"], Value::Null, "never is a choice");
    for (body, status, code) in [
        (json!({ "name": null }), 400, "invalid_body"),
        (json!({ "level": null }), 400, "invalid_body"),
        (json!({ "status": "active" }), 400, "invalid_body"),
        (json!({ "level": "admin", "scopes": ["a:b"] }), 422, "invalid_level"),
        (json!({ "expires_in_days": 0 }), 422, "invalid_expires_at"),
    ] {
        grace.patch(&at(&key), &body).await.expect_problem(status, code);
    }
    grace.get(&format!("{KEYS}/nothing")).await.expect_problem(404, "not_found");
});

on_both!(a_repeated_creation_is_one_and_tells_the_same_secret, |app| {
    let grace = app.grace().await;
    let (body, header) = (json!({ "name": "a" }), [("idempotency-key", "once")]);
    let first = grace.call_with(Method::POST, KEYS, Some(&body), &header).await.expect(201);
    let again = grace.call_with(Method::POST, KEYS, Some(&body), &header).await.expect(201);
    assert_eq!((first.json(), again.header("idempotency-replayed")), (again.json(), "true"));
    assert_eq!(events(&app, "api_key.create").await, 1);
    let place = format!("{}/rotate", at(&first.json()));
    let turned = grace.call_with(Method::POST, &place, Some(&json!({})), &header).await.expect(200);
    let turned_again = grace.call_with(Method::POST, &place, Some(&json!({})), &header).await.expect(200);
    assert_eq!(turned.json(), turned_again.json());
    assert_eq!(events(&app, "api_key.rotate").await, 1);
    let mails = app.app.mailer.as_inbox().unwrap().messages();
    assert_eq!(mails.len(), 2, "an answer that is repeated belongs to a mail that was sent");
    // Nothing that was kept for the repetition can be read without the master key.
    let kept = "SELECT count(*) AS n FROM idempotency_keys";
    assert_eq!(count(&app, kept).await, 2);
});

on_both!(a_stale_change_loses, |app| {
    let grace = app.grace().await;
    let made = grace.post(KEYS, &json!({ "name": "a" })).await.expect(201);
    let (key, stale) = (made.json(), [("if-match", made.header("etag"))]);
    grace.patch(&at(&key), &json!({ "name": "b" })).await.expect(200);
    let place = at(&key);
    for (method, path, body) in [
        (Method::PATCH, place.clone(), Some(json!({ "name": "c" }))),
        (Method::DELETE, place.clone(), None),
        (Method::POST, format!("{place}/rotate"), Some(json!({}))),
        (Method::POST, format!("{place}/disable"), None),
        (Method::POST, format!("{place}/enable"), None),
    ] {
        let reply = grace.call_with(method, &path, body.as_ref(), &stale).await;
        reply.expect_problem(412, "changed_meanwhile");
    }
    assert!(app.works(secret(&key)).await);
});
