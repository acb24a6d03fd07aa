//! Ends are ends: what was issued dies with the application or the organisation at once, and stays dead.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::on_both;
use crate::support::manager::Manager;
use crate::support::tokens::{ADA, count};
use crate::support::{PASSWORD, Reply, TestApp, VERIFIER, authorize_web, basic, query_of};

const CALLBACK: &str = "https://shop.example.com/cb";

/// An application that people and programs use, with what it was issued.
struct Shop {
    place: String,
    authorization: String,
    access: String,
    refresh: String,
    own: String,
}

async fn code(app: &TestApp) -> String {
    let at = authorize_web("openid offline_access", &[("client_id", "shop"), ("redirect_uri", CALLBACK)]);
    query_of(&app.browser().walk(&at, ADA, PASSWORD).await)["code"].clone()
}

async fn redeem(app: &TestApp, authorization: &str, code: &str) -> Reply {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    app.token(Some(authorization), &form).await
}

async fn refresh(app: &TestApp, authorization: &str, token: &str) -> Reply {
    let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
    app.token(Some(authorization), &form).await
}

impl Shop {
    async fn open(app: &TestApp, root: &Manager<'_>) -> Self {
        let body = json!({
            "kind": "web", "display_name": "Shop", "client_id": "shop", "redirect_uris": [CALLBACK],
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
            "scopes": ["openid", "offline_access", "gridkey:manage"],
        });
        let made = root.post("/v1/applications", &body).await.expect(201);
        let authorization = basic("shop", &made.text("client_secret"));
        let line = redeem(app, &authorization, &code(app).await).await.expect(200);
        let form = [("grant_type", "client_credentials"), ("scope", "gridkey:manage")];
        let own = app.token(Some(&authorization), &form).await.expect(200).text("access_token");
        let shop = Self {
            place: made.header("location").to_owned(),
            authorization,
            access: line.text("access_token"),
            refresh: line.text("refresh_token"),
            own,
        };
        app.get_as("/oauth2/userinfo", &shop.access).await.expect(200);
        shop.own_is_live(app).await;
        shop
    }

    /// A program without permissions is known and refused.
    async fn own_is_live(&self, app: &TestApp) {
        app.get_as("/v1/applications", &self.own).await.expect_problem(403, "permission_denied");
    }

    async fn everything_is_dead(&self, app: &TestApp) {
        app.get_as("/oauth2/userinfo", &self.access).await.expect_error(401, "invalid_token");
        app.get_as("/v1/applications", &self.own).await.expect_problem(401, "invalid_token");
        let refused = refresh(app, &self.authorization, &self.refresh).await;
        assert!([400, 401].contains(&refused.status), "{}", refused.body);
        let known = [("token", self.access.as_str())];
        let asked = app.post("/oauth2/introspect", Some(&self.authorization), &known).await;
        assert!(asked.status == 401 || asked.body == r#"{"active":false}"#, "{}", asked.body);
    }

    async fn new_tokens_work(&self, app: &TestApp) {
        let line = redeem(app, &self.authorization, &code(app).await).await.expect(200);
        app.get_as("/oauth2/userinfo", &line.text("access_token")).await.expect(200);
        refresh(app, &self.authorization, &line.text("refresh_token")).await.expect(200);
        let form = [("grant_type", "client_credentials"), ("scope", "gridkey:manage")];
        let own = app.token(Some(&self.authorization), &form).await.expect(200).text("access_token");
        app.get_as("/v1/applications", &own).await.expect_problem(403, "permission_denied");
    }
}

on_both!(a_disabled_applications_tokens_die_at_once_and_stay_dead, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let shop = Shop::open(&app, &root).await;
    let waiting = code(&app).await;
    root.patch(&shop.place, &json!({ "status": "disabled" })).await.expect(200);
    shop.everything_is_dead(&app).await;
    redeem(&app, &shop.authorization, &waiting).await.expect_error(401, "invalid_client");
    app.pass(Duration::from_secs(2));
    root.patch(&shop.place, &json!({ "status": "active" })).await.expect(200);
    shop.everything_is_dead(&app).await;
    redeem(&app, &shop.authorization, &waiting).await.expect_error(400, "invalid_grant");
    shop.new_tokens_work(&app).await;
    let live = "SELECT count(*) AS n FROM token_families WHERE revoked_at IS NULL";
    assert_eq!(count(&app, live).await, 1, "the new one");
});

on_both!(a_restored_applications_old_tokens_stay_dead, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let shop = Shop::open(&app, &root).await;
    let waiting = code(&app).await;
    root.delete(&shop.place).await.expect(204);
    shop.everything_is_dead(&app).await;
    app.pass(Duration::from_secs(2));
    root.call(Method::POST, &format!("{}/restore", shop.place)).await.expect(200);
    shop.everything_is_dead(&app).await;
    redeem(&app, &shop.authorization, &waiting).await.expect_error(400, "invalid_grant");
    shop.new_tokens_work(&app).await;
});

on_both!(a_suspended_organisations_tokens_die_at_once_and_stay_dead, |app| {
    let root = app.manager("globex", Some("super_admin")).await;
    let operator = app.manager("acme", Some("super_admin")).await;
    let acme = root.get("/v1/tenants?q=acme").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let place = format!("/v1/tenants/{acme}");
    let shop = Shop::open(&app, &operator).await;
    let waiting = code(&app).await;
    let mut browser = app.browser();
    browser.code_for_web("openid", ADA, PASSWORD).await;
    for (end, begin) in [("suspended", "active"), ("deleted", "restore")] {
        if end == "deleted" {
            root.delete(&place).await.expect(204);
        } else {
            root.patch(&place, &json!({ "status": end })).await.expect(200);
        }
        shop.everything_is_dead(&app).await;
        operator.get("/v1/applications").await.expect_problem(401, "invalid_token");
        redeem(&app, &shop.authorization, &waiting).await.expect_error(401, "invalid_client");
        app.pass(Duration::from_secs(2));
        if begin == "restore" {
            root.call(Method::POST, &format!("{place}/restore")).await.expect(200);
        } else {
            root.patch(&place, &json!({ "status": begin })).await.expect(200);
        }
        shop.everything_is_dead(&app).await;
        operator.get("/v1/applications").await.expect_problem(401, "invalid_token");
        redeem(&app, &shop.authorization, &waiting).await.expect_error(400, "invalid_grant");
        let again = browser.get(&authorize_web("openid", &[("prompt", "none")])).await;
        let answered = query_of(again.reply.header("location"));
        assert_eq!(
            answered.get("error").map(String::as_str),
            Some("login_required"),
            "the session is over too"
        );
        shop.new_tokens_work(&app).await;
        let token =
            app.manage_token(&operator.client_id, &operator.secret).await.expect(200).text("access_token");
        app.get_as("/v1/applications", &token).await.expect(200);
    }
});

on_both!(other_organisations_and_applications_are_not_touched, |app| {
    let root = app.manager("globex", Some("super_admin")).await;
    let globex = app.manager("globex", Some("tenant_viewer")).await;
    let operator = app.manager("acme", Some("super_admin")).await;
    let web = app.ada_signs_in().await;
    let shop = Shop::open(&app, &operator).await;
    operator.patch(&shop.place, &json!({ "status": "disabled" })).await.expect(200);
    app.get_as("/oauth2/userinfo", web["access_token"].as_str().unwrap()).await.expect(200);
    let acme = root.get("/v1/tenants?q=acme").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    root.patch(&format!("/v1/tenants/{acme}"), &json!({ "status": "suspended" })).await.expect(200);
    globex.get("/v1/applications").await.expect(200);
});

on_both!(an_organisations_own_limits_hold, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let acme = root.get("/v1/tenants?q=acme").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let place = format!("/v1/tenants/{acme}");
    let silent = authorize_web("openid", &[("prompt", "none")]);
    let answer = async |browser: &crate::support::Browser| {
        let page = browser.get(&silent).await;
        query_of(page.reply.header("location")).get("error").cloned().unwrap_or_default()
    };
    let set = async |settings: serde_json::Value| {
        let manager = app.manager("acme", Some("super_admin")).await;
        manager.patch(&place, &json!({ "settings": { "sessions": settings } })).await.expect(200);
    };
    // Shortened while somebody is signed in: it holds for them too.
    let mut browser = app.browser();
    browser.code_for_web("openid", ADA, PASSWORD).await;
    app.pass(Duration::from_secs(120));
    assert_eq!(answer(&browser).await, "");
    set(json!({ "absolute": 100 })).await;
    assert_eq!(answer(&browser).await, "login_required");
    let own_page = browser.get("/login/account").await;
    assert!(own_page.reply.body.contains("You are not signed in"), "{}", own_page.reply.body);

    // At the next sign-in it is what the session is made with.
    let mut browser = app.browser();
    browser.code_for_web("openid", ADA, PASSWORD).await;
    set(json!({ "absolute": null, "idle": 60 })).await;
    app.pass(Duration::from_secs(59));
    assert_eq!(answer(&browser).await, "");
    app.pass(Duration::from_secs(41));
    assert_eq!(answer(&browser).await, "login_required", "made for 100 seconds");

    let mut browser = app.browser();
    browser.code_for_web("openid", ADA, PASSWORD).await;
    app.pass(Duration::from_secs(61));
    assert_eq!(answer(&browser).await, "login_required", "idle");
});

/// The link of the only mail, which is sent in the background.
async fn reset_link(app: &TestApp) -> String {
    for _ in 0..2_000 {
        if let Some(mail) = app.app.mailer.as_inbox().unwrap().messages().first() {
            let words: Vec<&str> = mail.mail.text.split_whitespace().collect();
            return (*words.iter().find(|word| word.contains("/login/reset")).unwrap()).to_owned();
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("no mail came");
}

on_both!(an_organisation_may_ask_for_longer_passwords, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let acme = root.get("/v1/tenants?q=acme").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let settings = json!({ "settings": { "passwords": { "minimum_length": 24 } } });
    root.patch(&format!("/v1/tenants/{acme}"), &settings).await.expect(200);
    let browser = app.browser();
    let asked = browser.get("/login/forgot").await;
    browser.submit(&asked, &[("email", ADA)]).await;
    let link = reset_link(&app).await;
    let page = browser.get(&link).await;
    assert!(page.reply.body.contains("24"), "{}", page.reply.body);
    let short = browser.submit(&page, &[("password", "quaint otter lamp kayak")]).await;
    assert_eq!(short.reply.status, 422, "{}", short.reply.body);
    assert!(short.reply.body.contains("at least 24 characters"), "{}", short.reply.body);
    let long = browser.submit(&page, &[("password", "quaint otter lamp kayak walnut")]).await;
    assert_eq!(long.reply.status, 303, "{}", long.reply.body);
});
