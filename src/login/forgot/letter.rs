//! The mail with the link.

use std::time::Duration;

use crate::language::Words;
use crate::mail::Mail;
use crate::secret::Secret;
use crate::text::isolated;
use crate::users::Email;
use crate::web::paths;

/// A link for one account.
pub struct ResetLink {
    /// The organisation's name.
    pub organization: String,
    /// The token.
    pub token: Secret,
}

/// The mail with a link for each account of an address. `public_url` comes from the configuration, never from a
/// request: a `Host` header must not choose where the link leads (OWASP ASVS 5.0 6.4.3).
pub fn letter(
    words: Words,
    public_url: &str,
    (email, links): (&Email, &[ResetLink]),
    lifetime: Duration,
) -> Mail {
    let mut text = format!("{}\n\n", words.t("mail-reset-why"));
    for link in links {
        let open = words.t1("mail-reset-open", "organization", isolated(&link.organization));
        let (page, token) = (paths::LOGIN_RESET, link.token.expose());
        text.push_str(&format!("{open}\n{public_url}{page}?token={token}\n\n"));
    }
    let lasts = words.t2("mail-reset-lasts", "links", links.len(), "span", words.span(lifetime));
    text.push_str(&format!("{lasts}\n\n{}\n", words.t("mail-reset-ignore")));
    Mail { to: email.to_string(), subject: words.t("mail-reset-subject"), text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn link(organization: &str, token: &str) -> ResetLink {
        ResetLink { organization: organization.into(), token: Secret::new(token) }
    }

    #[test]
    fn one_mail_has_a_link_for_each_account() {
        let email = Email::parse("ada@example.com").unwrap();
        let links = [link("Acme", "gkpr_one"), link("Evil\nhttps://evil.example", "gkpr_two")];
        for language in Language::ALL {
            let (words, url) = (Words(*language), "https://id.example");
            let mail = letter(words, url, (&email, &links), Duration::from_secs(1_800));
            assert_eq!(mail.to, "ada@example.com");
            let lines: Vec<_> = mail.text.lines().collect();
            for token in ["gkpr_one", "gkpr_two"] {
                let line = format!("https://id.example/login/reset?token={token}");
                assert!(lines.contains(&line.as_str()), "{line}: {}", mail.text);
            }
            assert!(!lines.iter().any(|line| line.starts_with("https://evil")), "{}", mail.text);
            assert!(!mail.text.contains("mail-") && !mail.subject.contains("mail-"), "{}", mail.text);
            if *language == Language::English {
                assert_eq!(mail.subject, "Choose a new password");
                assert!(lines.contains(&"Each link works once, for 30 minutes."), "{}", mail.text);
                let one = letter(words, url, (&email, &links[..1]), Duration::from_secs(60));
                assert!(one.text.contains("The link works once, for 1 minute."), "{}", one.text);
            }
        }
    }
}
