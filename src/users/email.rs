//! Mail addresses, read strictly: RFC 5321 without its rarely used and often abused corners (quoted local parts,
//! address literals, comments), RFC 6531 for letters beyond ASCII. Two readers that disagree about where an address
//! ends are how one person becomes another, so what is unusual is refused rather than interpreted.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

const MAXIMUM_BYTES: usize = 254;
const MAXIMUM_LOCAL_BYTES: usize = 64;
const MAXIMUM_LABEL_BYTES: usize = 63;
/// The characters that a local part may have beside letters, digits and dots (`atext`, RFC 5322 3.2.3).
const LOCAL_SIGNS: &str = "!#$%&'*+-/=?^_`{|}~";
/// Letters by the tables that show as nothing: two addresses that differ by one of them look alike.
const BLANK_LETTERS: [char; 6] = ['\u{115f}', '\u{1160}', '\u{17b4}', '\u{17b5}', '\u{3164}', '\u{ffa0}'];
/// Marks that choose between shapes of a character and show nothing of their own.
const BLANK_MARKS: [std::ops::RangeInclusive<char>; 4] =
    ['\u{34f}'..='\u{34f}', '\u{180b}'..='\u{180f}', '\u{fe00}'..='\u{fe0f}', '\u{e0100}'..='\u{e01ef}'];

/// A mail address: as it was typed, and the key under which it is looked up.
///
/// Two addresses that differ only in case or Unicode form have the same [`Email::key`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email {
    typed: String,
    key: String,
}

/// Why a text is not taken for a mail address, in words for the person who typed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEmail {
    /// Not exactly one `@`.
    #[error("An e-mail address has one @, as in name@example.com.")]
    AtSign,
    /// The whole or the part before the `@` is too long.
    #[error("This e-mail address is too long.")]
    TooLong,
    /// The part before the `@`.
    #[error("The part before the @ is empty or has characters that an e-mail address cannot have.")]
    LocalPart,
    /// The part after the `@`.
    #[error("The part after the @ is not a domain such as example.com.")]
    Domain,
}

impl InvalidEmail {
    /// The message that says so on pages.
    pub const fn message(self) -> &'static str {
        match self {
            Self::AtSign => "email-at-sign",
            Self::TooLong => "email-too-long",
            Self::LocalPart => "email-local-part",
            Self::Domain => "email-domain",
        }
    }
}

impl Email {
    /// Reads an address; white space around it is left out.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let typed = text.trim();
        check(typed)?;
        let key = key_of(typed);
        // Normalisation can make an address longer.
        check(&key)?;
        Ok(Self { typed: typed.to_owned(), key })
    }

    /// The address as it was typed: for showing it and for sending to it.
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// The look-up key: NFKC in small letters. Two mailboxes may share one key (`ｊoe@` and `joe@`), so whatever is
    /// sent goes to the address that is stored, never to the one that a stranger typed to find it.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The part before the `@`, as typed.
    pub fn local_part(&self) -> &str {
        self.typed.split_once('@').map_or("", |(local, _)| local)
    }

    /// The part after the `@`, as typed.
    pub fn domain(&self) -> &str {
        self.typed.split_once('@').map_or("", |(_, domain)| domain)
    }
}

/// Character by character, because the small form of a whole word may depend on its neighbours (the Greek sigma).
pub(super) fn key_of(typed: &str) -> String {
    if typed.is_ascii() {
        // The same, and by far most addresses: each row that is read is parsed.
        return typed.to_ascii_lowercase();
    }
    typed.nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

fn check(address: &str) -> Result<(), InvalidEmail> {
    let (local, domain) = address.split_once('@').ok_or(InvalidEmail::AtSign)?;
    if domain.contains('@') {
        return Err(InvalidEmail::AtSign);
    }
    if address.len() > MAXIMUM_BYTES || local.len() > MAXIMUM_LOCAL_BYTES {
        return Err(InvalidEmail::TooLong);
    }
    // Empty pieces are dots at an end or in a row.
    if !local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_local)) {
        return Err(InvalidEmail::LocalPart);
    }
    if is_domain(domain) { Ok(()) } else { Err(InvalidEmail::Domain) }
}

fn is_domain(domain: &str) -> bool {
    if domain.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let labels = || domain.split('.');
    // A number at the end is an IPv4 address to some programs (WHATWG URL 3.5).
    let ends_in_a_name = labels().next_back().is_some_and(|last| last.chars().any(|c| !c.is_ascii_digit()));
    labels().count() > 1 && ends_in_a_name && labels().all(is_label)
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= MAXIMUM_LABEL_BYTES
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|c| c == '-' || is_letter_or_digit(c))
}

fn is_local(c: char) -> bool {
    is_letter_or_digit(c) || LOCAL_SIGNS.contains(c)
}

fn is_letter_or_digit(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    let blank = BLANK_LETTERS.contains(&c) || BLANK_MARKS.iter().any(|range| range.contains(&c));
    // A numeral such as U+2488 is a digit with a dot once it is normalised.
    !blank && c.nfkc().all(|c| c.is_alphanumeric() || is_combining_mark(c))
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.typed)
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl serde::Serialize for Email {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.typed)
    }
}

impl<'de> serde::Deserialize<'de> for Email {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(text: &str) -> InvalidEmail {
        Email::parse(text).expect_err(text)
    }

    #[test]
    fn ordinary_addresses_are_read() {
        for text in [
            "ada@example.com",
            "a@b.co",
            "ada+list@mail.example.co.uk",
            "o'hara_99@x-y.example",
            "root@localhost",
            "user@123.example",
            "ada@xn--bcher-kva.example",
            "иван@почта.рф",
            "ज्ञान@उदाहरण.भारत",
            "用户@例子.中国",
        ] {
            assert_eq!(Email::parse(text).unwrap().as_str(), text);
        }
        let email = Email::parse("Ada@Example.com").unwrap();
        assert_eq!((email.local_part(), email.domain()), ("Ada", "Example.com"));
    }

    #[test]
    fn the_key_forgets_case_form_and_surrounding_space() {
        let email = Email::parse(" \u{a0}Ada.Lovelace@EXAMPLE.com\t\n").unwrap();
        assert_eq!((email.as_str(), email.key()), ("Ada.Lovelace@EXAMPLE.com", "ada.lovelace@example.com"));
        for (a, b) in [
            ("ｊｏｅ@example.com", "Joe@example.com"),
            ("RENE\u{301}@example.com", "rené@example.com"),
            ("ΣΟΦΟΣ@example.gr", "σοφοσ@example.gr"),
            ("\u{212a}im@example.com", "kim@example.com"),
        ] {
            assert_eq!(Email::parse(a).unwrap().key(), Email::parse(b).unwrap().key());
        }
        assert_ne!(
            Email::parse("аda@example.com").unwrap().key(),
            "ada@example.com",
            "a Cyrillic letter is another one"
        );
    }

    #[test]
    fn there_is_exactly_one_at() {
        for text in [
            "",
            " ",
            "ada",
            "example.com",
            "ada@evil.example@example.com",
            "ada@@example.com",
            "\"ada@evil.example\"@example.com",
            "ada@example.com,eve@evil.example@x.org",
        ] {
            assert_eq!(refused(text), InvalidEmail::AtSign, "{text}");
        }
        // A wide @ turns into a plain one by normalisation.
        assert_eq!(refused("ada@evil\u{ff20}example.com"), InvalidEmail::Domain);
        assert_eq!(refused("ada\u{ff20}evil.example@example.com"), InvalidEmail::LocalPart);
        assert_eq!(refused("ada\u{ff20}example.com"), InvalidEmail::AtSign);
    }

    #[test]
    fn what_hides_or_splits_is_refused() {
        for sign in [
            " ",
            "\t",
            "\r",
            "\n",
            "\0",
            "<",
            ">",
            ",",
            ";",
            ":",
            "\"",
            "(",
            ")",
            "[",
            "]",
            "\\",
            "\u{7f}",
            "\u{85}",
            "\u{a0}",
            "\u{2003}",
            "\u{3000}",
            "\u{2028}",
            "\u{200b}",
            "\u{200d}",
            "\u{202e}",
            "\u{2066}",
            "\u{feff}",
            "\u{ad}",
            "\u{2800}",
            "\u{3164}",
            "\u{ffa0}",
            "\u{115f}",
            "\u{fe0f}",
            "\u{34f}",
            "\u{e0041}",
            "\u{e0101}",
            "\u{fffd}",
            "\u{e000}",
            "\u{2474}",
            "\u{2488}",
            "🦀",
        ] {
            assert!(Email::parse(&format!("a{sign}b@example.com")).is_err(), "{sign:?} before the @");
            assert!(Email::parse(&format!("ab@exa{sign}mple.com")).is_err(), "{sign:?} after the @");
        }
    }

    #[test]
    fn dots_and_hyphens_have_their_places() {
        for text in [".ada@example.com", "ada.@example.com", "a..b@example.com", "@example.com"] {
            assert_eq!(refused(text), InvalidEmail::LocalPart, "{text}");
        }
        for text in [
            "ada@",
            "ada@example",
            "ada@.example.com",
            "ada@example.com.",
            "ada@example..com",
            "ada@-x.com",
            "ada@x-.com",
            "ada@exa_mple.com",
            "ada@[127.0.0.1]",
            "ada@127.0.0.1",
            "ada@example.1",
            "ada@localhost.",
            "ada@.",
        ] {
            assert_eq!(refused(text), InvalidEmail::Domain, "{text}");
        }
    }

    #[test]
    fn lengths_are_bounded_also_after_normalisation() {
        let address = |local: usize, label: usize| format!("{}@{}.com", "a".repeat(local), "b".repeat(label));
        assert!(Email::parse(&address(64, 63)).is_ok());
        assert_eq!(refused(&address(65, 10)), InvalidEmail::TooLong);
        assert_eq!(refused(&address(10, 64)), InvalidEmail::Domain);
        let labels = vec!["b".repeat(60); 4].join(".");
        assert_eq!(refused(&format!("{}@{labels}.com", "a".repeat(9))), InvalidEmail::TooLong);
        // One letter that normalises to eighteen characters.
        assert!(Email::parse(&format!("{}@example.com", "\u{fdfa}".repeat(20))).is_err());
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key_and_has_one_at(text in "\\PC{1,12}@\\PC{1,8}\\.\\PC{1,4}") {
            if let Ok(email) = Email::parse(&text) {
                let again = Email::parse(email.key()).unwrap();
                prop_assert_eq!(again.key(), email.key());
                prop_assert_eq!(email.key().matches('@').count(), 1);
                prop_assert!(!email.as_str().chars().any(|c| c.is_whitespace() || c.is_control()));
            }
        }
    }
}
