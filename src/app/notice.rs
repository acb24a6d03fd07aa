//! The mail that tells somebody that their password was changed.

use crate::language::Words;
use crate::mail::Mail;
use crate::text::isolated;
use crate::users::Email;
use crate::web::paths;

/// Tells the owner that the password was changed, and whether every device was signed out with it.
pub fn notice(
    words: Words,
    public_url: &str,
    (email, organization): (&Email, &str),
    everywhere: bool,
) -> Mail {
    let id = if everywhere { "mail-changed-everywhere" } else { "mail-changed" };
    let text = format!(
        "{}\n\n{}\n{public_url}{}\n",
        words.t1(id, "organization", isolated(organization)),
        words.t("mail-changed-not-you"),
        paths::LOGIN_FORGOT,
    );
    Mail { to: email.to_string(), subject: words.t("mail-changed-subject"), text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn the_notice_holds_no_token() {
        let (email, words) = (Email::parse("ada@example.com").unwrap(), Words::default());
        let mail = notice(words, "https://id.example", (&email, "Acme"), true);
        assert!(mail.text.contains("Acme was changed, and every device was signed out."));
        assert!(mail.text.contains("https://id.example/login/forgot\n") && !mail.text.contains("gkpr_"));
        let here = notice(words, "https://id.example", (&email, "Evil\nhttps://evil.example"), false);
        assert!(here.text.contains("was changed.\n"), "{}", here.text);
        assert!(!here.text.lines().any(|line| line.starts_with("https://evil")));
    }

    #[test]
    fn it_is_written_in_every_language() {
        let email = Email::parse("ada@example.com").unwrap();
        for language in Language::ALL {
            let mail = notice(Words(*language), "https://id.example", (&email, "شركة"), true);
            assert!(
                mail.text.contains("\u{2068}شركة\u{2069}") && !mail.text.contains("mail-"),
                "{}",
                mail.text
            );
            assert!(mail.text.lines().any(|line| line == "https://id.example/login/forgot"), "{}", mail.text);
            let is_english = mail.subject == "Your password was changed";
            assert_eq!(is_english, *language == Language::English, "{}", mail.subject);
        }
    }
}
