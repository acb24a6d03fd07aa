//! What operators and proxies see: health, numbers, request ids, addresses, bounds, https.

use std::collections::BTreeSet;

use crate::on_both;
use crate::support::{Browser, Engine, PASSWORD, Page, Reply, TestApp, authorize_web, runtime, tokens};

async fn get_with(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = app.http().get(app.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Reply::of(request.send().await.unwrap()).await
}

on_both!(a_server_that_runs_says_that_it_is_well_and_no_more, |app| {
    let health = app.get("/health").await.expect(200).json();
    let members: BTreeSet<&str> = health.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, BTreeSet::from(["status", "database", "version"]));
    assert_eq!((&health["status"], &health["database"]), (&"ok".into(), &"reachable".into()));
    for path in ["/health/live", "/health/ready"] {
        let reply = app.get(path).await.expect(200);
        assert_eq!(
            (reply.body.as_str(), reply.header("cache-control")),
            (r#"{"status":"ok"}"#, "no-store"),
            "{path}"
        );
    }
});

#[test]
fn a_server_without_its_database_lives_and_is_not_ready() {
    runtime().block_on(async {
        let app = TestApp::start(Engine::Postgres).await;
        let (_, name) = app.database_url.rsplit_once('/').unwrap();
        // Nobody may connect any more, and who was connected is gone.
        let url = app.database_url.clone();
        let refuse = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false");
        tokio::task::spawn_blocking(move || {
            use diesel::connection::SimpleConnection as _;
            use diesel::{Connection as _, PgConnection};
            let (server, _) = url.rsplit_once('/').unwrap();
            PgConnection::establish(&format!("{server}/postgres")).unwrap().batch_execute(&refuse).unwrap();
            crate::support::terminate_connections(&url);
        })
        .await
        .unwrap();
        let ready = app.get("/health/ready").await.expect(503);
        assert_eq!((ready.text("status").as_str(), ready.header("retry-after")), ("degraded", "1"));
        let health = app.get("/health").await.expect(503);
        assert_eq!(
            (health.text("status"), health.text("database")),
            ("degraded".into(), "unreachable".into())
        );
        app.get("/health/live").await.expect(200);
        let machine = [("grant_type", "client_credentials")];
        let token =
            app.token(Some(&app.worker()), &machine).await.expect_error(503, "temporarily_unavailable");
        assert!(!token.header("retry-after").is_empty());
        let page = app.browser().get(&authorize_web("openid", &[])).await;
        assert_eq!(page.reply.status, 503);
        assert!(page.reply.body.contains("request-id") && !page.reply.header("retry-after").is_empty());
    });
}

on_both!(the_numbers_that_the_documentation_names_are_there, |app| {
    app.ada_signs_in().await;
    let browser = app.browser();
    let page = browser.follow(browser.get(&authorize_web("openid", &[])).await).await;
    let page = browser.follow(browser.submit(&page, &[("email", tokens::ADA)]).await).await;
    browser.submit(&page, &[("password", "wrong")]).await;
    let machine = [("grant_type", "client_credentials")];
    let token = app.token(Some(&app.worker()), &machine).await.expect(200).text("access_token");
    app.post("/oauth2/revoke", Some(&app.worker()), &[("token", &token)]).await.expect(200);
    app.get("/oauth2/nothing/canary-in-the-path").await.expect(404);
    let reply = app.get("/metrics").await.expect(200);
    assert_eq!(reply.header("content-type"), "text/plain; version=0.0.4");
    let numbers = reply.body;
    for series in [
        "http_request_duration_seconds_bucket{route=\"/oauth2/token\",method=\"POST\",status=\"2xx\",le=\"0.01\"}",
        "http_request_duration_seconds_count{route=\"unmatched\",method=\"GET\",status=\"4xx\"}",
        "tokens_issued_total{grant=\"authorization_code\"}",
        "tokens_issued_total{grant=\"client_credentials\"}",
        "tokens_revoked_total{kind=\"access_token\"}",
        "sign_ins_total{outcome=",
        "database_connections ",
        "database_connections_idle ",
        "passwords_hashing ",
        "passwords_waiting ",
        "password_hashes_total ",
    ] {
        assert!(numbers.lines().any(|line| line.starts_with(series)), "{series}: {numbers}");
    }
    for named in ["http_request_duration_seconds", "tokens_issued_total", "sign_ins_total", "job_runs_total"]
    {
        assert!(numbers.contains(&format!("# HELP {named} ")), "{named}");
    }
    for private in ["canary", "ada@", "web\"", "127.0.0.1", "acme"] {
        assert!(!numbers.contains(private), "{private}: {numbers}");
    }
});

on_both!(numbers_are_for_neighbours_and_not_for_whom_a_proxy_brings, |app| {
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "via"] {
        let reply = get_with(&app, "/metrics", &[(header, "127.0.0.1")]).await.expect(404);
        assert_eq!(reply.text("code"), "not_found");
    }
});

on_both!(a_sane_request_id_is_kept_and_any_other_replaced, |app| {
    let longest = "a".repeat(128);
    for sane in ["abcdefgh", "01J9Z3.trace:7-a_B", &longest] {
        for path in ["/health/live", "/nothing", "/oauth2/userinfo", "/login/nothing", "/v1/auth/me"] {
            let reply = get_with(&app, path, &[("x-request-id", sane)]).await;
            assert_eq!(reply.header("x-request-id"), sane, "{path}");
        }
    }
    let long = "a".repeat(129);
    for other in [
        "",
        "short",
        "with space",
        "<script>alert(1)</script>",
        "abcdefgh\"",
        "abcdefgh;x",
        &long,
        "é-é-é-é-é",
    ] {
        let mut request = app.http().get(app.url("/health/live"));
        request = request
            .header("x-request-id", reqwest::header::HeaderValue::from_bytes(other.as_bytes()).unwrap());
        let reply = Reply::of(request.send().await.unwrap()).await;
        let id = reply.header("x-request-id");
        assert!(id.starts_with("req_") && id.len() == 36, "{other}: {id}");
    }
    let ids: BTreeSet<String> = [app.get("/health/live").await, app.get("/health/live").await]
        .iter()
        .map(|reply| reply.header("x-request-id").to_owned())
        .collect();
    assert_eq!(ids.len(), 2);
});

on_both!(every_door_tells_the_request_id_in_its_failures, |app| {
    let id = [("x-request-id", "req-of-this-test")];
    let bearer = [id[0], ("authorization", "Bearer x")];
    assert_eq!(get_with(&app, "/oauth2/userinfo", &bearer).await.expect(401).text("request_id"), id[0].1);
    assert_eq!(get_with(&app, "/nothing", &id).await.expect(404).text("request_id"), id[0].1);
    let first_party = get_with(&app, "/v1/auth/me", &bearer).await.expect(401);
    assert_eq!(first_party.json()["meta"]["request_id"], id[0].1);
    for path in ["/login/nothing", "/oauth2/authorize", "/login/password", "/oauth2/logout?client_id=x"] {
        let page = get_with(&app, path, &id).await;
        assert!(page.status / 100 == 4, "{path}: {}", page.status);
        assert!(
            page.body.contains("id=\"request-id\"") && page.body.contains(id[0].1),
            "{path}: {}",
            page.body
        );
    }
});

async fn address_of_last_session(app: &TestApp) -> String {
    let sessions = app.app.db.read(|conn| {
        let query = diesel::sql_query("SELECT address AS text FROM sessions ORDER BY id DESC LIMIT 1");
        let row: Text = match conn {
            gridkey::db::Conn::Pg(conn) => diesel::RunQueryDsl::get_result(query, *conn)?,
            gridkey::db::Conn::Lite(conn) => diesel::RunQueryDsl::get_result(query, *conn)?,
        };
        Ok::<_, gridkey::db::DbError>(row.text)
    });
    sessions.await.unwrap()
}

#[derive(diesel::QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

/// Signs Ada in with these headers on the decisive request, and returns the address that was written down.
async fn seen_as(app: &TestApp, headers: &[(&str, &str)]) -> String {
    let browser = app.browser();
    let page = password_page(&browser).await;
    let (form, at) = (page.form(), page.at.clone());
    let mut fields: Vec<(&str, &str)> =
        form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.retain(|(name, _)| *name != "password");
    fields.push(("password", PASSWORD));
    let action = if form.action.is_empty() { &at } else { &form.action };
    let done = browser.post_with(action, &fields, headers).await;
    assert_eq!(done.reply.status, 303, "{}", done.reply.body);
    address_of_last_session(app).await
}

async fn password_page(browser: &Browser) -> Page {
    let page = browser.follow(browser.get(&authorize_web("openid", &[])).await).await;
    browser.follow(browser.submit(&page, &[("email", tokens::ADA)]).await).await
}

on_both!(
    /// Checklist 63.
    without_trusted_proxies_nobody_chooses_an_address,
    |app| {
        for header in ["203.0.113.7", "127.0.0.2", "junk", ""] {
            assert_eq!(seen_as(&app, &[("x-forwarded-for", header)]).await, "127.0.0.1", "{header}");
            app.pass(std::time::Duration::from_secs(1));
        }
    }
);

#[test]
/// Checklist 63.
fn behind_a_trusted_proxy_the_last_address_that_it_wrote_counts() {
    runtime().block_on(async {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let app =
                TestApp::start_with(engine, &[("server.trusted_proxies", "127.0.0.1/32, 10.0.0.0/8")]).await;
            for (header, expected) in [
                ("203.0.113.7", "203.0.113.7"),
                ("198.51.100.9, 203.0.113.7", "203.0.113.7"),
                ("203.0.113.7, 10.1.2.3", "203.0.113.7"),
                ("[2001:db8::7]:4711", "2001:db8::7"),
                ("junk", "127.0.0.1"),
                ("203.0.113.7, junk", "127.0.0.1"),
                ("203.0.113.7, junk, 10.1.2.3", "10.1.2.3"),
                ("203.0.113.7, ", "127.0.0.1"),
            ] {
                app.pass(std::time::Duration::from_secs(1));
                assert_eq!(seen_as(&app, &[("x-forwarded-for", header)]).await, expected, "{header}");
            }
        }
    });
}

on_both!(
    /// Checklist 85.
    what_is_too_large_is_refused_before_it_is_read,
    |app| {
        let value = "x".repeat(70 * 1024);
        app.token(Some(&app.web()), &[("grant_type", &value)]).await.expect_error(413, "invalid_request");
        app.token(Some(&app.web()), &[("grant_type", "x"), ("y", &"x".repeat(60 * 1024))]).await.expect_error(400, "unsupported_grant_type");
        let json = app.post_json("/v1/auth/identify", None, &serde_json::json!({"email": value})).await.expect(413);
        assert_eq!(json.json()["error"]["code"], "PAYLOAD_TOO_LARGE");

        let long = app.get(&format!("/oauth2/authorize?x={}", "x".repeat(8 * 1024))).await.expect(414);
        assert_eq!(long.text("code"), "uri_too_long");
        let heavy = get_with(&app, "/health/live", &[("x-a", &"x".repeat(9_000)), ("x-b", &"x".repeat(9_000))]).await;
        assert_eq!(heavy.expect(431).text("code"), "headers_too_large");

        let names: Vec<String> = (0..101).map(|at| format!("p{at}")).collect();
        let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x")).collect();
        app.token(Some(&app.web()), &many).await.expect_error(400, "invalid_request");
        app.token(Some(&app.web()), &many[..100]).await.expect_error(400, "invalid_request");
        assert_eq!(app.browser().post("/oauth2/authorize", &[("state", &value)]).await.reply.status, 413);
    }
);

/// A server whose public address is https, reached as a proxy reaches it.
async fn behind_https(engine: Engine) -> TestApp {
    let settings = [
        ("server.public_url", "https://id.example.com"),
        ("security.development", "false"),
        ("mail.transport", "none"),
    ];
    TestApp::start_with(engine, &settings).await
}

#[test]
/// Checklist 50, 55.
fn over_https_the_cookie_is_bound_to_the_host_and_the_browser_to_https() {
    runtime().block_on(async {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let app = behind_https(engine).await;
            for path in ["/health/live", "/nothing", "/login/nothing", "/oauth2/jwks", "/oauth2/token"] {
                let hsts = app.get(path).await;
                assert_eq!(hsts.header("strict-transport-security"), "max-age=31536000", "{path}");
            }
            let page = app.browser().get(&authorize_web("openid", &[])).await;
            let cookies: Vec<_> = page.reply.headers.get_all("set-cookie").iter().collect();
            assert_eq!(cookies.len(), 1, "{cookies:?}");
            let cookie = cookies[0].to_str().unwrap();
            let (pair, attributes) = cookie.split_once("; ").unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            assert_eq!((name, value.len()), ("__Host-gridkey", 43), "{cookie}");
            let attributes: BTreeSet<&str> = attributes.split("; ").collect();
            let age = attributes.iter().find(|one| one.starts_with("Max-Age=")).copied().unwrap();
            assert_eq!(
                attributes,
                BTreeSet::from(["HttpOnly", "SameSite=Lax", "Secure", "Path=/", age]),
                "{cookie}"
            );
            let metadata = app.get("/.well-known/openid-configuration").await.expect(200).json();
            for (name, value) in metadata.as_object().unwrap() {
                let text = value.as_str().unwrap_or_default();
                assert!(!text.starts_with("http:"), "{name}: {text}");
            }
            // A cookie under the name that plain http uses is not this server's.
            let planted =
                get_with(&app, &authorize_web("openid", &[]), &[("cookie", &format!("gridkey={value}"))])
                    .await;
            assert!(planted.header("set-cookie").starts_with("__Host-gridkey="), "{:?}", planted.headers);
            assert!(!planted.header("set-cookie").contains(value));
        }
    });
}

#[test]
fn outside_development_nothing_of_development_is_there() {
    runtime().block_on(async {
        let app = behind_https(Engine::Sqlite).await;
        for path in ["/dev/mail", "/dev/mail/1", "/dev/app", "/dev/app/start", "/dev/app/callback"] {
            app.get(path).await.expect(404);
        }
    });
}

on_both!(
    /// Checklist 55.
    over_plain_http_nobody_is_told_to_come_by_https,
    |app| {
        assert_eq!(app.get("/health/live").await.header("strict-transport-security"), "");
        let page = app.browser().get(&authorize_web("openid", &[])).await;
        let cookie = page.reply.header("set-cookie");
        assert!(cookie.starts_with("gridkey=") && cookie.contains("HttpOnly") && !cookie.contains("Secure"), "{cookie}");
    }
);

on_both!(
    /// Checklist 64: nothing that a request says about the host gets into an address.
    a_host_header_writes_no_address,
    |app| {
        let evil = [("host", "evil.example"), ("x-forwarded-host", "evil.example"), ("x-forwarded-proto", "https")];
        let authorize = authorize_web("openid", &[]);
        for path in ["/.well-known/openid-configuration", "/oauth2/jwks", "/login", authorize.as_str(), "/oauth2/logout", "/nothing"] {
            let reply = get_with(&app, path, &evil).await;
            assert!(!reply.body.contains("evil.example"), "{path}: {}", reply.body);
            assert!(reply.headers.values().all(|value| !value.as_bytes().windows(12).any(|part| part == b"evil.example")), "{path}");
        }
    }
);
