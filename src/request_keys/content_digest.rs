//! `Content-Digest` (RFC 9530 2), of which SHA-256 is the one that counts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::secret::Digest;

use super::error::SignatureError;
use super::fields::{Item, Member, Value, parse_dictionary};

/// The header's name, as a component and in errors.
pub(super) const CONTENT_DIGEST: &str = "content-digest";

/// The header's value for a body.
pub fn content_digest(body: &[u8]) -> String {
    value(&Digest::of(body))
}

/// The header's value for the digest of a body.
pub fn digest_field(digest: &Digest) -> String {
    value(digest)
}

pub(super) fn value(digest: &Digest) -> String {
    format!("sha-256=:{}:", STANDARD.encode(digest.as_bytes()))
}

/// Checks the header's value against the digest of the body that came. Other algorithms may stand beside SHA-256, but
/// not in its place.
pub(super) fn check(header: &str, body: &Digest) -> Result<(), SignatureError> {
    if said(header)?.matches(body) { Ok(()) } else { Err(SignatureError::DigestMismatch) }
}

/// The digest that the header says.
pub(super) fn said(header: &str) -> Result<Digest, SignatureError> {
    let malformed = SignatureError::Malformed(CONTENT_DIGEST);
    let members = parse_dictionary(header).map_err(|_| malformed)?;
    let Some((_, member)) = members.into_iter().find(|(key, _)| key == "sha-256") else {
        return Err(malformed);
    };
    let Member::Item(Item { value: Value::Bytes(bytes), .. }) = member else {
        return Err(malformed);
    };
    Ok(Digest::from_bytes(<[u8; 32]>::try_from(bytes).map_err(|_| malformed)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_the_body() {
        // RFC 9530, appendix D.
        let rfc = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";
        assert_eq!(content_digest(br#"{"hello": "world"}"#), rfc);
        let body = Digest::of(br#"{"hello": "world"}"#);
        assert_eq!(check(rfc, &body), Ok(()));
        assert_eq!(check(&format!("sha-512=:AAAA:, {rfc}"), &body), Ok(()));
        assert_eq!(check(rfc, &Digest::of(b"")), Err(SignatureError::DigestMismatch));
        let malformed = Err(SignatureError::Malformed("content-digest"));
        for wrong in [
            "",
            "sha-256=1",
            "sha-256",
            "sha-512=:AAAA:",
            "sha-256=:AAAA:",
            "SHA-256=:AAAA:",
            &rfc.replace("=:", ":"),
        ] {
            assert_eq!(check(wrong, &body), malformed, "{wrong}");
        }
        assert_eq!(check(&format!("{rfc}, {rfc}"), &body), malformed);
    }
}
