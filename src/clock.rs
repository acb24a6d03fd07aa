//! Time as a value. The clock is read once per request at the edge; rules and stores take a [`Timestamp`].

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};

/// A moment in UTC, in whole microseconds since 1970-01-01: the finest step that both databases keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From seconds since the Unix epoch, as JWTs carry them (`NumericDate`, RFC 7519 2).
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since the Unix epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// When the hour began that this moment lies in.
    #[must_use]
    pub const fn hour(self) -> Self {
        Self(self.0 - self.0.rem_euclid(3_600_000_000))
    }

    /// When the minute began that this moment lies in.
    #[must_use]
    pub const fn minute(self) -> Self {
        Self(self.0 - self.0.rem_euclid(60_000_000))
    }

    /// How long after `earlier` this moment is; zero when it is not after.
    pub fn since(self, earlier: Self) -> Duration {
        u64::try_from(self.0.saturating_sub(earlier.0)).map_or(Duration::ZERO, Duration::from_micros)
    }

    /// As chrono's type, for the databases and for people; `None` outside chrono's range.
    pub fn to_datetime(self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_micros(self.0)
    }

    /// RFC 3339 with seconds, such as `2026-11-22T10:00:00Z`.
    pub fn to_rfc3339(self) -> String {
        self.to_datetime().map_or_else(String::new, |t| t.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl Timestamp {
    /// RFC 3339 to the microsecond, such as `2026-11-22T10:00:00.000001Z`.
    pub fn to_rfc3339_micros(self) -> String {
        self.to_datetime().map_or_else(String::new, |t| t.to_rfc3339_opts(SecondsFormat::Micros, true))
    }

    /// Reads RFC 3339, whatever its offset from UTC. `None` for anything else, and for times that no database keeps.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let time = DateTime::parse_from_rfc3339(text).ok()?;
        (1970..=9999).contains(&chrono::Datelike::year(&time)).then(|| Self(time.timestamp_micros()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;
    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }
}

impl std::ops::Sub<Duration> for Timestamp {
    type Output = Self;
    fn sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }
}

/// Where the present comes from: the system, or a hand that tests turn.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's own clock.
    #[default]
    System,
    /// A clock that stands still until [`Clock::advance`] moves it.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A manual clock that stands at `start`.
    pub fn manual(start: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(start.micros())))
    }

    /// The present moment.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp(Utc::now().timestamp_micros()),
            Self::Manual(hand) => Timestamp(hand.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock forward; the system clock does not obey.
    pub fn advance(&self, span: Duration) {
        if let Self::Manual(hand) = self {
            hand.fetch_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_round_down_also_before_the_epoch() {
        assert_eq!(Timestamp::from_micros(1_999_999).seconds(), 1);
        assert_eq!(Timestamp::from_micros(-1).seconds(), -1);
    }

    #[test]
    fn since_is_zero_for_the_future() {
        let now = Timestamp::from_seconds(10);
        assert_eq!(now.since(now + Duration::from_secs(5)), Duration::ZERO);
        assert_eq!((now + Duration::from_secs(5)).since(now), Duration::from_secs(5));
    }

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = Clock::manual(Timestamp::from_seconds(100));
        assert_eq!(clock.now(), clock.now());
        clock.advance(Duration::from_secs(3));
        assert_eq!(clock.now().seconds(), 103);
    }
}
