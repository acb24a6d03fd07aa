//! The newest uses of a key, one by one: when, from where, by which program, through which door, and how they ended. Uses
//! that are alike are one line for each minute.

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::secret::Digest;

pub(super) mod store;

/// How many lines of one key are kept.
pub const LATEST: usize = 20;

/// The same for uses that are alike, on whichever node.
fn alike(minute: Timestamp, parts: &[&str]) -> Uuid {
    let mut all = minute.micros().to_be_bytes().to_vec();
    for part in parts {
        all.extend_from_slice(&(part.len() as u64).to_be_bytes());
        all.extend_from_slice(part.as_bytes());
    }
    let digest = Digest::of(&all);
    let (halves, _) = digest.as_bytes().as_chunks();
    halves.first().map_or(Uuid::nil(), |half| uuid::Builder::from_custom_bytes(*half).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_alike_in_all_is_one_line() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let one = alike(now, &["192.0.2.1", "curl/8", "allowed"]);
        assert_eq!(one, alike(now, &["192.0.2.1", "curl/8", "allowed"]));
        assert_ne!(one, alike(now, &["192.0.2.1", "curl/8a", "llowed"]));
        assert_ne!(one, alike(now, &["192.0.2.1", "curl/8", "revoked"]));
        assert_ne!(one, alike(Timestamp::from_seconds(1_800_000_060), &["192.0.2.1", "curl/8", "allowed"]));
    }
}
