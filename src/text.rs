//! Enumerations that have one fixed text each: the same word in the database, in JSON and in configuration files. And
//! words for people that more than one door says: spans of time, names in mails. And texts in few bytes.

mod error_form;
mod gzip;
mod json;

use std::time::Duration;

pub use error_form::{ErrorForm, Failing};
pub use gzip::{pack, unpack};
pub use json::{Json, Template};

/// Declares an enum with its texts. `as_str` gives the text, `FromStr` reads it, and serde uses both.
macro_rules! text_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The fixed text of this value.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::UnknownText;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::text::UnknownText {
                        found: text.to_owned(),
                        expected: &[$($text),+],
                    }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?
                    .parse()
                    .map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use text_enum;

/// A text that is none of the known ones.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is not one of: {}", expected.join(", "))]
pub struct UnknownText {
    /// What was found.
    pub found: String,
    /// What would have been right.
    pub expected: &'static [&'static str],
}

/// Below this likeness (0 to 1) a suggestion would puzzle more than help.
const LIKENESS: f64 = 0.6;

/// Of the known words the one that somebody who wrote this may have meant.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|known| (strsim::normalized_damerau_levenshtein(word, known), known))
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, known)| known)
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A span for people, as a count and the unit that is counted: in the largest unit that gives at least two of it or fits
/// without rest, rounded up, so that nobody who waits that long comes too early. 90 s is 2 minutes, 24 h is 1 day, 36 h is
/// 36 hours.
pub fn span_parts(span: Duration) -> (u64, &'static str) {
    let seconds = span.as_secs().saturating_add(u64::from(span.subsec_nanos() > 0)).max(1);
    let units = [(DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")];
    let fits = |unit: u64| seconds.is_multiple_of(unit) || seconds >= 2 * unit;
    let (unit, name) = units.into_iter().find(|(unit, _)| seconds >= *unit && fits(*unit)).unwrap_or((
        if seconds > MINUTE { MINUTE } else { 1 },
        if seconds > MINUTE { "minute" } else { "second" },
    ));
    (seconds.div_ceil(unit), name)
}

/// A name that cannot write lines of its own, into a mail for example.
pub fn one_line(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A name for a line of text: it writes no lines of its own and holds no marks that turn what stands around it; one that may
/// run from right to left stands between marks that keep its sentence whole.
pub fn isolated(name: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let separates = |c: char| matches!(c, '\u{2028}' | '\u{2029}');
    let plain: String =
        one_line(name).chars().filter(|c| !turns(*c)).map(|c| if separates(c) { ' ' } else { c }).collect();
    let is_rtl = |c: char| matches!(c, '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}');
    if plain.chars().any(is_rtl) { format!("\u{2068}{plain}\u{2069}") } else { plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_to_its_place() {
        for (name, expected) in [
            ("Acme", "Acme"),
            ("Evil\r\nBcc: x", "Evil  Bcc: x"),
            ("a\u{2028}b", "a b"),
            ("x\u{202E}live\u{2066}", "xlive"),
            ("شركة", "\u{2068}شركة\u{2069}"),
            ("\u{2069}חברה", "\u{2068}חברה\u{2069}"),
        ] {
            assert_eq!(isolated(name), expected, "{name:?}");
        }
    }

    #[test]
    fn spans_read_well_and_never_promise_too_early() {
        for (seconds, expected) in [
            (0, (1, "second")),
            (1, (1, "second")),
            (59, (59, "second")),
            (60, (1, "minute")),
            (61, (2, "minute")),
            (90, (2, "minute")),
            (112, (2, "minute")),
            (121, (3, "minute")),
            (1_800, (30, "minute")),
            (3_600, (1, "hour")),
            (3_601, (61, "minute")),
            (7_200, (2, "hour")),
            (86_400, (1, "day")),
            (129_600, (36, "hour")),
            (7_776_000, (90, "day")),
        ] {
            assert_eq!(span_parts(Duration::from_secs(seconds)), expected, "{seconds}");
        }
        assert_eq!(span_parts(Duration::from_millis(60_001)), (2, "minute"));
    }
}
