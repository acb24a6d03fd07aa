//! Requests that are signed, by the key whose seed is the bytes 0 to 31, and that key in the database.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gridkey::audit::{self, ActorRef, Event, Target};
use gridkey::clock::Timestamp;
use gridkey::credentials::{AddressList, KeyGrant, KeyLevel, KeyOwner, KeyStatus};
use gridkey::request_keys::{
    Body, HeaderPrefix, PublicKey, QueryMode, RequestKey, RequestKeyId, Rfc9421Parameters, SignedRequest,
    SigningSecret, UriScheme, sign_grid, sign_rfc9421, store,
};
use gridkey::tenants::TenantId;
use serde_json::{Value, json};

use super::tokens::alter;
use super::{Engine, TestApp};

/// When every vector was signed.
pub const SIGNED_AT: i64 = 1_700_000_000;
/// The public half of the key of the vectors.
pub const PUBLIC_KEY: &str = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
pub const FINGERPRINT: &str = "Vkdap1RjR0wChd9dvyvKtz2mUTWIOem3dIGy6rEHcIw";
pub const HOST: &str = "trading.example.com";
pub const ORDER: &str =
    r#"{"market_id":"market_abc","type":"limit","side":"buy","price":"0.68","quantity":1}"#;

/// The key of the vectors.
pub fn secret() -> SigningSecret {
    SigningSecret::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap()
}

/// A request that tests change at will.
#[derive(Clone, Debug)]
pub struct Draft {
    pub method: String,
    pub target: String,
    pub authority: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Draft {
    pub fn new(method: &str, target: &str, body: &str) -> Self {
        let json = ("Content-Type".to_owned(), "application/json".to_owned());
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            authority: HOST.to_owned(),
            headers: if body.is_empty() { Vec::new() } else { vec![json] },
            body: body.to_owned(),
        }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Puts a value in the place of another.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(found, _)| !found.eq_ignore_ascii_case(name));
        self.with(name, value)
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(found, _)| !found.eq_ignore_ascii_case(name));
        self
    }

    pub fn get(&self, name: &str) -> &str {
        &self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).unwrap().1
    }

    /// The same to another address, with the signature that it has.
    pub fn asking(self, method: &str, target: &str) -> Self {
        Self { method: method.to_owned(), target: target.to_owned(), ..self }
    }

    /// The same with another body, with the signature that it has.
    pub fn telling(self, body: &str) -> Self {
        Self { body: body.to_owned(), ..self }
    }

    fn request(&self) -> SignedRequest<'_> {
        SignedRequest {
            method: &self.method,
            target: &self.target,
            scheme: UriScheme::Https,
            authority: &self.authority,
            headers: Vec::new(),
            body: Body::Bytes(self.body.as_bytes()),
        }
    }

    /// Signs by `grid-v1`.
    pub fn grid(self, secret: &SigningSecret, at: i64, query: QueryMode) -> Self {
        let signed = sign_grid(secret, &self.request(), at, query).unwrap();
        let headers = signed.headers(&HeaderPrefix::default());
        headers.into_iter().fold(self, |draft, (name, value)| draft.with(&name, &value))
    }

    /// The same with the key and at the time of the vectors.
    pub fn signed(self) -> Self {
        self.grid(&secret(), SIGNED_AT, QueryMode::Include)
    }

    /// The three headers with a signature that somebody else made.
    pub fn carrying(self, signature: &str) -> Self {
        self.with("X-TheGrid-Signature", signature)
            .with("x-thegrid-timestamp", "1700000000")
            .with("X-THEGRID-FINGERPRINT", FINGERPRINT)
    }

    /// Signs by `rfc9421-v1` at the time of the vectors.
    pub fn rfc9421(self, nonce: Option<&str>) -> Self {
        let parameters = Rfc9421Parameters { created: SIGNED_AT, expires: None, nonce };
        let signed = sign_rfc9421(&secret(), &self.request(), &parameters).unwrap();
        signed.headers().into_iter().fold(self, |draft, (name, value)| draft.with(name, &value))
    }

    /// As a question for `/v1/verify`, with the whole body.
    pub fn question(&self) -> Value {
        json!({ "request": {
            "method": self.method, "target": self.target, "headers": self.headers,
            "authority": self.authority, "scheme": "https", "body": STANDARD.encode(&self.body),
        } })
    }
}

/// The registered key of the vectors.
#[derive(Clone, Copy)]
pub struct TestSigningKey {
    pub id: RequestKeyId,
    pub tenant: TenantId,
}

/// A server at the time of the vectors, reached as their host.
pub async fn server(engine: Engine, more: &[(&str, &str)]) -> TestApp {
    let settings = [&[("edge.signature_authorities", HOST)], more].concat();
    TestApp::start_at(engine, &settings, Timestamp::from_seconds(SIGNED_AT)).await
}

impl TestApp {
    /// Registers the key of the vectors for Ada.
    pub async fn signing_key(&self) -> TestSigningKey {
        let (tenant, ada) = self.person("acme", super::tokens::ADA).await;
        self.signing_key_of(tenant, KeyOwner::User(ada), |_| {}).await
    }

    /// Registers it for anybody, made to measure.
    pub async fn signing_key_of(
        &self,
        tenant: TenantId,
        owner: KeyOwner,
        shape: impl FnOnce(&mut RequestKey),
    ) -> TestSigningKey {
        let public_key = PublicKey::parse(PUBLIC_KEY).unwrap();
        let now = self.app.now();
        let mut key = RequestKey {
            id: self.app.random.id(now),
            tenant_id: tenant,
            owner,
            name: "Trading".into(),
            description: String::new(),
            fingerprint: public_key.fingerprint(),
            public_key,
            grant: KeyGrant::Level(KeyLevel::Admin),
            allowed_addresses: AddressList::default(),
            rate_limit: None,
            status: KeyStatus::Active,
            status_reason: String::new(),
            expires_at: None,
            created_by: "system:test".into(),
            created_at: now,
            updated_at: now,
        };
        shape(&mut key);
        let made = TestSigningKey { id: key.id, tenant };
        alter(self, move |conn| store::insert(conn, tenant, &key)).await;
        made
    }

    /// Changes it as a door would: with an event beside it.
    pub async fn change_signing_key(
        &self,
        made: TestSigningKey,
        action: &'static str,
        change: impl Fn(&mut RequestKey) + Send + 'static,
    ) {
        let (random, now) = (self.app.random.clone(), self.app.now());
        let work = move |conn: &mut gridkey::db::Conn<'_>| {
            let mut key = store::find(conn, made.tenant, made.id)?.unwrap();
            let seen = key.updated_at;
            change(&mut key);
            key.updated_at = now.max(Timestamp::from_micros(seen.micros() + 1));
            assert!(store::update(conn, made.tenant, &key, seen)?);
            let event = Event::new(&random, (made.tenant, now), action)
                .by(ActorRef::system("test"))
                .on(Target::new("signing_key", made.id, "Trading"));
            audit::store::insert(conn, made.tenant, &event)
        };
        self.app.db.write(work).await.unwrap();
        self.app.forget();
    }
}

/// Somebody who asks for verdicts by an API key: at the time of the vectors nobody can sign in.
pub struct Asker<'a> {
    app: &'a TestApp,
    secret: String,
}

impl<'a> Asker<'a> {
    pub async fn of(app: &'a TestApp) -> Self {
        Self { secret: app.ada_key(KeyLevel::Admin).await.secret, app }
    }

    pub fn with(app: &'a TestApp, secret: &str) -> Self {
        Self { app, secret: secret.to_owned() }
    }

    pub fn secret(&self) -> &str {
        &self.secret
    }

    pub async fn ask(&self, question: &Value) -> Value {
        let url = self.app.url("/v1/verify");
        let request = self.app.http().post(url).bearer_auth(&self.secret).json(question);
        super::Reply::of(request.send().await.unwrap()).await.expect(200).json()
    }

    /// Why a question is answered with no; `active` when it is not.
    pub async fn reason(&self, question: &Value) -> String {
        let verdict = self.ask(question).await;
        assert_eq!(verdict["active"] == false, verdict["reason"].is_string(), "{verdict}");
        verdict["reason"].as_str().unwrap_or("active").to_owned()
    }
}
