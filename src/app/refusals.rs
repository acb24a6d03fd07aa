//! Signatures that were refused, in the audit log: so often that one sees it, and so seldom that a flood fills no table.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::App;
use crate::audit::{self, ActorRef, Changes, Event, Origin, Target};
use crate::clock::Timestamp;
use crate::request_keys::{Fingerprint, RequestKey};

/// Keys and reasons that are told apart at most; those that are quiet are forgotten first.
const MOST: usize = 10_000;
/// How long there is one event at most of a key and a reason, in seconds.
const SPAN: i64 = 60;

/// What was written down a short while ago.
#[derive(Default)]
pub(super) struct Refusals(Mutex<HashMap<(Fingerprint, &'static str), Noted>>);

struct Noted {
    /// The minute of the last event.
    minute: i64,
    /// Refusals since then that are in no event.
    more: u64,
}

impl Refusals {
    /// Notes a refusal. With how many before it that are in no event, when it is to be written down; `None` when it is not.
    fn note(&self, place: (Fingerprint, &'static str), now: Timestamp) -> Option<u64> {
        let minute = now.seconds().div_euclid(SPAN);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(noted) = all.get_mut(&place) {
            if noted.minute == minute {
                noted.more += 1;
                return None;
            }
            noted.minute = minute;
            return Some(std::mem::take(&mut noted.more));
        }
        if all.len() >= MOST {
            all.retain(|_, noted| noted.minute == minute);
        }
        // So many keys at once: what is not told apart is not written down, but for the sake of those that are.
        if all.len() >= MOST {
            return None;
        }
        all.insert(place, Noted { minute, more: 0 });
        Some(0)
    }

    /// An event could not be written: it and those before it are told by the next.
    fn take_back(&self, place: (Fingerprint, &'static str), more: u64) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(noted) = all.get_mut(&place) {
            noted.more += more + 1;
        }
    }
}

impl App {
    /// Writes down that a request was refused that says it is signed by this key: once for each reason and minute.
    pub async fn note_refused_signature(
        &self,
        key: &RequestKey,
        reason: &'static str,
        (origin, now): (Origin, Timestamp),
    ) {
        let place = (key.fingerprint, reason);
        let Some(more) = self.refusals.note(place, now) else { return };
        let (fingerprint, tenant) = (key.fingerprint.to_string(), key.tenant_id);
        let changes = Changes::none().field("signing_key", &None::<String>, &Some(key.id.to_string())).field(
            "refused_unwritten",
            &0,
            &more,
        );
        let event = Event::new(&self.random, (tenant, now), "signature.refuse")
            .by(ActorRef::anonymous(""))
            .on(Target::new("signature", fingerprint, key.name.clone()))
            .at(origin)
            .changing(changes)
            .refused(reason);
        if let Err(error) = self.db.write(move |conn| audit::store::insert(conn, tenant, &event)).await {
            self.refusals.take_back(place, more);
            tracing::warn!(%error, "a refused signature could not be written down");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const SECOND: Duration = Duration::from_secs(1);

    fn key(number: u32) -> Fingerprint {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        Fingerprint::from_bytes(bytes)
    }

    #[test]
    fn one_of_each_key_reason_and_minute_and_the_next_says_how_many_there_were() {
        let refusals = Refusals::default();
        let note = |number, reason, at| refusals.note((key(number), reason), at);
        assert_eq!(note(1, "revoked", NOW), Some(0));
        assert_eq!(note(1, "revoked", NOW + SECOND * 59), None);
        assert_eq!(note(1, "revoked", NOW + SECOND * 59), None);
        assert_eq!(note(1, "expired", NOW), Some(0));
        assert_eq!(note(2, "revoked", NOW), Some(0));
        assert_eq!(note(1, "revoked", NOW + SECOND * 60), Some(2));
        refusals.take_back((key(1), "revoked"), 2);
        assert_eq!(note(1, "revoked", NOW + SECOND * 61), None);
        assert_eq!(note(1, "revoked", NOW + SECOND * 120), Some(4));
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let refusals = Refusals::default();
        let most = u32::try_from(MOST).unwrap();
        let written = (0..most + 5).filter(|&number| refusals.note((key(number), "revoked"), NOW).is_some());
        assert_eq!(written.count(), MOST);
        let later = (0..most + 5)
            .rev()
            .filter(|&number| refusals.note((key(number + most), "revoked"), NOW + SECOND * 60).is_some());
        assert_eq!(later.count(), MOST);
        assert_eq!(refusals.0.lock().unwrap().len(), MOST);
    }
}
