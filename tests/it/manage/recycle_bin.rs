//! `/v1/recycle-bin` and the job that empties it.

use std::time::Duration;

use gridkey::clients;
use gridkey::db::DbError;
use gridkey::manage::recycle_bin::{KEPT, purge_old};
use gridkey::service_accounts::{self, ServiceAccountStatus};
use gridkey::teams;
use reqwest::Method;
use serde_json::{Value, json};

use super::people::{USERS, create, events, id_of, make_role, make_team, place};
use crate::on_both;
use crate::support::TestApp;
use crate::support::tokens::{ADA, alter, count, tenant};

const BIN: &str = "/v1/recycle-bin";

/// Puts a service account with a credential and an application of acme into the recycle bin.
async fn discard_programs(app: &TestApp) {
    let account = app.manager("acme", Some("tenant_user")).await.id;
    let now = app.now();
    alter(app, move |conn| {
        let acme = tenant(conn, "acme")?;
        let mut discarded = service_accounts::store::find(conn, acme.id, account)?.unwrap();
        let seen = discarded.updated_at;
        discarded.status = ServiceAccountStatus::Deleted;
        discarded.deleted_at = Some(now);
        // Owned by a team, so that the order in which things go matters.
        discarded.team_id = teams::store::find_by_slug(conn, acme.id, "ops")?.map(|team| team.id);
        assert!(service_accounts::store::update(conn, acme.id, &discarded, seen)?);
        let mut web = clients::store::find_by_client_id(conn, "post")?.unwrap();
        web.deleted_at = Some(now);
        assert!(clients::store::update(conn, acme.id, &web)?);
        Ok::<_, DbError>(())
    })
    .await;
}

fn kinds(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap().to_owned()).collect()
}

async fn empty(app: &TestApp) -> usize {
    let (random, now) = (app.app.random.clone(), app.now());
    app.app.db.write(move |conn| purge_old(conn, &random, now)).await.unwrap()
}

on_both!(everything_deleted_is_shown_with_the_days_that_it_has_left, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    make_team(&app, "acme", "ops", (&[], None)).await;
    discard_programs(&app).await;
    for n in 0..2 {
        let place = create(&root, &format!("n{n}@acme.example"), "N").await;
        root.delete(&place).await.expect(204);
    }
    let globex = root.get("/v1/tenants?q=globex").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    root.delete(&format!("/v1/tenants/{globex}")).await.expect(204);
    let (mut found, mut at) = (Vec::new(), format!("{BIN}?limit=1"));
    loop {
        let page = root.get(&at).await.expect(200).json();
        assert_eq!(page["items"][0]["days_left"], 7);
        found.extend(kinds(&page));
        let Some(next) = page["next_cursor"].as_str() else { break };
        at = format!("{BIN}?limit=1&cursor={next}");
    }
    assert_eq!(found, ["user", "user", "application", "service_account", "tenant"]);
    assert_eq!(
        kinds(&root.get(&format!("{BIN}?kind=tenant,application")).await.json()),
        ["application", "tenant"]
    );
    app.pass(Duration::from_secs(3 * 24 * 60 * 60 + 1));
    let root = app.manager("acme", Some("super_admin")).await;
    assert_eq!(root.get(BIN).await.expect(200).json()["items"][0]["days_left"], 4);
    root.get(&format!("{BIN}?kind=team")).await.expect_problem(400, "invalid_filter");
    let admin = app.manager("acme", Some("tenant_admin")).await;
    assert_eq!(
        kinds(&admin.get(BIN).await.expect(200).json()),
        ["user", "user", "application", "service_account"]
    );
    admin.get(&format!("{BIN}?kind=tenant")).await.expect_problem(403, "permission_denied");
    make_role(&app, "acme", "clerk", &["applications:read"]).await;
    let clerk = app.manager("acme", Some("clerk")).await;
    assert_eq!(kinds(&clerk.get(BIN).await.expect(200).json()), ["application"]);
    let nobody = app.manager("acme", None).await;
    nobody.get(BIN).await.expect_problem(403, "permission_denied");
});

on_both!(what_is_purged_is_gone_with_all_that_hung_on_it, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    make_team(&app, "acme", "ops", (&[ADA], None)).await;
    discard_programs(&app).await;
    app.ada_signs_in().await;
    let ada = place(&root, ADA).await;
    let purge = format!("{BIN}/user/{}", id_of(&ada));
    root.delete(&purge).await.expect_problem(404, "not_found");
    root.delete(&ada).await.expect(204);
    root.delete(&purge).await.expect(204);
    root.delete(&purge).await.expect_problem(404, "not_found");
    root.get(&ada).await.expect_problem(404, "not_found");
    root.call(Method::POST, &format!("{ada}/restore")).await.expect_problem(404, "not_found");
    for table in
        ["role_assignments WHERE principal_id", "team_members WHERE member_id", "sessions WHERE user_id"]
    {
        let sql = format!("SELECT count(*) AS n FROM {table} = '{}'", id_of(&ada));
        assert_eq!(count(&app, sql).await, 0, "{table}");
    }
    create(&root, ADA, "Another Ada").await;
    for entry in root.get(BIN).await.expect(200).json()["items"].as_array().unwrap() {
        let at = format!("{BIN}/{}/{}", entry["kind"].as_str().unwrap(), entry["id"].as_str().unwrap());
        root.delete(&at).await.expect(204);
    }
    let credentials = "SELECT count(*) AS n FROM clients WHERE client_id = 'post' OR service_account_id IS NOT NULL AND \
                       service_account_id NOT IN (SELECT id FROM service_accounts)";
    assert_eq!(count(&app, credentials).await, 0);
    for action in ["user.purge", "application.purge", "service_account.purge"] {
        assert_eq!(events(&app, action).await, 1, "{action}");
    }
    root.delete(&format!("{BIN}/team/{}", id_of(&ada))).await.expect_problem(404, "not_found");
    let viewer = app.manager("acme", Some("tenant_viewer")).await;
    viewer.delete(&purge).await.expect_problem(403, "permission_denied");
});

on_both!(the_job_ends_what_has_had_its_time_and_nothing_else, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let globex = app.manager("globex", Some("tenant_admin")).await;
    make_team(&app, "acme", "ops", (&[], None)).await;
    discard_programs(&app).await;
    let old = create(&root, "old@acme.example", "Old").await;
    root.delete(&old).await.expect(204);
    // An organisation with a service account that a team owns, which holds on to its team.
    make_team(&app, "globex", "ops", (&[], None)).await;
    let (account, now) = (globex.id, app.now());
    alter(&app, move |conn| {
        let globex = tenant(conn, "globex")?;
        let mut owned = service_accounts::store::find(conn, globex.id, account)?.unwrap();
        owned.team_id = teams::store::find_by_slug(conn, globex.id, "ops")?.map(|team| team.id);
        service_accounts::store::update(conn, globex.id, &owned, now)
    })
    .await;
    let id = root.get("/v1/tenants?q=globex").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    root.delete(&format!("/v1/tenants/{id}")).await.expect(204);
    app.pass(KEPT / 2);
    let root = app.manager("acme", Some("super_admin")).await;
    let young = create(&root, "young@acme.example", "Young").await;
    root.delete(&young).await.expect(204);
    app.pass(KEPT / 2 - Duration::from_micros(1));
    assert_eq!(empty(&app).await, 0);
    app.pass(Duration::from_micros(1));
    assert_eq!(empty(&app).await, 4);
    assert_eq!(empty(&app).await, 0);
    let root = app.manager("acme", Some("super_admin")).await;
    root.get(&old).await.expect_problem(404, "not_found");
    root.get(&format!("/v1/tenants/{id}")).await.expect_problem(404, "not_found");
    assert_eq!(count(&app, format!("SELECT count(*) AS n FROM users WHERE tenant_id = '{id}'")).await, 0);
    assert_eq!(root.get(&young).await.expect(200).json()["status"], "deleted");
    assert_eq!(root.get(USERS).await.expect(200).json()["items"].as_array().unwrap().len(), 3);
    for action in ["user.purge", "application.purge", "service_account.purge", "tenant.purge"] {
        let sql = format!(
            "SELECT count(*) AS n FROM audit_events WHERE action = '{action}' AND actor_kind = 'system'"
        );
        assert_eq!(count(&app, sql).await, 1, "{action}");
    }
});

on_both!(who_was_suspended_comes_back_suspended, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let ada = place(&root, ADA).await;
    let restore = format!("{ada}/restore");
    let set = async |status: &str| {
        root.patch(&ada, &json!({ "status": status })).await.expect(200);
    };
    let back = async || root.call(Method::POST, &restore).await.expect(200).text("status");
    let pass = || app.pass(Duration::from_secs(1));
    set("suspended").await;
    root.delete(&ada).await.expect(204);
    assert_eq!(back().await, "suspended");
    pass();
    // What held the time before does not hold for ever.
    set("active").await;
    root.delete(&ada).await.expect(204);
    assert_eq!(back().await, "active");
    pass();
    for action in ["suspend", "delete"] {
        let bulk = json!({ "action": action, "ids": [id_of(&ada)] });
        assert_eq!(root.post("/v1/users/bulk", &bulk).await.expect(200).json()["changed"], 1);
    }
    assert_eq!(back().await, "suspended");
});
