//! Both schemes against vectors that other implementations made, against everything that must be refused, and against
//! chance.

mod grid;
mod keys;
mod properties;
mod rfc9421;
mod vectors;

use crate::clock::Timestamp;
use crate::secret::Digest;

use super::*;

/// When every vector was signed.
const SIGNED_AT: i64 = 1_700_000_000;
const FINGERPRINT: &str = "Vkdap1RjR0wChd9dvyvKtz2mUTWIOem3dIGy6rEHcIw";
const ORDER: &[u8] = br#"{"market_id":"market_abc","type":"limit","side":"buy","price":"0.68","quantity":1}"#;

/// The key whose seed is the bytes 0 to 31.
fn secret() -> SigningSecret {
    SigningSecret::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_seconds(SIGNED_AT)
}

/// A request that tests change at will.
#[derive(Clone, Debug)]
struct Draft {
    method: String,
    target: String,
    authority: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    only_digest: bool,
}

impl Draft {
    fn new(method: &str, target: &str, body: &[u8]) -> Self {
        let content_type = ("Content-Type".to_owned(), b"application/json".to_vec());
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            authority: "trading.example.com".to_owned(),
            headers: if body.is_empty() { Vec::new() } else { vec![content_type] },
            body: body.to_vec(),
            only_digest: false,
        }
    }

    fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(found, _)| !found.eq_ignore_ascii_case(name));
        self
    }

    /// Puts a value in the place of another.
    fn set(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.without(name).with(name, value)
    }

    fn get(&self, name: &str) -> String {
        let found = self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).unwrap();
        String::from_utf8(found.1.clone()).unwrap()
    }

    fn request(&self) -> SignedRequest<'_> {
        SignedRequest {
            method: &self.method,
            target: &self.target,
            scheme: UriScheme::Https,
            authority: &self.authority,
            headers: self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect(),
            body: if self.only_digest {
                Body::Sha256(Digest::of(&self.body))
            } else {
                Body::Bytes(&self.body)
            },
        }
    }

    /// Signs by `grid-v1` at the time of the vectors.
    fn grid(self, query: QueryMode) -> Self {
        let signed = sign_grid(&secret(), &self.request(), SIGNED_AT, query).unwrap();
        let headers = signed.headers(&HeaderPrefix::default());
        headers.into_iter().fold(self, |draft, (name, value)| draft.with(&name, value))
    }

    /// Signs by `rfc9421-v1` at the time of the vectors.
    fn rfc9421(self, nonce: Option<&str>) -> Self {
        let parameters = Rfc9421Parameters { created: SIGNED_AT, expires: None, nonce };
        let signed = sign_rfc9421(&secret(), &self.request(), &parameters).unwrap();
        signed.headers().into_iter().fold(self, |draft, (name, value)| draft.with(name, value))
    }

    fn check(&self, rules: &Rules, now: Timestamp) -> Result<Verified, SignatureError> {
        parse(&self.request(), rules, now)?.verify(secret().public_key())
    }
}

fn grid_rules(query: QueryMode) -> Rules {
    Rules { grid: Some(GridRules { query, ..GridRules::default() }), ..Rules::default() }
}

fn rfc9421_rules() -> Rules {
    let authorities = vec![Authority::parse(UriScheme::Https, "trading.example.com").unwrap()];
    Rules { rfc9421: Some(Rfc9421Rules { authorities }), ..Rules::default() }
}

/// Why a request is refused at the time of the vectors.
fn refused(draft: &Draft, rules: &Rules) -> SignatureError {
    draft.check(rules, now()).unwrap_err()
}
