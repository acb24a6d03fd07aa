//! `/v1/teams`.

use futures::future::join_all;
use gridkey::users::UserStatus;
use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::manager::Manager;
use crate::support::tokens::{alter, count, person};
use crate::support::{Reply, TestApp};

const PATH: &str = "/v1/teams";

/// A new team of the manager's organisation: its address.
pub async fn team(manager: &Manager<'_>, slug: &str) -> String {
    let body = json!({ "slug": slug, "display_name": slug });
    manager.post(PATH, &body).await.expect(201).header("location").to_owned()
}

/// A role of these permissions.
pub async fn role(manager: &Manager<'_>, slug: &str, permissions: &[&str]) -> String {
    let body = json!({ "slug": slug, "display_name": slug, "permissions": permissions });
    manager.post("/v1/roles", &body).await.expect(201).header("location").to_owned()
}

fn members(list: &[(&str, &str)]) -> Value {
    let list: Vec<Value> = list.iter().map(|(kind, id)| json!({ "kind": kind, "id": id })).collect();
    json!({ "members": list })
}

async fn user(app: &TestApp, tenant: &'static str, email: &'static str) -> String {
    alter(app, move |conn| person(conn, tenant, email)).await.id.to_string()
}

async fn events(app: &TestApp, action: &str) -> i64 {
    count(app, format!("SELECT count(*) AS n FROM audit_events WHERE action = '{action}'")).await
}

on_both!(a_team_lives_from_creation_to_deletion, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let body = json!({ "slug": "ops", "display_name": " Operations " });
    let made = admin.post(PATH, &body).await.expect(201);
    assert_eq!((made.text("display_name").as_str(), made.text("description").as_str()), ("Operations", ""));
    let place = made.header("location").to_owned();
    let seen = admin.get(&place).await.expect(200);
    assert_eq!((seen.json(), seen.header("etag")), (made.json(), made.header("etag")));
    let changed = admin.patch(&place, &json!({ "description": "Runs it.\nAll." })).await.expect(200);
    assert_eq!(changed.text("description"), "Runs it.\nAll.");
    assert_ne!(changed.header("etag"), made.header("etag"));
    let same = admin.patch(&place, &json!({ "display_name": "Operations" })).await.expect(200);
    assert_eq!(same.header("etag"), changed.header("etag"));
    admin.post(PATH, &body).await.expect_problem(409, "already_exists");
    admin.delete(&place).await.expect(204);
    admin.get(&place).await.expect_problem(404, "not_found");
    admin.delete(&place).await.expect_problem(404, "not_found");
    for action in ["team.create", "team.update", "team.delete"] {
        assert_eq!(events(&app, action).await, 1, "{action}");
    }
});

on_both!(teams_are_listed_by_slug_in_pages, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    for slug in ["many-2", "other", "many-0", "many-1"] {
        team(&admin, slug).await;
    }
    let (mut slugs, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = admin.get(&format!("{PATH}?limit=2&q=many{cursor}")).await.expect(200).json();
        slugs.extend(page["items"].as_array().unwrap().iter().map(|item| item["slug"].clone()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(slugs, ["many-0", "many-1", "many-2"]);
    admin.get(&format!("{PATH}?q=a%00")).await.expect_problem(400, "invalid_query");
    admin.get(&format!("{PATH}?tenant=a%00")).await.expect_problem(400, "invalid_query");
    admin.get(&format!("{PATH}?name=x")).await.expect_problem(400, "unknown_parameter");
});

on_both!(members_come_and_go_and_nothing_is_told_twice, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let place = team(&admin, "ops").await;
    let ada = user(&app, "acme", "ada@acme.example").await;
    let grace = user(&app, "acme", "grace@acme.example").await;
    let program = admin.id.to_string();
    let two = members(&[("user", &ada), ("service_account", &program), ("user", &ada)]);
    let (add, remove) = (format!("{place}/members/add"), format!("{place}/members/remove"));
    assert_eq!(admin.post(&add, &two).await.expect(200).json(), json!({ "added": 2 }));
    assert_eq!(admin.post(&add, &two).await.expect(200).json(), json!({ "added": 0 }));
    assert_eq!(events(&app, "team.update_members").await, 1);
    let listed = admin.get(&format!("{place}/members?limit=1")).await.expect(200).json();
    let next = listed["next_cursor"].as_str().unwrap();
    let rest = admin.get(&format!("{place}/members?limit=1&cursor={next}")).await.expect(200).json();
    assert!(rest.get("next_cursor").is_none());
    let found: Vec<&Value> = [&listed["items"][0], &rest["items"][0]].into();
    let of = |id: &str| *found.iter().find(|one| one["id"] == id).unwrap();
    assert_eq!(of(&ada)["name"], "ada@acme.example");
    assert_eq!((&of(&ada)["kind"], &of(&ada)["status"]), (&json!("user"), &json!("active")));
    assert_eq!(of(&program)["display_name"], "Manager");
    admin.put(&format!("{place}/members"), &members(&[("user", &grace)])).await.expect(204);
    let listed = admin.get(&format!("{place}/members")).await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed["items"][0]["id"], grace);
    let gone = members(&[("user", &grace), ("user", &ada)]);
    assert_eq!(admin.post(&remove, &gone).await.expect(200).json(), json!({ "removed": 1 }));
    assert_eq!(admin.post(&remove, &gone).await.expect(200).json(), json!({ "removed": 0 }));
    assert_eq!(events(&app, "team.update_members").await, 3);
});

on_both!(members_are_the_living_of_the_organisation, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let place = team(&admin, "ops").await;
    let hank = user(&app, "globex", "hank@globex.example").await;
    let other = app.manager("globex", None).await.id.to_string();
    let grace = user(&app, "acme", "grace@acme.example").await;
    alter(&app, |conn| {
        let mut grace = person(conn, "acme", "grace@acme.example")?;
        (grace.status, grace.deleted_at) = (UserStatus::Deleted, Some(grace.created_at));
        gridkey::users::store::update(conn, grace.tenant_id, &grace)
    })
    .await;
    let dead = app.manager("acme", None).await.id.to_string();
    admin.delete(&format!("/v1/service-accounts/{dead}")).await.expect(204);
    for (kind, id) in [
        ("user", hank.as_str()),
        ("service_account", &other),
        ("user", &grace),
        ("service_account", &dead),
        ("user", &admin.id.to_string()),
        ("user", "00000000-0000-0000-0000-000000000000"),
    ] {
        for (method, path) in [(Method::POST, "members/add"), (Method::PUT, "members")] {
            let (path, body) = (format!("{place}/{path}"), members(&[(kind, id)]));
            let reply = admin.call_with(method, &path, Some(&body), &[]).await;
            reply.expect_problem(422, "unknown_member");
        }
    }
    for body in [json!({}), json!({ "members": 1 }), members(&[("team", &hank)]), members(&[("user", "x")])] {
        let reply = admin.post(&format!("{place}/members/add"), &body).await;
        reply.expect_problem(400, "invalid_body");
    }
    let many = vec![("user", hank.as_str()); 501];
    let reply = admin.post(&format!("{place}/members/add"), &members(&many)).await;
    reply.expect_problem(422, "too_many");
    let flood = vec![("user", hank.as_str()); 10_000];
    admin.put(&format!("{place}/members"), &members(&flood)).await.expect_problem(413, "body_too_large");
});

on_both!(what_a_team_holds_its_members_hold_and_lose_at_once, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let program = app.manager("acme", None).await;
    let place = team(&admin, "ops").await;
    let one = members(&[("service_account", &program.id.to_string())]);
    let (add, remove) = (format!("{place}/members/add"), format!("{place}/members/remove"));
    program.get(PATH).await.expect_problem(403, "permission_denied");
    admin.post(&add, &one).await.expect(200);
    let roles = |list: &[&str]| json!({ "roles": list });
    let put = admin.put(&format!("{place}/roles"), &roles(&["tenant_viewer"])).await.expect(200);
    assert_eq!(put.json(), roles(&["tenant_viewer"]));
    program.get(PATH).await.expect(200);
    admin.put(&format!("{place}/roles"), &roles(&[])).await.expect(200);
    program.get(PATH).await.expect_problem(403, "permission_denied");
    admin.put(&format!("{place}/roles"), &roles(&["tenant_viewer"])).await.expect(200);
    admin.put(&format!("{place}/roles"), &roles(&["tenant_viewer", "tenant_viewer"])).await.expect(200);
    assert_eq!(events(&app, "team.update_roles").await, 3);
    admin.post(&remove, &one).await.expect(200);
    program.get(PATH).await.expect_problem(403, "permission_denied");
    admin.post(&add, &one).await.expect(200);
    program.get(PATH).await.expect(200);
    admin.delete(&place).await.expect(204);
    program.get(PATH).await.expect_problem(403, "permission_denied");
    let left = "SELECT count(*) AS n FROM role_assignments WHERE principal_kind = 'team'";
    assert_eq!(count(&app, left).await, 0);
    admin.put(&format!("{place}/roles"), &roles(&["nobody"])).await.expect_problem(404, "not_found");
    let place = team(&admin, "ops2").await;
    for strange in ["nobody", "A\0", "", "super admin"] {
        let reply = admin.put(&format!("{place}/roles"), &roles(&[strange])).await;
        reply.expect_problem(422, "unknown_role");
    }
});

on_both!(
    /// Checklist 76.
    nobody_rises_by_a_team,
    |app| {
        let root = app.manager("acme", Some("super_admin")).await;
        role(&root, "organiser", &["teams:*", "roles:assign", "roles:read"]).await;
        let organiser = app.manager("acme", Some("organiser")).await;
        let strong = team(&root, "strong").await;
        root.put(&format!("{strong}/roles"), &json!({ "roles": ["tenant_admin"] })).await.expect(200);
        let own = members(&[("service_account", &organiser.id.to_string())]);
        for path in ["members/add", "members/remove"] {
            organiser.post(&format!("{strong}/{path}"), &own).await.expect_problem(403, "permission_denied");
        }
        organiser.put(&format!("{strong}/members"), &own).await.expect_problem(403, "permission_denied");
        organiser.delete(&strong).await.expect_problem(403, "permission_denied");
        let none = json!({ "roles": [] });
        organiser.put(&format!("{strong}/roles"), &none).await.expect_problem(403, "permission_denied");
        let weak = team(&organiser, "weak").await;
        organiser.post(&format!("{weak}/members/add"), &own).await.expect(200);
        for role in ["tenant_admin", "super_admin", "tenant_viewer"] {
            let reply = organiser.put(&format!("{weak}/roles"), &json!({ "roles": [role] })).await;
            reply.expect_problem(403, "permission_denied");
        }
        organiser.put(&format!("{weak}/roles"), &json!({ "roles": ["organiser"] })).await.expect(200);
        let admin = app.manager("acme", Some("tenant_admin")).await;
        let reply = admin.put(&format!("{weak}/roles"), &json!({ "roles": ["super_admin"] })).await;
        reply.expect_problem(403, "permission_denied");
    }
);

on_both!(a_permission_for_one_team_is_for_no_other, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    role(&root, "keeper", &["teams:update:ops", "teams:read:ops"]).await;
    let keeper = app.manager("acme", Some("keeper")).await;
    let (ops, other) = (team(&root, "ops").await, team(&root, "ops2").await);
    keeper.get(&ops).await.expect(200);
    keeper.patch(&ops, &json!({ "description": "x" })).await.expect(200);
    keeper.get(&other).await.expect_problem(403, "permission_denied");
    keeper.patch(&other, &json!({ "description": "x" })).await.expect_problem(403, "permission_denied");
    keeper.delete(&ops).await.expect_problem(403, "permission_denied");
    keeper.get(PATH).await.expect_problem(403, "permission_denied");
});

on_both!(
    /// Checklist 75.
    teams_of_others_do_not_exist,
    |app| {
        let (acme, globex) =
            (app.manager("acme", Some("tenant_admin")).await, app.manager("globex", Some("tenant_admin")).await);
        let place = team(&acme, "ops").await;
        let nobody = members(&[]);
        let roles = json!({ "roles": [] });
        for (method, path, body) in [
            (Method::GET, "", None),
            (Method::PATCH, "", Some(&json!({ "description": "x" }))),
            (Method::DELETE, "", None),
            (Method::GET, "/members", None),
            (Method::PUT, "/members", Some(&nobody)),
            (Method::POST, "/members/add", Some(&nobody)),
            (Method::POST, "/members/remove", Some(&nobody)),
            (Method::GET, "/roles", None),
            (Method::PUT, "/roles", Some(&roles)),
        ] {
            let reply = globex.call_with(method, &format!("{place}{path}"), body, &[]).await;
            reply.expect_problem(404, "not_found");
        }
        assert_eq!(globex.get(PATH).await.expect(200).json()["items"], json!([]));
        globex.get(&format!("{PATH}?tenant=acme")).await.expect_problem(404, "not_found");
        team(&globex, "ops").await;
        let cursor = {
            team(&acme, "ops2").await;
            acme.get(&format!("{PATH}?limit=1")).await.expect(200).text("next_cursor")
        };
        globex.get(&format!("{PATH}?cursor={cursor}")).await.expect_problem(400, "invalid_cursor");
        let root = app.manager("globex", Some("super_admin")).await;
        assert_eq!(root.get(&format!("{place}?tenant=acme")).await.expect(200).text("slug"), "ops");
    }
);

on_both!(what_cannot_be_said_of_a_team_is_refused, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    for (body, status, code) in [
        (json!({ "slug": "A", "display_name": "x" }), 422, "invalid_slug"),
        (json!({ "slug": "\0", "display_name": "x" }), 422, "invalid_slug"),
        (json!({ "slug": "a", "display_name": " " }), 422, "invalid_display_name"),
        (json!({ "slug": "a", "display_name": "x\0" }), 422, "invalid_display_name"),
        (json!({ "slug": "a", "display_name": "x", "description": "\0" }), 422, "invalid_description"),
        (json!({ "slug": "a", "display_name": "x", "tenant_id": "1" }), 400, "invalid_body"),
        (json!({ "slug": "a", "display_name": "x", "members": [] }), 400, "invalid_body"),
    ] {
        admin.post(PATH, &body).await.expect_problem(status, code);
    }
    let place = team(&admin, "ops").await;
    for body in [json!({ "slug": "b" }), json!({ "display_name": null }), json!({ "tenant_id": "x" })] {
        admin.patch(&place, &body).await.expect_problem(400, "invalid_body");
    }
});

on_both!(a_stale_change_of_a_team_loses_and_a_repeated_creation_is_one, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let body = json!({ "slug": "ops", "display_name": "Ops" });
    let key = [("idempotency-key", "team-1")];
    let calls = (0..8).map(|_| admin.call_with(Method::POST, PATH, Some(&body), &key));
    let replies: Vec<Reply> = join_all(calls).await.into_iter().map(|reply| reply.expect(201)).collect();
    assert!(replies.iter().all(|reply| reply.body == replies[0].body));
    let (place, etag) = (replies[0].header("location"), replies[0].header("etag"));
    let guarded = [("if-match", etag)];
    let bodies: Vec<Value> = (0..8).map(|n| json!({ "display_name": format!("Ops {n}") })).collect();
    let changes = bodies.iter().map(|body| admin.call_with(Method::PATCH, place, Some(body), &guarded));
    let statuses: Vec<u16> = join_all(changes).await.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 412].contains(status)), "{statuses:?}");
    let stale = admin.call_with(Method::DELETE, place, None, &guarded).await;
    stale.expect_problem(412, "changed_meanwhile");
});

on_both!(parallel_changes_of_members_add_up, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let place = team(&admin, "ops").await;
    let ada = user(&app, "acme", "ada@acme.example").await;
    let grace = user(&app, "acme", "grace@acme.example").await;
    let both = members(&[("user", &ada), ("user", &grace)]);
    let (add, put) = (format!("{place}/members/add"), format!("{place}/members"));
    let calls = (0..12).map(|_| admin.post(&add, &both));
    let added: i64 = join_all(calls)
        .await
        .into_iter()
        .map(|reply| reply.expect(200).json()["added"].as_i64().unwrap())
        .sum();
    assert_eq!(added, 2);
    let (one, other) = (members(&[("user", &ada)]), members(&[("user", &grace)]));
    let calls = (0..12).map(|n| admin.put(&put, if n % 2 == 0 { &one } else { &other }));
    for reply in join_all(calls).await {
        reply.expect(204);
    }
    let listed = admin.get(&put).await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "one call was the last");
});
