//! Partners: organisations that share one limit, and are named in tokens and in the audit log.

use serde_json::{Value, json};

use super::{Program, choose, settle};
use crate::on_both_with;
use crate::support::manager::Manager;
use crate::support::tokens::ADA;
use crate::support::{PASSWORD, TestApp, authorize_web, jwt_claims, query_of};

const SETTINGS: [(&str, &str); 1] = [("limits.partners", "north=3, small=1")];

async fn at(app: &TestApp, slug: &'static str, partner: &'static str) {
    choose(app, slug, "scaigrid").await;
    settle(app, slug, move |settings| settings.partner = Some(partner.parse().unwrap())).await;
}

async fn key(manager: &Manager<'_>, name: &str) -> String {
    let made =
        manager.post("/v1/api-keys", &json!({ "name": name, "level": "admin" })).await.expect(201).json();
    made["key"].as_str().or_else(|| made["data"]["key"].as_str()).unwrap().to_owned()
}

on_both_with!(SETTINGS, organisations_of_one_partner_share_its_limit_and_all_limits_must_pass, |app| {
    at(&app, "acme", "north").await;
    at(&app, "globex", "north").await;
    let acme = key(&app.manager("acme", Some("tenant_admin")).await, "a").await;
    let globex = key(&app.manager("globex", Some("tenant_admin")).await, "b").await;
    let program = Program::at(&app, "");
    for (key, left) in [(&acme, "2"), (&globex, "1"), (&acme, "0")] {
        let good = program.get("/v1/me", Some(key)).await.expect(200);
        assert_eq!(
            [good.header("x-scaigrid-ratelimit-limit"), good.header("x-scaigrid-ratelimit-remaining")],
            ["3", left],
            "the tightest of four"
        );
    }
    for key in [&acme, &globex] {
        let over = program.get("/v1/me", Some(key)).await.expect(429);
        assert_eq!(over.json()["error"]["code"], "RATE_LIMITED");
        assert_eq!((over.header("x-scaigrid-ratelimit-limit"), over.header("retry-after")), ("3", "20"));
    }
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let verdict = edge.post("/v1/verify", &json!({ "credential": globex })).await.expect(200).json();
    assert_eq!(
        (&verdict["active"], verdict.get("limits")),
        (&json!(false), None),
        "no key of this organisation"
    );
    let said = edge.post("/v1/verify", &json!({ "credential": acme })).await.expect(200).json();
    assert_eq!((&said["reason"], &said["limits"]["policy"]), (&json!("rate_limited"), &json!("partner")));
    // None was charged for a request that was refused: who leaves the partner has all but two of its own.
    settle(&app, "acme", |settings| settings.partner = None).await;
    let good = program.get("/v1/me", Some(&acme)).await.expect(200);
    assert_eq!(good.header("x-scaigrid-ratelimit-remaining"), "57");
    app.pass(std::time::Duration::from_secs(20));
    program.get("/v1/me", Some(&globex)).await.expect(200);
});

on_both_with!(SETTINGS, a_partner_has_the_limit_of_the_profile_or_one_of_its_own, |app| {
    let scaigrid = app.app.profiles.find(&"scaigrid".parse().unwrap()).unwrap();
    assert_eq!(scaigrid.rates.partner, Some(5_000));
    at(&app, "acme", "south").await;
    let acme = key(&app.manager("acme", Some("tenant_admin")).await, "a").await;
    let good = Program::at(&app, "").get("/v1/me", Some(&acme)).await.expect(200);
    assert_eq!(good.header("x-scaigrid-ratelimit-limit"), "60", "5000 is not the tightest");
    at(&app, "acme", "small").await;
    Program::at(&app, "").get("/v1/me", Some(&acme)).await.expect(200);
    let over = Program::at(&app, "").get("/v1/me", Some(&acme)).await.expect(429);
    assert_eq!(over.header("x-scaigrid-ratelimit-limit"), "1");
    // A profile without limits has none for partners either, and the configuration's holds all the same.
    choose(&app, "acme", "native").await;
    settle(&app, "acme", |settings| settings.partner = Some("south".parse().unwrap())).await;
    let free = Program::at(&app, "").get("/v1/me", Some(&acme)).await.expect(200);
    assert_eq!(free.header("ratelimit-limit"), "");
});

on_both_with!(SETTINGS, only_the_servers_operators_say_whose_partner_somebody_is, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let root = app.manager("acme", Some("super_admin")).await;
    let id = root.get("/v1/me").await.expect(200).json()["tenant"]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/tenants/{id}");
    let say = |partner: Value| json!({ "settings": { "partner": partner } });
    let refused = admin.patch(&path, &say(json!("north"))).await.expect_problem(403, "permission_denied");
    assert!(refused.json()["detail"].as_str().unwrap().contains("tenants:update"), "{}", refused.body);
    root.patch(&path, &say(json!("north"))).await.expect(200);
    admin.patch(&path, &say(json!(null))).await.expect_problem(403, "permission_denied");
    admin.patch(&path, &say(json!("north"))).await.expect(200);
    for bad in [json!("NORTH"), json!(""), json!(1), json!("a b")] {
        root.patch(&path, &say(bad)).await.expect_problem(422, "invalid_settings");
    }
    let shown = admin.get(&path).await.expect(200).json();
    assert_eq!(shown["settings"]["partner"], "north");
    root.patch(&path, &say(json!(null))).await.expect(200);
    assert!(admin.get(&path).await.expect(200).json()["settings"].get("partner").is_none());
});

on_both_with!(SETTINGS, tokens_and_the_audit_log_name_the_partner, |app| {
    let before = app.manager("acme", Some("super_admin")).await;
    assert!(jwt_claims(&before.token).get("partner_id").is_none());
    at(&app, "acme", "north").await;
    settle(&app, "acme", |settings| settings.profile = "native".parse().unwrap()).await;
    let root = app.manager("acme", Some("super_admin")).await;
    assert_eq!(jwt_claims(&root.token)["partner_id"], "north");
    let url = app.browser().walk(&authorize_web("openid offline_access", &[]), ADA, PASSWORD).await;
    let person = app.redeem(&query_of(&url)["code"]).await.expect(200).json();
    assert_eq!(jwt_claims(person["access_token"].as_str().unwrap())["partner_id"], "north");
    let renewed = app.refresh(person["refresh_token"].as_str().unwrap()).await.expect(200).json();
    assert_eq!(jwt_claims(renewed["access_token"].as_str().unwrap())["partner_id"], "north");
    let role = json!({ "slug": "desk", "display_name": "Desk", "permissions": [] });
    let made = root.post("/v1/roles", &role).await.expect(201).text("id");
    let log = format!("/v1/audit-log?resource_id={made}");
    let events = root.get(&log).await.expect(200).json();
    assert_eq!(events["items"][0]["partner_id"], "north", "{events}");
    let one = format!("/v1/audit-log/{}", events["items"][0]["id"].as_str().unwrap());
    assert_eq!(root.get(&one).await.expect(200).json()["partner_id"], "north");
    for format in ["csv", "json", "ndjson"] {
        let path = format!("/v1/audit-log/export?format={format}&resource_id={made}");
        assert!(root.get(&path).await.expect(200).body.contains("north"), "{format}");
    }
    choose(&app, "acme", "scaigrid").await;
    let events = root.get(&log).await.expect(200).json();
    assert_eq!(events["data"][0]["partner_id"], "north", "{events}");
    settle(&app, "acme", |settings| settings.partner = None).await;
    let events = root.get(&log).await.expect(200).json();
    assert_eq!(events["data"][0].get("partner_id"), Some(&Value::Null), "{events}");
});
