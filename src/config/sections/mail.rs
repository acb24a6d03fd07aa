//! `[mail]`

use lettre::message::Mailbox;
use url::Url;

use super::security;
use crate::config::reader::Reader;
use crate::config::settings::section;
use crate::config::values::choices;
use crate::secret::Secret;
use crate::text::text_enum;

text_enum! {
    /// Where mail goes.
    pub enum MailTransport {
        /// Nowhere.
        None = "none",
        /// To a mail server.
        Smtp = "smtp",
        /// To a page that a developer reads.
        Inbox = "inbox",
    }
}
choices!(MailTransport: Text);

section! {
    /// How mail leaves.
    pub struct Mail in "mail" {
        /// `none`: no mail is sent. `smtp`: through the server of `smtp_url`. `inbox`: kept to look at, for anyone who
        /// reaches the server, and so only with `security.development`.
        transport: MailTransport = Default("none"),
        /// The sender. With `smtp` it has to be set, to an address that your mail server may send for.
        from: Mailbox = Default("Gridkey <no-reply@localhost>"),
        /// The mail server: `smtps://USER:PASSWORD@HOST` speaks TLS from the start (port 465),
        /// `smtp://USER:PASSWORD@HOST:587?tls=required` turns it on first (STARTTLS). Without TLS no user name and
        /// password are sent. Write `%40` for `@` within them. It counts as a secret because of the password.
        smtp_url: Secret = Default(""),
    }
}

impl Draft {
    /// Each transport has what it needs, and the developer's inbox is not open to the world.
    pub fn check(&self, security: &security::Draft, reader: &mut Reader<'_>) {
        let smtp_url = self.smtp_url.get().map(Secret::expose);
        if smtp_url.is_some_and(|url| !url.is_empty() && !is_smtp(url)) {
            reader.refuse(
                &self.smtp_url,
                "expected smtps://USER:PASSWORD@HOST or smtp://USER:PASSWORD@HOST:PORT?tls=required",
            );
        }
        match self.transport.get() {
            Some(MailTransport::Smtp) => {
                if smtp_url.is_some_and(str::is_empty) {
                    reader.refuse(&self.smtp_url, format!("required by {}", self.transport.describe()));
                }
                if self.from.is_default() {
                    let problem =
                        format!("expected an address of yours, because of {}", self.transport.describe());
                    reader.refuse(&self.from, problem);
                }
            }
            Some(MailTransport::Inbox) if security.development.get() == Some(&false) => {
                let problem = format!(
                    "only for development, because anyone can read the inbox: expected none or smtp, or {} to be true",
                    security.development.describe()
                );
                reader.refuse(&self.transport, problem);
            }
            _ => {}
        }
    }
}

fn is_smtp(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "smtp" | "smtps") && url.has_host())
}
