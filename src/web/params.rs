//! The parameters of a query string or a form, decoded once and kept in order.
//!
//! Decoding follows the URL Standard's `application/x-www-form-urlencoded` parser, except that bytes which are not
//! UTF-8 are an error instead of being replaced: a replaced byte would make two different values look equal. What a
//! repeated or an empty parameter means is RFC 6749 3.1 and 3.2.

use std::fmt;

use serde::{Deserialize, Serialize};

/// More parameters than any protocol here knows; beyond it the request is an attack on the server's time.
pub const MAX_PARAMS: usize = 100;

/// Decoded names and values in the order in which they came. They may hold secrets: `Debug` shows names only.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Params(Vec<(String, String)>);

/// Why parameters could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParamsError {
    /// The body is not declared as a form.
    #[error("the body must be sent as application/x-www-form-urlencoded")]
    NotForm,
    /// A name or value is not UTF-8.
    #[error("a parameter is not valid UTF-8")]
    NotUtf8,
    /// There are more than [`MAX_PARAMS`].
    #[error("there are more than {MAX_PARAMS} parameters")]
    TooMany,
    /// A parameter came more than once (RFC 6749 3.1). The name is the sender's text: escape it where it is shown.
    #[error("the parameter \"{0}\" was sent more than once")]
    Repeated(String),
}

impl Params {
    /// Wraps pairs that were read before and kept.
    pub fn from_pairs(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Decodes a query string, without its question mark.
    pub fn from_query(query: &str) -> Result<Self, ParamsError> {
        Self::decode(query.as_bytes())
    }

    /// Decodes a form body whose `Content-Type` header was `content_type`.
    pub fn from_form(content_type: Option<&str>, body: &[u8]) -> Result<Self, ParamsError> {
        if !content_type.is_some_and(is_form) {
            return Err(ParamsError::NotForm);
        }
        Self::decode(body)
    }

    fn decode(encoded: &[u8]) -> Result<Self, ParamsError> {
        let mut pairs = Vec::new();
        for pair in encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            if pairs.len() == MAX_PARAMS {
                return Err(ParamsError::TooMany);
            }
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = unescape(halves.next().unwrap_or_default())?;
            let value = unescape(halves.next().unwrap_or_default())?;
            pairs.push((name, value));
        }
        Ok(Self(pairs))
    }

    /// The value of `name`. A parameter without a value counts as absent (RFC 6749 3.1). Of a repeated parameter
    /// this is the first; callers refuse such requests through [`Params::repeated`].
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
            .filter(|value| !value.is_empty())
    }

    /// A name that occurs more than once, empty values included.
    pub fn repeated(&self) -> Option<&str> {
        self.0.iter().enumerate().find_map(|(at, (name, _))| {
            self.0.iter().skip(at + 1).any(|(other, _)| other == name).then_some(name.as_str())
        })
    }

    /// The same parameters, or an error when one occurs more than once.
    pub fn without_repeats(self) -> Result<Self, ParamsError> {
        match self.repeated() {
            Some(name) => Err(ParamsError::Repeated(name.to_owned())),
            None => Ok(self),
        }
    }

    /// All names and values as they came, empty values included.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Params")?;
        f.debug_list().entries(self.pairs().map(|(name, _)| name)).finish()
    }
}

/// Whether a `Content-Type` names a form. Another charset than UTF-8 would need another decoder.
fn is_form(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/x-www-form-urlencoded"))
        && parts.filter_map(|parameter| parameter.split_once('=')).all(|(name, value)| {
            !name.trim().eq_ignore_ascii_case("charset")
                || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}

/// Plus signs become spaces and percent-escapes bytes. A percent sign that starts no escape stands for itself, as the
/// URL Standard has it.
fn unescape(encoded: &[u8]) -> Result<String, ParamsError> {
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((first, tail)) = rest.split_first() {
        let (byte, after) = match first {
            b'+' => (b' ', tail),
            b'%' => escaped_byte(tail).unwrap_or((b'%', tail)),
            other => (*other, tail),
        };
        decoded.push(byte);
        rest = after;
    }
    String::from_utf8(decoded).map_err(|_| ParamsError::NotUtf8)
}

/// The byte that two hexadecimal digits name, and what follows them.
fn escaped_byte(tail: &[u8]) -> Option<(u8, &[u8])> {
    let (digits, after) = tail.split_at_checked(2)?;
    let byte = digits.iter().try_fold(0, |byte, digit| Some(byte * 16 + char::from(*digit).to_digit(16)?))?;
    Some((u8::try_from(byte).ok()?, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: Option<&str> = Some("application/x-www-form-urlencoded");

    fn pairs(query: &str) -> Vec<(String, String)> {
        Params::from_query(query).unwrap().0
    }

    #[test]
    fn decodes_like_the_url_standard() {
        let queries = [
            "a=1&b=2",
            "a=1&&b",
            "",
            "&",
            "=",
            "=x",
            "a=b=c",
            "a+b=c+d",
            "a%20b=%2B",
            "a=%",
            "a=%4",
            "a=%zz%41",
            "a=%%41",
            "a=%C3%A9",
            "é=ü",
            "a=%00",
            "a=%EF%BF%BD",
            "a;b=c",
            "a=%0d%0a",
            "a=%26b=c",
        ];
        for query in queries {
            let expected: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
            assert_eq!(pairs(query), expected, "{query}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_refused() {
        for query in ["a=%FF", "%C3=1", "a=%C3%28", "a=%ED%A0%80", "a=%C0%AF"] {
            assert_eq!(Params::from_query(query), Err(ParamsError::NotUtf8), "{query}");
        }
        assert_eq!(Params::from_form(FORM, b"a=\xff"), Err(ParamsError::NotUtf8));
    }

    #[test]
    fn an_empty_value_counts_as_absent_but_is_kept() {
        let params = Params::from_query("a=&b&c=1").unwrap();
        assert_eq!(
            (params.get("a"), params.get("b"), params.get("c"), params.get("d")),
            (None, None, Some("1"), None)
        );
        assert_eq!(params.pairs().count(), 3);
    }

    #[test]
    fn names_are_compared_exactly() {
        let params = Params::from_query("Scope=1&scope%00=2").unwrap();
        assert_eq!(params.get("scope"), None);
        assert_eq!(params.repeated(), None);
    }

    #[test]
    fn repetition_is_seen_in_every_spelling() {
        for query in ["a=1&a=2", "a=1&b=2&a=1", "a&a", "a=&a=1", "%61=1&a=2", "b=1&a=1&%61"] {
            let params = Params::from_query(query).unwrap();
            assert_eq!(params.repeated(), Some("a"), "{query}");
            assert_eq!(params.without_repeats(), Err(ParamsError::Repeated("a".into())), "{query}");
        }
        assert!(Params::from_query("a=1&b=1").unwrap().without_repeats().is_ok());
    }

    #[test]
    fn a_hundred_parameters_and_no_more() {
        let many = |count: usize| (0..count).map(|at| format!("p{at}=1")).collect::<Vec<_>>().join("&");
        assert!(Params::from_query(&many(100)).is_ok());
        assert_eq!(Params::from_query(&many(101)), Err(ParamsError::TooMany));
    }

    #[test]
    fn only_a_form_in_utf8_is_a_form() {
        for good in [
            "application/x-www-form-urlencoded",
            "Application/X-WWW-Form-URLEncoded",
            "application/x-www-form-urlencoded;charset=UTF-8",
            "application/x-www-form-urlencoded ; charset=\"utf-8\"; x",
        ] {
            assert!(Params::from_form(Some(good), b"a=1").is_ok(), "{good}");
        }
        for bad in [
            "",
            "text/plain",
            "application/json",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencodedx",
            "text/plain; application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded; charset=utf-16",
            "application/x-www-form-urlencoded; charset=iso-8859-1",
        ] {
            assert_eq!(Params::from_form(Some(bad), b"a=1"), Err(ParamsError::NotForm), "{bad}");
        }
        assert_eq!(Params::from_form(None, b"a=1"), Err(ParamsError::NotForm));
    }

    #[test]
    fn debug_shows_names_only() {
        let params = Params::from_query("password=hunter2").unwrap();
        assert_eq!(format!("{params:?}"), "Params[\"password\"]");
    }

    #[test]
    fn survives_storage() {
        let params = Params::from_query("b=2&a=&b=%00").unwrap();
        let stored = serde_json::to_string(&params).unwrap();
        assert_eq!(stored, r#"[["b","2"],["a",""],["b","\u0000"]]"#);
        assert_eq!(serde_json::from_str::<Params>(&stored).unwrap(), params);
    }
}
