//! The mail with the link.

use std::time::Duration;

use crate::mail::Mail;
use crate::text::isolated;
use crate::users::User;

/// The mail with a link to choose a password.
pub fn letter(user: &User, organization: &str, link: &str, lifetime: Duration) -> Mail {
    let words = user.words();
    let text = format!(
        "{}\n{link}\n\n{}\n",
        words.t1("mail-asked", "organization", isolated(organization)),
        words.t1("mail-asked-lasts", "span", words.span(lifetime)),
    );
    Mail { to: user.email.to_string(), subject: words.t("mail-reset-subject"), text }
}
