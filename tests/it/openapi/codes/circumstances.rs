//! Codes that take more than one call of somebody who may do everything.

use std::sync::mpsc;
use std::time::Duration;

use gridkey::api_keys::ApiKey;
use gridkey::credentials::{AddressList, KeyLevel, KeyOwner};
use gridkey::db::DbError;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Seen, code_of};
use crate::support::manager::Manager;
use crate::support::tokens::{ADA, alter_client, line};
use crate::support::{PASSWORD, Reply, TestApp, VERIFIER, authorize_web, execute, query_of};
use crate::v1_auth;

const ROLES: (&str, &str) = ("POST", "/v1/roles");
const USERS: (&str, &str) = ("GET", "/v1/users");

/// Headers and bodies that are not as they should be, and callers who may less.
pub async fn managing(app: &TestApp, root: &Manager<'_>, places: &[(&str, String)], seen: &mut Seen) {
    let role = |slug: &str| json!({ "slug": slug, "display_name": "R", "permissions": [] });
    let long = "k".repeat(201);
    let key = [("idempotency-key", long.as_str())];
    seen.provoke("invalid_idempotency_key", root, ROLES, (Some(&role("one")), &key)).await;
    let key = [("idempotency-key", "k")];
    root.call_with(reqwest::Method::POST, "/v1/roles", Some(&role("one")), &key).await.expect(201);
    seen.provoke("idempotency_key_reused", root, ROLES, (Some(&role("two")), &key)).await;
    let place = |name: &str| places.iter().find(|(known, _)| *known == name).unwrap().1.clone();
    let team = format!("/v1/teams/{}", place("<team>"));
    let change = json!({ "display_name": "T" });
    seen.provoke("changed_meanwhile", root, ("PATCH", &team), (Some(&change), &[("if-match", "\"1\"")]))
        .await;
    let many = json!({ "roles": (0..101).map(|n| format!("r{n}")).collect::<Vec<_>>() });
    let roles = format!("/v1/users/{}/roles", place("<user>"));
    seen.provoke("too_many", root, ("PUT", &roles), (Some(&many), &[])).await;

    let send = async |kind: &'static str, body: String| {
        let request = app.http().post(app.url("/v1/roles")).bearer_auth(&root.token);
        Reply::of(request.header("content-type", kind).body(body).send().await.unwrap()).await
    };
    seen.note("unsupported_media_type", ROLES, &send("text/plain", "{}".into()).await);
    let large = "x".repeat(app.app.body_limit() + 1);
    seen.note("body_too_large", ROLES, &send("application/json", large).await);
    seen.note("body_unreadable", ROLES, &broken_body(app, root).await);

    let logo = app.http().put(app.url("/v1/branding/logo")).bearer_auth(&root.token);
    let logo = logo.header("content-type", "image/png").body("GIF89a").send().await.unwrap();
    seen.note("invalid_logo", ("PUT", "/v1/branding/logo"), &Reply::of(logo).await);

    let file = app.http().post(app.url("/v1/configuration/plan")).bearer_auth(&root.token);
    let file = file.header("content-type", "application/toml").body("[[").send().await.unwrap();
    seen.note("invalid_configuration", ("POST", "/v1/configuration/plan"), &Reply::of(file).await);

    let events = ("GET", "/v1/events/revocations");
    let strange = [("last-event-id", "yesterday")];
    seen.provoke("invalid_last_event_id", root, events, (None, &strange)).await;
    let key = app.ada_key(KeyLevel::ReadOnly).await;
    let end = |key: &mut ApiKey| key.expires_at = Some(key.created_at);
    app.change_key(&key, "api_key.update", end).await;
    seen.note("key_expired", USERS, &app.get_as(USERS.1, &key.secret).await);
    app.revoke_key(&key).await;
    seen.note("invalid_key", USERS, &app.get_as(USERS.1, &key.secret).await);

    let key = app.ada_key(KeyLevel::ReadOnly).await;
    app.change_key(&key, "api_key.update", |key| key.rate_limit = Some(1)).await;
    app.get_as(USERS.1, &key.secret).await.expect(200);
    seen.note("rate_limited", USERS, &app.get_as(USERS.1, &key.secret).await);

    seen.note("unauthenticated", USERS, &app.get(USERS.1).await);
    seen.note("invalid_token", USERS, &app.get_as(USERS.1, "junk").await);
    let nobody = app.manager("acme", None).await;
    seen.provoke("permission_denied", &nobody, USERS, (None, &[])).await;
    let without = line(app, &mut app.browser(), "openid").await;
    let token = v1_auth::text(&without, "access_token");
    seen.note("insufficient_scope", USERS, &app.get_as(USERS.1, &token).await);

    alter_client(app, "web", |client| client.scopes.push("gridkey:manage".into())).await;
    let with = line(app, &mut app.browser(), "openid gridkey:manage").await;
    let token = v1_auth::text(&with, "access_token");
    let me = app.get_as("/v1/me", &token).await.expect(200).text("id");
    let path = format!("/v1/users/{me}");
    let own = app.http().patch(app.url(&path)).bearer_auth(&token).json(&json!({ "status": "suspended" }));
    seen.note("own_account", ("PATCH", &path), &Reply::of(own.send().await.unwrap()).await);
}

/// A body that ends before its length.
async fn broken_body(app: &TestApp, root: &Manager<'_>) -> Reply {
    let address = app.base.strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /v1/roles HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{{",
        root.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, headers: Default::default(), body: body.to_owned() }
}

/// The protocol's own codes.
pub async fn speaking_oauth(app: &TestApp, seen: &mut Seen) {
    let token = ("POST", "/oauth2/token");
    let worker = app.worker();
    let grant = |kind: &'static str| ("grant_type", kind);
    for (code, client, form) in [
        ("invalid_request", &worker, vec![]),
        ("unsupported_grant_type", &worker, vec![grant("password")]),
        ("unauthorized_client", &app.web(), vec![grant("client_credentials")]),
        ("invalid_grant", &app.web(), vec![grant("refresh_token"), ("refresh_token", "gkrt_junk")]),
        ("invalid_scope", &worker, vec![grant("client_credentials"), ("scope", "everything")]),
        ("invalid_target", &worker, vec![grant("client_credentials"), ("resource", "urn:nothing")]),
        ("invalid_client", &"Basic d2ViOng=".to_owned(), vec![grant("client_credentials")]),
    ] {
        seen.note(code, token, &app.token(Some(client), &form).await);
    }
    app.allow_devices().await;
    let device = app.begin_device("openid").await;
    seen.note("authorization_pending", token, &app.poll(&device.code).await);
    seen.note("slow_down", token, &app.poll(&device.code).await);
    app.browser().answer_device(&device, ADA, "deny").await;
    seen.note("access_denied", token, &app.poll(&device.code).await);
    execute(&app.database_url, "UPDATE device_authorizations SET expires_at = created_at");
    seen.note("expired_token", token, &app.poll(&device.code).await);
    let userinfo = ("GET", "/oauth2/userinfo");
    seen.note("invalid_token", userinfo, &app.get_as(userinfo.1, "junk").await);
    seen.note("insufficient_scope", userinfo, &app.get_as(userinfo.1, &without_openid(app).await).await);
}

/// An access token for somebody who did not ask to be told who it is.
async fn without_openid(app: &TestApp) -> String {
    let url = app.browser().walk(&authorize_web("profile", &[]), ADA, PASSWORD).await;
    app.redeem(&query_of(&url)["code"]).await.expect(200).text("access_token")
}

/// The codes of the first-party flow.
pub async fn signing_in(app: &TestApp, seen: &mut Seen) {
    let me = ("GET", "/v1/auth/me");
    seen.note("AUTH_TOKEN_MISSING", me, &app.get(me.1).await);
    seen.note("AUTH_TOKEN_INVALID", me, &app.get_as(me.1, "junk").await);
    seen.note("AUTH_INSUFFICIENT_SCOPE", me, &app.get_as(me.1, &without_openid(app).await).await);
    let post = async |seen: &mut Seen, code: &str, what: &str, body: Value| {
        let path = format!("/v1/auth/{what}");
        seen.note(code, ("POST", &path), &v1_auth::call(app, what, &body).await);
    };
    post(seen, "VALIDATION_ERROR", "identify", json!({})).await;
    let (acme, ada) = app.person("acme", ADA).await;
    let elsewhere = |key: &mut ApiKey| key.allowed_addresses = AddressList::parse(["203.0.113.1"]).unwrap();
    let key = app.key_of(acme, KeyOwner::User(ada), elsewhere).await;
    let session = ("POST", "/v1/auth/session");
    let request = app.http().post(app.url(session.1)).bearer_auth(&key.secret);
    seen.note("AUTHZ_PERMISSION_DENIED", session, &Reply::of(request.send().await.unwrap()).await);
    let junk = json!({ "code": "gkac_junk", "code_verifier": VERIFIER });
    post(seen, "AUTH_FLOW_INVALID", "token", junk).await;
    let tokens = v1_auth::tokens(app, &mut app.browser()).await;
    let refresh = json!({ "refresh_token": tokens["refresh_token"] });
    // Twice further on, the first is a replay, and ends the line.
    let second = v1_auth::data(&v1_auth::call(app, "refresh", &refresh).await);
    let next = json!({ "refresh_token": second["refresh_token"] });
    v1_auth::data(&v1_auth::call(app, "refresh", &next).await);
    post(seen, "SESSION_EXPIRED", "refresh", refresh).await;
}

/// What a server says that is asked too much: another one, with next to nothing.
pub async fn overloaded(app: &TestApp, seen: &mut Seen) {
    let (leaks, report) = (("POST", "/v1/leak-reports"), json!({ "keys": [{ "key": "x" }] }));
    let mut reply = None;
    for _ in 0..70 {
        let sent = app.http().post(app.url(leaks.1)).json(&report).send().await.unwrap();
        reply = Some(Reply::of(sent).await).filter(|reply| reply.status == 429);
        if reply.is_some() {
            break;
        }
    }
    seen.note("too_many_reports", leaks, &reply.expect("an end to it"));
    let settings =
        [("sign_in.attempts_per_source", "1"), ("database.connections", "1"), ("database.wait", "200ms")];
    let small = TestApp::start_with(app.engine, &settings).await;
    let identify = ("POST", "/v1/auth/identify");
    let email = json!({ "email": ADA });
    v1_auth::data(&v1_auth::call(&small, "identify", &email).await);
    seen.note("RATE_LIMITED", identify, &v1_auth::call(&small, "identify", &email).await);
    let root = small.manager("acme", Some("super_admin")).await;
    root.get("/v1/users").await.expect(200);
    // Its only connection is kept busy.
    let (release, wait) = mpsc::channel::<()>();
    let (began, begun) = tokio::sync::oneshot::channel();
    let (wait, began) = (std::sync::Mutex::new(wait), std::sync::Mutex::new(Some(began)));
    let db = small.app.db.clone();
    let busy = tokio::spawn(async move {
        db.read(move |_| {
            if let Some(began) = began.lock().unwrap().take() {
                began.send(()).unwrap();
            }
            wait.lock().unwrap().recv().unwrap();
            Ok::<_, DbError>(())
        })
        .await
    });
    begun.await.unwrap();
    let refused = root.get("/v1/users").await;
    release.send(()).unwrap();
    busy.await.unwrap().unwrap();
    seen.note("temporarily_unavailable", USERS, &refused);
    assert_eq!(code_of(&refused), "temporarily_unavailable");
}

/// What has a time; last, because it moves the clock.
pub async fn too_late(app: &TestApp, root: &Manager<'_>, seen: &mut Seen) {
    let tokens = v1_auth::tokens(app, &mut app.browser()).await;
    app.pass(Duration::from_secs(2 * 60 * 60));
    seen.note("token_expired", USERS, &app.get_as(USERS.1, &root.token).await);
    let me = ("GET", "/v1/auth/me");
    let token = v1_auth::text(&tokens, "access_token");
    seen.note("AUTH_TOKEN_EXPIRED", me, &app.get_as(me.1, &token).await);
}
