//! What is allowed, in words.

use crate::language::Words;

/// What a scope lets an application do, as the end of "The application wants to".
pub fn in_words(scope: &str, words: Words) -> String {
    // The scopes of OpenID Connect Core 5.4 and 11; whatever else there is has no message and is named as it is.
    let id = format!("scope-{scope}");
    if words.knows(&id) { words.t(&id) } else { words.t1("permission-named", "scope", scope) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_scopes_are_named() {
        let words = Words::default();
        assert_eq!(in_words("openid", words), "know who you are");
        assert_eq!(in_words("billing:read", words), "use the permission “billing:read”");
    }
}
