//! Where two addresses part: what somebody has to look at who wonders why they are not the same.

/// A text in three: what it begins with like the other, what is its own, and what it ends with like the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts<'a> {
    /// The same at the beginning.
    pub before: &'a str,
    /// What the other has not.
    pub own: &'a str,
    /// The same at the end.
    pub after: &'a str,
}

/// Compares a text with another, character by character.
pub fn parts<'a>(text: &'a str, other: &str) -> Parts<'a> {
    let beginning: usize =
        text.chars().zip(other.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
    // The parts after it: both begin after the same bytes, so this is between two characters in both.
    let (before, rest) = text.split_at_checked(beginning).unwrap_or((text, ""));
    let of_other = other.get(beginning..).unwrap_or_default();
    let end: usize = rest
        .chars()
        .rev()
        .zip(of_other.chars().rev())
        .take_while(|(a, b)| a == b)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let (own, after) = rest.split_at_checked(rest.len().saturating_sub(end)).unwrap_or((rest, ""));
    Parts { before, own, after }
}

/// The one that has most in common with `text`; the empty text if there is none.
pub fn closest<'a>(text: &str, others: &'a [String]) -> &'a str {
    let in_common = |other: &&String| {
        let Parts { before, after, .. } = parts(text, other);
        before.len() + after.len()
    };
    others.iter().max_by_key(in_common).map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_differs_stands_alone() {
        for (text, other, expected) in [
            ("https://a/cb/", "https://a/cb", ("https://a/cb", "/", "")),
            ("https://a/cb", "https://a/cb/", ("https://a/cb", "", "")),
            ("http://a/cb", "https://a/cb", ("http", "", "://a/cb")),
            ("https://a/cb", "http://a/cb", ("http", "s", "://a/cb")),
            ("https://ä/cb", "https://a/cb", ("https://", "ä", "/cb")),
            ("aa", "a", ("a", "a", "")),
            ("", "https://a", ("", "", "")),
            ("x", "", ("", "x", "")),
        ] {
            let found = parts(text, other);
            assert_eq!((found.before, found.own, found.after), expected, "{text} {other}");
        }
    }

    #[test]
    fn the_closest_is_compared_with() {
        let all = ["https://b/cb".to_owned(), "https://a/cb".to_owned()];
        assert_eq!(closest("https://a/cb/", &all), "https://a/cb");
        assert_eq!(closest("https://a/cb/", &[]), "");
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "\\PC{0,12}", other in "\\PC{0,12}") {
            let found = parts(&text, &other);
            prop_assert_eq!(format!("{}{}{}", found.before, found.own, found.after), text.clone());
            prop_assert!(other.starts_with(found.before) && other.ends_with(found.after));
        }
    }
}
