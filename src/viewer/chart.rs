//! Bars for pages: drawn by the server as SVG, with the same numbers as a table. `templates/components/chart.html` shows
//! them: `{% call charts::bars(frame, chart) %}{% endcall %}`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use crate::clock::Timestamp;
use crate::language::Words;

/// The class of what went well.
pub const GOOD: &str = "good";
/// The class of what was held back.
pub const WARNING: &str = "warning";
/// The class of what was refused.
pub const BAD: &str = "bad";

/// How wide a bar with its gap is, and how wide without, in units of the drawing.
const PITCH: f64 = 10.0;
const WIDTH: f64 = 8.0;
/// How high the drawing is.
const HEIGHT: f64 = 100.0;
/// What is there at all is never drawn lower than this.
const LOWEST: f64 = 1.5;

/// One bar: parts that stand on each other, from below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it stands for, in the table and below the drawing.
    pub label: String,
    /// What is said when somebody points at it.
    pub title: String,
    /// The class of each part and how high it is, in whatever is counted.
    pub parts: Vec<(&'static str, u64)>,
}

/// A chart of bars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// Its accessible name, and the caption of its table.
    pub name: String,
    /// What a row of the table stands for.
    pub unit: String,
    /// The classes with what they mean, in the order in which they stand on each other.
    pub legend: Vec<(&'static str, String)>,
    /// The bars, in the order in which they are shown.
    pub bars: Vec<Bar>,
}

/// A part of a bar as it is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    /// The class, which has the colour.
    pub class: &'static str,
    /// From the left.
    pub x: f64,
    /// From above.
    pub y: f64,
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
}

impl Bar {
    /// What all of its parts come to.
    pub fn total(&self) -> u64 {
        self.parts.iter().map(|(_, height)| height).sum()
    }

    /// What the parts of a class come to.
    pub fn of(&self, class: &str) -> u64 {
        self.parts.iter().filter(|(found, _)| *found == class).map(|(_, height)| height).sum()
    }
}

impl Chart {
    /// The highest bar.
    pub fn most(&self) -> u64 {
        self.bars.iter().map(Bar::total).max().unwrap_or_default()
    }

    /// Whether there is nothing to see.
    pub fn is_flat(&self) -> bool {
        self.most() == 0
    }

    /// Everything of a class.
    pub fn sum(&self, class: &str) -> u64 {
        self.bars.iter().map(|bar| bar.of(class)).sum()
    }

    /// Everything.
    pub fn total(&self) -> u64 {
        self.bars.iter().map(Bar::total).sum()
    }

    /// How wide the drawing is.
    pub fn width(&self) -> f64 {
        self.bars.len().max(1) as f64 * PITCH
    }

    /// The labels of the first bar and the last, for the line below the drawing.
    pub fn ends(&self) -> (&str, &str) {
        match (self.bars.first(), self.bars.last()) {
            (Some(first), Some(last)) => (&first.label, &last.label),
            _ => ("", ""),
        }
    }

    /// The bars with their blocks.
    pub fn drawn(&self) -> Vec<(&Bar, Vec<Block>)> {
        let most = self.most().max(1) as f64;
        self.bars.iter().enumerate().map(|(at, bar)| (bar, blocks(bar, at as f64 * PITCH, most))).collect()
    }
}

fn blocks(bar: &Bar, x: f64, most: f64) -> Vec<Block> {
    let there: Vec<(&'static str, f64)> = bar
        .parts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(class, count)| (*class, (*count as f64 / most * HEIGHT).max(LOWEST)))
        .collect();
    // Few among many are seen all the same: the highest part makes room for them.
    let surplus = (there.iter().map(|(_, height)| height).sum::<f64>() - HEIGHT).max(0.0);
    let highest = there.iter().map(|(_, height)| *height).fold(0.0, f64::max);
    let mut left = HEIGHT;
    there
        .into_iter()
        .map(|(class, height)| {
            let height = if height < highest { height } else { height - surplus };
            left = (left - height).max(0.0);
            Block { class, x, y: left, width: WIDTH, height }
        })
        .collect()
}

/// How far back a chart of requests looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// 24 bars of an hour.
    Day,
    /// 28 bars of six hours.
    Week,
    /// 30 bars of a day.
    Month,
    /// 30 bars of three days.
    Quarter,
}

impl Span {
    /// How many days that is.
    pub const fn days(self) -> u32 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 90,
        }
    }

    const fn bars(self) -> (u32, u32) {
        match self {
            Self::Day => (24, 1),
            Self::Week => (28, 6),
            Self::Month => (30, 24),
            Self::Quarter => (30, 72),
        }
    }
}

/// The requests of an hour, as the management API counts them.
#[derive(Clone, Debug, Deserialize)]
pub struct Hour {
    /// When it began.
    pub hour: String,
    /// Requests by how they ended: `allowed`, or the reason of a refusal.
    pub requests: BTreeMap<String, i64>,
}

/// The class of an outcome.
pub fn class_of(outcome: &str) -> &'static str {
    match outcome {
        "allowed" => GOOD,
        "rate_limited" => WARNING,
        _ => BAD,
    }
}

/// The requests of the last day or week by how they ended; hours without any are there, too.
pub fn of_requests(words: Words, hours: &[Hour], (span, now): (Span, Timestamp)) -> Chart {
    let (count, width) = span.bars();
    let (hour, this) = (Duration::from_secs(60 * 60), now.hour());
    // The last bar ends with the hour that is running.
    let begins = |at: u32| this + hour - hour * (width * (count - at));
    let read: Vec<(Timestamp, &Hour)> =
        hours.iter().filter_map(|one| Some((Timestamp::parse_rfc3339(&one.hour)?, one))).collect();
    let bar = |at: u32| {
        let (from, until) = (begins(at), begins(at) + hour * width);
        let mut sums = [(GOOD, 0), (WARNING, 0), (BAD, 0)];
        for (_, one) in read.iter().filter(|(hour, _)| (from..until).contains(hour)) {
            for (outcome, requests) in &one.requests {
                let class = class_of(outcome);
                let sum = sums.iter_mut().filter(|(known, _)| *known == class);
                sum.for_each(|(_, sum)| *sum += u64::try_from(*requests).unwrap_or_default());
            }
        }
        let label = from.to_datetime().map(|at| at.format("%Y-%m-%d %H:%M UTC").to_string());
        let label = label.unwrap_or_default();
        let total: u64 = sums.iter().map(|(_, sum)| sum).sum();
        let title = words.t2("chart-bar", "when", label.clone(), "count", total);
        Bar { label, title, parts: sums.to_vec() }
    };
    Chart {
        name: words.t(match span {
            Span::Day => "chart-requests-day",
            Span::Week => "chart-requests-week",
            Span::Month => "chart-requests-month",
            Span::Quarter => "chart-requests-quarter",
        }),
        unit: words.t("chart-from"),
        legend: vec![
            (GOOD, words.t("chart-allowed")),
            (WARNING, words.t("chart-limited")),
            (BAD, words.t("chart-refused")),
        ],
        bars: (0..count).map(bar).collect(),
    }
}

/// The requests of the last hours of one thing, as the management API counts them; the oldest hour first.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Activity {
    /// Those that were let through.
    pub allowed: Vec<i64>,
    /// Those that were told to wait.
    pub rate_limited: Vec<i64>,
    /// Those that were refused.
    pub refused: Vec<i64>,
}

/// A chart that is small enough for a line of a table. Its name says what there is to see, for those who do not see it.
pub fn of_activity(words: Words, activity: &Activity) -> Chart {
    let count = |series: &[i64], at: usize| {
        series.get(at).and_then(|count| u64::try_from(*count).ok()).unwrap_or_default()
    };
    let bar = |at: usize| Bar {
        label: String::new(),
        title: String::new(),
        parts: vec![
            (GOOD, count(&activity.allowed, at)),
            (WARNING, count(&activity.rate_limited, at)),
            (BAD, count(&activity.refused, at)),
        ],
    };
    let bars: Vec<Bar> = (0..activity.allowed.len()).map(bar).collect();
    let mut chart = Chart { name: String::new(), unit: String::new(), legend: Vec::new(), bars };
    let held_back = chart.sum(WARNING) + chart.sum(BAD);
    chart.name = words.t2("chart-activity", "count", chart.sum(GOOD) + held_back, "refused", held_back);
    chart
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    const NOW: &str = "2026-05-08T12:34:56Z";

    fn hour(at: &str, requests: &[(&str, i64)]) -> Hour {
        let requests = requests.iter().map(|(outcome, count)| ((*outcome).to_owned(), *count)).collect();
        Hour { hour: at.into(), requests }
    }

    fn chart(hours: &[Hour], span: Span) -> Chart {
        of_requests(Words(Language::English), hours, (span, Timestamp::parse_rfc3339(NOW).unwrap()))
    }

    #[test]
    fn every_hour_of_a_day_has_its_bar() {
        let hours = [
            hour("2026-05-07T12:00:00Z", &[("allowed", 9)]),
            hour("2026-05-07T13:00:00Z", &[("allowed", 1)]),
            hour(
                "2026-05-08T12:00:00Z",
                &[("allowed", 2), ("rate_limited", 3), ("revoked", 4), ("expired", 1)],
            ),
        ];
        let chart = chart(&hours, Span::Day);
        assert_eq!(chart.bars.len(), 24);
        assert_eq!(chart.bars[0].parts, [(GOOD, 1), (WARNING, 0), (BAD, 0)], "what is older is not there");
        assert_eq!(chart.bars[23].parts, [(GOOD, 2), (WARNING, 3), (BAD, 5)]);
        assert_eq!((chart.most(), chart.sum(GOOD), chart.sum(BAD)), (10, 3, 5));
        assert_eq!(chart.ends(), ("2026-05-07 13:00 UTC", "2026-05-08 12:00 UTC"));
    }

    #[test]
    fn a_week_has_bars_of_six_hours() {
        let hours = [
            hour("2026-05-01T13:00:00Z", &[("allowed", 1)]),
            hour("2026-05-08T07:00:00Z", &[("allowed", 1)]),
            hour("2026-05-08T12:00:00Z", &[("allowed", 1)]),
        ];
        let chart = chart(&hours, Span::Week);
        let totals: Vec<u64> = chart.bars.iter().map(Bar::total).collect();
        assert_eq!((totals.len(), totals[0], totals[27], chart.sum(GOOD)), (28, 1, 2, 3));
    }

    #[test]
    fn a_month_and_a_quarter_have_thirty_bars() {
        let hours = [
            hour("2026-05-08T12:00:00Z", &[("allowed", 4)]),
            hour("2026-04-09T12:00:00Z", &[("allowed", 1)]),
        ];
        let month = chart(&hours, Span::Month);
        assert_eq!((month.bars.len(), month.bars[29].total(), month.sum(GOOD)), (30, 4, 5));
        assert_eq!(chart(&hours, Span::Quarter).bars[20].total(), 1);
    }

    #[test]
    fn the_last_hours_have_a_name_that_tells_them() {
        let activity =
            Activity { allowed: vec![0, 1, 5], rate_limited: vec![0, 0, 1], refused: vec![0, 2, 0] };
        let small = of_activity(Words(Language::English), &activity);
        assert_eq!((small.bars.len(), small.bars[1].total(), small.most()), (3, 3, 6));
        let plain: String = small.name.chars().filter(|c| c.is_ascii()).collect();
        assert_eq!(plain, "9 requests in the last 36 hours, 3 of them refused");
    }

    #[test]
    fn blocks_stand_on_each_other_and_stay_in_the_drawing() {
        let none = chart(&[], Span::Day);
        assert!(none.is_flat() && none.drawn().iter().all(|(_, blocks)| blocks.is_empty()));
        let hours =
            [hour("2026-05-08T12:00:00Z", &[("allowed", 1_000_000), ("rate_limited", 1), ("revoked", 1)])];
        let one = chart(&hours, Span::Day);
        let (_, blocks) = one.drawn().pop().unwrap();
        assert_eq!(blocks[0].class, GOOD);
        assert_eq!(blocks.len(), 3);
        assert!(blocks.iter().all(|block| block.height >= LOWEST && block.y + block.height < HEIGHT + 0.01));
        assert_eq!(one.width(), 240.0);
    }
}
