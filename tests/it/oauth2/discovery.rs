//! The metadata, the published keys, and who may read what from another web origin.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::on_both;
use crate::support::{Reply, TestApp, authorize_web, basic, query_of, tokens};

const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";
const SPA_ORIGIN: &str = "https://spa.example.com";

/// The issuers of the fixture with the two addresses of their metadata.
fn issuers(app: &TestApp) -> [(String, [String; 2]); 2] {
    [
        (app.issuer(), [OPENID.to_owned(), OAUTH.to_owned()]),
        (format!("{}/t/acme", app.issuer()), [format!("/t/acme{OPENID}"), format!("{OAUTH}/t/acme")]),
    ]
}

async fn send(app: &TestApp, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = app.http().request(method.parse().unwrap(), app.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Reply::of(request.send().await.unwrap()).await
}

on_both!(
    /// RFC 8414 3.1, OpenID Connect Discovery 4.
    both_documents_of_an_issuer_are_one_and_name_it,
    |app| {
        for (issuer, paths) in issuers(&app) {
            let [openid, oauth] = [app.get(&paths[0]).await.expect(200), app.get(&paths[1]).await.expect(200)];
            assert_eq!(openid.body, oauth.body);
            assert_eq!(openid.json()["issuer"], issuer);
            for reply in [openid, oauth] {
                assert_eq!(reply.header("content-type"), "application/json");
                assert_eq!(reply.header("cache-control"), "public, max-age=300");
            }
        }
        for unknown in ["/t/nobody", "/t/ACME", "/t/%00", "/t/..%2Facme"] {
            app.get(&format!("{unknown}{OPENID}")).await.expect(404);
            app.get(&format!("{OAUTH}{unknown}")).await.expect(404);
        }
        app.get(&format!("{OPENID}/t/acme")).await.expect(404);
    }
);

on_both!(every_address_in_the_metadata_is_below_the_issuer_and_answers, |app| {
    for (issuer, paths) in issuers(&app) {
        let document = app.get(&paths[0]).await.expect(200).json();
        let addresses: Vec<(&String, &str)> = document
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| name.ends_with("_endpoint") || name.ends_with("_uri"))
            .map(|(name, url)| (name, url.as_str().unwrap()))
            .collect();
        assert_eq!(addresses.len(), 8, "{addresses:?}");
        for (name, url) in addresses {
            let path = url.strip_prefix(&issuer).unwrap_or_else(|| panic!("{name}: {url}"));
            assert!(path.starts_with("/oauth2/"), "{name}: {url}");
            let path = url.strip_prefix(&app.issuer()).unwrap();
            for method in ["GET", "POST"] {
                let reply = send(&app, method, path, &[]).await;
                assert!(
                    reply.status != 404 && reply.status < 500,
                    "{method} {name}: {} {}",
                    reply.status,
                    reply.body
                );
            }
        }
    }
});

on_both!(who_has_a_document_already_is_not_sent_it_again, |app| {
    let paths: Vec<String> = issuers(&app).into_iter().flat_map(|(_, paths)| paths).collect();
    for path in paths.iter().map(String::as_str).chain(["/oauth2/jwks", "/t/acme/oauth2/jwks"]) {
        let first = app.get(path).await.expect(200);
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.len() > 10, "{tag}");
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".into()] {
            let again = send(&app, "GET", path, &[("if-none-match", &known)]).await;
            assert_eq!((again.status, again.body.as_str()), (304, ""), "{path} {known}");
            assert_eq!(
                (again.header("etag"), again.header("cache-control")),
                (tag.as_str(), first.header("cache-control"))
            );
        }
        let changed = send(&app, "GET", path, &[("if-none-match", "\"other\"")]).await;
        assert_eq!((changed.status, changed.body), (200, first.body), "{path}");
    }
});

on_both!(
    /// Checklist 47.
    keys_are_published_without_their_private_halves,
    |app| {
        let reply = app.get("/oauth2/jwks").await.expect(200);
        assert!(reply.header("cache-control").starts_with("public, max-age="), "{:?}", reply.headers);
        let set = reply.json();
        let keys = set["keys"].as_array().unwrap();
        let names: BTreeSet<&str> = keys.iter().map(|key| key["kid"].as_str().unwrap()).collect();
        assert_eq!(names.len(), keys.len(), "each kid names one key");
        for key in keys {
            for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
                assert!(key.get(private).is_none(), "{private}");
            }
        }
        let metadata = app.get(OPENID).await.json();
        let signing: BTreeSet<&str> = texts(&metadata["id_token_signing_alg_values_supported"]);
        let published: BTreeSet<&str> = keys.iter().map(|key| key["alg"].as_str().unwrap()).collect();
        assert_eq!(signing, published);
    }
);

fn texts(list: &Value) -> BTreeSet<&str> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

on_both!(
    /// Checklist 5, 16, 27: what is announced is what works, and nothing else does.
    the_announced_methods_are_those_that_work,
    |app| {
        let metadata = app.get(OPENID).await.expect(200).json();
        assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
        assert_eq!(metadata["response_types_supported"], json!(["code"]));
        assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);

        let grants = texts(&metadata["grant_types_supported"]);
        for grant in ["authorization_code", "refresh_token", "client_credentials", "password", "implicit",
            "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange"]
        {
            let reply = app.token(Some(&app.worker()), &[("grant_type", grant)]).await;
            let is_known = reply.status == 200 || reply.text("error") != "unsupported_grant_type";
            assert_eq!(is_known, grants.contains(grant), "{grant}: {}", reply.body);
        }
        let modes = texts(&metadata["response_modes_supported"]);
        for mode in ["query", "form_post", "fragment", "jwt", "web_message"] {
            let page = app.browser().get(&authorize_web("openid", &[("response_mode", mode)])).await;
            let works = page.reply.header("location").starts_with("/login/");
            assert_eq!(works, modes.contains(mode), "{mode}: {page:?}");
        }
        for prompt in texts(&metadata["prompt_values_supported"]).into_iter().chain(["create"]) {
            let page = app.browser().get(&authorize_web("openid", &[("prompt", prompt)])).await;
            let location = page.reply.header("location");
            let refused = location.starts_with("https://") && query_of(location)["error"] == "invalid_request";
            assert_eq!(refused, prompt == "create", "{prompt}: {location}");
        }
        let scopes = texts(&metadata["scopes_supported"]);
        assert!(["openid", "profile", "email", "address", "phone", "offline_access"].iter().all(|scope| scopes.contains(scope)));
        assert!(!scopes.contains("reports:read"), "no organisation's own scopes");
    }
);

on_both!(
    /// Checklist 36.
    the_announced_client_authentication_is_that_which_works,
    |app| {
        let metadata = app.get(OPENID).await.expect(200).json();
        let with = ("token", "x");
        let post = [with, ("client_id", "post"), ("client_secret", "post-secret-post-secret-post-secret-1")];
        let public = [with, ("client_id", "spa")];
        for (member, path) in [("introspection", "/oauth2/introspect"), ("revocation", "/oauth2/revoke")] {
            let announced = &metadata[format!("{member}_endpoint_auth_methods_supported")];
            let mut working = BTreeSet::new();
            for (method, reply) in [
                ("client_secret_basic", app.post(path, Some(&app.web()), &[with]).await),
                ("client_secret_post", app.post(path, None, &post).await),
                ("none", app.post(path, None, &public).await),
            ] {
                if reply.status == 200 {
                    working.insert(method);
                }
            }
            assert_eq!(texts(announced), working, "{member}");
        }
    }
);

fn allowed(reply: &Reply) -> &str {
    // With credentials a cookie would go along: never, anywhere.
    assert_eq!(reply.header("access-control-allow-credentials"), "");
    reply.header("access-control-allow-origin")
}

const PREFLIGHT: (&str, &str) = ("access-control-request-method", "POST");

on_both!(
    /// Checklist 56.
    a_registered_origin_may_call_what_applications_call_and_others_may_not,
    |app| {
        let paths = [
            "/oauth2/token", "/t/acme/oauth2/token", "/oauth2/userinfo", "/oauth2/revoke", "/v1/auth/token",
            "/v1/auth/identify", "/v1/auth/me",
        ];
        for path in paths {
            let preflight = send(&app, "OPTIONS", path, &[("origin", SPA_ORIGIN), PREFLIGHT]).await;
            assert_eq!((preflight.status, allowed(&preflight)), (204, SPA_ORIGIN), "{path}");
            let headers = preflight.header("access-control-allow-headers").to_ascii_lowercase();
            assert!(headers.contains("authorization") && headers.contains("content-type"), "{headers}");
            let actual = send(&app, "POST", path, &[("origin", SPA_ORIGIN)]).await;
            assert_eq!(allowed(&actual), SPA_ORIGIN, "{path}: also a failure must be readable");
            let varies = actual.headers.get_all("vary").iter().any(|value| value == "Origin");
            assert!(varies, "{path}");
            for foreign in ["https://evil.example", "http://spa.example.com", "https://spa.example.com:444", "null",
                "https://spa.example.com.evil.example", "https://SPA.example.com", "https://portal.example.com", "*"]
            {
                let preflight = send(&app, "OPTIONS", path, &[("origin", foreign), PREFLIGHT]).await;
                assert_eq!((preflight.status, allowed(&preflight)), (403, ""), "{path} {foreign}");
                let actual = send(&app, "POST", path, &[("origin", foreign)]).await;
                assert_eq!(allowed(&actual), "", "{path} {foreign}");
            }
        }
        let form = [("grant_type", "client_credentials")];
        let request = app.http().post(app.url("/oauth2/token")).header("origin", SPA_ORIGIN).form(&form);
        let reply = Reply::of(request.header("authorization", app.worker()).send().await.unwrap()).await.expect(200);
        assert_eq!(allowed(&reply), SPA_ORIGIN);
    }
);

on_both!(
    /// Checklist 56.
    a_switched_off_applications_origin_is_no_longer_let_in,
    |app| {
        let headers = [("origin", SPA_ORIGIN), PREFLIGHT];
        assert_eq!(send(&app, "OPTIONS", "/oauth2/token", &headers).await.status, 204);
        tokens::alter_client(&app, "spa", |client| client.redirect_uris = vec!["https://elsewhere.example/cb".into()]).await;
        assert_eq!(send(&app, "OPTIONS", "/oauth2/token", &headers).await.status, 403);
    }
);

on_both!(
    /// Checklist 56.
    what_is_public_is_open_to_all_and_pages_and_back_channels_to_none,
    |app| {
        let public = ["/oauth2/jwks", "/t/acme/oauth2/jwks", OPENID, OAUTH, "/.well-known/oauth-authorization-server/t/acme"];
        for path in public {
            for origin in ["https://anybody.example", "null"] {
                let reply = send(&app, "GET", path, &[("origin", origin)]).await;
                assert_eq!((reply.status, allowed(&reply)), (200, "*"), "{path}");
                let headers = [("origin", origin), ("access-control-request-method", "GET")];
                let preflight = send(&app, "OPTIONS", path, &headers).await;
                assert_eq!((preflight.status, allowed(&preflight)), (204, "*"), "{path}");
            }
        }
        let authorize = authorize_web("openid", &[]);
        let closed = [
            "/login", "/login/identify", "/login/account", "/setup", "/oauth2/logout", &authorize, "/oauth2/introspect",
            "/health", "/metrics", "/dev/app", "/nothing",
        ];
        for path in closed {
            for origin in [SPA_ORIGIN, "https://evil.example", "null"] {
                for method in ["GET", "POST", "OPTIONS"] {
                    let reply = send(&app, method, path, &[("origin", origin), PREFLIGHT]).await;
                    assert_eq!(allowed(&reply), "", "{method} {path}");
                    assert_eq!(reply.header("access-control-allow-methods"), "", "{method} {path}");
                }
            }
        }
        let asked = app.http().post(app.url("/oauth2/introspect")).header("origin", SPA_ORIGIN).form(&[("token", "x")]);
        let secret = basic("worker", "worker-secret-worker-secret-worker-1");
        let reply = Reply::of(asked.header("authorization", secret).send().await.unwrap()).await.expect(200);
        assert_eq!(allowed(&reply), "");
    }
);
