//! `POST /v1/users/bulk`.

use gridkey::users::{self, Email, Profile, User, UserId, UserStatus};
use serde_json::{Value, json};

use super::people::{USERS, events, id_of, make_team, place};
use crate::on_both;
use crate::support::TestApp;
use crate::support::tokens::{ADA, alter, count, tenant};

const BULK: &str = "/v1/users/bulk";
const MANY: usize = 10_000;

/// Puts ten thousand people into an organisation, past the product.
async fn crowd(app: &TestApp) -> Vec<UserId> {
    let (random, now) = (app.app.random.clone(), app.now());
    let ids: Vec<UserId> = (0..MANY).map(|_| random.id(now)).collect();
    let people = ids.clone();
    alter(app, move |conn| {
        let tenant = tenant(conn, "acme")?;
        for (n, id) in people.iter().enumerate() {
            let user = User {
                id: *id,
                tenant_id: tenant.id,
                email: Email::parse(&format!("crowd-{n}@example.com")).unwrap(),
                email_verified: false,
                display_name: format!("Crowd {n}"),
                profile: Profile::default(),
                status: UserStatus::Active,
                password_changed_at: None,
                created_at: now,
                updated_at: now,
                deleted_at: None,
                last_sign_in_at: None,
            };
            users::store::insert(conn, tenant.id, &user, None)?;
        }
        Ok(())
    })
    .await;
    ids
}

fn counts(answer: &Value) -> [u64; 5] {
    ["matched", "changed", "unchanged", "refused", "not_found"].map(|name| answer[name].as_u64().unwrap())
}

on_both!(ten_thousand_people_are_counted_and_changed_in_one_call, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let ids = crowd(&app).await;
    let ask = async |body: Value| admin.post(BULK, &body).await.expect(200).json();
    let preview = ask(json!({ "action": "suspend", "ids": ids, "preview": true })).await;
    assert_eq!((counts(&preview), &preview["preview"]), ([10_000, 10_000, 0, 0, 0], &json!(true)));
    assert_eq!(events(&app, "user.update").await, 0);
    assert_eq!(counts(&ask(json!({ "action": "suspend", "ids": ids })).await), [10_000, 10_000, 0, 0, 0]);
    assert_eq!(events(&app, "user.update").await, 10_000);
    let suspended = "SELECT count(*) AS n FROM users WHERE status = 'suspended'";
    assert_eq!(count(&app, suspended).await, 10_000);
    assert_eq!(counts(&ask(json!({ "action": "suspend", "ids": ids })).await), [10_000, 0, 10_000, 0, 0]);
    assert_eq!(events(&app, "user.update").await, 10_000, "what did not change is not told");
    let filter = json!({ "q": "CROWD", "status": ["suspended"] });
    let preview = ask(json!({ "action": "resume", "filter": filter, "preview": true })).await;
    assert_eq!(counts(&preview), [10_000, 10_000, 0, 0, 0]);
    let mut more = ids.clone();
    more.push(app.app.random.id(app.now()));
    admin.post(BULK, &json!({ "action": "resume", "ids": more })).await.expect_problem(422, "too_many");
    let everybody = json!({ "status": ["suspended", "active"] });
    admin
        .post(BULK, &json!({ "action": "resume", "filter": everybody }))
        .await
        .expect_problem(422, "too_many");
});

on_both!(
    /// Checklist 75.
    strangers_and_the_deleted_are_counted_as_nobody, |app| {
    let (admin, globex) = (app.manager("acme", Some("tenant_admin")).await, app.manager("globex", Some("tenant_admin")).await);
    let hank = id_of(&place(&globex, "hank@globex.example").await).to_owned();
    let grace = place(&admin, "grace@acme.example").await;
    admin.delete(&grace).await.expect(204);
    let ada = id_of(&place(&admin, ADA).await).to_owned();
    let ids = json!([hank, id_of(&grace), ada, ada, "0199d2c0-0000-7000-8000-000000000000"]);
    for action in ["suspend", "resume", "delete"] {
        let body = json!({ "action": action, "ids": ids, "preview": true });
        let answer = admin.post(BULK, &body).await.expect(200).json();
        assert_eq!((answer["matched"].as_u64(), answer["not_found"].as_u64()), (Some(4), Some(3)), "{action}");
    }
    let answer = admin.post(BULK, &json!({ "action": "delete", "ids": ids })).await.expect(200).json();
    assert_eq!(counts(&answer), [4, 1, 0, 0, 3]);
    assert_eq!(globex.get(&format!("{USERS}/{hank}")).await.json()["status"], "active");
    assert_eq!(admin.get(&format!("{USERS}/{ada}")).await.json()["status"], "deleted");
});

on_both!(roles_are_given_and_taken_with_an_event_for_each, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    make_team(&app, "acme", "ops", (&[ADA, "grace@acme.example"], None)).await;
    let body = |action: &str| json!({ "action": action, "role": "editor", "filter": { "team": "ops" } });
    let given = admin.post(BULK, &body("assign_role")).await.expect(200).json();
    assert_eq!(counts(&given), [2, 1, 1, 0, 0], "Ada held it");
    assert_eq!(events(&app, "user.assign_role").await, 1);
    let holders = admin.get(&format!("{USERS}?role=editor")).await.json();
    assert_eq!(holders["items"].as_array().unwrap().len(), 2);
    let taken = admin.post(BULK, &body("withdraw_role")).await.expect(200).json();
    assert_eq!(counts(&taken), [2, 2, 0, 0, 0]);
    assert_eq!(events(&app, "user.withdraw_role").await, 2);
    let holders = admin.get(&format!("{USERS}?role=editor")).await.json();
    assert_eq!(holders["items"], json!([]));
});

on_both!(what_makes_no_sense_is_refused, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    for (body, status, code) in [
        (json!({ "action": "explode", "ids": [] }), 422, "invalid_bulk"),
        (json!({ "action": "suspend" }), 422, "invalid_bulk"),
        (json!({ "action": "suspend", "ids": [], "filter": { "q": "x" } }), 422, "invalid_bulk"),
        (json!({ "action": "suspend", "filter": {} }), 422, "invalid_bulk"),
        (json!({ "action": "suspend", "ids": [], "role": "editor" }), 422, "invalid_bulk"),
        (json!({ "action": "assign_role", "ids": [] }), 422, "invalid_bulk"),
        (json!({ "action": "assign_role", "ids": [], "role": "nothing" }), 422, "unknown_role"),
        (json!({ "action": "suspend", "ids": ["x"] }), 400, "invalid_body"),
        (json!({ "action": "suspend", "ids": [], "tenant_id": "x" }), 400, "invalid_body"),
        (json!({ "action": "suspend", "filter": { "status": ["gone"] } }), 400, "invalid_filter"),
        (json!({ "action": "suspend", "filter": { "team": "nothing" } }), 400, "invalid_filter"),
        (json!({ "action": "suspend", "filter": { "q": "\u{0}" } }), 400, "invalid_filter"),
        (json!({ "action": "x".repeat(1_100_000) }), 413, "body_too_large"),
    ] {
        admin.post(BULK, &body).await.expect_problem(status, code);
    }
    let nobody = admin.post(BULK, &json!({ "action": "suspend", "ids": [] })).await.expect(200).json();
    assert_eq!(counts(&nobody), [0; 5]);
});
