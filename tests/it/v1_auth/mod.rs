//! `/v1/auth/*`: the first-party flow.

mod documented;
mod errors;
mod flow;
mod session;

use serde_json::{Value, json};

use crate::support::{Browser, CHALLENGE, PASSWORD, Reply, TestApp, VERIFIER, query_of};

pub const ADA: &str = "ada@acme.example";
/// The application that the tests sign in to.
const PORTAL: &str = "https://portal.example.com/cb";

/// The members of an object.
fn members(value: &Value) -> Vec<&str> {
    value.as_object().unwrap_or_else(|| panic!("no object: {value}")).keys().map(String::as_str).collect()
}

/// The `data` of a success, whose envelope has the documented members and no others.
#[track_caller]
pub fn data(reply: &Reply) -> Value {
    assert_eq!(reply.status, 200, "{}", reply.body);
    let body = reply.json();
    assert_eq!(members(&body), ["data", "meta", "status"], "{body}");
    assert_eq!((body["status"].as_str(), reply.header("cache-control")), (Some("ok"), "no-store"));
    holds_the_request_id(reply, &body);
    body["data"].clone()
}

/// The `error` of a refusal, whose envelope has the documented members and no others.
#[track_caller]
fn error(reply: &Reply, status: u16, code: &str) -> Value {
    assert_eq!(reply.status, status, "{}", reply.body);
    let body = reply.json();
    assert_eq!(members(&body), ["error", "meta", "status"], "{body}");
    assert_eq!(
        (body["status"].as_str(), reply.header("cache-control")),
        (Some("error"), "no-store"),
        "{body}"
    );
    holds_the_request_id(reply, &body);
    let error = body["error"].clone();
    assert_eq!(error["code"], code, "{body}");
    let mut expected = vec!["code", "details", "message", "retry_after"];
    expected.retain(|name| match *name {
        "details" => code == "VALIDATION_ERROR",
        "retry_after" => ["RATE_LIMITED", "SERVICE_UNAVAILABLE"].contains(&code),
        _ => true,
    });
    assert_eq!(members(&error), expected, "{body}");
    assert!(error["message"].as_str().unwrap().len() > 20, "{body}");
    assert_eq!(
        reply.header("www-authenticate").starts_with("Bearer realm="),
        status == 401 || status == 403,
        "{reply:?}"
    );
    error
}

#[track_caller]
fn holds_the_request_id(reply: &Reply, body: &Value) {
    assert_eq!(members(&body["meta"]), ["request_id"], "{body}");
    assert_eq!(body["meta"]["request_id"], reply.header("x-request-id"), "{body}");
    assert_eq!(reply.header("content-type"), "application/json");
}

/// The fields that a `VALIDATION_ERROR` names.
#[track_caller]
fn refused_fields(reply: &Reply) -> Vec<String> {
    let error = error(reply, 422, "VALIDATION_ERROR");
    let details = error["details"].as_array().unwrap();
    for detail in details {
        assert_eq!(members(detail), ["field", "message"]);
    }
    details.iter().map(|detail| detail["field"].as_str().unwrap().to_owned()).collect()
}

pub async fn call(app: &TestApp, what: &str, body: &Value) -> Reply {
    app.post_json(&format!("/v1/auth/{what}"), None, body).await
}

/// The body that begins a flow.
fn beginning() -> Value {
    json!({
        "email": ADA, "tenant_id": "acme", "redirect_uri": PORTAL, "state": "st &=1", "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    })
}

/// Begins a flow: `authorize_url` and `flow_id`.
async fn begin(app: &TestApp) -> (String, String) {
    let begun = data(&call(app, "authorize", &beginning()).await);
    assert_eq!(members(&begun), ["authorize_url", "flow_id"]);
    let text = |name: &str| begun[name].as_str().unwrap().to_owned();
    (text("authorize_url"), text("flow_id"))
}

/// Where the browser is sent after a sign-in that began at `authorize_url`: the callback, not visited yet.
async fn to_callback(browser: &mut Browser, authorize_url: &str, email: &str, password: &str) -> String {
    let mut page = browser.get(authorize_url).await;
    for _ in 0..12 {
        if page.reply.status == 303 {
            let location = page.reply.header("location").to_owned();
            if location.contains("/v1/auth/callback?") {
                return location;
            }
            page = browser.get(&location).await;
            continue;
        }
        page = match page.path().as_str() {
            "/login/identify" => browser.submit(&page, &[("email", email)]).await,
            "/login/password" => browser.submit(&page, &[("password", password)]).await,
            other => panic!("{other}: {}", page.reply.body),
        };
    }
    panic!("the sign-in goes round in circles: {}", page.at);
}

/// Signs Ada in as far as the code that the application gets.
async fn code(app: &TestApp, browser: &mut Browser) -> String {
    let (url, _) = begin(app).await;
    let back = to_callback(browser, &url, ADA, PASSWORD).await;
    let sent = browser.get(&back).await;
    assert_eq!(sent.reply.status, 303, "{}", sent.reply.body);
    let query = query_of(sent.reply.header("location"));
    query.get("code").unwrap_or_else(|| panic!("no code: {query:?}")).clone()
}

/// The tokens of Ada.
pub async fn tokens(app: &TestApp, browser: &mut Browser) -> Value {
    let code = code(app, browser).await;
    data(&call(app, "token", &json!({ "code": code, "code_verifier": VERIFIER })).await)
}

pub fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}")).to_owned()
}

async fn me(app: &TestApp, token: &str) -> Reply {
    app.get_as("/v1/auth/me", token).await
}

async fn logout(app: &TestApp, token: &str) -> Reply {
    let request = app.http().post(app.url("/v1/auth/logout")).bearer_auth(token);
    Reply::of(request.send().await.unwrap()).await
}
