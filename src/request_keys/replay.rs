//! Which verified requests must be new, and by what they are recognised.

use std::time::Duration;

use crate::secret::Digest;

use super::fingerprint::Fingerprint;
use super::rules::Scheme;

crate::text::text_enum! {
    /// Which requests may be made only once. Ed25519 is deterministic: two honest identical requests in the same second
    /// have the same signature under `grid-v1`, so a client that does not expect the rule will trip over it.
    pub enum ReplayPolicy {
        /// None, but for nonces: a nonce is always good only once.
        Off = "off",
        /// Those whose method changes something.
        Unsafe = "unsafe",
        /// All.
        All = "all",
    }
}

impl ReplayPolicy {
    pub(super) const fn covers(self, safe_method: bool) -> bool {
        match self {
            Self::Off => false,
            Self::Unsafe => !safe_method,
            Self::All => true,
        }
    }
}

/// What to remember of a verified request, and for how long. Whoever finds the key remembered already has a replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replay {
    /// By what the request is recognised.
    pub key: Digest,
    /// How long.
    pub memory: Duration,
}

/// What a request is recognised by.
pub(super) enum Recognised<'a> {
    /// The bytes that were signed; never the signature's text, which can be written in several ways.
    Signed(&'a [u8]),
    /// The nonce, which is part of what was signed: the same nonce with another request is a replay too.
    Nonce(&'a str),
}

pub(super) fn key(fingerprint: &Fingerprint, scheme: Scheme, by: &Recognised<'_>) -> Digest {
    let (kind, bytes): (&[u8], &[u8]) = match by {
        Recognised::Signed(bytes) => (b"", bytes),
        Recognised::Nonce(nonce) => (b"/nonce:", nonce.as_bytes()),
    };
    Digest::of(&[fingerprint.as_bytes().as_slice(), scheme.as_str().as_bytes(), kind, bytes].concat())
}
