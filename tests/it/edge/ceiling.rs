//! Whatever happens to roles, teams and keys: a key never does more than its owner may at that moment.

use gridkey::credentials::KeyLevel;
use gridkey::roles::{Permission, Permissions};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::support::manager::Manager;
use crate::support::tokens::ADA;
use crate::support::{Engine, TestApp, runtime};

#[derive(Clone, Debug)]
enum Step {
    Roles(Vec<usize>),
    Join(bool),
    TeamRoles(Vec<usize>),
    RolePermissions(Vec<usize>),
    Level(usize),
    Scopes(Vec<usize>),
    Suspend(bool),
}

const ROLES: &[&str] = &["tenant_admin", "tenant_user", "tenant_viewer", "mixed"];
const PERMISSIONS: &[&str] =
    &["users:read", "users:*", "teams:update", "api_keys:manage", "models:use", "users:read:ada"];
const LEVELS: &[KeyLevel] = KeyLevel::ALL;

fn some(of: usize) -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0..of, 0..3)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => some(ROLES.len()).prop_map(Step::Roles),
        2 => any::<bool>().prop_map(Step::Join),
        2 => some(ROLES.len()).prop_map(Step::TeamRoles),
        2 => some(PERMISSIONS.len()).prop_map(Step::RolePermissions),
        2 => (0..LEVELS.len()).prop_map(Step::Level),
        2 => some(PERMISSIONS.len()).prop_map(Step::Scopes),
        1 => any::<bool>().prop_map(Step::Suspend),
    ];
    prop::collection::vec(step, 3..9)
}

fn names<'a>(of: &[&'a str], wanted: &[usize]) -> Vec<&'a str> {
    let mut names: Vec<&str> = wanted.iter().map(|&index| of[index]).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// A team and a role that the histories change, once for each server.
async fn scenery(root: &Manager<'_>) -> (String, String) {
    let api = json!({ "audience": "urn:models", "display_name": "Models", "permissions": ["models:use"] });
    root.post("/v1/resource-servers", &api).await.expect(201);
    let team = root.post("/v1/teams", &json!({ "slug": "mixed", "display_name": "Mixed" })).await.expect(201);
    let role = json!({ "slug": "mixed", "display_name": "Mixed", "permissions": [] });
    let role = root.post("/v1/roles", &role).await.expect(201);
    (team.text("id"), role.text("id"))
}

async fn take(root: &Manager<'_>, (ada, key, team, role): (&str, &str, &str, &str), step: &Step) {
    let reply = match step {
        Step::Roles(wanted) => {
            root.put(&format!("/v1/users/{ada}/roles"), &json!({ "roles": names(ROLES, wanted) })).await
        }
        Step::Join(joins) => {
            let verb = if *joins { "add" } else { "remove" };
            let body = json!({ "members": [{ "kind": "user", "id": ada }] });
            root.post(&format!("/v1/teams/{team}/members/{verb}"), &body).await
        }
        Step::TeamRoles(wanted) => {
            root.put(&format!("/v1/teams/{team}/roles"), &json!({ "roles": names(ROLES, wanted) })).await
        }
        Step::RolePermissions(wanted) => {
            let body = json!({ "permissions": names(PERMISSIONS, wanted) });
            root.patch(&format!("/v1/roles/{role}"), &body).await
        }
        Step::Level(level) => {
            root.patch(&format!("/v1/api-keys/{key}"), &json!({ "level": LEVELS[*level] })).await
        }
        Step::Scopes(wanted) => {
            let scopes = if wanted.is_empty() { vec!["users:read"] } else { names(PERMISSIONS, wanted) };
            root.patch(&format!("/v1/api-keys/{key}"), &json!({ "scopes": scopes })).await
        }
        Step::Suspend(suspends) => {
            let status = if *suspends { "suspended" } else { "active" };
            root.patch(&format!("/v1/users/{ada}"), &json!({ "status": status })).await
        }
    };
    assert!(reply.status < 300, "{step:?}: {} {}", reply.status, reply.body);
}

fn permissions(list: &Value) -> Vec<Permission> {
    let text = |one: &Value| one["permission"].as_str().or(one.as_str()).unwrap().to_owned();
    list.as_array().unwrap().iter().map(|one| text(one).parse().unwrap()).collect()
}

async fn holds(root: &Manager<'_>, ada: &str, secret: &str) {
    let owner = root.get(&format!("/v1/users/{ada}")).await.expect(200).json();
    let held = root.get(&format!("/v1/users/{ada}/permissions")).await.expect(200).json();
    let held: Permissions = permissions(&held["permissions"]).into_iter().collect();
    let verdict = root.verdict(&json!({ "credential": secret })).await;
    if owner["status"] != "active" {
        assert_eq!(verdict["reason"], "owner_inactive", "{verdict}");
        return;
    }
    assert_eq!(verdict["active"], true, "{verdict}");
    for permission in permissions(&verdict["permissions"]) {
        assert!(held.cover(&permission), "the key holds {permission}, its owner {held:?}");
    }
    for text in PERMISSIONS {
        let asked = root.verdict(&json!({ "credential": secret, "permission": text })).await;
        let allowed = asked["active"] == true;
        assert!(!allowed || held.cover(&text.parse().unwrap()), "{text}: {asked}, owner {held:?}");
    }
}

fn over_histories(engine: Engine) {
    let runtime = runtime();
    let app = runtime.block_on(TestApp::start(engine));
    let (root, places, ada, key) = runtime.block_on(async {
        let root = app.manager("acme", Some("super_admin")).await;
        let places = scenery(&root).await;
        let (_, ada) = app.person("acme", ADA).await;
        let key = app.ada_key(KeyLevel::Admin).await;
        (root, places, ada.to_string(), key)
    });
    let id = key.id.to_string();
    let config = ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&steps(), |history| {
            runtime.block_on(async {
                for step in &history {
                    take(&root, (&ada, &id, &places.0, &places.1), step).await;
                    holds(&root, &ada, &key.secret).await;
                }
            });
            Ok(())
        })
        .unwrap_or_else(|why| panic!("{why}"));
    drop(runtime.enter());
}

#[test]
fn a_key_never_exceeds_its_owner_on_sqlite() {
    over_histories(Engine::Sqlite);
}

#[test]
fn a_key_never_exceeds_its_owner_on_postgres() {
    over_histories(Engine::Postgres);
}
