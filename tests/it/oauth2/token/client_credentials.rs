//! `grant_type=client_credentials`: a program speaks for itself.

use serde_json::{Value, json};

use crate::on_both;
use crate::support::{TestApp, basic, jwt_claims, jwt_header, tokens};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

async fn worker(app: &TestApp, more: &[(&str, &str)]) -> Value {
    let form = [&[GRANT], more].concat();
    app.token(Some(&app.worker()), &form).await.expect(200).json()
}

on_both!(
    /// Checklist 26. RFC 6749 4.4.3: there is nothing to refresh, and nobody who signed in.
    a_program_gets_an_access_token_and_nothing_else,
    |app| {
        let now = app.app.now().seconds();
        let answer = worker(&app, &[]).await;
        let members: Vec<&String> = answer.as_object().unwrap().keys().collect();
        assert_eq!(members.len(), 4, "{members:?}");
        assert_eq!((&answer["token_type"], &answer["expires_in"]), (&json!("Bearer"), &json!(600)));
        let token = tokens::text(&answer, "access_token");
        let claims = tokens::verify(&tokens::jwks(&app).await, &token).expect("a published key signed it");
        let tenant = app.app.db.read(|conn| tokens::tenant(conn, "acme")).await.unwrap();
        let expected = json!({
            "iss": app.issuer(),
            "sub": "worker",
            "aud": ["https://api.example.com"],
            "client_id": "worker",
            "iat": now,
            "exp": now + 600,
            "jti": claims["jti"],
            "scope": "reports:read reports:write",
            "tenant_id": tenant.id.to_string(),
        });
        assert_eq!(claims, expected);
        assert_eq!(tokens::count(&app, "SELECT count(*) AS n FROM token_families").await, 0, "nothing is written");
    }
);

on_both!(
    /// Checklist 42.
    each_program_is_served_with_its_own_algorithm,
    |app| {
        let keys = tokens::jwks(&app).await;
        for (client, secret, algorithm) in [
            ("worker", "worker-secret-worker-secret-worker-1", "RS256"),
            ("worker-es256", "worker-secret-worker-secret-worker-2", "ES256"),
            ("worker-eddsa", "worker-secret-worker-secret-worker-3", "EdDSA"),
        ] {
            let answer = app.token(Some(&basic(client, secret)), &[GRANT]).await.expect(200);
            let token = answer.text("access_token");
            assert_eq!(jwt_header(&token)["alg"], algorithm);
            assert_eq!(jwt_header(&token)["typ"], "at+jwt");
            let claims = tokens::verify(&keys, &token).unwrap_or_else(|| panic!("{algorithm} does not verify"));
            assert_eq!(claims["sub"], client);
            let kid = jwt_header(&token)["kid"].clone();
            let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid).unwrap();
            assert_eq!(key["alg"], algorithm, "a key is for one algorithm");
        }
    }
);

on_both!(
    /// RFC 8707 2.
    the_resource_is_the_audience,
    |app| {
        let audience = |answer: &Value| jwt_claims(&tokens::text(answer, "access_token"))["aud"].clone();
        let (api, files) = (("resource", "https://api.example.com"), ("resource", "https://files.example.com"));
        assert_eq!(audience(&worker(&app, &[]).await), json!([api.1]));
        assert_eq!(audience(&worker(&app, &[files]).await), json!([files.1]));
        assert_eq!(audience(&worker(&app, &[files, api]).await), json!([files.1, api.1]));
        assert_eq!(audience(&worker(&app, &[("resource", "")]).await), json!([api.1]), "empty is absent");

        let es256 = basic("worker-es256", "worker-secret-worker-secret-worker-2");
        let answer = app.token(Some(&es256), &[GRANT]).await.expect(200).json();
        assert_eq!(audience(&answer), json!([app.issuer()]), "without any API, the server's own endpoints");
    }
);

on_both!(
    /// RFC 8707 2: no token rather than one for another API.
    a_foreign_resource_is_an_invalid_target,
    |app| {
        for foreign in [
            "https://other.example.com",
            "https://api.example.com/",
            "https://API.example.com",
            "https://api.example.com#x",
            "api",
            "javascript:alert(1)",
        ] {
            for form in [vec![GRANT, ("resource", foreign)], vec![GRANT, ("resource", "https://api.example.com"), ("resource", foreign)]] {
                let reply = app.token(Some(&app.worker()), &form).await.expect_error(400, "invalid_target");
                assert!(reply.text("error_description").contains("resource"), "{}", reply.body);
            }
        }
        // The server's own address counts as foreign for a program that is registered for other APIs.
        let issuer = app.issuer();
        app.token(Some(&app.worker()), &[GRANT, ("resource", &issuer)]).await.expect_error(400, "invalid_target");
    }
);

on_both!(lifetimes_are_the_applications_then_the_organisations_then_the_servers, |app| {
    let life = async || {
        let answer = worker(&app, &[]).await;
        let claims = jwt_claims(&tokens::text(&answer, "access_token"));
        let life = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
        assert_eq!(answer["expires_in"], life);
        life
    };
    assert_eq!(life().await, 600);
    tokens::alter(&app, |conn| {
        let mut tenant = tokens::tenant(conn, "acme")?;
        tenant.settings.lifetimes.access_token = Some(120);
        gridkey::tenants::store::update(conn, &tenant)
    })
    .await;
    assert_eq!(life().await, 120);
    tokens::alter_client(&app, "worker", |client| client.settings.lifetimes.access_token = Some(30)).await;
    assert_eq!(life().await, 30);
});

on_both!(a_programs_token_opens_nothing_about_people, |app| {
    tokens::alter_client(&app, "worker", |client| client.settings.audiences.clear()).await;
    let token = tokens::text(&worker(&app, &[]).await, "access_token");
    assert_eq!(jwt_claims(&token)["aud"], json!([app.issuer()]));
    let reply = app.get_as("/oauth2/userinfo", &token).await;
    assert!(reply.status == 401 || reply.status == 403, "{}", reply.body);
});

on_both!(an_organisations_issuer_signs_in_its_own_name, |app| {
    let reply = app.post("/t/acme/oauth2/token", Some(&app.worker()), &[GRANT]).await.expect(200);
    assert_eq!(jwt_claims(&reply.text("access_token"))["iss"], format!("{}/t/acme", app.issuer()));
});
