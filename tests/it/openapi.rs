//! The OpenAPI description says what the route table says.

mod codes;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use flate2::read::GzDecoder;
use gridkey::{openapi, routes};
use serde_json::Value;

use crate::on_both;
use crate::support::{Reply, TestApp};

/// Addresses for programs that need no description of their own: files, and the copy of the metadata that RFC 8414 has
/// clients look for.
const ELSEWHERE: &[&str] = &[
    "/static/{file:.*}",
    "/branding/{tenant}/{file}",
    "/branding/{file}",
    "/branding/{tenant}/{file}",
    "/branding/{file}",
    "/.well-known/oauth-authorization-server",
    // Proxies ask here, each in its own way: docs/reference/edge.md.
    "/v1/forward-auth/nginx",
    "/v1/forward-auth/traefik",
    "/v1/forward-auth/caddy",
    "/v1/forward-auth/envoy/{path:.*}",
];

fn described() -> BTreeMap<(String, String), Value> {
    let document: Value = serde_json::from_str(&openapi::to_json()).unwrap();
    let mut all = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            all.insert((method.to_uppercase(), path.clone()), operation.clone());
        }
    }
    all
}

#[test]
fn every_route_for_programs_is_described_and_nothing_else() {
    let routes: BTreeSet<(String, String)> = routes::table(true)
        .filter(|route| !route.is_page())
        .map(|route| (route.method().as_str().to_owned(), route.paths().swap_remove(0)))
        .filter(|(_, path)| !ELSEWHERE.contains(&path.as_str()))
        .collect();
    let described: BTreeSet<(String, String)> = described().into_keys().collect();
    let missing: Vec<_> = routes.difference(&described).collect();
    let surplus: Vec<_> = described.difference(&routes).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "missing: {missing:?}, surplus: {surplus:?}");
}

#[test]
fn every_operation_is_named_once_and_says_what_can_happen() {
    let mut names = BTreeSet::new();
    for ((method, path), operation) in described() {
        let name = operation["operationId"].as_str().unwrap().to_owned();
        assert!(names.insert(name.clone()), "{name} twice");
        assert!(operation["summary"].as_str().is_some_and(|text| text.len() > 5), "{name} has no summary");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{name}");
        if path.starts_with("/v1/") && !path.starts_with("/v1/auth/") {
            let is_open = operation["security"] == serde_json::json!([{}]);
            assert!(is_open || responses.contains_key("401"), "{name} can be called without a token");
            let can_be_missed = path.contains('{');
            assert!(!can_be_missed || responses.contains_key("404"), "{name}: what if it is not there?");
        }
        let variables = path.matches('{').count();
        let described = operation["parameters"]
            .as_array()
            .map_or(0, |list| list.iter().filter(|one| one["in"] == "path").count());
        assert_eq!(variables, described, "{method} {path}");
    }
}

/// What is served was gathered from the handlers before the build.
#[test]
fn the_description_is_that_of_the_handlers() {
    let new = openapi::to_json();
    let written = include_str!("../../docs/reference/openapi.json");
    if written != new {
        let place = concat!(env!("CARGO_MANIFEST_DIR"), "/target/test-output/openapi.json");
        std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/target/test-output")).unwrap();
        std::fs::write(place, new).unwrap();
        panic!("the handlers say something else now; if that was meant, copy {place} to docs/reference/");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document: Value = serde_json::from_str(&openapi::to_json()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut open = vec![&document];
    let mut seen = 0;
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                    seen += 1;
                    assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
                }
                open.extend(members.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    assert!(seen > 5);
}

/// Compressed, as browsers get it, it is the same.
async fn it_can_be_had_packed(app: &TestApp, path: &str, plain: &Reply) {
    assert_eq!(plain.header("content-encoding"), "");
    let asked = app.http().get(app.url(path)).header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(asked.headers()["content-encoding"], "gzip");
    assert_eq!(asked.headers()["vary"], "accept-encoding");
    assert_eq!(asked.headers()["content-type"], plain.header("content-type"));
    assert_eq!(asked.headers()["x-content-type-options"], "nosniff");
    let packed = asked.bytes().await.unwrap();
    assert!(packed.len() < plain.body.len() / 3, "{path}");
    let mut unpacked = String::new();
    GzDecoder::new(&packed[..]).read_to_string(&mut unpacked).unwrap();
    assert!(unpacked == plain.body, "{path}");
}

on_both!(it_is_served_and_so_is_its_explorer, |app| {
    let served = app.get("/openapi.json").await.expect(200);
    assert_eq!(served.header("content-type"), "application/json");
    assert!(served.body == openapi::to_json(), "see the_description_is_that_of_the_handlers");
    it_can_be_had_packed(&app, "/openapi.json", &served).await;
    let page = app.get("/docs/api").await.expect(200);
    assert!(page.header("content-security-policy").contains("connect-src 'self'"));
    assert!(!page.body.contains("http://") && !page.body.contains("https://"), "{}", page.body);
    let files: Vec<&str> = page.body.split('"').filter(|text| text.starts_with("/static/")).collect();
    for (start, end) in [("swagger-ui-", ".css"), ("swagger-ui-bundle-", ".js")] {
        let is_it = |file: &&&str| file.starts_with(&format!("/static/{start}")) && file.ends_with(end);
        let file = files.iter().find(is_it).unwrap();
        let plain = app.get(file).await.expect(200);
        assert!(plain.body.len() > 100_000, "{file}");
        assert!(plain.header("cache-control").contains("immutable"));
        it_can_be_had_packed(&app, file, &plain).await;
    }
    for gone in ["index.html", "swagger-ui-bundle.js"] {
        app.get(&format!("/docs/api/{gone}")).await.expect(404);
    }
});
