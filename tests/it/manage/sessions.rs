//! `/v1/sessions` and `/v1/users/{id}/sessions`.

use std::time::Duration;

use serde_json::json;

use super::people::{events, id_of, place};
use crate::on_both;
use crate::support::tokens::{ADA, is_active, line, text};

const SESSIONS: &str = "/v1/sessions";

on_both!(
    /// Checklist 52.
    sessions_are_seen_and_ended_one_by_one, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let (mut one, mut two) = (app.browser(), app.browser());
    let (first, second) = (line(&app, &mut one, "openid").await, line(&app, &mut two, "openid").await);
    app.browser().code_for_web("openid", "grace@acme.example", "another horse battery staple").await;
    let ada = place(&admin, ADA).await;
    let of_ada = format!("{SESSIONS}?user={}", id_of(&ada));
    assert_eq!(admin.get(SESSIONS).await.expect(200).json()["items"].as_array().unwrap().len(), 3);
    let mut found = Vec::new();
    let mut at = format!("{of_ada}&limit=1");
    loop {
        let page = admin.get(&at).await.expect(200).json();
        found.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        at = format!("{of_ada}&limit=1&cursor={next}");
    }
    assert_eq!(found.len(), 2);
    let page = admin.get(&format!("{ada}/sessions")).await.expect(200);
    assert_eq!(page.json()["items"].as_array().unwrap().len(), 2);
    assert!(!page.body.contains("browser") && page.json()["items"][0]["acr"] == "urn:gridkey:acr:1");
    // The first in the list is the older one.
    admin.delete(&format!("{SESSIONS}/{}", found[0])).await.expect(204);
    admin.delete(&format!("{SESSIONS}/{}", found[0])).await.expect_problem(404, "not_found");
    assert!(!is_active(&app, &text(&first, "access_token")).await);
    app.refresh(&text(&first, "refresh_token")).await.expect_error(400, "invalid_grant");
    assert!(is_active(&app, &text(&second, "access_token")).await);
    admin.delete(&format!("{ada}/sessions")).await.expect(204);
    assert!(!is_active(&app, &text(&second, "access_token")).await);
    admin.delete(&format!("{ada}/sessions")).await.expect(204);
    assert_eq!((events(&app, "session.delete").await, events(&app, "user.sign_out").await), (1, 1));
    assert_eq!(admin.get(&of_ada).await.json()["items"], json!([]));
    assert_eq!(admin.get(SESSIONS).await.json()["items"].as_array().unwrap().len(), 1, "Grace stays signed in");
    admin.get(&format!("{SESSIONS}?user=x")).await.expect_problem(400, "invalid_filter");
});

on_both!(sessions_that_are_over_are_not_shown, |app| {
    app.ada_signs_in().await;
    app.pass(Duration::from_secs(400 * 24 * 60 * 60));
    let admin = app.manager("acme", Some("tenant_admin")).await;
    assert_eq!(admin.get(SESSIONS).await.expect(200).json()["items"], json!([]));
});
