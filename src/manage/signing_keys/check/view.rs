//! A signed request as it is asked about, and what is answered.

use std::fmt::Write as _;
use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::{KeyFault, SignatureCheck, SignatureFault};
use crate::clock::Timestamp;
use crate::request_keys::{Fingerprint, UriScheme};
use crate::web::Problem;

/// Headers of a request at most.
const MOST_HEADERS: usize = 100;

/// A request that somebody signed, or wants to.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignatureQuestion {
    /// Its method.
    #[schema(example = "POST")]
    pub method: String,
    /// Its address as it stands in the first line, query and all.
    #[schema(example = "/v1/orders?dry_run=1")]
    pub target: String,
    /// Its headers, each as name and value.
    #[serde(default)]
    #[schema(value_type = Vec<Vec<String>>, example = json!([["content-type", "application/json"]]))]
    pub headers: Vec<(String, String)>,
    /// For `grid-v1` in short: the header with the time, in Unix seconds. The key's own fingerprint and, with a body,
    /// `Content-Type: application/json` are put beside it unless they stand among the headers.
    #[serde(default)]
    #[schema(example = "1800000000")]
    pub timestamp: Option<String>,
    /// For `grid-v1` in short: the header with the signature.
    #[serde(default)]
    pub signature: Option<String>,
    /// The host that it is made to; the `Host` among the headers when absent, and without that this server.
    #[serde(default)]
    #[schema(example = "api.example.com")]
    pub authority: Option<String>,
    /// `https` or `http`; absent means as this server is reached.
    #[serde(default)]
    #[schema(example = "https")]
    pub scheme: Option<String>,
    /// Its body as text.
    #[serde(default)]
    pub body: Option<String>,
    /// Or its body in base64.
    #[serde(default)]
    pub body_base64: Option<String>,
    /// The address that it comes from. Without it the key's list of addresses is not looked at.
    #[serde(default)]
    #[schema(example = "203.0.113.7")]
    pub address: Option<String>,
}

fn invalid(detail: impl Into<String>) -> Problem {
    Problem::invalid("invalid_verify_request", detail.into())
}

impl SignatureQuestion {
    /// Whether it is made over TLS.
    ///
    /// # Errors
    /// 422 for anything else.
    pub fn uri_scheme(&self, usual: UriScheme) -> Result<UriScheme, Problem> {
        let scheme = self.scheme.as_deref().map(str::parse).transpose();
        Ok(scheme.map_err(|_| invalid("scheme is https or http."))?.unwrap_or(usual))
    }

    /// Where it comes from.
    ///
    /// # Errors
    /// 422 for what is no address.
    pub fn from(&self) -> Result<Option<IpAddr>, Problem> {
        let read = self.address.as_deref().map(str::parse).transpose();
        read.map_err(|_| Problem::invalid("invalid_address", "address is an IPv4 or IPv6 address."))
    }

    /// The bytes of the body.
    ///
    /// # Errors
    /// 422 for two bodies, and for what is no base64.
    pub fn content(&self) -> Result<Vec<u8>, Problem> {
        match (&self.body, &self.body_base64) {
            (None, None) => Ok(Vec::new()),
            (Some(text), None) => Ok(text.as_bytes().to_vec()),
            (None, Some(text)) => STANDARD
                .decode(text)
                .map_err(|_| invalid("body_base64 is the body in base64, with its padding.")),
            (Some(_), Some(_)) => Err(invalid("Give the body as body or as body_base64, and not as both.")),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// Every header, those that are said in short among them. `names` are those of `grid-v1`: signature, timestamp,
    /// fingerprint.
    ///
    /// # Errors
    /// 422 for too many.
    pub fn headers(
        &self,
        names: &[String],
        fingerprint: Fingerprint,
    ) -> Result<Vec<(String, String)>, Problem> {
        if self.headers.len() > MOST_HEADERS {
            return Err(invalid(format!("A request has at most {MOST_HEADERS} headers here.")));
        }
        let mut headers = self.headers.clone();
        let ([signature, timestamp, fingerprints], true) =
            (names, self.timestamp.is_some() || self.signature.is_some())
        else {
            return Ok(headers);
        };
        let mut add = |name: &str, value: Option<String>| {
            headers.extend(value.map(|value| (name.to_owned(), value)));
        };
        add(signature, self.signature.clone());
        add(timestamp, self.timestamp.clone());
        add(fingerprints, Some(fingerprint.to_string()).filter(|_| !self.has(fingerprints)));
        let has_body = self.body.as_ref().or(self.body_base64.as_ref()).is_some_and(|body| !body.is_empty());
        let json = Some("application/json".to_owned());
        add("content-type", json.filter(|_| has_body && !self.has("content-type")));
        Ok(headers)
    }

    /// The host that it is made to, if it says one.
    pub fn authority<'a>(&'a self, headers: &'a [(String, String)]) -> Option<&'a str> {
        let host = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
        self.authority.as_deref().or(host.map(|(_, value)| value.as_str()))
    }
}

/// What was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SignatureAnswer {
    /// Whether the request would be taken now.
    pub valid: bool,
    /// Whether the signature is that of this key for this request, whatever the time and the key's state.
    pub signature_fits: bool,
    /// Why it would not be taken, in the word of a verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "signature_stale")]
    pub reason: Option<&'static str>,
    /// The same as a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// `grid-v1` or `rfc9421-v1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "grid-v1")]
    pub scheme: Option<&'static str>,
    /// When the request says that it was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub created_at: Option<String>,
    /// The server's time.
    #[schema(format = DateTime)]
    pub server_time: String,
    /// What should have been signed; nothing when the request says too little to know. Of several any counts.
    pub expected: Vec<ExpectedView>,
}

/// A text that should have been signed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExpectedView {
    /// What it says of the query: `absent`, `signed` or `unsigned`.
    #[schema(example = "signed")]
    pub query: &'static str,
    /// How many bytes it has.
    pub bytes: usize,
    /// The bytes to look at: visible ASCII as it is, a backslash doubled, everything else as `\n`, `\r`, `\t` or `\x00`.
    #[schema(example = "1800000000POST/v1/orders{}")]
    pub text: String,
    /// The bytes themselves.
    pub base64: String,
}

impl SignatureAnswer {
    /// What a check found.
    pub fn new(check: &SignatureCheck, now: Timestamp) -> Self {
        let expected = check.expected.as_ref().ok();
        let texts = expected.into_iter().flat_map(|expected| &expected.texts);
        Self {
            valid: check.fault.is_none(),
            signature_fits: check.fits,
            reason: check.fault.map(SignatureFault::reason),
            detail: check.fault.map(sentence),
            scheme: expected.map(|expected| expected.scheme.as_str()),
            created_at: expected.map(|expected| expected.created.to_rfc3339()),
            server_time: now.to_rfc3339(),
            expected: texts
                .map(|(query, bytes)| ExpectedView {
                    query: query.as_str(),
                    bytes: bytes.len(),
                    text: visible(bytes),
                    base64: STANDARD.encode(bytes),
                })
                .collect(),
        }
    }
}

/// Why a request would not be taken.
fn sentence(fault: SignatureFault) -> String {
    let text = match fault {
        SignatureFault::Signature(error) => error.to_string(),
        SignatureFault::Key(fault) => match fault {
            KeyFault::Revoked => "the key was revoked",
            KeyFault::Disabled => "the key is disabled",
            KeyFault::Expired => "the key has expired",
            KeyFault::WrongTenant => "the key belongs to another organisation",
            KeyFault::OwnerInactive => "whoever owns the key does not take part",
            KeyFault::AddressNotAllowed => "the key may not be used from this address",
            KeyFault::Replayed => "the request was made before, and is good only once",
        }
        .to_owned(),
    };
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// Bytes to look at.
fn visible(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            b' '..=b'~' => text.push(char::from(byte)),
            // Writing into a String cannot fail.
            _ => _ = write!(text, "\\x{byte:02x}"),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_can_be_seen() {
        assert_eq!(visible("a \"b\"\\\n\r\t\0ü".as_bytes()), r#"a "b"\\\n\r\t\x00\xc3\xbc"#);
    }

    #[test]
    fn a_fault_is_a_sentence() {
        let stale = SignatureFault::Signature(crate::request_keys::SignatureError::Stale);
        assert_eq!(sentence(stale), "The signature is too old.");
    }
}
