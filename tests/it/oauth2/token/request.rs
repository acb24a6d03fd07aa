//! What a request must look like.

use reqwest::Method;

use crate::on_both;
use crate::support::{Reply, VERIFIER};

on_both!(
    /// Checklist 25.
    nothing_but_post_is_answered,
    |app| {
        for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
            let request = app
                .http()
                .request(method.clone(), app.url("/oauth2/token?grant_type=client_credentials"))
                .header("authorization", app.worker());
            let reply = Reply::of(request.send().await.unwrap()).await.expect_error(405, "invalid_request");
            assert_eq!(reply.header("allow"), "POST", "{method}");
        }
    }
);

on_both!(
    /// Checklist 25.
    nothing_but_a_form_is_read,
    |app| {
        let form = "grant_type=client_credentials";
        for (kind, body) in [
            ("application/json", r#"{"grant_type":"client_credentials"}"#),
            ("text/plain", form),
            ("application/x-www-form-urlencoded; charset=utf-16", form),
            ("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\nclient_credentials\r\n--b--\r\n"),
            ("", form),
        ] {
            let mut request = app.http().post(app.url("/oauth2/token")).header("authorization", app.worker());
            if !kind.is_empty() {
                request = request.header("content-type", kind);
            }
            let reply = Reply::of(request.body(body).send().await.unwrap()).await;
            reply.expect_error(400, "invalid_request");
        }
        let request = app.http().post(app.url("/oauth2/token")).header("authorization", app.worker());
        let request = request.header("content-type", "Application/X-WWW-Form-URLencoded; Charset=UTF-8").body(form);
        Reply::of(request.send().await.unwrap()).await.expect(200);
    }
);

on_both!(
    /// Checklist 25.
    parameters_in_the_address_are_not_read,
    |app| {
        let path = "/oauth2/token?grant_type=client_credentials";
        app.post(path, Some(&app.worker()), &[]).await.expect_error(400, "invalid_request");
        let path = "/oauth2/token?client_id=post&client_secret=post-secret-post-secret-post-secret-1";
        let reply = app.post(path, None, &[("grant_type", "refresh_token")]).await;
        reply.expect_error(400, "invalid_request");
    }
);

on_both!(
    /// Checklist 25.
    answers_are_json_that_nobody_keeps,
    |app| {
        let granted = app.token(Some(&app.worker()), &[("grant_type", "client_credentials")]).await.expect(200);
        let refused = app.token(Some(&app.worker()), &[("grant_type", "nonsense")]).await;
        let nobody = app.token(None, &[]).await;
        for reply in [granted, refused.expect_error(400, "unsupported_grant_type"), nobody] {
            assert_eq!(reply.header("cache-control"), "no-store", "{}", reply.body);
            assert_eq!(reply.header("content-type"), "application/json", "{}", reply.body);
            assert!(reply.json().is_object());
        }
    }
);

on_both!(
    /// Checklist 25.
    a_repeated_parameter_is_refused_and_changes_nothing,
    |app| {
        let code = app.browser().code_for_web("openid", "ada@acme.example", crate::support::PASSWORD).await;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", "https://portal.example.com/cb"),
            ("code_verifier", VERIFIER),
            ("client_id", "web"),
            ("unheard_of", ""),
        ];
        for repeated in form {
            let reply = app.token(Some(&app.web()), &[&form[..], &[repeated]].concat()).await;
            reply.expect_error(400, "invalid_request");
        }
        let spelled_otherwise: String = url::form_urlencoded::Serializer::new(String::from("grant%5Ftype=authorization_code&"))
            .extend_pairs(form)
            .finish();
        let request = app.http().post(app.url("/oauth2/token")).header("authorization", app.web());
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(spelled_otherwise);
        Reply::of(request.send().await.unwrap()).await.expect_error(400, "invalid_request");
        app.token(Some(&app.web()), &form).await.expect(200);
    }
);

on_both!(
    /// Checklist 25.
    an_empty_value_counts_as_absent,
    |app| {
        let (web, worker) = (app.web(), app.worker());
        for (empty, authorization) in [("grant_type", &worker), ("code", &web), ("refresh_token", &web)] {
            let grant = if empty == "code" { "authorization_code" } else { "refresh_token" };
            let mut form = vec![(empty, "")];
            if empty != "grant_type" {
                form.push(("grant_type", grant));
            }
            let reply = app.token(Some(authorization), &form).await.expect_error(400, "invalid_request");
            assert!(reply.text("error_description").contains(empty), "{}", reply.body);
        }
        // An empty secret in the form is not a second proof, and an empty scope asks for nothing less.
        let form = [("grant_type", "client_credentials"), ("client_secret", ""), ("client_id", ""), ("scope", "")];
        let reply = app.token(Some(&worker), &form).await.expect(200);
        assert_eq!(reply.text("scope"), "reports:read reports:write");
    }
);

on_both!(
    /// Checklist 27.
    there_is_no_password_grant,
    |app| {
        for grant in [
            "password",
            "implicit",
            "none",
            "Authorization_Code",
            "authorization_code ",
            "device_code",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
        ] {
            let form = [
                ("grant_type", grant),
                ("username", "ada@acme.example"),
                ("password", crate::support::PASSWORD),
                ("scope", "openid"),
            ];
            for authorization in [app.web(), app.worker()] {
                let reply = app.token(Some(&authorization), &form).await;
                let reply = reply.expect_error(400, "unsupported_grant_type");
                assert!(!reply.text("error_description").contains("password"), "{}", reply.body);
            }
        }
        let metadata = app.get("/.well-known/openid-configuration").await.expect(200).json();
        let grants: Vec<&str> =
            metadata["grant_types_supported"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
        let exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
        let device = "urn:ietf:params:oauth:grant-type:device_code";
        assert_eq!(grants, ["authorization_code", "refresh_token", "client_credentials", exchange, device]);
    }
);

on_both!(
    /// Checklist 85: the token endpoint's share of the bounds.
    what_is_too_large_is_not_read,
    |app| {
        let filler = "x".repeat(70 * 1024);
        let form = [("grant_type", "client_credentials"), ("filler", &filler)];
        app.token(Some(&app.worker()), &form).await.expect_error(413, "invalid_request");
        let names: Vec<String> = (0..100).map(|n| format!("p{n}")).collect();
        let mut form: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
        form.push(("grant_type", "client_credentials"));
        app.token(Some(&app.worker()), &form).await.expect_error(400, "invalid_request");
        form.swap_remove(0);
        app.token(Some(&app.worker()), &form).await.expect(200);
        let scopes = "reports:read ".repeat(101);
        let form = [("grant_type", "client_credentials"), ("scope", &scopes)];
        app.token(Some(&app.worker()), &form).await.expect_error(400, "invalid_scope");
    }
);

on_both!(an_issuer_that_is_not_there_is_404_for_programs, |app| {
    let form = [("grant_type", "client_credentials")];
    for path in ["/t/nobody/oauth2/token", "/t/UPPER/oauth2/token", "/t/%00/oauth2/token"] {
        app.post(path, Some(&app.worker()), &form).await.expect_error(404, "invalid_request");
    }
    app.post("/t/acme/oauth2/token", Some(&app.worker()), &form).await.expect(200);
});
