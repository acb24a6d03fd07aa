//! Scheme `grid-v1`: three headers carry a time, the name of a key, and its signature over
//! `time method target body`, written without anything between them.
//!
//! Because nothing stands between the parts, the end of one could be read as the beginning of the next. The rules
//! here leave only one reading: digits, then letters, then a path from its `/` on, then a body from the first `{` or `[`
//! on, which no target may contain.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::clock::Timestamp;

use super::claimed::{Claim, Claimed, Signed};
use super::error::SignatureError;
use super::fingerprint::Fingerprint;
use super::request::{Body, SignedRequest};
use super::rules::Scheme;
use super::verify::decode_signature;
use super::window::ClockWindow;

pub(super) const SIGNATURE: &str = "signature";
pub(super) const TIMESTAMP: &str = "timestamp";
pub(super) const FINGERPRINT: &str = "fingerprint";

crate::text::text_enum! {
    /// Whether clients sign the query.
    pub enum QueryMode {
        /// The target is signed with its query.
        Include = "include",
        /// The target is signed without its query.
        Exclude = "exclude",
        /// With the query, or else without it: for clients of both kinds under one rule.
        Either = "either",
    }
}

crate::text::text_enum! {
    /// What the signature says of the query.
    pub enum QueryCoverage {
        /// The request has no query.
        Absent = "absent",
        /// The query is signed.
        Signed = "signed",
        /// The query is not signed: anybody on the way may have changed it.
        Unsigned = "unsigned",
    }
}

crate::text::text_enum! {
    /// Which bodies can be signed.
    pub enum BodyRule {
        /// JSON objects and arrays that are announced as JSON.
        Json = "json",
        /// Any. The end of a path can then be moved into the body, so this is safe only where every path that exists is
        /// known exactly.
        Any = "any",
    }
}

/// What the three headers' names begin with, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderPrefix(String);

/// A text that no header's name can begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a header prefix is 1 to 64 letters, digits and dashes")]
pub struct InvalidPrefix;

impl Default for HeaderPrefix {
    fn default() -> Self {
        Self("x-thegrid-".to_owned())
    }
}

impl HeaderPrefix {
    /// Reads a prefix.
    ///
    /// # Errors
    /// When it is empty, long, or has characters other than letters, digits and dashes.
    pub fn parse(text: &str) -> Result<Self, InvalidPrefix> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let fits = (1..=64).contains(&text.len()) && text.bytes().all(allowed);
        if fits { Ok(Self(text.to_ascii_lowercase())) } else { Err(InvalidPrefix) }
    }

    /// The full name of a header.
    pub(super) fn with(&self, name: &str) -> String {
        format!("{}{name}", self.0)
    }
}

impl fmt::Display for HeaderPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How strictly the scheme is applied.
#[derive(Clone, Debug)]
pub struct GridRules {
    /// What the headers' names begin with.
    pub prefix: HeaderPrefix,
    /// Whether the query is signed.
    pub query: QueryMode,
    /// Which bodies can be signed.
    pub bodies: BodyRule,
}

impl Default for GridRules {
    fn default() -> Self {
        Self { prefix: HeaderPrefix::default(), query: QueryMode::Include, bodies: BodyRule::Json }
    }
}

impl GridRules {
    /// Whether a request has any of the three headers.
    pub(super) fn concern(&self, request: &SignedRequest<'_>) -> bool {
        self.headers().iter().any(|name| request.has(name))
    }

    /// The headers of a signature.
    pub(super) fn headers(&self) -> [String; 3] {
        [SIGNATURE, TIMESTAMP, FINGERPRINT].map(|name| self.prefix.with(name))
    }

    pub(super) fn fingerprint(&self, request: &SignedRequest<'_>) -> Result<Fingerprint, SignatureError> {
        let name = self.prefix.with(FINGERPRINT);
        let value = request.once(&name, FINGERPRINT)?;
        let text = std::str::from_utf8(value).map_err(|_| SignatureError::Malformed(FINGERPRINT))?;
        text.parse().map_err(|_| SignatureError::Malformed(FINGERPRINT))
    }

    /// Reads the headers, and checks all that needs no key.
    pub(super) fn parse(
        &self,
        request: &SignedRequest<'_>,
        window: ClockWindow,
        now: Timestamp,
    ) -> Result<Claimed, SignatureError> {
        let signature_name = self.prefix.with(SIGNATURE);
        let timestamp_name = self.prefix.with(TIMESTAMP);
        let signature = request.once(&signature_name, SIGNATURE)?;
        let timestamp = request.once(&timestamp_name, TIMESTAMP)?;
        let fingerprint = self.fingerprint(request)?;
        let signature = decode_signature(signature)?;
        let (timestamp, created) = seconds(timestamp)?;
        let body = self.body(request)?;
        window.check(created, now)?;
        let message = Message::new(timestamp, request, body)?;
        let claim = Claim { fingerprint, scheme: Scheme::GridV1, created, nonce: None, window };
        Ok(Claimed::new(claim, request.is_safe(), signature, Signed::Grid(message, self.query)))
    }

    /// What should be signed of a request, and when it says that it was.
    pub(super) fn message(&self, request: &SignedRequest<'_>) -> Result<(i64, Message), SignatureError> {
        let name = self.prefix.with(TIMESTAMP);
        let (timestamp, created) = seconds(request.once(&name, TIMESTAMP)?)?;
        Ok((created, Message::new(timestamp, request, self.body(request)?)?))
    }

    /// The body, when it is one that can be signed.
    fn body<'r>(&self, request: &'r SignedRequest<'_>) -> Result<&'r [u8], SignatureError> {
        if request.body.is_empty() {
            return Ok(b"");
        }
        if !request.may_have_body() {
            return Err(SignatureError::BodyNotAllowed);
        }
        let Body::Bytes(bytes) = request.body else {
            return Err(SignatureError::BodyNotKnown);
        };
        let begins_as_json = matches!(bytes.first(), Some(b'{' | b'['));
        if self.bodies == BodyRule::Json && !(begins_as_json && is_announced_as_json(request)) {
            return Err(SignatureError::BodyNotJson);
        }
        Ok(bytes)
    }
}

/// `application/json`, or a type with the suffix `+json` (RFC 6839 3.1).
fn is_announced_as_json(request: &SignedRequest<'_>) -> bool {
    let mut values = request.values("content-type");
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    let essence = value.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let essence = essence.to_ascii_lowercase();
    essence == b"application/json" || essence.starts_with(b"application/") && essence.ends_with(b"+json")
}

/// Unix seconds in decimal: the text that is signed, and its number. One number has one text.
fn seconds(value: &[u8]) -> Result<(&str, i64), SignatureError> {
    let malformed = SignatureError::Malformed(TIMESTAMP);
    let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit) && value.first() != Some(&b'0');
    let text = std::str::from_utf8(value).ok().filter(|_| digits).ok_or(malformed)?;
    Ok((text, text.parse().map_err(|_| malformed)?))
}

/// The bytes that are signed, with a note of where the query stands in them.
#[derive(Clone, Debug)]
pub(super) struct Message {
    with_query: Vec<u8>,
    query: Range<usize>,
}

impl Message {
    /// Puts the parts together.
    ///
    /// # Errors
    /// When the method or the target has characters that could belong to the part beside it.
    pub(super) fn new(
        timestamp: &str,
        request: &SignedRequest<'_>,
        body: &[u8],
    ) -> Result<Self, SignatureError> {
        let method = request.method.to_ascii_uppercase();
        if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(SignatureError::UnsafeMethod);
        }
        if !request.has_plain_target() || request.target.contains(['{', '[', '"', '<', '>']) {
            return Err(SignatureError::UnsafeTarget);
        }
        let head = [timestamp.as_bytes(), method.as_bytes(), request.path().as_bytes()].concat();
        let end = head.len() + request.target.len() - request.path().len();
        let query = head.len()..end;
        let with_query = [timestamp.as_bytes(), method.as_bytes(), request.target.as_bytes(), body].concat();
        Ok(Self { with_query, query })
    }

    pub(super) fn with_query(&self) -> &[u8] {
        &self.with_query
    }

    pub(super) fn without_query(&self) -> Vec<u8> {
        let head = self.with_query.get(..self.query.start).unwrap_or_default();
        let body = self.with_query.get(self.query.end..).unwrap_or_default();
        [head, body].concat()
    }

    /// The texts that a client may have signed, with what each says of the query.
    pub(super) fn readings(&self, mode: QueryMode) -> Vec<(QueryCoverage, Cow<'_, [u8]>)> {
        if self.query.is_empty() {
            return vec![(QueryCoverage::Absent, self.with_query().into())];
        }
        let with = (QueryCoverage::Signed, Cow::Borrowed(self.with_query()));
        let without = || (QueryCoverage::Unsigned, Cow::Owned(self.without_query()));
        match mode {
            QueryMode::Include => vec![with],
            QueryMode::Exclude => vec![without()],
            QueryMode::Either => vec![with, without()],
        }
    }
}
