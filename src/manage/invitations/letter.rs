//! The mail with the link.

use crate::invitations::Invitation;
use crate::language::Words;
use crate::mail::Mail;
use crate::text::isolated;
use crate::users::Email;

/// The mail that asks somebody to join.
pub fn letter(words: Words, email: &Email, organization: &str, link: &str) -> Mail {
    let text = format!(
        "{}\n{link}\n\n{}\n\n{}\n",
        words.t1("mail-invited", "organization", isolated(organization)),
        words.t1("mail-invited-lasts", "span", words.span(Invitation::LIFETIME)),
        words.t("mail-invited-ignore"),
    );
    Mail { to: email.to_string(), subject: words.t("mail-invited-subject"), text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn a_name_writes_no_lines_of_its_own_in_any_language() {
        let email = Email::parse("ada@example.com").unwrap();
        let link = "https://id.example/login/invitation?token=x";
        let mut subjects = std::collections::BTreeSet::new();
        for language in Language::ALL {
            let mail = letter(Words(*language), &email, "Evil\nhttps://evil.example", link);
            assert!(mail.text.lines().any(|line| line == link), "{}", mail.text);
            assert!(!mail.text.contains("\nhttps://evil") && !mail.text.contains("mail-"), "{}", mail.text);
            subjects.insert(mail.subject);
        }
        assert_eq!(subjects.len(), Language::ALL.len());
        let mail = letter(Words::default(), &email, "Acme", link);
        assert!(mail.text.contains("for 7 days"), "{}", mail.text);
    }
}
