//! `/v1/users`: the life of an account.

use std::collections::BTreeSet;

use gridkey::db::DbError;
use gridkey::tenants;
use reqwest::Method;
use serde_json::{Value, json};

use super::people::{USERS, create, emails, events, give, make_role, make_team, place};
use crate::on_both;
use crate::support::tokens::{ADA, alter, alter_client, count, is_active, line, tenant, text};
use crate::support::{Browser, Reply, TestApp, authorize_web, query_of};

const GRACE: &str = "grace@acme.example";

on_both!(a_person_lives_from_creation_to_the_recycle_bin_and_back, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let body = json!({
        "email": " Kay@Acme.Example ", "display_name": " Kay ",
        "profile": { "given_name": "Kay", "address": { "country": "AT" } }, "roles": ["editor"],
    });
    let made = admin.post(USERS, &body).await.expect(201);
    let (place, view) = (made.header("location").to_owned(), made.json());
    assert_eq!(
        (view["email"].as_str(), view["display_name"].as_str()),
        (Some("Kay@Acme.Example"), Some("Kay"))
    );
    assert_eq!((view["email_verified"].as_bool(), view["status"].as_str()), (Some(false), Some("active")));
    assert_eq!(view["profile"], json!({ "given_name": "Kay", "address": { "country": "AT" } }));
    let seen = admin.get(&place).await.expect(200);
    assert_eq!((seen.json(), seen.header("etag")), (view, made.header("etag")));
    let patch = json!({ "display_name": "Kay McNulty", "profile": { "given_name": null, "locale": "en" } });
    let changed = admin.patch(&place, &patch).await.expect(200);
    assert_eq!(changed.json()["profile"], json!({ "address": { "country": "AT" }, "locale": "en" }));
    assert_ne!(changed.header("etag"), seen.header("etag"));
    let same = admin.patch(&place, &patch).await.expect(200);
    assert_eq!(same.header("etag"), changed.header("etag"), "nothing changed");
    admin.patch(&place, &json!({ "status": "suspended" })).await.expect(200);
    assert_eq!(
        admin.patch(&place, &json!({ "status": "active" })).await.expect(200).text("status"),
        "active"
    );
    admin.delete(&place).await.expect(204);
    for method in [Method::PATCH, Method::DELETE] {
        let gone = admin.call_with(method, &place, Some(&json!({ "display_name": "x" })), &[]).await;
        gone.expect_problem(404, "not_found");
    }
    assert_eq!(admin.get(&place).await.expect(200).text("status"), "deleted");
    let taken = admin.post(USERS, &json!({ "email": "kay@acme.example", "display_name": "x" })).await;
    taken.expect_problem(409, "already_exists");
    let back = admin.call(Method::POST, &format!("{place}/restore")).await.expect(200);
    assert_eq!((back.text("status"), back.json()["deleted_at"].is_null()), ("active".into(), true));
    assert_eq!(admin.get(&format!("{place}/roles")).await.expect(200).json()["roles"], json!(["editor"]));
    admin.call(Method::POST, &format!("{place}/restore")).await.expect_problem(404, "not_found");
    for (action, times) in [("user.create", 1), ("user.update", 3), ("user.delete", 1), ("user.restore", 1)] {
        assert_eq!(events(&app, action).await, times, "{action}");
    }
    assert_eq!(count(&app, "SELECT count(*) AS n FROM audit_events").await, 6);
});

on_both!(
    /// Checklist 66.
    what_nobody_may_say_of_somebody_is_refused, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let grace = place(&admin, GRACE).await;
    for member in [
        json!({ "tenant_id": "0199d2c0-0000-7000-8000-000000000000" }), json!({ "email_verified": true }),
        json!({ "password": "seven unlikely marmots" }), json!({ "password_hash": "$argon2id$" }),
        json!({ "id": "0199d2c0-0000-7000-8000-000000000000" }), json!({ "created_at": "2020-01-01T00:00:00Z" }),
        json!({ "deleted_at": null }), json!({ "updated_at": null }), json!({ "permissions": ["*:*"] }),
        json!({ "last_sign_in_at": "2020-01-01T00:00:00Z" }), json!({ "password_changed_at": null }),
    ] {
        let mut body = json!({ "email": "new@acme.example", "display_name": "New" });
        body.as_object_mut().unwrap().extend(member.as_object().unwrap().clone());
        admin.post(USERS, &body).await.expect_problem(400, "invalid_body");
        admin.patch(&grace, &member).await.expect_problem(400, "invalid_body");
    }
    for member in [json!({ "roles": ["editor"] }), json!({ "teams": [] }), json!({ "email": null })] {
        admin.patch(&grace, &member).await.expect_problem(400, "invalid_body");
    }
    for (member, code) in [
        (json!({ "profile": { "phone_number_verified": true } }), "invalid_profile"),
        (json!({ "profile": { "email_verified": true } }), "invalid_profile"),
        (json!({ "profile": { "picture": "javascript:alert(1)" } }), "invalid_profile"),
        (json!({ "profile": { "given_name": "a\u{0}b" } }), "invalid_profile"),
        (json!({ "display_name": "a\u{0}b" }), "invalid_display_name"),
        (json!({ "display_name": "x".repeat(201) }), "invalid_display_name"),
        (json!({ "status": "deleted" }), "invalid_status"),
        (json!({ "status": "invited" }), "invalid_status"),
    ] {
        admin.patch(&grace, &member).await.expect_problem(422, code);
    }
    assert_eq!(events(&app, "user.update").await, 0);
    let body = json!({ "email": "new@acme.example", "display_name": "New", "status": "suspended" });
    admin.post(USERS, &body).await.expect_problem(422, "invalid_status");
    for (member, code) in [("roles", "unknown_role"), ("teams", "unknown_team")] {
        for slug in ["nothing", "", "a\u{0}", "Editor"] {
            let body = json!({ "email": "new@acme.example", "display_name": "New", member: [slug] });
            admin.post(USERS, &body).await.expect_problem(422, code);
        }
    }
    assert_eq!(emails(&admin.get(&format!("{USERS}?email=new@acme.example")).await.json()), [""; 0]);
});

on_both!(mail_addresses_are_read_strictly_and_compared_without_case, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let long = format!("{}@example.com", "x".repeat(65));
    for bad in [
        "",
        "ada",
        "@example.com",
        "ada@",
        "a@b@example.com",
        "\"a@b\"@example.com",
        "ada@example..com",
        "ada@127.0.0.1",
        "ada@[127.0.0.1]",
        "a b@example.com",
        "ada@exam\u{0}ple.com",
        "ada\r\n@example.com",
        "ada@example.com, eve@example.com",
        "ada@-example.com",
        "ada\u{200b}@example.com",
        &long,
    ] {
        let refused = admin.post(USERS, &json!({ "email": bad, "display_name": "x" })).await;
        refused.expect_problem(422, "invalid_email");
    }
    for good in
        ["öl@müller.example", "a+b@example.com", "ɐ@example.com", &format!("{}@example.com", "x".repeat(64))]
    {
        let place = create(&admin, good, "Good").await;
        assert_eq!(admin.get(&place).await.json()["email"], good);
    }
    for same in ["ADA@ACME.EXAMPLE", "ａda@acme.example", " ada@acme.example"] {
        let taken = admin.post(USERS, &json!({ "email": same, "display_name": "x" })).await;
        taken.expect_problem(409, "already_exists");
    }
    let grace = place(&admin, GRACE).await;
    admin.patch(&grace, &json!({ "email": "Ada@acme.example" })).await.expect_problem(409, "already_exists");
    let ada = place(&admin, ADA).await;
    assert_eq!(admin.get(&ada).await.json()["email_verified"], true);
    let moved = admin.patch(&ada, &json!({ "email": "countess@acme.example" })).await.expect(200).json();
    assert_eq!((&moved["email"], &moved["email_verified"]), (&json!("countess@acme.example"), &json!(false)));
    // The same address may be somebody else's in another organisation.
    let globex = app.manager("globex", Some("tenant_admin")).await;
    create(&globex, "countess@acme.example", "Somebody else").await;
});

on_both!(lists_are_paged_filtered_and_searched, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    for (email, name) in [
        ("zoe@x.example", "Mona"),
        ("mo@x.example", "Zed"),
        ("moira@x.example", "Moira"),
        ("nan@x.example", "MOTH"),
        ("other@x.example", "Oma"),
    ] {
        create(&admin, email, name).await;
    }
    make_team(&app, "acme", "ops", (&[ADA, GRACE, "mo@x.example"], None)).await;
    let all = async |query: &str| {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = admin.get(&format!("{USERS}?limit=2&{query}{cursor}")).await.expect(200).json();
            assert!(page["items"].as_array().unwrap().len() <= 2);
            found.extend(emails(&page));
            let Some(next) = page["next_cursor"].as_str() else { return found };
            cursor = format!("&cursor={next}");
        }
    };
    assert_eq!(all("").await.len(), 8);
    assert_eq!(all("q=MO").await, ["mo@x.example", "moira@x.example", "zoe@x.example", "nan@x.example"]);
    assert_eq!(all("q=moi").await, ["moira@x.example"]);
    assert_eq!(all("team=ops").await.len(), 3);
    assert_eq!(all("team=ops&q=mo").await, ["mo@x.example"]);
    assert_eq!(all("role=editor").await, [ADA]);
    assert_eq!(all("role=tenant_user&team=ops").await, [GRACE]);
    admin.patch(&place(&admin, "mo@x.example").await, &json!({ "status": "suspended" })).await.expect(200);
    admin.delete(&place(&admin, "other@x.example").await).await.expect(204);
    assert_eq!(all("status=suspended").await, ["mo@x.example"]);
    assert_eq!(all("status=deleted").await, ["other@x.example"]);
    assert_eq!(all("status=suspended,deleted,suspended").await.len(), 2);
    assert_eq!(all("").await.len(), 7, "without what is in the recycle bin");
    assert_eq!(all("status=active&team=ops").await.len(), 2);
    assert_eq!(all("email=MO@x.example").await, ["mo@x.example"]);
    let first = admin.get(&format!("{USERS}?limit=1&q=mo")).await.expect(200).json();
    let cursor = first["next_cursor"].as_str().unwrap();
    admin.get(&format!("{USERS}?cursor={cursor}")).await.expect_problem(400, "invalid_cursor");
    for bad in ["q=%00", "team=%00", "role=%00"] {
        admin.get(&format!("{USERS}?{bad}")).await.expect_problem(400, "invalid_query");
    }
    for bad in ["status=gone", "email=x", "team=nothing", "role=nothing"] {
        admin.get(&format!("{USERS}?{bad}")).await.expect_problem(400, "invalid_filter");
    }
    admin.get(&format!("{USERS}?q={}", "x".repeat(201))).await.expect_problem(400, "invalid_filter");
    admin.get(&format!("{USERS}?mail=x")).await.expect_problem(400, "unknown_parameter");
});

on_both!(roles_are_replaced_and_permissions_say_where_they_come_from, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    make_team(&app, "acme", "ops", (&[GRACE], Some("editor"))).await;
    let grace = place(&admin, GRACE).await;
    let (roles, permissions) = (format!("{grace}/roles"), format!("{grace}/permissions"));
    let held = admin.get(&roles).await.expect(200);
    let by_team = json!([{ "team": "ops", "roles": ["editor"] }]);
    assert_eq!(held.json(), json!({ "roles": ["tenant_user"], "by_team": by_team }));
    let wanted = json!({ "roles": ["tenant_viewer", "editor", "editor"] });
    let guarded = [("if-match", held.header("etag"))];
    let now = admin.call_with(Method::PUT, &roles, Some(&wanted), &guarded).await.expect(200);
    assert_eq!(now.json(), json!({ "roles": ["editor", "tenant_viewer"], "by_team": by_team }));
    let stale = admin.call_with(Method::PUT, &roles, Some(&json!({ "roles": [] })), &guarded).await;
    stale.expect_problem(412, "changed_meanwhile");
    let found = admin.get(&permissions).await.expect(200).json();
    let of = |name: &str| -> Value {
        let all = found["permissions"].as_array().unwrap();
        all.iter().find(|one| one["permission"] == name).map_or(Value::Null, |one| one["from"].clone())
    };
    assert_eq!(of("reports:write"), json!([{ "role": "editor" }, { "role": "editor", "team": "ops" }]));
    assert_eq!(of("users:read"), json!([{ "role": "tenant_viewer" }]));
    assert_eq!(of("api_keys:manage"), Value::Null, "tenant_user was taken away");
    admin.put(&roles, &wanted).await.expect(200);
    assert_eq!(events(&app, "user.set_roles").await, 1, "the second time nothing changed");
    for bad in [json!({ "roles": ["nothing"] }), json!({ "roles": ["a\u{0}"] })] {
        admin.put(&roles, &bad).await.expect_problem(422, "unknown_role");
    }
    let many: Vec<String> = (0..101).map(|n| format!("r{n}")).collect();
    admin.put(&roles, &json!({ "roles": many })).await.expect_problem(422, "too_many");
    admin
        .put(&roles, &json!({ "roles": ["editor"], "tenant_id": "x" }))
        .await
        .expect_problem(400, "invalid_body");
});

on_both!(
    /// Checklist 74.
    of_sixteen_who_change_what_they_saw_one_wins, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let grace = place(&admin, GRACE).await;
    let etag = admin.get(&grace).await.header("etag").to_owned();
    let guarded = [("if-match", etag.as_str())];
    let bodies: Vec<Value> = (0..16).map(|n| json!({ "display_name": format!("Grace {n}") })).collect();
    let calls = bodies.iter().map(|body| admin.call_with(Method::PATCH, &grace, Some(body), &guarded));
    let replies = futures::future::join_all(calls).await;
    let won: Vec<_> = replies.iter().filter(|reply| reply.status == 200).collect();
    assert_eq!(won.len(), 1);
    for lost in replies.iter().filter(|reply| reply.status != 200) {
        lost.clone().expect_problem(412, "changed_meanwhile");
    }
    assert_eq!(admin.get(&grace).await.json(), won[0].json());
    assert_eq!(events(&app, "user.update").await, 1);
    // Without If-Match everybody gets their turn, and every version is another.
    let calls = bodies.iter().map(|body| admin.patch(&grace, body));
    let replies = futures::future::join_all(calls).await;
    let versions: BTreeSet<String> =
        replies.into_iter().filter(|one| one.status == 200).map(|one| one.header("etag").to_owned()).collect();
    assert!(versions.len() >= 15, "{versions:?}");
});

/// Signs Grace in and redeems the code.
async fn grace_in(app: &TestApp, browser: &mut Browser) -> Value {
    let code = browser.code_for_web("openid offline_access", GRACE, "another horse battery staple").await;
    app.redeem(&code).await.expect(200).json()
}

on_both!(
    /// Checklist 29, 52.
    whoever_is_suspended_or_deleted_holds_nothing_that_works, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let grace = place(&admin, GRACE).await;
    for shut_out in ["suspend", "delete"] {
        let mut browser = app.browser();
        let tokens = grace_in(&app, &mut browser).await;
        let url = browser.walk(&authorize_web("openid", &[]), GRACE, "").await;
        let code = query_of(&url)["code"].clone();
        let reset = admin.call(Method::POST, &format!("{grace}/password-reset")).await.expect(200).text("link");
        assert!(is_active(&app, &text(&tokens, "access_token")).await);
        match shut_out {
            "suspend" => drop(admin.patch(&grace, &json!({ "status": "suspended" })).await.expect(200)),
            _ => drop(admin.delete(&grace).await.expect(204)),
        }
        assert!(!is_active(&app, &text(&tokens, "access_token")).await, "{shut_out}");
        app.get_as("/oauth2/userinfo", &text(&tokens, "access_token")).await.expect(401);
        app.refresh(&text(&tokens, "refresh_token")).await.expect_error(400, "invalid_grant");
        app.redeem(&code).await.expect_error(400, "invalid_grant");
        assert_eq!(browser.get(&reset).await.reply.status, 410);
        match shut_out {
            "suspend" => drop(admin.patch(&grace, &json!({ "status": "active" })).await.expect(200)),
            _ => drop(admin.call(Method::POST, &format!("{grace}/restore")).await.expect(200)),
        }
        // Coming back brings nothing back.
        assert!(!is_active(&app, &text(&tokens, "access_token")).await, "{shut_out}");
        app.refresh(&text(&tokens, "refresh_token")).await.expect_error(400, "invalid_grant");
        assert_eq!(browser.get(&reset).await.reply.status, 410, "{shut_out}");
    }
});

on_both!(an_organisation_has_no_more_people_than_it_may, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    alter(&app, |conn| {
        let mut acme = tenant(conn, "acme")?;
        acme.settings.limits.users = Some(4);
        tenants::store::update(conn, &acme)?;
        Ok::<_, DbError>(())
    })
    .await;
    let bodies: Vec<Value> =
        (0..8).map(|n| json!({ "email": format!("n{n}@acme.example"), "display_name": "N" })).collect();
    let replies = futures::future::join_all(bodies.iter().map(|body| admin.post(USERS, body))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
    for refused in replies.iter().filter(|reply| reply.status != 201) {
        refused.clone().expect_problem(409, "limit_reached");
    }
    let grace = place(&admin, GRACE).await;
    admin.delete(&grace).await.expect(204);
    create(&admin, "next@acme.example", "Next").await;
    let restore = format!("{grace}/restore");
    admin.call(Method::POST, &restore).await.expect_problem(409, "limit_reached");
    let invited = json!({ "email": "guest@acme.example", "display_name": "Guest" });
    admin.post("/v1/invitations", &invited).await.expect_problem(409, "limit_reached");
});

on_both!(
    /// Checklist 77.
    a_link_to_choose_a_password_works_once_and_is_mailed, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let place = create(&admin, "kay@acme.example", "Kay").await;
    let reset = format!("{place}/password-reset");
    let made = admin.call(Method::POST, &reset).await.expect(200).json();
    let link = made["link"].as_str().unwrap();
    assert!(link.starts_with(&format!("{}/login/reset?token=gkpr_", app.issuer())), "{link}");
    assert_eq!(made["mailed"], true);
    let mail = app.app.mailer.as_inbox().unwrap().messages().remove(0).mail;
    assert!(mail.to == "kay@acme.example" && mail.text.contains(link) && mail.text.contains("Acme Corporation"));
    let browser = app.browser();
    let page = browser.get(link).await;
    assert_eq!(browser.submit(&page, &[("password", "seven unlikely marmots")]).await.reply.status, 303);
    assert_eq!(browser.get(link).await.reply.status, 410);
    app.browser().code_for_web("openid", "kay@acme.example", "seven unlikely marmots").await;
    let other = admin.call(Method::POST, &reset).await.expect(200).text("link");
    admin.patch(&place, &json!({ "email": "mcnulty@acme.example" })).await.expect(200);
    assert_eq!(browser.get(&other).await.reply.status, 410, "what was sent to the old address");
    admin.patch(&place, &json!({ "status": "suspended" })).await.expect(200);
    admin.call(Method::POST, &reset).await.expect_problem(409, "not_active");
    let events = "SELECT count(*) AS n FROM audit_events WHERE changes LIKE '%gkpr_%'";
    assert_eq!(count(&app, events).await, 0);
});

on_both!(who_calls_learns_who_they_are, |app| {
    let viewer = app.manager("acme", Some("tenant_viewer")).await;
    let me = viewer.get("/v1/me").await.expect(200).json();
    assert_eq!((&me["kind"], &me["id"]), (&json!("service"), &json!(viewer.id)));
    assert_eq!((&me["tenant"]["slug"], &me["roles"]), (&json!("acme"), &json!(["tenant_viewer"])));
    assert!(me["permissions"].as_array().unwrap().contains(&json!("users:read")));
    make_role(&app, "acme", "auditor", &["audit:read"]).await;
    give(&app, "acme", GRACE, "auditor").await;
    alter_client(&app, "web", |client| client.scopes.push("gridkey:manage".into())).await;
    let mut browser = app.browser();
    let tokens = line(&app, &mut browser, "openid gridkey:manage").await;
    let me = app.get_as("/v1/me", &text(&tokens, "access_token")).await.expect(200).json();
    assert_eq!((&me["kind"], &me["name"]), (&json!("user"), &json!(ADA)));
    assert_eq!(me["roles"], json!(["editor", "tenant_admin"]));
    let ada = place(&viewer, ADA).await;
    let token = text(&tokens, "access_token");
    let own = app.http().patch(app.url(&ada)).bearer_auth(token).json(&json!({ "status": "suspended" }));
    Reply::of(own.send().await.unwrap()).await.expect_problem(409, "own_account");
    let without = line(&app, &mut app.browser(), "openid").await;
    let refused = app.get_as("/v1/me", &text(&without, "access_token")).await;
    refused.expect_problem(403, "insufficient_scope");
});
