//! `/oauth2/authorize`.

use std::time::Duration;

use crate::on_both;
use crate::support::{Browser, CHALLENGE, PASSWORD, Page, TestApp, authorize_web, query_of};

const ADA: &str = "ada@acme.example";

/// The path of an authorization request of any client.
fn authorize(client: &str, redirect_uri: &str, more: &[(&str, &str)]) -> String {
    let mut all = vec![("client_id", client), ("redirect_uri", redirect_uri)];
    all.extend_from_slice(more);
    authorize_web("openid", &all)
}

/// The error that the request is sent back with.
async fn sent_back(app: &TestApp, path: &str) -> std::collections::BTreeMap<String, String> {
    let page = app.browser().get(path).await;
    assert_eq!(page.reply.status, 303, "{path}: {}", page.reply.body);
    let query = query_of(page.reply.header("location"));
    assert!(query.contains_key("error"), "{path}: {query:?}");
    assert_eq!(query["iss"], app.issuer());
    query
}

/// The request is answered by a page of ours that leads nowhere.
async fn stopped_by_a_page(app: &TestApp, path: &str) -> Page {
    let page = app.browser().get(path).await;
    assert_eq!(page.reply.status, 400, "{path}: {}", page.reply.body);
    assert_eq!(page.reply.header("location"), "");
    assert!(page.reply.header("content-type").starts_with("text/html"));
    assert!(!page.reply.body.contains("href=\"https://evil"), "{}", page.reply.body);
    page
}

on_both!(
    /// Checklist 1.
    unknown_parameters_are_ignored_and_post_works_like_get, |app| {
    let url = app.browser().walk(&authorize_web("openid", &[("x-unknown", "1")]), ADA, PASSWORD).await;
    assert!(query_of(&url).contains_key("code"));
    let mut browser = app.browser();
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(authorize_web("openid", &[]).split('?').nth(1).unwrap().as_bytes()).into_owned().collect();
    let form: Vec<(&str, &str)> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = browser.post("/oauth2/authorize", &form).await;
    assert_eq!(page.reply.status, 303);
    assert!(page.reply.header("set-cookie").is_empty(), "a posted form must not replace the browser's cookie");
    let next = page.reply.header("location").to_owned();
    assert!(query_of(&browser.walk(&next, ADA, PASSWORD).await).contains_key("code"));
});

on_both!(
    /// Checklist 1.
    a_repeated_parameter_is_refused, |app| {
    for name in ["scope", "state", "nonce", "code_challenge", "response_type", "prompt", "x-unknown"] {
        let path = format!("{}&{name}=1&{name}=2", authorize_web("openid", &[(name, "")]));
        assert_eq!(sent_back(&app, &path).await["error"], "invalid_request", "{name}");
    }
    for name in ["client_id", "redirect_uri"] {
        stopped_by_a_page(&app, &format!("{}&{name}=web", authorize_web("openid", &[]))).await;
    }
});

on_both!(
    /// Checklist 2, 11.
    a_wrong_client_or_address_is_a_page_and_never_a_redirect, |app| {
    for client in ["", "unknown", "web%00", "WEB", "worker'--", &"x".repeat(3000)] {
        stopped_by_a_page(&app, &authorize_web("openid", &[("client_id", client)])).await;
    }
    for near in [
        "", "https://portal.example.com/cb/", "https://portal.example.com/cb?", "https://portal.example.com/cb?y=1",
        "https://portal.example.com/cb#f", "https://portal.example.com/CB", "https://PORTAL.example.com/cb",
        "https://portal.example.com:443/cb", "https://portal.example.com:8443/cb", "http://portal.example.com/cb",
        "https://user@portal.example.com/cb", "https://portal.example.com@evil.example/cb",
        "https://portal.example.com/..;/cb", "https://portal.example.com/x/../cb", "https://portal.example.com/%63b",
        "https://portal.example.com/cb%2e", "https://portal.example.com\\@evil.example/cb",
        "https://portal.example.com/cb\0", "https://portal.example.com.evil.example/cb", "https://evil.example/cb",
        "https://evilportal.example.com/cb", "//portal.example.com/cb", "javascript:alert(1)", "/cb",
    ] {
        let page = stopped_by_a_page(&app, &authorize_web("openid", &[("redirect_uri", near)])).await;
        let text = page.reply.body.replace("<mark>", "").replace("</mark>", "");
        assert!(text.contains("https://portal.example.com/cb<"), "development shows what is registered");
    }
});

#[test]
fn outside_development_nothing_registered_is_shown() {
    crate::support::runtime().block_on(async {
        let settings = [
            ("security.development", "false"),
            ("mail.transport", "none"),
            ("server.public_url", "https://id.example.com"),
        ];
        let app = TestApp::start_with(crate::support::Engine::Sqlite, &settings).await;
        let page =
            stopped_by_a_page(&app, &authorize_web("openid", &[("redirect_uri", "https://evil.example/")]))
                .await;
        assert!(!page.reply.body.contains("portal.example.com") && !page.reply.body.contains("evil.example"));
        assert!(page.reply.body.contains("request-id"));
    });
}

on_both!(
    /// Checklist 12.
    only_native_loopback_addresses_have_a_free_port, |app| {
    let browser = app.browser();
    let goes_on = async |client, uri| browser.get(&authorize(client, uri, &[])).await.reply.status == 303;
    assert!(goes_on("native", "http://127.0.0.1:51234/cb").await);
    assert!(goes_on("native", "http://127.0.0.1/cb").await);
    assert!(goes_on("native", "com.example.acme:/cb").await);
    assert!(!goes_on("native", "http://localhost:51234/cb").await);
    assert!(!goes_on("native", "http://127.0.0.1:51234/other").await);
    assert!(!goes_on("spa", "https://spa.example.com:444/cb").await);
});

on_both!(
    /// Checklist 3, 5, 16, 17.
    each_wrong_parameter_travels_back_with_its_own_error, |app| {
    for (change, error) in [
        (("response_type", ""), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", "code id_token"), "unsupported_response_type"),
        (("response_type", "none"), "unsupported_response_type"),
        (("response_mode", "fragment"), "invalid_request"),
        (("response_mode", "web_message"), "invalid_request"),
        (("scope", ""), "invalid_scope"),
        (("scope", "openid admin"), "invalid_scope"),
        (("scope", "openid \"quoted\""), "invalid_scope"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("prompt", "none login"), "invalid_request"),
        (("prompt", "sometimes"), "invalid_request"),
        (("max_age", "-1"), "invalid_request"),
        (("max_age", "soon"), "invalid_request"),
        (("claims", "[]"), "invalid_request"),
        (("id_token_hint", "not.a.token"), "invalid_request"),
        (("request", "eyJhbGciOiJub25lIn0.e30."), "request_not_supported"),
        (("request_uri", "https://evil.example/r"), "request_uri_not_supported"),
        (("registration", "{}"), "registration_not_supported"),
        (("resource", "https://foreign.example"), "invalid_target"),
    ] {
        let back = sent_back(&app, &authorize_web("openid", &[change])).await;
        assert_eq!(back["error"], error, "{change:?}");
        assert_eq!(back["state"], "st-1");
        assert!(back["error_description"].len() > 10);
    }
});

on_both!(
    /// Checklist 7.
    state_is_echoed_byte_for_byte_up_to_2_kib, |app| {
    let state = format!("{}äöü&=+%20'\"<>", "s".repeat(2000));
    let url = app.browser().walk(&authorize_web("openid", &[("state", &state)]), ADA, PASSWORD).await;
    assert_eq!(query_of(&url)["state"], state);
    let back = sent_back(&app, &authorize_web("openid", &[("state", &"s".repeat(2049))])).await;
    assert_eq!(back["error"], "invalid_request");
});

on_both!(
    /// Checklist 8.
    prompt_none_never_shows_a_page, |app| {
    let silent = [("prompt", "none")];
    assert_eq!(sent_back(&app, &authorize_web("openid", &silent)).await["error"], "login_required");
    let mut browser = app.browser();
    browser.code_for_web("openid", ADA, PASSWORD).await;
    let page = browser.get(&authorize_web("openid", &silent)).await;
    assert!(query_of(page.reply.header("location")).contains_key("code"), "signed in and first-party");
    let spa = authorize("spa", "https://spa.example.com/cb", &silent);
    let page = browser.get(&spa).await;
    assert_eq!(query_of(page.reply.header("location"))["error"], "consent_required");
    app.pass(Duration::from_secs(100));
    let old = authorize_web("openid", &[("prompt", "none"), ("max_age", "60")]);
    assert_eq!(query_of(browser.get(&old).await.reply.header("location"))["error"], "login_required");
    let fresh = authorize_web("openid", &[("prompt", "none"), ("max_age", "200")]);
    assert!(query_of(browser.get(&fresh).await.reply.header("location")).contains_key("code"));
});

/// Where the browser ends up.
async fn lands_on(browser: &Browser, path: &str) -> String {
    browser.follow(browser.get(path).await).await.path()
}

on_both!(prompt_login_and_max_age_ask_again_and_select_account_shows_the_list, |app| {
    let mut browser = app.browser();
    browser.code_for_web("openid", ADA, PASSWORD).await;
    assert_eq!(lands_on(&browser, &authorize_web("openid", &[("prompt", "login")])).await, "/login/identify");
    assert_eq!(lands_on(&browser, &authorize_web("openid", &[("max_age", "0")])).await, "/login/identify");
    assert_eq!(
        lands_on(&browser, &authorize_web("openid", &[("prompt", "select_account")])).await,
        "/login/account"
    );
    assert_eq!(
        lands_on(&browser, &authorize_web("openid", &[("prompt", "consent")])).await,
        "/login/consent"
    );
    app.pass(Duration::from_secs(50));
    let first = app.now();
    let url = browser.walk(&authorize_web("openid", &[("prompt", "login")]), ADA, PASSWORD).await;
    let tokens = app.redeem(&query_of(&url)["code"]).await.expect(200);
    let claims = crate::support::jwt_claims(&tokens.text("id_token"));
    assert_eq!(claims["auth_time"], first.seconds(), "the new sign-in counts");
});

on_both!(the_client_may_insist_on_one_person, |app| {
    let mut browser = app.browser();
    let code = browser.code_for_web("openid", ADA, PASSWORD).await;
    let tokens = app.redeem(&code).await.expect(200);
    let hint = tokens.text("id_token");
    let silent = authorize_web("openid", &[("prompt", "none"), ("id_token_hint", &hint)]);
    assert!(query_of(browser.get(&silent).await.reply.header("location")).contains_key("code"));
    let mut other = app.browser();
    other.code_for_web("openid", "grace@acme.example", "another horse battery staple").await;
    let refused = other.get(&silent).await;
    assert_eq!(query_of(refused.reply.header("location"))["error"], "login_required");
    // An expired hint still names the person.
    app.pass(Duration::from_secs(3600));
    assert!(query_of(browser.get(&silent).await.reply.header("location")).contains_key("code"));
    let claims = format!(
        r#"{{"id_token":{{"sub":{{"value":"{}"}}}}}}"#,
        crate::support::jwt_claims(&hint)["sub"].as_str().unwrap()
    );
    let by_claims = authorize_web("openid", &[("prompt", "none"), ("claims", &claims)]);
    assert_eq!(query_of(other.get(&by_claims).await.reply.header("location"))["error"], "login_required");
});

on_both!(
    /// Checklist 4, 14.
    form_post_carries_the_answer_to_the_registered_address_only, |app| {
    let mut browser = app.browser();
    browser.code_for_web("openid", ADA, PASSWORD).await;
    let nasty = "\"><script>alert(1)</script>";
    let page = browser.get(&authorize_web("openid", &[("response_mode", "form_post"), ("state", nasty)])).await;
    assert_eq!(page.reply.status, 200, "{}", page.reply.body);
    assert!(!page.reply.body.contains("<script>alert"), "{}", page.reply.body);
    let form = page.form();
    assert_eq!(form.action, "https://portal.example.com/cb");
    assert_eq!(form.fields["state"], nasty);
    assert_eq!(form.fields["iss"], app.issuer());
    assert!(form.fields["code"].starts_with("gkac_"));
    let policy = page.reply.header("content-security-policy");
    assert!(policy.contains("form-action 'self' https://portal.example.com"), "{policy}");
    assert_eq!(page.reply.header("cache-control"), "no-store");
    // A client that did not register the mode does not get it.
    let back = sent_back(&app, &authorize("spa", "https://spa.example.com/cb", &[("response_mode", "form_post")])).await;
    assert_eq!(back["error"], "invalid_request");
});

on_both!(
    /// Checklist 9, 54.
    an_interaction_belongs_to_its_browser_and_ends_once, |app| {
    let mut mine = app.browser();
    let page = mine.follow(mine.get(&authorize_web("openid", &[])).await).await;
    let at = page.at.clone();
    let stranger = app.browser();
    stranger.get("/login").await;
    for path in [at.clone(), at.replace("/login/identify", "/oauth2/authorize/continue")] {
        let seen = stranger.get(&path).await;
        assert_eq!(seen.reply.status, 400, "{path}");
        assert!(seen.reply.header("location").is_empty());
    }
    let url = mine.walk(&at, ADA, PASSWORD).await;
    assert!(query_of(&url).contains_key("code"));
    let resume = at.replace("/login/identify", "/oauth2/authorize/continue");
    assert_eq!(mine.get(&resume).await.reply.status, 400, "finished");
    assert_eq!(mine.get(&at).await.reply.status, 400, "finished");
});

on_both!(an_interaction_expires, |app| {
    let browser = app.browser();
    let page = browser.follow(browser.get(&authorize_web("openid", &[])).await).await;
    app.pass(Duration::from_secs(31 * 60));
    let late = browser.submit(&page, &[("email", ADA)]).await;
    assert_eq!(late.reply.status, 400);
});

on_both!(a_disabled_client_or_organisation_signs_nobody_in, |app| {
    let mut client = app.app.client("web").await.unwrap().unwrap().client.clone();
    client.status = gridkey::clients::ClientStatus::Disabled;
    app.app
        .db
        .write(move |conn| gridkey::clients::store::update(conn, client.tenant_id, &client))
        .await
        .unwrap();
    app.app.forget();
    stopped_by_a_page(&app, &authorize_web("openid", &[])).await;
});

on_both!(a_confidential_client_may_be_freed_from_pkce_and_a_public_one_never, |app| {
    let bare = [("code_challenge", ""), ("code_challenge_method", "")];
    let post = authorize("post", "https://legacy.example.com/cb", &bare);
    let url = app.browser().walk(&post, ADA, PASSWORD).await;
    assert!(query_of(&url).contains_key("code"));
    let back = sent_back(&app, &authorize("spa", "https://spa.example.com/cb", &bare)).await;
    assert_eq!(back["error"], "invalid_request");
    let back = sent_back(&app, &authorize_web("openid", &bare)).await;
    assert_eq!(back["error"], "invalid_request", "on by default for confidential ones");
    assert_eq!(CHALLENGE.len(), 43);
});
