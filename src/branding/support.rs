//! Where people find help.

use url::Url;

/// Why an address cannot be the support link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it must be an https: address or a mailto: address of at most {LONGEST} characters")]
pub struct InvalidSupportUrl;

/// The longest one.
const LONGEST: usize = 500;

/// The address in the form in which it is kept.
///
/// # Errors
/// When it is neither a web address nor a mail address: whatever else a link can be, it is none that a stranger's sign-in
/// page should have.
pub fn support_url(text: &str) -> Result<String, InvalidSupportUrl> {
    // The parser drops some of these without a word.
    if text.len() > LONGEST || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(InvalidSupportUrl);
    }
    let url = Url::parse(text).map_err(|_| InvalidSupportUrl)?;
    let fits = match url.scheme() {
        "https" => url.has_host() && url.username().is_empty() && url.password().is_none(),
        "mailto" => is_mailbox(url.path()),
        _ => false,
    };
    let text = url.to_string();
    if fits && text.len() <= LONGEST { Ok(text) } else { Err(InvalidSupportUrl) }
}

/// One address, and not several or none (RFC 6068 2).
fn is_mailbox(path: &str) -> bool {
    path.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@') && !path.contains(',')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_is_on_the_web_or_by_mail() {
        for (given, kept) in [
            ("https://help.acme.example", "https://help.acme.example/"),
            ("HTTPS://Help.Acme.example/a?b#c", "https://help.acme.example/a?b#c"),
            ("mailto:help@acme.example", "mailto:help@acme.example"),
            ("mailto:help@acme.example?subject=Sign-in", "mailto:help@acme.example?subject=Sign-in"),
        ] {
            assert_eq!(support_url(given).as_deref(), Ok(kept), "{given}");
        }
        let long = format!("https://help.acme.example/{}", "a".repeat(500));
        for bad in [
            "",
            "help.acme.example",
            "//help.acme.example",
            "http://help.acme.example",
            "javascript:alert(1)",
            "java\tscript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "https://",
            "https://a:b@help.acme.example",
            "https://help.acme.example /x",
            " https://help.acme.example",
            "mailto:",
            "mailto:help",
            "mailto:@acme.example",
            "mailto:a@acme.example,b@acme.example",
            "tel:+491",
            "ftp://help.acme.example",
            &long,
        ] {
            assert_eq!(support_url(bad), Err(InvalidSupportUrl), "{bad:?}");
        }
        let quoted = support_url("https://help.acme.example/\"><script>").unwrap();
        assert!(!quoted.contains(['"', '<', '>']), "{quoted}");
    }
}
