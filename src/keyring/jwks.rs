//! The published set of public keys (RFC 7517 5), as bytes that are ready to be sent.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;

use super::public_key::PublicKey;
use crate::secret::Digest;

/// The JSON of a JWK set, with the tag that names its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwksDocument {
    /// The JSON text.
    pub bytes: Bytes,
    /// A strong entity tag with its quotes (RFC 9110 8.8.3): equal bytes have equal tags, on every node.
    pub etag: String,
}

impl JwksDocument {
    /// Writes the set in the order given. A [`PublicKey`] holds nothing private, so nothing private can be published.
    pub fn new<'a>(keys: impl IntoIterator<Item = &'a PublicKey>) -> Self {
        let keys: Vec<&str> = keys.into_iter().map(PublicKey::json).collect();
        let bytes = format!(r#"{{"keys":[{}]}}"#, keys.join(","));
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(Digest::of(bytes.as_bytes()).as_bytes()));
        Self { bytes: Bytes::from(bytes), etag }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::super::signing_key::Algorithm;
    use super::super::signing_key::tests::key;
    use super::*;

    #[test]
    fn only_public_members_are_published_and_every_kid_is_unique() {
        let keys: Vec<_> = Algorithm::ALL.iter().map(|algorithm| key(*algorithm)).collect();
        let document = JwksDocument::new(keys.iter().map(|key| &**key.public()));
        let set: Value = serde_json::from_slice(&document.bytes).unwrap();
        let members = |at: usize| -> BTreeSet<&str> {
            set["keys"][at].as_object().unwrap().keys().map(String::as_str).collect()
        };
        assert_eq!(members(0), BTreeSet::from(["kty", "use", "alg", "kid", "n", "e"]));
        assert_eq!(members(1), BTreeSet::from(["kty", "use", "alg", "kid", "crv", "x", "y"]));
        assert_eq!(members(2), BTreeSet::from(["kty", "use", "alg", "kid", "crv", "x"]));
        let kids: BTreeSet<_> = (0..3).map(|at| set["keys"][at]["kid"].as_str().unwrap()).collect();
        assert_eq!(kids.len(), 3);
        for (at, (kty, alg)) in [("RSA", "RS256"), ("EC", "ES256"), ("OKP", "EdDSA")].into_iter().enumerate()
        {
            assert_eq!(set["keys"][at]["kty"], kty);
            assert_eq!(set["keys"][at]["alg"], alg);
            assert_eq!(set["keys"][at]["use"], "sig");
        }
    }

    #[test]
    fn the_tag_is_strong_and_follows_the_bytes() {
        let (one, two) = (key(Algorithm::EdDsa), key(Algorithm::EdDsa));
        let document = |keys: &[&PublicKey]| JwksDocument::new(keys.iter().copied());
        assert_eq!(document(&[one.public(), two.public()]), document(&[one.public(), two.public()]));
        assert_ne!(document(&[one.public()]).etag, document(&[two.public()]).etag);
        let etag = document(&[]).etag;
        assert!(etag.starts_with('"') && etag.ends_with('"') && etag.len() == 45);
        assert_eq!(document(&[]).bytes, r#"{"keys":[]}"#);
    }
}
