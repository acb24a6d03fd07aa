//! A server that does only what has to be done: parse a request, make or check a signature with a key that was parsed
//! beforehand, move a row on, and send an answer about as large as the real one.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{CACHE_CONTROL, ETAG, PRAGMA};
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpResponse, HttpServer};
use anyhow::{Context, Result, anyhow};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, ParsedPublicKey,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use url::form_urlencoded;

use super::rotate::Rotations;

/// The same as Gridkey's.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// The claims of a token for a program, in length as Gridkey writes them.
const CLAIMS: &str = concat!(
    r#"{"iss":"http://127.0.0.1:20000","sub":"machine-RS256","aud":["http://127.0.0.1:20000"],"#,
    r#""client_id":"machine-RS256","iat":1800000000,"exp":1800000600,"jti":"AAAAAAAAAAAAAAAAAAAAAAAAAAA","#,
    r#""scope":"read","tenant_id":"01890000-0000-7000-8000-000000000000"}"#,
);
const HEADER: &str = r#"{"typ":"at+jwt","alg":"RS256","kid":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#;

/// The length of a set of four public keys.
const DOCUMENT: usize = 1_400;

struct Keys {
    rsa: RsaKeyPair,
    rsa_public: ParsedPublicKey,
    p256: EcdsaKeyPair,
    ed25519: Ed25519KeyPair,
    random: SystemRandom,
    document: Bytes,
    /// What `/verify-rs256` checks.
    message: String,
    signature: Vec<u8>,
}

/// What rotates, without waiting for the disk and with it.
struct Stores {
    normal: Rotations,
    full: Rotations,
}

/// Serves until it is killed; its databases go into this folder. Prints the port first.
pub fn run(folder: &Path) -> Result<()> {
    let keys = Arc::new(Keys::generate()?);
    let (normal, full) = (Rotations::start(folder, "NORMAL")?, Rotations::start(folder, "FULL")?);
    let stores = Data::new(Stores { normal, full });
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    actix_web::rt::System::new().block_on(async move {
        let server = HttpServer::new(move || {
            App::new()
                .app_data(Data::from(Arc::clone(&keys)))
                .app_data(stores.clone())
                .route("/hello", web::get().to(hello))
                .route("/json", web::get().to(json))
                .route("/sign-rs256", web::post().to(sign_rs256))
                .route("/sign-es256", web::post().to(sign_es256))
                .route("/sign-eddsa", web::post().to(sign_eddsa))
                .route("/verify-rs256", web::post().to(verify_rs256))
                .route("/rotate/{synchronous}/{signed}", web::post().to(rotate))
        })
        .workers(workers)
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEADER_TIMEOUT)
        .bind(("127.0.0.1", 0))?;
        let address = *server.addrs().first().context("no address")?;
        println!("{}", address.port());
        std::io::stdout().flush()?;
        Ok(server.run().await?)
    })
}

impl Keys {
    fn generate() -> Result<Self> {
        let rsa = RsaKeyPair::generate(KeySize::Rsa2048)?;
        let rsa_public = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, rsa.public_key().as_ref())
            .map_err(|why| anyhow!("the RSA key cannot be read back: {why}"))?;
        let random = SystemRandom::new();
        let message = signing_input();
        let mut signature = vec![0; rsa.public_modulus_len()];
        rsa.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature)?;
        Ok(Self {
            rsa,
            rsa_public,
            p256: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?,
            ed25519: Ed25519KeyPair::generate()?,
            random,
            document: Bytes::from(format!("{{\"keys\":\"{}\"}}", "k".repeat(DOCUMENT - 11))),
            message,
            signature,
        })
    }
}

/// What a token's signature covers.
fn signing_input() -> String {
    let mut input = URL_SAFE_NO_PAD.encode(HEADER);
    input.push('.');
    URL_SAFE_NO_PAD.encode_string(CLAIMS, &mut input);
    input
}

#[derive(Serialize)]
struct Hello {
    hello: &'static str,
}

async fn hello() -> HttpResponse {
    HttpResponse::Ok().json(Hello { hello: "world" })
}

async fn json(keys: Data<Keys>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .insert_header((ETAG, "\"AAAAAAAAAAAAAAAAAAAAAA\""))
        .content_type("application/json")
        .body(keys.document.clone())
}

async fn sign_rs256(keys: Data<Keys>, form: Bytes) -> HttpResponse {
    answer(&form, |message| {
        let mut signature = vec![0; keys.rsa.public_modulus_len()];
        keys.rsa.sign(&RSA_PKCS1_SHA256, &keys.random, message, &mut signature).ok()?;
        Some(signature)
    })
}

async fn sign_es256(keys: Data<Keys>, form: Bytes) -> HttpResponse {
    answer(&form, |message| Some(keys.p256.sign(&keys.random, message).ok()?.as_ref().to_vec()))
}

async fn sign_eddsa(keys: Data<Keys>, form: Bytes) -> HttpResponse {
    answer(&form, |message| Some(keys.ed25519.sign(message).as_ref().to_vec()))
}

#[derive(Serialize)]
struct Tokens<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    scope: &'a str,
}

/// Reads the form, signs, and answers as the token endpoint does.
fn answer(form: &[u8], sign: impl FnOnce(&[u8]) -> Option<Vec<u8>>) -> HttpResponse {
    let Some(scope) = value(form, "scope") else { return HttpResponse::BadRequest().finish() };
    let mut token = signing_input();
    let Some(signature) = sign(token.as_bytes()) else { return HttpResponse::InternalServerError().finish() };
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((PRAGMA, "no-cache"))
        .json(Tokens { access_token: &token, token_type: "Bearer", expires_in: 600, scope: &scope })
}

#[derive(Serialize)]
struct Refreshed<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    scope: &'a str,
    refresh_token: &'static str,
    id_token: &'a str,
}

/// As long as one of ours: a word, and 55 bytes as text.
const REFRESH_TOKEN: &str =
    "gkrt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Moves a line on, signs two tokens on a curve or none, and answers as a refresh does.
async fn rotate(
    how: web::Path<(String, String)>,
    (keys, stores): (Data<Keys>, Data<Stores>),
    form: Bytes,
) -> HttpResponse {
    let (synchronous, signed) = &*how;
    let Some(scope) = value(&form, "scope") else { return HttpResponse::BadRequest().finish() };
    let rotations = if synchronous == "full" { &stores.full } else { &stores.normal };
    if let Err(why) = rotations.rotate().await {
        return HttpResponse::InternalServerError().body(why.to_string());
    }
    let token = || {
        let mut token = signing_input();
        let signature = match signed.as_str() {
            "es256" => keys.p256.sign(&keys.random, token.as_bytes()).ok()?.as_ref().to_vec(),
            _ => vec![0; 64],
        };
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Some(token)
    };
    let (Some(access_token), Some(id_token)) = (token(), token()) else {
        return HttpResponse::InternalServerError().finish();
    };
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).insert_header((PRAGMA, "no-cache")).json(
        Refreshed {
            access_token: &access_token,
            token_type: "Bearer",
            expires_in: 600,
            scope: &scope,
            refresh_token: REFRESH_TOKEN,
            id_token: &id_token,
        },
    )
}

#[derive(Serialize)]
struct Introspection<'a> {
    active: bool,
    scope: &'static str,
    client_id: &'a str,
    token_type: &'static str,
    exp: i64,
    iat: i64,
    sub: &'static str,
    iss: &'static str,
    jti: &'static str,
}

async fn verify_rs256(keys: Data<Keys>, form: Bytes) -> HttpResponse {
    let Some(client_id) = value(&form, "client_id") else { return HttpResponse::BadRequest().finish() };
    let active = keys.rsa_public.verify_sig(keys.message.as_bytes(), &keys.signature).is_ok();
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(Introspection {
        active,
        scope: "read",
        client_id: &client_id,
        token_type: "Bearer",
        exp: 1_800_000_600,
        iat: 1_800_000_000,
        sub: "machine-rs256",
        iss: "http://127.0.0.1:20000",
        jti: "AAAAAAAAAAAAAAAAAAAAAAAAAAA",
    })
}

fn value<'a>(form: &'a [u8], name: &str) -> Option<std::borrow::Cow<'a, str>> {
    form_urlencoded::parse(form).find(|(key, _)| key == name).map(|(_, value)| value)
}
