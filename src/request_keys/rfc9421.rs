//! Scheme `rfc9421-v1`: HTTP Message Signatures (RFC 9421) with what an application has to decide decided: which
//! components and parameters must be there, how old a signature may be, and which tag is ours.

use crate::clock::Timestamp;

use super::authority::Authority;
use super::claimed::{Claim, Claimed, Signed};
use super::content_digest::{self, CONTENT_DIGEST};
use super::error::SignatureError;
use super::fields::{InnerList, Item, Member, Value, parse_dictionary};
use super::fingerprint::Fingerprint;
use super::grid::QueryCoverage;
use super::request::SignedRequest;
use super::rules::Scheme;
use super::signature_base::signature_base;
use super::verify::SIGNATURE_BYTES;
use super::window::ClockWindow;

/// The tag (RFC 9421 2.3) of signatures that are meant for us.
pub const TAG: &str = "api-key-v1";

pub(super) const SIGNATURE: &str = "signature";
pub(super) const SIGNATURE_INPUT: &str = "signature-input";
/// What every signature covers; a body's digest comes in addition.
pub(super) const REQUIRED: [&str; 4] = ["@method", "@authority", "@path", "@query"];

/// The name of Ed25519 in the registry of RFC 9421 6.2.2.
const ALGORITHM: &str = "ed25519";
const MIN_NONCE: usize = 16;
const MAX_NONCE: usize = 256;
const MAX_COMPONENTS: usize = 32;

/// What the scheme needs to know of this server.
#[derive(Clone, Debug, Default)]
pub struct Rfc9421Rules {
    /// The hosts under which clients reach it. A request for any other is refused.
    pub authorities: Vec<Authority>,
}

/// The value of an `Accept-Signature` header (RFC 9421 5.1) that asks for what this scheme requires.
pub fn accept_signature(with_body: bool) -> String {
    let digest = if with_body { " \"content-digest\"" } else { "" };
    format!(r#"sig1=("@method" "@authority" "@path" "@query"{digest});created;tag="{TAG}""#)
}

impl Rfc9421Rules {
    /// Reads the headers, and checks all that needs no key.
    pub(super) fn parse(
        &self,
        request: &SignedRequest<'_>,
        window: ClockWindow,
        now: Timestamp,
    ) -> Result<Claimed, SignatureError> {
        let (label, input) = ours(request)?;
        let signature = signature_of(request, &label)?;
        let components = components(&input)?;
        let parameters = parameters(&input, request.is_safe())?;
        require(&components, request)?;
        self.check_target(request)?;
        if components.contains(&CONTENT_DIGEST) {
            let header = request.combined(CONTENT_DIGEST)?;
            let header = header.ok_or(SignatureError::HeaderMissing(CONTENT_DIGEST))?;
            content_digest::check(&header, &request.body.sha256())?;
        }
        window.check(parameters.created, now)?;
        if parameters.expires.is_some_and(|expires| expires < now.seconds()) {
            return Err(SignatureError::Expired);
        }
        let base = signature_base(request, components, &input.serialize())?;
        let query = request.query().map_or(QueryCoverage::Absent, |_| QueryCoverage::Signed);
        let claim = Claim {
            fingerprint: parameters.fingerprint,
            scheme: Scheme::Rfc9421V1,
            created: parameters.created,
            nonce: parameters.nonce,
            window,
        };
        Ok(Claimed::new(claim, request.is_safe(), signature, Signed::Base(base, query)))
    }

    fn check_target(&self, request: &SignedRequest<'_>) -> Result<(), SignatureError> {
        let method = request.method;
        if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(SignatureError::UnsafeMethod);
        }
        if !request.has_plain_target() {
            return Err(SignatureError::UnsafeTarget);
        }
        let asked = Authority::parse(request.scheme, request.authority);
        if asked.is_ok_and(|asked| self.authorities.contains(&asked)) {
            Ok(())
        } else {
            Err(SignatureError::ForeignAuthority)
        }
    }
}

/// Whether a request has a signature with our tag, or one that cannot be read.
pub(super) fn is_meant(request: &SignedRequest<'_>) -> bool {
    !matches!(ours(request), Err(SignatureError::TagMissing))
}

/// The key that a request names, if it can be read.
pub(super) fn fingerprint(request: &SignedRequest<'_>) -> Result<Fingerprint, SignatureError> {
    key_id(&ours(request)?.1)
}

/// When a request says that it was signed, what should be signed of it, and what that says of the query.
pub(super) fn expected(request: &SignedRequest<'_>) -> Result<(i64, String, QueryCoverage), SignatureError> {
    let (_, input) = ours(request)?;
    let created = match input.parameter("created") {
        Some(Value::Integer(created)) => *created,
        Some(_) => return Err(SignatureError::Malformed("created")),
        None => return Err(SignatureError::ParameterMissing("created")),
    };
    let base = signature_base(request, components(&input)?, &input.serialize())?;
    let query = request.query().map_or(QueryCoverage::Absent, |_| QueryCoverage::Signed);
    Ok((created, base, query))
}

/// The one signature that has our tag. A request may have others, which are none of our business.
fn ours(request: &SignedRequest<'_>) -> Result<(String, InnerList), SignatureError> {
    let malformed = SignatureError::Malformed(SIGNATURE_INPUT);
    let header = request.combined(SIGNATURE_INPUT).map_err(|_| malformed)?;
    let header = header.ok_or(SignatureError::HeaderMissing(SIGNATURE_INPUT))?;
    let members = parse_dictionary(&header).map_err(|_| malformed)?;
    let mut ours = members.into_iter().filter_map(|(label, member)| match member {
        Member::InnerList(list) if is_text(list.parameter("tag"), TAG) => Some((label, list)),
        Member::InnerList(_) | Member::Item(_) => None,
    });
    let found = ours.next().ok_or(SignatureError::TagMissing)?;
    if ours.next().is_some() { Err(malformed) } else { Ok(found) }
}

fn signature_of(request: &SignedRequest<'_>, label: &str) -> Result<[u8; SIGNATURE_BYTES], SignatureError> {
    let malformed = SignatureError::Malformed(SIGNATURE);
    let header = request.combined(SIGNATURE).map_err(|_| malformed)?;
    let header = header.ok_or(SignatureError::HeaderMissing(SIGNATURE))?;
    let members = parse_dictionary(&header).map_err(|_| malformed)?;
    let member = members.into_iter().find(|(found, _)| found == label).map(|(_, member)| member);
    match member {
        Some(Member::Item(Item { value: Value::Bytes(bytes), .. })) => {
            bytes.try_into().map_err(|_| malformed)
        }
        Some(_) => Err(malformed),
        None => Err(SignatureError::HeaderMissing(SIGNATURE)),
    }
}

/// The covered components. Those with parameters (`;req`, `;sf` ...) mean something else than their name says, so they
/// are refused and not half understood.
fn components(input: &InnerList) -> Result<Vec<&str>, SignatureError> {
    let malformed = SignatureError::Malformed("component");
    let mut components = Vec::new();
    for item in &input.items {
        match &item.value {
            Value::Text(name) if item.parameters.is_empty() && !components.contains(&name.as_str()) => {
                components.push(name.as_str());
            }
            _ => return Err(malformed),
        }
    }
    if components.len() > MAX_COMPONENTS { Err(malformed) } else { Ok(components) }
}

fn require(components: &[&str], request: &SignedRequest<'_>) -> Result<(), SignatureError> {
    let digest = (!request.body.is_empty()).then_some(CONTENT_DIGEST);
    let mut missing = REQUIRED.into_iter().chain(digest).filter(|name| !components.contains(name));
    missing.next().map_or(Ok(()), |name| Err(SignatureError::ComponentMissing(name)))
}

struct SignatureParameters {
    created: i64,
    expires: Option<i64>,
    nonce: Option<String>,
    fingerprint: Fingerprint,
}

/// RFC 9421 2.3.
fn parameters(input: &InnerList, safe: bool) -> Result<SignatureParameters, SignatureError> {
    let created = match input.parameter("created") {
        Some(Value::Integer(created)) => *created,
        Some(_) => return Err(SignatureError::Malformed("created")),
        None => return Err(SignatureError::ParameterMissing("created")),
    };
    let expires = match input.parameter("expires") {
        Some(Value::Integer(expires)) if *expires >= created => Some(*expires),
        Some(_) => return Err(SignatureError::Malformed("expires")),
        None => None,
    };
    let nonce = match input.parameter("nonce") {
        Some(Value::Text(nonce)) => {
            check_nonce(nonce)?;
            Some(nonce.clone())
        }
        Some(_) => return Err(SignatureError::Malformed("nonce")),
        None if safe => None,
        None => return Err(SignatureError::ParameterMissing("nonce")),
    };
    match input.parameter("alg") {
        Some(Value::Text(name)) if name == ALGORITHM => {}
        Some(Value::Text(_)) => return Err(SignatureError::AlgorithmMismatch),
        Some(_) => return Err(SignatureError::Malformed("alg")),
        None => {}
    }
    Ok(SignatureParameters { created, expires, nonce, fingerprint: key_id(input)? })
}

/// Whether a nonce can be unique, and be written in a header.
pub(super) fn check_nonce(nonce: &str) -> Result<(), SignatureError> {
    if nonce.len() < MIN_NONCE {
        return Err(SignatureError::NonceWeak);
    }
    let plain = nonce.len() <= MAX_NONCE && nonce.bytes().all(|byte| byte.is_ascii_graphic());
    if plain { Ok(()) } else { Err(SignatureError::Malformed("nonce")) }
}

fn key_id(input: &InnerList) -> Result<Fingerprint, SignatureError> {
    match input.parameter("keyid") {
        Some(Value::Text(text)) => text.parse().map_err(|_| SignatureError::Malformed("keyid")),
        Some(_) => Err(SignatureError::Malformed("keyid")),
        None => Err(SignatureError::ParameterMissing("keyid")),
    }
}

fn is_text(value: Option<&Value>, expected: &str) -> bool {
    matches!(value, Some(Value::Text(text)) if text == expected)
}
