//! When a key is published, signs, stops signing and goes away. Pure: the same keys and the same moment always give the
//! same answer, so every node comes to it by itself.
//!
//! A key is *next* from its creation, *active* from `active_at`, *retired* from `retired_at`. It is published from its
//! creation (so that every verifier has it before the first signature) until its last token has expired. Nothing here
//! compares `created_at` with the clock, and to be published is lost only as time goes on: a clock that steps back
//! takes no key away from anyone.

use std::time::Duration;

use super::signing_key::{Algorithm, RsaSize};
use crate::clock::Timestamp;

/// How much longer than the longest token a retired key stays published: nodes whose clocks differ, or that hear of
/// the retirement late, sign with it for a moment yet.
pub const RETIREMENT_LEEWAY: Duration = Duration::from_secs(5 * 60);
/// How long the row of an expired key is kept: a clock that had jumped ahead by less does no harm.
pub const KEPT_EXPIRED: Duration = Duration::from_secs(24 * 60 * 60);
/// Keys of one algorithm that may be published at once: it bounds the size of the JWK set.
pub const MAX_PUBLISHED: usize = 32;

/// A key without its key: its name and its dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// The thumbprint that names it.
    pub kid: String,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// When it was made and published.
    pub created_at: Timestamp,
    /// When it begins to sign.
    pub active_at: Timestamp,
    /// When it stops, if that is known.
    pub retired_at: Option<Timestamp>,
}

crate::text::text_enum! {
    /// Where a key stands in its life.
    pub enum KeyState {
        /// Published, and waiting to sign.
        Next = "next",
        /// May sign.
        Active = "active",
        /// Signs no more; its tokens still live.
        Retired = "retired",
        /// No token of it lives: no longer published, and soon deleted.
        Expired = "expired",
    }
}

/// What the operator wants of the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RotationPolicy {
    /// Algorithms that must always have a signer.
    pub algorithms: Vec<Algorithm>,
    /// How long a key signs.
    pub interval: Duration,
    /// How long a key is published before it signs: at least as long as anyone caches the JWK set, and as a node needs
    /// to hear of it.
    pub publish_ahead: Duration,
    /// The longest life of any token that is signed.
    pub longest_token: Duration,
    /// The length of new RSA keys.
    pub rsa_size: RsaSize,
}

/// A policy that cannot be kept.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum PolicyError {
    /// Nothing could be signed.
    #[error("at least one signing algorithm is needed")]
    NoAlgorithm,
    /// A successor would have to be published before its predecessor.
    #[error("the rotation interval must not be shorter than the time that a key is published ahead")]
    IntervalTooShort,
    /// The JWK set would outgrow its bound.
    #[error(
        "keys rotate so often that more than {MAX_PUBLISHED} of one algorithm would be published at once"
    )]
    TooManyKeys,
}

impl RotationPolicy {
    /// Whether the policy can be kept.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn validate(&self) -> Result<(), PolicyError> {
        if self.algorithms.is_empty() {
            return Err(PolicyError::NoAlgorithm);
        }
        if self.interval < self.publish_ahead {
            return Err(PolicyError::IntervalTooShort);
        }
        // Those whose tokens live, the signer, its successor, and one by which the division was rounded down.
        let lingering = self.retention().as_micros() / self.interval.as_micros().max(1);
        if lingering + 3 > MAX_PUBLISHED as u128 {
            return Err(PolicyError::TooManyKeys);
        }
        Ok(())
    }

    /// How long a key stays published after it stopped signing.
    pub const fn retention(&self) -> Duration {
        self.longest_token.saturating_add(RETIREMENT_LEEWAY)
    }
}

impl KeyRecord {
    /// Where the key stands at `now`; `retention` as in [`RotationPolicy::retention`].
    pub fn state(&self, now: Timestamp, retention: Duration) -> KeyState {
        match self.retired_at {
            Some(retired) if retired + retention <= now => KeyState::Expired,
            Some(retired) if retired <= now => KeyState::Retired,
            _ if self.active_at <= now => KeyState::Active,
            _ => KeyState::Next,
        }
    }

    /// When the key leaves the published set, if that is known.
    pub fn published_until(&self, retention: Duration) -> Option<Timestamp> {
        self.retired_at.map(|retired| retired + retention)
    }

    /// Whether the key may sign at `now` or later.
    pub fn has_future(&self, now: Timestamp) -> bool {
        self.retired_at.is_none_or(|retired| now < retired)
    }

    /// The order in which keys of one algorithm follow each other.
    fn turn(&self) -> (Timestamp, &str) {
        (self.active_at, &self.kid)
    }
}

impl AsRef<Self> for KeyRecord {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// The one key that signs with `algorithm` at `now`: of the active keys the newest.
///
/// Without an active key, which only a clock that stepped back brings about, it is the key whose turn comes first: it
/// has been published the longest, and to sign with it beats not to sign.
pub fn signer<'a, K: AsRef<KeyRecord>>(
    keys: impl IntoIterator<Item = &'a K>,
    algorithm: Algorithm,
    now: Timestamp,
) -> Option<&'a K> {
    let mut active: Option<&'a K> = None;
    let mut first: Option<&'a K> = None;
    for candidate in keys {
        let key = candidate.as_ref();
        if key.algorithm != algorithm || !key.has_future(now) {
            continue;
        }
        if key.active_at <= now {
            if active.is_none_or(|best| best.as_ref().turn() < key.turn()) {
                active = Some(candidate);
            }
        } else if first.is_none_or(|best| key.turn() < best.as_ref().turn()) {
            first = Some(candidate);
        }
    }
    active.or(first)
}

/// One thing to do to the table of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Make a key.
    Create {
        /// For this algorithm.
        algorithm: Algorithm,
        /// To sign from this moment.
        active_at: Timestamp,
    },
    /// Note that a key stopped signing.
    Retire {
        /// Which.
        kid: String,
        /// When it stopped.
        at: Timestamp,
    },
    /// Forget a key.
    Delete {
        /// Which.
        kid: String,
    },
}

/// What has to be done at `now` so that the keys follow the policy.
///
/// An algorithm that is no longer wanted keeps its key until that key's interval ends, so that two nodes with different
/// configurations do not undo each other's work during an upgrade.
pub fn plan(keys: &[KeyRecord], now: Timestamp, policy: &RotationPolicy) -> Vec<Action> {
    let mut actions = Vec::new();
    for algorithm in Algorithm::ALL.iter().copied() {
        retire_superseded(keys, algorithm, now, &mut actions);
        let signer = signer(keys, algorithm, now);
        if policy.algorithms.contains(&algorithm) {
            actions.extend(successor(keys, algorithm, signer, now, policy));
        } else if let Some(key) = signer
            && key.active_at + policy.interval <= now
        {
            actions.push(Action::Retire { kid: key.kid.clone(), at: now });
        }
    }
    let forgotten = |until: Timestamp| until + KEPT_EXPIRED <= now;
    actions.extend(
        keys.iter()
            .filter(|key| key.published_until(policy.retention()).is_some_and(forgotten))
            .map(|key| Action::Delete { kid: key.kid.clone() }),
    );
    actions
}

/// Of the active keys all but the newest stopped signing when the next one began.
fn retire_superseded(keys: &[KeyRecord], algorithm: Algorithm, now: Timestamp, actions: &mut Vec<Action>) {
    let mut active: Vec<&KeyRecord> = keys
        .iter()
        .filter(|key| key.algorithm == algorithm && key.active_at <= now && key.has_future(now))
        .collect();
    active.sort_by(|a, b| a.turn().cmp(&b.turn()));
    let followed = active.iter().zip(active.iter().skip(1));
    actions.extend(
        followed
            .filter(|(key, _)| key.retired_at.is_none())
            .map(|(key, next)| Action::Retire { kid: key.kid.clone(), at: next.active_at }),
    );
}

/// The key to make for an algorithm that is wanted, if one is due.
fn successor(
    keys: &[KeyRecord],
    algorithm: Algorithm,
    signer: Option<&KeyRecord>,
    now: Timestamp,
    policy: &RotationPolicy,
) -> Option<Action> {
    let Some(signer) = signer else {
        return Some(Action::Create { algorithm, active_at: now });
    };
    let line = || keys.iter().filter(|key| key.algorithm == algorithm);
    let has_next = line().any(|key| now < key.active_at && key.has_future(now));
    let published = line().filter(|key| key.state(now, policy.retention()) != KeyState::Expired).count();
    let ends = signer.active_at + policy.interval;
    let due = ends - policy.publish_ahead <= now;
    (due && !has_next && published < MAX_PUBLISHED)
        .then(|| Action::Create { algorithm, active_at: ends.max(now + policy.publish_ahead) })
}

#[cfg(test)]
mod tests;
