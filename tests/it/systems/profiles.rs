//! Profiles as files: one that nobody wrote Rust for, single values over another, and what is wrong with them.

use std::path::PathBuf;

use serde_json::json;

use super::{Program, choose, new_key};
use crate::support::TestApp;
use crate::{on_both, on_both_with};

/// A made-up system. Everything about it stands here.
const FIFTH: &str = r#"
about = "A system that does not exist."
from = "native"

[keys]
prefix = "zz-"
random_characters = 50
lifetime_days = 7

[credentials]
headers = ["bearer"]

[limits]
key = 5

[limits.headers]
limit = "x-zz-limit"
remaining = "x-zz-left"
reset = "x-zz-reset"
structured = false

[session]
token_lifetime = 600
answer = '{"ticket": "$token", "good_for": "$expires_in"}'

[errors]
content_type = "application/vnd.zz+json"
everywhere = true
body = '{"fault": {"name": "$code", "text": "$message"}, "trace": "$request_id"}'

[errors.codes]
invalid_key = "BAD_KEY"

[errors.texts]
invalid_key = "Who are you?"

[doors.exchange]
at = "POST /zz/tickets"
to = "POST /v1/auth/session"
open = true

[doors.people]
at = "GET /zz/people/{id}"
to = "GET /v1/users/{id}"
answer = '{"person": {"mail": "$body.email", "is": "$path.id"}}'

[doors.crew]
at = "GET /zz/people"
to = "GET /v1/users"
query = { size = "limit", after = "cursor" }
answer = '{"people": {"$of": "$body.items", "each": "$item.email"}, "more": "$next"}'

[doors.new_crew]
at = "POST /zz/crews"
to = "POST /v1/teams"
request = '{"slug": "$body.name", "display_name": {"$of": "$body.title", "default": "$body.name"}}'
answer = '{"crew": "$body.slug", "asked": "$sent.name"}'
"#;

/// The same with two other values.
const SIXTH: &str = r#"
from = "zz"
[errors.texts]
invalid_key = "No."
[keys]
prefix = "yy_"
"#;

/// A folder with these files, for as long as the process lives.
fn folder(files: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap().keep();
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    folder.display().to_string()
}

fn fifth() -> [(&'static str, &'static str); 2] {
    let place: &'static str =
        Box::leak(folder(&[("zz.toml", FIFTH), ("yy.toml", SIXTH), ("README.md", "x")]).into());
    [("profiles.folder", place), ("profiles.hosts", "zz.test=acme")]
}

on_both_with!(fifth(), a_system_that_nobody_wrote_rust_for_works_from_its_file, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let id = root.get("/v1/me").await.expect(200).json()["tenant"]["id"].as_str().unwrap().to_owned();
    let body = json!({ "settings": { "profile": "zz" } });
    root.patch(&format!("/v1/tenants/{id}"), &body).await.expect(200);
    let made = root.post("/v1/api-keys", &json!({ "name": "CI", "level": "admin" })).await.expect(201).json();
    let key = made["key"].as_str().unwrap();
    assert!(key.starts_with("zz-") && key.len() == 3 + 50 + 6, "{made}");
    assert_eq!(made["prefix"], "zz-");
    let week = gridkey::clock::Timestamp::parse_rfc3339(made["expires_at"].as_str().unwrap()).unwrap();
    assert_eq!(week.since(app.now()).as_secs(), 7 * 24 * 3_600);
    let zz = Program::at(&app, "zz.test");
    // Its words, known or not.
    let junk = format!("zz-{}", "a".repeat(56));
    let refused =
        zz.with(&[("x-request-id", "req_0123456789")]).get("/v1/users", Some(&junk)).await.expect(401);
    assert_eq!(
        refused.body,
        r#"{"fault":{"name":"BAD_KEY","text":"Who are you?"},"trace":"req_0123456789"}"#
    );
    assert_eq!(refused.header("content-type"), "application/vnd.zz+json");
    assert!(zz.get("/nothing", None).await.expect(404).body.starts_with(r#"{"fault":{"name":"not_found""#));
    assert!(zz.poke("/v1/auth/session", None).await.expect(401).body.starts_with(r#"{"fault":"#));
    // Its addresses, at its host, under its path, and by the form of its key anywhere.
    let ticket = zz.poke("/zz/tickets", Some(key)).await.expect(200).json();
    assert_eq!((ticket["good_for"].as_u64(), ticket.as_object().unwrap().len()), (Some(600), 2));
    let one = zz.get("/zz/people?size=1", Some(key)).await.expect(200);
    // The ticket was a request too.
    assert_eq!((one.header("x-zz-limit"), one.header("x-zz-left")), ("5", "3"));
    let more = one.json()["more"].as_str().unwrap().to_owned();
    assert!(more.starts_with("/zz/people?size=1&after="), "{more}");
    let two = Program::at(&app, "").get(&more, Some(key)).await.expect(200).json();
    assert_ne!(two["people"], one.json()["people"]);
    let (_, ada) = app.person("acme", "ada@acme.example").await;
    let path = format!("/t/acme/zz/people/{ada}");
    let found = Program::at(&app, "").get(&path, Some(key)).await.expect(200);
    assert_eq!(found.body, format!(r#"{{"person":{{"mail":"ada@acme.example","is":"{ada}"}}}}"#));
    let made = zz.post("/zz/crews", Some(key), json!({ "name": "red", "color": 1 })).await.expect(201);
    assert_eq!(made.body, r#"{"crew":"red","asked":"red"}"#);
    let over = zz.get("/zz/people", Some(key)).await.expect(429);
    assert!(
        over.body.contains(r#""name":"rate_limited""#) && over.header("x-zz-left") == "0",
        "{}",
        over.body
    );
    // And nowhere else.
    app.get("/zz/people").await.expect_problem(404, "not_found");
});

on_both_with!(fifth(), one_profile_changes_single_values_of_another, |app| {
    choose(&app, "acme", "yy").await;
    let root = app.manager("acme", Some("super_admin")).await;
    let key = new_key(&root, "admin").await;
    assert!(key.starts_with("yy_"), "{key}");
    let refused = Program::at(&app, "zz.test").get("/zz/people", Some("yy_junk")).await.expect(401).json();
    assert_eq!(refused["fault"], json!({ "name": "BAD_KEY", "text": "No." }));
    Program::at(&app, "zz.test").get("/zz/people", Some(&key)).await.expect(200);
    // An address that both have is for both, and our own words are there for whoever asks for them.
    let ticket = Program::at(&app, "").poke("/zz/tickets", Some(&key)).await.expect(200).json();
    assert_eq!(ticket["good_for"], 600);
    let ours = [("accept", "application/problem+json")];
    Program::at(&app, "zz.test").with(&ours).get("/v1/nothing", None).await.expect_problem(404, "not_found");
    Program::at(&app, "").with(&ours).get("/zz/people", Some(&key)).await.expect_problem(404, "not_found");
});

on_both!(an_organisation_chooses_among_what_there_is, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let id = root.get("/v1/me").await.expect(200).json()["tenant"]["id"].as_str().unwrap().to_owned();
    let place = format!("/v1/tenants/{id}");
    let choose = async |settings| root.patch(&place, &json!({ "settings": settings })).await;
    let refused = choose(json!({ "profile": "polargird" })).await.expect_problem(422, "invalid_settings");
    assert!(refused.text("detail").contains("did you mean polargrid?"), "{}", refused.body);
    choose(json!({ "profile": "NOT A NAME" })).await.expect_problem(422, "invalid_settings");
    let levels = json!({ "profile": "polargrid", "api_keys": { "level_generation": "modles" } });
    let refused = choose(levels).await.expect_problem(422, "invalid_settings");
    assert!(refused.text("detail").contains("models, rooms"), "{}", refused.body);
    choose(json!({ "profile": "polargrid", "api_keys": { "level_generation": "models" } })).await.expect(200);
});

on_both!(a_profile_that_is_gone_fails_clearly_and_can_be_replaced, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let key = new_key(&root, "admin").await;
    choose(&app, "acme", "gone").await;
    let refused = app.get_as("/v1/me", &key).await.expect_problem(503, "unknown_profile");
    assert!(refused.text("detail").contains("there is no profile \"gone\""), "{}", refused.body);
    root.post("/v1/api-keys", &json!({ "name": "x" })).await.expect_problem(503, "unknown_profile");
    let verdict = app.manager("globex", Some("tenant_admin")).await;
    let verdict = verdict.post("/v1/verify", &json!({ "credential": key })).await.expect(200).json();
    assert_eq!((&verdict["active"], &verdict["reason"]), (&json!(false), &json!("unknown_profile")));
    app.post_json("/v1/auth/session", Some(&key), &json!({})).await.expect(401);
    let id = root.get("/v1/me").await.expect(200).json()["tenant"]["id"].as_str().unwrap().to_owned();
    root.patch(&format!("/v1/tenants/{id}"), &json!({ "settings": { "profile": "native" } }))
        .await
        .expect(200);
    app.get_as("/v1/me", &key).await.expect(200);
});

on_both!(a_server_does_not_start_with_profiles_that_are_wrong, |app| {
    let wrong = folder(&[
        ("bad.toml", "from = \"native\"\n[keys]\nprefix = \"NO\"\nprefxi = 1\n"),
        ("lost.toml", "from = \"polargird\""),
    ]);
    let why = app.start_again(&[("profiles.folder", &wrong)]).await.unwrap_err();
    let file = |name: &str| PathBuf::from(&wrong).join(name).display().to_string();
    for part in [
        "the profiles have 3 errors:".to_owned(),
        format!("keys.prefix (from {}): expected 1 to 16", file("bad.toml")),
        format!("keys.prefxi (from {}): no such setting; did you mean keys.prefix?", file("bad.toml")),
        format!(
            "from (from {}): there is no profile \"polargird\"; did you mean polargrid?",
            file("lost.toml")
        ),
    ] {
        assert!(why.contains(&part), "{part}\n{why}");
    }
    let why = app.start_again(&[("profiles.folder", "/no/such/folder")]).await.unwrap_err();
    assert!(why.contains("/no/such/folder: the folder of profiles cannot be read"), "{why}");
    started(&app).await;
});

async fn started(app: &TestApp) {
    let good = folder(&[("zz.toml", FIFTH)]);
    app.start_again(&[("profiles.folder", &good)]).await.unwrap();
}
