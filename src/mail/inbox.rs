//! The inbox of a server that is being developed with: it keeps the last messages in memory instead of sending them.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Mail;
use crate::clock::Timestamp;

/// How many messages are kept; older ones are forgotten.
const KEPT: usize = 200;

/// The last messages, newest first. Clones share one inbox.
#[derive(Clone, Default)]
pub struct Inbox(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    mails: VecDeque<InboxMail>,
    last_id: u64,
}

/// A message in the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxMail {
    /// Counts up from 1 since the start of the server.
    pub id: u64,
    /// When it came in.
    pub received_at: Timestamp,
    /// The message.
    pub mail: Mail,
}

impl Inbox {
    /// Every message kept, newest first.
    pub fn messages(&self) -> Vec<InboxMail> {
        self.state().mails.iter().cloned().collect()
    }

    /// One message.
    pub fn message(&self, id: u64) -> Option<InboxMail> {
        self.state().mails.iter().find(|one| one.id == id).cloned()
    }

    pub(super) fn put(&self, mail: Mail, now: Timestamp) {
        let mut state = self.state();
        state.last_id += 1;
        let id = state.last_id;
        state.mails.push_front(InboxMail { id, received_at: now, mail });
        state.mails.truncate(KEPT);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Inbox({} messages)", self.state().mails.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_come_first_and_the_oldest_are_forgotten() {
        let inbox = Inbox::default();
        for n in 1..=u64::try_from(KEPT).unwrap() + 5 {
            let mail =
                Mail { to: "ada@example.com".into(), subject: format!("No. {n}"), text: "hunter2".into() };
            inbox.clone().put(mail, Timestamp::from_seconds(i64::try_from(n).unwrap()));
        }
        let messages = inbox.messages();
        assert_eq!(messages.len(), KEPT);
        assert_eq!((messages[0].id, messages[0].mail.subject.as_str()), (205, "No. 205"));
        assert_eq!(messages[199].id, 6);
        assert_eq!(inbox.message(205).unwrap().received_at, Timestamp::from_seconds(205));
        assert!(inbox.message(5).is_none() && inbox.message(206).is_none());
        assert!(!format!("{inbox:?} {messages:?}").contains("hunter2"));
    }
}
