//! The mail with the link.

use std::time::Duration;

use crate::mail::Mail;
use crate::secret::Secret;
use crate::text::{one_line, span};
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
pub fn letter(public_url: &str, email: &Email, links: &[ResetLink], lifetime: Duration) -> Mail {
    let mut text =
        String::from("Somebody, probably you, asked for a new password for this e-mail address.\n\n");
    for link in links {
        text.push_str(&format!(
            "To choose a new password for your account in {}, open:\n{public_url}{}?token={}\n\n",
            one_line(&link.organization),
            paths::LOGIN_RESET,
            link.token.expose(),
        ));
    }
    let each = if links.len() == 1 { "The link works" } else { "Each link works" };
    text.push_str(&format!(
        "{each} once, for {}.\n\nIf you did not ask for this, ignore this mail: your password stays as it is.\n",
        span(lifetime)
    ));
    Mail { to: email.to_string(), subject: "Choose a new password".into(), text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(organization: &str, token: &str) -> ResetLink {
        ResetLink { organization: organization.into(), token: Secret::new(token) }
    }

    #[test]
    fn one_mail_has_a_link_for_each_account() {
        let email = Email::parse("ada@example.com").unwrap();
        let links = [link("Acme", "gkpr_one"), link("Evil\nhttps://evil.example", "gkpr_two")];
        let mail = letter("https://id.example", &email, &links, Duration::from_secs(1_800));
        assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("ada@example.com", "Choose a new password"));
        let lines: Vec<_> = mail.text.lines().collect();
        for line in [
            "https://id.example/login/reset?token=gkpr_one",
            "https://id.example/login/reset?token=gkpr_two",
            "Each link works once, for 30 minutes.",
        ] {
            assert!(lines.contains(&line), "{line}: {}", mail.text);
        }
        assert!(!lines.iter().any(|line| line.starts_with("https://evil")));
        let one = letter("https://id.example", &email, &links[..1], Duration::from_secs(60));
        assert!(one.text.contains("The link works once, for 1 minute."));
    }
}
