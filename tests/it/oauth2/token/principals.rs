//! Who was switched off gets nothing any more, by no grant.

use gridkey::clients::ClientStatus;
use gridkey::sessions;
use gridkey::tenants::{self, TenantStatus};
use gridkey::tokens as records;
use gridkey::users::{self, UserStatus};
use serde_json::json;

use crate::on_both;
use crate::support::{Browser, Reply, TestApp, VERIFIER, authorize_web, jwt_claims, tokens};

/// What Ada's applications hold.
struct Holdings {
    code: String,
    online: String,
    offline: String,
    access: String,
}

async fn holdings(app: &TestApp, browser: &mut Browser) -> Holdings {
    let online = tokens::line(app, browser, "openid").await;
    let offline = tokens::line(app, browser, "openid offline_access").await;
    Holdings {
        code: tokens::code(browser, "openid", &[]).await,
        online: tokens::text(&online, "refresh_token"),
        offline: tokens::text(&offline, "refresh_token"),
        access: tokens::text(&offline, "access_token"),
    }
}

impl Holdings {
    /// Every grant's answer.
    async fn tried(&self, app: &TestApp) -> [Reply; 3] {
        [app.redeem(&self.code).await, app.refresh(&self.online).await, app.refresh(&self.offline).await]
    }

    async fn assert_refused(&self, app: &TestApp, status: u16, code: &str) {
        for reply in self.tried(app).await {
            reply.expect_error(status, code);
        }
        app.get_as("/oauth2/userinfo", &self.access).await.expect(401);
    }
}

async fn set_status(app: &TestApp, status: UserStatus) {
    let changed = tokens::alter(app, move |conn| {
        let ada = tokens::person(conn, "acme", tokens::ADA)?;
        users::store::update(conn, ada.tenant_id, &users::User { status, ..ada })
    });
    assert!(changed.await);
}

async fn set_tenant_status(app: &TestApp, slug: &'static str, status: TenantStatus) {
    let changed = tokens::alter(app, move |conn| {
        let tenant = tokens::tenant(conn, slug)?;
        tenants::store::update(conn, &tenants::Tenant { status, ..tenant })
    });
    assert!(changed.await);
}

on_both!(
    /// Checklist 29.
    a_person_who_was_switched_off_gets_nothing,
    |app| {
        let mut browser = app.browser();
        let holdings = holdings(&app, &mut browser).await;
        for status in [UserStatus::Suspended, UserStatus::Deleted, UserStatus::Invited] {
            set_status(&app, status).await;
            holdings.assert_refused(&app, 400, "invalid_grant").await;
            assert!(!tokens::is_active(&app, &holdings.access).await);
            assert!(!tokens::is_active(&app, &holdings.offline).await);
            let page = browser.get(&authorize_web("openid", &[])).await;
            assert!(page.reply.header("location").starts_with("/login/"), "no silent sign-in: {page:?}");
        }
        // It was the status, nothing else.
        set_status(&app, UserStatus::Active).await;
        for reply in holdings.tried(&app).await {
            reply.expect(200);
        }
    }
);

on_both!(
    /// Checklist 29.
    a_client_that_was_switched_off_gets_nothing,
    |app| {
        let holdings = holdings(&app, &mut app.browser()).await;
        let machine = [("grant_type", "client_credentials")];
        for client in ["web", "worker"] {
            tokens::alter_client(&app, client, |client| client.status = ClientStatus::Disabled).await;
        }
        for reply in holdings.tried(&app).await {
            reply.expect_error(401, "invalid_client");
        }
        app.get_as("/oauth2/userinfo", &holdings.access).await.expect(401);
        app.token(Some(&app.worker()), &machine).await.expect_error(401, "invalid_client");
        for client in ["web", "worker"] {
            tokens::alter_client(&app, client, |client| client.status = ClientStatus::Active).await;
        }
        app.token(Some(&app.worker()), &machine).await.expect(200);
        for reply in holdings.tried(&app).await {
            reply.expect(200);
        }
    }
);

on_both!(
    /// Checklist 29: public clients too, which have no secret that could fail.
    a_public_client_that_was_switched_off_gets_nothing,
    |app| {
        let mut browser = app.browser();
        let redeem = async |code: &str| {
            let form = [
                ("grant_type", "authorization_code"),
                ("client_id", "spa"),
                ("code", code),
                ("redirect_uri", "https://spa.example.com/cb"),
                ("code_verifier", VERIFIER),
            ];
            app.token(None, &form).await
        };
        let code = tokens::code(&mut browser, "openid offline_access", tokens::SPA).await;
        let refresh = redeem(&code).await.expect(200).text("refresh_token");
        let code = tokens::code(&mut browser, "openid", tokens::SPA).await;
        tokens::alter_client(&app, "spa", |client| client.status = ClientStatus::Disabled).await;
        redeem(&code).await.expect_error(401, "invalid_client");
        let form = [("grant_type", "refresh_token"), ("client_id", "spa"), ("refresh_token", &refresh)];
        app.token(None, &form).await.expect_error(401, "invalid_client");
    }
);

on_both!(
    /// Checklist 29.
    nothing_of_a_suspended_organisation_gets_anything,
    |app| {
        let holdings = holdings(&app, &mut app.browser()).await;
        set_tenant_status(&app, "acme", TenantStatus::Suspended).await;
        for reply in holdings.tried(&app).await {
            reply.expect_error(401, "invalid_client");
        }
        app.get_as("/oauth2/userinfo", &holdings.access).await.expect(401);
        let machine = [("grant_type", "client_credentials")];
        app.token(Some(&app.worker()), &machine).await.expect_error(401, "invalid_client");
        app.post("/t/acme/oauth2/token", Some(&app.worker()), &machine).await.expect_error(404, "invalid_request");
    }
);

on_both!(
    /// Checklist 29: the person's organisation counts, also where the client belongs to another one.
    people_of_a_suspended_organisation_get_nothing_from_anybodys_client,
    |app| {
        let mut browser = app.browser();
        let request = [("client_id", "everyone"), ("redirect_uri", "https://board.example.com/cb")];
        let path = authorize_web("openid", &request);
        let mut code = async || {
            let url = browser.walk(&path, "hank@globex.example", crate::support::PASSWORD).await;
            crate::support::query_of(&url)["code"].clone()
        };
        let redeem = async |code: &str| {
            let form = [
                ("grant_type", "authorization_code"),
                ("client_id", "everyone"),
                ("code", code),
                ("redirect_uri", "https://board.example.com/cb"),
                ("code_verifier", VERIFIER),
            ];
            app.token(None, &form).await
        };
        let refresh = redeem(&code().await).await.expect(200).text("refresh_token");
        let form = [("grant_type", "refresh_token"), ("client_id", "everyone"), ("refresh_token", &refresh)];
        let code = code().await;
        set_tenant_status(&app, "globex", TenantStatus::Suspended).await;
        redeem(&code).await.expect_error(400, "invalid_grant");
        app.token(None, &form).await.expect_error(400, "invalid_grant");
        set_tenant_status(&app, "globex", TenantStatus::Active).await;
        redeem(&code).await.expect(200);
        app.token(None, &form).await.expect(200);
    }
);

on_both!(
    /// Checklist 29: only what was granted `offline_access` outlives the session.
    after_the_session_ended_only_offline_access_goes_on,
    |app| {
        let holdings = holdings(&app, &mut app.browser()).await;
        let session = session_of(&holdings.online, &app).await;
        let now = app.app.now();
        // Only the session's own row: the grants must look at it themselves.
        tokens::alter(&app, move |conn| {
            let tenant = tokens::tenant(conn, "acme")?;
            sessions::store::end(conn, tenant.id, session, now)
        })
        .await;
        let [code, online, offline] = holdings.tried(&app).await;
        code.expect_error(400, "invalid_grant");
        online.expect_error(400, "invalid_grant");
        offline.expect(200);
    }
);

async fn session_of(refresh_token: &str, app: &TestApp) -> sessions::SessionId {
    let family = records::RefreshToken::parse(refresh_token).unwrap().family;
    let found =
        app.app.db.read(move |conn| records::store::find_family(conn, family)).await.unwrap().unwrap();
    found.session_id.expect("a line that hangs on a session")
}

on_both!(
    /// Checklist 36: what a new password, a reset and "sign out everywhere" do.
    a_persons_tokens_end_together_and_at_once,
    |app| {
        let mut grace = app.browser();
        let url = grace.walk(&authorize_web("openid offline_access", &[]), "grace@acme.example", "another horse battery staple").await;
        let others = app.redeem(&crate::support::query_of(&url)["code"]).await.expect(200).json();
        let holdings = holdings(&app, &mut app.browser()).await;
        let elsewhere = self::holdings(&app, &mut app.browser()).await;
        end_all(&app, None).await;
        for holdings in [holdings, elsewhere] {
            holdings.assert_refused(&app, 400, "invalid_grant").await;
            assert!(!tokens::is_active(&app, &holdings.access).await);
        }
        app.refresh(&tokens::text(&others, "refresh_token")).await.expect(200);
    }
);

on_both!(
    /// Checklist 36: the session in which the password was changed may go on; offline access may not.
    one_session_can_be_kept,
    |app| {
        let kept = holdings(&app, &mut app.browser()).await;
        let ended = holdings(&app, &mut app.browser()).await;
        end_all(&app, Some(session_of(&kept.online, &app).await)).await;
        ended.assert_refused(&app, 400, "invalid_grant").await;
        let [_, online, offline] = kept.tried(&app).await;
        online.expect(200);
        offline.expect_error(400, "invalid_grant");
    }
);

async fn end_all(app: &TestApp, except: Option<sessions::SessionId>) {
    let now = app.app.now();
    tokens::alter(app, move |conn| {
        let ada = tokens::person(conn, "acme", tokens::ADA)?;
        records::end_user_tokens(conn, ada.tenant_id, ada.id, except, now)
    })
    .await;
}

on_both!(
    /// Checklist 29: nor does a client that no longer serves the person's organisation.
    a_client_that_serves_another_organisation_now_gets_nothing,
    |app| {
        let mut browser = app.browser();
        let request = [("client_id", "everyone"), ("redirect_uri", "https://board.example.com/cb")];
        let url = browser.walk(&authorize_web("openid", &request), "hank@globex.example", crate::support::PASSWORD).await;
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", "everyone"),
            ("code", &crate::support::query_of(&url)["code"]),
            ("redirect_uri", "https://board.example.com/cb"),
            ("code_verifier", VERIFIER),
        ];
        let refresh = app.token(None, &form).await.expect(200).text("refresh_token");
        let url = browser.walk(&authorize_web("openid", &request), "hank@globex.example", crate::support::PASSWORD).await;
        tokens::alter_client(&app, "everyone", |client| client.all_tenants = false).await;
        let form = [("grant_type", "refresh_token"), ("client_id", "everyone"), ("refresh_token", &refresh)];
        app.token(None, &form).await.expect_error(400, "invalid_grant");
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", "everyone"),
            ("code", &crate::support::query_of(&url)["code"]),
            ("redirect_uri", "https://board.example.com/cb"),
            ("code_verifier", VERIFIER),
        ];
        app.token(None, &form).await.expect_error(400, "invalid_grant");
    }
);

on_both!(roles_are_those_of_the_moment_of_each_refresh, |app| {
    let first = tokens::line(&app, &mut app.browser(), "openid").await;
    let roles = |token: &str| jwt_claims(token)["roles"].clone();
    assert_eq!(roles(&tokens::text(&first, "access_token")), json!(["editor", "tenant_admin"]));
    // Some come by a team, one of them twice.
    let root = app.ada().await;
    let id = tokens::alter(&app, |conn| tokens::person(conn, "acme", tokens::ADA)).await.id.to_string();
    let team = root.post("/v1/teams", &json!({ "slug": "crew", "display_name": "Crew" })).await.expect(201);
    let place = format!("/v1/teams/{}", team.text("id"));
    let members = json!({ "members": [{ "kind": "user", "id": id }] });
    root.post(&format!("{place}/members/add"), &members).await.expect(200);
    let by_team = json!({ "roles": ["editor", "tenant_viewer"] });
    root.put(&format!("{place}/roles"), &by_team).await.expect(200);
    let first = app.refresh(&tokens::text(&first, "refresh_token")).await.expect(200);
    let all = json!(["editor", "tenant_admin", "tenant_viewer"]);
    assert_eq!(roles(&first.text("access_token")), all);
    tokens::alter(&app, |conn| {
        use gridkey::db::{Conn, DbError};
        let ada = tokens::person(conn, "acme", tokens::ADA)?;
        let sql = format!(
            "DELETE FROM role_assignments WHERE principal_id = '{}' AND role_id IN (SELECT id FROM roles WHERE slug = 'tenant_admin')",
            ada.id
        );
        let rows = match conn {
            Conn::Pg(conn) => diesel::RunQueryDsl::execute(diesel::sql_query(sql), *conn)?,
            Conn::Lite(conn) => diesel::RunQueryDsl::execute(diesel::sql_query(sql), *conn)?,
        };
        assert_eq!(rows, 1);
        Ok::<_, DbError>(())
    })
    .await;
    let next = app.refresh(&first.text("refresh_token")).await.expect(200);
    assert_eq!(roles(&next.text("access_token")), json!(["editor", "tenant_viewer"]));
});
