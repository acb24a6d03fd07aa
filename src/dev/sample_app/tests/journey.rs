//! The pages in the order in which a browser sees them (`#[cfg(test)]`).

use std::net::TcpListener;

use actix_web::web::{self, Data};
use actix_web::{App, HttpServer};
use openidconnect::url::Url;
use reqwest::header::{CONTENT_SECURITY_POLICY, LOCATION, SET_COOKIE};
use reqwest::{RequestBuilder, redirect};

use super::super::{REFRESH_PATH, SampleApp, pages};
use super::provider::{ACCESS_TOKEN, Provider, REFRESH_TOKEN};
use crate::dev::bench::Bench;
use crate::mail::Mailer;
use crate::web::paths;

/// A browser that follows no redirect by itself.
struct Browser {
    site: String,
    http: reqwest::Client,
}

struct Seen {
    status: u16,
    location: String,
    policy: String,
    cookie: String,
    body: String,
}

impl Browser {
    /// A browser, and the sample application on a port of its own.
    fn open(bench: &Bench) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let site = format!("http://{}", listener.local_addr().unwrap());
        let (app, sample) = (bench.app.clone(), Data::new(SampleApp::default()));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(app.clone())
                .app_data(sample.clone())
                .route(paths::DEV_APP, web::get().to(pages::home))
                .route(paths::DEV_APP_START, web::get().to(pages::start))
                .route(paths::DEV_APP_CALLBACK, web::get().to(pages::callback))
                .route(REFRESH_PATH, web::post().to(pages::refresh))
                .route(paths::DEV_APP_SIGN_OUT, web::post().to(pages::sign_out))
        });
        // Two workers: what one of them remembers the other must know.
        let server = server.workers(2).disable_signals().listen(listener).unwrap().run();
        actix_web::rt::spawn(server);
        let http =
            reqwest::Client::builder().redirect(redirect::Policy::none()).cookie_store(true).no_proxy();
        Self { site, http: http.pool_max_idle_per_host(0).build().unwrap() }
    }

    async fn send(&self, request: RequestBuilder) -> Seen {
        let answer = request.send().await.unwrap();
        let header = |name| answer.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        let (location, policy, cookie) =
            (header(LOCATION), header(CONTENT_SECURITY_POLICY), header(SET_COOKIE));
        Seen {
            status: answer.status().as_u16(),
            location,
            policy,
            cookie,
            body: answer.text().await.unwrap(),
        }
    }

    async fn get(&self, path: &str) -> Seen {
        self.send(self.http.get(format!("{}{path}", self.site))).await
    }

    async fn post(&self, path: &str, csrf: &str) -> Seen {
        self.send(self.http.post(format!("{}{path}", self.site)).form(&[("csrf", csrf)])).await
    }

    /// Goes to the provider; what it would be asked.
    async fn start(&self, query: &str) -> Url {
        let seen = self.get(&format!("/dev/app/start{query}")).await;
        assert_eq!(seen.status, 303, "{}", seen.body);
        assert!(seen.cookie.starts_with("gridkey_dev_app="), "{}", seen.cookie);
        assert!(
            seen.cookie.ends_with("; HttpOnly; SameSite=Lax; Path=/dev/app; Max-Age=3600"),
            "{}",
            seen.cookie
        );
        Url::parse(&seen.location).unwrap()
    }
}

fn parameter(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
}

fn csrf(body: &str) -> String {
    body.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[actix_web::test]
async fn in_and_out_again() {
    let provider = Provider::start();
    let bench = Bench::new(&provider.url, Mailer::inbox());
    let browser = Browser::open(&bench);
    assert!(browser.get("/dev/app").await.body.contains("id=\"not-seeded\""));

    let asked = browser.start("").await;
    provider.script().nonce = Some(parameter(&asked, "nonce"));
    let answer =
        format!("/dev/app/callback?code=c&state={}&iss={}", parameter(&asked, "state"), provider.url);
    let back = browser.get(&answer).await;
    assert_eq!((back.status, back.location.as_str()), (303, "/dev/app"), "{}", back.body);
    assert!(back.cookie.starts_with("gridkey_dev_app="), "{}", back.cookie);
    assert_eq!(browser.get(&answer).await.status, 400);

    let shown = browser.get("/dev/app").await;
    for part in
        ["Signed in as Ada &#60;Lovelace&#62;", "tenant_id", "acme-id", "expires_in", "id=\"refresh\""]
    {
        assert!(shown.body.contains(part), "{part}: {}", shown.body);
    }
    assert!(!shown.body.contains(ACCESS_TOKEN) && !shown.body.contains(REFRESH_TOKEN));
    assert!(shown.policy.contains("form-action 'self' http://127.0.0.1:*;"), "{}", shown.policy);

    assert_eq!(browser.post(REFRESH_PATH, "forged").await.status, 403);
    provider.script().nonce = None;
    let refreshed = browser.post(REFRESH_PATH, &csrf(&shown.body)).await;
    assert_eq!(refreshed.location, "/dev/app");
    assert!(browser.get("/dev/app").await.body.contains("<span id=\"refreshed\">Tokens refreshed: 1</span>"));

    let left = browser.post(paths::DEV_APP_SIGN_OUT, &csrf(&shown.body)).await;
    let left = Url::parse(&left.location).unwrap();
    assert_eq!(
        (left.path(), parameter(&left, "post_logout_redirect_uri")),
        ("/logout", format!("{}/dev/app", provider.url))
    );
    assert!(!parameter(&left, "id_token_hint").is_empty());
    assert!(!browser.get("/dev/app?state=forged").await.body.contains("id=\"signed-out\""));
    let home = format!("/dev/app?state={}", parameter(&left, "state"));
    assert!(browser.get(&home).await.body.contains("id=\"signed-out\""));
    assert!(!browser.get(&home).await.body.contains("id=\"signed-out\""));
    assert_eq!(browser.post(REFRESH_PATH, &csrf(&shown.body)).await.location, "/dev/app");
}

#[actix_web::test]
async fn answers_that_cannot_be_used_are_told_kindly() {
    let provider = Provider::start();
    let bench = Bench::new(&provider.url, Mailer::inbox());
    let browser = Browser::open(&bench);
    let state = parameter(&browser.start("?tenant=acme").await, "state");
    let iss = format!("{}/t/acme", provider.url);
    for unknown in
        ["/dev/app/callback".to_owned(), format!("/dev/app/callback?code=c&state=x{state}&iss={iss}")]
    {
        let seen = browser.get(&unknown).await;
        assert!(seen.status == 400 && seen.body.contains("This sign-in is not known here"), "{}", seen.body);
    }
    let said_no =
        browser.get(&format!("/dev/app/callback?error=access_denied&state={state}&iss={iss}")).await;
    assert!(
        said_no.status == 200
            && said_no.body.contains("You said no")
            && said_no.body.contains("access_denied")
    );

    for (rest, expected) in [
        ("code=c", "The answer came from another provider"),
        ("code=c&iss=http%3A%2F%2Fevil.example", "The answer came from another provider"),
        ("code=c&code=d", "This form could not be read"),
    ] {
        let state = parameter(&browser.start("?client=web-app").await, "state");
        let seen = browser.get(&format!("/dev/app/callback?state={state}&{rest}")).await;
        assert!(seen.status == 400 && seen.body.contains(expected), "{expected}: {}", seen.body);
    }
    provider.script().refusal = Some("invalid_grant");
    let state = parameter(&browser.start("").await, "state");
    let failed = browser.get(&format!("/dev/app/callback?code=c&state={state}&iss={}", provider.url)).await;
    assert!(
        failed.status == 502 && failed.body.contains("the token endpoint refused: invalid_grant (told so)")
    );
    let state = parameter(&browser.start("").await, "state");
    let text = "error=server_error&error_description=%3Cscript%3E";
    let failed = browser.get(&format!("/dev/app/callback?{text}&state={state}&iss={}", provider.url)).await;
    assert!(failed.body.contains("server_error") && !failed.body.contains("<script>"), "{}", failed.body);
    assert_eq!(browser.get("/dev/app/start?client=worker").await.status, 400);
}
