//! A registered Ed25519 public key and the forms in which people paste one.

use std::fmt;

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, URL_SAFE_NO_PAD};
use ed25519_dalek::VerifyingKey;
use serde::Deserialize;

use super::fingerprint::Fingerprint;

/// More text than any form of an Ed25519 key has.
const MAX_TEXT: usize = 4096;
/// What stands before the 32 bytes in a SubjectPublicKeyInfo (RFC 8410 4).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// What stands before the seed in a PKCS #8 private key (RFC 8410 7), from its version on: the length before it varies.
const PKCS8: [u8; 10] = [0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70];

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// An Ed25519 public key (RFC 8032 5.1.5) that is safe to check signatures with: a point of the large prime-order group,
/// written in the one canonical way.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// Why a text is no key that can be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyError {
    /// None of the forms that are understood.
    #[error("not an Ed25519 public key: give 32 bytes in base64, an SPKI in base64 or PEM, or a JWK")]
    Unreadable,
    /// A private key. It must be considered known to others from now on.
    #[error("this is a private key: never send it to anybody, make a new pair and register its public key")]
    Private,
    /// A key of another kind.
    #[error("only Ed25519 keys can be registered")]
    NotEd25519,
    /// The bytes are no point of the curve, or not its canonical form.
    #[error("the bytes are not an Ed25519 public key")]
    NotAPoint,
    /// A point under which signatures would fit many messages.
    #[error("this key is weak: signatures under it prove nothing")]
    Weak,
}

impl PublicKey {
    /// Takes the raw 32 bytes.
    ///
    /// # Errors
    /// When they are not a canonical point of the prime-order group.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, PublicKeyError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| PublicKeyError::NotAPoint)?;
        if key.is_weak() {
            return Err(PublicKeyError::Weak);
        }
        let point = key.to_edwards();
        if point.compress().as_bytes() != bytes {
            return Err(PublicKeyError::NotAPoint);
        }
        // Honest keys are multiples of the base point; a part of small order only makes verifiers disagree.
        if !point.is_torsion_free() {
            return Err(PublicKeyError::Weak);
        }
        Ok(Self(key))
    }

    /// Reads what a person pastes: base64 of the raw 32 bytes or of an SPKI (either alphabet, with or without padding), a
    /// PEM `PUBLIC KEY`, or a JWK (RFC 8037 2).
    ///
    /// # Errors
    /// When it is none of these, a private key, or a key that proves nothing.
    pub fn parse(text: &str) -> Result<Self, PublicKeyError> {
        let text = text.trim();
        if text.len() > MAX_TEXT {
            return Err(PublicKeyError::Unreadable);
        }
        if text.starts_with('{') {
            return Self::from_jwk(text);
        }
        if text.starts_with("-----") {
            return Self::from_pem(text);
        }
        Self::from_der_or_raw(&decode(text)?)
    }

    fn from_jwk(text: &str) -> Result<Self, PublicKeyError> {
        let jwk: Jwk = serde_json::from_str(text).map_err(|_| PublicKeyError::Unreadable)?;
        if jwk.d.is_some() || jwk.k.is_some() {
            return Err(PublicKeyError::Private);
        }
        let signs = jwk.usage.is_none_or(|usage| usage == "sig")
            && jwk.alg.is_none_or(|alg| alg == "EdDSA" || alg == "Ed25519");
        if jwk.kty != "OKP" || jwk.crv.as_deref() != Some("Ed25519") || !signs {
            return Err(PublicKeyError::NotEd25519);
        }
        let x = URL_SAFE_NO_PAD.decode(jwk.x.unwrap_or_default()).map_err(|_| PublicKeyError::Unreadable)?;
        Self::from_bytes(&x.try_into().map_err(|_| PublicKeyError::NotAPoint)?)
    }

    /// RFC 7468 13.
    fn from_pem(text: &str) -> Result<Self, PublicKeyError> {
        let mut lines = text.lines().map(str::trim);
        match lines.next() {
            Some("-----BEGIN PUBLIC KEY-----") => {}
            Some(line) if line.contains("PRIVATE KEY") => return Err(PublicKeyError::Private),
            _ => return Err(PublicKeyError::Unreadable),
        }
        let mut body = String::new();
        for line in lines.by_ref() {
            if line == "-----END PUBLIC KEY-----" {
                let rest_is_empty = lines.all(str::is_empty);
                let der = decode(&body)?;
                return if rest_is_empty { Self::from_spki(&der) } else { Err(PublicKeyError::Unreadable) };
            }
            body.push_str(line);
        }
        Err(PublicKeyError::Unreadable)
    }

    fn from_der_or_raw(bytes: &[u8]) -> Result<Self, PublicKeyError> {
        if let Ok(raw) = <&[u8; 32]>::try_from(bytes) {
            return Self::from_bytes(raw);
        }
        let is_pkcs8 = bytes.first() == Some(&0x30) && bytes.get(2..12) == Some(&PKCS8);
        // 64 bytes is how several libraries write a seed followed by its public key.
        if is_pkcs8 || bytes.len() == 64 {
            return Err(PublicKeyError::Private);
        }
        Self::from_spki(bytes)
    }

    fn from_spki(der: &[u8]) -> Result<Self, PublicKeyError> {
        match der.strip_prefix(&SPKI).map(<&[u8; 32]>::try_from) {
            Some(Ok(raw)) => Self::from_bytes(raw),
            Some(Err(_)) => Err(PublicKeyError::Unreadable),
            // A sequence in a sequence: an SPKI of another algorithm.
            None if der.first() == Some(&0x30) => Err(PublicKeyError::NotEd25519),
            None => Err(PublicKeyError::Unreadable),
        }
    }

    /// The raw 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The raw 32 bytes in standard base64, as they are shown.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.as_bytes())
    }

    /// The key's name.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.as_bytes())
    }

    pub(super) const fn verifying(&self) -> &VerifyingKey {
        &self.0
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.fingerprint())
    }
}

/// The members that matter. A private JWK is recognised by `d`, a symmetric one by `k` (RFC 7518 6.4).
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    d: Option<serde::de::IgnoredAny>,
    k: Option<serde::de::IgnoredAny>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
}

fn decode(text: &str) -> Result<Vec<u8>, PublicKeyError> {
    STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text)).map_err(|_| PublicKeyError::Unreadable)
}
