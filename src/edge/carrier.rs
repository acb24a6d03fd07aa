//! Reading the one credential that a request carries.

use super::Content;
use crate::api_keys::PresentedKey;
use crate::app::Door;
use crate::request_keys::SignedRequest;

/// A header of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header<'a> {
    /// It is not there.
    Absent,
    /// It is there once.
    One(&'a str),
    /// It is there more than once, or is no text: nobody can tell which part of it others would read.
    Ambiguous,
}

/// A request as somebody in front of an API got it.
pub trait Carrier {
    /// A header by its name in lower case.
    fn header(&self, name: &str) -> Header<'_>;

    /// The query of the address, without the question mark; empty when there is none.
    fn query(&self) -> &str;

    /// The request as whoever signed it saw it, but for the body; `None` where no more than a credential is known.
    fn signed(&self) -> Option<SignedRequest<'_>>;

    /// What is known of the body.
    fn content(&self) -> Content<'_>;

    /// Through which door it came here: a proxy's, unless it says otherwise.
    fn door(&self) -> Door {
        Door::ForwardAuth
    }
}

/// What a request carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presented {
    /// An API key.
    Key(PresentedKey),
    /// A token.
    Token(String),
    /// A signature over the request.
    Signature,
}

/// Why no credential can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// There is none.
    Missing,
    /// A header is there twice, or two credentials are.
    Ambiguous,
    /// What is there is neither a key nor a token.
    Junk,
    /// A key stands in the address, where logs and histories keep it.
    KeyInQuery(PresentedKey),
}

/// The header that carries a key alone.
pub const API_KEY: &str = "x-api-key";
const AUTHORIZATION: &str = "authorization";
/// The longest credential that is looked at.
const LONGEST: usize = 16 * 1024;

impl Presented {
    /// Reads it. Whoever signs a request, well or badly, sends nothing else with it: nobody could tell which of them
    /// counts.
    ///
    /// # Errors
    /// Why there is none.
    pub fn read(carrier: &impl Carrier, is_signed: bool) -> Result<Self, Unreadable> {
        if let Some(key) = key_in(carrier.query()) {
            return Err(Unreadable::KeyInQuery(key));
        }
        if is_signed {
            let alone = [AUTHORIZATION, API_KEY].iter().all(|name| carrier.header(name) == Header::Absent);
            return if alone { Ok(Self::Signature) } else { Err(Unreadable::Ambiguous) };
        }
        match (carrier.header(AUTHORIZATION), carrier.header(API_KEY)) {
            (Header::Absent, Header::Absent) => Err(Unreadable::Missing),
            (Header::One(text), Header::Absent) => Self::of_authorization(text),
            // A key alone: "Bearer" before it is a mistake of the sender, who meant another header.
            (Header::Absent, Header::One(text)) => {
                PresentedKey::parse(text.trim_matches([' ', '\t'])).map(Self::Key).ok_or(Unreadable::Junk)
            }
            _ => Err(Unreadable::Ambiguous),
        }
    }

    fn of_authorization(text: &str) -> Result<Self, Unreadable> {
        let text = text.trim_matches([' ', '\t']);
        let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
        let rest = rest.trim_start_matches(' ');
        if !scheme.eq_ignore_ascii_case("bearer") || rest.is_empty() {
            return Err(Unreadable::Missing);
        }
        Self::of_text(rest).ok_or(Unreadable::Junk)
    }

    /// A key or a token by its form.
    pub fn of_text(text: &str) -> Option<Self> {
        if let Some(key) = PresentedKey::parse(text) {
            return Some(Self::Key(key));
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        let token = text.len() <= LONGEST && text.split('.').count() == 3 && text.bytes().all(fits);
        token.then(|| Self::Token(text.to_owned()))
    }
}

/// A key of ours among the values of a query. Only one with a right checksum counts: other words look like keys too.
fn key_in(query: &str) -> Option<PresentedKey> {
    let values = query.split('&').filter_map(|pair| pair.split_once('=').map(|(_, value)| value));
    values.filter_map(PresentedKey::parse).find(|key| key.checked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api_keys::generate;
    use crate::random::Random;

    struct Sent<'a>(&'a [(&'a str, &'a str)], &'a str);

    impl Carrier for Sent<'_> {
        fn header(&self, name: &str) -> Header<'_> {
            let mut all = self.0.iter().filter(|(key, _)| *key == name);
            match (all.next(), all.next()) {
                (None, _) => Header::Absent,
                (Some((_, value)), None) => Header::One(value),
                _ => Header::Ambiguous,
            }
        }
        fn query(&self) -> &str {
            self.1
        }
        fn signed(&self) -> Option<SignedRequest<'_>> {
            None
        }
        fn content(&self) -> Content<'_> {
            Content::Seen(b"")
        }
    }

    fn key() -> String {
        generate(&"gk_".parse().unwrap(), &Random::default()).0.expose().to_owned()
    }

    #[test]
    fn a_key_comes_in_either_header_and_a_token_in_one() {
        let key = key();
        let is_key =
            |sent: &[(&str, &str)]| matches!(Presented::read(&Sent(sent, ""), false), Ok(Presented::Key(_)));
        assert!(is_key(&[("authorization", &format!("Bearer {key}"))]));
        assert!(is_key(&[("authorization", &format!("bearer  {key} "))]));
        assert!(is_key(&[("x-api-key", &key)]));
        let token = Presented::read(&Sent(&[("authorization", "Bearer a.b.c")], "page=2"), false);
        assert_eq!(token, Ok(Presented::Token("a.b.c".into())));
    }

    #[test]
    fn what_others_could_read_otherwise_is_refused() {
        let key = key();
        let bearer = format!("Bearer {key}");
        let read = |sent: &[(&str, &str)]| Presented::read(&Sent(sent, ""), false).unwrap_err();
        assert_eq!(read(&[]), Unreadable::Missing);
        assert_eq!(read(&[("authorization", "Basic YTpi")]), Unreadable::Missing);
        assert_eq!(read(&[("authorization", &key)]), Unreadable::Missing, "no scheme");
        assert_eq!(read(&[("x-api-key", &bearer)]), Unreadable::Junk);
        assert_eq!(read(&[("x-api-key", "a.b.c")]), Unreadable::Junk, "a token has its own header");
        assert_eq!(read(&[("authorization", "Bearer junk")]), Unreadable::Junk);
        assert_eq!(read(&[("authorization", &bearer), ("authorization", &bearer)]), Unreadable::Ambiguous);
        assert_eq!(read(&[("authorization", &bearer), ("x-api-key", &key)]), Unreadable::Ambiguous);
    }

    #[test]
    fn a_key_in_the_address_is_found_whatever_else_is_sent() {
        let key = key();
        let query = format!("model=x&api_key={key}");
        let found = Presented::read(&Sent(&[("x-api-key", &key)], &query), false).unwrap_err();
        assert!(matches!(found, Unreadable::KeyInQuery(_)));
        assert_eq!(key_in("state=gk_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), None, "no checksum");
    }

    #[test]
    fn a_signature_stands_alone() {
        let key = key();
        let read = |sent: &[(&str, &str)]| Presented::read(&Sent(sent, ""), true);
        assert_eq!(read(&[]), Ok(Presented::Signature));
        assert_eq!(read(&[("x-api-key", &key)]), Err(Unreadable::Ambiguous));
        assert_eq!(read(&[("authorization", "Basic YTpi")]), Err(Unreadable::Ambiguous));
        let query = format!("key={key}");
        assert!(matches!(Presented::read(&Sent(&[], &query), true), Err(Unreadable::KeyInQuery(_))));
    }
}
