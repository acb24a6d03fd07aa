//! Why a request does not count as signed.

/// Why a request does not count as signed. The audit log tells all of these apart by [`SignatureError::reason`]; what a
/// client is told is the door's decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No header of either scheme is there.
    #[error("the request is not signed")]
    NotSigned,
    /// Headers of both schemes are there, so it is not clear which one is meant.
    #[error("the request is signed by two schemes at once")]
    SchemesMixed,
    /// Some headers of the scheme are there, but not this one.
    #[error("the header for \"{0}\" is missing")]
    HeaderMissing(&'static str),
    /// This header must stand exactly once.
    #[error("the header for \"{0}\" stands more than once")]
    HeaderRepeated(&'static str),
    /// This part cannot be read.
    #[error("the {0} cannot be read")]
    Malformed(&'static str),
    /// It was made before the window.
    #[error("the signature is too old")]
    Stale,
    /// It says that it was made after the window. Milliseconds in place of seconds end here too.
    #[error("the signature was made in the future")]
    Future,
    /// The signer's own `expires` has passed (RFC 9421 2.3).
    #[error("the signature has expired")]
    Expired,
    /// A part of the request that must be signed is not (RFC 9421 2).
    #[error("the signature does not cover \"{0}\"")]
    ComponentMissing(&'static str),
    /// A parameter of the signature that must be there is not (RFC 9421 2.3).
    #[error("the signature parameter \"{0}\" is missing")]
    ParameterMissing(&'static str),
    /// There are signatures, but none with our tag.
    #[error("no signature has the tag of this application")]
    TagMissing,
    /// The nonce is too short to be unique.
    #[error("the nonce is too short")]
    NonceWeak,
    /// `alg` names an algorithm that the key is not for.
    #[error("the named algorithm is not that of the key")]
    AlgorithmMismatch,
    /// `Content-Digest` is that of another body.
    #[error("the body is not the one that was digested")]
    DigestMismatch,
    /// The request came under a host name that is not one of ours.
    #[error("the request was made to another host")]
    ForeignAuthority,
    /// The key that it is checked against is not the one that it names.
    #[error("the signature names another key")]
    KeyMismatch,
    /// The signature is not that of this key for this request.
    #[error("the signature does not fit the request")]
    BadSignature,
    /// This method must not have a body.
    #[error("a body is not allowed with this method")]
    BodyNotAllowed,
    /// Only JSON objects and arrays, announced as JSON, can be signed by this scheme.
    #[error("the body is not a JSON object or array")]
    BodyNotJson,
    /// The scheme signs the body itself, and only its digest is known.
    #[error("the scheme needs the whole body")]
    BodyNotKnown,
    /// The method has letters that a method that is signed must not have.
    #[error("the method cannot be signed")]
    UnsafeMethod,
    /// The target is no path, or has raw characters that could also begin a body.
    #[error("the request target cannot be signed")]
    UnsafeTarget,
}

impl SignatureError {
    /// A stable word for the audit log and for statistics.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NotSigned => "signature_missing",
            Self::SchemesMixed => "signature_schemes_mixed",
            Self::HeaderMissing(_) => "signature_header_missing",
            Self::HeaderRepeated(_) => "signature_header_repeated",
            Self::Malformed(_) => "signature_malformed",
            Self::Stale => "signature_stale",
            Self::Future => "signature_future",
            Self::Expired => "signature_expired",
            Self::ComponentMissing(_) => "signature_components_missing",
            Self::ParameterMissing(_) => "signature_parameters_missing",
            Self::TagMissing => "signature_tag_missing",
            Self::NonceWeak => "signature_nonce_weak",
            Self::AlgorithmMismatch => "signature_algorithm_mismatch",
            Self::DigestMismatch => "content_digest_mismatch",
            Self::ForeignAuthority => "authority_foreign",
            Self::KeyMismatch => "signature_key_mismatch",
            Self::BadSignature => "signature_invalid",
            Self::BodyNotAllowed => "body_not_allowed",
            Self::BodyNotJson => "body_not_json",
            Self::BodyNotKnown => "body_not_known",
            Self::UnsafeMethod => "method_unsafe",
            Self::UnsafeTarget => "target_unsafe",
        }
    }

    /// Whether the request itself is at fault and no other signature would help (400); everything else is 401.
    pub const fn is_bad_request(self) -> bool {
        matches!(
            self,
            Self::BodyNotAllowed
                | Self::BodyNotJson
                | Self::BodyNotKnown
                | Self::UnsafeMethod
                | Self::UnsafeTarget
        )
    }

    /// Whether the client's clock is the likely cause, so that telling it the time may help.
    pub const fn is_about_time(self) -> bool {
        matches!(self, Self::Stale | Self::Future | Self::Expired)
    }
}

#[cfg(test)]
mod tests {
    use super::SignatureError::*;

    #[test]
    fn every_reason_is_a_word_of_its_own_and_in_the_document() {
        let page = include_str!("../../docs/reference/signed-requests.md");
        let all = [
            NotSigned,
            SchemesMixed,
            HeaderMissing("x"),
            HeaderRepeated("x"),
            Malformed("x"),
            Stale,
            Future,
            Expired,
            ComponentMissing("x"),
            ParameterMissing("x"),
            TagMissing,
            NonceWeak,
            AlgorithmMismatch,
            DigestMismatch,
            ForeignAuthority,
            KeyMismatch,
            BadSignature,
            BodyNotAllowed,
            BodyNotJson,
            BodyNotKnown,
            UnsafeMethod,
            UnsafeTarget,
        ];
        for error in all {
            assert_eq!(all.iter().filter(|other| other.reason() == error.reason()).count(), 1, "{error}");
            let kind = if error.is_bad_request() { "request" } else { "signature" };
            let row = format!("| `{}` | {kind} |", error.reason());
            assert!(page.contains(&row), "{row}");
        }
        assert!(all.iter().filter(|error| error.is_about_time()).eq(&[Stale, Future, Expired]));
    }
}
