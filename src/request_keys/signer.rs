//! The other side: signing a request, as our own programs and tests do.

use std::fmt;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::content_digest::{self, CONTENT_DIGEST};
use super::error::SignatureError;
use super::fields::{InnerList, Item, Value};
use super::fingerprint::Fingerprint;
use super::grid::{FINGERPRINT, HeaderPrefix, Message, QueryMode, SIGNATURE, TIMESTAMP};
use super::public_key::PublicKey;
use super::request::{Body, SignedRequest};
use super::rfc9421::{REQUIRED, TAG, check_nonce};
use super::signature_base::signature_base;

/// What stands before the seed in an Ed25519 key in PKCS #8.
const PKCS8: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// An Ed25519 private key.
pub struct SigningSecret {
    pair: Ed25519KeyPair,
    public: PublicKey,
}

/// Bytes that are no Ed25519 private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSecret {
    /// Another length, or not base64.
    #[error(
        "a signing key is 32 bytes of seed, or 64 bytes of seed and public key, in base64, or PKCS #8 in PEM"
    )]
    Unreadable,
    /// The second half is not the public key of the first.
    #[error("the two halves of the signing key do not belong together")]
    Halves,
}

impl SigningSecret {
    /// Takes a seed of 32 bytes, or 64 bytes of a seed and its public key.
    ///
    /// # Errors
    /// Any other length, or halves that do not belong together.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidSecret> {
        let (seed, public) = bytes.split_at_checked(32).ok_or(InvalidSecret::Unreadable)?;
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| InvalidSecret::Unreadable)?;
        let derived =
            <[u8; 32]>::try_from(pair.public_key().as_ref()).map_err(|_| InvalidSecret::Unreadable)?;
        match public.len() {
            0 => {}
            32 if *public == derived => {}
            32 => return Err(InvalidSecret::Halves),
            _ => return Err(InvalidSecret::Unreadable),
        }
        let public = PublicKey::from_bytes(&derived).map_err(|_| InvalidSecret::Unreadable)?;
        Ok(Self { pair, public })
    }

    /// The same from standard base64.
    ///
    /// # Errors
    /// As [`SigningSecret::from_bytes`], and when it is not base64.
    pub fn from_base64(text: &str) -> Result<Self, InvalidSecret> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| InvalidSecret::Unreadable)?;
        Self::from_bytes(&Zeroizing::new(bytes))
    }

    /// The same from any form that people have it in: base64, or PKCS #8 in PEM as openssl makes it (RFC 8410 7).
    ///
    /// # Errors
    /// As [`SigningSecret::from_base64`].
    pub fn from_text(text: &str) -> Result<Self, InvalidSecret> {
        let Some(rest) = text.trim().strip_prefix("-----BEGIN PRIVATE KEY-----") else {
            return Self::from_base64(text);
        };
        let body =
            rest.trim_end().strip_suffix("-----END PRIVATE KEY-----").ok_or(InvalidSecret::Unreadable)?;
        let body: Zeroizing<String> = Zeroizing::new(body.split_ascii_whitespace().collect());
        let der = Zeroizing::new(STANDARD.decode(&*body).map_err(|_| InvalidSecret::Unreadable)?);
        Self::from_bytes(der.strip_prefix(&PKCS8).ok_or(InvalidSecret::Unreadable)?)
    }

    /// The public key to register.
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs bytes.
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningSecret({})", self.public.fingerprint())
    }
}

/// The values of the three headers of `grid-v1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridSignature {
    /// Base64 of the signature.
    pub signature: String,
    /// Unix seconds.
    pub timestamp: String,
    /// The key's name.
    pub fingerprint: Fingerprint,
}

impl GridSignature {
    /// Names and values of the three headers.
    pub fn headers(&self, prefix: &HeaderPrefix) -> [(String, String); 3] {
        [
            (prefix.with(SIGNATURE), self.signature.clone()),
            (prefix.with(TIMESTAMP), self.timestamp.clone()),
            (prefix.with(FINGERPRINT), self.fingerprint.to_string()),
        ]
    }
}

/// Signs a request by `grid-v1`. With [`QueryMode::Exclude`] the query is left out, with the others it is signed.
///
/// # Errors
/// When the method or the target cannot be signed, or only a digest of the body is known.
pub fn sign_grid(
    secret: &SigningSecret,
    request: &SignedRequest<'_>,
    seconds: i64,
    query: QueryMode,
) -> Result<GridSignature, SignatureError> {
    let Body::Bytes(body) = request.body else {
        return Err(SignatureError::BodyNotKnown);
    };
    let timestamp = seconds.to_string();
    let message = Message::new(&timestamp, request, body)?;
    let signature = match query {
        QueryMode::Exclude => secret.sign(&message.without_query()),
        QueryMode::Include | QueryMode::Either => secret.sign(message.with_query()),
    };
    let fingerprint = secret.public.fingerprint();
    Ok(GridSignature { signature: STANDARD.encode(signature), timestamp, fingerprint })
}

/// What a signer by `rfc9421-v1` decides.
#[derive(Clone, Debug)]
pub struct Rfc9421Parameters<'a> {
    /// Unix seconds.
    pub created: i64,
    /// From when on the signature shall not be accepted any more.
    pub expires: Option<i64>,
    /// At least 16 characters that are never used again, drawn from at least 96 random bits. May be left out of requests
    /// whose method changes nothing.
    pub nonce: Option<&'a str>,
}

/// The values of the headers of `rfc9421-v1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rfc9421Signature {
    /// `Content-Digest`, when there is a body.
    pub content_digest: Option<String>,
    /// `Signature-Input`.
    pub signature_input: String,
    /// `Signature`.
    pub signature: String,
}

impl Rfc9421Signature {
    /// Names and values of the headers.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let digest = self.content_digest.iter().map(|value| (CONTENT_DIGEST, value.clone()));
        let others =
            [("signature-input", self.signature_input.clone()), ("signature", self.signature.clone())];
        digest.chain(others).collect()
    }
}

/// Signs a request by `rfc9421-v1`: the required components, and the body's digest when there is a body.
///
/// # Errors
/// When the request's authority is no host, or the nonce is short or not visible ASCII.
pub fn sign_rfc9421(
    secret: &SigningSecret,
    request: &SignedRequest<'_>,
    parameters: &Rfc9421Parameters<'_>,
) -> Result<Rfc9421Signature, SignatureError> {
    if let Some(nonce) = parameters.nonce {
        check_nonce(nonce)?;
    }
    let digest = (!request.body.is_empty()).then(|| content_digest::value(&request.body.sha256()));
    let components: Vec<&str> = REQUIRED.into_iter().chain(digest.as_ref().map(|_| CONTENT_DIGEST)).collect();
    let text = |text: &str| Value::Text(text.to_owned());
    let all = [
        Some(("created", Value::Integer(parameters.created))),
        parameters.expires.map(|expires| ("expires", Value::Integer(expires))),
        parameters.nonce.map(|nonce| ("nonce", text(nonce))),
        Some(("keyid", text(&secret.public.fingerprint().to_string()))),
        Some(("tag", text(TAG))),
    ];
    let input = InnerList {
        items: components.iter().map(|name| Item { value: text(name), parameters: Vec::new() }).collect(),
        parameters: all.into_iter().flatten().map(|(name, value)| (name.to_owned(), value)).collect(),
    }
    .serialize();
    let mut request = request.clone();
    request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case(CONTENT_DIGEST));
    request.headers.extend(digest.as_ref().map(|value| (CONTENT_DIGEST, value.as_bytes())));
    let base = signature_base(&request, components, &input)?;
    Ok(Rfc9421Signature {
        signature: format!("sig1=:{}:", STANDARD.encode(secret.sign(base.as_bytes()))),
        signature_input: format!("sig1={input}"),
        content_digest: digest,
    })
}
