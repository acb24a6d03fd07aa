//! The mail with the link.

use std::time::Duration;

use crate::mail::Mail;
use crate::text::{one_line, span};
use crate::users::Email;

/// The mail with a link to choose a password.
pub fn letter(email: &Email, organization: &str, link: &str, lifetime: Duration) -> Mail {
    let text = format!(
        "An administrator of {} asks you to choose a new password for your account. Open:\n{link}\n\n\
         The link works once, for {}. Until you use it, your password stays as it is.\n",
        one_line(organization),
        span(lifetime),
    );
    Mail { to: email.to_string(), subject: "Choose a new password".into(), text }
}
