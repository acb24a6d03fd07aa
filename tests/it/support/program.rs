//! A program that talks to the server: forms in, JSON out.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use super::{TestApp, http_client};

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

impl Reply {
    pub async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        // A stream of events has no end to read to.
        let endless = headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let body = if endless { String::new() } else { response.text().await.unwrap() };
        Self { status, headers, body }
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|why| panic!("{why}: {} {}", self.status, self.body))
    }

    /// A member of the JSON body as text; empty when it is not there.
    pub fn text(&self, member: &str) -> String {
        self.json()[member].as_str().unwrap_or_default().to_owned()
    }

    /// A header as text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Says what came when it is not what was expected.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// Expects an OAuth error of this code.
    #[track_caller]
    pub fn expect_error(self, status: u16, code: &str) -> Self {
        let reply = self.expect(status);
        assert_eq!(reply.text("error"), code, "{}", reply.body);
        assert!(reply.text("request_id").len() >= 8, "{}", reply.body);
        assert_eq!(reply.header("cache-control"), "no-store");
        reply
    }
}

/// An `Authorization: Basic` value for a client id and a secret that need no encoding.
pub fn basic(id: &str, secret: &str) -> String {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(id), encode(secret))))
}

/// The claims of a JWT, unverified.
pub fn jwt_claims(token: &str) -> Value {
    part(token, 1)
}

/// The header of a JWT, unverified.
pub fn jwt_header(token: &str) -> Value {
    part(token, 0)
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap_or_else(|| panic!("not a JWT: {token}"));
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

impl TestApp {
    /// A client that follows no redirect and keeps no cookie.
    pub fn http(&self) -> reqwest::Client {
        http_client()
    }

    /// `GET path`.
    pub async fn get(&self, path: &str) -> Reply {
        Reply::of(self.http().get(self.url(path)).send().await.unwrap()).await
    }

    /// `GET path` with a bearer token.
    pub async fn get_as(&self, path: &str, token: &str) -> Reply {
        Reply::of(self.http().get(self.url(path)).bearer_auth(token).send().await.unwrap()).await
    }

    /// `POST path` with a form and, if given, an `Authorization` header.
    pub async fn post(&self, path: &str, authorization: Option<&str>, form: &[(&str, &str)]) -> Reply {
        let mut request = self.http().post(self.url(path)).form(form);
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        Reply::of(request.send().await.unwrap()).await
    }

    /// `POST path` with JSON and, if given, a bearer token.
    pub async fn post_json(&self, path: &str, token: Option<&str>, body: &Value) -> Reply {
        let mut request = self.http().post(self.url(path)).json(body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        Reply::of(request.send().await.unwrap()).await
    }

    /// A call of the token endpoint.
    pub async fn token(&self, authorization: Option<&str>, form: &[(&str, &str)]) -> Reply {
        self.post("/oauth2/token", authorization, form).await
    }

    /// The `Authorization` of the fixture's client `web`.
    pub fn web(&self) -> String {
        basic("web", "web-secret-web-secret-web-secret-0001")
    }

    /// The `Authorization` of the fixture's client `worker`.
    pub fn worker(&self) -> String {
        basic("worker", "worker-secret-worker-secret-worker-1")
    }

    /// Redeems a code of the client `web`.
    pub async fn redeem(&self, code: &str) -> Reply {
        self.token(
            Some(&self.web()),
            &[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", "https://portal.example.com/cb"),
                ("code_verifier", super::VERIFIER),
            ],
        )
        .await
    }

    /// Refreshes a token of the client `web`.
    pub async fn refresh(&self, token: &str) -> Reply {
        self.token(Some(&self.web()), &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// Signs Ada in to `web` in a new browser and redeems the code: the whole answer of the token endpoint.
    pub async fn ada_signs_in(&self) -> serde_json::Value {
        let mut browser = self.browser();
        let code = browser.code_for_web("openid profile email", "ada@acme.example", super::PASSWORD).await;
        self.redeem(&code).await.expect(200).json()
    }
}

impl TestApp {
    /// The server's present.
    pub fn now(&self) -> gridkey::clock::Timestamp {
        self.clock.now()
    }
}
