//! What tests of tokens share: codes for any client, a verifier that knows nothing but the published keys, and a way to
//! change what the tokens hang on.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use gridkey::clients::{self, Client};
use gridkey::db::{Conn, DbError};
use gridkey::secret::Digest;
use gridkey::tenants::{self, Tenant};
use gridkey::users::{self, Email, User};
use serde_json::Value;

use super::{Browser, PASSWORD, Reply, TestApp, authorize_web, query_of};

/// Ada's address in the fixture.
pub const ADA: &str = "ada@acme.example";

/// The authorization request of another client than `web`, as parameters for [`authorize_web`].
pub const POST: &[(&str, &str)] = &[
    ("client_id", "post"),
    ("redirect_uri", "https://legacy.example.com/cb"),
    ("code_challenge", ""),
    ("code_challenge_method", ""),
];
/// The same for the public client of somebody else.
pub const SPA: &[(&str, &str)] = &[("client_id", "spa"), ("redirect_uri", "https://spa.example.com/cb")];

/// A code for Ada from an authorization request with these parameters. A browser in which she is signed in needs one
/// request for it.
pub async fn code(browser: &mut Browser, scope: &str, more: &[(&str, &str)]) -> String {
    let url = browser.walk(&authorize_web(scope, more), ADA, PASSWORD).await;
    query_of(&url).get("code").unwrap_or_else(|| panic!("no code in {url}")).clone()
}

/// Signs Ada in to `web` with these scopes and redeems the code.
pub async fn line(app: &TestApp, browser: &mut Browser, scope: &str) -> Value {
    let code = code(browser, scope, &[]).await;
    app.redeem(&code).await.expect(200).json()
}

/// A member of an answer as text.
pub fn text(answer: &Value, member: &str) -> String {
    answer[member].as_str().unwrap_or_else(|| panic!("no {member} in {answer}")).to_owned()
}

/// Whether the token stands, by the word of the introspection endpoint to its owner `web`.
pub async fn is_active(app: &TestApp, token: &str) -> bool {
    let reply = app.post("/oauth2/introspect", Some(&app.web()), &[("token", token)]).await.expect(200);
    let active = reply.json()["active"].as_bool().unwrap();
    assert!(active || reply.body == r#"{"active":false}"#, "{}", reply.body);
    active
}

/// Gives a token of `web` back.
pub async fn revoke(app: &TestApp, token: &str) -> Reply {
    app.post("/oauth2/revoke", Some(&app.web()), &[("token", token)]).await
}

/// RFC 7636 4.2.
pub fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Digest::of(verifier.as_bytes()).as_bytes())
}

/// The claims of a token, if one of these published keys signed it: what a service can find out by itself.
pub fn verify(jwks: &Value, token: &str) -> Option<Value> {
    let header = jsonwebtoken::decode_header(token).unwrap();
    let set: jsonwebtoken::jwk::JwkSet = serde_json::from_value(jwks.clone()).unwrap();
    let jwk = set.find(header.kid.as_deref().expect("a kid in every header"))?;
    assert_eq!(
        jwk.common.key_algorithm.unwrap().to_string(),
        format!("{:?}", header.alg),
        "a key has one algorithm"
    );
    let mut rules = jsonwebtoken::Validation::new(header.alg);
    // Times are the tests' own matter: their clock is not the machine's.
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    let key = jsonwebtoken::DecodingKey::from_jwk(jwk).unwrap();
    jsonwebtoken::decode::<Value>(token, &key, &rules).ok().map(|data| data.claims)
}

/// The published keys.
pub async fn jwks(app: &TestApp) -> Value {
    app.get("/oauth2/jwks").await.expect(200).json()
}

/// Writes to the database and has the server forget what it remembered, as every product path that changes one of
/// these records does.
pub async fn alter<T, F>(app: &TestApp, work: F) -> T
where
    F: Fn(&mut Conn<'_>) -> Result<T, DbError> + Send + 'static,
    T: Send + 'static,
{
    let done = app.app.db.write(work).await.unwrap();
    app.app.forget();
    done
}

/// An organisation of the fixture.
pub fn tenant(conn: &mut Conn<'_>, slug: &str) -> Result<Tenant, DbError> {
    Ok(tenants::store::find_by_slug(conn, slug)?.unwrap())
}

/// A person of the fixture.
pub fn person(conn: &mut Conn<'_>, slug: &str, email: &str) -> Result<User, DbError> {
    let tenant = tenant(conn, slug)?;
    Ok(users::store::find_by_email(conn, tenant.id, &Email::parse(email).unwrap())?.unwrap())
}

/// Changes a client of the fixture.
pub async fn alter_client(app: &TestApp, client_id: &'static str, change: fn(&mut Client)) {
    let written = alter(app, move |conn| {
        let mut client = clients::store::find_by_client_id(conn, client_id)?.unwrap();
        change(&mut client);
        clients::store::update(conn, client.tenant_id, &client)
    });
    assert!(written.await);
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The answers to `SELECT ... AS line ...`.
pub async fn lines(app: &TestApp, sql: impl Into<String>) -> Vec<String> {
    let sql = sql.into();
    let read = app.app.db.read(move |conn| {
        let query = diesel::sql_query(sql.clone());
        let rows: Vec<Line> = match conn {
            Conn::Pg(conn) => query.load(*conn)?,
            Conn::Lite(conn) => query.load(*conn)?,
        };
        Ok::<_, DbError>(rows.into_iter().map(|row| row.line).collect())
    });
    read.await.unwrap()
}

/// The answer to `SELECT count(*) AS n ...`.
pub async fn count(app: &TestApp, sql: impl Into<String>) -> i64 {
    let sql = sql.into();
    let counted = app.app.db.read(move |conn| {
        let query = diesel::sql_query(sql.clone());
        let row: Count = match conn {
            Conn::Pg(conn) => query.get_result(*conn)?,
            Conn::Lite(conn) => query.get_result(*conn)?,
        };
        Ok::<_, DbError>(row.n)
    });
    counted.await.unwrap()
}
