//! A key pair that signs tokens: made, exported, read back and used.
//!
//! RSA keys are made and exported by the `rsa` crate; everything that is done *with* a private key goes through
//! aws-lc, because the `rsa` crate's own operations leak by their timing (RUSTSEC-2023-0071) and take four times as
//! long. The parsed pair is kept: parsing and checking an RSA key costs more than the signature itself.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
    RsaPublicKeyComponents,
};
use jsonwebtoken::jwk::Jwk;
use rsa::RsaPrivateKey;
use rsa::pkcs8::EncodePrivateKey;
use rsa::rand_core::{CryptoRng, Error as RandError, RngCore};
use zeroize::Zeroizing;

use super::jwt;
use super::public_key::PublicKey;
use crate::random::Random;

crate::text::text_enum! {
    /// A JWS algorithm that this server signs with (RFC 7518 3.1, RFC 8037 3.1).
    pub enum Algorithm {
        /// RSASSA-PKCS1-v1_5 with SHA-256: the one that every client understands.
        Rs256 = "RS256",
        /// ECDSA on P-256 with SHA-256.
        Es256 = "ES256",
        /// Ed25519.
        EdDsa = "EdDSA",
    }
}

impl Algorithm {
    /// The same algorithm in the words of the `jsonwebtoken` crate.
    pub const fn registered(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
        }
    }
}

/// The length of a new RSA key's modulus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RsaSize {
    /// 2048 bits: 112 bits of security, and by far the fastest.
    #[default]
    Bits2048,
    /// 3072 bits: 128 bits of security.
    Bits3072,
    /// 4096 bits.
    Bits4096,
}

impl RsaSize {
    /// The number of bits.
    pub const fn bits(self) -> usize {
        match self {
            Self::Bits2048 => 2048,
            Self::Bits3072 => 3072,
            Self::Bits4096 => 4096,
        }
    }
}

impl TryFrom<u32> for RsaSize {
    type Error = KeyError;

    fn try_from(bits: u32) -> Result<Self, KeyError> {
        match bits {
            2048 => Ok(Self::Bits2048),
            3072 => Ok(Self::Bits3072),
            4096 => Ok(Self::Bits4096),
            _ => Err(KeyError::Size(bits)),
        }
    }
}

/// Why a key could not be made or read.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
pub enum KeyError {
    /// No RSA key of this length is made here.
    #[error("an RSA key has 2048, 3072 or 4096 bits, not {0}")]
    Size(u32),
    /// The bytes are not a key of the algorithm that they are stored under.
    #[error("it is not a key of its algorithm")]
    NotOfThisAlgorithm,
    /// The generator failed.
    #[error("a new key could not be generated: {0}")]
    Generation(String),
}

/// A signature could not be made.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
#[error("the signature could not be made")]
pub struct SignError;

/// A private key as PKCS#8, wiped when dropped.
pub type Pkcs8 = Zeroizing<Vec<u8>>;

enum Pair {
    Rsa(RsaKeyPair),
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// A key that signs, with its public half.
pub struct SigningKey {
    pair: Pair,
    public: Arc<PublicKey>,
    headers: jwt::Headers,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({} {})", self.algorithm(), self.kid())
    }
}

impl SigningKey {
    /// Makes a new key and exports it as PKCS#8. `size` matters to RSA only.
    ///
    /// An RSA key takes from a tenth of a second to several seconds: not for an async thread, nor inside a transaction.
    ///
    /// # Errors
    /// When the generator fails.
    pub fn generate(random: &Random, algorithm: Algorithm, size: RsaSize) -> Result<(Self, Pkcs8), KeyError> {
        let pkcs8 = match algorithm {
            Algorithm::Rs256 => generate_rsa(random, size)?,
            Algorithm::Es256 => exported(
                EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).and_then(|key| key.to_pkcs8v1()),
            )?,
            Algorithm::EdDsa => exported(Ed25519KeyPair::generate().and_then(|key| key.to_pkcs8v1()))?,
        };
        Ok((Self::from_pkcs8(algorithm, &pkcs8)?, pkcs8))
    }

    /// Reads a private key from PKCS#8 (RFC 5208) and derives its public half.
    ///
    /// # Errors
    /// When the bytes are not a sound key of `algorithm`.
    pub fn from_pkcs8(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, KeyError> {
        let (pair, public) = match algorithm {
            Algorithm::Rs256 => {
                let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(|_| KeyError::NotOfThisAlgorithm)?;
                let numbers = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                (Pair::Rsa(pair), PublicKey::from_rsa(&numbers.n, &numbers.e)?)
            }
            Algorithm::Es256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)
                    .map_err(|_| KeyError::NotOfThisAlgorithm)?;
                let public = PublicKey::from_p256_point(pair.public_key().as_ref())?;
                (Pair::Ecdsa(pair), public)
            }
            Algorithm::EdDsa => {
                let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| KeyError::NotOfThisAlgorithm)?;
                let public = PublicKey::from_ed25519(pair.public_key().as_ref())?;
                (Pair::Ed25519(pair), public)
            }
        };
        let headers = jwt::Headers::of(public.kid(), algorithm);
        Ok(Self { pair, public: Arc::new(public), headers })
    }

    /// The name of this key: the thumbprint of its public half.
    pub fn kid(&self) -> &str {
        self.public.kid()
    }

    /// The one algorithm that this key is for.
    pub fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    /// The public half as it is published.
    pub fn public_jwk(&self) -> &Jwk {
        self.public.jwk()
    }

    /// The public half.
    pub const fn public(&self) -> &Arc<PublicKey> {
        &self.public
    }

    pub(super) const fn headers(&self) -> &jwt::Headers {
        &self.headers
    }

    /// Signs `message`, in the form that JWS wants (RFC 7518 3.3, 3.4: for ES256 the two numbers at fixed length).
    ///
    /// `_random` marks in every caller that a signature may need randomness; aws-lc draws the nonce of ECDSA from the
    /// same generator by itself, whatever it is handed.
    ///
    /// # Errors
    /// When the library fails, such as for want of memory.
    pub fn sign(&self, _random: &Random, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .map_err(|_| SignError)?;
                Ok(signature)
            }
            Pair::Ecdsa(pair) => pair
                .sign(&SystemRandom::new(), message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| SignError),
            Pair::Ed25519(pair) => {
                pair.try_sign(message).map(|signature| signature.as_ref().to_vec()).map_err(|_| SignError)
            }
        }
    }
}

fn generate_rsa(random: &Random, size: RsaSize) -> Result<Pkcs8, KeyError> {
    let key = RsaPrivateKey::new(&mut Generator(random), size.bits())
        .map_err(|why| KeyError::Generation(why.to_string()))?;
    let document = key.to_pkcs8_der().map_err(|why| KeyError::Generation(why.to_string()))?;
    Ok(Zeroizing::new(document.as_bytes().to_vec()))
}

fn exported(
    document: Result<aws_lc_rs::pkcs8::Document, aws_lc_rs::error::Unspecified>,
) -> Result<Pkcs8, KeyError> {
    let document = document.map_err(|why| KeyError::Generation(why.to_string()))?;
    Ok(Zeroizing::new(document.as_ref().to_vec()))
}

/// Our source of randomness in the form that the `rsa` crate asks for.
struct Generator<'a>(&'a Random);

/// Bytes that are drawn at once.
const DRAW: usize = 64;

impl RngCore for Generator<'_> {
    fn next_u32(&mut self) -> u32 {
        u32::from_le_bytes(self.0.bytes())
    }

    fn next_u64(&mut self) -> u64 {
        u64::from_le_bytes(self.0.bytes())
    }

    fn fill_bytes(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(DRAW) {
            let drawn = Zeroizing::new(self.0.bytes::<DRAW>());
            chunk.iter_mut().zip(drawn.iter()).for_each(|(to, from)| *to = *from);
        }
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), RandError> {
        self.fill_bytes(out);
        Ok(())
    }
}

impl CryptoRng for Generator<'_> {}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::OnceLock;

    use super::*;

    /// One RSA key for all tests of the keyring: making it is the slow part.
    pub(in crate::keyring) fn rsa_pkcs8() -> &'static [u8] {
        static KEY: OnceLock<Pkcs8> = OnceLock::new();
        KEY.get_or_init(|| generate_rsa(&Random::default(), RsaSize::Bits2048).unwrap())
    }

    /// A key for tests; RSA is the same one every time.
    pub(in crate::keyring) fn key(algorithm: Algorithm) -> SigningKey {
        match algorithm {
            Algorithm::Rs256 => SigningKey::from_pkcs8(algorithm, rsa_pkcs8()).unwrap(),
            _ => SigningKey::generate(&Random::default(), algorithm, RsaSize::default()).unwrap().0,
        }
    }

    #[test]
    fn each_algorithm_signs_in_the_form_of_jws_and_its_public_half_agrees() {
        for (algorithm, length) in [(Algorithm::Rs256, 256), (Algorithm::Es256, 64), (Algorithm::EdDsa, 64)] {
            let key = key(algorithm);
            let signature = key.sign(&Random::default(), b"message").unwrap();
            assert_eq!(signature.len(), length, "{algorithm}");
            assert!(key.public().verifies(b"message", &signature), "{algorithm}");
            assert!(!key.public().verifies(b"massage", &signature), "{algorithm}");
        }
    }

    #[test]
    fn an_exported_key_is_read_back_as_itself() {
        for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
            let (key, pkcs8) =
                SigningKey::generate(&Random::default(), algorithm, RsaSize::default()).unwrap();
            let again = SigningKey::from_pkcs8(algorithm, &pkcs8).unwrap();
            assert_eq!(key.kid(), again.kid());
            assert_eq!(key.public_jwk(), again.public_jwk());
        }
        assert_eq!(key(Algorithm::Rs256).kid(), key(Algorithm::Rs256).kid());
    }

    #[test]
    fn a_key_is_not_read_as_one_of_another_algorithm_nor_from_damaged_bytes() {
        let (_, pkcs8) =
            SigningKey::generate(&Random::default(), Algorithm::Es256, RsaSize::default()).unwrap();
        assert!(SigningKey::from_pkcs8(Algorithm::EdDsa, &pkcs8).is_err());
        assert!(SigningKey::from_pkcs8(Algorithm::Rs256, &pkcs8).is_err());
        assert!(SigningKey::from_pkcs8(Algorithm::Es256, &pkcs8[..pkcs8.len() - 1]).is_err());
        assert!(SigningKey::from_pkcs8(Algorithm::Rs256, b"").is_err());
    }

    #[test]
    fn two_keys_are_never_the_same() {
        assert_ne!(key(Algorithm::EdDsa).kid(), key(Algorithm::EdDsa).kid());
    }

    #[test]
    fn an_rsa_key_has_the_length_asked_for() {
        // 3072 bits stand for the larger sizes; 4096 would only be slower.
        let (key, _) = SigningKey::generate(&Random::default(), Algorithm::Rs256, RsaSize::Bits3072).unwrap();
        assert_eq!(key.sign(&Random::default(), b"message").unwrap().len() * 8, 3072);
        assert_eq!(RsaSize::try_from(4096), Ok(RsaSize::Bits4096));
        assert_eq!(RsaSize::try_from(1024), Err(KeyError::Size(1024)));
    }

    #[test]
    fn debug_shows_no_private_part() {
        let key = key(Algorithm::EdDsa);
        assert_eq!(format!("{key:?}"), format!("SigningKey(EdDSA {})", key.kid()));
    }

    #[test]
    fn the_generator_fills_every_byte() {
        let random = Random::default();
        let mut generator = Generator(&random);
        let mut bytes = [0; 3 * DRAW + 11];
        generator.fill_bytes(&mut bytes);
        for part in bytes.chunks(7) {
            assert!(part.iter().any(|byte| *byte != 0), "seven zeros in a row");
        }
        assert_ne!(generator.next_u64(), generator.next_u64());
    }
}
