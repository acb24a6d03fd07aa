//! The requests of keys in the last hours, hour by hour: enough to see at a glance whether a key is in use.

use std::time::Duration;

use super::store::{RATE_LIMITED, Usage};
use crate::clock::Timestamp;

pub(super) mod store;

/// The outcome of a request that was let through.
const ALLOWED: &str = "allowed";
const HOUR: Duration = Duration::from_secs(60 * 60);

/// The requests of a key, by hour and by how they ended; the oldest hour first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// When the first hour began.
    pub since: Timestamp,
    /// Those that were let through.
    pub allowed: Vec<i64>,
    /// Those that were told to wait.
    pub rate_limited: Vec<i64>,
    /// Those that were refused for another reason.
    pub refused: Vec<i64>,
}

impl Activity {
    /// How many hours are told of, the one that is running among them.
    pub const HOURS: u32 = 36;

    /// When the first of them began.
    pub fn since(now: Timestamp) -> Timestamp {
        now.hour() - HOUR * (Self::HOURS - 1)
    }

    /// What was counted of one key, in a row for each hour and outcome.
    pub fn of<'a>(counted: impl IntoIterator<Item = &'a Usage>, now: Timestamp) -> Self {
        let none = || vec![0; Self::HOURS as usize];
        let since = Self::since(now);
        let mut all = Self { since, allowed: none(), rate_limited: none(), refused: none() };
        for usage in counted.into_iter().filter(|usage| usage.hour >= since) {
            let series = match usage.outcome.as_str() {
                ALLOWED => &mut all.allowed,
                RATE_LIMITED => &mut all.rate_limited,
                _ => &mut all.refused,
            };
            let hour = usage.hour.since(since).as_secs() / HOUR.as_secs();
            let place = usize::try_from(hour).ok().and_then(|hour| series.get_mut(hour));
            place.into_iter().for_each(|sum| *sum += usage.requests);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::id::Id;

    #[test]
    fn each_hour_has_its_place_and_what_is_older_has_none() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let used = |hours_ago: u32, outcome: &str, requests| Usage {
            credential_id: Id::new(Uuid::from_u128(1)),
            tenant_id: Id::new(Uuid::from_u128(2)),
            hour: now.hour() - HOUR * hours_ago,
            outcome: outcome.into(),
            requests,
        };
        let counted = [
            used(0, "allowed", 3),
            used(0, "revoked", 1),
            used(0, "expired", 1),
            used(35, "rate_limited", 2),
            used(36, "allowed", 9),
        ];
        let activity = Activity::of(&counted, now);
        assert_eq!((activity.allowed.len(), activity.allowed.iter().sum::<i64>()), (36, 3));
        assert_eq!((activity.allowed[35], activity.refused[35], activity.rate_limited[0]), (3, 2, 2));
        assert_eq!(activity.since, now.hour() - HOUR * 35);
    }
}
