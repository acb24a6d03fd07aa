//! The Grid: one consumption key in the header that each host wants, signed requests for all else, and its errors.

use std::time::Duration;

use gridkey::tenants::SignatureQuery;
use serde_json::{Value, json};

use super::{Program, choose, new_key, settle, verdict};
use crate::on_both_with;
use crate::support::devices::{Device, GRANT};
use crate::support::manager::Manager;
use crate::support::signing::{FINGERPRINT, PUBLIC_KEY};
use crate::support::tokens::{ADA, text};
use crate::support::{Reply, TestApp};

const HOST: &str = "api.thegrid.test";
const DOORS: [(&str, &str); 2] =
    [("profiles.hosts", "api.thegrid.test=acme"), ("server.trusted_proxies", "127.0.0.1")];

async fn account(app: &TestApp) -> Manager<'_> {
    choose(app, "acme", "thegrid").await;
    app.manager("acme", Some("super_admin")).await
}

/// A request to one of its hosts, as the proxy in front of it asks about it.
async fn through(app: &TestApp, (host, path): (&str, &str), headers: &[(&str, &str)]) -> Reply {
    let mut request = app
        .http()
        .get(app.url("/v1/forward-auth/traefik?tenant=acme&permission=inference:use"))
        .header("x-forwarded-host", host)
        .header("x-forwarded-uri", path)
        .header("x-forwarded-method", "GET")
        .header("x-forwarded-proto", "https");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Reply::of(request.send().await.unwrap()).await
}

const OPENAI: (&str, &str) = ("api.thegrid.ai", "/v1/chat/completions");
const MESSAGES: (&str, &str) = ("messages-beta.api.thegrid.ai", "/v1/messages");
const INVALID: &str = r#"{"errors":{"detail":"The request carries no credential that stands here."}}"#;

on_both_with!(DOORS, the_same_key_counts_in_the_header_of_each_host_and_in_no_other, |app| {
    let account = account(&app).await;
    let key = new_key(&account, "read-write").await;
    let bearer = format!("Bearer {key}");
    through(&app, OPENAI, &[("authorization", &bearer)]).await.expect(200);
    through(&app, MESSAGES, &[("x-api-key", &key)]).await.expect(200);
    for (at, headers) in [
        (OPENAI, ("x-api-key", key.as_str())),
        (OPENAI, ("authorization", key.as_str())),
        (MESSAGES, ("authorization", bearer.as_str())),
        (MESSAGES, ("x-api-key", bearer.as_str())),
        (("api.thegrid.ai", "/v1/messages"), ("authorization", bearer.as_str())),
    ] {
        let refused = through(&app, at, &[headers]).await.expect(401);
        assert_eq!(refused.body, INVALID, "{at:?} {headers:?}");
        assert_eq!(refused.header("content-type"), "application/json");
    }
    through(&app, OPENAI, &[]).await.expect(401);
});

on_both_with!(DOORS, a_consumption_key_infers_and_does_nothing_else, |app| {
    let account = account(&app).await;
    let edge = app.manager("acme", Some("tenant_admin")).await;
    for level in ["read-only", "read-write"] {
        let key = new_key(&account, level).await;
        assert!(verdict(&edge, &key, "inference:use").await.0);
        for permission in ["orders:create", "balance:read", "markets:read"] {
            assert_eq!(
                verdict(&edge, &key, permission).await,
                (false, "permission_denied".into()),
                "{permission}"
            );
        }
        let refused = Program::at(&app, HOST).get("/v1/signing-keys", Some(&key)).await.expect(403).json();
        assert!(refused["errors"]["detail"].is_string(), "{refused}");
    }
});

fn signing_key() -> Value {
    json!({ "signing_key": { "label": "Trading desk", "public_key": PUBLIC_KEY } })
}

on_both_with!(DOORS, a_public_key_is_registered_in_its_words_and_named_by_its_fingerprint, |app| {
    let account = account(&app).await;
    let grid = Program::at(&app, HOST);
    let made = grid.post("/v1/signing-keys", Some(&account.token), signing_key()).await.expect(201).json();
    let key = &made["signing_key"];
    assert_eq!((&key["label"], &key["public_key"]), (&json!("Trading desk"), &json!(PUBLIC_KEY)));
    assert_eq!(key["fingerprint"], FINGERPRINT, "of the 32 bytes, in base64 without its end");
    let taken = grid.post("/v1/signing-keys", Some(&account.token), signing_key()).await.expect(409).json();
    assert!(taken["errors"]["detail"].is_string(), "{taken}");
    let bad = json!({ "signing_key": { "label": "x", "public_key": "nothing" } });
    grid.post("/v1/signing-keys", Some(&account.token), bad).await.expect(422);
});

on_both_with!(DOORS, a_compromise_is_found_by_fingerprint_and_time, |app| {
    let account = account(&app).await;
    let grid = Program::at(&app, HOST);
    let made = grid.post("/v1/signing-keys", Some(&account.token), signing_key()).await.expect(201).json();
    let id = made["signing_key"]["id"].as_str().unwrap().to_owned();
    let before = app.now().to_rfc3339();
    app.pass(Duration::from_secs(60));
    let path = format!("/v1/signing-keys?scope=tenant&fingerprint={FINGERPRINT}");
    let found = grid.get(&path, Some(&account.token)).await.expect(200).json();
    assert_eq!(found["items"][0]["id"], id);
    let log = |start: &str| format!("/v1/audit-log?resource_id={id}&start={start}");
    let there = grid.get(&log(&before), Some(&account.token)).await.expect(200).json();
    assert_eq!(there["items"][0]["action"], "signing_key.create");
    let later = app.now().to_rfc3339();
    let later = grid.get(&log(&later), Some(&account.token)).await.expect(200).json();
    assert!(later["items"].as_array().unwrap().is_empty());
});

on_both_with!(DOORS, whether_the_query_is_signed_is_a_switch, |app| {
    let root = account(&app).await;
    let id = root.get("/v1/me").await.expect(200).json()["tenant"]["id"].as_str().unwrap().to_owned();
    let thegrid = app.app.profiles.find(&"thegrid".parse().unwrap()).unwrap();
    assert_eq!(thegrid.signatures.query, Some(SignatureQuery::Include), "as its first page says");
    assert_eq!(thegrid.signatures.header_prefix.as_deref(), Some("x-thegrid-"));
    for mode in ["exclude", "either", "include"] {
        let body = json!({ "settings": { "signatures": { "query": mode } } });
        root.patch(&format!("/v1/tenants/{id}"), &body).await.expect(200);
    }
});

on_both_with!(DOORS, errors_say_one_sentence_and_every_answer_how_one_stands, |app| {
    let account = account(&app).await;
    let grid = Program::at(&app, HOST);
    let key = new_key(&account, "admin").await;
    settle(&app, "acme", |settings| settings.api_keys.key_rate_limit = Some(2)).await;
    let good = grid.get("/v1/me", Some(&key)).await.expect(200);
    assert_eq!((good.header("x-ratelimit-limit"), good.header("x-ratelimit-remaining")), ("2", "1"));
    assert!(!good.header("x-ratelimit-reset").is_empty() && !good.header("x-request-id").is_empty());
    let missing = grid.get("/v1/users/nobody", Some(&key)).await.expect(404);
    assert_eq!(missing.body, r#"{"errors":{"detail":"There is nothing at this address."}}"#);
    let over = grid.get("/v1/me", Some(&key)).await.expect(429);
    assert_eq!(over.body, r#"{"errors":{"detail":"More requests came than the limit allows."}}"#);
    assert_eq!((over.header("x-ratelimit-retry-after"), over.header("retry-after")), ("30", "30"));
    let unknown = grid.get("/v1/me", Some(&format!("tg_{}", "0".repeat(49)))).await.expect(401).json();
    assert!(unknown["errors"]["detail"].is_string(), "{unknown}");
});

on_both_with!(DOORS, keys_are_replaced_without_a_gap_and_a_deleted_one_stops_at_once, |app| {
    let account = account(&app).await;
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let old = account.post("/v1/api-keys", &json!({ "name": "one" })).await.expect(201).json();
    let new = new_key(&account, "read-write").await;
    let key = old["key"].as_str().unwrap();
    assert!(verdict(&edge, key, "inference:use").await.0 && verdict(&edge, &new, "inference:use").await.0);
    // What people say on the telephone is the identifier and the last letters.
    assert!(key.ends_with(old["hint"].as_str().unwrap()) && old["id"].is_string());
    account.delete(&format!("/v1/api-keys/{}", old["id"].as_str().unwrap())).await.expect(204);
    assert_eq!(verdict(&edge, key, "inference:use").await, (false, "revoked".into()));
    assert!(verdict(&edge, &new, "inference:use").await.0);
});

const SCOPES: &str = "openid offline_access account:read account:write trade:read trade:write supply:read \
                      supply:write keys:manage";

/// A sign-in of its command line, allowed by Ada on another device: what the token endpoint answers.
async fn sign_in(app: &TestApp) -> Value {
    let form = [("client_id", "grid"), ("scope", SCOPES)];
    let begun = app.device_authorization(None, &form).await.expect(200);
    let code = begun.text("device_code");
    let ask = [("grant_type", GRANT), ("client_id", "grid"), ("device_code", code.as_str())];
    app.token(None, &ask).await.expect_error(400, "authorization_pending");
    let device = Device { code: code.clone(), user_code: begun.text("user_code"), complete: String::new() };
    let mut browser = app.browser();
    let question = browser.question(&device, ADA).await;
    assert!(question.reply.body.contains("keys:manage"), "{}", question.reply.body);
    browser.follow(browser.submit(&question, &[("decision", "allow")]).await).await;
    app.pass(Duration::from_secs(5));
    app.token(None, &ask).await.expect(200).json()
}

on_both_with!(DOORS, the_command_line_signs_a_person_in_on_another_device, |app| {
    let root = account(&app).await;
    let days = |n: u32| n * 24 * 60 * 60;
    let lifetimes =
        json!({ "access_token": 3_600, "refresh_token_idle": days(30), "refresh_token": days(30) });
    let scopes: Vec<&str> = SCOPES.split(' ').collect();
    let body = json!({
        "kind": "native", "display_name": "grid", "client_id": "grid", "scopes": scopes,
        "grant_types": [GRANT, "refresh_token"], "settings": { "lifetimes": lifetimes },
    });
    root.post("/v1/applications", &body).await.expect(201);
    let refresh = async |token: &str| {
        let form = [("grant_type", "refresh_token"), ("client_id", "grid"), ("refresh_token", token)];
        app.token(None, &form).await
    };
    let first = sign_in(&app).await;
    assert_eq!((&first["expires_in"], &first["scope"]), (&json!(3_600), &json!(SCOPES)));
    let access = text(&first, "access_token");
    app.pass(Duration::from_secs(3_599));
    app.get_as("/oauth2/userinfo", &access).await.expect(200);
    app.pass(Duration::from_secs(1));
    app.get_as("/oauth2/userinfo", &access).await.expect(401);
    let next = refresh(&text(&first, "refresh_token")).await.expect(200).json();
    app.get_as("/oauth2/userinfo", &text(&next, "access_token")).await.expect(200);
    app.pass(Duration::from_secs(u64::from(days(30)) - 3_601));
    let last = refresh(&text(&next, "refresh_token")).await.expect(200).text("refresh_token");
    app.pass(Duration::from_secs(1));
    refresh(&last).await.expect_error(400, "invalid_grant");

    let again = sign_in(&app).await;
    let (access, kept) = (text(&again, "access_token"), text(&again, "refresh_token"));
    app.get_as("/oauth2/userinfo", &access).await.expect(200);
    app.post("/oauth2/revoke", None, &[("client_id", "grid"), ("token", &kept)]).await.expect(200);
    app.get_as("/oauth2/userinfo", &access).await.expect(401);
    refresh(&kept).await.expect_error(400, "invalid_grant");
});

on_both_with!(DOORS, another_systems_signature_headers_are_read_too, |app| {
    // A file names other headers; here it is enough that the rules of each profile are looked for.
    choose(&app, "acme", "thegrid").await;
    let refused = through(&app, OPENAI, &[("x-thegrid-signature", "AAAA")]).await.expect(401);
    assert!(refused.json()["errors"]["detail"].is_string(), "{}", refused.body);
    assert_eq!(refused.header("x-gridkey-status"), "401");
});
