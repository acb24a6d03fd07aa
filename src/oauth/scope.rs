//! The `scope` parameter (RFC 6749 3.3): a list of words, each of which a client may or may not have.
//!
//! Reads and writes the list and knows the words that this server gives a meaning of its own. Never decides who may
//! have which: that is a matter of the client's registration and of consent.

/// The most scopes that one request may name: beyond it the list is an attack on the server's time.
pub const MAX_SCOPES: usize = 100;

/// The scopes that this server itself gives a meaning (OpenID Connect Core 3.1.2.1, 5.4 and 11). Further ones belong to
/// the APIs that clients are registered for.
pub const STANDARD: &[&str] = crate::resource_servers::STANDARD_SCOPES;

/// Why a text is not a list of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidScope {
    /// A character that no scope may have.
    #[error(
        "scope may hold printable ASCII characters without quotes and backslashes, and spaces between scopes"
    )]
    Character,
    /// More than [`MAX_SCOPES`].
    #[error("scope names more than {MAX_SCOPES} scopes")]
    TooMany,
}

/// Reads the parameter: the scopes in the order in which they came, each once. Further spaces between them are forgiven.
pub fn parse(text: &str) -> Result<Vec<String>, InvalidScope> {
    if !text.bytes().all(|byte| byte == b' ' || is_scope_character(byte)) {
        return Err(InvalidScope::Character);
    }
    let mut scopes: Vec<&str> = Vec::new();
    for (count, scope) in words(text).enumerate() {
        if count == MAX_SCOPES {
            return Err(InvalidScope::TooMany);
        }
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    Ok(scopes.into_iter().map(str::to_owned).collect())
}

/// Writes the list as answers and tokens carry it.
pub fn serialize(scopes: &[String]) -> String {
    scopes.join(" ")
}

/// Whether the list names `scope`.
pub fn contains(list: &str, scope: &str) -> bool {
    words(list).any(|word| word == scope)
}

/// Whether `scope` could stand in a list: for those who register one.
pub fn is_scope(scope: &str) -> bool {
    !scope.is_empty() && scope.bytes().all(is_scope_character)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|word| !word.is_empty())
}

/// `scope-token` of RFC 6749 3.3.
const fn is_scope_character(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_come_in_their_order_and_once() {
        assert_eq!(parse("openid email openid  profile ").unwrap(), ["openid", "email", "profile"]);
        assert_eq!(parse("https://api.example/read:all").unwrap(), ["https://api.example/read:all"]);
        assert_eq!(parse("").unwrap(), [""; 0]);
        assert_eq!(parse("   ").unwrap(), [""; 0]);
        assert_eq!(parse("Email email").unwrap(), ["Email", "email"], "scopes are case-sensitive");
    }

    #[test]
    fn characters_outside_the_grammar_are_refused() {
        for text in ["a\"b", "a\\b", "a\tb", "a\nb", "a\r\nb", "a\0", "é", "a\u{a0}b", "\u{7f}"] {
            assert_eq!(parse(text), Err(InvalidScope::Character), "{text:?}");
        }
        assert!(is_scope("read:all") && !is_scope("") && !is_scope("a b") && !is_scope("a\"b"));
    }

    #[test]
    fn a_hundred_and_no_more_repeats_included() {
        let list = |count: usize| (0..count).map(|n| format!("s{n}")).collect::<Vec<_>>().join(" ");
        assert_eq!(parse(&list(100)).unwrap().len(), 100);
        assert_eq!(parse(&list(101)), Err(InvalidScope::TooMany));
        assert_eq!(parse(&"a ".repeat(101)), Err(InvalidScope::TooMany));
        // Costly only to send: half a megabyte is refused at the hundred-and-first word.
        assert_eq!(parse(&"a ".repeat(250_000)), Err(InvalidScope::TooMany));
    }

    #[test]
    fn a_list_is_asked_by_whole_words() {
        assert!(contains("openid email", "email"));
        assert!(!contains("openid emails", "email"));
        assert!(!contains("", ""));
        assert_eq!(serialize(&["openid".into(), "email".into()]), "openid email");
    }

    proptest::proptest! {
        #[test]
        fn what_is_read_can_be_written_and_read_again(text in "[ -~]{0,200}") {
            if let Ok(scopes) = parse(&text) {
                proptest::prop_assert_eq!(parse(&serialize(&scopes)).unwrap(), scopes);
            }
        }
    }
}
