//! `grant_type=authorization_code`: what a code is bound to, and for how long.

use std::time::Duration;

use gridkey::config::{Config, Sources};

use crate::on_both;
use crate::support::{Reply, TestApp, VERIFIER, basic, tokens};

const CB: &str = "https://portal.example.com/cb";

/// A redemption by `web`, with whatever is not absent.
async fn redeem(app: &TestApp, code: &str, redirect_uri: Option<&str>, verifier: Option<&str>) -> Reply {
    let mut form = vec![("grant_type", "authorization_code"), ("code", code)];
    form.extend(redirect_uri.map(|uri| ("redirect_uri", uri)));
    form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
    app.token(Some(&app.web()), &form).await
}

/// A redemption by `post`, whose codes may have no challenge.
async fn redeem_post(app: &TestApp, code: &str, verifier: Option<&str>) -> Reply {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("client_id", "post"),
        ("client_secret", "post-secret-post-secret-post-secret-1"),
        ("redirect_uri", "https://legacy.example.com/cb"),
        ("code", code),
    ];
    form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
    app.token(None, &form).await
}

on_both!(
    /// Checklist 18. One code for all attempts, redeemed at the end: each failed because of its verifier alone.
    a_challenge_cannot_be_ignored_at_redemption,
    |app| {
        let code = tokens::code(&mut app.browser(), "openid", &[]).await;
        let (short, long) = ("a".repeat(42), "a".repeat(129));
        let (wrong, challenge) = (VERIFIER.replace('d', "e"), crate::support::CHALLENGE);
        let space = format!("{VERIFIER} ");
        for verifier in [None, Some(""), Some(&wrong), Some(&short), Some(&long), Some(challenge), Some(&space)] {
            redeem(&app, &code, Some(CB), verifier).await.expect_error(400, "invalid_grant");
        }
        redeem(&app, &code, Some(CB), Some(VERIFIER)).await.expect(200);
    }
);

on_both!(
    /// Checklist 18: RFC 7636 4.1 bounds the verifier; one that fits its challenge is refused all the same.
    a_verifier_of_42_or_129_characters_is_refused_though_it_fits,
    |app| {
        let mut browser = app.browser();
        for (length, status) in [(42, 400), (43, 200), (128, 200), (129, 400)] {
            let verifier = "v".repeat(length);
            let challenge = tokens::challenge_of(&verifier);
            let code = tokens::code(&mut browser, "openid", &[("code_challenge", &challenge)]).await;
            let reply = redeem(&app, &code, Some(CB), Some(&verifier)).await;
            assert_eq!(reply.status, status, "{length}: {}", reply.body);
        }
    }
);

on_both!(
    /// Checklist 19: somebody took the challenge out of the authorization request.
    a_verifier_without_a_challenge_is_refused,
    |app| {
        let code = tokens::code(&mut app.browser(), "openid", tokens::POST).await;
        redeem_post(&app, &code, Some(VERIFIER)).await.expect_error(400, "invalid_grant");
        redeem_post(&app, &code, None).await.expect(200);
    }
);

on_both!(
    /// Checklist 20.
    a_code_lives_for_sixty_seconds_and_not_one_more,
    |app| {
        let mut browser = app.browser();
        let code = tokens::code(&mut browser, "openid", &[]).await;
        app.pass(Duration::from_secs(59));
        app.redeem(&code).await.expect(200);
        let code = tokens::code(&mut browser, "openid", &[]).await;
        app.pass(Duration::from_secs(60));
        app.redeem(&code).await.expect_error(400, "invalid_grant");
        assert_eq!(tokens::count(&app, "SELECT count(*) AS n FROM token_families").await, 1);
    }
);

#[test]
fn nobody_can_configure_codes_that_live_longer() {
    let load = |lifetime: &str| {
        let overrides = [
            ("server.public_url", "https://id.example.com"),
            ("security.master_key", crate::support::MASTER_KEY),
            ("tokens.authorization_code_lifetime", lifetime),
        ];
        let overrides = overrides.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        Config::load(&Sources { file: None, env: Default::default(), overrides }).map(drop)
    };
    assert!(load("60s").is_ok());
    assert!(load("61s").unwrap_err().to_string().contains("authorization_code_lifetime"));
}

on_both!(
    /// Checklist 20: 256 random bits, of which only a digest is written down.
    a_code_is_long_random_and_stored_only_as_a_digest,
    |app| {
        let mut browser = app.browser();
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..8 {
            let code = tokens::code(&mut browser, "openid offline_access", &[]).await;
            let random = code.strip_prefix("gkac_").expect("the kind in front");
            assert_eq!(random.len(), 43, "256 bits in base64url");
            assert!(seen.insert(random[..8].to_owned()), "a beginning came twice");
            let digest = gridkey::secret::Digest::of(code.as_bytes());
            assert!(app.app.db.read(move |conn| gridkey::tokens::store::find_code(conn, &digest)).await.unwrap().is_some());
            assert_stored_nowhere(&app, &code).await;
            let answer = app.redeem(&code).await.expect(200);
            assert_stored_nowhere(&app, &answer.text("refresh_token")).await;
            assert_stored_nowhere(&app, &answer.text("access_token")).await;
        }
    }
);

/// Looks for a value in every column of the rows behind tokens, as text and as bytes.
async fn assert_stored_nowhere(app: &TestApp, value: &str) {
    let hex: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    for (table, columns) in [
        ("authorization_codes", ["digest", "redirect_uri", "code_challenge", "facts"]),
        ("token_families", ["seed", "facts", "id", "client_pk"]),
    ] {
        for column in columns {
            let rows = if app.app.db.is_postgres() {
                let text = format!("CAST({column} AS text)");
                format!(
                    "SELECT count(*) AS n FROM {table} WHERE {text} LIKE '%{value}%' OR {text} LIKE '%{hex}%'"
                )
            } else {
                let bytes = format!("lower(hex({column}))");
                format!("SELECT count(*) AS n FROM {table} WHERE {bytes} LIKE '%{hex}%'")
            };
            assert_eq!(tokens::count(app, rows).await, 0, "{table}.{column} holds {value}");
        }
    }
}

on_both!(
    /// Checklist 21. What is not the owner's neither redeems the code nor uses it up.
    a_code_is_bound_to_its_client_redirect_uri_and_issuer,
    |app| {
        let code = tokens::code(&mut app.browser(), "openid", &[]).await;
        for other in ["https://portal.example.com/cb?x=1", "https://portal.example.com/cb/", "HTTPS://portal.example.com/cb", ""] {
            redeem(&app, &code, Some(other), Some(VERIFIER)).await.expect_error(400, "invalid_grant");
        }
        redeem(&app, &code, None, Some(VERIFIER)).await.expect_error(400, "invalid_grant");

        redeem_post(&app, &code, Some(VERIFIER)).await.expect_error(400, "invalid_grant");
        let form = |id: &'static str| {
            [
                ("grant_type", "authorization_code"),
                ("client_id", id),
                ("code", code.as_str()),
                ("redirect_uri", CB),
                ("code_verifier", VERIFIER),
            ]
        };
        app.token(None, &form("spa")).await.expect_error(400, "invalid_grant");
        let globex = basic("globex-web", "globex-secret-globex-secret-globex-1");
        app.token(Some(&globex), &form("globex-web")).await.expect_error(400, "invalid_grant");
        app.post("/t/acme/oauth2/token", Some(&app.web()), &form("web")).await.expect_error(400, "invalid_grant");

        redeem(&app, &code, Some(CB), Some(VERIFIER)).await.expect(200);
    }
);

on_both!(
    /// Checklist 21: also the other way round, from an organisation's own issuer to the instance's.
    a_code_of_an_organisations_issuer_is_redeemed_there_alone,
    |app| {
        let mut browser = app.browser();
        let path = format!("/t/acme{}", crate::support::authorize_web("openid", &[]));
        let url = browser.walk(&path, tokens::ADA, crate::support::PASSWORD).await;
        let code = crate::support::query_of(&url)["code"].clone();
        redeem(&app, &code, Some(CB), Some(VERIFIER)).await.expect_error(400, "invalid_grant");
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", CB),
            ("code_verifier", VERIFIER),
        ];
        let reply = app.post("/t/acme/oauth2/token", Some(&app.web()), &form).await.expect(200);
        let claims = crate::support::jwt_claims(&reply.text("id_token"));
        assert_eq!(claims["iss"], format!("{}/t/acme", app.issuer()));
    }
);

on_both!(
    /// Checklist 21: challenge and nonce stay with the code of their own request, however many there are.
    two_codes_of_one_browser_do_not_mix,
    |app| {
        let mut browser = app.browser();
        let (first_verifier, second_verifier) = ("1".repeat(43), "2".repeat(43));
        let first_challenge = tokens::challenge_of(&first_verifier);
        let second_challenge = tokens::challenge_of(&second_verifier);
        let first = tokens::code(&mut browser, "openid", &[("code_challenge", &first_challenge), ("nonce", "n-1")]).await;
        let second =
            tokens::code(&mut browser, "openid", &[("code_challenge", &second_challenge), ("nonce", "n-2")]).await;
        redeem(&app, &first, Some(CB), Some(&second_verifier)).await.expect_error(400, "invalid_grant");
        redeem(&app, &second, Some(CB), Some(&first_verifier)).await.expect_error(400, "invalid_grant");
        for (code, verifier, nonce) in [(&second, &second_verifier, "n-2"), (&first, &first_verifier, "n-1")] {
            let reply = redeem(&app, code, Some(CB), Some(verifier)).await.expect(200);
            assert_eq!(crate::support::jwt_claims(&reply.text("id_token"))["nonce"], nonce);
        }
    }
);
