//! Secrets of confidential clients: stored as digests, two alive at a time so that one can be replaced in peace.

pub(super) mod store;

use super::Client;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::secret::{Digest, Secret};

/// The identifier of a [`StoredSecret`].
pub type StoredSecretId = Id<StoredSecret>;

/// What the database knows of a client's secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSecret {
    /// Identifier.
    pub id: StoredSecretId,
    /// The client.
    pub client_pk: Id<Client>,
    /// SHA-256 of the secret.
    pub digest: Digest,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}

impl StoredSecret {
    /// How many secrets of one client may live at once.
    pub const LIVE_AT_ONCE: usize = 2;

    /// Whether it works now.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

/// Whether `presented` is one of the live secrets. Every secret is compared, in constant time.
pub(super) fn matches_any(secrets: &[StoredSecret], presented: &Secret, now: Timestamp) -> bool {
    let digest = presented.digest();
    secrets.iter().fold(false, |found, secret| found | (secret.is_live(now) & secret.digest.matches(&digest)))
}

/// Why a text is not the digest of a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a secret hash is written sha256:HEX with 64 hexadecimal digits")]
pub struct SecretDigestError;

/// Reads `sha256:HEX`, the form in which files carry a secret that they do not want to tell.
pub fn parse_secret_digest(text: &str) -> Result<Digest, SecretDigestError> {
    text.strip_prefix("sha256:").and_then(Digest::from_hex).ok_or(SecretDigestError)
}
