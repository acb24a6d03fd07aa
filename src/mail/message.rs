//! One message and what can be wrong with it.

use std::fmt;

/// A message in plain text to one person.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The address, without a display name.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The body; lines end with a line feed.
    pub text: String,
}

/// Shows no body: it may hold a link that lets its reader in.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("to", &self.to).field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// Why a message was not sent, or a mail server not understood.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// No mail server is configured.
    #[error("no mail server is configured")]
    NotConfigured,
    /// The mail server's URL.
    #[error(
        "a mail server's URL is smtps://USER:PASSWORD@HOST, smtp://HOST:PORT?tls=required (STARTTLS), or \
         smtp://HOST:PORT for a server without a login"
    )]
    Url,
    /// The mail server's URL has a login, and nothing that would keep it from being read on the way.
    #[error("a mail server's login is sent over TLS only: use smtps:// or add ?tls=required to the URL")]
    LoginInClear,
    /// The TLS library could not be set up.
    #[error("the connection to the mail server could not be prepared")]
    Setup(#[source] lettre::transport::smtp::Error),
    /// The sender's address.
    #[error("the sender of mails is not an address such as Gridkey <no-reply@example.com>")]
    Sender,
    /// The recipient's address.
    #[error("the recipient is not a mail address")]
    Recipient,
    /// The subject has a line break or another control character.
    #[error("a subject is one line without control characters")]
    Subject,
    /// The message could not be put together.
    #[error("the message could not be built")]
    Build(#[source] lettre::error::Error),
    /// The mail server refused, or could not be reached.
    #[error("the mail server did not take the message")]
    Transport(#[source] lettre::transport::smtp::Error),
    /// Too many messages wait to be sent.
    #[error("too many mails are waiting to be sent")]
    Busy,
}

impl MailError {
    /// Whether trying again may help: the server could not be reached or asked to come back.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Transport(why) => !why.is_permanent() && !why.is_client() && !why.is_tls(),
            Self::Busy => true,
            _ => false,
        }
    }
}

impl Mail {
    /// Refuses what could break out of a header or an SMTP command (RFC 5322 2.2, RFC 5321 4.1.2).
    pub(super) fn check(&self) -> Result<(), MailError> {
        let is_plain =
            |text: &str| !text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
        if !is_plain(&self.to) {
            return Err(MailError::Recipient);
        }
        if is_plain(&self.subject) { Ok(()) } else { Err(MailError::Subject) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(to: &str, subject: &str) -> Mail {
        Mail { to: to.into(), subject: subject.into(), text: "https://id.example/reset?token=hunter2".into() }
    }

    #[test]
    fn debug_shows_no_body() {
        let shown = format!("{:?} {:#?}", mail("ada@example.com", "Hello"), mail("ada@example.com", "Hello"));
        assert!(
            shown.contains("ada@example.com") && !shown.contains("hunter2") && !shown.contains("reset"),
            "{shown}"
        );
    }

    #[test]
    fn nothing_breaks_out_of_a_line() {
        assert!(mail("ada@example.com", "Grüße 🦀").check().is_ok());
        for bad in ["\r\nBcc: eve@evil.example", "\n", "\r", "\0", "\u{85}", "\u{2028}"] {
            assert!(matches!(
                mail("ada@example.com", &format!("Hello{bad}")).check(),
                Err(MailError::Subject)
            ));
            assert!(matches!(
                mail(&format!("ada@example.com{bad}"), "Hello").check(),
                Err(MailError::Recipient)
            ));
        }
    }
}
