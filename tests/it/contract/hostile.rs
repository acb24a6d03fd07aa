//! Requests that mean harm: whatever is sent, no answer is a 5xx.

use gridkey::server::Method;
use reqwest::Method as Verb;
use reqwest::header::{CONTENT_TYPE, HeaderValue};

use super::Shape::{FirstParty, Page};
use super::{Caller, check, path, verb, walk};
use crate::on_both;
use crate::support::{authorize_web, tokens};

/// Names that some route reads.
const NAMES: &[&str] = &[
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code",
    "code_verifier",
    "code_challenge",
    "grant_type",
    "refresh_token",
    "token",
    "client_secret",
    "id_token_hint",
    "login_hint",
    "max_age",
    "prompt",
    "claims",
    "resource",
    "post_logout_redirect_uri",
    "interaction",
    "csrf",
    "email",
    "password",
    "organization",
    "decision",
    "q",
    "ui_locales",
    "acr_values",
    "access_token",
    "flow",
    "done",
    "error",
    "iss",
];

fn hostile_values() -> Vec<String> {
    let deep = |open: &str, times: usize| open.repeat(times);
    vec![
        "\0".into(),
        "a\0b".into(),
        "x".repeat(1_900),
        "\u{202e}\u{feff}\u{1f980}\u{10ffff}".into(),
        "' OR '1'='1' --".into(),
        "\r\nSet-Cookie: a=b".into(),
        "-9223372036854775809".into(),
        "99999999999999999999999999".into(),
        "NaN".into(),
        deep("[", 1_500),
        format!("{{\"userinfo\":{}", deep("{\"a\":", 300)),
        "%00%FF%".into(),
        "gkin_\0".into(),
        format!("gkrt_{}", "A".repeat(43)),
        "eyJhbGciOiJub25lIn0.e30.".into(),
        "urn:ietf:params:oauth:grant-type:\0".into(),
        "http://[::1".into(),
    ]
}

fn encoded(value: &str) -> String {
    let all: Vec<(&str, &str)> = NAMES.iter().map(|name| (*name, value)).collect();
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish()
}

/// Queries and forms that mean harm, as they stand on the wire.
fn hostile_forms() -> Vec<String> {
    let mut forms: Vec<String> = hostile_values().iter().map(|value| encoded(value)).collect();
    forms.extend(NAMES.iter().map(|name| format!("{name}=%FF%FE")));
    forms.extend([
        (0..101).map(|at| format!("p{at}=1")).collect::<Vec<_>>().join("&"),
        "client_id=web&client_id=web".into(),
        "&&&===&=&%&%0&%zz=%zz&+=+".into(),
        "%FF=%FF".into(),
        "client_id=web&redirect_uri=https%3A%2F%2Fportal.example.com%2Fcb&scope=openid&response_type=code&state=%00".into(),
    ]);
    forms
}

on_both!(
    /// Checklist 85.
    no_query_makes_the_server_fail,
    |app| {
        walk(&app, async |caller, row, method, pattern| {
            if method != Method::Get {
                return;
            }
            let at = path(pattern, "acme");
            for query in hostile_forms().iter().filter(|query| query.len() < 8_000) {
                let what = format!("{at}?{:.60}", query);
                caller.send(&what, row.2, caller.request(Verb::GET, &format!("{at}?{query}"))).await;
            }
        })
        .await;
    }
);

on_both!(
    /// Checklist 85.
    no_form_makes_the_server_fail,
    |app| {
        walk(&app, async |caller, row, method, pattern| {
            if method != Method::Post || row.2 == FirstParty {
                return;
            }
            let at = path(pattern, "acme");
            for form in hostile_forms().into_iter().filter(|form| form.len() < 60_000) {
                for authorization in ["", "Basic AAAA", "Basic Og==", "Basic ADoA", "Bearer \u{7f}", "Basic d2ViOg=="] {
                    let request = caller.request(Verb::POST, &at).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
                    let request = match HeaderValue::from_bytes(authorization.as_bytes()) {
                        Ok(value) if !authorization.is_empty() => request.header("authorization", value),
                        _ => request,
                    };
                    caller.send(&format!("{at} {:.60} {authorization}", form), row.2, request.body(form.clone())).await;
                    if !form.starts_with("client_id=%00") {
                        break;
                    }
                }
            }
        })
        .await;
    }
);

on_both!(
    /// Checklist 85.
    no_json_makes_the_server_fail,
    |app| {
        let deep = format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000));
        let nested = format!("{{\"email\":{}1{}}}", "{\"a\":".repeat(33), "}".repeat(33));
        let mut bodies: Vec<Vec<u8>> = [
            "", "{", "[]", "null", "1", "\"x\"", "{\"a\":1,\"a\":2}", "{\"email\":\"\\ud800\"}", "{\"email\":1e999}",
            deep.as_str(), nested.as_str(),
        ]
        .map(|text| text.as_bytes().to_vec())
        .into();
        bodies.push(b"{\"email\":\"\xff\"}".to_vec());
        for value in hostile_values() {
            let names = ["email", "tenant_id", "code", "code_verifier", "flow_id", "refresh_token", "state", "redirect_uri"];
            let mut body = serde_json::Map::new();
            body.extend(names.map(|name| (name.to_owned(), value.clone().into())));
            body.insert("code_challenge".into(), crate::support::CHALLENGE.into());
            body.insert("code_challenge_method".into(), "S256".into());
            bodies.push(serde_json::to_vec(&body).unwrap());
        }
        walk(&app, async |caller, row, method, pattern| {
            if method != Method::Post || row.2 != FirstParty {
                return;
            }
            for body in &bodies {
                let what = format!("{pattern} {:.60}", String::from_utf8_lossy(body));
                let request = caller.request(Verb::POST, pattern).header(CONTENT_TYPE, "application/json");
                let reply = caller.send(&what, FirstParty, request.body(body.clone())).await;
                caller.note(reply.status >= 400, || format!("{what}: {}", reply.status));
            }
        })
        .await;
    }
);

on_both!(
    /// Checklist 85.
    a_body_that_is_too_large_is_413_wherever_bodies_are_read,
    |app| {
        walk(&app, async |caller, row, method, pattern| {
            // Neither asks for a body; the pages of a sign-in are tried below, with a sign-in.
            let pages = [
                "/login/identify",
                "/login/organization",
                "/login/password",
                "/login/consent",
                "/device/confirm",
            ];
            let asks_first = ["/v1/auth/logout", "/v1/auth/session"].contains(&row.1);
            if method != Method::Post || asks_first || row.1.starts_with("/dev/") || pages.contains(&row.1) {
                return;
            }
            // Pages behind the sign-in ask who looks before they read what is sent.
            if row.3 == 303 {
                return;
            }
            // The management API asks who calls before it reads what they send: `manage::matrix` tries it with a token.
            if row.1.starts_with("/v1/") && row.2 != FirstParty {
                return;
            }
            let at = path(pattern, "acme");
            let (kind, body) = match row.2 {
                FirstParty => ("application/json", format!("{{\"email\":\"{}\"}}", "x".repeat(70 * 1024))),
                _ => ("application/x-www-form-urlencoded", format!("x={}", "x".repeat(70 * 1024))),
            };
            let request = caller.request(Verb::POST, &at).header(CONTENT_TYPE, kind).body(body);
            let reply = caller.send(&at, row.2, request).await;
            caller.note(reply.status == 413, || format!("{at}: {}", reply.status));
        })
        .await;
    }
);

on_both!(
    /// Checklist 85.
    a_page_of_a_sign_in_reads_no_more_than_64_kib,
    |app| {
        let browser = app.browser();
        let mut page = browser.follow(browser.get(&authorize_web("openid", &[])).await).await;
        let large = "x".repeat(70 * 1024);
        for field in [("email", tokens::ADA), ("password", crate::support::PASSWORD)] {
            let refused = browser.submit(&page, &[("more", &large)]).await;
            assert_eq!(refused.reply.status, 413, "{}", page.at);
            check(&refused.reply, Page).unwrap();
            page = browser.follow(browser.submit(&page, &[field]).await).await;
        }
        assert!(page.reply.header("location").starts_with("https://portal.example.com/cb?"), "{page:?}");
    }
);

on_both!(
    /// Checklist 85.
    no_header_makes_the_server_fail,
    |app| {
        let values: [&[u8]; 8] = [
            b"\xff\xfe", b"gridkey=\xff; gridkey=x", b"gridkey=", b"Bearer", b"Basic ====", b"multipart/form-data; boundary=\xff",
            b"text/html;;;", b"Bearer eyJ.eyJ.x",
        ];
        walk(&app, async |caller, row, method, pattern| {
            let at = path(pattern, "acme");
            for name in ["cookie", "authorization", "content-type", "user-agent", "x-forwarded-for", "if-none-match", "accept-language", "origin"] {
                for value in values {
                    let request = caller.request(verb(method), &at).header(name, HeaderValue::from_bytes(value).unwrap());
                    caller.send(&format!("{at} {name}: {}", String::from_utf8_lossy(value)), row.2, request).await;
                }
            }
        })
        .await;
    }
);

on_both!(
    /// Checklist 85: past the form's own token, where the texts reach the database.
    no_answer_on_a_page_makes_the_server_fail,
    |app| {
        let mut caller = Caller { app: &app, problems: Vec::new() };
        for value in hostile_values() {
            let browser = app.browser();
            let everyone = [("client_id", "everyone"), ("redirect_uri", "https://board.example.com/cb")];
            let mut page = browser.follow(browser.get(&authorize_web("openid", &everyone)).await).await;
            for (field, good) in [("email", "sam@example.com"), ("organization", "acme"), ("password", crate::support::PASSWORD)] {
                let wrong = browser.submit(&page, &[(field, &value)]).await;
                let why = check(&wrong.reply, Page);
                caller.note(why.is_ok(), || format!("{field} {value:?}: {why:?}"));
                if wrong.reply.status / 100 == 3 {
                    // Any text that may be an address is asked for its password.
                    page = browser.follow(browser.get(&page.at).await).await;
                }
                page = browser.follow(browser.submit(&page, &[(field, good)]).await).await;
            }
            caller.note(page.reply.header("location").starts_with("https://board.example.com/cb?"), || format!("{value:?}: {page:?}"));
            let forgot = browser.get("/login/forgot").await;
            let sent = browser.submit(&forgot, &[("email", &value)]).await;
            let why = check(&sent.reply, Page);
            caller.note(why.is_ok(), || format!("forgot {value:?}: {why:?}"));
        }
        assert!(caller.problems.is_empty(), "{}", caller.problems.join("\n"));
        assert_eq!(tokens::count(&app, "SELECT count(*) AS n FROM users").await, 5, "nothing was made up");
    }
);
