//! What the tables of keys have in common, whether the keys are sent or sign requests: states, filters, and the queries on
//! them, which [`store`] stamps for each table.

pub(crate) mod store;

use super::{KeyOwner, KeyStatus};
use crate::clock::Timestamp;
use crate::text::text_enum;

text_enum! {
    /// Whether a key works, and why not.
    pub enum KeyState {
        /// It does.
        Works = "active",
        /// Its time is over.
        Expired = "expired",
        /// It was disabled.
        Disabled = "disabled",
        /// It was revoked.
        Revoked = "revoked",
    }
}

impl KeyState {
    /// That of a key now.
    pub fn of(status: KeyStatus, expires_at: Option<Timestamp>, now: Timestamp) -> Self {
        match status {
            KeyStatus::Revoked => Self::Revoked,
            KeyStatus::Disabled => Self::Disabled,
            KeyStatus::Active if expires_at.is_some_and(|end| end <= now) => Self::Expired,
            KeyStatus::Active => Self::Works,
        }
    }
}

/// Which keys a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyFilter {
    /// Only those of this owner.
    pub owner: Option<KeyOwner>,
    /// Only those in these states.
    pub states: Vec<KeyState>,
    /// Only those that end before this moment.
    pub expires_before: Option<Timestamp>,
    /// Only those that nobody has used since this moment, and that were there before it.
    pub unused_since: Option<Timestamp>,
    /// What the name begins with.
    pub begins_with: Option<String>,
}

impl KeyFilter {
    /// Whether it leaves any key out.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The statuses to look for: of keys that work, of keys that are over, and those that need no look at the time.
    pub(crate) fn statuses(&self) -> [Vec<KeyStatus>; 3] {
        let wanted = |pairs: &[(KeyState, KeyStatus)]| {
            let asked = pairs.iter().filter(|(state, _)| self.states.contains(state));
            asked.map(|(_, status)| *status).collect()
        };
        [
            wanted(&[(KeyState::Works, KeyStatus::Active)]),
            wanted(&[(KeyState::Expired, KeyStatus::Active)]),
            wanted(&[(KeyState::Disabled, KeyStatus::Disabled), (KeyState::Revoked, KeyStatus::Revoked)]),
        ]
    }
}
