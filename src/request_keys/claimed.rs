//! The two steps of checking: what a request claims, and that its claim is true.

use std::borrow::Cow;

use crate::clock::Timestamp;
use crate::secret::Digest;

use super::error::SignatureError;
use super::fingerprint::Fingerprint;
use super::grid::{GridRules, Message, QueryCoverage, QueryMode};
use super::public_key::PublicKey;
use super::replay::{self, Recognised, Replay, ReplayPolicy};
use super::request::SignedRequest;
use super::rfc9421::{self, SIGNATURE_INPUT};
use super::rules::{Rules, Scheme};
use super::verify::{SIGNATURE_BYTES, verify};
use super::window::ClockWindow;

/// Reads a signed request and checks all that needs no key: that headers, components and parameters are there and can be
/// read, the body's digest, and the time. Believe nothing of it before [`Claimed::verify`].
///
/// # Errors
/// [`SignatureError::NotSigned`] when no scheme that `rules` accept has left a header; else what is wrong.
pub fn parse(request: &SignedRequest<'_>, rules: &Rules, now: Timestamp) -> Result<Claimed, SignatureError> {
    let grid = rules.grid.as_ref().filter(|rules| rules.concern(request));
    let message = rules.rfc9421.as_ref().filter(|_| request.has(SIGNATURE_INPUT));
    match (grid, message) {
        (Some(grid), None) => grid.parse(request, rules.window, now),
        (None, Some(message)) => message.parse(request, rules.window, now),
        // Somebody on the way may have added a signature of another kind.
        (Some(grid), Some(_)) if !rfc9421::is_meant(request) => grid.parse(request, rules.window, now),
        (Some(_), Some(_)) => Err(SignatureError::SchemesMixed),
        (None, None) if rules.rfc9421.is_some() && request.has(rfc9421::SIGNATURE) => {
            Err(SignatureError::HeaderMissing(SIGNATURE_INPUT))
        }
        (None, None) => Err(SignatureError::NotSigned),
    }
}

/// Whether a request says that it is signed for us, well or badly: [`parse`] then tells more. Signatures that are meant
/// for others do not count.
pub fn is_signed(request: &SignedRequest<'_>, rules: &Rules) -> bool {
    let message = rules.rfc9421.is_some() && request.has(SIGNATURE_INPUT) && rfc9421::is_meant(request);
    message || rules.grid.as_ref().is_some_and(|rules| rules.concern(request))
}

/// Headers, in lower case, of which every request has at least one that says it is signed by these rules.
pub fn signing_headers(rules: &Rules) -> Vec<String> {
    let grid = rules.grid.iter().flat_map(GridRules::headers).map(|name| name.to_ascii_lowercase());
    grid.chain(rules.rfc9421.is_some().then(|| SIGNATURE_INPUT.to_owned())).collect()
}

/// The key that a request names, for the audit log when [`parse`] has failed. Nothing of it is checked.
pub fn claimed_fingerprint(request: &SignedRequest<'_>, rules: &Rules) -> Option<Fingerprint> {
    let grid = rules.grid.as_ref().and_then(|rules| rules.fingerprint(request).ok());
    let message = rules.rfc9421.as_ref().and_then(|_| rfc9421::fingerprint(request).ok());
    grid.or(message)
}

/// What a signature says of itself.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub fingerprint: Fingerprint,
    pub scheme: Scheme,
    pub created: i64,
    pub nonce: Option<String>,
    pub window: ClockWindow,
}

/// What was signed.
#[derive(Clone, Debug)]
pub(super) enum Signed {
    Grid(Message, QueryMode),
    Base(String, QueryCoverage),
}

impl Signed {
    /// The texts that may have been signed.
    fn readings(&self) -> Vec<(QueryCoverage, Cow<'_, [u8]>)> {
        match self {
            Self::Grid(message, mode) => message.readings(*mode),
            Self::Base(base, query) => vec![(*query, base.as_bytes().into())],
        }
    }
}

/// A request that is well-formed and in time, and says that a certain key signed it.
#[derive(Clone, Debug)]
pub struct Claimed {
    claim: Claim,
    safe_method: bool,
    signature: [u8; SIGNATURE_BYTES],
    signed: Signed,
}

impl Claimed {
    pub(super) const fn new(
        claim: Claim,
        safe_method: bool,
        signature: [u8; SIGNATURE_BYTES],
        signed: Signed,
    ) -> Self {
        Self { claim, safe_method, signature, signed }
    }

    /// The key to look up.
    pub const fn fingerprint(&self) -> Fingerprint {
        self.claim.fingerprint
    }

    /// The same, where whoever owns the key has another rule for queries than the one that it was parsed by. Changes
    /// nothing in `rfc9421-v1`, which always covers the query.
    #[must_use]
    pub fn with_query_mode(mut self, mode: QueryMode) -> Self {
        if let Signed::Grid(_, own) = &mut self.signed {
            *own = mode;
        }
        self
    }

    /// The scheme.
    pub const fn scheme(&self) -> Scheme {
        self.claim.scheme
    }

    /// When it says that it was signed.
    pub const fn created(&self) -> Timestamp {
        Timestamp::from_seconds(self.claim.created)
    }

    /// The nonce; `grid-v1` has none.
    pub fn nonce(&self) -> Option<&str> {
        self.claim.nonce.as_deref()
    }

    /// Checks the signature with the key that was found under [`Claimed::fingerprint`].
    ///
    /// # Errors
    /// When `key` has another fingerprint, or did not sign this request.
    pub fn verify(&self, key: &PublicKey) -> Result<Verified, SignatureError> {
        let fingerprint = self.claim.fingerprint;
        if key.fingerprint() != fingerprint {
            return Err(SignatureError::KeyMismatch);
        }
        let readings = self.signed.readings();
        let matching = readings.iter().find(|(_, bytes)| verify(key, bytes, &self.signature).is_ok());
        let (query, bytes) = matching.ok_or(SignatureError::BadSignature)?;
        let recognised = self.nonce().map_or(Recognised::Signed(bytes), Recognised::Nonce);
        Ok(Verified {
            replay_key: replay::key(&fingerprint, self.claim.scheme, &recognised),
            has_nonce: self.claim.nonce.is_some(),
            safe_method: self.safe_method,
            query: *query,
            fingerprint,
            scheme: self.claim.scheme,
            window: self.claim.window,
        })
    }
}

/// A request that the holder of a key has signed. Whether it is the first of its kind is still open: see
/// [`Verified::replay`].
#[derive(Clone, Debug)]
pub struct Verified {
    fingerprint: Fingerprint,
    scheme: Scheme,
    query: QueryCoverage,
    replay_key: Digest,
    has_nonce: bool,
    safe_method: bool,
    window: ClockWindow,
}

impl Verified {
    /// The key that signed.
    pub const fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// The scheme.
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Whether the query can be believed.
    pub const fn query(&self) -> QueryCoverage {
        self.query
    }

    /// By what this request is recognised when it comes again.
    pub const fn replay_key(&self) -> Digest {
        self.replay_key
    }

    /// What must not have been seen before, and how long to remember it. `None` when the policy lets it be repeated. A
    /// nonce is good once under every policy.
    pub fn replay(&self, policy: ReplayPolicy) -> Option<Replay> {
        let once = self.has_nonce || policy.covers(self.safe_method);
        once.then(|| Replay { key: self.replay_key, memory: self.window.memory() })
    }
}
