//! `/v1/applications` and their secrets.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::manager::Manager;
use crate::support::tokens::count;
use crate::support::{TestApp, basic};

const PATH: &str = "/v1/applications";

fn web(client_id: &str) -> Value {
    json!({
        "kind": "web", "display_name": "Shop", "client_id": client_id,
        "redirect_uris": ["https://shop.example.com/cb"],
    })
}

fn machine(client_id: &str) -> Value {
    json!({ "kind": "machine", "display_name": "Robot", "client_id": client_id, "scopes": ["shop:read"] })
}

/// The status of a token request with this secret.
async fn proves(app: &TestApp, client_id: &str, secret: &str) -> u16 {
    app.token(Some(&basic(client_id, secret)), &[("grant_type", "client_credentials")]).await.status
}

async fn events(app: &TestApp, action: &str) -> i64 {
    count(app, format!("SELECT count(*) AS n FROM audit_events WHERE action = '{action}'")).await
}

/// Registers what the body says: its place and its secret.
async fn registered(by: &Manager<'_>, body: &Value) -> (String, String) {
    let made = by.post(PATH, body).await.expect(201);
    (made.header("location").to_owned(), made.text("client_secret"))
}

on_both!(each_kind_lives_from_registration_to_the_recycle_bin_and_back, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    for (kind, auth_method, grants, confidential) in [
        ("web", "client_secret_basic", json!(["authorization_code", "refresh_token"]), true),
        ("spa", "none", json!(["authorization_code", "refresh_token"]), false),
        ("native", "none", json!(["authorization_code", "refresh_token"]), false),
        ("machine", "client_secret_basic", json!(["client_credentials"]), true),
    ] {
        let mut body = json!({ "kind": kind, "display_name": format!(" {kind} ") });
        if kind != "machine" {
            body["redirect_uris"] = json!(["https://app.example.com/cb"]);
        }
        let made = admin.post(PATH, &body).await.expect(201);
        let mut view = made.json();
        let secret = view.as_object_mut().unwrap().remove("client_secret");
        assert_eq!(secret.is_some(), confidential, "{kind}");
        assert_eq!((&view["display_name"], &view["auth_method"]), (&json!(kind), &json!(auth_method)));
        assert_eq!((&view["grant_types"], &view["require_pkce"]), (&grants, &json!(true)));
        assert_eq!((&view["first_party"], &view["all_tenants"]), (&json!(false), &json!(false)));
        let place = made.header("location").to_owned();
        let seen = admin.get(&place).await.expect(200);
        assert_eq!((seen.json(), seen.header("etag")), (view.clone(), made.header("etag")));
        let renamed = admin.patch(&place, &json!({ "display_name": "Other" })).await.expect(200);
        assert_eq!(renamed.text("display_name"), "Other");
        admin.patch(&place, &json!({ "display_name": "Other" })).await.expect(200);
        admin.delete(&place).await.expect(204);
        admin.delete(&place).await.expect_problem(404, "not_found");
        admin.patch(&place, &json!({ "display_name": "x" })).await.expect_problem(404, "not_found");
        admin.post(&format!("{place}/secrets"), &json!({})).await.expect_problem(404, "not_found");
        assert_eq!(admin.get(&place).await.expect(200).text("status"), "deleted");
        let restore = format!("{place}/restore");
        assert_eq!(admin.call(Method::POST, &restore).await.expect(200).text("status"), "active");
        admin.call(Method::POST, &restore).await.expect_problem(404, "not_found");
    }
    for action in ["create", "update", "delete", "restore"] {
        assert_eq!(events(&app, &format!("application.{action}")).await, 4, "{action}: one for each change");
    }
    let by_whom = format!("SELECT count(*) AS n FROM audit_events WHERE actor_id = '{}'", admin.id);
    assert_eq!(count(&app, by_whom).await, 16);
});

on_both!(settings_are_merged_and_lists_replaced, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let (place, _) = registered(&admin, &web("shop")).await;
    let change = json!({
        "settings": { "lifetimes": { "access_token": 60, "id_token": 90 }, "access_token_alg": "ES256" },
        "scopes": ["openid"], "response_modes": ["query", "form_post"],
    });
    let changed = admin.patch(&place, &change).await.expect(200).json();
    assert_eq!(changed["settings"]["lifetimes"], json!({ "access_token": 60, "id_token": 90 }));
    assert_eq!(
        (&changed["scopes"], &changed["redirect_uris"][0]),
        (&json!(["openid"]), &json!("https://shop.example.com/cb"))
    );
    let back = json!({ "settings": { "lifetimes": { "id_token": null }, "access_token_alg": null } });
    let back = admin.patch(&place, &back).await.expect(200).json();
    assert_eq!(back["settings"], json!({ "lifetimes": { "access_token": 60 } }));
});

on_both!(
    /// Checklist 6, 7: what would have to be feared later cannot be registered.
    dangerous_redirect_uris_are_refused,
    |app| {
        let admin = app.manager("acme", Some("tenant_admin")).await;
        let (place, _) = registered(&admin, &web("shop")).await;
        for uri in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "https://shop.example.com/cb#fragment",
            "https://shop.example.com/cb#",
            "https://*.example.com/cb",
            "https://shop.example.com/*",
            "http://shop.example.com/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://localhost.evil.example/cb",
            "https://user@shop.example.com/cb",
            "https://shop.example.com@evil.example/cb",
            "https://shop.example.com\\@evil.example/cb",
            "https://SHOP.example.com/cb",
            "https://shop.example.com/a/../cb",
            "https://shop.example.com/c b",
            "https://shop.example.com/\u{0}cb",
            "//shop.example.com/cb",
            "/cb",
            "",
            "com.example.shop:/cb",
        ] {
            for (key, code) in [
                ("redirect_uris", "invalid_redirect_uris"),
                ("post_logout_redirect_uris", "invalid_post_logout_redirect_uris"),
            ] {
                let mut body = web("other");
                body[key] = json!([uri]);
                let refused = admin.post(PATH, &body).await.expect_problem(422, code);
                assert!(refused.text("detail").contains(key), "{}", refused.body);
                admin.patch(&place, &json!({ key: ["https://fine.example.com/", uri] })).await.expect_problem(422, code);
            }
        }
        let native = json!({
            "kind": "native", "display_name": "N", "redirect_uris": ["com.example.shop:/cb", "http://127.0.0.1/cb"],
        });
        admin.post(PATH, &native).await.expect(201);
    }
);

on_both!(what_does_not_fit_together_is_refused, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let with = |key: &str, value: Value| {
        let mut body = web("x");
        body[key] = value;
        body
    };
    for (body, status, code) in [
        (with("kind", json!("phone")), 400, "invalid_body"),
        (with("tenant_id", json!("x")), 400, "invalid_body"),
        (with("status", json!("disabled")), 400, "invalid_body"),
        (with("service_account_id", json!("x")), 400, "invalid_body"),
        (with("client_secret", json!("of-my-own-choice-of-my-own-choice")), 400, "invalid_body"),
        (with("display_name", json!("")), 422, "invalid_display_name"),
        (with("client_id", json!("a b")), 422, "invalid_client_id"),
        (with("client_id", json!("first-party:acme")), 422, "invalid_client_id"),
        (with("client_id", json!("0199b1a0-7c00-7000-8000-000000000000")), 422, "invalid_client_id"),
        (with("client_id", json!("web")), 409, "already_exists"),
        (with("client_id", json!("globex-web")), 409, "already_exists"),
        (with("redirect_uris", json!([])), 422, "invalid_redirect_uris"),
        (with("auth_method", json!("private_key_jwt")), 400, "invalid_body"),
        (with("grant_types", json!([])), 422, "invalid_grant_types"),
        (with("grant_types", json!(["refresh_token"])), 422, "invalid_grant_types"),
        (with("grant_types", json!(["password"])), 400, "invalid_body"),
        (with("response_modes", json!([])), 422, "invalid_response_modes"),
        (with("scopes", json!(["a b"])), 422, "invalid_scopes"),
        (with("scopes", json!(["openid", "openid"])), 422, "invalid_scopes"),
        (with("scopes", json!((0..101).map(|n| format!("s{n}")).collect::<Vec<_>>())), 422, "invalid_scopes"),
        (with("settings", json!({ "audiences": ["a b"] })), 422, "invalid_settings"),
        (with("settings", json!({ "allowed_origins": ["https://a.example/path"] })), 422, "invalid_settings"),
        (with("settings", json!({ "lifetimes": { "access_token": 1 } })), 422, "invalid_settings"),
        (with("settings", json!({ "unknown": 1 })), 400, "invalid_body"),
        (
            json!({ "kind": "spa", "display_name": "x", "redirect_uris": ["https://a.example/"], "auth_method": "client_secret_basic" }),
            422,
            "invalid_auth_method",
        ),
        (
            json!({ "kind": "spa", "display_name": "x", "redirect_uris": ["https://a.example/"], "require_pkce": false }),
            422,
            "invalid_require_pkce",
        ),
        (
            json!({ "kind": "machine", "display_name": "x", "redirect_uris": ["https://a.example/"] }),
            422,
            "invalid_redirect_uris",
        ),
        (
            json!({ "kind": "machine", "display_name": "x", "auth_method": "none" }),
            422,
            "invalid_auth_method",
        ),
        (json!([]), 400, "invalid_body"),
    ] {
        let reply = admin.post(PATH, &body).await;
        assert_eq!((reply.status, reply.text("code")), (status, code.to_owned()), "{body} {}", reply.body);
    }
    let (place, _) = registered(&admin, &web("shop")).await;
    for (patch, status, code) in [
        (json!({ "status": "deleted" }), 422, "invalid_status"),
        (json!({ "kind": "spa" }), 400, "invalid_body"),
        (json!({ "client_id": "y" }), 400, "invalid_body"),
        (json!({ "scopes": null }), 400, "invalid_body"),
        (json!({ "settings": { "audiences": "x" } }), 422, "invalid_settings"),
        (json!({ "settings": [] }), 422, "invalid_settings"),
    ] {
        admin.patch(&place, &patch).await.expect_problem(status, code);
    }
    assert_eq!(events(&app, "application.update").await, 0);
});

on_both!(
    /// Checklist 41, 87: a secret is told once and lies nowhere.
    secrets_are_rotated_with_two_live_at_once,
    |app| {
        let admin = app.manager("acme", Some("tenant_admin")).await;
        let (place, first) = registered(&admin, &machine("robot")).await;
        assert!(first.starts_with("gkcs_"), "{first}");
        let secrets = format!("{place}/secrets");
        assert_eq!(proves(&app, "robot", &first).await, 200);
        let made = admin.post(&secrets, &json!({})).await.expect(201);
        let second = made.text("client_secret");
        assert_ne!(first, second);
        assert_eq!((proves(&app, "robot", &first).await, proves(&app, "robot", &second).await), (200, 200));
        admin.post(&secrets, &json!({})).await.expect_problem(409, "limit_reached");
        assert_eq!(proves(&app, "robot", &first).await, 200, "a third pushes nobody out");

        let listed = admin.get(&secrets).await.expect(200);
        let items = listed.json()["items"].as_array().unwrap().clone();
        assert_eq!(items.len(), 2);
        for secret in [&first, &second] {
            assert!(!listed.body.contains(secret.as_str()), "{}", listed.body);
        }
        let newest = made.text("id");
        let oldest = items.iter().map(|item| item["id"].as_str().unwrap()).find(|id| *id != newest).unwrap();
        admin.delete(&format!("{secrets}/{oldest}")).await.expect(204);
        admin.delete(&format!("{secrets}/{oldest}")).await.expect_problem(404, "not_found");
        assert_eq!((proves(&app, "robot", &first).await, proves(&app, "robot", &second).await), (401, 200));

        let end = (app.now() + Duration::from_secs(60)).to_rfc3339();
        let third = admin.post(&secrets, &json!({ "expires_at": end })).await.expect(201).text("client_secret");
        assert_eq!(proves(&app, "robot", &third).await, 200);
        app.pass(Duration::from_secs(60));
        assert_eq!(proves(&app, "robot", &third).await, 401);
        let fourth = admin.post(&secrets, &json!({})).await.expect(201).text("client_secret");
        assert_eq!((proves(&app, "robot", &second).await, proves(&app, "robot", &fourth).await), (200, 200));
        for bad in [json!({ "expires_at": "1999-01-01T00:00:00Z" }), json!({ "expires_at": "soon" })] {
            admin.post(&secrets, &bad).await.expect_problem(422, "invalid_expires_at");
        }
        for secret in [&first, &second, &third, &fourth] {
            let sql = format!(
                "SELECT count(*) AS n FROM audit_events WHERE changes LIKE '%{secret}%' OR target_name LIKE '%{secret}%' \
                 OR target_id LIKE '%{secret}%'"
            );
            assert_eq!(count(&app, sql).await, 0);
        }
        assert_eq!(events(&app, "application_secret.create").await, 3);
        assert_eq!(events(&app, "application_secret.delete").await, 1);
    }
);

on_both!(a_public_application_has_no_secrets, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let mut body = web("shop");
    body["auth_method"] = json!("none");
    let (place, secret) = registered(&admin, &body).await;
    assert_eq!(secret, "");
    let secrets = format!("{place}/secrets");
    admin.post(&secrets, &json!({})).await.expect_problem(422, "public_application");
    admin.patch(&place, &json!({ "auth_method": "client_secret_basic" })).await.expect(200);
    admin.post(&secrets, &json!({})).await.expect(201);
    admin.patch(&place, &json!({ "auth_method": "none" })).await.expect(200);
    assert_eq!(admin.get(&secrets).await.expect(200).json()["items"], json!([]), "they went with it");
});

on_both!(parallel_secrets_are_two_at_most, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let (place, _) = registered(&admin, &machine("robot")).await;
    let secrets = format!("{place}/secrets");
    let body = json!({});
    let calls = (0..8).map(|_| admin.post(&secrets, &body));
    let made = futures::future::join_all(calls).await.into_iter().filter(|reply| reply.status == 201).count();
    assert_eq!(made, 1);
    assert_eq!(count(&app, "SELECT count(*) AS n FROM client_secrets WHERE client_pk IN (SELECT id FROM clients WHERE client_id = 'robot')").await, 2);
});

on_both!(a_repeated_registration_tells_the_same_secret, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let key = [("idempotency-key", "k1")];
    let body = machine("robot");
    let first = admin.call_with(Method::POST, PATH, Some(&body), &key).await.expect(201);
    let again = admin.call_with(Method::POST, PATH, Some(&body), &key).await.expect(201);
    assert_eq!((first.json(), again.header("idempotency-replayed")), (again.json(), "true"));
    assert_eq!(proves(&app, "robot", &again.text("client_secret")).await, 200);
    let secrets = format!("{}/secrets", first.header("location"));
    let one = admin.call_with(Method::POST, &secrets, Some(&json!({})), &key).await.expect(201);
    let two = admin.call_with(Method::POST, &secrets, Some(&json!({})), &key).await.expect(201);
    assert_eq!(one.json(), two.json());
    let other = app.manager("acme", Some("tenant_admin")).await;
    let theirs = other.call_with(Method::POST, PATH, Some(&body), &key).await;
    theirs.expect_problem(409, "already_exists");
});

on_both!(a_stale_change_loses, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let made = admin.post(PATH, &web("shop")).await.expect(201);
    let (place, etag) = (made.header("location"), made.header("etag"));
    let guarded = [("if-match", etag)];
    let named = |name: &str| json!({ "display_name": name });
    admin.call_with(Method::PATCH, place, Some(&named("One")), &guarded).await.expect(200);
    let stale = admin.call_with(Method::PATCH, place, Some(&named("Two")), &guarded).await;
    stale.expect_problem(412, "changed_meanwhile");
    admin.call_with(Method::DELETE, place, None, &guarded).await.expect_problem(412, "changed_meanwhile");
    assert_eq!(admin.get(place).await.text("display_name"), "One");
    let after_a_secret = admin.post(&format!("{place}/secrets"), &json!({})).await.expect(201);
    assert_eq!(admin.get(place).await.header("etag"), after_a_secret.header("etag"));
});

on_both!(
    /// Checklist 74-77: who administers one organisation gets no powers beyond it.
    what_is_trusted_with_more_takes_somebody_who_may_change_every_organisation,
    |app| {
        let admin = app.manager("acme", Some("tenant_admin")).await;
        let root = app.manager("acme", Some("super_admin")).await;
        for (key, value) in
            [("first_party", json!(true)), ("all_tenants", json!(true)), ("scopes", json!(["openid", "gridkey:manage"]))]
        {
            let mut body = web(&format!("trusted-{key}"));
            body[key] = value.clone();
            admin.post(PATH, &body).await.expect_problem(403, "permission_denied");
            let (place, _) = registered(&root, &body).await;
            let (plain, _) = registered(&admin, &web(&format!("plain-{key}"))).await;
            admin.patch(&plain, &json!({ key: value })).await.expect_problem(403, "permission_denied");
            for change in [
                json!({ "redirect_uris": ["https://evil.example.com/cb"] }),
                json!({ key: if key == "scopes" { json!(["openid"]) } else { json!(false) } }),
                json!({ "auth_method": "none" }),
                json!({ "display_name": "x" }),
            ] {
                admin.patch(&place, &change).await.expect_problem(403, "permission_denied");
            }
            let secrets = format!("{place}/secrets");
            admin.post(&secrets, &json!({})).await.expect_problem(403, "permission_denied");
            let listed = admin.get(&secrets).await.expect(200).json()["items"][0]["id"].as_str().unwrap().to_owned();
            admin.delete(&format!("{secrets}/{listed}")).await.expect_problem(403, "permission_denied");
            let off = admin.patch(&place, &json!({ "status": "disabled" })).await;
            if key == "all_tenants" {
                off.expect_problem(403, "permission_denied");
                admin.delete(&place).await.expect_problem(403, "permission_denied");
                root.delete(&place).await.expect(204);
                let restore = format!("{place}/restore");
                admin.call(Method::POST, &restore).await.expect_problem(403, "permission_denied");
                root.call(Method::POST, &restore).await.expect(200);
            } else {
                off.expect(200);
            }
            root.patch(&place, &json!({ "redirect_uris": ["https://new.example.com/cb"] })).await.expect(200);
        }
        // A program speaks for itself, and holds nothing however it is called.
        let body = json!({ "kind": "machine", "display_name": "x", "client_id": "m", "scopes": ["gridkey:manage"] });
        let (_, secret) = registered(&admin, &body).await;
        let token = app.manage_token("m", &secret).await.expect(200).text("access_token");
        app.get_as(PATH, &token).await.expect_problem(403, "permission_denied");
    }
);

on_both!(others_see_nothing_of_it, |app| {
    let acme = app.manager("acme", Some("tenant_admin")).await;
    let globex = app.manager("globex", Some("tenant_admin")).await;
    let (viewer, nobody) =
        (app.manager("acme", Some("tenant_viewer")).await, app.manager("acme", None).await);
    let (place, _) = registered(&acme, &web("shop")).await;
    let secrets = format!("{place}/secrets");
    let secret = acme.get(&secrets).await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let one = format!("{secrets}/{secret}");
    for (method, path) in [
        (Method::GET, &place),
        (Method::DELETE, &place),
        (Method::GET, &secrets),
        (Method::DELETE, &one),
        (Method::POST, &format!("{place}/restore")),
    ] {
        globex.call(method.clone(), path).await.expect_problem(404, "not_found");
        nobody.call(method, path).await.expect_problem(403, "permission_denied");
    }
    globex.patch(&place, &json!({ "display_name": "x" })).await.expect_problem(404, "not_found");
    globex.post(&secrets, &json!({})).await.expect_problem(404, "not_found");
    globex.get(&format!("{PATH}?tenant=acme")).await.expect_problem(404, "not_found");
    assert_eq!(globex.get(&format!("{PATH}?q=shop")).await.expect(200).json()["items"], json!([]));
    viewer.get(&place).await.expect(200);
    viewer.patch(&place, &json!({ "display_name": "x" })).await.expect_problem(403, "permission_denied");
    viewer.post(PATH, &web("x")).await.expect_problem(403, "permission_denied");
    app.get(PATH).await.expect_problem(401, "unauthenticated");
    let root = app.manager("acme", Some("super_admin")).await;
    assert_eq!(
        root.get(&format!("{PATH}?tenant=globex&q=globex")).await.expect(200).json()["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
});

on_both!(credentials_of_service_accounts_are_not_applications, |app| {
    let admin = app.manager("acme", Some("super_admin")).await;
    let listed = admin.get(&format!("{PATH}?limit=200")).await.expect(200);
    assert!(!listed.body.contains(&admin.client_id), "{}", listed.body);
    let client_id = admin.client_id.clone();
    let id = crate::support::tokens::alter(&app, move |conn| {
        Ok(gridkey::clients::store::find_by_client_id(conn, &client_id)?.unwrap().id)
    })
    .await;
    let place = format!("{PATH}/{id}");
    for path in [place.clone(), format!("{place}/secrets")] {
        admin.get(&path).await.expect_problem(404, "not_found");
    }
    admin.patch(&place, &json!({ "display_name": "x" })).await.expect_problem(404, "not_found");
    admin.post(&format!("{place}/secrets"), &json!({})).await.expect_problem(404, "not_found");
    admin.delete(&place).await.expect_problem(404, "not_found");
    assert_eq!(events(&app, "application.update").await, 0);
});

on_both!(lists_are_paged_and_filtered, |app| {
    let admin = app.manager("globex", Some("tenant_admin")).await;
    for number in 0..5 {
        registered(&admin, &machine(&format!("many-{number}"))).await;
    }
    let (place, _) = registered(&admin, &web("many-off")).await;
    admin.patch(&place, &json!({ "status": "disabled" })).await.expect(200);
    let (mut names, mut cursor) = (Vec::new(), String::new());
    loop {
        let page =
            admin.get(&format!("{PATH}?limit=2&kind=machine&q=many-{cursor}")).await.expect(200).json();
        names.extend(page["items"].as_array().unwrap().iter().map(|item| item["client_id"].clone()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    names.sort_by_key(|name| name.as_str().unwrap().to_owned());
    assert_eq!(names, ["many-0", "many-1", "many-2", "many-3", "many-4"]);
    let off = admin.get(&format!("{PATH}?status=disabled,deleted")).await.expect(200).json();
    assert_eq!(off["items"].as_array().unwrap().len(), 1);
    admin.get(&format!("{PATH}?kind=phone")).await.expect_problem(400, "invalid_filter");
    admin.get(&format!("{PATH}?limit=0")).await.expect_problem(400, "invalid_limit");
    admin.get(&format!("{PATH}?limit=201")).await.expect_problem(400, "invalid_limit");
    admin.get(&format!("{PATH}?q=%00")).await.expect_problem(400, "invalid_query");
    let foreign = app.manager("acme", Some("super_admin")).await;
    let cursor =
        admin.get(&format!("{PATH}?limit=1")).await.json()["next_cursor"].as_str().unwrap().to_owned();
    foreign.get(&format!("{PATH}?cursor={cursor}")).await.expect_problem(400, "invalid_cursor");
});

on_both!(an_organisation_has_no_more_applications_than_it_may, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let id = root.get("/v1/tenants?q=globex").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let has =
        root.get(&format!("{PATH}?tenant=globex&limit=200")).await.json()["items"].as_array().unwrap().len();
    let limit = json!({ "settings": { "limits": { "applications": has + 1 } } });
    root.patch(&format!("/v1/tenants/{id}"), &limit).await.expect(200);
    let admin = app.manager("globex", Some("tenant_admin")).await;
    let bodies: Vec<Value> = (0..6).map(|number| machine(&format!("race-{number}"))).collect();
    let replies = futures::future::join_all(bodies.iter().map(|body| admin.post(PATH, body))).await;
    let (made, refused): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 201);
    assert_eq!(made.len(), 1);
    for reply in refused {
        reply.expect_problem(409, "limit_reached");
    }
    let place = made[0].header("location").to_owned();
    admin.delete(&place).await.expect(204);
    registered(&admin, &machine("instead")).await;
    admin.call(Method::POST, &format!("{place}/restore")).await.expect_problem(409, "limit_reached");
});
