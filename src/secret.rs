//! Secrets as types. A [`Secret`] is what a person or a program holds and never prints itself; a [`Digest`] is the
//! only thing of it that a database sees; a [`MasterKey`] seals what must be read back.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{constant_time, digest, hkdf, hmac};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::random::Random;

/// A secret in clear. It is wiped when dropped, its `Debug` shows nothing, and it has no `Display`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret(String);

impl Secret {
    /// Takes a text as a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A fresh secret of 256 random bits.
    pub fn generate(random: &Random) -> Self {
        Self(random.text())
    }

    /// The text itself: call it only where the secret must leave (the answer to its owner, a hash, a comparison).
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The digest under which it is stored and found.
    pub fn digest(&self) -> Digest {
        Digest::of(self.0.as_bytes())
    }
}

/// A fresh single-use value: a prefix that says its kind, and 256 random bits. Values of different kinds can never be
/// taken for each other.
pub fn generate_prefixed(prefix: &str, random: &Random) -> Secret {
    Secret::new(format!("{prefix}{}", random.text()))
}

/// Reads a value that [`generate_prefixed`] may have made; junk is refused without a look into the database.
pub fn parse_prefixed(prefix: &str, text: &str) -> Option<Secret> {
    let body = text.strip_prefix(prefix)?;
    let fits = body.len() == 43 && body.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    fits.then(|| Secret::new(text))
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl<'de> serde::Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

/// SHA-256 of a secret that is itself random enough (128 bits and more): not for passwords.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Hashes `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let mut out = [0; 32];
        out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
        Self(out)
    }

    /// Wraps 32 bytes that are a SHA-256 digest already.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        // A number may have a sign; a digit may not.
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let mut out = [0; 32];
        for (byte, pair) in out.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(out))
    }

    /// Writes 64 hexadecimal digits in lower case.
    pub fn to_hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Compares in constant time.
    pub fn matches(&self, other: &Self) -> bool {
        constant_time::verify_slices_are_equal(&self.0, &other.0).is_ok()
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(..)")
    }
}

/// A key of HMAC-SHA-256, made ready: half of the work of a short message is that of its key.
#[derive(Clone)]
pub struct HmacKey(hmac::Key);

impl HmacKey {
    /// Makes a key ready.
    pub fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The code of a message.
    pub fn sign(&self, message: &[u8]) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(hmac::sign(&self.0, message).as_ref());
        out
    }
}

/// HMAC-SHA-256 of `message` under `key`.
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    HmacKey::new(key).sign(message)
}

/// Compares two byte strings without telling by time where they differ.
pub fn equal_in_constant_time(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}

/// The key under which private signing keys and refresh seeds lie sealed in the database. It comes from the
/// configuration and never touches the database.
#[derive(Clone)]
pub struct MasterKey {
    id: String,
    sealing: std::sync::Arc<LessSafeKey>,
    derivation: std::sync::Arc<hkdf::Prk>,
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.id)
    }
}

/// Why a sealed value could not be opened, or a master key not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SealError {
    /// The text is not 32 bytes in base64.
    #[error("a master key is 32 random bytes in base64 (make one with: openssl rand -base64 32)")]
    NotAKey,
    /// The value was sealed under another master key.
    #[error("sealed under master key {sealed}, but the configured one is {configured}")]
    OtherKey {
        /// The id of the key that sealed the value.
        sealed: String,
        /// The id of the key in the configuration.
        configured: String,
    },
    /// The value or what it belongs to was changed after it was sealed.
    #[error("the sealed value was damaged or moved to another row")]
    Damaged,
}

const FORMAT: u8 = 1;
const ID_BYTES: usize = 4;

impl MasterKey {
    /// Reads 32 bytes from base64.
    pub fn from_base64(text: &str) -> Result<Self, SealError> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| SealError::NotAKey)?;
        <[u8; 32]>::try_from(bytes).map_err(|_| SealError::NotAKey).and_then(Self::from_bytes)
    }

    /// From raw bytes.
    pub fn from_bytes(mut bytes: [u8; 32]) -> Result<Self, SealError> {
        let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, b"gridkey master key").extract(&bytes);
        bytes.zeroize();
        let sealing = UnboundKey::from(prk.expand(&[b"seal"], &AES_256_GCM).map_err(|_| SealError::NotAKey)?);
        let mut id = [0; 32];
        expand(&prk, b"id", &mut id);
        let id = id.iter().take(ID_BYTES).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { id, sealing: LessSafeKey::new(sealing).into(), derivation: prk.into() })
    }

    /// A short name of this key, safe to show: it tells two keys apart and nothing else.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A key for one purpose (CSRF tokens, throttle buckets ...), derived so that purposes cannot be mixed up.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut out = [0; 32];
        expand(&self.derivation, purpose.as_bytes(), &mut out);
        out
    }

    /// The same, ready to sign with.
    pub fn derive_hmac(&self, purpose: &str) -> HmacKey {
        HmacKey::new(&self.derive(purpose))
    }

    /// Seals `plain` with AES-256-GCM. `context` (kind and row id) must be the same when it is opened: a sealed value
    /// copied to another row does not open there.
    pub fn seal(&self, random: &Random, context: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE_LEN] = random.bytes();
        let mut sealed = plain.to_vec();
        self.sealing
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context.as_bytes()),
                &mut sealed,
            )
            .map_err(|_| SealError::Damaged)?;
        let mut out = vec![FORMAT];
        out.extend_from_slice(self.id.as_bytes());
        out.extend_from_slice(&nonce);
        out.append(&mut sealed);
        Ok(out)
    }

    /// Opens what [`MasterKey::seal`] made.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (format, rest) = sealed.split_first().ok_or(SealError::Damaged)?;
        let (id, rest) = rest.split_at_checked(ID_BYTES * 2).ok_or(SealError::Damaged)?;
        let (nonce, body) = rest.split_at_checked(NONCE_LEN).ok_or(SealError::Damaged)?;
        if *format != FORMAT {
            return Err(SealError::Damaged);
        }
        if id != self.id.as_bytes() {
            return Err(SealError::OtherKey {
                sealed: String::from_utf8_lossy(id).into_owned(),
                configured: self.id.clone(),
            });
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Damaged)?;
        let mut body = Zeroizing::new(body.to_vec());
        let plain = self
            .sealing
            .open_in_place(nonce, Aad::from(context.as_bytes()), &mut body)
            .map_err(|_| SealError::Damaged)?;
        Ok(plain.to_vec())
    }
}

struct Length(usize);
impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

#[expect(clippy::expect_used, reason = "HKDF fails only past 255 blocks, and every caller asks for 32 bytes")]
fn expand(prk: &hkdf::Prk, purpose: &[u8], out: &mut [u8; 32]) {
    prk.expand(&[purpose], Length(32)).and_then(|okm| okm.fill(out)).expect("32 bytes fit HKDF");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> MasterKey {
        MasterKey::from_bytes([byte; 32]).unwrap()
    }

    #[test]
    fn seals_and_opens() {
        let random = Random::default();
        let sealed = key(1).seal(&random, "row 1", b"private").unwrap();
        assert_eq!(key(1).open("row 1", &sealed).unwrap(), b"private");
        assert!(!sealed.windows(7).any(|w| w == b"private"));
    }

    #[test]
    fn another_row_another_key_and_a_flipped_bit_do_not_open() {
        let random = Random::default();
        let sealed = key(1).seal(&random, "row 1", b"private").unwrap();
        assert_eq!(key(1).open("row 2", &sealed), Err(SealError::Damaged));
        assert!(matches!(key(2).open("row 1", &sealed), Err(SealError::OtherKey { .. })));
        for at in [0, 12, sealed.len() - 1] {
            let mut bad = sealed.clone();
            bad[at] ^= 1;
            assert!(key(1).open("row 1", &bad).is_err(), "byte {at}");
        }
        assert_eq!(key(1).open("row 1", &sealed[..10]), Err(SealError::Damaged));
    }

    #[test]
    fn purposes_derive_different_keys() {
        assert_ne!(key(1).derive("csrf"), key(1).derive("throttle"));
        assert_ne!(key(1).derive("csrf"), key(2).derive("csrf"));
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?} {:?}", Secret::new("hunter2"), Digest::of(b"hunter2"));
        assert_eq!(shown, "Secret(..) Digest(..)");
    }

    #[test]
    fn digests_read_hex() {
        let hex = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        assert!(Digest::from_hex(hex).unwrap().matches(&Digest::of(b"hello")));
        assert!(Digest::from_hex(&hex[1..]).is_none());
        assert!(Digest::from_hex(&hex.replace('2', "g")).is_none());
    }

    #[test]
    fn a_master_key_must_be_32_bytes_of_base64() {
        assert!(MasterKey::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").is_ok());
        assert_eq!(MasterKey::from_base64("short").unwrap_err(), SealError::NotAKey);
    }
}
