//! Whoever tries to hand out or to take what they do not hold is refused, and it is written down once which permission
//! they lacked, though the transaction in which it was found out is gone.

use reqwest::Method;
use serde_json::{Value, json};

use crate::manage::people::{USERS, give, id_of, make_team, place};
use crate::on_both;
use crate::support::tokens::lines;
use crate::support::{Reply, TestApp};

/// The permissions that the log says were lacking in this refused call.
async fn lacked(app: &TestApp, refused: &Reply) -> Vec<String> {
    let sql = format!(
        "SELECT target_name AS line FROM audit_events WHERE action = 'authorization.deny' AND outcome = 'failure' AND \
         reason = 'permission_denied' AND request_id = '{}'",
        refused.text("request_id")
    );
    lines(app, sql).await
}

on_both!(
    /// Checklist 76, 84.
    each_refusal_is_written_down_with_what_was_lacking, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let root = app.manager("acme", Some("super_admin")).await;
    let grace = place(&admin, "grace@acme.example").await;
    give(&app, "acme", "sam@example.com", "super_admin").await;
    let strong = place(&admin, "sam@example.com").await;
    make_team(&app, "acme", "chiefs", (&[], Some("super_admin"))).await;
    let teams = admin.get("/v1/teams?q=chiefs").await.expect(200).json();
    let chiefs = format!("/v1/teams/{}", teams["items"][0]["id"].as_str().unwrap());
    let account = format!("/v1/service-accounts/{}", root.id);
    let roles = json!({ "roles": ["super_admin"] });
    let member = json!({ "members": [{ "kind": "user", "id": id_of(&grace) }] });
    let named = |what: Value| {
        let mut body = json!({ "email": "new@acme.example", "display_name": "New" });
        body.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
        body
    };
    let role = json!({ "slug": "more", "display_name": "More", "permissions": ["tenants:read"] });
    let robot = json!({ "slug": "robot", "display_name": "Robot", "roles": ["super_admin"] });
    let everywhere = json!({ "kind": "machine", "display_name": "A", "all_tenants": true });
    let bulk = json!({ "action": "assign_role", "role": "super_admin", "ids": [id_of(&grace)] });
    let manage = json!({ "display_name": "Mine", "scopes": ["gridkey:manage"] });
    let calls: Vec<(Method, String, Value)> = vec![
        // What they would hand out.
        (Method::POST, "/v1/roles".into(), role),
        (Method::POST, USERS.into(), named(roles.clone())),
        (Method::POST, "/v1/invitations".into(), named(json!({ "teams": ["chiefs"] }))),
        (Method::PUT, format!("{grace}/roles"), roles),
        (Method::POST, format!("{USERS}/bulk"), bulk),
        (Method::POST, "/v1/service-accounts".into(), robot),
        (Method::POST, format!("{chiefs}/members/add"), member),
        (Method::POST, "/v1/applications".into(), everywhere),
        // Whom they would take over.
        (Method::PATCH, strong.clone(), json!({ "display_name": "x" })),
        (Method::POST, format!("{strong}/password-reset"), json!({})),
        (Method::DELETE, strong.clone(), json!({})),
        (Method::DELETE, chiefs.clone(), json!({})),
        (Method::PATCH, account.clone(), json!({ "status": "disabled" })),
        (Method::POST, format!("{account}/credentials"), manage),
        (Method::DELETE, account, json!({})),
    ];
    for (done, (method, path, body)) in calls.into_iter().enumerate() {
        let key = format!("key-{done}");
        let headers = [("idempotency-key", key.as_str())];
        let refused = admin.call_with(method.clone(), &path, Some(&body), &headers).await;
        let refused = refused.expect_problem(403, "permission_denied");
        let lacked = lacked(&app, &refused).await;
        assert_eq!(lacked.len(), 1, "{method} {path}: {lacked:?}");
        assert!(refused.text("detail").contains(&lacked[0]), "{path}: {lacked:?} {}", refused.body);
    }
    // What needs a permission that is lacking altogether is written down as it ever was.
    let viewer = app.manager("acme", Some("tenant_viewer")).await;
    let refused = viewer.delete(&grace).await.expect_problem(403, "permission_denied");
    assert_eq!(lacked(&app, &refused).await, ["users:delete"]);
});
