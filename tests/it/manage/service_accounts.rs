//! `/v1/service-accounts`.

use std::time::Duration;

use futures::future::join_all;
use gridkey::clients;
use gridkey::users::UserStatus;
use reqwest::Method;
use serde_json::{Value, json};

use super::roles::api;
use super::teams::{role, team};
use crate::on_both;
use crate::support::manager::Manager;
use crate::support::tokens::{ADA, alter, alter_client, code, count, person, tenant, text};
use crate::support::{Reply, TestApp, basic, jwt_claims};

const PATH: &str = "/v1/service-accounts";

/// A new service account: its address.
pub async fn account(manager: &Manager<'_>, slug: &str, more: Value) -> String {
    let mut body = json!({ "slug": slug, "display_name": slug });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    manager.post(PATH, &body).await.expect(201).header("location").to_owned()
}

/// What a program proves itself with.
#[derive(Clone, Debug)]
pub struct Credential {
    pub place: String,
    pub client_id: String,
    pub secret: String,
}

impl Credential {
    fn of(reply: &Reply) -> Self {
        Self {
            place: reply.header("location").to_owned(),
            client_id: reply.text("client_id"),
            secret: reply.text("client_secret"),
        }
    }

    pub async fn ask(&self, app: &TestApp) -> Reply {
        app.manage_token(&self.client_id, &self.secret).await
    }

    async fn token(&self, app: &TestApp) -> String {
        self.ask(app).await.expect(200).text("access_token")
    }

    /// What introspection says of a token of its own.
    async fn is_active(&self, app: &TestApp, token: &str) -> bool {
        let form = [("token", token)];
        let reply = app.post("/oauth2/introspect", Some(&basic(&self.client_id, &self.secret)), &form).await;
        reply.status == 200 && reply.json()["active"] == true
    }
}

/// A credential for managing.
pub async fn credential(manager: &Manager<'_>, place: &str) -> Credential {
    let body = json!({ "display_name": "Cluster 1", "scopes": ["gridkey:manage"] });
    Credential::of(&manager.post(&format!("{place}/credentials"), &body).await.expect(201))
}

on_both!(a_service_account_lives_from_creation_to_the_recycle_bin_and_back, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let ops = team(&admin, "ops").await;
    let body = json!({
        "slug": "nightly", "display_name": "Nightly", "description": "Reports.", "team": "ops",
        "roles": ["tenant_viewer"],
    });
    let made = admin.post(PATH, &body).await.expect(201);
    assert_eq!((made.text("status").as_str(), made.text("team").as_str()), ("active", "ops"));
    assert_eq!(made.text("created_by"), format!("service:{}", admin.id));
    let place = made.header("location").to_owned();
    let seen = admin.get(&place).await.expect(200);
    assert_eq!((seen.json(), seen.header("etag")), (made.json(), made.header("etag")));
    let members = admin.get(&format!("{ops}/members")).await.expect(200).json();
    assert_eq!(members["items"][0]["name"], "nightly");
    let changed = admin.patch(&place, &json!({ "display_name": "Every night" })).await.expect(200);
    admin.patch(&place, &json!({ "display_name": "Every night", "team": "ops" })).await.expect(200);
    assert_eq!(admin.get(&place).await.header("etag"), changed.header("etag"));
    let freed = admin.patch(&place, &json!({ "team": null })).await.expect(200);
    assert!(freed.json().get("team").is_none());
    assert_eq!(admin.get(&format!("{ops}/members")).await.json()["items"], json!([]));
    admin.delete(&place).await.expect(204);
    admin.delete(&place).await.expect_problem(404, "not_found");
    admin.patch(&place, &json!({ "display_name": "x" })).await.expect_problem(404, "not_found");
    admin
        .post(&format!("{place}/credentials"), &json!({ "display_name": "x", "scopes": ["gridkey:manage"] }))
        .await
        .expect_problem(404, "not_found");
    assert_eq!(admin.get(&place).await.expect(200).text("status"), "deleted");
    admin.post(PATH, &body).await.expect_problem(409, "already_exists");
    let back = admin.call(Method::POST, &format!("{place}/restore")).await.expect(200);
    assert_eq!(back.text("status"), "active");
    admin.call(Method::POST, &format!("{place}/restore")).await.expect_problem(404, "not_found");
    let held = admin.get(&format!("{place}/roles")).await.expect(200).json();
    assert_eq!(
        (&held["roles"], &held["effective_roles"]),
        (&json!(["tenant_viewer"]), &json!(["tenant_viewer"]))
    );
    let events = "SELECT count(*) AS n FROM audit_events WHERE action LIKE 'service_account.%'";
    assert_eq!(count(&app, events).await, 5);
});

on_both!(service_accounts_are_listed_by_slug_in_pages, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    team(&admin, "ops").await;
    for number in 0..4 {
        let more = if number % 2 == 0 { json!({ "team": "ops" }) } else { json!({}) };
        account(&admin, &format!("bot-{number}"), more).await;
    }
    let of = |page: Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|one| text(one, "slug")).collect()
    };
    let listed = |query: &str| {
        let path = format!("{PATH}?{query}");
        let admin = &admin;
        async move { admin.get(&path).await.expect(200).json() }
    };
    let page = listed("q=bot&limit=3").await;
    let next = text(&page, "next_cursor");
    assert_eq!(of(page), ["bot-0", "bot-1", "bot-2"]);
    assert_eq!(of(listed(&format!("q=bot&limit=3&cursor={next}")).await), ["bot-3"]);
    let page = listed("team=ops").await;
    assert_eq!(page["items"][0]["team"], "ops");
    assert_eq!(of(page), ["bot-0", "bot-2"]);
    assert!(of(listed("team=none").await).is_empty());
    let id = text(&listed("q=bot-3").await["items"][0], "id");
    admin.delete(&format!("{PATH}/{id}")).await.expect(204);
    assert_eq!(of(listed("q=bot").await).len(), 3);
    assert_eq!(of(listed("q=bot&status=deleted").await), ["bot-3"]);
    assert_eq!(of(listed("q=bot&status=deleted,active").await).len(), 4);
    admin.get(&format!("{PATH}?status=gone")).await.expect_problem(400, "invalid_filter");
});

on_both!(a_credential_speaks_for_its_account_and_tells_its_secret_once, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let place = account(&admin, "nightly", json!({ "roles": ["tenant_viewer"] })).await;
    let path = format!("{place}/credentials");
    let body = json!({ "display_name": "Cluster 1", "scopes": ["gridkey:manage"] });
    let key = [("idempotency-key", "cluster-1")];
    let calls = (0..8).map(|_| admin.call_with(Method::POST, &path, Some(&body), &key));
    let replies: Vec<Reply> = join_all(calls).await.into_iter().map(|reply| reply.expect(201)).collect();
    assert!(replies.iter().all(|reply| reply.body == replies[0].body), "one secret for one key");
    let one = Credential::of(&replies[0]);
    let token = one.token(&app).await;
    assert_eq!(jwt_claims(&token)["sub"], place.rsplit('/').next().unwrap());
    assert_eq!(jwt_claims(&token)["client_id"], one.client_id);
    app.get_as("/v1/teams", &token).await.expect(200);
    assert!(one.is_active(&app, &token).await);
    let shown = admin.get(&one.place).await.expect(200);
    let listed = admin.get(&path).await.expect(200);
    assert_eq!(listed.json()["items"], json!([shown.json()]));
    assert!(!shown.body.contains(&one.secret) && !listed.body.contains(&one.secret));
    app.pass(Duration::from_secs(1));
    let second = Credential::of(&admin.post(&format!("{}/secrets", one.place), &json!({})).await.expect(201));
    assert_eq!((&second.client_id, &second.place), (&one.client_id, &one.place));
    one.token(&app).await;
    second.token(&app).await;
    app.pass(Duration::from_secs(1));
    let third = Credential::of(&admin.post(&format!("{}/secrets", one.place), &json!({})).await.expect(201));
    one.ask(&app).await.expect_error(401, "invalid_client");
    second.token(&app).await;
    third.token(&app).await;
    let secrets = admin.get(&one.place).await.expect(200).json()["secrets"].clone();
    assert_eq!(secrets.as_array().unwrap().len(), 2);
    for secret in [&one.secret, &second.secret, &third.secret] {
        let told = format!("SELECT count(*) AS n FROM audit_events WHERE changes LIKE '%{secret}%'");
        let told = if app.app.db.is_postgres() { told.replace("changes", "changes::text") } else { told };
        assert_eq!(count(&app, told).await, 0);
    }
    for (action, times) in [("credential.create", 1), ("credential.add_secret", 2)] {
        let sql = format!("SELECT count(*) AS n FROM audit_events WHERE action = '{action}'");
        assert_eq!(count(&app, sql).await, times, "{action}");
    }
});

on_both!(
    /// Checklist 29.
    an_end_is_an_end_at_once,
    |app| {
        let admin = app.manager("acme", Some("tenant_admin")).await;
        let place = account(&admin, "nightly", json!({ "roles": ["tenant_viewer"] })).await;
        let (one, other) = (credential(&admin, &place).await, credential(&admin, &place).await);
        let tokens = (one.token(&app).await, other.token(&app).await);
        let alive = async |credential: &Credential, token: &str| {
            let asks = credential.ask(&app).await.status == 200;
            let introspects = credential.is_active(&app, token).await;
            let manages = app.get_as("/v1/teams", token).await.status == 200;
            assert_eq!((asks, introspects), (manages, manages));
            asks
        };
        assert!(alive(&one, &tokens.0).await && alive(&other, &tokens.1).await);
        let status = |text: &str| json!({ "status": text });
        admin.patch(&place, &status("disabled")).await.expect(200);
        assert!(!alive(&one, &tokens.0).await && !alive(&other, &tokens.1).await);
        admin.patch(&place, &status("active")).await.expect(200);
        assert!(alive(&one, &tokens.0).await);
        admin.delete(&one.place).await.expect(204);
        assert!(!alive(&one, &tokens.0).await && alive(&other, &tokens.1).await);
        admin.delete(&one.place).await.expect_problem(404, "not_found");
        admin.delete(&place).await.expect(204);
        assert!(!alive(&other, &tokens.1).await);
        admin.call(Method::POST, &format!("{place}/restore")).await.expect(200);
        assert!(!alive(&one, &tokens.0).await && alive(&other, &tokens.1).await);
        for bad in ["deleted", "gone", ""] {
            admin.patch(&place, &status(bad)).await.expect_problem(422, "invalid_status");
        }
    }
);

on_both!(a_secret_ends_when_it_was_said_to, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let place = account(&admin, "nightly", json!({})).await;
    let end = (app.now() + Duration::from_secs(60)).to_rfc3339();
    let body = json!({ "display_name": "x", "scopes": ["gridkey:manage"], "expires_at": end });
    let made = admin.post(&format!("{place}/credentials"), &body).await.expect(201);
    assert_eq!(made.json()["secrets"][0]["expires_at"], end);
    let short = Credential::of(&made);
    short.token(&app).await;
    app.pass(Duration::from_secs(61));
    short.ask(&app).await.expect_error(401, "invalid_client");
});

on_both!(scopes_are_those_of_the_organisations_apis_and_never_about_people, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    api(&app, "acme", &["reports:read", "users:read"]).await;
    api(&app, "globex", &["secrets:read"]).await;
    let place = account(&admin, "nightly", json!({})).await;
    let path = format!("{place}/credentials");
    let with = |scopes: Value| json!({ "display_name": "x", "scopes": scopes });
    admin.post(&path, &with(json!(["reports:read", "gridkey:manage"]))).await.expect(201);
    for strange in
        ["openid", "profile", "offline_access", "secrets:read", "reports:*", "*:*", "a b", "\0", ""]
    {
        admin.post(&path, &with(json!([strange]))).await.expect_problem(422, "unknown_scope");
    }
    let many = vec!["gridkey:manage"; 101];
    for (body, status, code) in [
        (with(json!([])), 422, "invalid_scopes"),
        (with(json!(many)), 422, "invalid_scopes"),
        (json!({ "display_name": "x" }), 400, "invalid_body"),
        (
            json!({ "display_name": "x", "scopes": ["gridkey:manage"], "client_id": "web" }),
            400,
            "invalid_body",
        ),
        (
            json!({ "display_name": "x", "scopes": ["gridkey:manage"], "expires_at": "2001-01-01T00:00:00Z" }),
            422,
            "invalid_expires_at",
        ),
        (json!({ "display_name": "", "scopes": ["gridkey:manage"] }), 422, "invalid_display_name"),
    ] {
        admin.post(&path, &body).await.expect_problem(status, code);
    }
    let root = app.manager("acme", Some("super_admin")).await;
    role(&root, "keeper", &["service_accounts:*"]).await;
    let keeper = app.manager("acme", Some("keeper")).await;
    for scope in ["reports:read", "users:read"] {
        keeper.post(&path, &with(json!([scope]))).await.expect_problem(403, "permission_denied");
    }
    keeper.post(&path, &with(json!(["gridkey:manage"]))).await.expect(201);
});

on_both!(an_organisation_has_no_more_accounts_than_it_may, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    alter(&app, |conn| {
        let mut acme = tenant(conn, "acme")?;
        acme.settings.limits.service_accounts = Some(3);
        gridkey::tenants::store::update(conn, &acme)
    })
    .await;
    let bodies: Vec<Value> =
        (0..8).map(|n| json!({ "slug": format!("bot-{n}"), "display_name": "x" })).collect();
    let replies = join_all(bodies.iter().map(|body| admin.post(PATH, body))).await;
    let (made, refused): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 201);
    assert_eq!(made.len(), 2, "the admin's own is the third");
    for reply in refused {
        reply.expect_problem(409, "limit_reached");
    }
    let place = made[0].header("location");
    admin.delete(place).await.expect(204);
    account(&admin, "instead", json!({})).await;
    admin.call(Method::POST, &format!("{place}/restore")).await.expect_problem(409, "limit_reached");
});

on_both!(
    /// Checklist 76.
    nobody_rises_by_a_service_account,
    |app| {
        let root = app.manager("acme", Some("super_admin")).await;
        role(&root, "keeper", &["service_accounts:*", "roles:assign"]).await;
        let keeper = app.manager("acme", Some("keeper")).await;
        let lead = team(&root, "lead").await;
        root.put(&format!("{lead}/roles"), &json!({ "roles": ["tenant_admin"] })).await.expect(200);
        for more in [json!({ "roles": ["tenant_admin"] }), json!({ "team": "lead" })] {
            let mut body = json!({ "slug": "mine", "display_name": "x" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            keeper.post(PATH, &body).await.expect_problem(403, "permission_denied");
        }
        let strong = account(&root, "strong", json!({ "roles": ["tenant_admin"] })).await;
        let by_team = account(&root, "by-team", json!({ "team": "lead" })).await;
        let manage = json!({ "display_name": "x", "scopes": ["gridkey:manage"] });
        for place in [&strong, &by_team] {
            let held = credential(&root, place).await;
            for (method, path, body) in [
                (Method::POST, format!("{place}/credentials"), Some(&manage)),
                (Method::POST, format!("{}/secrets", held.place), Some(&json!({}))),
                (Method::DELETE, held.place.clone(), None),
                (Method::PATCH, place.clone(), Some(&json!({ "status": "disabled" }))),
                (Method::PUT, format!("{place}/roles"), Some(&json!({ "roles": [] }))),
                (Method::DELETE, place.clone(), None),
            ] {
                let reply = keeper.call_with(method, &path, body, &[]).await;
                reply.expect_problem(403, "permission_denied");
            }
            root.delete(place).await.expect(204);
            let restore = keeper.call(Method::POST, &format!("{place}/restore")).await;
            restore.expect_problem(403, "permission_denied");
        }
        let own = account(&keeper, "own", json!({ "roles": ["keeper"] })).await;
        keeper.patch(&own, &json!({ "team": "lead" })).await.expect_problem(403, "permission_denied");
        let roles = json!({ "roles": ["keeper", "tenant_viewer"] });
        keeper.put(&format!("{own}/roles"), &roles).await.expect_problem(403, "permission_denied");
        let weak = credential(&keeper, &own).await;
        weak.token(&app).await;
    }
);

on_both!(
    /// Checklist 75.
    service_accounts_of_others_do_not_exist,
    |app| {
        let (acme, globex) =
            (app.manager("acme", Some("tenant_admin")).await, app.manager("globex", Some("tenant_admin")).await);
        let place = account(&acme, "nightly", json!({})).await;
        let held = credential(&acme, &place).await;
        let manage = json!({ "display_name": "x", "scopes": ["gridkey:manage"] });
        for (method, path, body) in [
            (Method::GET, place.clone(), None),
            (Method::PATCH, place.clone(), Some(&json!({ "status": "disabled" }))),
            (Method::DELETE, place.clone(), None),
            (Method::POST, format!("{place}/restore"), None),
            (Method::GET, format!("{place}/roles"), None),
            (Method::PUT, format!("{place}/roles"), Some(&json!({ "roles": [] }))),
            (Method::GET, format!("{place}/credentials"), None),
            (Method::POST, format!("{place}/credentials"), Some(&manage)),
            (Method::GET, held.place.clone(), None),
            (Method::DELETE, held.place.clone(), None),
            (Method::POST, format!("{}/secrets", held.place), Some(&json!({}))),
        ] {
            let reply = globex.call_with(method, &path, body, &[]).await;
            reply.expect_problem(404, "not_found");
        }
        team(&acme, "ops").await;
        for more in [json!({ "team": "ops" }), json!({ "team": "\0" })] {
            let mut body = json!({ "slug": "mine", "display_name": "x" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            globex.post(PATH, &body).await.expect_problem(422, "unknown_team");
        }
        assert_eq!(globex.get(&format!("{PATH}?team=ops")).await.expect(200).json()["items"], json!([]));
        // A credential is found under its own account only, and an application is no credential.
        let other = account(&acme, "other", json!({})).await;
        let id = held.place.rsplit('/').next().unwrap();
        for method in [Method::GET, Method::DELETE] {
            let reply = acme.call(method, &format!("{other}/credentials/{id}")).await;
            reply.expect_problem(404, "not_found");
        }
        let web = alter(&app, |conn| clients::store::find_by_client_id(conn, "web")).await.unwrap().id;
        acme.delete(&format!("{other}/credentials/{web}")).await.expect_problem(404, "not_found");
        held.token(&app).await;
    }
);

on_both!(a_service_account_lives_on_when_its_maker_leaves, |app| {
    alter_client(&app, "web", |client| client.scopes.push("gridkey:manage".into())).await;
    let mut browser = app.browser();
    let code = code(&mut browser, "openid gridkey:manage", &[]).await;
    let token = text(&app.redeem(&code).await.expect(200).json(), "access_token");
    let ada = Manager { token, ..app.manager("acme", None).await };
    let place = account(&ada, "nightly", json!({ "roles": ["tenant_viewer"] })).await;
    let held = credential(&ada, &place).await;
    let maker = alter(&app, |conn| {
        let mut ada = person(conn, "acme", ADA)?;
        (ada.status, ada.deleted_at) = (UserStatus::Deleted, Some(ada.created_at));
        gridkey::users::store::update(conn, ada.tenant_id, &ada)?;
        gridkey::tokens::end_user_tokens(conn, ada.tenant_id, ada.id, None, ada.created_at)?;
        Ok(ada.id)
    })
    .await;
    ada.get(&place).await.expect_problem(401, "invalid_token");
    let token = held.token(&app).await;
    let shown = app.get_as(&place, &token).await.expect(200);
    assert_eq!(shown.text("created_by"), format!("user:{maker}"));
});

on_both!(an_owned_account_belongs_to_its_team, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let (ops, dev) = (team(&admin, "ops").await, team(&admin, "dev").await);
    admin.put(&format!("{ops}/roles"), &json!({ "roles": ["tenant_viewer"] })).await.expect(200);
    let place = account(&admin, "nightly", json!({ "team": "ops" })).await;
    let token = credential(&admin, &place).await.token(&app).await;
    app.get_as("/v1/teams", &token).await.expect(200);
    let id = place.rsplit('/').next().unwrap();
    let own = json!({ "members": [{ "kind": "service_account", "id": id }] });
    admin.post(&format!("{ops}/members/remove"), &own).await.expect_problem(409, "owned_by_team");
    let nobody = json!({ "members": [] });
    admin.put(&format!("{ops}/members"), &nobody).await.expect_problem(409, "owned_by_team");
    admin.delete(&ops).await.expect_problem(409, "owns_service_accounts");
    admin.patch(&place, &json!({ "team": "none" })).await.expect_problem(422, "unknown_team");
    admin.patch(&place, &json!({ "team": "dev" })).await.expect(200);
    app.get_as("/v1/teams", &token).await.expect_problem(403, "permission_denied");
    assert_eq!(admin.get(&format!("{ops}/members")).await.json()["items"], json!([]));
    admin.delete(&place).await.expect(204);
    admin.delete(&dev).await.expect(204);
    let back = admin.call(Method::POST, &format!("{place}/restore")).await.expect(200);
    assert!(back.json().get("team").is_none());
});

on_both!(a_stale_change_of_a_service_account_loses, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let place = account(&admin, "nightly", json!({})).await;
    let held = credential(&admin, &place).await;
    for (place, body) in [(&place, Some(json!({ "display_name": "x" }))), (&held.place, None)] {
        let etag = admin.get(place).await.expect(200).header("etag").to_owned();
        let guarded = [("if-match", etag.as_str())];
        match body {
            Some(body) => {
                admin.call_with(Method::PATCH, place, Some(&body), &guarded).await.expect(200);
                let stale = admin.call_with(Method::PATCH, place, Some(&body), &guarded).await;
                stale.expect_problem(412, "changed_meanwhile");
            }
            None => {
                admin.post(&format!("{place}/secrets"), &json!({})).await.expect(201);
            }
        }
        let stale = admin.call_with(Method::DELETE, place, None, &guarded).await;
        stale.expect_problem(412, "changed_meanwhile");
    }
    let calls = (0..6).map(|_| async {
        let reply = admin.post(&format!("{}/secrets", held.place), &json!({})).await;
        reply.expect(201);
    });
    join_all(calls).await;
    let shown = admin.get(&held.place).await.expect(200).json();
    assert_eq!(shown["secrets"].as_array().unwrap().len(), 2, "never more than two live at once");
});
