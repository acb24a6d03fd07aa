//! Times for people: how long ago or how long until, with the exact moment beside it.

use crate::clock::Timestamp;
use crate::language::Words;

/// A moment as a page shows it: `<time datetime="{{ exact }}" title="{{ title }}">{{ text }}</time>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent {
    /// RFC 3339.
    pub exact: String,
    /// The same for people, in UTC; a script puts the reader's own zone in its place.
    pub title: String,
    /// How long ago or until, in words.
    pub text: String,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A moment given as the API gives it; what cannot be read is shown as it is.
pub fn recent(rfc3339: &str, words: Words, now: Timestamp) -> Recent {
    let Some(at) = Timestamp::parse_rfc3339(rfc3339) else {
        return Recent { exact: rfc3339.into(), title: String::new(), text: rfc3339.into() };
    };
    let title = at.to_rfc3339().replace('T', " ").replace('Z', " UTC");
    let seconds = now.seconds() - at.seconds();
    let (span, past) = (seconds.abs(), seconds >= 0);
    let id = match (span, past) {
        (0..MINUTE, true) => return Recent { exact: rfc3339.into(), title, text: words.t("time-now") },
        (0..HOUR, true) => "time-minutes-ago",
        (HOUR..DAY, true) => "time-hours-ago",
        (_, true) => "time-days-ago",
        (0..HOUR, false) => "time-in-minutes",
        (HOUR..DAY, false) => "time-in-hours",
        (_, false) => "time-in-days",
    };
    let unit = match span {
        0..HOUR => MINUTE,
        HOUR..DAY => HOUR,
        _ => DAY,
    };
    // What lies ahead is rounded up: nobody is told that something ends sooner than it does.
    let count = if past { span / unit } else { (span + unit - 1) / unit };
    Recent { exact: rfc3339.into(), title, text: words.t1(id, "count", count.max(1)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn moments_are_told_in_words() {
        let now = Timestamp::parse_rfc3339("2026-05-01T12:00:00Z").unwrap();
        let say = |text| recent(text, Words(Language::English), now).text;
        assert_eq!(say("2026-05-01T11:59:30Z"), "just now");
        assert_eq!(say("2026-05-01T11:58:59Z"), "1 minute ago");
        assert_eq!(say("2026-05-01T09:00:00Z"), "3 hours ago");
        assert_eq!(say("2026-04-28T11:00:00Z"), "3 days ago");
        assert_eq!(say("2026-05-01T12:00:01Z"), "in 1 minute");
        assert_eq!(say("2026-05-02T13:00:00Z"), "in 2 days");
        assert_eq!(say("junk"), "junk");
        assert_eq!(recent("2026-05-01T11:59:30Z", Words::default(), now).title, "2026-05-01 11:59:30 UTC");
    }
}
