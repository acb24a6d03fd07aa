//! Poolside: keys of people and of teams' service accounts, and people and teams at addresses of their own.

use serde_json::{Value, json};

use super::{Program, choose, verdict};
use crate::on_both_with;
use crate::support::TestApp;
use crate::support::manager::Manager;
use crate::support::tokens::ADA;

const HOST: &str = "api.poolside.test";
const DOORS: [(&str, &str); 1] = [("profiles.hosts", "api.poolside.test=acme")];

async fn account(app: &TestApp) -> Manager<'_> {
    choose(app, "acme", "poolside").await;
    app.manager("acme", Some("tenant_admin")).await
}

fn at(app: &TestApp) -> Program<'_> {
    Program::at(app, HOST)
}

async fn team(admin: &Manager<'_>, slug: &str) -> String {
    let body = json!({ "slug": slug, "display_name": slug });
    admin.post("/v1/teams", &body).await.expect(201).text("id")
}

async fn person(app: &TestApp, admin: &Manager<'_>, email: &str, teams: Value) -> Value {
    let body = json!({ "email": email, "name": "New", "teams": teams });
    at(app).post("/poolside/v1/users", Some(&admin.token), body).await.expect(201).json()
}

on_both_with!(DOORS, a_developer_key_is_a_name_and_may_what_its_owner_may, |app| {
    let admin = account(&app).await;
    let made = at(&app)
        .post("/v1/api-keys", Some(&admin.token), json!({ "name": "laptop" }))
        .await
        .expect(201)
        .json();
    let key = made["key"].as_str().unwrap();
    assert!(key.starts_with("ps-") && made["expires_at"].is_null(), "{made}");
    let list = at(&app).get("/v1/api-keys", Some(key)).await.expect(200);
    assert!(!list.body.contains(key), "told once");
    assert!(verdict(&admin, key, "users:create").await.0);
    let accept = [("accept", "application/json, application/problem+json")];
    at(&app).with(&accept).get("/v1/me", Some(key)).await.expect(200);
    // It goes with its owner.
    let root = app.manager("acme", Some("super_admin")).await;
    root.delete(&format!("/v1/service-accounts/{}", admin.id)).await.expect(204);
    at(&app).get("/v1/me", Some(key)).await.expect(401);
});

on_both_with!(DOORS, a_service_key_follows_its_team_and_outlives_its_maker, |app| {
    let admin = account(&app).await;
    let root = app.manager("acme", Some("super_admin")).await;
    team(&root, "ci").await;
    let crew = json!({ "slug": "nightly", "display_name": "Nightly", "team": "ci" });
    let made = admin.post("/v1/service-accounts", &crew).await.expect(201).text("id");
    let path = format!("/v1/service-accounts/{made}/api-keys");
    let key = admin.post(&path, &json!({ "name": "CI" })).await.expect(201).text("key");
    assert!(key.starts_with("ps-"));
    let ci =
        root.get("/v1/teams?q=ci").await.expect(200).json()["items"][0]["id"].as_str().unwrap().to_owned();
    assert!(!verdict(&root, &key, "users:read").await.0, "a team without a role may nothing");
    let role = json!({ "roles": ["tenant_viewer"] });
    root.put(&format!("/v1/teams/{ci}/roles"), &role).await.expect(200);
    assert!(verdict(&root, &key, "users:read").await.0, "at once");
    root.delete(&format!("/v1/service-accounts/{}", admin.id)).await.expect(204);
    assert!(verdict(&root, &key, "users:read").await.0);
    root.put(&format!("/v1/teams/{ci}/roles"), &json!({ "roles": [] })).await.expect(200);
    assert!(!verdict(&root, &key, "users:read").await.0);
    let plain = app.manager("acme", Some("tenant_user")).await;
    plain.post("/v1/service-accounts", &json!({ "slug": "x", "display_name": "x" })).await.expect(403);
    root.delete(&format!("/v1/service-accounts/{made}")).await.expect(204);
    assert!(!verdict(&root, &key, "users:read").await.0);
});

on_both_with!(DOORS, people_of_many_teams_hold_what_all_of_them_hold, |app| {
    let admin = account(&app).await;
    let root = app.manager("acme", Some("super_admin")).await;
    let (one, two) = (team(&admin, "one").await, team(&admin, "two").await);
    for (team, permission) in [(&one, "models:use"), (&two, "agents:use")] {
        let slug = permission.replace(':', "-");
        let role = json!({ "slug": slug, "display_name": slug, "permissions": [permission] });
        root.post("/v1/roles", &role).await.expect(201);
        root.put(&format!("/v1/teams/{team}/roles"), &json!({ "roles": [slug] })).await.expect(200);
    }
    let body =
        json!({ "email": "both@acme.example", "name": "Both", "teams": [{ "id": one }, { "id": two }] });
    let both = at(&app).post("/poolside/v1/users", Some(&root.token), body).await.expect(201).json();
    let path = format!("/v1/users/{}/permissions", both["id"].as_str().unwrap());
    let held = root.get(&path).await.expect(200).json();
    let names: Vec<_> =
        held["permissions"].as_array().unwrap().iter().map(|one| one["permission"].clone()).collect();
    assert_eq!(names, [json!("agents:use"), json!("models:use")]);
    let refused = root.get("/v1/roles").await.expect(200).json();
    let built_in =
        refused["items"].as_array().unwrap().iter().find(|role| role["slug"] == "tenant_admin").unwrap();
    let path = format!("/v1/roles/{}", built_in["id"].as_str().unwrap());
    root.patch(&path, &json!({ "permissions": [] })).await.expect(409);
});

on_both_with!(DOORS, people_are_made_found_and_paged_at_its_addresses, |app| {
    let admin = account(&app).await;
    let crew = team(&admin, "crew").await;
    let made = person(&app, &admin, "New.One@acme.example", json!([{ "id": crew }])).await;
    assert_eq!(made["status"], "created");
    assert_eq!(made["teams"]["teams"], json!([{ "id": crew }]));
    for name in ["$schema", "id", "email", "created_at", "updated_at"] {
        assert!(made[name].is_string(), "{name}: {made}");
    }
    assert_eq!(made["attributes"], json!({ "scim": {} }));
    let get = async |path: &str| at(&app).get(path, Some(&admin.token)).await.expect(200).json();
    let found = get("/poolside/v1/users?email=new.one@ACME.example").await;
    assert_eq!(found["users"][0]["id"], made["id"], "whatever the case");
    assert_eq!(found["users"][0]["teams"]["teams"][0]["id"], json!(crew));
    assert_eq!(found["links"], json!({}), "there is no next page");
    let found = get("/poolside/v1/users?status=created&status=suspended").await;
    assert_eq!(found["users"].as_array().unwrap().len(), 1);
    let found = get(&format!("/poolside/v1/users?team={crew}")).await;
    assert_eq!(found["users"][0]["email"], "New.One@acme.example");
    person(&app, &admin, "two@acme.example", json!([])).await;
    let first = get("/poolside/v1/users?page_size=1").await;
    let next = first["links"]["next"].as_str().unwrap();
    assert!(next.starts_with("/poolside/v1/users?page_size=1&start_token="), "{next}");
    let second = get(next).await;
    assert_ne!(second["users"][0]["id"], first["users"][0]["id"]);
    assert!(get("/poolside/v1/users?page_size=300").await["users"].as_array().unwrap().len() > 2);
    let one = get(&format!("/poolside/v1/users/{}", made["id"].as_str().unwrap())).await;
    assert_eq!((&one["name"], &one["status"]), (&json!("New"), &json!("created")));
    let path = "/poolside/v1/users";
    let body = json!({ "email": "two@acme.example" });
    at(&app).post(path, Some(&admin.token), body).await.expect_problem(409, "already_exists");
});

on_both_with!(DOORS, people_are_paged_by_number_too, |app| {
    let admin = account(&app).await;
    for number in 0..5 {
        person(&app, &admin, &format!("n{number}@acme.example"), json!([])).await;
    }
    let get = async |path: &str| at(&app).get(path, Some(&admin.token)).await.expect(200).json();
    let mails = |page: &Value| -> Vec<String> {
        let users = page["users"].as_array().unwrap().iter();
        users.map(|user| user["email"].as_str().unwrap().to_owned()).collect()
    };
    let all = mails(&get("/poolside/v1/users").await);
    for filter in ["", "&status=created&status=active", "&q=n"] {
        let whole: Vec<String> = mails(&get(&format!("/poolside/v1/users?page_size=200{filter}")).await);
        let mut by_number = Vec::new();
        let mut path = format!("/poolside/v1/users?page=1&page_size=2{filter}");
        for number in 1..20 {
            let page = get(&path).await;
            by_number.extend(mails(&page));
            let Some(next) = page["links"]["next"].as_str() else { break };
            assert!(
                next.contains(&format!("page={}", number + 1)) && !next.contains("start_token"),
                "{next}"
            );
            path = next.to_owned();
        }
        assert_eq!(by_number, whole, "{filter}");
        assert!(whole.len() >= 5 && all.len() >= whole.len());
        assert!(mails(&get(&format!("/poolside/v1/users?page=99&page_size=2{filter}")).await).is_empty());
    }
    assert_eq!(mails(&get("/poolside/v1/users?page=1&email=n1@acme.example").await).len(), 1);
    assert!(mails(&get("/poolside/v1/users?page=2&page_size=1&email=n1@acme.example").await).is_empty());
    for bad in ["page=0", "page=x", "page=501", "page=1&start_token=x"] {
        let path = format!("/poolside/v1/users?{bad}");
        at(&app).get(&path, Some(&admin.token)).await.expect_problem(400, "invalid_cursor");
    }
});

on_both_with!(DOORS, members_are_added_taken_out_and_replaced, |app| {
    let admin = account(&app).await;
    let crew = team(&admin, "crew").await;
    let [one, two] = [
        person(&app, &admin, "one@acme.example", json!([])).await["id"].clone(),
        person(&app, &admin, "two@acme.example", json!([])).await["id"].clone(),
    ];
    let path = format!("/poolside/v1/teams/{crew}/members");
    let post = async |deed: &str, ids: Value| {
        let body = json!({ "user_ids": ids });
        at(&app).post(&format!("{path}/{deed}"), Some(&admin.token), body).await.expect(200).json()
    };
    let added = post("add", json!([one, two])).await;
    assert_eq!((&added["added"], added["$schema"].is_string()), (&json!(2), true));
    assert_eq!(post("add", json!([one, two])).await["added"], 0, "again is nothing");
    let list =
        at(&app).get(&format!("{path}?include_totals=true"), Some(&admin.token)).await.expect(200).json();
    assert_eq!(list["members"].as_array().unwrap().len(), 2);
    assert_eq!(post("remove", json!([one])).await["removed"], 1);
    assert!(post("set", json!([one])).await["$schema"].is_string());
    let list = at(&app).get(&path, Some(&admin.token)).await.expect(200).json();
    assert_eq!((&list["members"][0]["id"], list["members"].as_array().unwrap().len()), (&one, 1));
    let teams =
        at(&app).get("/poolside/v1/teams?name_prefix=cr", Some(&admin.token)).await.expect(200).json();
    assert_eq!(teams["teams"][0]["name"], "crew");
    // Teams are made elsewhere.
    at(&app).post("/poolside/v1/teams", Some(&admin.token), json!({ "name": "x" })).await.expect(404);
});

on_both_with!(DOORS, a_key_without_the_permission_manages_nobody, |app| {
    account(&app).await;
    let plain = app.manager("acme", Some("tenant_user")).await;
    let body = json!({ "email": "no@acme.example" });
    let refused = at(&app).post("/poolside/v1/users", Some(&plain.token), body).await;
    let refused = refused.expect_problem(403, "permission_denied").json();
    assert_eq!(refused["$schema"], "/schemas/ErrorModel.json");
    assert_eq!((&refused["title"], &refused["status"]), (&json!("Permission denied"), &json!(403)));
    at(&app).get("/poolside/v1/users", Some(&plain.token)).await.expect_problem(403, "permission_denied");
});

on_both_with!(DOORS, errors_are_problem_details_with_a_schema, |app| {
    let admin = account(&app).await;
    let id = [("x-request-id", "req_0123456789")];
    let refused = at(&app).with(&id).get("/poolside/v1/nothing", None).await.expect(404);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(
        refused.body,
        concat!(
            r#"{"$schema":"/schemas/ErrorModel.json","type":"/errors/not_found","title":"Not found","status":404,"#,
            r#""detail":"There is nothing at this address.","code":"not_found","request_id":"req_0123456789"}"#
        )
    );
    let body = json!({ "email": "not an address" });
    let wrong = at(&app).post("/poolside/v1/users", Some(&admin.token), body).await;
    let wrong = wrong.expect_problem(422, "invalid_email").json();
    assert_eq!(wrong["errors"][0]["location"], "email");
    let junk = at(&app).get("/poolside/v1/users", Some("ps-xxxxx")).await;
    junk.expect_problem(401, "invalid_key");
});

on_both_with!(DOORS, what_service_accounts_do_stands_in_the_audit_log_too, |app| {
    let admin = account(&app).await;
    let made = person(&app, &admin, "logged@acme.example", json!([])).await;
    let path = format!("/v1/audit-log?resource_id={}", made["id"].as_str().unwrap());
    let log = admin.get(&path).await.expect(200).json();
    assert_eq!(log["items"][0]["action"], "user.create");
    assert_eq!(log["items"][0]["actor_type"], "service");
    let keys = admin.get("/v1/api-keys?scope=tenant&q=la").await.expect(200).json();
    assert!(keys["items"].is_array(), "administrators see all keys");
    let (_, ada) = app.person("acme", ADA).await;
    assert!(admin.get(&format!("/v1/users/{ada}")).await.expect(200).body.contains(ADA));
});
