//! When a delivery that was not taken is tried again.

use std::time::Duration;

/// How often a delivery is tried, over about a day.
pub const MOST_ATTEMPTS: i64 = 12;
/// How long whoever tries a delivery has it to itself. Longer than an attempt can take.
pub const LEASE: Duration = Duration::from_secs(90);
/// The wait after the first attempt.
const FIRST: Duration = Duration::from_secs(10);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(5 * 60 * 60);
/// How much each wait is longer than the one before.
const FACTOR: u32 = 3;

/// The wait after the attempt of this number, the first being 1; `None` when it was the last. `jitter` is from 0 to 1 and
/// moves the wait by a fifth in either direction, so that what failed together does not come back together.
pub fn delay(attempt: i64, jitter: f64) -> Option<Duration> {
    if attempt >= MOST_ATTEMPTS {
        return None;
    }
    let steps = u32::try_from(attempt.saturating_sub(1)).unwrap_or_default();
    let wait = FACTOR.checked_pow(steps).map_or(LONGEST, |factor| FIRST.saturating_mul(factor)).min(LONGEST);
    Some(wait.mul_f64(0.8 + jitter.clamp(0.0, 1.0) * 0.4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_about_a_day_and_then_it_is_over() {
        let all: Vec<u64> = (1..MOST_ATTEMPTS).map(|n| delay(n, 0.5).unwrap().as_secs()).collect();
        assert_eq!(all[..4], [10, 30, 90, 270]);
        assert!(all.is_sorted() && all.iter().all(|wait| *wait <= 5 * 60 * 60));
        let whole: u64 = all.iter().sum();
        assert!((20 * 3_600..30 * 3_600).contains(&whole), "{whole}");
        assert_eq!(delay(MOST_ATTEMPTS, 0.5), None);
        assert_eq!(delay(MOST_ATTEMPTS + 1, 0.5), None);
    }

    #[test]
    fn jitter_moves_a_wait_by_a_fifth() {
        assert_eq!(delay(1, 0.0).unwrap(), Duration::from_secs(8));
        assert_eq!(delay(1, 1.0).unwrap(), Duration::from_secs(12));
    }
}
