//! What happens at the same time.

use gridkey::credentials::KeyState;
use reqwest::Method;
use serde_json::json;

use super::{KEYS, at, make, me, secret, turn};
use crate::manage::people::events;
use crate::on_both;
use crate::support::tokens::count;

on_both!(of_parallel_rotations_one_secret_is_the_present_one, |app| {
    let grace = app.grace().await;
    let first = make(&grace, json!({ "name": "a" })).await;
    let place = format!("{}/rotate", at(&first));
    let replies = futures::future::join_all((0..8).map(|n| {
        let (grace, place) = (&grace, &place);
        async move { grace.post(place, &json!({ "grace_seconds": 60 + n })).await }
    }))
    .await;
    let mut secrets: Vec<String> = Vec::new();
    for reply in replies {
        // Whoever loses looks again and rotates what is there by then; a server that is too busy says so.
        if reply.status != 503 {
            secrets.push(reply.expect(200).text("key"));
        }
    }
    assert!(!secrets.is_empty());
    assert_eq!(events(&app, "api_key.rotate").await, i64::try_from(secrets.len()).unwrap());
    secrets.push(secret(&first).to_owned());
    let mut living = 0;
    for secret in &secrets {
        living += i32::from(app.works(secret).await);
    }
    assert_eq!(living, 2, "the present one, and the one before it in its grace");
    assert_eq!(count(&app, "SELECT count(*) AS n FROM api_keys").await, 1);
});

on_both!(of_parallel_rotations_of_one_version_one_wins, |app| {
    let grace = app.grace().await;
    let made = grace.post(KEYS, &json!({ "name": "a" })).await.expect(201);
    let (place, etag) = (format!("{}/rotate", at(&made.json())), made.header("etag").to_owned());
    let header = [("if-match", etag.as_str())];
    let body = json!({});
    let calls = (0..8).map(|_| grace.call_with(Method::POST, &place, Some(&body), &header));
    let replies = futures::future::join_all(calls).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    assert!(replies.iter().all(|reply| [200, 412, 503].contains(&reply.status)));
});

on_both!(parallel_creations_under_one_key_are_one, |app| {
    let grace = app.grace().await;
    let (body, header) = (json!({ "name": "a" }), [("idempotency-key", "race")]);
    let calls = (0..12).map(|_| grace.call_with(Method::POST, KEYS, Some(&body), &header));
    let replies = futures::future::join_all(calls).await;
    let secrets: std::collections::BTreeSet<String> =
        replies.into_iter().map(|reply| reply.expect(201).text("key")).collect();
    assert_eq!((secrets.len(), count(&app, "SELECT count(*) AS n FROM api_keys").await), (1, 1));
});

on_both!(a_revocation_stays_whatever_runs_beside_it, |app| {
    let grace = app.grace().await;
    for _ in 0..4 {
        let key = make(&grace, json!({ "name": "a" })).await;
        let place = at(&key);
        let rotate = format!("{place}/rotate");
        let (none, name) = (json!({}), json!({ "name": "b" }));
        let (gone, ..) = futures::join!(
            grace.delete(&place),
            grace.post(&rotate, &none),
            grace.patch(&place, &name),
            turn(&grace, &key, "disable"),
            turn(&grace, &key, "enable"),
        );
        gone.expect(204);
        assert_eq!(grace.get(&place).await.json()["status"], "revoked");
    }
});

on_both!(nobody_gets_a_key_while_they_are_deleted, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    for n in 0..6 {
        let body = json!({ "email": format!("brief-{n}@acme.example"), "display_name": "Brief" });
        let id = admin.post("/v1/users", &body).await.expect(201).text("id");
        let (person, body) =
            (format!("/v1/users/{id}"), json!({ "name": "a", "owner": { "kind": "user", "id": id } }));
        let (made, gone) = futures::join!(admin.post(KEYS, &body), admin.delete(&person));
        gone.expect(204);
        if made.status == 201 {
            let key = app.key_by_secret(&made.text("key")).await.unwrap();
            assert_eq!(key.state(app.now()), KeyState::Revoked, "made before the deletion, it went with it");
        } else {
            made.expect_problem(422, "unknown_owner");
        }
    }
    assert!(me(&admin).await["id"].is_string());
});
