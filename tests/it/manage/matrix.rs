//! Every route of the management API, as every role, from inside and from outside of the organisation. What each route
//! asks for is read from its description, so that a route without one fails here, and so does a description that lies.

use std::collections::BTreeMap;

use gridkey::clock::Clock;
use gridkey::openapi;
use gridkey::random::Random;
use gridkey::roles::{BuiltInRole, Permissions};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::on_both;
use crate::support::manager::Manager;
use crate::support::{Reply, TestApp};

/// The only calls that need nothing but a token.
const FOR_EVERYBODY: &[&str] = &["/v1/me", "/v1/me/dismissed-notices", "/v1/me/dismissed-notices/{notice}"];
/// The only calls that need not even that.
const WITHOUT_TOKEN: &[&str] = &["/v1/leak-reports", "/v1/edge-locations/nearest"];

struct Call {
    method: Method,
    path: String,
    /// What it needs one of; nothing when everybody may.
    permissions: Vec<String>,
}

impl Call {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// A body that is read, and changes nothing.
    fn body(&self) -> Option<Value> {
        match self.method.as_str() {
            "PATCH" => Some(json!({})),
            "POST" if self.path == "/v1/users/bulk" => {
                Some(json!({ "action": "suspend", "ids": [Uuid::from_u128(1)], "preview": true }))
            }
            "POST" | "PUT" => Some(json!({ "no_such_member": 1 })),
            _ => None,
        }
    }

    /// The path with identifiers in it. A list of kinds is asked for one kind, because each has its own permission.
    fn at(&self, id: &str) -> String {
        let parts = self.path.split('/').map(|part| match part {
            "{kind}" => "user",
            "{id}" => id,
            variable if variable.starts_with('{') => "00000000-0000-7000-8000-000000000001",
            fixed => fixed,
        });
        let path = parts.collect::<Vec<_>>().join("/");
        if self.path == "/v1/recycle-bin" { format!("{path}?kind=user") } else { path }
    }

    async fn send(&self, manager: &Manager<'_>, path: &str) -> Reply {
        // Nothing has this version, so that what could be deleted is not.
        let headers = [("if-match", "\"1\"")];
        manager.call_with(self.method.clone(), path, self.body().as_ref(), &headers).await
    }
}

/// The permissions of "needs `a` or `b`".
fn needed(refusal: &str) -> Vec<String> {
    let mut rest = refusal.split_once("needs `").map(|(_, rest)| rest);
    let mut found = Vec::new();
    while let Some((permission, behind)) = rest.and_then(|rest| rest.split_once('`')) {
        found.push(permission.to_owned());
        rest = behind.strip_prefix(" or `");
    }
    found
}

fn calls() -> Vec<Call> {
    let document: Value = serde_json::from_str(&openapi::to_json()).unwrap();
    let mut calls = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        if !path.starts_with("/v1/")
            || path.starts_with("/v1/auth/")
            || WITHOUT_TOKEN.contains(&path.as_str())
            // The stream of what ends has no end itself.
            || path == "/v1/events/revocations"
        {
            continue;
        }
        for (method, operation) in item.as_object().unwrap() {
            let refusal = operation["responses"]["403"]["description"].as_str().unwrap_or_default();
            let permissions = needed(refusal);
            let free = FOR_EVERYBODY.contains(&path.as_str());
            assert_eq!(
                permissions.is_empty(),
                free,
                "{method} {path} does not say which permission it needs"
            );
            let method = method.to_uppercase().parse().unwrap();
            calls.push(Call { method, path: path.clone(), permissions });
        }
    }
    assert!(calls.len() > 60, "only {} calls", calls.len());
    calls
}

/// An identifier that nothing has.
fn nobody() -> String {
    Random::default().uuid(Clock::System.now()).to_string()
}

on_both!(each_role_may_do_what_its_permissions_say_and_nothing_else, |app| {
    let acme = own_tenant(&app).await;
    let mut problems = Vec::new();
    let roles = BuiltInRole::ALL.iter().map(|role| Some(*role)).chain([None]);
    for role in roles {
        let manager = app.manager("acme", role.map(BuiltInRole::as_str)).await;
        let held: Permissions = role
            .map(BuiltInRole::permissions)
            .unwrap_or_default()
            .iter()
            .map(|one| one.parse().unwrap())
            .collect();
        for call in calls() {
            let id = if call.path.starts_with("/v1/tenants/") { acme.clone() } else { nobody() };
            let status = call.send(&manager, &call.at(&id)).await.status;
            let may =
                call.permissions.is_empty() || call.permissions.iter().any(|wanted| held.allows(wanted));
            // The organisation itself may be seen and changed by its own and by those above it.
            let above = call.path.starts_with("/v1/tenants/")
                && call.permissions.iter().any(|wanted| held.allows(&wanted.replace("tenant:", "tenants:")));
            let fits =
                if may || above { ![401, 403].contains(&status) && status < 500 } else { status == 403 };
            if !fits {
                let role = role.map_or("nobody", BuiltInRole::as_str);
                problems.push(format!("{} as {role}: {status}, may: {may}", call.name()));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
});

on_both!(what_another_organisation_has_is_not_there, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let things = things(&app, &root).await;
    let stranger = app.manager("globex", Some("tenant_admin")).await;
    let mut problems = Vec::new();
    for call in calls().iter().filter(|call| call.path.contains("{id}")) {
        let kind = call.path.split('/').nth(2).unwrap();
        let id = things.get(kind).unwrap_or_else(|| panic!("make a {kind} in this test"));
        let (real, none) =
            (call.send(&stranger, &call.at(id)).await, call.send(&stranger, &call.at(&nobody())).await);
        let said = |reply: &Reply| (reply.status, reply.text("code"), reply.text("detail"));
        if said(&real) != said(&none) || real.status < 400 || [409, 412].contains(&real.status) {
            problems.push(format!("{}: {:?}, and {:?} for nothing", call.name(), said(&real), said(&none)));
        }
        // Whoever may enter finds it.
        if call.method == Method::GET {
            let entered = call.send(&root, &call.at(id)).await;
            if entered.status != 200
                && !call.path.contains("{credential}")
                && !call.path.contains("{delivery}")
            {
                problems.push(format!("{} as its own: {}", call.name(), entered.status));
            }
        }
    }
    // Verdicts are about the asker's own organisation, and no parameter changes which that is.
    let own = ["/v1/verify", "/v1/verify/batch", "/v1/events/revocations"];
    for call in calls().iter().filter(|call| !own.contains(&call.path.as_str())) {
        let path = call.at(&nobody());
        let separator = if path.contains('?') { '&' } else { '?' };
        let reply = call.send(&stranger, &format!("{path}{separator}tenant=acme")).await;
        if reply.status != 404 {
            problems.push(format!("{} in acme: {}", call.name(), reply.status));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
});

on_both!(nobody_gets_in_without_a_token_that_stands, |app| {
    let suspended = app.manager("acme", Some("super_admin")).await;
    let root = app.manager("acme", Some("super_admin")).await;
    let account = format!("/v1/service-accounts/{}", suspended.id);
    root.patch(&account, &json!({ "status": "disabled" })).await.expect(200);
    for call in calls() {
        let path = call.at(&nobody());
        let anonymous = app.http().request(call.method.clone(), app.url(&path)).send().await.unwrap();
        Reply::of(anonymous).await.expect_problem(401, "unauthenticated");
        call.send(&suspended, &path).await.expect_problem(401, "invalid_token");
    }
});

on_both!(
    /// Checklist 85.
    a_body_that_is_too_large_is_413_for_whoever_may_send_one,
    |app| {
        let root = app.manager("acme", Some("super_admin")).await;
        let things = things(&app, &root).await;
        let limit = app.app.body_limit();
        for call in calls().iter().filter(|call| call.body().is_some()) {
            let kind = call.path.split('/').nth(2).unwrap();
            let at = call.at(things.get(kind).map_or("", String::as_str));
            // What only brings something back reads no body, and neither does what sends a link again.
            if ["/restore", "/resend", "/test", "/password-reset", "/disable", "/enable"].iter().any(|end| at.ends_with(end)) {
                continue;
            }
            // A list of ten thousand identifiers has a bound of its own.
            let bound = if at.ends_with("/bulk") || at.starts_with("/v1/configuration") { 1024 * 1024 } else { limit };
            let large = "x".repeat(bound + 1);
            let request = app.http().request(call.method.clone(), app.url(&at)).bearer_auth(&root.token);
            let request = request.header("content-type", "application/json").body(large);
            let reply = Reply::of(request.send().await.unwrap()).await;
            assert_eq!((reply.status, reply.text("code")), (413, "body_too_large".into()), "{}: {}", call.name(), reply.body);
        }
    }
);

async fn own_tenant(app: &TestApp) -> String {
    let root = app.manager("acme", Some("super_admin")).await;
    root.get("/v1/me").await.expect(200).json()["tenant"]["id"].as_str().unwrap().to_owned()
}

/// One of each kind in acme, by the first word of its path.
async fn things(app: &TestApp, root: &Manager<'_>) -> BTreeMap<&'static str, String> {
    let mut things = BTreeMap::from([("tenants", own_tenant(app).await)]);
    for (kind, body) in [
        ("users", json!({ "email": "matrix@acme.example", "display_name": "Matrix" })),
        ("teams", json!({ "slug": "matrix", "display_name": "Matrix" })),
        ("roles", json!({ "slug": "matrix", "display_name": "Matrix", "permissions": ["users:read"] })),
        ("service-accounts", json!({ "slug": "matrix", "display_name": "Matrix" })),
        ("applications", json!({ "kind": "machine", "display_name": "Matrix" })),
        (
            "resource-servers",
            json!({ "audience": "urn:matrix", "display_name": "Matrix", "permissions": ["reports:read"] }),
        ),
        ("api-keys", json!({ "name": "Matrix" })),
        ("signing-keys", json!({ "name": "Matrix", "public_key": crate::support::signing::PUBLIC_KEY })),
        ("webhooks", json!({ "url": "https://127.0.0.1:9/", "events": ["*"] })),
        ("invitations", json!({ "email": "invited@acme.example", "display_name": "Invited" })),
    ] {
        let made = root.post(&format!("/v1/{kind}"), &body).await.expect(201);
        things.insert(kind, made.text("id"));
    }
    let gone = root
        .post("/v1/users", &json!({ "email": "gone@acme.example", "display_name": "Gone" }))
        .await
        .expect(201);
    root.delete(&format!("/v1/users/{}", gone.text("id"))).await.expect(204);
    things.insert("recycle-bin", gone.text("id"));
    let events = root.get("/v1/audit-log").await.expect(200).json();
    things.insert("audit-log", events["items"][0]["id"].as_str().unwrap().to_owned());
    let mut browser = app.browser();
    browser.code_for_web("openid", "ada@acme.example", crate::support::PASSWORD).await;
    let sessions = root.get("/v1/sessions").await.expect(200).json();
    things.insert("sessions", sessions["items"][0]["id"].as_str().unwrap().to_owned());
    things
}
