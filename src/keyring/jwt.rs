//! JSON Web Tokens as this server writes and reads them: signed, compact, and checked as RFC 8725 asks.
//!
//! A token is judged only by keys that we hold: its `kid` is looked up in memory and is nothing but a name, its `alg`
//! must be the one of that key, and whatever would have us fetch or trust a key of its own choosing is refused. No
//! claim is read before the signature holds.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{DeserializeOwned, Deserializer};
use serde::{Deserialize, Serialize};

use super::public_key::PublicKey;
use super::signing_key::{Algorithm, SignError, SigningKey};
use crate::clock::Timestamp;
use crate::random::Random;

/// `typ` of an access token (RFC 9068 2.1).
pub const ACCESS_TOKEN: &str = "at+jwt";
/// `typ` of an ID token, for which OpenID Connect sets none of its own.
pub const ID_TOKEN: &str = "JWT";
/// `typ` of a logout token (OpenID Connect Back-Channel Logout 2.4).
pub const LOGOUT_TOKEN: &str = "logout+jwt";

/// The longest token that is looked at, in bytes.
pub const MAX_LENGTH: usize = 16 * 1024;
/// How far the clock of another node may be ahead of ours (`nbf`, `iat`).
pub const CLOCK_SKEW: Duration = Duration::from_secs(60);
/// As [`Expected::leeway`]: a token that has expired, however long ago, is accepted (an `id_token_hint`).
pub const ANY_AGE: Duration = Duration::MAX;

/// Why a token could not be written.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The claims are not a JSON document.
    #[error("the claims cannot be written as JSON: {0}")]
    Claims(#[from] serde_json::Error),
    /// The key did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// Why a token is not accepted. For logs and tests: a caller from outside learns only that it is not.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum JwtError {
    /// Longer than [`MAX_LENGTH`].
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of base64url with JSON inside.
    #[error("this is not a signed JWT")]
    Malformed,
    /// The header asks for something that is never granted.
    #[error("the header has \"{0}\", which is not accepted")]
    Header(&'static str),
    /// No `kid`, or one that names no key in use.
    #[error("the token names no key that is in use")]
    UnknownKey,
    /// The header's `alg` is not the one of the key.
    #[error("the algorithm is not the one of the key")]
    Algorithm,
    /// The token is of another type.
    #[error("the token is of another type")]
    Type,
    /// The signature does not hold.
    #[error("the signature does not hold")]
    Signature,
    /// A claim is missing, doubled or of the wrong form.
    #[error("the claims are not of the expected form")]
    Claims,
    /// `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// `nbf` or `iat` lies in the future.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// Another issuer.
    #[error("the token is from another issuer")]
    Issuer,
    /// Another audience.
    #[error("the token is for another audience")]
    Audience,
}

/// What a token must be.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The accepted values of `typ`, without `application/`.
    pub typ: &'a [&'a str],
    /// The exact `iss`; `None` leaves it to the caller.
    pub issuer: Option<&'a str>,
    /// A value that `aud` must be or contain; `None` leaves it to the caller.
    pub audience: Option<&'a str>,
    /// How long after `exp` the token is still accepted.
    pub leeway: Duration,
}

impl<'a> Expected<'a> {
    /// A token of one of these types, expired when `exp` says so: issuer and verifier are the same server here, so
    /// there is no second clock to allow for.
    pub const fn new(typ: &'a [&'a str]) -> Self {
        Self { typ, issuer: None, audience: None, leeway: Duration::ZERO }
    }
}

/// The public keys that tokens may be signed with, by `kid`.
#[derive(Debug, Default)]
pub struct KeySet(HashMap<String, Known>);

#[derive(Debug)]
struct Known {
    key: Arc<PublicKey>,
    until: Option<Timestamp>,
}

impl KeySet {
    /// Adds a key whose signatures are accepted before `until`, or without end.
    pub fn insert(&mut self, key: Arc<PublicKey>, until: Option<Timestamp>) {
        self.0.insert(key.kid().to_owned(), Known { key, until });
    }

    /// The key of this name, if it is accepted at `now`. A retired key whose last token has expired is not: whoever
    /// steals it then gains nothing.
    pub fn find(&self, kid: &str, now: Timestamp) -> Option<&PublicKey> {
        let known = self.0.get(kid)?;
        known.until.is_none_or(|until| now < until).then_some(&*known.key)
    }
}

/// The encoded headers of one key's tokens, written once.
#[derive(Debug)]
pub(super) struct Headers {
    kid: String,
    algorithm: Algorithm,
    known: [(&'static str, String); 3],
}

impl Headers {
    pub(super) fn of(kid: &str, algorithm: Algorithm) -> Self {
        let known = [ACCESS_TOKEN, ID_TOKEN, LOGOUT_TOKEN].map(|typ| (typ, header(typ, algorithm, kid)));
        Self { kid: kid.to_owned(), algorithm, known }
    }

    fn push(&self, typ: &str, out: &mut String) {
        match self.known.iter().find(|(known, _)| *known == typ) {
            Some((_, text)) => out.push_str(text),
            None => out.push_str(&header(typ, self.algorithm, &self.kid)),
        }
    }
}

fn header(typ: &str, algorithm: Algorithm, kid: &str) -> String {
    let typ = serde_json::Value::from(typ);
    URL_SAFE_NO_PAD.encode(format!(r#"{{"typ":{typ},"alg":"{algorithm}","kid":"{kid}"}}"#))
}

/// The header of a token of type `typ` that `key` signs.
pub fn header_of(key: &SigningKey, typ: &str) -> serde_json::Value {
    serde_json::json!({ "typ": typ, "alg": key.algorithm(), "kid": key.kid() })
}

/// Writes `claims` as a JWT of type `typ`, signed by `key` (RFC 7515 7.1).
///
/// # Errors
/// When the claims do not serialize, or the key does not sign.
pub fn encode(
    key: &SigningKey,
    random: &Random,
    typ: &str,
    claims: &impl Serialize,
) -> Result<String, EncodeError> {
    let payload = serde_json::to_vec(claims)?;
    let mut text = String::with_capacity(512 + payload.len() * 4 / 3);
    key.headers().push(typ, &mut text);
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut text);
    let signature = key.sign(random, text.as_bytes())?;
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut text);
    Ok(text)
}

/// Reads a JWT and returns its claims, if it is signed by one of `keys` and is what is `expected` at `now`.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn verify<T: DeserializeOwned>(
    text: &str,
    keys: &KeySet,
    expected: &Expected<'_>,
    now: Timestamp,
) -> Result<T, JwtError> {
    if text.len() > MAX_LENGTH {
        return Err(JwtError::TooLong);
    }
    let (message, signature) = text.rsplit_once('.').ok_or(JwtError::Malformed)?;
    let (_, payload) = message.split_once('.').ok_or(JwtError::Malformed)?;
    if payload.contains('.') {
        return Err(JwtError::Malformed);
    }
    let key = checked_header(text, keys, expected, now)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| JwtError::Malformed)?;
    if !key.verifies(message.as_bytes(), &signature) {
        return Err(JwtError::Signature);
    }
    let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| JwtError::Malformed)?;
    let registered: Registered = serde_json::from_slice(&payload).map_err(|_| JwtError::Claims)?;
    registered.check(expected, now)?;
    serde_json::from_slice(&payload).map_err(|_| JwtError::Claims)
}

/// The key that the header names, once nothing else in the header is amiss (RFC 8725 3.1, 3.10, 3.11).
fn checked_header<'k>(
    text: &str,
    keys: &'k KeySet,
    expected: &Expected<'_>,
    now: Timestamp,
) -> Result<&'k PublicKey, JwtError> {
    // An algorithm that the crate does not know, `none` among them, fails here already.
    let header = jsonwebtoken::decode_header(text).map_err(|_| JwtError::Malformed)?;
    let refused = [
        ("crit", header.crit.is_some()),
        ("b64", header.extras.inner().contains_key("b64")),
        ("jwk", header.jwk.is_some()),
        ("jku", header.jku.is_some()),
        ("x5u", header.x5u.is_some()),
        ("x5c", header.x5c.is_some()),
    ];
    if let Some((name, _)) = refused.into_iter().find(|(_, present)| *present) {
        return Err(JwtError::Header(name));
    }
    let key = header.kid.and_then(|kid| keys.find(&kid, now)).ok_or(JwtError::UnknownKey)?;
    if header.alg != key.algorithm().registered() {
        return Err(JwtError::Algorithm);
    }
    let typ = header.typ.ok_or(JwtError::Type)?;
    if !expected.typ.iter().any(|wanted| is_type(&typ, wanted)) {
        return Err(JwtError::Type);
    }
    Ok(key)
}

/// Media types are compared without case, and `application/` may be left out (RFC 7515 4.1.9).
fn is_type(found: &str, wanted: &str) -> bool {
    const PREFIX: &str = "application/";
    let short = match found.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) => rest,
        _ => found,
    };
    short.eq_ignore_ascii_case(wanted)
}

/// The registered claims that are judged here, whatever the caller makes of the rest (RFC 7519 4.1).
#[derive(Deserialize)]
struct Registered {
    exp: NumericDate,
    nbf: Option<NumericDate>,
    iat: Option<NumericDate>,
    iss: Option<String>,
    aud: Option<Audience>,
}

impl Registered {
    fn check(&self, expected: &Expected<'_>, now: Timestamp) -> Result<(), JwtError> {
        if self.exp.0 + expected.leeway <= now {
            return Err(JwtError::Expired);
        }
        let latest = now + CLOCK_SKEW;
        if [&self.nbf, &self.iat].into_iter().flatten().any(|time| time.0 > latest) {
            return Err(JwtError::NotYetValid);
        }
        if expected.issuer.is_some() && expected.issuer != self.iss.as_deref() {
            return Err(JwtError::Issuer);
        }
        match (expected.audience, &self.aud) {
            (None, _) => Ok(()),
            (Some(wanted), Some(audience)) if audience.contains(wanted) => Ok(()),
            (Some(_), _) => Err(JwtError::Audience),
        }
    }
}

/// Seconds since the epoch, possibly with a fraction (RFC 7519 2).
struct NumericDate(Timestamp);

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(deserializer)?;
        if let Some(seconds) = number.as_i64() {
            return Ok(Self(Timestamp::from_seconds(seconds)));
        }
        let seconds = number.as_f64().ok_or_else(|| serde::de::Error::custom("not a time"))?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a float saturates when cast, and a fraction may go"
        )]
        let micros = (seconds * 1e6) as i64;
        Ok(Self(Timestamp::from_micros(micros)))
    }
}

/// One audience or several (RFC 7519 4.1.3).
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn contains(&self, wanted: &str) -> bool {
        match self {
            Self::One(audience) => audience == wanted,
            Self::Many(audiences) => audiences.iter().any(|audience| audience == wanted),
        }
    }
}

#[cfg(test)]
mod tests;
