//! Tokens that look like ours, each with one thing wrong.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gridkey::keyring::{Algorithm, RsaSize, SigningKey};
use gridkey::random::Random;
use gridkey::secret::hmac_sha256;
use serde_json::{Value, json};

use crate::support::{TestApp, jwt_claims, jwt_header};

/// Writes tokens with the server's own key, or with others.
pub(super) struct Forger<'a> {
    app: &'a TestApp,
    header: Value,
    claims: Value,
    algorithm: Algorithm,
}

fn encoded(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(json).unwrap())
}

/// `base` with other members; a null takes one away.
fn changed(base: &Value, changes: &Value) -> Value {
    let mut all = base.as_object().unwrap().clone();
    for (name, value) in changes.as_object().unwrap() {
        all.insert(name.clone(), value.clone());
    }
    all.retain(|_, value| !value.is_null());
    Value::Object(all)
}

impl<'a> Forger<'a> {
    pub(super) fn new(app: &'a TestApp, token: &str) -> Self {
        let header = jwt_header(token);
        let algorithm = header["alg"].as_str().unwrap().parse().unwrap();
        Self { app, header, claims: jwt_claims(token), algorithm }
    }

    fn message(&self, header: &Value, claims: &Value) -> String {
        format!("{}.{}", encoded(&changed(&self.header, header)), encoded(&changed(&self.claims, claims)))
    }

    /// Signed by the key that signs here.
    pub(super) fn signed(&self, header: &Value, claims: &Value) -> String {
        let snapshot = self.app.app.keyring.snapshot();
        self.signed_by(snapshot.signer(self.algorithm, self.app.now()).unwrap(), header, claims)
    }

    fn signed_by(&self, key: &SigningKey, header: &Value, claims: &Value) -> String {
        let message = self.message(header, claims);
        let signature = key.sign(&Random::default(), message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// As if the published key were the secret of an HMAC.
    fn with_public_key_as_secret(&self, algorithm: &str, secret: &[u8]) -> String {
        let message = self.message(&json!({"alg": algorithm}), &json!({}));
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(hmac_sha256(secret, message.as_bytes())))
    }
}

/// The token with one character of one of its parts changed.
fn flipped(token: &str, part: usize, last: bool) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let text = &mut parts[part];
    let at = if last { text.len() - 1 } else { text.len() / 2 };
    // The neighbour in the alphabet, so that at the end only bits change that a lax decoder throws away.
    let replacement = match text.as_bytes()[at] {
        b'Z' => 'a',
        b'z' => '0',
        b'9' => '-',
        b'_' => 'A',
        b'-' => '_',
        other => char::from(other + 1),
    };
    text.replace_range(at..=at, &replacement.to_string());
    parts.join(".")
}

/// Tokens that look like `token`, a living access token, and are worth nothing: each with what is wrong with it.
pub(in crate::oauth2) fn forgeries(app: &TestApp, token: &str) -> Vec<(&'static str, String)> {
    let forger = Forger::new(app, token);
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (now, no) = (app.now().seconds(), json!({}));
    let snapshot = app.app.keyring.snapshot();
    let (stranger, _) =
        SigningKey::generate(&Random::default(), forger.algorithm, RsaSize::Bits2048).unwrap();
    let strangers_jwk = serde_json::to_value(stranger.public_jwk()).unwrap();
    let other = if forger.algorithm == Algorithm::EdDsa { Algorithm::Es256 } else { Algorithm::EdDsa };
    let others_kid = snapshot.signer(other, app.now()).unwrap().kid().to_owned();
    let ours = snapshot.signer(forger.algorithm, app.now()).unwrap();
    let our_jwk = serde_json::to_vec(ours.public_jwk()).unwrap();

    let mut all = vec![
        ("no signature", message.to_owned()),
        ("an empty signature", format!("{message}.")),
        ("a part too many", format!("{token}.{signature}")),
        ("a flipped header", flipped(token, 0, false)),
        ("flipped claims", flipped(token, 1, false)),
        ("a flipped signature", flipped(token, 2, false)),
        ("loose bits at the end", flipped(token, 2, true)),
        ("padding", format!("{token}=")),
        ("a line break", format!("{token}\n")),
        (
            "claims of another token",
            format!("{}.{signature}", forger.message(&no, &json!({"scope": "openid email"}))),
        ),
        ("HS256 over the published key", forger.with_public_key_as_secret("HS256", &our_jwk)),
        ("HS256 over nothing", forger.with_public_key_as_secret("HS256", b"")),
        ("a stranger's key under our name", forger.signed_by(&stranger, &no, &no)),
        ("a stranger's key", forger.signed_by(&stranger, &json!({"kid": stranger.kid()}), &no)),
        ("a stranger's key that it brings", forger.signed_by(&stranger, &json!({"jwk": strangers_jwk}), &no)),
        ("our other key's name", forger.signed(&json!({"kid": others_kid}), &no)),
    ];
    for none in ["none", "None", "NONE", "nOnE", ""] {
        let unsigned = forger.message(&json!({"alg": none}), &no);
        all.push(("alg none without a signature", format!("{unsigned}.")));
        all.push(("alg none with the old signature", format!("{unsigned}.{signature}")));
    }
    all.extend(with_wrong_headers(&forger, ours.kid(), &strangers_jwk));
    all.extend(with_wrong_claims(&forger, now));
    all
}

/// The signature is our own, over exactly these bytes: only the header is wrong.
fn with_wrong_headers(forger: &Forger<'_>, kid: &str, strangers_jwk: &Value) -> Vec<(&'static str, String)> {
    let headers = [
        ("jwk", json!({"jwk": strangers_jwk})),
        ("jku", json!({"jku": "https://evil.example/jwks"})),
        ("x5u", json!({"x5u": "https://evil.example/x5u"})),
        ("x5c", json!({"x5c": ["MIIB"]})),
        ("crit", json!({"crit": ["exp"]})),
        ("b64", json!({"b64": false, "crit": ["b64"]})),
        ("alg none", json!({"alg": "none"})),
        ("another alg", json!({"alg": "PS256"})),
        ("no alg", json!({"alg": null})),
        ("no typ", json!({"typ": null})),
        ("the typ of an ID token", json!({"typ": "JWT"})),
        ("the typ of a logout token", json!({"typ": "logout+jwt"})),
        ("the typ of a proof", json!({"typ": "dpop+jwt"})),
        ("no kid", json!({"kid": null})),
        ("a path for a kid", json!({"kid": "../../../../dev/null"})),
        ("SQL for a kid", json!({"kid": "' OR 1=1 --"})),
        ("an address for a kid", json!({"kid": "https://evil.example/key"})),
        ("a kid with a NUL", json!({"kid": format!("{kid}\0")})),
    ];
    headers.map(|(what, header)| (what, forger.signed(&header, &json!({})))).into()
}

/// The signature is our own: only a claim is wrong. Where that is found in the database alone the token has a name of
/// its own, since the server remembers for a moment what it found about a name, and gives each to one token only.
fn with_wrong_claims(forger: &Forger<'_>, now: i64) -> Vec<(&'static str, String)> {
    let claims = [
        ("another issuer", json!({"iss": "https://evil.example"})),
        ("an issuer with a slash", json!({"iss": format!("{}/", forger.app.issuer())})),
        ("no issuer", json!({"iss": null})),
        ("no end", json!({"exp": null})),
        ("an end that is a text", json!({"exp": "9999999999"})),
        ("an end that is over", json!({"exp": now})),
        ("a beginning to come", json!({"nbf": now + 120})),
        ("issued in the future", json!({"iat": now + 120})),
        ("no subject", json!({"sub": null})),
        ("no jti", json!({"jti": null})),
        ("another person", json!({"jti": "another", "sub": "00000000-0000-7000-8000-000000000000"})),
        (
            "another organisation",
            json!({"jti": "another", "tenant_id": "00000000-0000-7000-8000-000000000000"}),
        ),
        ("no organisation", json!({"jti": "another", "tenant_id": "acme"})),
        ("another grant", json!({"jti": "another", "grant_id": "00000000-0000-7000-8000-000000000000"})),
        ("SQL for a grant", json!({"jti": "another", "grant_id": "' OR 1=1 --"})),
    ];
    claims.map(|(what, claims)| (what, forger.signed(&json!({}), &claims))).into()
}
