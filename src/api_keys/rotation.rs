//! Replacing a key's secret under the same identifier.

use std::time::Duration;

use super::ApiKey;
use crate::clock::Timestamp;
use crate::secret::Digest;

/// How long the old secret lives on when nobody says otherwise.
pub const GRACE: Duration = Duration::from_secs(24 * 60 * 60);
/// How long it may at most.
pub const LONGEST_GRACE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A fresh secret, as it is stored.
#[derive(Clone, Debug)]
pub struct Rotated {
    /// SHA-256 of it.
    pub digest: Digest,
    /// Its last characters.
    pub hint: String,
}

impl ApiKey {
    /// The key with a fresh secret. The present one lives on for `grace`, counted in whole seconds of the clock; the one
    /// before that is over at once.
    #[must_use]
    pub fn rotated(&self, fresh: Rotated, grace: Duration, now: Timestamp) -> Self {
        let ends_at = now + grace.min(LONGEST_GRACE);
        Self {
            digest: fresh.digest,
            hint: fresh.hint,
            previous: (ends_at > now).then_some((self.digest, ends_at)),
            rotated_at: Some(now),
            ..self.clone()
        }
    }
}
