//! Public keys that clients register, and the two schemes by which they sign requests with the private halves.
//!
//! Owns what a registered key is (Ed25519, RFC 8032), its fingerprint, and when a request counts as signed: scheme
//! `grid-v1` (three headers over time, method, target and body) and scheme `rfc9421-v1` (HTTP Message Signatures,
//! RFC 9421, with Content-Digest, RFC 9530). Checking has two steps, because the caller looks the key up in between:
//! [`parse`] gives a [`Claimed`] that names a key, and [`Claimed::verify`] gives a [`Verified`].
//!
//! Owns `request_keys` and `request_replays` too. The checks themselves know neither table: the caller looks a key up
//! between the two steps, and keeps what [`Verified::replay`] tells it to keep. Never sees a private key, but for
//! [`SigningSecret`], by which our own programs sign.

mod authority;
mod claimed;
mod content_digest;
mod error;
mod expected;
mod fields;
mod fingerprint;
mod grid;
mod public_key;
mod replay;
mod request;
mod request_key;
mod rfc9421;
mod rules;
mod signature_base;
mod signer;
pub mod store;
#[cfg(test)]
mod tests;
mod verify;
mod window;

pub use authority::{Authority, InvalidAuthority, UriScheme};
pub use claimed::{Claimed, Verified, claimed_fingerprint, is_signed, parse, signing_headers};
pub use content_digest::{content_digest, digest_field};
pub use error::SignatureError;
pub use expected::{Expected, expected};
pub use fingerprint::{Fingerprint, InvalidFingerprint};
pub use grid::{BodyRule, GridRules, HeaderPrefix, InvalidPrefix, QueryCoverage, QueryMode};
pub use public_key::{PublicKey, PublicKeyError};
pub use replay::{Replay, ReplayPolicy};
pub use request::{Body, SignedRequest};
pub use request_key::{RequestKey, RequestKeyId};
pub use rfc9421::{Rfc9421Rules, TAG, accept_signature};
pub use rules::{Rules, Scheme};
pub use signer::{
    GridSignature, InvalidSecret, Rfc9421Parameters, Rfc9421Signature, SigningSecret, sign_grid, sign_rfc9421,
};
pub use window::{ClockWindow, InvalidWindow};
