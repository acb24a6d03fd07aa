//! Who reads the page that is being made: in which language and colours, and where they are.
//!
//! Errors and the parts of forms are rendered where no request is at hand, so the request log runs each request inside a
//! task-local, as it does for the request id. It does not follow work that is spawned or moved to a blocking thread.

use std::future::Future;

use actix_web::http::header::{ACCEPT, HeaderMap};

use super::paths;
use super::preferences::{Preferences, Theme};
use crate::language::{Language, Piece, Words};

/// The reader of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reader {
    /// How they want pages to look.
    pub preferences: Preferences,
    /// Path and query of what they asked for: where they come back to. Empty where they cannot.
    pub here: String,
}

/// What the addresses begin with that only programs ask; a browser visits one of them, on its way.
const FOR_PROGRAMS: &str = "/v1/";
/// Addresses elsewhere that they ask most.
const ALSO_FOR_PROGRAMS: [&str; 6] =
    [paths::TOKEN, paths::INTROSPECT, paths::REVOKE, paths::JWKS, paths::OPENID_CONFIGURATION, paths::LIVE];

fn is_for_programs(path: &str) -> bool {
    path.starts_with(FOR_PROGRAMS) || ALSO_FOR_PROGRAMS.contains(&path)
}

/// Whether it is a browser that asks for something to read: what goes wrong before any route has a say is then told as a
/// page.
pub fn asks_for_a_page(path: &str, headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    !is_for_programs(path) && accepted.any(|value| value.contains("text/html"))
}

tokio::task_local! {
    static CURRENT: Reader;
}

impl Reader {
    /// Reads what the browser says. `None` where only programs ask, who have no use for it.
    pub(super) fn of(headers: &HeaderMap, path: &str, query: &str) -> Option<Self> {
        if is_for_programs(path) && path != paths::AUTH_CALLBACK {
            return None;
        }
        // A page repeats nothing of a query that it does not know: it may hold the secret of a link, and without it there is
        // no coming back.
        let here = match query {
            "" => path.to_owned(),
            query if query.starts_with("interaction=") && !query.contains('&') => format!("{path}?{query}"),
            _ => String::new(),
        };
        Some(Self { preferences: Preferences::of(headers), here })
    }

    /// The reader of the request that is being answered; one who said nothing, outside one.
    pub fn current() -> Self {
        CURRENT.try_with(Clone::clone).unwrap_or_default()
    }

    /// The words of the reader's language.
    pub fn words() -> Words {
        CURRENT.try_with(|reader| reader.preferences.words()).unwrap_or_default()
    }

    /// Runs `work` so that [`Reader::current`] gives this reader within.
    pub(super) fn scope<T>(self, work: impl Future<Output = T>) -> impl Future<Output = T> {
        CURRENT.scope(self, work)
    }

    /// A message in their language.
    pub fn t(&self, id: &str) -> String {
        self.preferences.words().t(id)
    }

    /// A message in pieces: see [`Words::pieces`].
    pub fn pieces(&self, id: &str, names: &[&str]) -> Vec<Piece> {
        self.preferences.words().pieces(id, names)
    }

    /// Their language.
    pub const fn language(&self) -> Language {
        self.preferences.language
    }

    /// Their colours.
    pub const fn theme(&self) -> Theme {
        self.preferences.theme
    }

    /// The languages that there are.
    pub fn languages(&self) -> &'static [Language] {
        Language::ALL
    }

    /// The colours that there are.
    pub fn themes(&self) -> &'static [Theme] {
        Theme::ALL
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderValue};

    use super::*;

    #[tokio::test]
    async fn whoever_renders_knows_who_reads() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("de"));
        let reader = Reader::of(&headers, "/login", "interaction=b").unwrap();
        assert_eq!((reader.language(), reader.here.as_str()), (Language::German, "/login?interaction=b"));
        assert_eq!(reader.scope(async { Reader::current().language() }).await, Language::German);
        assert_eq!(Reader::current(), Reader::default());
        assert_eq!(Reader::of(&headers, "/v1/verify", ""), None);
        assert_eq!(Reader::of(&headers, "/v1/auth/callback", "").unwrap().language(), Language::German);
        assert!(!asks_for_a_page("/x", &headers));
        headers.insert(ACCEPT, HeaderValue::from_static("text/html,*/*;q=0.8"));
        assert!(asks_for_a_page("/x", &headers) && !asks_for_a_page("/v1/verify", &headers));
    }
}
