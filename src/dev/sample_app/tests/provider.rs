//! A provider on a port of its own (`#[cfg(test)]`), with the one behaviour that a test asks for.

use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard};

use actix_web::web::{self, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::dev::bench::NOW;
use crate::keyring::{Algorithm, JwksDocument, RsaSize, SigningKey, jwt};
use crate::random::Random;

/// What the provider says next.
pub struct Script {
    pub issuer: String,
    pub audience: String,
    pub subject: String,
    pub userinfo_subject: String,
    pub nonce: Option<String>,
    /// The access token that `at_hash` is made of.
    pub hashed_token: String,
    /// In seconds from now.
    pub expires_in: i64,
    pub refusal: Option<&'static str>,
    pub signer: Arc<SigningKey>,
    /// Bodies and `Authorization` headers of what came to the token endpoint.
    pub requests: Vec<(String, Option<String>)>,
}

pub struct Provider {
    pub url: String,
    script: Data<Mutex<Script>>,
}

pub const ACCESS_TOKEN: &str = "an-access-token-of-some-length-0123456789";
pub const REFRESH_TOKEN: &str = "a-refresh-token-of-some-length-0123456789";

pub fn key() -> Arc<SigningKey> {
    Arc::new(SigningKey::generate(&Random::default(), Algorithm::EdDsa, RsaSize::default()).unwrap().0)
}

impl Provider {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let signer = key();
        let published = Data::new(JwksDocument::new([&**signer.public()]));
        let script = Data::new(Mutex::new(Script {
            issuer: url.clone(),
            audience: "dev-app".into(),
            subject: "person-1".into(),
            userinfo_subject: "person-1".into(),
            nonce: None,
            hashed_token: ACCESS_TOKEN.into(),
            expires_in: 600,
            refusal: None,
            signer,
            requests: Vec::new(),
        }));
        let told = script.clone();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(told.clone())
                .app_data(published.clone())
                .route("/.well-known/openid-configuration", web::get().to(metadata))
                .route("/t/acme/.well-known/openid-configuration", web::get().to(metadata))
                .route("/jwks", web::get().to(jwks))
                .route("/token", web::post().to(token))
                .route("/userinfo", web::get().to(userinfo))
        });
        let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
        actix_web::rt::spawn(server);
        Self { url, script }
    }

    pub fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }
}

async fn metadata(request: HttpRequest, script: Data<Mutex<Script>>) -> HttpResponse {
    let url = format!("http://{}", request.connection_info().host());
    let path = request.path().trim_end_matches("/.well-known/openid-configuration").to_owned();
    let issuer = if path.is_empty() { script.lock().unwrap().issuer.clone() } else { format!("{url}{path}") };
    HttpResponse::Ok().json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "userinfo_endpoint": format!("{url}/userinfo"),
        "end_session_endpoint": format!("{url}/logout"),
        "jwks_uri": format!("{url}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256", "EdDSA"],
    }))
}

async fn jwks(published: Data<JwksDocument>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(published.bytes.clone())
}

async fn token(request: HttpRequest, body: String, script: Data<Mutex<Script>>) -> HttpResponse {
    let mut script = script.lock().unwrap();
    let authorization =
        request.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned());
    script.requests.push((body, authorization));
    if let Some(error) = script.refusal {
        return HttpResponse::BadRequest().json(json!({ "error": error, "error_description": "told so" }));
    }
    HttpResponse::Ok().json(json!({
        "access_token": ACCESS_TOKEN,
        "token_type": "Bearer",
        "expires_in": 600,
        "refresh_token": REFRESH_TOKEN,
        "scope": "openid profile email offline_access",
        "id_token": id_token(&script),
    }))
}

fn id_token(script: &Script) -> String {
    let hash = digest::digest(&digest::SHA512, script.hashed_token.as_bytes());
    let mut claims = json!({
        "iss": script.issuer,
        "sub": script.subject,
        "aud": script.audience,
        "iat": NOW.seconds(),
        "exp": NOW.seconds() + script.expires_in,
        "at_hash": URL_SAFE_NO_PAD.encode(&hash.as_ref()[..32]),
        "tenant_id": "acme-id",
    });
    if let Some(nonce) = &script.nonce {
        claims["nonce"] = Value::from(nonce.as_str());
    }
    jwt::encode(&script.signer, &Random::default(), "JWT", &claims).unwrap()
}

async fn userinfo(request: HttpRequest, script: Data<Mutex<Script>>) -> HttpResponse {
    let expected = format!("Bearer {ACCESS_TOKEN}");
    if request.headers().get("authorization").is_none_or(|value| value != expected.as_str()) {
        return HttpResponse::Unauthorized().finish();
    }
    let subject = script.lock().unwrap().userinfo_subject.clone();
    HttpResponse::Ok().json(json!({
        "sub": subject, "name": "Ada <Lovelace>", "email": "ada@acme.example", "tenant_id": "acme-id"
    }))
}
