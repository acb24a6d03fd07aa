//! Where messages go.

use std::sync::Arc;

use super::{Inbox, Mail, MailError, Smtp};
use crate::clock::Timestamp;

/// Sends messages, keeps them, or does neither. Clones share what stands behind it.
#[derive(Clone, Debug, Default)]
pub enum Mailer {
    /// No mail server is configured: what needs mail is not offered.
    #[default]
    None,
    /// A mail server.
    Smtp(Arc<Smtp>),
    /// The inbox of a server in development.
    Inbox(Inbox),
}

impl Mailer {
    /// Through the mail server at `url` (`smtps://USER:PASSWORD@HOST`, or `smtp://HOST:PORT` with `?tls=required` for
    /// STARTTLS; without, it is used if offered), in the name of `from` (`Gridkey <no-reply@example.com>`).
    pub fn smtp(url: &str, from: &str) -> Result<Self, MailError> {
        Ok(Self::Smtp(Arc::new(Smtp::new(url, from)?)))
    }

    /// Into an inbox of its own.
    pub fn inbox() -> Self {
        Self::Inbox(Inbox::default())
    }

    /// Whether messages go anywhere, so that pages offer only what works.
    pub const fn is_configured(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Sends one message and waits until the mail server has taken it. `now` becomes its date.
    pub async fn send(&self, mail: Mail, now: Timestamp) -> Result<(), MailError> {
        match self {
            Self::None => Err(MailError::NotConfigured),
            Self::Smtp(smtp) => smtp.send(mail, now).await,
            Self::Inbox(inbox) => {
                mail.check()?;
                inbox.put(mail, now);
                Ok(())
            }
        }
    }

    /// Hands one message over and returns at once, so that an answer to a browser takes the same time whether or not
    /// there was somebody to write to. A failure is logged once. Call it inside the async runtime.
    pub fn send_in_background(&self, mail: Mail, now: Timestamp) {
        match self {
            Self::None => tracing::warn!("a mail was not sent, because no mail server is configured"),
            Self::Smtp(smtp) => smtp.send_in_background(mail, now),
            Self::Inbox(inbox) => match mail.check() {
                Ok(()) => inbox.put(mail, now),
                Err(why) => tracing::error!(error = %why, "a mail was not sent"),
            },
        }
    }

    /// The inbox, if messages are kept in one.
    pub const fn as_inbox(&self) -> Option<&Inbox> {
        if let Self::Inbox(inbox) = self { Some(inbox) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn mail(subject: &str) -> Mail {
        Mail {
            to: "ada@example.com".into(),
            subject: subject.into(),
            text: "https://id.example/reset".into(),
        }
    }

    #[tokio::test]
    async fn the_inbox_keeps_what_would_have_been_sent() {
        let mailer = Mailer::inbox();
        mailer.send(mail("First"), NOW).await.unwrap();
        mailer.clone().send_in_background(mail("Second"), NOW);
        mailer.send_in_background(mail("Third\r\nBcc: eve@evil.example"), NOW);
        let messages = mailer.as_inbox().unwrap().messages();
        let subjects: Vec<_> = messages.iter().map(|one| one.mail.subject.as_str()).collect();
        assert_eq!(subjects, ["Second", "First"]);
        assert_eq!((messages[0].id, messages[0].received_at), (2, NOW));
    }

    #[tokio::test]
    async fn without_a_mail_server_nothing_is_sent() {
        let mailer = Mailer::default();
        assert!(!mailer.is_configured() && mailer.as_inbox().is_none());
        assert!(matches!(mailer.send(mail("Hello"), NOW).await, Err(MailError::NotConfigured)));
        mailer.send_in_background(mail("Hello"), NOW);
        assert!(matches!(Mailer::smtp("mail.example", "a@id.example"), Err(MailError::Url)));
    }
}
