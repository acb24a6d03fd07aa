//! Times in words.

use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A span for people: in the largest unit that gives at least two of it or fits without rest, rounded up, so that
/// nobody who waits that long comes too early. 90 s is "2 minutes", 24 h is "1 day", 36 h is "36 hours".
pub fn span(span: Duration) -> String {
    let seconds = span.as_secs().saturating_add(u64::from(span.subsec_nanos() > 0)).max(1);
    let units = [(DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")];
    let fits = |unit: u64| seconds.is_multiple_of(unit) || seconds >= 2 * unit;
    let (unit, name) = units.into_iter().find(|(unit, _)| seconds >= *unit && fits(*unit)).unwrap_or((
        if seconds > MINUTE { MINUTE } else { 1 },
        if seconds > MINUTE { "minute" } else { "second" },
    ));
    let count = seconds.div_ceil(unit);
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_well_and_never_promise_too_early() {
        for (seconds, expected) in [
            (0, "1 second"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (61, "2 minutes"),
            (90, "2 minutes"),
            (112, "2 minutes"),
            (121, "3 minutes"),
            (1_800, "30 minutes"),
            (3_600, "1 hour"),
            (3_601, "61 minutes"),
            (7_200, "2 hours"),
            (86_400, "1 day"),
            (129_600, "36 hours"),
            (7_776_000, "90 days"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), expected, "{seconds}");
        }
        assert_eq!(span(Duration::from_millis(60_001)), "2 minutes");
    }
}
