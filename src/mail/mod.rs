//! Mail to people: links for a forgotten password, notices that something changed.
//!
//! Owns the form of a message and how it leaves (SMTP, RFC 5321), or that it does not: without a mail server nothing is
//! sent, and in development messages pile up in an inbox to look at. Never knows why a mail is sent, and never logs a
//! body, because bodies carry links that are as good as passwords.

mod inbox;
mod mailer;
mod message;
mod smtp;

pub use inbox::{Inbox, InboxMail};
pub use mailer::Mailer;
pub use message::{Mail, MailError};
pub use smtp::Smtp;
