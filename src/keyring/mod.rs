//! The keys that sign tokens, and the tokens' outer form.
//!
//! Owns the table `signing_keys`: making keys, sealing their private halves under the master key, their rotation, the
//! published set (RFC 7517) and the signing and strict checking of JWTs (RFC 7515, 7519, 8725). Never knows what a
//! claim means, who a token is for or whether it was revoked: that is `tokens/`.

pub mod jwks;
pub mod jwt;
#[expect(clippy::module_inception, reason = "the file is named for its noun, as in every record")]
mod keyring;
mod public_key;
mod rotate;
pub mod rotation;
mod signing_key;
pub mod store;

pub use jwks::JwksDocument;
pub use jwt::{Expected, JwtError, KeySet};
pub use keyring::{Keyring, KeyringError, Snapshot};
pub use public_key::PublicKey;
pub use rotate::{Done, KeyInfo, Start, list, retire, rotate, rotate_async, rotate_now};
pub use rotation::{KeyRecord, KeyState, PolicyError, RotationPolicy};
pub use signing_key::{Algorithm, KeyError, RsaSize, SignError, SigningKey};
