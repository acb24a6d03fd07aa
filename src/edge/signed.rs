//! What a door of the edge knows of a request that may be signed.

use super::Carrier;
use crate::request_keys::{Body, SignatureError, SignedRequest, content_digest, digest_field};

/// What is known of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content<'a> {
    /// It came along; nothing at all when there is none.
    Seen(&'a [u8]),
    /// It stayed where it was.
    Unseen {
        /// Whether it was said that there is one.
        announced: bool,
    },
}

/// The request with its body, or with the digest that it says of a body that stayed behind: whoever gets that body has to
/// check it. Where neither is known the request is refused, because whoever saw a signed request without a body could
/// send it on with one.
pub fn with_body<'a>(
    mut request: SignedRequest<'a>,
    content: Content<'a>,
) -> Result<SignedRequest<'a>, SignatureError> {
    if request.method.is_empty() {
        return Err(SignatureError::UnsafeMethod);
    }
    request.body = match content {
        Content::Seen(bytes) => Body::Bytes(bytes),
        Content::Unseen { announced } => match request.said_digest()? {
            Some(digest) => Body::Sha256(digest),
            None if announced || request.may_have_body() => return Err(SignatureError::BodyNotKnown),
            None => Body::Bytes(b""),
        },
    };
    Ok(request)
}

/// What the digest of a body that stayed behind has to be, as a `Content-Digest` (RFC 9530), after the request was
/// admitted.
pub fn digest_to_check(carrier: &impl Carrier) -> Option<String> {
    let Content::Unseen { .. } = carrier.content() else { return None };
    let said = carrier.signed()?.said_digest().ok()?;
    Some(said.map_or_else(|| content_digest(b""), |digest| digest_field(&digest)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request_keys::UriScheme;

    fn request<'a>(method: &'a str, digest: Option<&'a str>) -> SignedRequest<'a> {
        SignedRequest {
            method,
            target: "/v1/orders",
            scheme: UriScheme::Https,
            authority: "api.example.com",
            headers: digest.map(|digest| ("Content-Digest", digest.as_bytes())).into_iter().collect(),
            body: Body::Bytes(b""),
        }
    }

    #[test]
    fn a_body_that_nobody_saw_is_never_taken_for_none() {
        let unseen = Content::Unseen { announced: false };
        let refused = |method, content| with_body(request(method, None), content).unwrap_err();
        for method in ["POST", "PUT", "PATCH", "PROPFIND"] {
            assert_eq!(refused(method, unseen), SignatureError::BodyNotKnown, "{method}");
        }
        assert_eq!(refused("GET", Content::Unseen { announced: true }), SignatureError::BodyNotKnown);
        for method in ["GET", "HEAD", "DELETE"] {
            assert!(with_body(request(method, None), unseen).unwrap().body.is_empty(), "{method}");
        }
        assert!(with_body(request("POST", None), Content::Seen(b"")).unwrap().body.is_empty());
        let digest = content_digest(b"{}");
        let told = with_body(request("POST", Some(&digest)), unseen).unwrap();
        assert!(matches!(told.body, Body::Sha256(_)) && !told.body.is_empty());
        let junk = with_body(request("POST", Some("sha-256=x")), unseen).unwrap_err();
        assert_eq!(junk, SignatureError::Malformed("content-digest"));
    }
}
