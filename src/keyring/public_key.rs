//! The public half of a signing key: parsed once for checking signatures, and as the JWK that is published.

use std::fmt;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, EllipticCurveKeyParameters, EllipticCurveKeyType,
    Jwk, OctetKeyPairParameters, OctetKeyPairType, PublicKeyUse, RSAKeyParameters, RSAKeyType,
    ThumbprintHash,
};

use super::signing_key::{Algorithm, KeyError};

/// The first byte of an elliptic-curve point that is written in full (SEC 1, 2.3.3).
const UNCOMPRESSED: u8 = 4;
/// Bytes of one coordinate on P-256 (RFC 7518 6.2.1.2).
const P256_COORDINATE: usize = 32;

/// A public key that checks signatures. It is named by its own thumbprint, so it cannot be swapped under a `kid`.
pub struct PublicKey {
    algorithm: Algorithm,
    jwk: Jwk,
    json: String,
    kid: String,
    parsed: ParsedPublicKey,
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} {})", self.algorithm, self.kid)
    }
}

impl PublicKey {
    /// From a stored JWK. Only the members that make up the key are taken over; whatever else the JWK says is dropped.
    ///
    /// # Errors
    /// When the JWK is not a key of `algorithm`.
    pub fn from_jwk(algorithm: Algorithm, jwk: &Jwk) -> Result<Self, KeyError> {
        Self::new(algorithm, jwk.algorithm.clone())
    }

    /// From the modulus and exponent of an RSA key, big-endian and without leading zeros.
    pub(super) fn from_rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyError> {
        let n = URL_SAFE_NO_PAD.encode(modulus);
        let e = URL_SAFE_NO_PAD.encode(exponent);
        let key_type = RSAKeyType::RSA;
        Self::new(Algorithm::Rs256, AlgorithmParameters::RSA(RSAKeyParameters { key_type, n, e }))
    }

    /// From a point on P-256, written in full.
    pub(super) fn from_p256_point(point: &[u8]) -> Result<Self, KeyError> {
        let (&UNCOMPRESSED, coordinates) = point.split_first().ok_or(KeyError::NotOfThisAlgorithm)? else {
            return Err(KeyError::NotOfThisAlgorithm);
        };
        let (x, y) = coordinates.split_at_checked(P256_COORDINATE).ok_or(KeyError::NotOfThisAlgorithm)?;
        let parameters = EllipticCurveKeyParameters {
            key_type: EllipticCurveKeyType::EC,
            curve: EllipticCurve::P256,
            x: URL_SAFE_NO_PAD.encode(x),
            y: URL_SAFE_NO_PAD.encode(y),
        };
        Self::new(Algorithm::Es256, AlgorithmParameters::EllipticCurve(parameters))
    }

    /// From the 32 bytes of an Ed25519 public key (RFC 8037 2).
    pub(super) fn from_ed25519(bytes: &[u8]) -> Result<Self, KeyError> {
        let parameters = OctetKeyPairParameters {
            key_type: OctetKeyPairType::OctetKeyPair,
            curve: EllipticCurve::Ed25519,
            x: URL_SAFE_NO_PAD.encode(bytes),
        };
        Self::new(Algorithm::EdDsa, AlgorithmParameters::OctetKeyPair(parameters))
    }

    fn new(algorithm: Algorithm, parameters: AlgorithmParameters) -> Result<Self, KeyError> {
        let parsed = parse(algorithm, &parameters)?;
        let mut jwk = Jwk { common: CommonParameters::default(), algorithm: parameters };
        let kid = jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| KeyError::NotOfThisAlgorithm)?;
        jwk.common = CommonParameters {
            public_key_use: Some(PublicKeyUse::Signature),
            key_algorithm: Some(algorithm.registered().into()),
            key_id: Some(kid.clone()),
            ..CommonParameters::default()
        };
        let json = serde_json::to_string(&jwk).map_err(|_| KeyError::NotOfThisAlgorithm)?;
        Ok(Self { algorithm, jwk, json, kid, parsed })
    }

    /// The SHA-256 thumbprint of the key (RFC 7638), which is its `kid`.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The one algorithm that this key is for.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key as it is published: `use`, `alg`, `kid` and the public numbers.
    pub const fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// The same as JSON.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// Whether `signature` (in the form of RFC 7518 3) is this key's for `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.parsed.verify_sig(message, signature).is_ok()
    }
}

/// Parses the numbers of a JWK for the algorithm that they must be for.
fn parse(algorithm: Algorithm, parameters: &AlgorithmParameters) -> Result<ParsedPublicKey, KeyError> {
    let parsed = match (algorithm, parameters) {
        (Algorithm::Rs256, AlgorithmParameters::RSA(key)) => {
            RsaPublicKeyComponents { n: decode(&key.n)?, e: decode(&key.e)? }
                .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
        }
        (Algorithm::Es256, AlgorithmParameters::EllipticCurve(key)) if key.curve == EllipticCurve::P256 => {
            let point = [vec![UNCOMPRESSED], decode(&key.x)?, decode(&key.y)?].concat();
            ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
        }
        (Algorithm::EdDsa, AlgorithmParameters::OctetKeyPair(key)) if key.curve == EllipticCurve::Ed25519 => {
            ParsedPublicKey::new(&ED25519, decode(&key.x)?)
        }
        _ => return Err(KeyError::NotOfThisAlgorithm),
    };
    parsed.map_err(|_| KeyError::NotOfThisAlgorithm)
}

fn decode(text: &str) -> Result<Vec<u8>, KeyError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError::NotOfThisAlgorithm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kid_is_the_thumbprint_of_rfc_7638() {
        // RFC 7638 3.1
        let jwk: Jwk = serde_json::from_str(
            r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#,
        )
        .unwrap();
        let key = PublicKey::from_jwk(Algorithm::Rs256, &jwk).unwrap();
        assert_eq!(key.kid(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
        assert_eq!(
            key.jwk().common.key_id.as_deref(),
            Some(key.kid()),
            "its own name for itself counts for nothing"
        );
    }

    #[test]
    fn the_thumbprint_and_signature_of_rfc_8037_hold() {
        // RFC 8037 A.3 and A.4
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let key = PublicKey::from_ed25519(&URL_SAFE_NO_PAD.decode(x).unwrap()).unwrap();
        assert_eq!(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        let signature =
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        assert!(key.verifies(message, &signature));
        assert!(!key.verifies(b"another message", &signature));
    }

    #[test]
    fn a_key_of_another_kind_is_refused() {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        let okp: Jwk =
            serde_json::from_str(&format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#)).unwrap();
        let secret: Jwk = serde_json::from_str(r#"{"kty":"oct","k":"AAAA"}"#).unwrap();
        let off_curve = format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{x}"}}"#);
        let off_curve: Jwk = serde_json::from_str(&off_curve).unwrap();
        assert!(PublicKey::from_jwk(Algorithm::EdDsa, &okp).is_ok());
        for algorithm in [Algorithm::Rs256, Algorithm::Es256] {
            assert!(PublicKey::from_jwk(algorithm, &okp).is_err());
            assert!(PublicKey::from_jwk(algorithm, &secret).is_err());
        }
        assert!(PublicKey::from_jwk(Algorithm::Es256, &off_curve).is_err());
        // RFC 7515 A.3.1
        let (x, y) =
            ("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
        for (curve, accepted) in [("P-256", true), ("P-384", false), ("Ed25519", false)] {
            let jwk = format!(r#"{{"kty":"EC","crv":"{curve}","x":"{x}","y":"{y}"}}"#);
            let jwk: Jwk = serde_json::from_str(&jwk).unwrap();
            assert_eq!(PublicKey::from_jwk(Algorithm::Es256, &jwk).is_ok(), accepted, "{curve}");
        }
        assert!(PublicKey::from_p256_point(&[]).is_err());
        assert!(PublicKey::from_p256_point(&[2; 33]).is_err());
    }
}
