//! Randomness: every secret and every id is drawn here, from the operating system's generator through aws-lc.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::id::Id;

/// The source of random bytes.
#[derive(Clone, Debug, Default)]
pub struct Random(SystemRandom);

impl Random {
    /// `N` unpredictable bytes.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: to go on would be to hand out guessable secrets.
    #[expect(
        clippy::expect_used,
        reason = "a server without randomness must stop, not go on with weak secrets"
    )]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill(&mut bytes).expect("the operating system gives randomness");
        bytes
    }

    /// A URL-safe text of 256 random bits (43 characters).
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// A new identifier: UUID v7 (RFC 9562 5.7), the first 48 bits of which are `now` in milliseconds.
    pub fn id<T>(&self, now: Timestamp) -> Id<T> {
        let millis = u64::try_from(now.micros() / 1_000).unwrap_or(0);
        Id::new(uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes::<10>()).into_uuid())
    }

    /// A random UUID in its simple form, for identifiers that must not tell when they were made.
    pub fn opaque_id(&self) -> String {
        uuid::Builder::from_random_bytes(self.bytes::<16>()).into_uuid().simple().to_string()
    }

    /// A new UUID v7 without a type, such as a request id.
    pub fn uuid(&self, now: Timestamp) -> Uuid {
        self.id::<()>(now).uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_their_time() {
        let random = Random::default();
        let early: Id<()> = random.id(Timestamp::from_seconds(1_700_000_000));
        let late: Id<()> = random.id(Timestamp::from_seconds(1_700_000_001));
        assert!(early < late);
        assert_eq!(early.uuid().get_version_num(), 7);
    }

    #[test]
    fn texts_have_256_bits_and_differ() {
        let random = Random::default();
        assert_eq!(random.text().len(), 43);
        assert_ne!(random.text(), random.text());
    }
}
