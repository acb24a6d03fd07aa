//! People across organisations, and against those who would become more than they are.

use reqwest::Method;
use serde_json::json;

use super::people::{USERS, create, emails, events, give, id_of, make_role, make_team, place};
use crate::on_both;
use crate::support::tokens::{ADA, count};

const GRACE: &str = "grace@acme.example";

on_both!(
    /// Checklist 75.
    people_of_other_organisations_do_not_exist, |app| {
    let (acme, globex) = (app.manager("acme", Some("tenant_admin")).await, app.manager("globex", Some("tenant_admin")).await);
    let ada = place(&acme, ADA).await;
    let id = id_of(&ada).to_owned();
    let invited = json!({ "email": "guest@acme.example", "display_name": "Guest" });
    let invitation = acme.post("/v1/invitations", &invited).await.expect(201).header("location").to_owned();
    app.ada_signs_in().await;
    let session = acme.get("/v1/sessions").await.expect(200).json()["items"][0]["id"].as_str().unwrap().to_owned();
    let doomed = create(&acme, "doomed@acme.example", "Doomed").await;
    acme.delete(&doomed).await.expect(204);
    let nobody = "0199d2c0-0000-7000-8000-000000000000";
    for (method, path, body) in [
        (Method::GET, format!("{USERS}/ID"), json!({})),
        (Method::PATCH, format!("{USERS}/ID"), json!({ "display_name": "x" })),
        (Method::DELETE, format!("{USERS}/ID"), json!({})),
        (Method::POST, format!("{USERS}/ID/restore"), json!({})),
        (Method::GET, format!("{USERS}/ID/roles"), json!({})),
        (Method::PUT, format!("{USERS}/ID/roles"), json!({ "roles": [] })),
        (Method::GET, format!("{USERS}/ID/permissions"), json!({})),
        (Method::GET, format!("{USERS}/ID/sessions"), json!({})),
        (Method::DELETE, format!("{USERS}/ID/sessions"), json!({})),
        (Method::POST, format!("{USERS}/ID/password-reset"), json!({})),
        (Method::DELETE, "/v1/recycle-bin/user/ID".into(), json!({})),
    ] {
        let mut answers = Vec::new();
        let foreign = if path.contains("restore") || path.contains("bin") { id_of(&doomed) } else { &id };
        for one in [foreign, nobody, "x"] {
            let reply = globex.call_with(method.clone(), &path.replace("ID", one), Some(&body), &[]).await;
            let reply = reply.expect_problem(404, "not_found");
            answers.push(reply.body.replace(reply.header("x-request-id"), ""));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{method} {path}");
    }
    globex.delete(&invitation).await.expect_problem(404, "not_found");
    globex.call(Method::POST, &format!("{invitation}/resend")).await.expect_problem(404, "not_found");
    globex.delete(&format!("/v1/sessions/{session}")).await.expect_problem(404, "not_found");
    let known = json!({ "user_id": id_of(&ada) });
    globex.post("/v1/invitations", &known).await.expect_problem(404, "not_found");
    for list in [format!("/v1/sessions?user={id}"), format!("/v1/invitations?user={id}"), "/v1/recycle-bin".into()] {
        assert_eq!(globex.get(&list).await.expect(200).json()["items"], json!([]), "{list}");
    }
    let mut seen = emails(&globex.get(USERS).await.json());
    seen.sort();
    assert_eq!(seen, ["hank@globex.example", "sam@example.com"]);
    globex.get(&format!("{USERS}?tenant=%00")).await.expect_problem(400, "invalid_query");
    for named in ["acme", nobody, "ACME"] {
        globex.get(&format!("{USERS}?tenant={named}")).await.expect_problem(404, "not_found");
    }
    // A cursor of one organisation is of no use in another.
    let cursor = acme.get(&format!("{USERS}?limit=1")).await.json()["next_cursor"].as_str().unwrap().to_owned();
    globex.get(&format!("{USERS}?cursor={cursor}")).await.expect_problem(400, "invalid_cursor");
    let refused = "SELECT count(*) AS n FROM audit_events WHERE tenant_id IN (SELECT id FROM tenants WHERE slug = 'globex')";
    assert_eq!(count(&app, refused).await, 0, "nothing was done");
});

on_both!(a_super_admin_enters_other_organisations_by_name, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let found = root.get(&format!("{USERS}?tenant=globex&q=hank")).await.expect(200).json();
    assert_eq!(emails(&found), ["hank@globex.example"]);
    let hank = format!("{USERS}/{}?tenant=globex", found["items"][0]["id"].as_str().unwrap());
    root.patch(&hank, &json!({ "display_name": "Hank" })).await.expect(200);
    root.patch(hank.split('?').next().unwrap(), &json!({ "display_name": "x" }))
        .await
        .expect_problem(404, "not_found");
    let logged = "SELECT count(*) AS n FROM audit_events WHERE action = 'user.update' AND tenant_id IN \
                  (SELECT id FROM tenants WHERE slug = 'globex')";
    assert_eq!(count(&app, logged).await, 1);
});

on_both!(
    /// Checklist 76.
    nobody_hands_out_what_they_do_not_hold, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    make_role(&app, "acme", "helper", &["users:read", "users:create", "users:update", "roles:assign", "teams:update"]).await;
    make_team(&app, "acme", "chiefs", (&[], Some("super_admin"))).await;
    make_team(&app, "acme", "guests", (&[], None)).await;
    let helper = app.manager("acme", Some("helper")).await;
    let grace = place(&admin, GRACE).await;
    let roles = format!("{grace}/roles");
    let before = admin.get(&roles).await.json();
    for (manager, slug) in [(&admin, "super_admin"), (&helper, "tenant_admin"), (&helper, "editor"), (&helper, "super_admin")] {
        let wanted = json!({ "roles": ["tenant_user", slug] });
        manager.put(&roles, &wanted).await.expect_problem(403, "permission_denied");
        let body = json!({ "email": "new@acme.example", "display_name": "New", "roles": [slug] });
        manager.post(USERS, &body).await.expect_problem(403, "permission_denied");
        manager.post("/v1/invitations", &body).await.expect_problem(403, "permission_denied");
        let bulk = json!({ "action": "assign_role", "role": slug, "ids": [id_of(&grace)] });
        manager.post("/v1/users/bulk", &bulk).await.expect_problem(403, "permission_denied");
        let bulk = json!({ "action": "withdraw_role", "role": slug, "ids": [id_of(&grace)], "preview": true });
        manager.post("/v1/users/bulk", &bulk).await.expect_problem(403, "permission_denied");
    }
    // Nor by a team, nor by taking away what they could not give.
    let body = json!({ "email": "new@acme.example", "display_name": "New", "teams": ["chiefs"] });
    admin.post(USERS, &body).await.expect_problem(403, "permission_denied");
    admin.post("/v1/invitations", &body).await.expect_problem(403, "permission_denied");
    helper.put(&roles, &json!({ "roles": [] })).await.expect_problem(403, "permission_denied");
    assert_eq!(admin.get(&roles).await.json(), before);
    assert_eq!(emails(&admin.get(&format!("{USERS}?q=new")).await.json()), [""; 0]);
    let body = json!({ "email": "new@acme.example", "display_name": "New", "teams": ["guests"] });
    helper.post(USERS, &body).await.expect(201);
    let viewer = app.manager("acme", Some("tenant_viewer")).await;
    for (method, path) in [
        (Method::POST, USERS.to_owned()), (Method::PATCH, grace.clone()), (Method::DELETE, grace.clone()),
        (Method::PUT, roles.clone()), (Method::POST, format!("{grace}/password-reset")),
        (Method::POST, format!("{grace}/restore")), (Method::DELETE, format!("{grace}/sessions")),
        (Method::GET, "/v1/sessions".into()), (Method::POST, "/v1/invitations".into()),
    ] {
        let body = json!({ "email": "x@acme.example", "display_name": "X", "roles": [] });
        let refused = viewer.call_with(method, &path, Some(&body), &[]).await;
        refused.expect_problem(403, "permission_denied");
    }
    // Making people is not assigning roles.
    make_role(&app, "acme", "greeter", &["users:*"]).await;
    let greeter = app.manager("acme", Some("greeter")).await;
    for member in ["roles", "teams"] {
        let body = json!({ "email": "y@acme.example", "display_name": "Y", member: ["guests"] });
        greeter.post(USERS, &body).await.expect_problem(403, "permission_denied");
    }
});

on_both!(
    /// Checklist 76.
    nobody_takes_over_somebody_who_may_do_more, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let root = app.manager("acme", Some("super_admin")).await;
    give(&app, "acme", GRACE, "super_admin").await;
    make_team(&app, "acme", "chiefs", (&["sam@example.com"], Some("super_admin"))).await;
    for email in [GRACE, "sam@example.com"] {
        let strong = place(&admin, email).await;
        for patch in [
            json!({ "email": "mine@evil.example" }), json!({ "status": "suspended" }), json!({ "display_name": "x" }),
        ] {
            admin.patch(&strong, &patch).await.expect_problem(403, "permission_denied");
        }
        let reset = format!("{strong}/password-reset");
        admin.call(Method::POST, &reset).await.expect_problem(403, "permission_denied");
        admin.delete(&strong).await.expect_problem(403, "permission_denied");
        let bulk = json!({ "action": "suspend", "ids": [id_of(&strong)] });
        assert_eq!(admin.post("/v1/users/bulk", &bulk).await.expect(200).json()["refused"], 1);
        assert_eq!(admin.get(&strong).await.json()["status"], "active");
        root.delete(&strong).await.expect(204);
        admin.call(Method::POST, &format!("{strong}/restore")).await.expect_problem(403, "permission_denied");
        let purge = format!("/v1/recycle-bin/user/{}", id_of(&strong));
        admin.delete(&purge).await.expect_problem(403, "permission_denied");
        root.call(Method::POST, &format!("{strong}/restore")).await.expect(200);
        root.call(Method::POST, &reset).await.expect(200);
    }
    // Whoever is invited and was given more than the caller holds is not theirs to let in.
    let body = json!({ "email": "chief@acme.example", "display_name": "Chief", "roles": ["super_admin"] });
    let invitation = root.post("/v1/invitations", &body).await.expect(201);
    let resend = format!("{}/resend", invitation.header("location"));
    admin.call(Method::POST, &resend).await.expect_problem(403, "permission_denied");
    let again = json!({ "user_id": invitation.json()["user_id"] });
    admin.post("/v1/invitations", &again).await.expect_problem(403, "permission_denied");
    root.call(Method::POST, &resend).await.expect(200);
    assert_eq!(events(&app, "invitation.resend").await, 1);
});
