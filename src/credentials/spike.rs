//! Whether the use of a key grows so suddenly that somebody else may have got it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::store::Usage;
use crate::clock::Timestamp;

/// Requests in an hour below which nothing is a spike.
pub(super) const LEAST: i64 = 100;
/// So many times what the key's busiest hours are.
const FACTOR: i64 = 5;
/// How far back a key's history has to go to be one.
const HISTORY: Duration = Duration::from_secs(24 * 60 * 60);

/// A sudden growth, with the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spike {
    /// Requests in this hour.
    pub requests: i64,
    /// In half of the hours in which the key was used, no more.
    pub median: i64,
    /// In nineteen of twenty of them, no more.
    pub ninety_fifth: i64,
}

impl Spike {
    /// How far back the history is looked at.
    pub const LOOK_BACK: Duration = Duration::from_secs(7 * 24 * 60 * 60);
    /// With fewer requests of one outcome a key is not looked at.
    pub const CANDIDATE: i64 = LEAST / 4;
}

/// Whether the hour that began at `hour` is a spike among these counts of one key. Only hours in which the key was used
/// are its history: one that works once a day is no spike each day.
pub fn spike(counted: &[Usage], hour: Timestamp) -> Option<Spike> {
    let mut by_hour: BTreeMap<Timestamp, i64> = BTreeMap::new();
    for usage in counted.iter().filter(|usage| usage.hour <= hour && usage.requests > 0) {
        *by_hour.entry(usage.hour).or_default() += usage.requests;
    }
    let requests = by_hour.remove(&hour).filter(|requests| *requests >= LEAST)?;
    let (first, _) = by_hour.first_key_value()?;
    if hour.since(*first) < HISTORY {
        return None;
    }
    let mut usual: Vec<i64> = by_hour.into_values().collect();
    usual.sort_unstable();
    let (median, ninety_fifth) = (quantile(&usual, 50)?, quantile(&usual, 95)?);
    (requests > FACTOR * ninety_fifth).then_some(Spike { requests, median, ninety_fifth })
}

/// The smallest value that so many of a hundred do not exceed.
fn quantile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::id::Id;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const HOUR: Duration = Duration::from_secs(60 * 60);

    fn used(hours_ago: u32, requests: i64, outcome: &str) -> Usage {
        Usage {
            credential_id: Id::new(Uuid::from_u128(1)),
            tenant_id: Id::new(Uuid::from_u128(2)),
            hour: NOW.hour() - HOUR * hours_ago,
            outcome: outcome.into(),
            requests,
        }
    }

    fn history(requests: i64) -> Vec<Usage> {
        (1..=30).map(|ago| used(ago, requests, "allowed")).collect()
    }

    fn with(mut history: Vec<Usage>, now: &[(i64, &str)]) -> Option<Spike> {
        history.extend(now.iter().map(|(requests, outcome)| used(0, *requests, outcome)));
        spike(&history, NOW.hour())
    }

    #[test]
    fn five_times_the_busiest_hours_is_a_spike_and_less_is_none() {
        assert_eq!(with(history(30), &[(150, "allowed")]), None);
        let found = Spike { requests: 151, median: 30, ninety_fifth: 30 };
        assert_eq!(with(history(30), &[(100, "allowed"), (51, "revoked")]), Some(found));
        assert_eq!(with(history(1), &[(99, "allowed")]), None, "so few are nobody's worry");
        assert!(with(history(1), &[(100, "allowed")]).is_some());
    }

    #[test]
    fn without_a_day_of_history_nothing_is_sudden() {
        assert_eq!(with(Vec::new(), &[(10_000, "allowed")]), None);
        assert_eq!(with(vec![used(23, 1, "allowed")], &[(10_000, "allowed")]), None);
        assert!(with(vec![used(24, 1, "allowed")], &[(10_000, "allowed")]).is_some());
    }

    #[test]
    fn one_busy_hour_in_twenty_does_not_hide_what_is_usual() {
        let mut hours = history(10);
        hours.push(used(40, 2_000, "allowed"));
        assert_eq!(with(hours.clone(), &[(500, "allowed")]).map(|spike| spike.ninety_fifth), Some(10));
        hours.extend((41..44).map(|ago| used(ago, 2_000, "allowed")));
        assert_eq!(with(hours, &[(500, "allowed")]), None, "a regular peak is no surprise");
    }
}
