//! The rule of rates: the generic cell rate algorithm (ITU-T I.371, annex A) over several buckets at once.
//!
//! A bucket remembers one moment: when it would be empty again. Each request moves that moment forward by its share of the
//! minute, and one that would move it further than a minute ahead is refused. So a quiet bucket takes its whole limit at
//! once, and a busy one as many as flow out of it. Either every bucket takes the request or none does.

use std::time::Duration;

/// The time that limits are counted over, in microseconds.
const WINDOW: u64 = 60_000_000;

/// How many requests a bucket takes in a minute, and how many this one counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    limit: u32,
    weight: u32,
}

impl Rate {
    /// So many; at least one.
    pub fn per_minute(requests: u32) -> Self {
        Self { limit: requests.max(1), weight: 1 }
    }

    /// The same for what counts as several requests at once. What counts as more than a minute's fills the bucket, and so
    /// is taken by an empty one.
    #[must_use]
    pub fn weighing(self, requests: usize) -> Self {
        Self { weight: u32::try_from(requests).unwrap_or(u32::MAX).clamp(1, self.limit), ..self }
    }

    /// How many.
    pub const fn limit(self) -> u32 {
        self.limit
    }

    /// Microseconds that one request fills.
    fn share(self) -> u64 {
        (WINDOW / u64::from(self.limit)).max(1)
    }

    /// Microseconds that this one fills.
    pub fn cost(self) -> u64 {
        self.share() * u64::from(self.weight)
    }

    /// How far ahead of the present a full bucket is, in microseconds: exactly the limit fits.
    pub fn most(self) -> u64 {
        self.share() * u64::from(self.limit)
    }
}

/// How a bucket stands after a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Requests in a minute.
    pub limit: u32,
    /// Requests that it takes right now.
    pub remaining: u32,
    /// Until it is empty.
    pub reset: Duration,
    /// Until it takes the next request; zero when it does now.
    pub wait: Duration,
}

impl Standing {
    fn of(rate: Rate, ahead: u64) -> Self {
        let room = rate.most().saturating_sub(ahead);
        Self {
            limit: rate.limit,
            remaining: u32::try_from(room / rate.share()).unwrap_or(u32::MAX),
            reset: Duration::from_micros(ahead),
            wait: Duration::from_micros((ahead + rate.cost()).saturating_sub(rate.most())),
        }
    }

    /// Seconds until it is empty, rounded up.
    pub fn reset_seconds(&self) -> u64 {
        self.reset.as_micros().div_ceil(1_000_000).try_into().unwrap_or(u64::MAX)
    }

    /// Seconds until it takes the next request, rounded up; at least one, so that nobody comes back too soon.
    pub fn retry_after(&self) -> u64 {
        let seconds: u64 = self.wait.as_micros().div_ceil(1_000_000).try_into().unwrap_or(u64::MAX);
        seconds.max(1)
    }
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateDecision {
    /// Whether every bucket took it.
    pub allowed: bool,
    /// The tightest bucket by its place in the list: of those that refuse the one that makes wait longest, and otherwise
    /// the one with the least left.
    pub tightest: usize,
    /// How that one stands now.
    pub standing: Standing,
}

/// How far ahead of `now` a bucket is that would be empty at `empty_at`. Never further than full: a clock that was set
/// back, or a limit that was lowered, must not shut anybody out for longer than a minute.
pub fn ahead(rate: Rate, empty_at: u64, now: u64) -> u64 {
    empty_at.saturating_sub(now).min(rate.most())
}

/// Decides over all buckets, each with its rate and how far ahead it is, and charges every one or none. `None` without
/// any bucket.
pub fn decide(buckets: &mut [(Rate, u64)]) -> Option<RateDecision> {
    let allowed = buckets.iter().all(|(rate, ahead)| ahead + rate.cost() <= rate.most());
    if allowed {
        for (rate, ahead) in buckets.iter_mut() {
            *ahead += rate.cost();
        }
    }
    tightest(buckets, allowed)
}

/// The answer about buckets that were charged already, or not.
pub fn tightest(buckets: &[(Rate, u64)], allowed: bool) -> Option<RateDecision> {
    let standings = buckets.iter().map(|&(rate, ahead)| Standing::of(rate, ahead)).enumerate();
    let (tightest, standing) = if allowed {
        standings.min_by_key(|(_, standing)| standing.remaining)
    } else {
        // The first of several, as above.
        standings.rev().max_by_key(|(_, standing)| standing.wait)
    }?;
    Some(RateDecision { allowed, tightest, standing })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: u64 = 1_000_000;

    /// Buckets as a limiter keeps them.
    struct Kept(Vec<(Rate, u64)>);

    impl Kept {
        fn new(limits: &[u32]) -> Self {
            Self(limits.iter().map(|&limit| (Rate::per_minute(limit), 0)).collect())
        }

        fn ask(&mut self, now: u64) -> RateDecision {
            let mut asked: Vec<_> =
                self.0.iter().map(|&(rate, empty_at)| (rate, ahead(rate, empty_at, now))).collect();
            let decision = decide(&mut asked).unwrap();
            for ((_, empty_at), (_, ahead)) in self.0.iter_mut().zip(asked) {
                *empty_at = now + ahead;
            }
            decision
        }
    }

    #[test]
    fn the_limit_passes_at_once_and_then_one_for_each_share_of_the_minute() {
        let mut kept = Kept::new(&[60]);
        for left in (0..60).rev() {
            let decision = kept.ask(SECOND);
            assert!(decision.allowed);
            assert_eq!(decision.standing.remaining, left);
        }
        let refused = kept.ask(SECOND);
        assert!(!refused.allowed);
        assert_eq!((refused.standing.remaining, refused.standing.retry_after()), (0, 1));
        assert_eq!(refused.standing.reset_seconds(), 60);
        assert!(!kept.ask(2 * SECOND - 1).allowed, "to the microsecond");
        assert!(kept.ask(2 * SECOND).allowed);
        assert!(!kept.ask(2 * SECOND).allowed);
        assert_eq!(kept.ask(200 * SECOND).standing.remaining, 59, "after a pause it is empty and no emptier");
    }

    #[test]
    fn when_one_refuses_none_is_charged_and_the_tightest_is_told() {
        let mut kept = Kept::new(&[2, 5]);
        assert_eq!(kept.ask(0).tightest, 0);
        assert!(kept.ask(0).allowed);
        for _ in 0..10 {
            let refused = kept.ask(0);
            assert_eq!((refused.allowed, refused.tightest, refused.standing.limit), (false, 0, 2));
            assert_eq!(refused.standing.retry_after(), 30);
        }
        let mut other = vec![kept.0[1]];
        std::mem::swap(&mut kept.0, &mut other);
        for _ in 0..3 {
            assert!(kept.ask(0).allowed, "two were charged and no more");
        }
        assert!(!kept.ask(0).allowed);
        assert_eq!(decide(&mut []), None);
    }

    #[test]
    fn a_clock_that_was_set_back_and_a_lowered_limit_shut_nobody_out_for_long() {
        let mut kept = Kept::new(&[6]);
        kept.ask(9_000 * SECOND);
        let refused = kept.ask(0);
        assert!(!refused.allowed && refused.standing.retry_after() <= 10);
        assert!(kept.ask(10 * SECOND).allowed);
        assert_eq!(Rate::per_minute(0), Rate::per_minute(1));
        assert_eq!(Rate::per_minute(u32::MAX).cost(), 1);
    }

    #[test]
    fn what_counts_as_several_is_charged_as_several_or_not_at_all() {
        let rate = Rate::per_minute(6);
        let ask = |requests: usize, ahead: u64| decide(&mut [(rate.weighing(requests), ahead)]).unwrap();
        let four = ask(4, 0);
        assert!(four.allowed && four.standing.remaining == 2);
        let three = ask(3, 40 * SECOND);
        assert!(!three.allowed);
        assert_eq!((three.standing.remaining, three.standing.retry_after()), (2, 10));
        assert!(ask(2, 40 * SECOND).allowed);
        let hundred = ask(100, 0);
        assert!(hundred.allowed && hundred.standing.remaining == 0, "an empty bucket takes it");
        assert!(!ask(100, 1).allowed);
        assert_eq!(rate.weighing(0), rate);
    }

    proptest! {
        #[test]
        fn exactly_the_limit_passes_at_once_whatever_it_is(limit in 1_u32..20_000) {
            let mut kept = Kept::new(&[limit]);
            let passed = (0..limit + 5).filter(|_| kept.ask(7).allowed).count();
            prop_assert_eq!(passed, limit as usize);
        }

        #[test]
        fn no_minute_takes_more_than_the_limit_and_what_flowed_out(
            limit in 1_u32..50, steps in prop::collection::vec(0_u64..3 * SECOND, 1..300)
        ) {
            let mut kept = Kept::new(&[limit]);
            let (mut now, mut passed) = (0, 0_u64);
            for step in steps {
                now += step;
                passed += u64::from(kept.ask(now).allowed);
                let rate = Rate::per_minute(limit);
                prop_assert!(passed <= u64::from(limit) + now / rate.cost());
            }
        }
    }
}
