//! PolarGrid: keys, sessions and room tokens of three generations, the edge directory, and the sentences of its errors.

use std::time::Duration;

use gridkey::tenants::{EdgeLocation, KeyLevels};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Program, choose, new_key, settle, verdict};
use crate::on_both_with;
use crate::support::manager::Manager;
use crate::support::{TestApp, jwt_claims, jwt_header};

const HOST: &str = "api.polargrid.test";
const DOORS: [(&str, &str); 1] = [("profiles.hosts", "api.polargrid.test=acme")];
const INVALID: &str = r#"{"detail":"Invalid API key"}"#;

async fn account(app: &TestApp) -> Manager<'_> {
    choose(app, "acme", "polargrid").await;
    app.manager("acme", Some("super_admin")).await
}

fn member(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}")).to_owned()
}

on_both_with!(DOORS, a_key_is_told_once_and_has_a_level, |app| {
    let console = account(&app).await;
    let made = console.post("/v1/api-keys", &json!({ "name": "CI" })).await.expect(201).json();
    let key = member(&made, "key");
    assert!(
        key.starts_with("pg_") && made["level"] == "read-write" && made["expires_at"].is_null(),
        "{made}"
    );
    let id = member(&made, "id");
    for path in ["/v1/api-keys".to_owned(), format!("/v1/api-keys/{id}")] {
        let shown = console.get(&path).await.expect(200);
        assert!(!shown.body.contains(&key) && shown.body.contains("pg_"), "{}", shown.body);
    }
    for level in ["read-only", "read-write", "admin"] {
        new_key(&console, level).await;
    }
    let bad = console.post("/v1/api-keys", &json!({ "name": "CI", "level": "root" })).await.expect(422);
    assert!(bad.json()["detail"].is_string());
});

on_both_with!(DOORS, the_older_levels_infer_then_manage_models_then_keys, |app| {
    let console = account(&app).await;
    settle(&app, "acme", |settings| settings.api_keys.level_generation = Some("models".into())).await;
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let [low, middle, high] = [
        new_key(&console, "read-only").await,
        new_key(&console, "read-write").await,
        new_key(&console, "admin").await,
    ];
    assert!(verdict(&edge, &low, "inference:use").await.0);
    assert_eq!(verdict(&edge, &low, "models:load").await, (false, "permission_denied".into()));
    assert!(verdict(&edge, &middle, "models:load").await.0);
    assert_eq!(verdict(&edge, &middle, "api_keys:manage").await, (false, "permission_denied".into()));
    let polar = Program::at(&app, HOST);
    let refused = polar.get("/v1/api-keys", Some(&middle)).await.expect(403);
    assert_eq!(refused.body, r#"{"detail":"You do not have the permission api_keys:manage."}"#);
    polar.get("/v1/api-keys", Some(&high)).await.expect(200);
});

on_both_with!(DOORS, the_newer_levels_differ_in_room_tokens_alone, |app| {
    let console = account(&app).await;
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let polar = Program::at(&app, HOST);
    for level in ["read-only", "read-write", "admin"] {
        let key = new_key(&console, level).await;
        for permission in ["inference:use", "models:load", "audio:use"] {
            assert!(verdict(&edge, &key, permission).await.0, "{level} {permission}");
        }
        let token = polar.post("/v1/tokens", Some(&key), json!({ "room": "support" })).await;
        if level != "admin" {
            assert_eq!(
                token.expect(403).body,
                r#"{"detail":"You do not have the permission room_tokens:create."}"#
            );
            continue;
        }
        let token = token.expect(200).json();
        let claims = jwt_claims(&member(&token, "token"));
        assert_eq!(claims["video"], json!({ "room": "support", "roomJoin": true }));
        assert_eq!(jwt_header(&member(&token, "token"))["typ"], "room+jwt");
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
        // It opens a room and nothing else.
        polar.get("/v1/me", Some(&member(&token, "token"))).await.expect(401);
        let named = json!({ "room_name": "b", "participant_identity": "agent-7", "ttl": 60 });
        let named = polar.post("/v1/tokens", Some(&key), named).await.expect(200).json();
        assert_eq!(jwt_claims(&member(&named, "token"))["sub"], "agent-7");
    }
    polar.post("/v1/tokens", None, json!({ "room": "a" })).await.expect(401);
});

on_both_with!(DOORS, an_organisation_says_itself_what_a_level_is_worth, |app| {
    let console = account(&app).await;
    settle(&app, "acme", |settings| {
        let list = |text: &str| vec![text.to_owned()];
        settings.api_keys.levels = Some(KeyLevels {
            read_only: list("inference:use"),
            read_write: list("room_tokens:create"),
            admin: list("*:*"),
        });
    })
    .await;
    let key = new_key(&console, "read-write").await;
    Program::at(&app, HOST).post("/v1/tokens", Some(&key), json!({ "room": "a" })).await.expect(200);
});

on_both_with!(DOORS, a_key_is_exchanged_without_a_body_at_both_older_addresses, |app| {
    let console = account(&app).await;
    let key = new_key(&console, "read-only").await;
    let anywhere = Program::at(&app, "");
    for (program, path) in [
        (Program::at(&app, HOST), "/api/auth/inference-token"),
        (anywhere, "/api/auth/inference-token"),
        (anywhere, "/t/acme/api/auth/inference-token"),
        (Program::at(&app, HOST), "/v1/auth/token"),
        (anywhere, "/v1/auth/token"),
    ] {
        // Its published clients declare a body and send none.
        let declared = program.with(&[("content-type", "application/json")]);
        declared.poke(path, Some(&key)).await.expect(200);
        let answer = program.poke(path, Some(&key)).await.expect(200).json();
        assert_eq!(answer.as_object().unwrap().len(), 2, "{answer}");
        assert_eq!(answer["expires_in"], 86_400);
        let edge = app.manager("acme", Some("tenant_admin")).await;
        assert!(verdict(&edge, &member(&answer, "token"), "inference:use").await.0);
        // A client shows the body of a refusal as it is.
        let refused = program.poke(path, Some("pg_00000000000000000000000000000000000000000000000000")).await;
        assert_eq!((refused.status, refused.body.as_str()), (401, INVALID), "{path}");
    }
    // Without a key the second address is what it is for everybody: where codes are exchanged.
    let code = Program::at(&app, HOST).post("/v1/auth/token", None, json!({ "code": "x" })).await.expect(422);
    assert_eq!(code.body, r#"{"detail":"code_verifier: It is missing."}"#);
});

on_both_with!(DOORS, what_a_key_is_exchanged_for_tells_the_edges, |app| {
    let console = account(&app).await;
    settle(&app, "acme", |settings| {
        settings.edge_locations = [
            "region=eu-west; name=Vienna; endpoint=https://eu.example; ttl=60",
            "region=us-east; name=Ashburn; endpoint=https://us.example",
        ]
        .map(|line| line.parse::<EdgeLocation>().unwrap())
        .into();
    })
    .await;
    let key = new_key(&console, "read-only").await;
    for path in ["/api/auth/inference-token", "/v1/auth/token", "/v1/auth/session"] {
        let answer = Program::at(&app, HOST).poke(path, Some(&key)).await.expect(200).json();
        assert_eq!(
            answer["edges"],
            json!([
                { "region": "eu-west", "name": "Vienna", "endpoint": "https://eu.example" },
                { "region": "us-east", "name": "Ashburn", "endpoint": "https://us.example" },
            ]),
            "{path}"
        );
    }
});

on_both_with!(DOORS, a_session_is_begun_with_the_name_of_the_program, |app| {
    let console = account(&app).await;
    let key = new_key(&console, "read-only").await;
    let agent = json!({ "user_agent": "polargrid-sdk/0.6.0" });
    let answer = Program::at(&app, HOST).post("/v1/auth/session", Some(&key), agent).await.expect(200).json();
    for name in ["session_token", "refresh_token", "session_id"] {
        assert!(answer[name].is_string(), "{answer}");
    }
    assert_eq!(answer["token"], answer["session_token"], "older clients read this one");
    assert_eq!(answer["expires_in"], 86_400);
    settle(&app, "acme", |settings| {
        settings.api_keys.token_lifetime = Some(1_800);
        settings.api_keys.session_lifetime = Some(7_200);
    })
    .await;
    let shorter = Program::at(&app, HOST).poke("/v1/auth/session", Some(&key)).await.expect(200).json();
    assert_eq!(shorter["expires_in"], 1_800);
    let id = console.get("/v1/me").await.expect(200).json()["tenant"]["id"].as_str().unwrap().to_owned();
    let short = json!({ "settings": { "api_keys": { "token_lifetime": 89 } } });
    console.patch(&format!("/v1/tenants/{id}"), &short).await.expect(422);
});

on_both_with!(DOORS, one_refresh_token_renews_a_voice_session_for_thirty_days, |app| {
    let console = account(&app).await;
    let key = new_key(&console, "read-only").await;
    let polar = Program::at(&app, HOST);
    let answer = polar.poke("/v1/auth/session", Some(&key)).await.expect(200).json();
    let refresh = json!({ "refresh_token": member(&answer, "refresh_token") });
    for _ in 0..29 {
        app.pass(Duration::from_secs(24 * 3_600 - 60));
        let next = polar.post("/v1/auth/refresh", None, refresh.clone()).await.expect(200).json();
        assert_eq!(next["session_id"], answer["session_id"]);
        assert_eq!(next["token"], next["session_token"]);
        assert_eq!(next["refresh_token"], answer["refresh_token"], "the first one stays good");
        assert_eq!(next["expires_in"], 86_400);
    }
    app.pass(Duration::from_secs(2 * 24 * 3_600));
    let over = polar.post("/v1/auth/refresh", None, refresh).await;
    assert_eq!((over.status, over.body.as_str()), (401, r#"{"detail":"Token has expired"}"#));
});

on_both_with!(DOORS, the_edge_takes_the_key_itself_and_so_does_everything_else, |app| {
    let console = account(&app).await;
    let key = new_key(&console, "admin").await;
    let edge = app.manager("acme", Some("tenant_admin")).await;
    for target in ["/v1/chat/completions", "/v1/completions", "/v1/models", "/v1/audio/speech"] {
        let asked = json!({ "request": {
            "method": "POST", "target": target, "authority": HOST,
            "headers": [["authorization", format!("Bearer {key}")]],
        }, "permission": "inference:use" });
        assert_eq!(edge.post("/v1/verify", &asked).await.expect(200).json()["active"], true, "{target}");
    }
    // The same key in the playground, the console's address and the SDK: there is no other token.
    Program::at(&app, HOST).get("/v1/me", Some(&key)).await.expect(200);
    let alone = json!({ "request": { "method": "GET", "target": "/v1/models", "authority": HOST,
        "headers": [["x-api-key", key]] } });
    let said = edge.post("/v1/verify", &alone).await.expect(200).json();
    assert_eq!((&said["active"], &said["reason"]), (&json!(false), &json!("wrong_header")));
});

on_both_with!(DOORS, the_nearest_edge_is_told_to_whoever_asks, |app| {
    account(&app).await;
    let polar = Program::at(&app, HOST);
    assert_eq!(
        polar.get("/v1/route", None).await.expect(404).body,
        r#"{"detail":"There is nothing at this address."}"#
    );
    settle(&app, "acme", |settings| {
        settings.edge_locations = [
            "region=us-east; name=Ashburn; endpoint=https://us.example; position=39.0,-77.5; models=large",
            "region=eu-west; name=Vienna; endpoint=https://eu.example; ttl=60; position=48.2,16.4; models=small",
        ]
        .map(|line| line.parse::<EdgeLocation>().unwrap())
        .into();
    })
    .await;
    let near = [("x-client-position", "47.5,19.0")];
    let found = polar.with(&near).get("/v1/route", None).await.expect(200);
    assert_eq!(
        found.body,
        r#"{"region":"eu-west","name":"Vienna","endpoint":"https://eu.example","ttl":60}"#
    );
    let large = polar.with(&near).get("/v1/route?model=large&scope=global", None).await.expect(200).json();
    assert_eq!((&large["region"], &large["ttl"]), (&json!("us-east"), &json!(300)));
    let all = polar.get("/v1/route?all=true", None).await.expect(200).json();
    assert_eq!(
        all["regions"],
        json!([
            { "id": "us-east", "name": "Ashburn", "endpoint": "https://us.example" },
            { "id": "eu-west", "name": "Vienna", "endpoint": "https://eu.example" },
        ]),
        "older programs measure the way to each"
    );
    polar.get("/v1/route?all=maybe", None).await.expect(400);
    polar.get("/v1/route?model=huge", None).await.expect(404);
    polar.get("/v1/route?position=here", None).await.expect(400);
    Program::at(&app, "").get("/v1/route?tenant=acme&model=small", None).await.expect(200);
    Program::at(&app, "").get("/v1/route", None).await.expect(404);
    Program::at(&app, "").get("/v1/route?tenant=globex", None).await.expect(404);
});

on_both_with!(DOORS, a_key_that_is_unknown_revoked_or_deleted_is_an_invalid_key, |app| {
    let console = account(&app).await;
    let polar = Program::at(&app, HOST);
    let made =
        console.post("/v1/api-keys", &json!({ "name": "a", "level": "admin" })).await.expect(201).json();
    let revoked = member(&made, "key");
    polar.get("/v1/me", Some(&revoked)).await.expect(200);
    console.delete(&format!("/v1/api-keys/{}", member(&made, "id"))).await.expect(204);
    let id = member(&made, "id");
    assert_eq!(console.get(&format!("/v1/api-keys/{id}")).await.expect(200).json()["status"], "revoked");
    // Deleted: its owner is gone, and the key with them.
    let owner = app.manager("acme", Some("super_admin")).await;
    let deleted = new_key(&owner, "admin").await;
    console.delete(&format!("/v1/service-accounts/{}", owner.id)).await.expect(204);
    let unknown = format!("pg_{}", "0".repeat(49));
    for key in [revoked.as_str(), &deleted, &unknown, "pg_short"] {
        for path in ["/v1/me", "/v1/api-keys", "/v1/users"] {
            let refused = polar.get(path, Some(key)).await;
            assert_eq!((refused.status, refused.body.as_str()), (401, INVALID), "{key} {path}");
        }
        let refused = polar.poke("/v1/auth/session", Some(key)).await;
        assert_eq!((refused.status, refused.body.as_str()), (401, INVALID), "{key}");
    }
});

on_both_with!(DOORS, the_known_sentences_are_those_of_its_pages, |app| {
    let console = account(&app).await;
    let polar = Program::at(&app, HOST);
    let key = new_key(&console, "admin").await;
    let a_key_for_a_token = polar.get("/v1/auth/me", Some(&key)).await.expect(401);
    assert_eq!(a_key_for_a_token.body, r#"{"detail":"Invalid token: Not enough segments"}"#);
    let token = member(&polar.poke("/v1/auth/session", Some(&key)).await.expect(200).json(), "session_token");
    app.pass(Duration::from_secs(24 * 3_600));
    for path in ["/v1/auth/me", "/v1/me"] {
        assert_eq!(polar.get(path, Some(&token)).await.expect(401).body, r#"{"detail":"Token has expired"}"#);
    }
    settle(&app, "acme", |settings| settings.api_keys.key_rate_limit = Some(1)).await;
    polar.get("/v1/me", Some(&key)).await.expect(200);
    let over = polar.get("/v1/me", Some(&key)).await.expect(429);
    assert_eq!(over.body, r#"{"detail":"Rate limit exceeded"}"#);
    assert_eq!(over.header("retry-after"), "60");
    assert_eq!(over.header("content-type"), "application/json");
    assert_eq!(polar.get("/v1/me", None).await.expect(401).body, r#"{"detail":"Not authenticated"}"#);
});

on_both_with!(DOORS, nothing_here_answers_as_a_firewall_would, |app| {
    let console = account(&app).await;
    let key = new_key(&console, "read-only").await;
    let polar = Program::at(&app, HOST);
    for (method, path, bearer) in [
        (Method::GET, "/v1/api-keys", Some(key.as_str())),
        (Method::POST, "/v1/route", None),
        (Method::DELETE, "/v1/tokens", Some(key.as_str())),
        (Method::GET, "/nothing", None),
        (Method::POST, "/v1/auth/nothing", None),
    ] {
        let reply = polar.send(method, path, bearer, None).await;
        assert!(reply.status >= 400, "{path}");
        assert!(reply.json()["detail"].is_string(), "{path}: {}", reply.body);
        assert!(!reply.body.contains("Message") && reply.body != "Forbidden", "{path}: {}", reply.body);
    }
});

on_both_with!(DOORS, the_requests_name_comes_back, |app| {
    account(&app).await;
    let id = "req_1764187200_abcdef012";
    let headers = [("x-request-id", id)];
    let polar = Program::at(&app, HOST).with(&headers);
    assert_eq!(polar.get("/v1/me", None).await.expect(401).header("x-request-id"), id);
    assert_eq!(polar.get("/v1/route", None).await.expect(404).header("x-request-id"), id);
});
