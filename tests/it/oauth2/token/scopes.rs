//! What a client may ask for, in every grant.

use serde_json::Value;

use crate::on_both;
use crate::support::{VERIFIER, basic, jwt_claims, query_of, tokens};

on_both!(
    /// Checklist 26: which grants a client has is looked at before anything else of the request.
    a_client_uses_its_own_grants_alone,
    |app| {
        let (web, worker) = (app.web(), app.worker());
        let code = [
            ("grant_type", "authorization_code"),
            ("code", "gkac_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
            ("redirect_uri", "https://portal.example.com/cb"),
            ("code_verifier", VERIFIER),
        ];
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", "gkrt_AAAA")];
        let machine = [("grant_type", "client_credentials")];
        app.token(Some(&worker), &code).await.expect_error(400, "unauthorized_client");
        app.token(Some(&worker), &refresh).await.expect_error(400, "unauthorized_client");
        app.token(Some(&web), &machine).await.expect_error(400, "unauthorized_client");
        for public in ["spa", "native", "everyone"] {
            let form = [machine[0], ("client_id", public)];
            app.token(None, &form).await.expect_error(400, "unauthorized_client");
        }
        // Its own grants get as far as the value.
        app.token(Some(&web), &code).await.expect_error(400, "invalid_grant");
        app.token(Some(&web), &refresh).await.expect_error(400, "invalid_grant");
    }
);

on_both!(
    /// Checklist 26: a grant that is taken away is gone also for what was issued before.
    a_grant_that_was_taken_away_is_gone_at_once,
    |app| {
        let mut browser = app.browser();
        let line = tokens::line(&app, &mut browser, "openid").await;
        let code = tokens::code(&mut browser, "openid", &[]).await;
        tokens::alter_client(&app, "web", |client| {
            client.grant_types = vec![gridkey::clients::GrantType::AuthorizationCode];
        })
        .await;
        app.refresh(&tokens::text(&line, "refresh_token")).await.expect_error(400, "unauthorized_client");
        let answer = app.redeem(&code).await.expect(200).json();
        assert_eq!(answer["refresh_token"], Value::Null, "nothing that could not be used");
    }
);

on_both!(
    /// Checklist 26.
    a_program_gets_its_registered_scopes_and_nothing_about_people,
    |app| {
        let worker = app.worker();
        let ask = async |scope: &str| {
            app.token(Some(&worker), &[("grant_type", "client_credentials"), ("scope", scope)]).await
        };
        for (asked, given) in [
            ("", "reports:read reports:write"),
            ("reports:write", "reports:write"),
            ("reports:write reports:read reports:write", "reports:write reports:read"),
        ] {
            let reply = ask(asked).await.expect(200);
            assert_eq!(reply.text("scope"), given);
            assert_eq!(jwt_claims(&reply.text("access_token"))["scope"], given);
        }
        for foreign in [
            "reports:delete",
            "reports:read reports:delete",
            "Reports:read",
            "openid",
            "profile",
            "email",
            "offline_access",
            "reports:read openid",
            "reports:read\u{e9}",
            "reports:read\t",
        ] {
            ask(foreign).await.expect_error(400, "invalid_scope");
        }
    }
);

on_both!(
    /// Checklist 26: a scope about people that was registered by mistake is not given either.
    a_program_gets_no_scope_about_people_even_if_it_is_registered,
    |app| {
        tokens::alter_client(&app, "worker", |client| client.scopes.extend(["openid".into(), "email".into()])).await;
        let form = [("grant_type", "client_credentials"), ("scope", "openid")];
        app.token(Some(&app.worker()), &form).await.expect_error(400, "invalid_scope");
        let reply = app.token(Some(&app.worker()), &form[..1]).await.expect(200);
        assert_eq!(reply.text("scope"), "reports:read reports:write");
    }
);

on_both!(
    /// Checklist 26.
    an_authorization_request_for_a_foreign_scope_is_refused,
    |app| {
        for scope in ["openid reports:write", "openid address2", "admin"] {
            let page = app.browser().get(&crate::support::authorize_web(scope, &[])).await;
            let query = query_of(page.reply.header("location"));
            assert_eq!(query["error"], "invalid_scope", "{scope}");
        }
    }
);

on_both!(
    /// Checklist 26. Narrowing is for one access token; the line keeps what was granted (RFC 6749 6).
    a_refresh_may_narrow_and_the_next_one_has_all_again,
    |app| {
        let first = tokens::line(&app, &mut app.browser(), "openid email reports:read").await;
        let refresh = async |token: &str, scope: &str| {
            let form = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)];
            app.token(Some(&app.web()), &form).await
        };
        let narrow = refresh(&tokens::text(&first, "refresh_token"), "email").await.expect(200);
        assert_eq!(narrow.text("scope"), "email");
        assert_eq!(jwt_claims(&narrow.text("access_token"))["scope"], "email");
        let again = refresh(&narrow.text("refresh_token"), "").await.expect(200);
        assert_eq!(again.text("scope"), "openid email reports:read");
        assert_eq!(jwt_claims(&again.text("access_token"))["scope"], "openid email reports:read");
    }
);

on_both!(
    /// Checklist 26. A refused widening does not cost the client its token.
    a_refresh_never_widens,
    |app| {
        let first = tokens::line(&app, &mut app.browser(), "openid email").await;
        let token = tokens::text(&first, "refresh_token");
        // Registered for the client, but not granted; then registered for nobody.
        for scope in ["openid email profile", "offline_access", "reports:read", "admin", "openid\"x"] {
            let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("scope", scope)];
            app.token(Some(&app.web()), &form).await.expect_error(400, "invalid_scope");
        }
        assert!(tokens::is_active(&app, &token).await, "nothing moved");
        let next = app.refresh(&token).await.expect(200);
        // What was narrowed cannot be used to find a way around.
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &next.text("refresh_token")),
            ("scope", "openid email profile"),
        ];
        app.token(Some(&app.web()), &form).await.expect_error(400, "invalid_scope");
    }
);

on_both!(
    /// Checklist 26: an organisation's issuer knows its own clients alone.
    a_client_of_another_organisation_is_nobody_at_an_organisations_issuer,
    |app| {
        let form = [("grant_type", "client_credentials")];
        app.post("/t/globex/oauth2/token", Some(&app.worker()), &form).await.expect_error(401, "invalid_client");
        let globex = basic("globex-web", "globex-secret-globex-secret-globex-1");
        let form = [("grant_type", "refresh_token")];
        app.post("/t/acme/oauth2/token", Some(&globex), &form).await.expect_error(401, "invalid_client");
        app.post("/t/globex/oauth2/token", Some(&globex), &form).await.expect_error(400, "invalid_request");
    }
);
