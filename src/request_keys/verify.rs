//! Strict Ed25519: of all signatures that some verifier would accept, only those that every verifier accepts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signature;

use super::error::SignatureError;
use super::public_key::PublicKey;

/// Bytes of a signature: the point R and the scalar S.
pub(super) const SIGNATURE_BYTES: usize = 64;

/// The order of the prime-order group, little-endian (RFC 8032 5.1).
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// Reads 64 bytes from standard base64 with its padding: the one way of writing them.
pub(super) fn decode_signature(text: &[u8]) -> Result<[u8; SIGNATURE_BYTES], SignatureError> {
    let bytes = STANDARD.decode(text).map_err(|_| SignatureError::Malformed("signature"))?;
    bytes.try_into().map_err(|_| SignatureError::Malformed("signature"))
}

/// Checks `signature` over `message`: S below the order, neither R nor the key of small order, R canonical.
pub(super) fn verify(
    key: &PublicKey,
    message: &[u8],
    signature: &[u8; SIGNATURE_BYTES],
) -> Result<(), SignatureError> {
    if !has_canonical_scalar(signature) {
        return Err(SignatureError::BadSignature);
    }
    key.verifying()
        .verify_strict(message, &Signature::from_bytes(signature))
        .map_err(|_| SignatureError::BadSignature)
}

/// Whether S is below the order of the group (RFC 8032 5.1.7): otherwise a second signature could be made of a first.
fn has_canonical_scalar(signature: &[u8; SIGNATURE_BYTES]) -> bool {
    let (_, scalar) = signature.split_at(SIGNATURE_BYTES / 2);
    scalar.iter().rev().lt(ORDER.iter().rev())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scalar_is_canonical_below_the_order() {
        let with = |scalar: [u8; 32]| {
            let mut signature = [0; 64];
            signature[32..].copy_from_slice(&scalar);
            signature
        };
        let mut below = ORDER;
        below[0] -= 1;
        let mut high = [0; 32];
        high[31] = 0x20;
        assert!(has_canonical_scalar(&with([0; 32])));
        assert!(has_canonical_scalar(&with(below)));
        assert!(!has_canonical_scalar(&with(ORDER)));
        assert!(!has_canonical_scalar(&with(high)));
        assert!(!has_canonical_scalar(&with([0xff; 32])));
    }
}
