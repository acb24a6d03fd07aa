//! The languages, and the choice among them.

use crate::text::text_enum;

text_enum! {
    /// A language that every page speaks (BCP 47).
    #[derive(Default)]
    pub enum Language {
        /// English, which every message is written in first.
        #[default]
        English = "en",
        /// German.
        German = "de",
        /// French.
        French = "fr",
        /// Spanish.
        Spanish = "es",
        /// Chinese in simplified characters.
        Chinese = "zh-Hans",
        /// Arabic, written from right to left.
        Arabic = "ar",
    }
}

impl Language {
    /// Its name in itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::French => "Français",
            Self::Spanish => "Español",
            Self::Chinese => "简体中文",
            Self::Arabic => "العربية",
        }
    }

    /// `ltr` or `rtl`, for `dir`.
    pub const fn direction(self) -> &'static str {
        match self {
            Self::Arabic => "rtl",
            Self::English | Self::German | Self::French | Self::Spanish | Self::Chinese => "ltr",
        }
    }

    /// The language of who reads this tag, or the one that everybody is served by.
    pub fn of_reader(tag: Option<&str>) -> Self {
        tag.and_then(Self::serving).unwrap_or_default()
    }

    /// The language that serves who reads this tag: `de-AT` is served by German.
    fn serving(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_ascii_lowercase();
        let mut parts = tag.split('-');
        let primary = parts.next()?;
        // Who reads traditional characters is not served by simplified ones.
        if primary == "zh" && parts.any(|part| ["hant", "tw", "hk", "mo"].contains(&part)) {
            return None;
        }
        Self::ALL.iter().copied().find(|language| language.as_str().split('-').next() == Some(primary))
    }

    /// The language that a reader likes best of those that there are (RFC 9110 12.5.4).
    pub fn negotiate(accept_language: &str) -> Option<Self> {
        let mut wanted: Vec<(u16, Self)> = Vec::new();
        for range in accept_language.split(',').take(32) {
            let (tag, weight) =
                range.split_once(';').map_or((range, "q=1"), |(tag, rest)| (tag, rest.trim()));
            let weight = weight.strip_prefix("q=").and_then(|text| text.trim().parse::<f32>().ok());
            // Compared as thousandths, which is all that a weight may be precise to.
            let weight =
                weight.filter(|weight| (0.0..=1.0).contains(weight)).map(|weight| (weight * 1000.0) as u16);
            if let (Some(weight @ 1..), Some(language)) = (weight, Self::serving(tag)) {
                wanted.push((weight, language));
            }
        }
        // The first of the best: the order of the header decides between equals.
        wanted.into_iter().rev().max_by_key(|(weight, _)| *weight).map(|(_, language)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_says_nothing_that_is_known_reads_english() {
        for (tag, expected) in [
            (Some("ar-EG"), Language::Arabic),
            (Some("de_AT"), Language::English),
            (Some("nl"), Language::English),
            (None, Language::English),
        ] {
            assert_eq!(Language::of_reader(tag), expected, "{tag:?}");
        }
    }

    #[test]
    fn the_best_liked_language_is_chosen() {
        for (header, expected) in [
            ("de", Some(Language::German)),
            ("de-AT,de;q=0.9,en;q=0.8", Some(Language::German)),
            ("en;q=0.5, fr;q=0.9", Some(Language::French)),
            ("nl, es;q=0.2", Some(Language::Spanish)),
            ("zh-CN", Some(Language::Chinese)),
            ("zh-TW, ar;q=0.1", Some(Language::Arabic)),
            ("fr, de", Some(Language::French)),
            ("fr;q=0, de;q=0.1", Some(Language::German)),
            ("nl", None),
            ("", None),
            ("*", None),
            ("de;q=2", None),
            (";;;,,,", None),
        ] {
            assert_eq!(Language::negotiate(header), expected, "{header}");
        }
    }
}
