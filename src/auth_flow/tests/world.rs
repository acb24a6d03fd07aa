//! A server with an organisation, an application and a person, for the tests of the door. Compiled under `#[cfg(test)]`
//! alone, so it may reach past the door: to the protocol's authorization endpoint and to the wiring.

use std::time::Duration;

use actix_web::body::to_bytes;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, COOKIE, LOCATION, RETRY_AFTER};
use actix_web::test::TestRequest;
use actix_web::web::{Data, Payload};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError};
use serde_json::{Value, json};
use url::Url;

use crate::app::App;
use crate::auth_flow::endpoints::{authorize, token};
use crate::auth_flow::{Error, flow_client, pages};
use crate::clients::{self, Client};
use crate::clock::{Clock, Timestamp};
use crate::config::{Config, Sources};
use crate::oauth::authorize::endpoints as protocol;
use crate::random::Random;
use crate::roles::{self, PrincipalKind};
use crate::secret::Secret;
use crate::sessions::{self, Session};
use crate::tenants::{self, Tenant, TenantSettings, TenantStatus};
use crate::users::{self, Email, Profile, User, UserStatus};

pub const START: Timestamp = Timestamp::from_seconds(1_800_000_000);
pub const APP_URI: &str = "https://app.example.com/cb?keep=1";
// RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A server with one person in two organisations, of which the second is suspended, signed in in one browser.
pub struct World {
    pub app: Data<App>,
    pub clock: Clock,
    pub acme: Tenant,
    pub user: User,
    pub browser: Secret,
    _folder: tempfile::TempDir,
}

pub type Answer = (StatusCode, Value);

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let env = [
            ("GRIDKEY_SERVER_PUBLIC_URL", "https://id.example.com".to_owned()),
            ("GRIDKEY_SECURITY_MASTER_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".into()),
            ("GRIDKEY_DATABASE_URL", format!("sqlite:{}", folder.path().join("test.db").display())),
            ("GRIDKEY_TOKENS_SIGNING_ALGORITHM", "ES256".into()),
        ];
        let env = env.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let config = Config::load(&Sources { env, ..Sources::default() }).unwrap().config;
        let (clock, random) = (Clock::manual(START), Random::default());
        let app = crate::server::bootstrap(config, clock.clone(), random.clone()).unwrap();
        let tenant = |slug: &str, status| Tenant {
            id: random.id(START),
            slug: slug.parse().unwrap(),
            display_name: slug.to_uppercase(),
            status,
            settings: TenantSettings::default(),
            created_at: START,
            updated_at: START,
            deleted_at: None,
        };
        let acme = tenant("acme", TenantStatus::Active);
        let people = [acme.clone(), tenant("gone", TenantStatus::Suspended)].map(|tenant| {
            let user = person(&random, &tenant);
            (tenant, user)
        });
        let user = people[0].1.clone();
        let browser = Secret::generate(&random);
        let session = session(&random, &user, &browser);
        app.db
            .write(move |conn| {
                for (tenant, user) in &people {
                    tenants::store::insert(conn, tenant)?;
                    users::store::insert(conn, tenant.id, user, None)?;
                    roles::store::insert_built_in(conn, tenant.id, &random, START)?;
                    let role = roles::store::find_by_slug(conn, tenant.id, "tenant_user")?.unwrap();
                    let holder = (PrincipalKind::User, user.id);
                    roles::store::assign(conn, tenant.id, role.id, holder, START)?;
                }
                sessions::store::insert(conn, session.tenant_id, &session)
            })
            .await
            .unwrap();
        let world = Self { app: Data::from(app), clock, acme, user, browser, _folder: folder };
        world.register("portal", |client| client.redirect_uris = vec![APP_URI.into()]).await;
        world
    }

    /// Registers a first-party client of acme.
    pub async fn register(&self, client_id: &str, change: impl FnOnce(&mut Client)) -> Client {
        let mut client = flow_client::fresh(&self.acme, String::new(), self.app.random.id(START), START);
        client.client_id = client_id.to_owned();
        change(&mut client);
        let (id, row) = (self.acme.id, client.clone());
        self.app.db.write(move |conn| clients::store::insert(conn, id, &row)).await.unwrap();
        client
    }

    pub async fn parts(request: TestRequest) -> (HttpRequest, Payload) {
        let (request, mut payload) = request.to_http_parts();
        let payload = Payload::from_request(&request, &mut payload).await.unwrap();
        (request, payload)
    }

    pub async fn post<F, O>(&self, handler: F, body: Value) -> Answer
    where
        F: Fn(HttpRequest, Payload, Data<App>) -> O,
        O: Future<Output = Result<HttpResponse, Error>>,
    {
        let (request, payload) = Self::parts(TestRequest::post().set_json(body)).await;
        read(handler(request, payload, self.app.clone()).await).await
    }

    pub async fn as_bearer<F, O>(&self, handler: F, token: &str) -> Answer
    where
        F: Fn(HttpRequest, Data<App>) -> O,
        O: Future<Output = Result<HttpResponse, Error>>,
    {
        let header = (header::AUTHORIZATION, format!("Bearer {token}"));
        let request = TestRequest::post().insert_header(header).to_http_request();
        read(handler(request, self.app.clone()).await).await
    }

    pub async fn begin(&self) -> Value {
        let body = json!({
            "email": "ada@example.com", "tenant_id": "acme", "code_challenge": CHALLENGE,
            "code_challenge_method": "S256", "redirect_uri": APP_URI, "state": "s & t",
        });
        let (status, answer) = self.post(authorize, body).await;
        assert_eq!(status, 200, "{answer}");
        answer["data"].clone()
    }

    /// Opens the address in the signed-in browser, which is sent to the callback.
    pub async fn callback_of(&self, begun: &Value) -> Url {
        let address = begun["authorize_url"].as_str().unwrap();
        let cookie = format!("{}={}", self.app.browser_cookie().name(), self.browser.expose());
        let request = TestRequest::get().uri(address).param("tenant", "acme").insert_header((COOKIE, cookie));
        let answer = protocol::get(request.to_http_request(), self.app.clone()).await;
        let back = location(&answer);
        assert!(back.as_str().starts_with("https://id.example.com/v1/auth/callback?"), "{back}");
        back
    }

    /// The same, and follows to the application.
    pub async fn visit(&self, begun: &Value) -> Url {
        let back = self.callback_of(begun).await;
        let request = TestRequest::get().uri(back.as_str()).to_http_request();
        location(&pages::callback(request, self.app.clone()).await.unwrap())
    }

    pub async fn code(&self) -> String {
        query(&self.visit(&self.begin().await).await, "code").unwrap()
    }

    pub async fn tokens(&self) -> Value {
        let body = json!({ "code": self.code().await, "code_verifier": VERIFIER });
        let (status, answer) = self.post(token, body).await;
        assert_eq!(status, 200, "{answer}");
        answer["data"].clone()
    }
}

pub fn person(random: &Random, tenant: &Tenant) -> User {
    User {
        id: random.id(START),
        tenant_id: tenant.id,
        email: Email::parse("Ada@Example.com").unwrap(),
        email_verified: true,
        display_name: "Ada".into(),
        profile: Profile::default(),
        status: UserStatus::Active,
        password_changed_at: None,
        created_at: START,
        updated_at: START,
        deleted_at: None,
        last_sign_in_at: None,
    }
}

pub fn session(random: &Random, user: &User, browser: &Secret) -> Session {
    Session {
        id: random.id(START),
        tenant_id: user.tenant_id,
        user_id: user.id,
        browser: browser.digest(),
        authenticated_at: START,
        amr: vec!["pwd".into()],
        address: String::new(),
        user_agent: String::new(),
        created_at: START,
        last_seen_at: START,
        expires_at: START + Duration::from_secs(86_400),
    }
}

pub async fn read(answer: Result<HttpResponse, Error>) -> Answer {
    let answer = answer.unwrap_or_else(|error| error.error_response());
    let (status, waits) = (answer.status(), answer.headers().contains_key(RETRY_AFTER));
    assert_eq!(answer.headers().get(header::CACHE_CONTROL).unwrap(), "no-store");
    let body = to_bytes(answer.into_body()).await.unwrap();
    let body: Value = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
    assert_eq!(waits, body["error"]["retry_after"].is_u64());
    (status, body)
}

pub fn code_of((status, body): &Answer) -> (u16, &str) {
    (status.as_u16(), body["error"]["code"].as_str().unwrap_or_default())
}

pub fn location<B>(answer: &HttpResponse<B>) -> Url {
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    Url::parse(answer.headers().get(LOCATION).unwrap().to_str().unwrap()).unwrap()
}

pub fn query(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}
