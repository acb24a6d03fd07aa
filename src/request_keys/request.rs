//! A request as both schemes see it.

use crate::secret::Digest;

use super::authority::UriScheme;
use super::content_digest::{self, CONTENT_DIGEST};
use super::error::SignatureError;

/// The body, or what is known of it: who passes requests on may hash it and send only that.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// The bytes as they came, before anything reads them. No body is an empty one.
    Bytes(&'a [u8]),
    /// SHA-256 of the bytes.
    Sha256(Digest),
}

impl Body<'_> {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::Sha256(digest) => digest.matches(&Digest::of(b"")),
        }
    }

    pub(super) fn sha256(&self) -> Digest {
        match self {
            Self::Bytes(bytes) => Digest::of(bytes),
            Self::Sha256(digest) => *digest,
        }
    }
}

/// A request as it came over the wire.
#[derive(Clone, Debug)]
pub struct SignedRequest<'a> {
    /// The method, as sent.
    pub method: &'a str,
    /// The target in origin form (RFC 9112 3.2.1), as sent: the path and, after a `?`, the query. Nothing decoded.
    pub target: &'a str,
    /// Whether the client spoke TLS.
    pub scheme: UriScheme,
    /// The host the client asked for (`Host` or `:authority`), as sent.
    pub authority: &'a str,
    /// Every header line, in order; names in any case.
    pub headers: Vec<(&'a str, &'a [u8])>,
    /// The body.
    pub body: Body<'a>,
}

impl SignedRequest<'_> {
    /// Whether the method changes nothing (RFC 9110 9.2.1).
    pub fn is_safe(&self) -> bool {
        matches!(self.method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
    }

    /// Whether requests of this method have a body that means something (RFC 9110 9.3).
    pub fn may_have_body(&self) -> bool {
        let without = ["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
        !without.iter().any(|method| self.method.eq_ignore_ascii_case(method))
    }

    /// The digest of the body that the request itself says, for whoever does not see the body. `None` when it says none.
    ///
    /// # Errors
    /// When what it says cannot be read.
    pub fn said_digest(&self) -> Result<Option<Digest>, SignatureError> {
        let header = self.combined(CONTENT_DIGEST).map_err(|_| SignatureError::Malformed(CONTENT_DIGEST))?;
        header.map(|header| content_digest::said(&header)).transpose()
    }

    /// The path, without the query.
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(self.target, |(path, _)| path)
    }

    /// The query, without its `?`. `None` when there is no `?`.
    pub fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query)
    }

    /// The values of every line of a header.
    pub(super) fn values<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s [u8]> {
        self.headers
            .iter()
            .filter(move |(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.values(name).next().is_some()
    }

    /// The value of a header that must stand exactly once; `what` names it in errors.
    pub(super) fn once<'s>(&'s self, name: &'s str, what: &'static str) -> Result<&'s [u8], SignatureError> {
        let mut values = self.values(name);
        let value = values.next().ok_or(SignatureError::HeaderMissing(what))?;
        if values.next().is_some() { Err(SignatureError::HeaderRepeated(what)) } else { Ok(value) }
    }

    /// Every line of a header as one text, in the way of RFC 9421 2.1: trimmed and joined by a comma and a space. `None`
    /// when there is no such header.
    ///
    /// # Errors
    /// When a value is not visible ASCII, spaces and tabs: a line break in it could forge a line of what is signed.
    pub(super) fn combined(&self, name: &str) -> Result<Option<String>, SignatureError> {
        let mut combined: Option<String> = None;
        for value in self.values(name) {
            let plain = value.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~'));
            let text = std::str::from_utf8(value).ok().filter(|_| plain);
            let text = text.ok_or(SignatureError::Malformed("value of a signed header"))?;
            let text = text.trim_matches([' ', '\t']);
            match combined.as_mut() {
                None => combined = Some(text.to_owned()),
                Some(all) => {
                    all.push_str(", ");
                    all.push_str(text);
                }
            }
        }
        Ok(combined)
    }

    /// Whether the target is a path of visible ASCII. Everything else has no one meaning.
    pub(super) fn has_plain_target(&self) -> bool {
        self.target.starts_with('/')
            && self.target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#')
    }
}
