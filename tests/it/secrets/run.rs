//! A walk through everything that gives secrets out or takes them.

use serde_json::json;

use super::{WEB_SECRET, WORKER_SECRET};
use crate::support::devices::{Device, GRANT};
use crate::support::receiver::Receiver;
use crate::support::{
    Browser, PASSWORD, Page, Reply, VERIFIER, authorize_web, basic, http_client, query_of, tokens,
};

const NEW_PASSWORD: &str = "canary-of-the-new-password-7f3a";

/// Walks through everything that gives secrets out or takes them, and remembers each.
pub(super) struct Run {
    base: String,
    http: reqwest::Client,
    pub(super) secrets: Vec<(&'static str, String)>,
    /// What is in the database by its digest: proof that the search would find something.
    pub(super) code: String,
}

impl Run {
    pub(super) async fn through(base: &str) -> Self {
        let http = http_client();
        let mut run = Self { base: base.to_owned(), http, secrets: Vec::new(), code: String::new() };
        for (name, secret) in [
            ("a password", PASSWORD),
            ("a client's secret", WEB_SECRET),
            ("a client's secret", WORKER_SECRET),
            ("a verifier", VERIFIER),
        ] {
            run.keep(name, secret);
        }
        run.keep("Basic credentials", basic("web", WEB_SECRET).trim_start_matches("Basic "));
        run.keep("Basic credentials", basic("worker", WORKER_SECRET).trim_start_matches("Basic "));
        let mut browser = Browser::new(base);
        run.sign_in(&mut browser).await;
        run.programs().await;
        let token = run.applications(&mut browser).await;
        run.reset(&browser).await;
        run.api_keys(&token).await;
        run.webhooks(&token).await;
        run.mistakes(&browser).await;
        run
    }

    fn keep(&mut self, name: &'static str, secret: impl Into<String>) {
        let secret = secret.into();
        assert!(secret.len() >= 16, "{name}: {secret:?} is too short to be looked for");
        self.secrets.push((name, secret));
    }

    fn keep_form(&mut self, page: &Page) {
        let fields = page.form().fields;
        if let Some(csrf) = fields.get("csrf").filter(|csrf| !csrf.is_empty()) {
            self.keep("a form's token", csrf);
        }
    }

    fn keep_cookie(&mut self, reply: &Reply) {
        let set = reply.header("set-cookie").to_owned();
        if let Some(value) = set
            .strip_prefix("gridkey=")
            .and_then(|rest| rest.split(';').next())
            .filter(|value| !value.is_empty())
        {
            self.keep("a browser's cookie", value);
        }
    }

    async fn post(&self, path: &str, authorization: Option<String>, form: &[(&str, &str)]) -> Reply {
        let mut request = self.http.post(format!("{}{path}", self.base)).form(form);
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        Reply::of(request.send().await.unwrap()).await
    }

    fn web() -> Option<String> {
        Some(basic("web", WEB_SECRET))
    }

    async fn redeem(&self, code: &str) -> Reply {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", "https://portal.example.com/cb"),
            ("code_verifier", VERIFIER),
        ];
        self.post("/oauth2/token", Self::web(), &form).await.expect(200)
    }

    async fn sign_in(&mut self, browser: &mut Browser) {
        let first = browser.get(&authorize_web("openid offline_access email", &[])).await;
        self.keep_cookie(&first.reply);
        let (_, interaction) = first.reply.header("location").split_once("interaction=").unwrap();
        self.keep("an interaction", interaction);
        let mut page = browser.follow(first).await;
        for field in [("email", tokens::ADA), ("password", PASSWORD)] {
            self.keep_form(&page);
            let answered = browser.submit(&page, &[field]).await;
            self.keep_cookie(&answered.reply);
            page = browser.follow(answered).await;
        }
        self.code = query_of(page.reply.header("location"))["code"].clone();
        self.keep("a code", self.code.clone());
        let mut line = self.redeem(&self.code.clone()).await;
        for _ in 0..3 {
            for member in ["access_token", "refresh_token", "id_token"] {
                self.keep(member, line.text(member));
            }
            let refresh = [("grant_type", "refresh_token"), ("refresh_token", &line.text("refresh_token"))];
            line = self.post("/oauth2/token", Self::web(), &refresh).await.expect(200);
        }
        let (access, refresh) = (line.text("access_token"), line.text("refresh_token"));
        self.keep("access_token", &access);
        self.keep("refresh_token", &refresh);
        let userinfo = self
            .http
            .get(format!("{}/oauth2/userinfo", self.base))
            .bearer_auth(&access)
            .send()
            .await
            .unwrap();
        assert_eq!(userinfo.status(), 200);
        for token in [&access, &refresh] {
            let asked = self.post("/oauth2/introspect", Self::web(), &[("token", token)]).await.expect(200);
            assert_eq!(asked.json()["active"], true);
        }
        for token in [&access, &refresh] {
            self.post("/oauth2/revoke", Self::web(), &[("token", token)]).await.expect(200);
        }
        // A line that lives on, with a used and a living refresh token; and a code that nobody redeems.
        let code = browser.code_for_web("openid offline_access", tokens::ADA, PASSWORD).await;
        let line = self.redeem(&code).await;
        self.keep("refresh_token", line.text("refresh_token"));
        let code = browser.code_for_web("openid", tokens::ADA, PASSWORD).await;
        self.keep("a code", code);
        let asked = browser.get("/oauth2/logout").await;
        self.keep_form(&asked);
    }

    async fn programs(&mut self) {
        let form = [("grant_type", "client_credentials")];
        let reply = self.post("/oauth2/token", Some(basic("worker", WORKER_SECRET)), &form).await.expect(200);
        self.keep("access_token", reply.text("access_token"));
        let in_form =
            [form[0], ("client_id", "post"), ("client_secret", "post-secret-post-secret-post-secret-1")];
        self.post("/oauth2/token", None, &in_form).await;
        self.keep("a client's secret", "post-secret-post-secret-post-secret-1");
    }

    /// What the management API tells once.
    async fn applications(&mut self, browser: &mut Browser) -> String {
        let callback = ("redirect_uri", "https://console.example.com/cb");
        let at = authorize_web("openid gridkey:manage", &[("client_id", "console"), callback]);
        let code = query_of(&browser.walk(&at, tokens::ADA, PASSWORD).await)["code"].clone();
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", "console"),
            ("code", &code),
            callback,
            ("code_verifier", VERIFIER),
        ];
        let token = self.post("/oauth2/token", None, &form).await.expect(200).text("access_token");
        self.keep("a code", code);
        self.keep("access_token", &token);
        self.invitations(browser, &token).await;
        let body =
            json!({ "kind": "machine", "display_name": "Robot", "client_id": "robot", "scopes": ["a"] });
        let made = self.create("/v1/applications", &token, &body).await;
        let secrets = format!("{}/secrets", made.header("location"));
        let another = self.create(&secrets, &token, &json!({})).await;
        for secret in [made.text("client_secret"), another.text("client_secret")] {
            let basic = basic("robot", &secret);
            let form = [("grant_type", "client_credentials")];
            let own = self.post("/oauth2/token", Some(basic.clone()), &form).await.expect(200);
            self.keep("access_token", own.text("access_token"));
            self.keep("Basic credentials", basic.trim_start_matches("Basic "));
            self.keep("a client's secret", secret);
        }
        self.device(browser, &token).await;
        token
    }

    /// A device that somebody lets in.
    async fn device(&mut self, browser: &mut Browser, token: &str) {
        let body = json!({
            "kind": "native", "display_name": "Line", "client_id": "line", "scopes": ["openid", "offline_access"],
            "grant_types": [GRANT, "refresh_token"],
        });
        self.create("/v1/applications", token, &body).await;
        let client = ("client_id", "line");
        let form = [client, ("scope", "openid offline_access")];
        let begun = self.post("/oauth2/device_authorization", None, &form).await.expect(200);
        let device = Device {
            code: begun.text("device_code"),
            user_code: begun.text("user_code"),
            complete: begun.text("verification_uri_complete"),
        };
        self.keep("a device's code", &device.code);
        self.keep("a typed code", format!("user_code={}", device.user_code));
        let ask = [("grant_type", GRANT), client, ("device_code", device.code.as_str())];
        self.post("/oauth2/token", None, &ask).await.expect(400);
        browser.get(&device.complete).await;
        let question = browser.question(&device, tokens::ADA).await;
        self.keep_form(&question);
        browser.submit(&question, &[("decision", "allow")]).await;
        let line = self.post("/oauth2/token", None, &ask).await.expect(200);
        for member in ["access_token", "refresh_token", "id_token"] {
            self.keep(member, line.text(member));
        }
    }

    /// Keys that are made, replaced, and found where no key should be.
    async fn api_keys(&mut self, token: &str) {
        let made = self.create("/v1/api-keys", token, &json!({ "name": "Deployment" })).await;
        let place = format!("{}{}/rotate", self.base, made.header("location"));
        let request = self.http.post(place).bearer_auth(token).header("idempotency-key", "once");
        let turned = Reply::of(request.json(&json!({})).send().await.unwrap()).await.expect(200);
        let (old, new) = (made.text("key"), turned.text("key"));
        let found =
            json!({ "keys": [{ "key": old, "url": "https://paste.example" }, { "key": format!("{new}x") }] });
        let scanned = json!([{ "token": new, "type": "gridkey_api_key", "url": null, "source": "commit" }]);
        for report in [found, scanned] {
            let request = self.http.post(format!("{}/v1/leak-reports", self.base)).json(&report);
            assert_eq!(request.send().await.unwrap().status(), 200);
        }
        self.keep("an API key", old);
        self.keep("an API key", new);
    }

    /// Secrets of webhooks: one that another replaced and that signs as well for a while, and the other.
    async fn webhooks(&mut self, token: &str) {
        let receiver = Receiver::start();
        let body = json!({ "url": receiver.url(), "events": ["*"] });
        let made = self.create("/v1/webhooks", token, &body).await;
        let place = format!("{}{}/rotate-secret", self.base, made.header("location"));
        let request = self.http.post(place).bearer_auth(token).header("idempotency-key", "once");
        let turned = Reply::of(request.json(&json!({})).send().await.unwrap()).await.expect(200);
        let test = format!("{}{}/test", self.base, made.header("location"));
        assert_eq!(self.http.post(test).bearer_auth(token).send().await.unwrap().status(), 202);
        receiver.wait_for_type("webhook.test").await;
        for secret in [made.text("secret"), turned.text("secret")] {
            self.keep("a webhook's key", secret.strip_prefix("whsec_").unwrap());
            self.keep("a webhook's secret", secret);
        }
    }

    /// Links that let people in who were invited: one that another replaced, one that is used, and one that waits.
    async fn invitations(&mut self, browser: &Browser, token: &str) {
        let guest = json!({ "email": "guest@acme.example", "display_name": "Guest" });
        let made = self.create("/v1/invitations", token, &guest).await;
        let place = made.header("location").to_owned();
        let first = self.link_in(browser, "/dev/mail/1", "gkiv_").await;
        let again = self.http.post(format!("{}{place}/resend", self.base)).bearer_auth(token);
        assert_eq!(again.send().await.unwrap().status(), 200);
        let second = self.link_in(browser, "/dev/mail/2", "gkiv_").await;
        assert_ne!(first, second);
        let page = browser.get(&format!("/login/invitation?token={second}")).await;
        self.keep_form(&page);
        let chosen = "canary-of-the-guests-password-51d0";
        let joined = browser.submit(&page, &[("password", chosen), ("password_again", chosen)]).await;
        assert_eq!(joined.reply.status, 303, "{}", joined.reply.body);
        self.keep("a new password", chosen);
        let other = json!({ "email": "other@acme.example", "display_name": "Other" });
        let request = self.http.post(format!("{}/v1/invitations", self.base)).bearer_auth(token).json(&other);
        assert_eq!(request.send().await.unwrap().status(), 201);
        self.link_in(browser, "/dev/mail/3", "gkiv_").await;
    }

    /// The single-use link in a mail.
    async fn link_in(&mut self, browser: &Browser, mail: &str, sign: &str) -> String {
        let shown = mail_at(browser, mail).await;
        let start = shown.find(sign).unwrap_or_else(|| panic!("no link in {shown}"));
        let fits = |c: &char| c.is_ascii_alphanumeric() || "_-".contains(*c);
        let token: String = shown[start..].chars().take_while(fits).collect();
        self.keep("a link in a mail", &token);
        token
    }

    /// Creates something by a call that could be repeated: its answer is kept.
    async fn create(&self, path: &str, token: &str, body: &serde_json::Value) -> Reply {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(token).json(body);
        let key = gridkey::random::Random::default().opaque_id();
        Reply::of(request.header("idempotency-key", key).send().await.unwrap()).await.expect(201)
    }

    async fn reset(&mut self, browser: &Browser) {
        for _ in 0..2 {
            let page = browser.get("/login/forgot").await;
            self.keep_form(&page);
            browser.submit(&page, &[("email", "grace@acme.example")]).await;
        }
        let mut tokens = Vec::new();
        for mail in ["/dev/mail/4", "/dev/mail/5"] {
            tokens.push(self.link_in(browser, mail, "gkpr_").await);
        }
        let page = browser.get(&format!("/login/reset?token={}", tokens[1])).await;
        self.keep_form(&page);
        let form = [("password", NEW_PASSWORD), ("password_again", NEW_PASSWORD)];
        let done = browser.submit(&page, &form).await;
        assert_eq!(done.reply.status, 303, "{}", done.reply.body);
        self.keep("a new password", NEW_PASSWORD);
    }

    /// What goes wrong is written down at length: that is where secrets slip out.
    async fn mistakes(&mut self, browser: &Browser) {
        let mut at = 0;
        let mut canary = |run: &mut Self| {
            at += 1;
            let secret = format!("canary-of-mistake-{at:04}-9c1e");
            run.keep("a mistake", &secret);
            secret
        };
        let mut replies = Vec::new();
        let wrong = canary(self);
        replies.push((
            self.post("/oauth2/token", Some(basic("web", &wrong)), &[("grant_type", "client_credentials")])
                .await,
            wrong,
        ));
        for name in
            ["code", "code_verifier", "refresh_token", "client_secret", "token", "password", "access_token"]
        {
            let wrong = canary(self);
            for grant in ["authorization_code", "refresh_token", "password"] {
                let form = [
                    ("grant_type", grant),
                    (name, &wrong),
                    ("redirect_uri", "https://portal.example.com/cb"),
                ];
                replies.push((self.post("/oauth2/token", Self::web(), &form).await, wrong.clone()));
            }
            for path in ["/oauth2/introspect", "/oauth2/revoke", "/oauth2/userinfo"] {
                replies.push((self.post(path, Self::web(), &[(name, &wrong)]).await, wrong.clone()));
            }
            for path in [
                "/oauth2/authorize",
                "/oauth2/logout",
                "/oauth2/userinfo",
                "/login/identify",
                "/login/reset",
                "/setup",
                "/nothing",
            ] {
                replies.push((browser.get(&format!("{path}?{name}={wrong}")).await.reply, wrong.clone()));
            }
            for path in ["/v1/auth/token", "/v1/auth/refresh", "/v1/auth/authorize", "/v1/auth/identify"] {
                let body =
                    json!({name: wrong, "code_verifier": VERIFIER, "code": wrong, "refresh_token": wrong});
                let request = self.http.post(format!("{}{path}", self.base)).json(&body);
                replies.push((Reply::of(request.send().await.unwrap()).await, wrong.clone()));
            }
        }
        for scheme in ["Bearer", "Basic", "DPoP", ""] {
            for path in ["/oauth2/userinfo", "/v1/auth/me", "/oauth2/token"] {
                let wrong = canary(self);
                replies.push((self.post(path, Some(format!("{scheme} {wrong}")), &[]).await, wrong.clone()));
                let request = self
                    .http
                    .get(format!("{}{path}", self.base))
                    .header("authorization", format!("{scheme} {wrong}"));
                replies.push((Reply::of(request.send().await.unwrap()).await, wrong));
            }
        }
        let wrong = canary(self);
        for path in [
            format!("/{wrong}"),
            format!("/t/{wrong}/oauth2/token"),
            format!("/static/{wrong}"),
            format!("/login/{wrong}"),
        ] {
            replies.push((browser.get(&path).await.reply, wrong.clone()));
        }
        let wrong = canary(self);
        let page = browser.follow(browser.get(&authorize_web("openid", &[("prompt", "login")])).await).await;
        let page = browser.follow(browser.submit(&page, &[("email", tokens::ADA)]).await).await;
        replies.push((browser.submit(&page, &[("password", &wrong)]).await.reply, wrong));
        for (reply, wrong) in replies {
            assert!(reply.status < 500, "{}", reply.body);
            assert!(!reply.body.contains(&wrong), "{} repeats what was sent: {}", reply.status, reply.body);
        }
    }
}

/// A mail, which is written after the page that asked for it was answered.
async fn mail_at(browser: &Browser, at: &str) -> String {
    for _ in 0..1_000 {
        let reply = browser.get(at).await.reply;
        if reply.status == 200 {
            return reply.body;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("no mail at {at}");
}
