//! Refresh tokens: their form, and the rule by which a used one is healed or is a replay (RFC 9700 4.14.2).
//!
//! A token is derived from a sealed seed of its family and its generation, so nothing of it is stored and the same
//! generation always gives the same text. That is what lets two tabs that refresh at once get one and the same
//! successor instead of forking the line.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::FamilyId;
use crate::clock::Timestamp;
use crate::secret::{Secret, equal_in_constant_time, hmac_sha256};

const PREFIX: &str = "gkrt_";
const ID: usize = 16;
const GENERATION: usize = 8;
const MAC: usize = 32;

/// A refresh token as it was presented: which family and generation it claims to be of.
#[derive(Clone, Debug)]
pub struct RefreshToken {
    /// The family.
    pub family: FamilyId,
    /// The generation.
    pub generation: i64,
    mac: [u8; MAC],
}

impl RefreshToken {
    /// Derives the token of a generation.
    pub fn derive(family: FamilyId, generation: i64, seed: &[u8]) -> Self {
        let mut message = family.uuid().as_bytes().to_vec();
        message.extend_from_slice(&generation.to_be_bytes());
        Self { family, generation, mac: hmac_sha256(seed, &message) }
    }

    /// The text that the client keeps.
    pub fn to_secret(&self) -> Secret {
        let mut bytes = Vec::with_capacity(ID + GENERATION + MAC);
        bytes.extend_from_slice(self.family.uuid().as_bytes());
        bytes.extend_from_slice(&self.generation.to_be_bytes());
        bytes.extend_from_slice(&self.mac);
        Secret::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Reads what a request brings; anything of another kind is refused without a look into the database.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        let (id, rest) = bytes.split_at_checked(ID)?;
        let (generation, mac) = rest.split_at_checked(GENERATION)?;
        Some(Self {
            family: FamilyId::new(Uuid::from_slice(id).ok()?),
            generation: i64::from_be_bytes(generation.try_into().ok()?),
            mac: mac.try_into().ok()?,
        })
    }

    /// Whether it was really derived from this seed.
    pub fn is_genuine(&self, seed: &[u8]) -> bool {
        let real = Self::derive(self.family, self.generation, seed);
        equal_in_constant_time(&real.mac, &self.mac)
    }
}

/// How forgiving rotation is.
#[derive(Clone, Copy, Debug)]
pub struct RotationPolicy {
    /// Within this time after a rotation the parent gets the same child again.
    pub grace: Duration,
    /// Within this time the parent may replace a child that was never used.
    pub retry_limit: Duration,
}

/// What a genuine token of a live family is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is the living one: move to the next generation, of which it is the parent.
    Rotate,
    /// It is the parent, again, at once: hand out the living child once more.
    SameChild,
    /// It is the parent, again, later: the child was never used, so it dies and another takes its place.
    ReplaceChild,
    /// Somebody uses what was used up: the family dies.
    Replay,
}

/// The rule. `generation` and `parent` are the family's; while the child lives unused, the family still stands at it.
pub(super) fn judge(
    presented: i64,
    (generation, parent): (i64, Option<i64>),
    since_rotation: Duration,
    policy: RotationPolicy,
) -> Verdict {
    if presented == generation {
        Verdict::Rotate
    } else if Some(presented) != parent {
        Verdict::Replay
    } else if since_rotation <= policy.grace {
        Verdict::SameChild
    } else if since_rotation <= policy.retry_limit {
        Verdict::ReplaceChild
    } else {
        Verdict::Replay
    }
}

/// Where a family stands after a verdict that moves it: its generation and that generation's parent.
pub(super) fn advance(verdict: Verdict, presented: i64, generation: i64) -> Option<(i64, i64)> {
    match verdict {
        Verdict::Rotate | Verdict::ReplaceChild => Some((generation.checked_add(1)?, presented)),
        Verdict::SameChild | Verdict::Replay => None,
    }
}

/// When the family ends without use, never later than in any case.
pub(super) fn idle_end(now: Timestamp, idle: Duration, absolute: Timestamp) -> Timestamp {
    (now + idle).min(absolute)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    const POLICY: RotationPolicy =
        RotationPolicy { grace: Duration::from_secs(10), retry_limit: Duration::from_secs(3600) };

    fn family() -> FamilyId {
        Random::default().id(Timestamp::from_seconds(1))
    }

    #[test]
    fn a_token_is_read_back_and_checked_against_its_seed() {
        let token = RefreshToken::derive(family(), 7, b"seed");
        let read = RefreshToken::parse(token.to_secret().expose()).unwrap();
        assert_eq!((read.family, read.generation), (token.family, 7));
        assert!(read.is_genuine(b"seed"));
        assert!(!read.is_genuine(b"other seed"));
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let text = RefreshToken::derive(family(), 1, b"seed").to_secret();
        let bytes = URL_SAFE_NO_PAD.decode(&text.expose()[PREFIX.len()..]).unwrap();
        let original = RefreshToken::parse(text.expose()).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut forged = bytes.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            let forged = RefreshToken::parse(&format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(forged))).unwrap();
            assert!(forged.family != original.family || !forged.is_genuine(b"seed"), "bit {bit}");
        }
    }

    #[test]
    fn other_kinds_and_other_lengths_are_junk() {
        let text = RefreshToken::derive(family(), 1, b"seed").to_secret();
        let body = &text.expose()[PREFIX.len()..];
        for junk in [
            "",
            PREFIX,
            &format!("gkac_{body}"),
            &text.expose()[..text.expose().len() - 2],
            &format!("{PREFIX}{body}AAAA"),
        ] {
            assert!(RefreshToken::parse(junk).is_none(), "{junk}");
        }
    }

    #[test]
    fn the_living_one_rotates_whatever_its_age() {
        assert_eq!(judge(3, (3, Some(2)), Duration::from_secs(86_400), POLICY), Verdict::Rotate);
        assert_eq!(judge(1, (1, None), Duration::ZERO, POLICY), Verdict::Rotate);
    }

    #[test]
    fn the_parent_heals_first_with_the_same_child_then_with_another() {
        let line = (3, Some(2));
        assert_eq!(judge(2, line, Duration::from_secs(10), POLICY), Verdict::SameChild);
        assert_eq!(judge(2, line, Duration::from_secs(11), POLICY), Verdict::ReplaceChild);
        assert_eq!(judge(2, line, Duration::from_secs(3600), POLICY), Verdict::ReplaceChild);
        assert_eq!(judge(2, line, Duration::from_secs(3601), POLICY), Verdict::Replay);
    }

    #[test]
    fn a_replaced_child_is_dead_and_its_parent_may_try_again() {
        let (generation, parent) = advance(Verdict::ReplaceChild, 2, 3).unwrap();
        assert_eq!((generation, parent), (4, 2));
        assert_eq!(judge(3, (generation, Some(parent)), Duration::ZERO, POLICY), Verdict::Replay);
        assert_eq!(
            judge(2, (generation, Some(parent)), Duration::from_secs(60), POLICY),
            Verdict::ReplaceChild
        );
    }

    #[test]
    fn grandparents_and_the_future_are_replays() {
        for presented in [1, 0, -1, 4, i64::MAX, i64::MIN] {
            assert_eq!(
                judge(presented, (3, Some(2)), Duration::ZERO, POLICY),
                Verdict::Replay,
                "{presented}"
            );
        }
    }

    proptest::proptest! {
        /// Whatever is presented in whatever order, at most one generation at a time can move the line forward as the
        /// living one, and what was replaced never comes back.
        #[test]
        fn there_is_one_living_line(presentations in proptest::collection::vec((0_i64..12, 0_u64..5_000), 1..60)) {
            let (mut generation, mut parent, mut dead) = (1_i64, None, Vec::new());
            for (presented, seconds) in presentations {
                let verdict = judge(presented, (generation, parent), Duration::from_secs(seconds), POLICY);
                proptest::prop_assert!(!dead.contains(&presented) || verdict == Verdict::Replay);
                match verdict {
                    Verdict::Replay => break,
                    Verdict::SameChild => {}
                    Verdict::Rotate | Verdict::ReplaceChild => {
                        if verdict == Verdict::Rotate { dead.extend(parent) } else { dead.push(generation) }
                        let (next, next_parent) = advance(verdict, presented, generation).unwrap();
                        proptest::prop_assert!(next > generation);
                        (generation, parent) = (next, Some(next_parent));
                    }
                }
            }
        }
    }
}
