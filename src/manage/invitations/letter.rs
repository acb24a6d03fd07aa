//! The mail with the link.

use crate::invitations::Invitation;
use crate::mail::Mail;
use crate::text::{one_line, span};
use crate::users::Email;

/// The mail that asks somebody to join.
pub fn letter(email: &Email, organization: &str, link: &str) -> Mail {
    let text = format!(
        "You are invited to join {}. To choose a password for your account, open:\n{link}\n\n\
         The link works once, for {}.\n\nIf you do not know what this is about, ignore this mail.\n",
        one_line(organization),
        span(Invitation::LIFETIME),
    );
    Mail { to: email.to_string(), subject: "You are invited".into(), text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_writes_no_lines_of_its_own() {
        let email = Email::parse("ada@example.com").unwrap();
        let mail =
            letter(&email, "Evil\nhttps://evil.example", "https://id.example/login/invitation?token=x");
        assert!(mail.text.contains("\nhttps://id.example/login/invitation?token=x\n"), "{}", mail.text);
        assert!(!mail.text.contains("\nhttps://evil") && mail.text.contains("for 7 days"), "{}", mail.text);
    }
}
