//! The mail that tells somebody that their password was changed.

use crate::mail::Mail;
use crate::text::one_line;
use crate::users::Email;
use crate::web::paths;

/// Tells the owner that the password was changed, and whether every device was signed out with it.
pub fn notice(public_url: &str, email: &Email, organization: &str, everywhere: bool) -> Mail {
    let ended = if everywhere { ", and every device was signed out" } else { "" };
    let text = format!(
        "The password of your account in {} was changed{ended}.\n\n\
         If that was not you, choose another password now and tell your administrator:\n{public_url}{}\n",
        one_line(organization),
        paths::LOGIN_FORGOT,
    );
    Mail { to: email.to_string(), subject: "Your password was changed".into(), text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notice_holds_no_token() {
        let email = Email::parse("ada@example.com").unwrap();
        let mail = notice("https://id.example", &email, "Acme", true);
        assert!(mail.text.contains("Acme was changed, and every device was signed out."));
        assert!(mail.text.contains("https://id.example/login/forgot\n") && !mail.text.contains("gkpr_"));
        let here = notice("https://id.example", &email, "Evil\nhttps://evil.example", false);
        assert!(here.text.contains("was changed.\n"), "{}", here.text);
        assert!(!here.text.lines().any(|line| line.starts_with("https://evil")));
    }
}
