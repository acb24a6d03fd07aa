//! How a reader wants pages to look: language and colours, each in a cookie of its own that says nothing else.

use std::time::Duration;

use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::http::header::{ACCEPT_LANGUAGE, COOKIE, HeaderMap};

use crate::language::{Language, Words};
use crate::text::text_enum;

const LANGUAGE: &str = "gridkey-language";
const THEME: &str = "gridkey-theme";
const LIFETIME: Duration = Duration::from_secs(365 * 24 * 60 * 60);

text_enum! {
    /// Light or dark.
    #[derive(Default)]
    pub enum Theme {
        /// As the system has it.
        #[default]
        System = "system",
        /// Dark on light.
        Light = "light",
        /// Light on dark.
        Dark = "dark",
    }
}

/// What a reader prefers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// The language.
    pub language: Language,
    /// The colours.
    pub theme: Theme,
}

impl Preferences {
    /// What was chosen before; the browser's languages decide where nothing was.
    pub fn of(headers: &HeaderMap) -> Self {
        let languages =
            headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let chosen = cookie(headers, LANGUAGE).and_then(|text| text.parse().ok());
        Self {
            language: chosen.or_else(|| Language::negotiate(languages)).unwrap_or_default(),
            theme: cookie(headers, THEME).and_then(|text| text.parse().ok()).unwrap_or_default(),
        }
    }

    /// The words.
    pub const fn words(self) -> Words {
        Words(self.language)
    }

    /// The cookies that keep the choice for a year.
    pub fn cookies(self, https: bool) -> [Cookie<'static>; 2] {
        let seconds = i64::try_from(LIFETIME.as_secs()).unwrap_or(i64::MAX);
        [(LANGUAGE, self.language.as_str()), (THEME, self.theme.as_str())].map(|(name, value)| {
            Cookie::build(name, value)
                .path("/")
                .http_only(true)
                .same_site(SameSite::Lax)
                .secure(https)
                .max_age(time::Duration::seconds(seconds))
                .finish()
        })
    }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn preferences(pairs: &[(&str, &str)]) -> Preferences {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name.parse().unwrap(), HeaderValue::from_str(value).unwrap());
        }
        Preferences::of(&headers)
    }

    #[test]
    fn a_choice_goes_before_the_browsers_languages() {
        assert_eq!(preferences(&[]), Preferences::default());
        assert_eq!(preferences(&[("accept-language", "fr")]).language, Language::French);
        let both = preferences(&[
            ("accept-language", "fr"),
            ("cookie", "x=1; gridkey-language=ar; gridkey-theme=dark"),
        ]);
        assert_eq!(both, Preferences { language: Language::Arabic, theme: Theme::Dark });
        let junk = preferences(&[("cookie", "gridkey-language=xx; gridkey-theme=neon")]);
        assert_eq!(junk, Preferences::default());
    }
}
