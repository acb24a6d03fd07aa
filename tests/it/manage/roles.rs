//! `/v1/roles` and `/v1/permissions`.

use gridkey::resource_servers::{self, ResourceServer, ResourceServerSettings, ResourceServerStatus};
use reqwest::Method;
use serde_json::{Value, json};

use super::teams::{role, team};
use crate::on_both;
use crate::support::TestApp;
use crate::support::tokens::{alter, count, tenant};

const PATH: &str = "/v1/roles";

/// An API of an organisation of the fixture that knows these permissions.
pub async fn api(app: &TestApp, slug: &'static str, permissions: &'static [&'static str]) {
    let (random, now) = (app.app.random.clone(), app.now());
    alter(app, move |conn| {
        let tenant = tenant(conn, slug)?;
        let server = ResourceServer {
            id: random.id(now),
            tenant_id: tenant.id,
            audience: "https://reports.example.com".into(),
            display_name: "Reports".into(),
            permissions: permissions.iter().map(|&text| text.to_owned()).collect(),
            status: ResourceServerStatus::Active,
            settings: ResourceServerSettings::default(),
            created_at: now,
            updated_at: now,
        };
        resource_servers::store::insert(conn, tenant.id, &server)
    })
    .await;
}

fn slugs(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["slug"].as_str().unwrap()).collect()
}

on_both!(a_role_lives_from_creation_to_deletion, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let body = json!({
        "slug": "auditor", "display_name": "Auditor", "permissions": ["users:read", "audit:read", "users:read"],
    });
    let made = admin.post(PATH, &body).await.expect(201);
    assert_eq!(made.json()["permissions"], json!(["audit:read", "users:read"]));
    assert_eq!(made.json()["built_in"], false);
    let place = made.header("location").to_owned();
    let holder = app.manager("acme", Some("auditor")).await;
    let shown = admin.get(&place).await.expect(200);
    assert_eq!((shown.json()["holders"].as_i64(), shown.header("etag")), (Some(1), made.header("etag")));
    let holders = admin.get(&format!("{place}/holders")).await.expect(200).json();
    assert_eq!(holders["items"][0]["id"], holder.id.to_string());
    assert_eq!(holders["items"][0]["kind"], "service_account");
    holder.get("/v1/teams").await.expect_problem(403, "permission_denied");
    let wider = json!({ "permissions": ["teams:read"] });
    admin.patch(&place, &wider).await.expect(200);
    holder.get("/v1/teams").await.expect(200);
    admin.patch(&place, &wider).await.expect(200);
    admin.delete(&place).await.expect(204);
    holder.get("/v1/teams").await.expect_problem(403, "permission_denied");
    admin.get(&place).await.expect_problem(404, "not_found");
    for action in ["role.create", "role.update", "role.delete"] {
        let sql = format!("SELECT count(*) AS n FROM audit_events WHERE action = '{action}'");
        assert_eq!(count(&app, sql).await, 1, "{action}");
    }
});

on_both!(roles_and_holders_are_listed_in_pages, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let page = admin.get(&format!("{PATH}?limit=3")).await.expect(200).json();
    assert_eq!(slugs(&page), ["editor", "super_admin", "tenant_admin"]);
    let next = page["next_cursor"].as_str().unwrap();
    let page = admin.get(&format!("{PATH}?limit=3&cursor={next}")).await.expect(200).json();
    assert_eq!(slugs(&page), ["tenant_user", "tenant_viewer"]);
    let page = admin.get(&format!("{PATH}?q=tenant_")).await.expect(200).json();
    assert_eq!(slugs(&page), ["tenant_admin", "tenant_user", "tenant_viewer"]);
    let id = page["items"][1]["id"].as_str().unwrap();
    let ops = team(&admin, "ops").await;
    admin.put(&format!("{ops}/roles"), &json!({ "roles": ["tenant_user"] })).await.expect(200);
    let (mut kinds, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = admin.get(&format!("{PATH}/{id}/holders?limit=2{cursor}")).await.expect(200).json();
        kinds.extend(page["items"].as_array().unwrap().iter().map(|one| one["kind"].clone()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    kinds.sort_by_key(ToString::to_string);
    assert_eq!(kinds, ["team", "user", "user"]);
});

on_both!(roles_that_came_with_the_product_stay_as_they_are, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let listed = root.get(PATH).await.expect(200).json();
    let built_in: Vec<&Value> =
        listed["items"].as_array().unwrap().iter().filter(|role| role["built_in"] == true).collect();
    assert_eq!(built_in.len(), 4);
    for role in built_in {
        let place = format!("{PATH}/{}", role["id"].as_str().unwrap());
        root.patch(&place, &json!({ "display_name": "x" })).await.expect_problem(409, "built_in");
        root.patch(&place, &json!({ "permissions": [] })).await.expect_problem(409, "built_in");
        root.delete(&place).await.expect_problem(409, "built_in");
        root.get(&format!("{place}/holders")).await.expect(200);
    }
    let again = json!({ "slug": "tenant_admin", "display_name": "x", "permissions": [] });
    root.post(PATH, &again).await.expect_problem(409, "already_exists");
    assert_eq!(root.get(PATH).await.expect(200).json(), listed);
});

on_both!(
    /// Checklist 76.
    nobody_rises_by_a_role,
    |app| {
        let root = app.manager("acme", Some("super_admin")).await;
        let strong = role(&root, "strong", &["users:*", "audit:read"]).await;
        let own = role(&root, "role_keeper", &["roles:*"]).await;
        let keeper = app.manager("acme", Some("role_keeper")).await;
        for permission in
            ["users:read", "*:*", "*:read", "roles:*:x", "tenants:enter", "reports:read", "*:assign"]
        {
            let body = json!({ "slug": "mine", "display_name": "x", "permissions": [permission] });
            let reply = keeper.post(PATH, &body).await;
            if permission == "roles:*:x" {
                let place = reply.expect(201).header("location").to_owned();
                keeper.delete(&place).await.expect(204);
                continue;
            }
            reply.expect_problem(403, "permission_denied");
            let body = json!({ "permissions": ["roles:*", permission] });
            keeper.patch(&own, &body).await.expect_problem(403, "permission_denied");
        }
        for body in [json!({ "display_name": "x" }), json!({ "permissions": [] })] {
            keeper.patch(&strong, &body).await.expect_problem(403, "permission_denied");
        }
        keeper.delete(&strong).await.expect_problem(403, "permission_denied");
        keeper.patch(&own, &json!({ "permissions": ["roles:read", "roles:update"] })).await.expect(200);
        keeper.patch(&own, &json!({ "permissions": ["roles:*"] })).await.expect_problem(403, "permission_denied");
        let admin = app.manager("acme", Some("tenant_admin")).await;
        let reports = json!({ "slug": "reporter", "display_name": "x", "permissions": ["reports:read"] });
        admin.post(PATH, &reports).await.expect(201);
        let across = json!({ "slug": "x", "display_name": "x", "permissions": ["tenants:read"] });
        admin.post(PATH, &across).await.expect_problem(403, "permission_denied");
    }
);

on_both!(what_cannot_be_said_of_a_role_is_refused, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let with = |permissions: Value| json!({ "slug": "a", "display_name": "x", "permissions": permissions });
    let many: Vec<String> = (0..201).map(|n| format!("reports:r{n}")).collect();
    for (body, status, code) in [
        (json!({ "slug": "A", "display_name": "x", "permissions": [] }), 422, "invalid_slug"),
        (json!({ "slug": "1a", "display_name": "x", "permissions": [] }), 422, "invalid_slug"),
        (json!({ "slug": "a\0", "display_name": "x", "permissions": [] }), 422, "invalid_slug"),
        (json!({ "slug": "a", "display_name": "", "permissions": [] }), 422, "invalid_display_name"),
        (with(json!(["users:fly"])), 422, "unknown_permission"),
        (with(json!(["*:fly"])), 422, "unknown_permission"),
        (with(json!(["users"])), 422, "invalid_permission"),
        (with(json!(["users:read\0"])), 422, "invalid_permission"),
        (with(json!(many)), 422, "too_many"),
        (with(json!("users:read")), 400, "invalid_body"),
        (
            json!({ "slug": "a", "display_name": "x", "permissions": [], "built_in": true }),
            400,
            "invalid_body",
        ),
        (json!({ "slug": "a", "display_name": "x" }), 400, "invalid_body"),
    ] {
        root.post(PATH, &body).await.expect_problem(status, code);
    }
    let place = role(&root, "a", &[]).await;
    for body in [json!({ "slug": "b" }), json!({ "built_in": true }), json!({ "permissions": null })] {
        root.patch(&place, &body).await.expect_problem(400, "invalid_body");
    }
});

on_both!(
    /// Checklist 75.
    roles_of_others_do_not_exist,
    |app| {
        let (acme, globex) =
            (app.manager("acme", Some("tenant_admin")).await, app.manager("globex", Some("tenant_admin")).await);
        let place = role(&acme, "own", &["users:read"]).await;
        let change = json!({ "permissions": [] });
        for (method, path, body) in [
            (Method::GET, "", None),
            (Method::PATCH, "", Some(&change)),
            (Method::DELETE, "", None),
            (Method::GET, "/holders", None),
        ] {
            let reply = globex.call_with(method, &format!("{place}{path}"), body, &[]).await;
            reply.expect_problem(404, "not_found");
        }
        let ops = team(&globex, "ops").await;
        let reply = globex.put(&format!("{ops}/roles"), &json!({ "roles": ["own"] })).await;
        reply.expect_problem(422, "unknown_role");
        let nobody = app.manager("acme", None).await;
        for path in [PATH, &place, "/v1/permissions"] {
            nobody.get(path).await.expect_problem(403, "permission_denied");
        }
    }
);

on_both!(a_stale_change_of_a_role_loses, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let place = role(&admin, "own", &["users:read"]).await;
    let etag = admin.get(&place).await.header("etag").to_owned();
    let guarded = [("if-match", etag.as_str())];
    let body = json!({ "display_name": "Own" });
    admin.call_with(Method::PATCH, &place, Some(&body), &guarded).await.expect(200);
    for (method, body) in [(Method::PATCH, Some(&body)), (Method::DELETE, None)] {
        let stale = admin.call_with(method, &place, body, &guarded).await;
        stale.expect_problem(412, "changed_meanwhile");
    }
});

on_both!(the_catalogue_names_every_permission_there_is, |app| {
    let viewer = app.manager("acme", Some("tenant_viewer")).await;
    api(&app, "acme", &["reports:read", "reports:write"]).await;
    api(&app, "globex", &["secrets:read"]).await;
    let listed = viewer.get("/v1/permissions").await.expect(200).json();
    let all = listed["items"].as_array().unwrap();
    let of = |name: &str| all.iter().find(|one| one["name"] == name);
    assert_eq!(of("tenants:enter").unwrap()["instance"], true);
    assert!(of("users:read").unwrap()["description"].as_str().is_some_and(|text| text.len() > 5));
    assert_eq!(of("reports:write").unwrap()["audience"], "https://reports.example.com");
    assert!(of("secrets:read").is_none());
    assert_eq!(all.len(), gridkey::roles::CATALOGUE.len() + 2);
});

on_both!(a_list_tells_how_many_hold_each_role_when_asked, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let ops = team(&admin, "ops").await;
    admin.put(&format!("{ops}/roles"), &json!({ "roles": ["tenant_user"] })).await.expect(200);
    let plain = admin.get(PATH).await.expect(200).json();
    assert!(plain["items"].as_array().unwrap().iter().all(|item| item.get("held_by").is_none()));
    let list = admin.get(&format!("{PATH}?include=holders")).await.expect(200).json();
    for item in list["items"].as_array().unwrap() {
        let one = admin.get(&format!("{PATH}/{}", item["id"].as_str().unwrap())).await.expect(200).json();
        assert_eq!(item["holders"], one["holders"], "{item}");
        let held = &item["held_by"];
        let sum: i64 =
            ["users", "service_accounts", "teams"].iter().map(|kind| held[kind].as_i64().unwrap()).sum();
        assert_eq!(json!(sum), item["holders"]);
        assert_eq!(held["teams"], i32::from(item["slug"] == "tenant_user"), "{item}");
    }
    admin.get(&format!("{PATH}?include=everything")).await.expect_problem(400, "invalid_filter");
});
