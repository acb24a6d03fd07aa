//! The successful answer, and what stands in its tokens.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gridkey::keyring::Algorithm;
use gridkey::secret::Digest;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::{PASSWORD, Reply, VERIFIER, authorize_web, jwt_header, query_of, tokens};

fn members(document: &Value) -> BTreeSet<&str> {
    document.as_object().unwrap().keys().map(String::as_str).collect()
}

on_both!(the_answer_has_the_members_of_the_specifications, |app| {
    let mut browser = app.browser();
    let code = tokens::code(&mut browser, "openid email", &[]).await;
    let reply = app.redeem(&code).await.expect(200);
    assert_eq!(reply.header("cache-control"), "no-store");
    let answer = reply.json();
    let all = ["access_token", "token_type", "expires_in", "refresh_token", "id_token", "scope"];
    assert_eq!(members(&answer), BTreeSet::from(all));
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["expires_in"], 600);
    assert_eq!(answer["scope"], "openid email");

    let refreshed = app.refresh(&tokens::text(&answer, "refresh_token")).await.expect(200).json();
    assert_eq!(members(&refreshed), BTreeSet::from(all));

    let code = tokens::code(&mut browser, "email", &[]).await;
    let plain = app.redeem(&code).await.expect(200).json();
    let without = ["access_token", "token_type", "expires_in", "refresh_token", "scope"];
    assert_eq!(members(&plain), BTreeSet::from(without), "no openid, no ID token");
});

on_both!(
    /// RFC 9068 2.
    an_access_token_says_who_for_whom_and_for_how_long,
    |app| {
        let now = app.app.now().seconds();
        let mut browser = app.browser();
        let answer = tokens::line(&app, &mut browser, "openid email").await;
        let token = tokens::text(&answer, "access_token");
        let header = jwt_header(&token);
        assert_eq!(members(&header), BTreeSet::from(["typ", "alg", "kid"]));
        assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("RS256")));

        let claims = tokens::verify(&tokens::jwks(&app).await, &token).expect("a published key signed it");
        let ada = app.app.db.read(|conn| tokens::person(conn, "acme", tokens::ADA)).await.unwrap();
        let id = tokens::verify(&tokens::jwks(&app).await, &tokens::text(&answer, "id_token")).unwrap();
        let expected = json!({
            "iss": app.issuer(),
            "sub": ada.id.to_string(),
            "aud": [app.issuer()],
            "client_id": "web",
            "iat": now,
            "exp": now + 600,
            "jti": claims["jti"],
            "scope": "openid email",
            "tenant_id": ada.tenant_id.to_string(),
            "roles": ["editor", "tenant_admin"],
            "auth_time": now,
            "acr": "urn:gridkey:acr:1",
            "amr": ["pwd"],
            "sid": id["sid"],
            "grant_id": claims["grant_id"],
        });
        assert_eq!(claims, expected);
        assert!(claims["jti"].as_str().unwrap().len() >= 22, "128 bits");
        let other = tokens::line(&app, &mut browser, "openid").await;
        let other = crate::support::jwt_claims(&tokens::text(&other, "access_token"));
        assert_ne!(other["jti"], claims["jti"]);
        assert_ne!(other["grant_id"], claims["grant_id"]);
        assert_eq!(other["sid"], claims["sid"], "one browser, one session");
    }
);

on_both!(
    /// OpenID Connect Core 2 and 3.1.3.6.
    an_id_token_says_who_signed_in_when_and_how,
    |app| {
        let now = app.app.now().seconds();
        let answer = tokens::line(&app, &mut app.browser(), "openid profile email").await;
        let token = tokens::text(&answer, "id_token");
        let header = jwt_header(&token);
        assert_eq!((&header["typ"], &header["alg"]), (&json!("JWT"), &json!("RS256")));
        let claims = tokens::verify(&tokens::jwks(&app).await, &token).unwrap();
        let ada = app.app.db.read(|conn| tokens::person(conn, "acme", tokens::ADA)).await.unwrap();
        let access = tokens::text(&answer, "access_token");
        let hash = URL_SAFE_NO_PAD.encode(&Digest::of(access.as_bytes()).as_bytes()[..16]);
        let expected = json!({
            "iss": app.issuer(),
            "sub": ada.id.to_string(),
            "aud": "web",
            "iat": now,
            "exp": now + 600,
            "auth_time": now,
            "nonce": "no-1",
            "acr": "urn:gridkey:acr:1",
            "amr": ["pwd"],
            "at_hash": hash,
            "sid": claims["sid"],
            "tenant_id": ada.tenant_id.to_string(),
        });
        assert_eq!(claims, expected, "claims about the person are userinfo's, unless asked for");
        assert_eq!(claims["sid"].as_str().unwrap().len(), 36);
    }
);

on_both!(
    /// OpenID Connect Core 12.2.
    a_refreshed_id_token_keeps_the_sign_in_and_drops_the_nonce,
    |app| {
        let mut browser = app.browser();
        let first = tokens::line(&app, &mut browser, "openid").await;
        app.pass(Duration::from_secs(300));
        let second = app.refresh(&tokens::text(&first, "refresh_token")).await.expect(200).json();
        let [first, second] = [first, second].map(|answer| crate::support::jwt_claims(&tokens::text(&answer, "id_token")));
        for kept in ["iss", "sub", "aud", "auth_time", "acr", "amr", "sid", "tenant_id"] {
            assert_eq!(first[kept], second[kept], "{kept}");
        }
        assert_eq!(second["iat"].as_i64().unwrap(), first["iat"].as_i64().unwrap() + 300);
        assert_eq!(first["nonce"], "no-1");
        assert_eq!(second.get("nonce"), None);
        assert_ne!(first["at_hash"], second["at_hash"]);
        // A code from the same sign-in tells when that was, not when the code was made.
        let later = tokens::line(&app, &mut browser, "openid").await;
        let later = crate::support::jwt_claims(&tokens::text(&later, "id_token"));
        assert_eq!(later["auth_time"], first["auth_time"]);
    }
);

on_both!(a_request_without_a_nonce_gets_a_token_without_one, |app| {
    let code = tokens::code(&mut app.browser(), "openid", &[("nonce", "")]).await;
    let answer = app.redeem(&code).await.expect(200);
    assert_eq!(crate::support::jwt_claims(&answer.text("id_token")).get("nonce"), None);
});

on_both!(
    /// Checklist 42: the algorithm is the application's, each with its own key, and at_hash follows the ID token's.
    every_algorithm_signs_both_tokens,
    |app| {
        let mut browser = app.browser();
        let keys = tokens::jwks(&app).await;
        for (algorithm, change) in [
            ("ES256", (|client| client.settings.id_token_alg = Some(Algorithm::Es256)) as fn(&mut gridkey::clients::Client)),
            ("EdDSA", |client| client.settings.id_token_alg = Some(Algorithm::EdDsa)),
            ("RS256", |client| client.settings.id_token_alg = Some(Algorithm::Rs256)),
        ] {
            tokens::alter_client(&app, "web", change).await;
            tokens::alter_client(&app, "web", |client| {
                client.settings.access_token_alg = client.settings.id_token_alg;
            })
            .await;
            let answer = tokens::line(&app, &mut browser, "openid").await;
            let (access, id) = (tokens::text(&answer, "access_token"), tokens::text(&answer, "id_token"));
            assert_eq!((&jwt_header(&access)["alg"], &jwt_header(&id)["alg"]), (&json!(algorithm), &json!(algorithm)));
            assert!(tokens::verify(&keys, &access).is_some());
            let claims = tokens::verify(&keys, &id).unwrap();
            let half = if algorithm == "EdDSA" {
                aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA512, access.as_bytes()).as_ref()[..32].to_vec()
            } else {
                Digest::of(access.as_bytes()).as_bytes()[..16].to_vec()
            };
            assert_eq!(claims["at_hash"], URL_SAFE_NO_PAD.encode(half), "{algorithm}");
        }
    }
);

on_both!(claims_stand_in_the_id_token_of_an_application_that_wants_them_there, |app| {
    tokens::alter_client(&app, "web", |client| client.settings.claims_in_id_token = true).await;
    let answer = tokens::line(&app, &mut app.browser(), "openid email").await;
    let claims = crate::support::jwt_claims(&tokens::text(&answer, "id_token"));
    assert_eq!((&claims["email"], &claims["email_verified"]), (&json!(tokens::ADA), &json!(true)));
    assert_eq!(claims.get("given_name"), None, "a scope that was not granted brings nothing");
});

on_both!(
    /// RFC 8707 2.
    the_resource_of_the_authorization_request_is_the_audience_for_good,
    |app| {
        tokens::alter_client(&app, "web", |client| {
            client.settings.audiences = vec!["https://api.example.com".into(), "https://files.example.com".into()];
        })
        .await;
        let mut browser = app.browser();
        let audience = |answer: &Value| crate::support::jwt_claims(&tokens::text(answer, "access_token"))["aud"].clone();
        let code = tokens::code(&mut browser, "openid", &[("resource", "https://files.example.com")]).await;
        let first = app.redeem(&code).await.expect(200).json();
        assert_eq!(audience(&first), json!(["https://files.example.com"]));
        let next = app.refresh(&tokens::text(&first, "refresh_token")).await.expect(200).json();
        assert_eq!(audience(&next), json!(["https://files.example.com"]));
        let default = tokens::line(&app, &mut browser, "openid").await;
        assert_eq!(audience(&default), json!(["https://api.example.com"]), "the first that is registered");
    }
);

on_both!(
    /// RFC 8707 2.2: a token request for an API that was not granted is refused, not answered with another token.
    a_token_request_for_a_resource_that_was_not_granted_is_refused,
    |app| {
        tokens::alter_client(&app, "web", |client| {
            client.settings.audiences = vec!["https://api.example.com".into(), "https://files.example.com".into()];
        })
        .await;
        let mut browser = app.browser();
        let code = tokens::code(&mut browser, "openid", &[("resource", "https://files.example.com")]).await;
        for resource in ["https://api.example.com", "https://unknown.example.com"] {
            let form = [
                ("grant_type", "authorization_code"),
                ("code", code.as_str()),
                ("redirect_uri", "https://portal.example.com/cb"),
                ("code_verifier", VERIFIER),
                ("resource", resource),
            ];
            app.token(Some(&app.web()), &form).await.expect_error(400, "invalid_target");
        }
        let first = app.redeem(&code).await.expect(200);
        let token = first.text("refresh_token");
        for resource in ["https://api.example.com", "https://unknown.example.com"] {
            let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("resource", resource)];
            app.token(Some(&app.web()), &form).await.expect_error(400, "invalid_target");
        }
        assert!(tokens::is_active(&app, &token).await, "nothing moved");
    }
);

on_both!(
    /// RFC 8707 2.2: some of what was granted, for one access token; the line keeps all of it.
    a_token_request_may_narrow_to_some_of_the_granted_resources,
    |app| {
        const FILES: &str = "https://files.example.com";
        const API: &str = "https://api.example.com";
        tokens::alter_client(&app, "web", |client| {
            client.settings.audiences = vec![API.into(), FILES.into()];
        })
        .await;
        let both = format!("{}&resource={API}", authorize_web("openid", &[("resource", FILES)]));
        let url = app.browser().walk(&both, tokens::ADA, PASSWORD).await;
        let audience = |reply: &Reply| crate::support::jwt_claims(&reply.text("access_token"))["aud"].clone();
        let redemption = [
            ("grant_type", "authorization_code"),
            ("code", &query_of(&url)["code"]),
            ("redirect_uri", "https://portal.example.com/cb"),
            ("code_verifier", VERIFIER),
            ("resource", API),
        ];
        let first = app.token(Some(&app.web()), &redemption).await.expect(200);
        assert_eq!(audience(&first), json!([API]));
        let second = app.refresh(&first.text("refresh_token")).await.expect(200);
        assert_eq!(audience(&second), json!([FILES, API]));
        let token = second.text("refresh_token");
        let narrow = [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("resource", FILES)];
        let third = app.token(Some(&app.web()), &narrow).await.expect(200);
        assert_eq!(audience(&third), json!([FILES]));
        let fourth = app.refresh(&third.text("refresh_token")).await.expect(200);
        assert_eq!(audience(&fourth), json!([FILES, API]));
    }
);
