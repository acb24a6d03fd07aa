//! One server, four organisations, four interfaces: nothing of one is found at another's door.

use serde_json::json;

use super::{Program, choose, new_key, settle};
use crate::on_both_with;
use crate::support::tokens::alter;
use crate::support::{Reply, TestApp};

const DOORS: [(&str, &str); 1] =
    [("profiles.hosts", "polar.test=acme,grid.test=globex,scai.test=initrode,pool.test=umbrella")];
/// Host, organisation, profile, and how its keys and its refusals begin.
const ALL: [(&str, &str, &str, &str, &str); 4] = [
    ("polar.test", "acme", "polargrid", "pg_", r#"{"detail":"#),
    ("grid.test", "globex", "thegrid", "tg_", r#"{"errors":{"detail":"#),
    ("scai.test", "initrode", "scaigrid", "sgk_", r#"{"status":"error","error":{"code":"#),
    ("pool.test", "umbrella", "poolside", "ps-", r#"{"$schema":"#),
];

/// Two more organisations than the fixture has.
async fn found(app: &TestApp) {
    let random = app.app.random.clone();
    let now = app.now();
    alter(app, move |conn| {
        for slug in ["initrode", "umbrella"] {
            let tenant = gridkey::tenants::Tenant {
                id: random.id(now),
                slug: slug.parse().unwrap(),
                display_name: slug.to_owned(),
                status: gridkey::tenants::TenantStatus::Active,
                settings: gridkey::tenants::TenantSettings::default(),
                created_at: now,
                updated_at: now,
                deleted_at: None,
            };
            gridkey::tenants::store::insert(conn, &tenant)?;
            gridkey::roles::store::insert_built_in(conn, tenant.id, &random, now)?;
        }
        Ok::<_, gridkey::db::DbError>(())
    })
    .await;
    app.app.forget();
}

fn limit_headers(reply: &Reply) -> Vec<String> {
    let names = reply.headers.keys().map(|name| name.as_str().to_owned());
    let mut names: Vec<_> = names.filter(|name| name.contains("ratelimit")).collect();
    names.sort();
    names
}

on_both_with!(DOORS, one_server_four_organisations_nothing_leaks, |app| {
    found(&app).await;
    let mut keys = Vec::new();
    for (_, slug, profile, prefix, _) in ALL {
        choose(&app, slug, profile).await;
        let root = app.manager(slug, Some("super_admin")).await;
        let key = new_key(&root, "admin").await;
        assert!(key.starts_with(prefix), "{slug}: {key}");
        keys.push((key, root.token.clone()));
    }
    settle(&app, "globex", |settings| settings.api_keys.key_rate_limit = Some(500)).await;
    for (at, (host, slug, _, _, shape)) in ALL.into_iter().enumerate() {
        for (program, under) in
            [(Program::at(&app, host), ""), (Program::at(&app, ""), &*format!("/t/{slug}"))]
        {
            for (whose, (key, token)) in keys.iter().enumerate() {
                for credential in [key, token] {
                    let reply = program.get(&format!("{under}/v1/me"), Some(credential)).await;
                    if whose == at {
                        assert_eq!(reply.clone().expect(200).json()["tenant"]["slug"], slug);
                        continue;
                    }
                    // Not theirs: refused as a stranger is, in the words of this door and with nobody's limits.
                    assert_eq!(reply.status, 401, "{host} {under}: {}", reply.body);
                    assert!(reply.body.starts_with(shape), "{host} {under}: {}", reply.body);
                    assert!(limit_headers(&reply).is_empty(), "{host}: {:?}", limit_headers(&reply));
                    let (_, other, ..) = ALL[whose];
                    assert!(!reply.body.contains(other), "{}", reply.body);
                }
                let session = program.poke(&format!("{under}/v1/auth/session"), Some(key)).await;
                assert_eq!(session.status == 200, whose == at, "{host} {under}: {}", session.body);
                assert!(whose == at || session.body.starts_with(shape), "{}", session.body);
            }
            for path in ["/v1/me", "/v1/nothing", "/v1/auth/me", "/v1/auth/nothing", "/elsewhere"] {
                if !under.is_empty() && !path.starts_with("/v1/") {
                    continue;
                }
                let reply = program.get(&format!("{under}{path}"), None).await;
                assert!(
                    reply.status >= 400 && reply.body.starts_with(shape),
                    "{host} {path}: {}",
                    reply.body
                );
            }
        }
    }
    // The words of each follow its keys where no door says whose it is; addresses of one interface are for its own.
    let anywhere = Program::at(&app, "");
    for ((key, _), (_, _, _, _, shape)) in keys.iter().zip(ALL) {
        let reply = anywhere.get("/v1/users/nobody", Some(key)).await.expect(404);
        assert!(reply.body.starts_with(shape), "{}", reply.body);
    }
    let foreign = anywhere.get("/poolside/v1/users", Some(&keys[2].0)).await.expect(401);
    assert!(foreign.body.starts_with(ALL[3].4), "{}", foreign.body);
    anywhere.post("/v1/tokens", Some(&keys[3].0), json!({ "room": "a" })).await.expect(401);
    anywhere.poke("/api/auth/inference-token", Some(&keys[1].0)).await.expect(401);
    // A mail address is known at the door of its own organisation, and at no other.
    let ada = json!({ "email": "ada@acme.example" });
    for (host, slug, ..) in ALL {
        let said =
            Program::at(&app, host).post("/v1/auth/identify", None, ada.clone()).await.expect(200).json();
        assert_eq!(said["data"]["user_exists"], slug == "acme", "{host}: {said}");
        let begun = json!({ "tenant_id": "acme", "redirect_uri": "https://a.example/cb", "state": "s",
            "code_challenge": crate::support::CHALLENGE, "code_challenge_method": "S256" });
        let begun = Program::at(&app, host).post("/v1/auth/authorize", None, begun).await.expect(422);
        assert_eq!(begun.body.contains("no such organisation"), slug != "acme", "{host}: {}", begun.body);
    }
    // Limits: each has those of its own profile and settings, under its own names.
    let limits =
        async |at: usize| limit_headers(&Program::at(&app, ALL[at].0).get("/v1/me", Some(&keys[at].0)).await);
    assert!(limits(0).await.is_empty() && limits(3).await.is_empty());
    assert_eq!(limits(1).await, ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"]);
    assert!(limits(2).await.iter().all(|name| name.starts_with("x-scaigrid-ratelimit-")));
    assert_eq!(limits(2).await.len(), 3);
    // Nobody's door: our own words.
    app.get("/v1/me").await.expect_problem(401, "unauthenticated");
    Program::at(&app, "other.test").get("/v1/me", None).await.expect_problem(401, "unauthenticated");
});
