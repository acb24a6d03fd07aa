//! What was allowed and not yet fetched dies with what it hangs on, and stays dead.

use std::time::Duration;

use gridkey::tenants::TenantStatus;
use gridkey::users::{self, UserStatus};
use gridkey::{tenants, tokens};
use serde_json::json;

use crate::on_both;
use crate::support::TestApp;
use crate::support::devices::{CLIENT, Device};
use crate::support::tokens::{ADA, alter, count, person, tenant};

async fn is_refused(app: &TestApp, device: &Device) {
    app.poll(&device.code).await.expect_error(400, "invalid_grant");
}

on_both!(
    /// Checklist 29.
    a_person_who_was_switched_off_lets_nothing_in,
    |app| {
        app.allow_devices().await;
        let device = app.let_in("openid offline_access", ADA).await;
        let status = async |status: UserStatus| {
            let changed = alter(&app, move |conn| {
                let ada = person(conn, "acme", ADA)?;
                users::store::update(conn, ada.tenant_id, &users::User { status, ..ada })
            });
            assert!(changed.await);
        };
        for switched_off in [UserStatus::Suspended, UserStatus::Deleted, UserStatus::Invited] {
            status(switched_off).await;
            is_refused(&app, &device).await;
        }
        // It was the status, nothing else.
        status(UserStatus::Active).await;
        app.poll(&device.code).await.expect(200);
    }
);

on_both!(
    /// Checklist 29.
    nothing_is_let_in_while_the_organisation_is_switched_off,
    |app| {
        app.allow_devices().await;
        let device = app.let_in("openid", ADA).await;
        for (status, expected) in [(TenantStatus::Suspended, 401), (TenantStatus::Active, 200)] {
            let changed = alter(&app, move |conn| {
                let acme = tenant(conn, "acme")?;
                tenants::store::update(conn, &tenants::Tenant { status, ..acme })
            });
            assert!(changed.await);
            app.poll(&device.code).await.expect(expected);
        }
    }
);

on_both!(
    /// Checklist 36.
    what_a_session_allowed_dies_with_it_and_with_a_new_password,
    |app| {
        app.allow_devices().await;
        let mut browser = app.browser();
        let device = app.begin_device("openid offline_access").await;
        browser.answer_device(&device, ADA, "allow").await;
        let page = browser.get("/login/account").await;
        browser.submit(&page, &[]).await;
        is_refused(&app, &device).await;
        let device = app.let_in("openid offline_access", ADA).await;
        let now = app.now();
        alter(&app, move |conn| {
            let ada = person(conn, "acme", ADA)?;
            tokens::end_user_tokens(conn, ada.tenant_id, ada.id, None, now)
        })
        .await;
        is_refused(&app, &device).await;
        assert_eq!(count(&app, "SELECT count(*) AS n FROM token_families").await, 0);
    }
);

on_both!(a_disabled_applications_devices_stay_outside_for_good, |app| {
    app.allow_devices().await;
    let root = app.manager("acme", Some("super_admin")).await;
    let all = root.get("/v1/applications?limit=100").await.expect(200).json();
    let found = all["items"].as_array().unwrap().iter().find(|one| one["client_id"] == CLIENT).unwrap();
    let place = format!("/v1/applications/{}", found["id"].as_str().unwrap());
    let (allowed, waiting) = (app.let_in("openid", ADA).await, app.begin_device("openid").await);
    root.patch(&place, &json!({ "status": "disabled" })).await.expect(200);
    app.poll(&allowed.code).await.expect_error(401, "invalid_client");
    app.pass(Duration::from_secs(2));
    root.patch(&place, &json!({ "status": "active" })).await.expect(200);
    is_refused(&app, &allowed).await;
    is_refused(&app, &waiting).await;
    let typed = app.browser().type_code(&waiting.user_code).await;
    assert_eq!(typed.reply.status, 422, "nobody is asked about it any more");
    let fresh = app.let_in("openid", ADA).await;
    app.poll(&fresh.code).await.expect(200);
});

on_both!(a_suspended_organisations_devices_stay_outside_for_good, |app| {
    app.allow_devices().await;
    let root = app.manager("globex", Some("super_admin")).await;
    let all = root.get("/v1/tenants").await.expect(200).json();
    let acme = all["items"].as_array().unwrap().iter().find(|one| one["slug"] == "acme").unwrap();
    let place = format!("/v1/tenants/{}", acme["id"].as_str().unwrap());
    let (allowed, waiting) = (app.let_in("openid", ADA).await, app.begin_device("openid").await);
    root.patch(&place, &json!({ "status": "suspended" })).await.expect(200);
    app.poll(&allowed.code).await.expect_error(401, "invalid_client");
    app.pass(Duration::from_secs(2));
    root.patch(&place, &json!({ "status": "active" })).await.expect(200);
    is_refused(&app, &allowed).await;
    is_refused(&app, &waiting).await;
});

on_both!(what_a_person_took_back_lets_nothing_in, |app| {
    app.allow_devices().await;
    let device = app.let_in("openid", ADA).await;
    let now = app.now();
    let taken = alter(&app, move |conn| {
        let ada = person(conn, "acme", ADA)?;
        let client = gridkey::clients::store::find_by_client_id(conn, CLIENT)?.unwrap();
        tokens::withdraw_consent(conn, ada.tenant_id, (ada.id, client.id), now)
    });
    assert!(taken.await, "what was allowed to a device stands among what was allowed");
    is_refused(&app, &device).await;
});

on_both!(what_is_over_is_swept_away_after_a_day, |app| {
    app.allow_devices().await;
    app.begin_device("openid").await;
    let rows = "SELECT count(*) AS n FROM device_authorizations";
    let sweep = async || {
        let before = app.now() - Duration::from_secs(24 * 60 * 60);
        app.app
            .db
            .write(move |conn| gridkey::device_authorizations::store::sweep(conn, before))
            .await
            .unwrap()
    };
    app.pass(Duration::from_secs(3_600));
    assert_eq!((sweep().await, count(&app, rows).await), (0, 1));
    app.pass(Duration::from_secs(24 * 60 * 60));
    assert_eq!((sweep().await, count(&app, rows).await), (1, 0));
});
