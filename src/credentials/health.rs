//! Whether a key is well: what its owner should look at first.

use std::time::Duration;

use super::store::{LastUse, Recent};
use crate::clock::Timestamp;
use crate::text::text_enum;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long before its end a key is about to end: when the first mail about it leaves.
const SOON: Duration = Duration::from_secs(14 * 24 * 60 * 60);
/// How long a key that nobody uses is not worth a word.
const UNUSED: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// How long a limit that was reached is shown: the hour that it was counted in, and the one after.
const LIMITED: Duration = Duration::from_secs(2 * 60 * 60);

text_enum! {
    /// How a key is, best first.
    pub enum Health {
        /// Nothing to see.
        Operational = "operational",
        /// Not used for 90 days: it can probably go.
        Unused = "unused_90_days",
        /// It ends within two weeks.
        ExpiresSoon = "expires_soon",
        /// It was told to wait within the last hours.
        RateLimited = "rate_limited",
        /// It was used from a network for the first time within a day.
        NewNetwork = "new_network",
        /// Its use grew suddenly within a day.
        Spike = "spike",
        /// A secret of it was seen where no secret should be, and it has not been rotated since.
        Exposed = "exposed",
    }
}

/// What of a key itself says how it is.
#[derive(Clone, Copy, Debug)]
pub struct Signs {
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// Whether a secret of it was seen where no secret should be, and not replaced since.
    pub exposed: bool,
    /// What its use in the last day or so looked like.
    pub recent: Recent,
}

/// How far back the use of a key says how it is.
pub const LOOK_BACK: Duration = DAY;

/// What is to be said of a key that works, the worst first.
pub fn health(key: &Signs, last_use: Option<&LastUse>, now: Timestamp) -> Vec<Health> {
    let within = |at: Option<Timestamp>, span: Duration| at.is_some_and(|at| now.since(at) < span);
    let used_at = last_use.map_or(key.created_at, |used| used.last_used_at.max(key.created_at));
    // The best first, as they are declared.
    let signs = [
        (now.since(used_at) >= UNUSED, Health::Unused),
        (key.expires_at.is_some_and(|end| end <= now + SOON), Health::ExpiresSoon),
        (within(key.recent.limited_in, LIMITED), Health::RateLimited),
        (within(key.recent.new_network_at, DAY), Health::NewNetwork),
        (within(key.recent.spiked_in, DAY), Health::Spike),
        (key.exposed, Health::Exposed),
    ];
    let seen = signs.into_iter().rev().filter_map(|(seen, health)| seen.then_some(health));
    let all: Vec<Health> = seen.collect();
    if all.is_empty() { vec![Health::Operational] } else { all }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::id::Id;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn signs() -> Signs {
        Signs { created_at: NOW - DAY * 200, expires_at: None, exposed: false, recent: Recent::default() }
    }

    fn used(at: Timestamp) -> LastUse {
        LastUse {
            credential_id: Id::new(Uuid::from_u128(1)),
            tenant_id: Id::new(Uuid::from_u128(2)),
            last_used_at: at,
            address: "192.0.2.1".into(),
            user_agent: String::new(),
            previous_used_at: None,
        }
    }

    #[test]
    fn a_key_that_nobody_uses_is_unused_after_ninety_days_and_a_new_one_is_not() {
        assert_eq!(health(&signs(), None, NOW), [Health::Unused]);
        assert_eq!(health(&signs(), Some(&used(NOW - DAY * 90)), NOW), [Health::Unused]);
        assert_eq!(health(&signs(), Some(&used(NOW - DAY * 89)), NOW), [Health::Operational]);
        let young = Signs { created_at: NOW - DAY, ..signs() };
        assert_eq!(health(&young, None, NOW), [Health::Operational]);
    }

    #[test]
    fn the_worst_is_told_and_what_is_long_past_is_not() {
        let last = used(NOW);
        let of = |key: &Signs| health(key, Some(&last), NOW).remove(0);
        let mut key = signs();
        key.expires_at = Some(NOW + SOON + DAY);
        assert_eq!(of(&key), Health::Operational);
        key.expires_at = Some(NOW + SOON);
        assert_eq!(of(&key), Health::ExpiresSoon);
        key.recent.limited_in = Some(NOW - LIMITED);
        assert_eq!(of(&key), Health::ExpiresSoon);
        key.recent.limited_in = Some(NOW.hour());
        assert_eq!(of(&key), Health::RateLimited);
        key.recent.new_network_at = Some(NOW - DAY + Duration::from_secs(1));
        assert_eq!(of(&key), Health::NewNetwork);
        key.recent.spiked_in = Some(NOW.hour());
        assert_eq!(of(&key), Health::Spike);
        let all = [Health::Spike, Health::NewNetwork, Health::RateLimited, Health::ExpiresSoon];
        assert_eq!(health(&key, Some(&last), NOW), all, "the worst first");
        assert_eq!(of(&Signs { exposed: true, ..key }), Health::Exposed);
        key.recent = Recent { spiked_in: Some(NOW - DAY), ..Recent::default() };
        assert_eq!(of(&key), Health::ExpiresSoon);
    }
}
