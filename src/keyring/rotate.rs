//! Carries the rotation out: reads, plans, makes keys, and writes what is still wanted.
//!
//! A new RSA key takes its time, so it is made before the transaction begins. Inside, under the table's lock, the plan
//! is made again from the rows as they are then: of two nodes that came to the same plan, the second finds nothing left
//! to do and throws its key away.

use super::keyring::{KeyringError, check_master, seal};
use super::rotation::{self, Action, KeyRecord, KeyState, MAX_PUBLISHED, RotationPolicy};
use super::signing_key::{Algorithm, SigningKey};
use super::store::{self, StoredKey};
use crate::clock::Timestamp;
use crate::db::{Conn, Db, DbError};
use crate::random::Random;
use crate::secret::MasterKey;

/// What was done to the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// A key was made.
    Created(KeyRecord),
    /// A key signs no more.
    Retired {
        /// Which.
        kid: String,
        /// Since when.
        at: Timestamp,
    },
    /// A key was forgotten.
    Deleted {
        /// Which.
        kid: String,
    },
}

/// When a key that is made by hand begins to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// When everyone has had the time to learn it: nothing breaks.
    Published,
    /// Now: for a key that leaked. Who caches the published set cannot check new tokens until it is read again.
    AtOnce,
}

/// One line of the list of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    /// Thumbprint.
    pub kid: String,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// Where it stands.
    pub state: KeyState,
    /// When it was made and published.
    pub created_at: Timestamp,
    /// When it began, or begins, to sign.
    pub active_at: Timestamp,
    /// When it stopped.
    pub retired_at: Option<Timestamp>,
}

/// All keys and where they stand, oldest first.
///
/// # Errors
/// Those of the database.
pub fn list(db: &Db, now: Timestamp, policy: &RotationPolicy) -> Result<Vec<KeyInfo>, KeyringError> {
    let keys = db.read_blocking(records)?;
    Ok(keys
        .into_iter()
        .map(|key| KeyInfo {
            state: key.state(now, policy.retention()),
            kid: key.kid,
            algorithm: key.algorithm,
            created_at: key.created_at,
            active_at: key.active_at,
            retired_at: key.retired_at,
        })
        .collect())
}

/// Does what the policy asks for at `now`, and tells what it was. It may take seconds when an RSA key is due.
///
/// # Errors
/// When the master key is not the one of the keys in use, a key cannot be made, or the database fails.
pub fn rotate(
    db: &Db,
    master: &MasterKey,
    random: &Random,
    now: Timestamp,
    policy: &RotationPolicy,
) -> Result<Vec<Done>, KeyringError> {
    let rows = db.read_blocking(store::list)?;
    check_master(&rows, master, now)?;
    let keys: Vec<KeyRecord> = rows.iter().map(StoredKey::record).collect();
    let actions = rotation::plan(&keys, now, policy);
    if actions.is_empty() {
        return Ok(Vec::new());
    }
    let mut fresh = Vec::new();
    for action in &actions {
        if let Action::Create { algorithm, .. } = action {
            fresh.push(make(master, random, *algorithm, now, policy)?);
        }
    }
    let policy = policy.clone();
    db.write_blocking(move |conn| rotate_in(conn, &fresh, now, &policy))
}

/// [`rotate`] for async callers: it runs on a thread that may block.
///
/// # Errors
/// As [`rotate`].
pub async fn rotate_async(
    db: &Db,
    master: &MasterKey,
    random: &Random,
    now: Timestamp,
    policy: &RotationPolicy,
) -> Result<Vec<Done>, KeyringError> {
    let (db, master, random, policy) = (db.clone(), master.clone(), random.clone(), policy.clone());
    tokio::task::spawn_blocking(move || rotate(&db, &master, &random, now, &policy))
        .await
        .map_err(|_| DbError::Panicked)?
}

/// Makes a key for `algorithm` out of turn. With [`Start::AtOnce`] the former one is retired in the same transaction, in
/// which `note` writes down what was done.
///
/// # Errors
/// As [`rotate`], and [`KeyringError::TooMany`].
pub fn rotate_now<F>(
    db: &Db,
    (master, random): (&MasterKey, &Random),
    now: Timestamp,
    policy: &RotationPolicy,
    (algorithm, start): (Algorithm, Start),
    note: F,
) -> Result<Vec<Done>, KeyringError>
where
    F: Fn(&mut Conn<'_>, &[Done]) -> Result<(), DbError> + Send + 'static,
{
    check_master(&db.read_blocking(store::list)?, master, now)?;
    let mut fresh = make(master, random, algorithm, now, policy)?;
    fresh.active_at = match start {
        Start::Published => now + policy.publish_ahead,
        Start::AtOnce => now,
    };
    let policy = policy.clone();
    db.write_blocking(move |conn| {
        store::lock(conn)?;
        let published = |key: &&KeyRecord| {
            key.algorithm == algorithm && key.state(now, policy.retention()) != KeyState::Expired
        };
        if records(conn)?.iter().filter(published).count() >= MAX_PUBLISHED {
            return Err(KeyringError::TooMany(algorithm));
        }
        store::insert(conn, &fresh)?;
        let mut done = vec![Done::Created(fresh.record())];
        done.extend(rotate_in(conn, &[], now, &policy)?);
        note(conn, &done)?;
        Ok(done)
    })
}

/// Ends a key's signing at `now`; its tokens live on until they expire. `note` writes down that it was done, in the same
/// transaction. `false` when it had ended before.
///
/// # Errors
/// When there is no such key, or when it is the only one that signs with an algorithm that the policy wants.
pub fn retire<F>(
    db: &Db,
    kid: &str,
    now: Timestamp,
    policy: &RotationPolicy,
    note: F,
) -> Result<bool, KeyringError>
where
    F: Fn(&mut Conn<'_>, &[Done]) -> Result<(), DbError> + Send + 'static,
{
    let (kid, policy) = (kid.to_owned(), policy.clone());
    db.write_blocking(move |conn| {
        store::lock(conn)?;
        let keys = records(conn)?;
        let Some(key) = keys.iter().find(|key| key.kid == kid) else {
            return Err(KeyringError::Unknown(kid.clone()));
        };
        if !key.has_future(now) {
            return Ok(false);
        }
        if policy.algorithms.contains(&key.algorithm) && is_only_signer(key, &keys, now) {
            return Err(KeyringError::OnlySigner { kid: kid.clone(), algorithm: key.algorithm });
        }
        let retired = store::retire(conn, &kid, now)?;
        if retired {
            note(conn, &[Done::Retired { kid: kid.clone(), at: now }])?;
        }
        Ok(retired)
    })
}

/// Whether no other key could take over from this one at `now`, in its proper turn.
fn is_only_signer(key: &KeyRecord, keys: &[KeyRecord], now: Timestamp) -> bool {
    let signs = rotation::signer(keys, key.algorithm, now) == Some(key);
    let heir = rotation::signer(keys.iter().filter(|other| *other != key), key.algorithm, now);
    signs && heir.is_none_or(|heir| now < heir.active_at)
}

/// Plans once more on the rows as they are in this transaction, and carries the plan out with the keys of `fresh`. A
/// key that is wanted but was not foreseen has to wait for the next call.
fn rotate_in(
    conn: &mut Conn<'_>,
    fresh: &[StoredKey],
    now: Timestamp,
    policy: &RotationPolicy,
) -> Result<Vec<Done>, KeyringError> {
    store::lock(conn)?;
    let mut fresh: Vec<&StoredKey> = fresh.iter().collect();
    let mut done = Vec::new();
    for action in rotation::plan(&records(conn)?, now, policy) {
        match action {
            Action::Create { algorithm, active_at } => {
                if let Some(at) = fresh.iter().position(|key| key.algorithm == algorithm) {
                    let key = StoredKey { active_at, ..fresh.swap_remove(at).clone() };
                    store::insert(conn, &key)?;
                    done.push(Done::Created(key.record()));
                }
            }
            Action::Retire { kid, at } => {
                if store::retire(conn, &kid, at)? {
                    done.push(Done::Retired { kid, at });
                }
            }
            Action::Delete { kid } => {
                if store::delete(conn, &kid)? {
                    done.push(Done::Deleted { kid });
                }
            }
        }
    }
    Ok(done)
}

fn records(conn: &mut Conn<'_>) -> Result<Vec<KeyRecord>, DbError> {
    Ok(store::list(conn)?.iter().map(StoredKey::record).collect())
}

fn make(
    master: &MasterKey,
    random: &Random,
    algorithm: Algorithm,
    now: Timestamp,
    policy: &RotationPolicy,
) -> Result<StoredKey, KeyringError> {
    let (key, pkcs8) = SigningKey::generate(random, algorithm, policy.rsa_size)?;
    seal(master, random, &key, &pkcs8, now)
}

#[cfg(test)]
mod tests;
