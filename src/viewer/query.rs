//! Addresses of our pages and of the API, and the pages of lists.

use serde::Deserialize;
use url::form_urlencoded::Serializer;

/// An address with a query that is put together piece by piece.
#[derive(Clone, Debug)]
pub struct Address {
    path: String,
    pairs: Vec<(String, String)>,
}

impl Address {
    /// The bare path.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), pairs: Vec::new() }
    }

    /// Adds a parameter; an empty one says nothing and is left out.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        let value = value.to_string();
        if !value.is_empty() {
            self.pairs.push((name.to_owned(), value));
        }
        self
    }

    /// Adds a parameter if there is one.
    #[must_use]
    pub fn maybe(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The text.
    pub fn text(&self) -> String {
        if self.pairs.is_empty() {
            return self.path.clone();
        }
        let query = Serializer::new(String::new()).extend_pairs(&self.pairs).finish();
        format!("{}?{query}", self.path)
    }
}

/// A page of a list, as the management API gives it.
#[derive(Clone, Debug, Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins, if there is one.
    #[serde(default)]
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// A list without rows.
    pub const fn empty() -> Self {
        Self { items: Vec::new(), next_cursor: None }
    }
}

/// What may stand in a path: one segment, whatever it holds.
pub fn segment(text: &str) -> String {
    Serializer::new(String::new()).append_key_only(text).finish().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_hold_whatever_is_put_into_them() {
        let address =
            Address::new("/v1/users").with("q", "a&b=c d/ü").with("status", "").maybe("cursor", Some(7));
        assert_eq!(address.text(), "/v1/users?q=a%26b%3Dc+d%2F%C3%BC&cursor=7");
        assert_eq!(Address::new("/x").text(), "/x");
        assert_eq!(segment("a b/c?d"), "a%20b%2Fc%3Fd");
    }
}
