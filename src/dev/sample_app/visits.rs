//! What the sample application remembers of each browser, under the digest of its cookie.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::relying_party::Pending;
use super::signed_in::SignedIn;
use crate::clock::Timestamp;
use crate::secret::{Digest, Secret, equal_in_constant_time};

/// How long a visit is remembered.
pub const LIFETIME: Duration = Duration::from_secs(60 * 60);
/// How many visits are remembered; the oldest is forgotten for a new one.
const MOST: usize = 1_000;

/// What is going on with one browser.
pub enum Visit {
    /// It was sent to the provider.
    Pending(Box<Pending>),
    /// It came back.
    SignedIn(Arc<SignedIn>),
    /// It was sent to the provider to sign out, with this `state`.
    Leaving(String),
}

/// The sample application's memory. One value serves all threads of the server: register it as application data.
#[derive(Default)]
pub struct SampleApp(Mutex<HashMap<Digest, Kept>>);

struct Kept {
    until: Timestamp,
    visit: Visit,
}

impl std::fmt::Debug for SampleApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SampleApp({} visits)", self.kept().len())
    }
}

impl SampleApp {
    pub(super) fn keep(&self, cookie: &Secret, visit: Visit, now: Timestamp) {
        let mut kept = self.kept();
        kept.retain(|_, one| now < one.until);
        if kept.len() >= MOST
            && let Some(oldest) = kept.iter().min_by_key(|(_, one)| one.until).map(|(key, _)| *key)
        {
            kept.remove(&oldest);
        }
        kept.insert(cookie.digest(), Kept { until: now + LIFETIME, visit });
    }

    /// Who is signed in.
    pub(super) fn signed_in(&self, cookie: &Secret, now: Timestamp) -> Option<Arc<SignedIn>> {
        match &self.kept().get(&cookie.digest()).filter(|one| now < one.until)?.visit {
            Visit::SignedIn(signed_in) => Some(Arc::clone(signed_in)),
            _ => None,
        }
    }

    /// The sign-in that `state` belongs to. It can be had once; another `state` leaves it where it is.
    pub(super) fn take_pending(&self, cookie: &Secret, state: &str, now: Timestamp) -> Option<Pending> {
        let taken = self.take(cookie, now, |visit| match visit {
            Visit::Pending(pending) => is_same(pending.state.secret(), state),
            _ => false,
        })?;
        if let Visit::Pending(pending) = taken { Some(*pending) } else { None }
    }

    /// Whether the browser comes back from signing out.
    pub(super) fn take_leaving(&self, cookie: &Secret, state: &str, now: Timestamp) -> bool {
        self.take(cookie, now, |visit| matches!(visit, Visit::Leaving(known) if is_same(known, state)))
            .is_some()
    }

    fn take(&self, cookie: &Secret, now: Timestamp, is_wanted: impl Fn(&Visit) -> bool) -> Option<Visit> {
        let mut kept = self.kept();
        let key = cookie.digest();
        kept.get(&key).filter(|one| now < one.until && is_wanted(&one.visit))?;
        kept.remove(&key).map(|one| one.visit)
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<Digest, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_same(one: &str, other: &str) -> bool {
    equal_in_constant_time(one.as_bytes(), other.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn leaving(state: &str) -> Visit {
        Visit::Leaving(state.into())
    }

    #[test]
    fn a_visit_is_taken_once_by_its_own_state_and_cookie() {
        let (app, cookie) = (SampleApp::default(), Secret::new("cookie"));
        app.keep(&cookie, leaving("state"), NOW);
        assert!(!app.take_leaving(&Secret::new("other"), "state", NOW));
        assert!(!app.take_leaving(&cookie, "stat", NOW));
        assert!(!app.take_leaving(&cookie, "state", NOW + LIFETIME));
        assert!(app.take_pending(&cookie, "state", NOW).is_none() && app.signed_in(&cookie, NOW).is_none());
        assert!(app.take_leaving(&cookie, "state", NOW));
        assert!(!app.take_leaving(&cookie, "state", NOW));
    }

    #[test]
    fn memory_is_bounded() {
        let app = SampleApp::default();
        for n in 0..u64::try_from(MOST).unwrap() + 5 {
            app.keep(&Secret::new(n.to_string()), leaving("s"), NOW + Duration::from_secs(n));
        }
        assert_eq!(app.kept().len(), MOST);
        let late = NOW + Duration::from_secs(1_010);
        assert!(
            !app.take_leaving(&Secret::new("4"), "s", late) && app.take_leaving(&Secret::new("5"), "s", late)
        );
        app.keep(&Secret::new("x"), leaving("s"), late + LIFETIME);
        assert_eq!(app.kept().len(), 1);
    }
}
