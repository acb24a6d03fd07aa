//! Proof Key for Code Exchange (RFC 7636), `S256` only: `plain` gives an eavesdropper what it needs.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::secret::{Digest, equal_in_constant_time};

/// Why a code challenge is refused at the authorization endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidChallenge {
    /// `code_challenge_method` is not `S256`; absent means `plain` (RFC 7636 4.3).
    #[error("code_challenge_method must be S256")]
    Method,
    /// Not 43 characters of base64url.
    #[error("code_challenge must be the base64url SHA-256 of the verifier: 43 characters")]
    Form,
}

/// Why a code verifier is refused at the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PkceError {
    /// A challenge was sent, and now no verifier.
    #[error("code_verifier is missing")]
    Missing,
    /// A verifier without a challenge: somebody removed the challenge on the way (RFC 9700 4.8.2).
    #[error("code_verifier was sent, but the authorization request had no code_challenge")]
    Unexpected,
    /// Not 43 to 128 unreserved characters (RFC 7636 4.1).
    #[error("code_verifier must have 43 to 128 characters of A-Z a-z 0-9 - . _ ~")]
    Form,
    /// It is not what the challenge was made of.
    #[error("code_verifier does not belong to the code_challenge")]
    Wrong,
}

/// Checks the challenge of an authorization request.
pub fn validate_challenge(challenge: &str, method: Option<&str>) -> Result<(), InvalidChallenge> {
    if method != Some("S256") {
        return Err(InvalidChallenge::Method);
    }
    match URL_SAFE_NO_PAD.decode(challenge) {
        Ok(bytes) if bytes.len() == 32 => Ok(()),
        _ => Err(InvalidChallenge::Form),
    }
}

/// Checks the verifier of a token request against the challenge of the authorization request (RFC 7636 4.6).
pub fn verify(challenge: Option<&str>, verifier: Option<&str>) -> Result<(), PkceError> {
    let (challenge, verifier) = match (challenge, verifier) {
        (None, None) => return Ok(()),
        (None, Some(_)) => return Err(PkceError::Unexpected),
        (Some(_), None) => return Err(PkceError::Missing),
        (Some(challenge), Some(verifier)) => (challenge, verifier),
    };
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(unreserved) {
        return Err(PkceError::Form);
    }
    let computed = URL_SAFE_NO_PAD.encode(Digest::of(verifier.as_bytes()).as_bytes());
    if equal_in_constant_time(computed.as_bytes(), challenge.as_bytes()) {
        Ok(())
    } else {
        Err(PkceError::Wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_rfc_passes() {
        assert_eq!(validate_challenge(CHALLENGE, Some("S256")), Ok(()));
        assert_eq!(verify(Some(CHALLENGE), Some(VERIFIER)), Ok(()));
    }

    #[test]
    fn both_halves_of_a_downgrade_fail() {
        assert_eq!(verify(Some(CHALLENGE), None), Err(PkceError::Missing));
        assert_eq!(verify(None, Some(VERIFIER)), Err(PkceError::Unexpected));
        assert_eq!(verify(None, None), Ok(()));
    }

    #[test]
    fn wrong_empty_and_out_of_bounds_verifiers_fail() {
        assert_eq!(verify(Some(CHALLENGE), Some(&VERIFIER.replace('d', "e"))), Err(PkceError::Wrong));
        for verifier in ["", &"a".repeat(42), &"a".repeat(129), &VERIFIER.replace('d', "+")] {
            assert_eq!(verify(Some(CHALLENGE), Some(verifier)), Err(PkceError::Form), "{verifier}");
        }
        assert_eq!(verify(Some(CHALLENGE), Some(CHALLENGE)), Err(PkceError::Wrong), "plain");
    }

    #[test]
    fn only_s256_is_taken() {
        for method in [None, Some("plain"), Some("s256"), Some("")] {
            assert_eq!(validate_challenge(CHALLENGE, method), Err(InvalidChallenge::Method));
        }
        for challenge in
            ["", "short", &CHALLENGE[1..], &format!("{CHALLENGE}="), &CHALLENGE.replace('-', "+")]
        {
            assert_eq!(
                validate_challenge(challenge, Some("S256")),
                Err(InvalidChallenge::Form),
                "{challenge}"
            );
        }
    }
}
