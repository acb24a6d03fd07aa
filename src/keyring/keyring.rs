//! The keys in memory: opened once, swapped as a whole when they change, read by every request without a query.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use zeroize::Zeroizing;

use super::jwks::JwksDocument;
use super::jwt::KeySet;
use super::public_key::PublicKey;
use super::rotation::{self, KeyRecord, KeyState, RotationPolicy};
use super::signing_key::{Algorithm, KeyError, SigningKey};
use super::store::{self, StoredKey};
use crate::clock::Timestamp;
use crate::db::{Db, DbError, Failure};
use crate::random::Random;
use crate::secret::{MasterKey, SealError};

/// What can go wrong with the keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The configured master key is not the one that the keys were sealed under.
    #[error(
        "the configured master key (id {configured}) does not open the token signing keys (sealed under id {sealed}): \
         set security.master_key to the key this database was created with"
    )]
    OtherMasterKey {
        /// The id of the configured key.
        configured: String,
        /// The id of the key that sealed them.
        sealed: String,
    },
    /// A row does not hold what it should.
    #[error("the token signing key {kid} is damaged: {why}")]
    Damaged {
        /// Which key.
        kid: String,
        /// In what way.
        why: &'static str,
    },
    /// A key could not be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A private key could not be sealed.
    #[error("a new signing key could not be sealed: {0}")]
    Seal(#[from] SealError),
    /// There is no key of that name.
    #[error("there is no signing key {0}: see `gridkey keys list`")]
    Unknown(String),
    /// Without this key nothing could be signed.
    #[error(
        "{kid} is the only key that signs with {algorithm}: make another one first with `gridkey keys rotate`"
    )]
    OnlySigner {
        /// Which key.
        kid: String,
        /// What could not be signed any more.
        algorithm: Algorithm,
    },
    /// The published set would outgrow its bound.
    #[error(
        "as many keys for {0} as may be are published: wait until the tokens of the retired ones have expired"
    )]
    TooMany(Algorithm),
}

impl Failure for KeyringError {
    fn database(&self) -> Option<&DbError> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}

/// All keys, shared by every part of the program. Clones see the same keys.
#[derive(Clone)]
pub struct Keyring(Arc<Inner>);

struct Inner {
    master: MasterKey,
    policy: RotationPolicy,
    snapshot: RwLock<Arc<Snapshot>>,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring({:?})", self.snapshot())
    }
}

impl Keyring {
    /// Opens the keys of `rows`.
    ///
    /// # Errors
    /// When the master key is another one, or a row is damaged.
    pub fn load(
        rows: &[StoredKey],
        master: &MasterKey,
        policy: &RotationPolicy,
        now: Timestamp,
    ) -> Result<Self, KeyringError> {
        let snapshot = Snapshot::open(rows, master, policy, now, None)?;
        Ok(Self(Arc::new(Inner {
            master: master.clone(),
            policy: policy.clone(),
            snapshot: RwLock::new(Arc::new(snapshot)),
        })))
    }

    /// Opens the keys of a database.
    ///
    /// # Errors
    /// As [`Keyring::load`], and those of the database.
    pub fn open(
        db: &Db,
        master: &MasterKey,
        policy: &RotationPolicy,
        now: Timestamp,
    ) -> Result<Self, KeyringError> {
        Self::load(&db.read_blocking(store::list)?, master, policy, now)
    }

    /// Reads the keys again. When that fails the ones in memory stay.
    ///
    /// # Errors
    /// As [`Keyring::open`].
    pub async fn refresh(&self, db: &Db, now: Timestamp) -> Result<(), KeyringError> {
        let rows = db.read(store::list).await?;
        self.replace(&rows, now)
    }

    /// Takes over the keys of `rows`; those that are open already are not opened again.
    ///
    /// # Errors
    /// As [`Keyring::load`].
    pub fn replace(&self, rows: &[StoredKey], now: Timestamp) -> Result<(), KeyringError> {
        let before = self.snapshot();
        let after = Snapshot::open(rows, &self.0.master, &self.0.policy, now, Some(&before))?;
        *self.0.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(after);
        Ok(())
    }

    /// The keys as they are now. Take one snapshot for one request.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.0.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What the keys follow.
    pub fn policy(&self) -> &RotationPolicy {
        &self.0.policy
    }
}

/// The keys at one reading of the database.
pub struct Snapshot {
    entries: Vec<Entry>,
    public: KeySet,
    /// The published set, and the moment at which the next key leaves it.
    published: RwLock<Option<Published>>,
}

struct Entry {
    record: KeyRecord,
    public: Arc<PublicKey>,
    private: Option<Arc<SigningKey>>,
    published_until: Option<Timestamp>,
}

impl AsRef<KeyRecord> for Entry {
    fn as_ref(&self) -> &KeyRecord {
        &self.record
    }
}

impl Entry {
    fn is_published(&self, now: Timestamp) -> bool {
        self.published_until.is_none_or(|until| now < until)
    }
}

struct Published {
    /// The document holds from this moment (the last departure that it knows of) ...
    from: Option<Timestamp>,
    /// ... until this one.
    until: Option<Timestamp>,
    document: Arc<JwksDocument>,
}

impl Published {
    fn holds(&self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.entries.iter().map(|entry| &entry.record)).finish()
    }
}

impl Snapshot {
    fn open(
        rows: &[StoredKey],
        master: &MasterKey,
        policy: &RotationPolicy,
        now: Timestamp,
        before: Option<&Self>,
    ) -> Result<Self, KeyringError> {
        let retention = policy.retention();
        let mut entries = Vec::with_capacity(rows.len());
        let mut public = KeySet::default();
        for row in rows {
            let record = row.record();
            let published_until = record.published_until(retention);
            let signs = matches!(record.state(now, retention), KeyState::Next | KeyState::Active);
            let known = before.and_then(|before| before.private(&row.kid));
            let private = match known {
                _ if !signs => None,
                Some(key) => Some(key),
                None => Some(Arc::new(open(row, master)?)),
            };
            let half = match &private {
                Some(key) => Arc::clone(key.public()),
                None => Arc::new(public_half(row)?),
            };
            public.insert(Arc::clone(&half), published_until);
            entries.push(Entry { record, public: half, private, published_until });
        }
        Ok(Self { entries, public, published: RwLock::new(None) })
    }

    fn private(&self, kid: &str) -> Option<Arc<SigningKey>> {
        self.entries.iter().find(|entry| entry.record.kid == kid).and_then(|entry| entry.private.clone())
    }

    /// The one key that signs with `algorithm` at `now`.
    pub fn signer(&self, algorithm: Algorithm, now: Timestamp) -> Option<&SigningKey> {
        let able = self.entries.iter().filter(|entry| entry.private.is_some());
        rotation::signer(able, algorithm, now).and_then(|entry| entry.private.as_deref())
    }

    /// Every public key that signatures are checked with, for [`super::jwt::verify`].
    pub const fn keys(&self) -> &KeySet {
        &self.public
    }

    /// The public key of this name, published or not.
    pub fn find(&self, kid: &str) -> Option<&PublicKey> {
        self.entries.iter().find(|entry| entry.record.kid == kid).map(|entry| &*entry.public)
    }

    /// The published set at `now`. It is written anew only when a key has left it.
    pub fn jwks(&self, now: Timestamp) -> Arc<JwksDocument> {
        let cached = self.published.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(published) = cached.as_ref().filter(|published| published.holds(now)) {
            return Arc::clone(&published.document);
        }
        drop(cached);
        let departures = || self.entries.iter().filter_map(|entry| entry.published_until);
        let shown = self.entries.iter().filter(|entry| entry.is_published(now));
        let document = Arc::new(JwksDocument::new(shown.map(|entry| &*entry.public)));
        *self.published.write().unwrap_or_else(PoisonError::into_inner) = Some(Published {
            from: departures().filter(|departure| *departure <= now).max(),
            until: departures().filter(|departure| now < *departure).min(),
            document: Arc::clone(&document),
        });
        document
    }
}

/// What a private key is sealed for: it opens in no other row.
fn context(kid: &str) -> String {
    format!("signing_key:{kid}")
}

/// Seals a new key into a row.
pub(super) fn seal(
    master: &MasterKey,
    random: &Random,
    key: &SigningKey,
    pkcs8: &[u8],
    now: Timestamp,
) -> Result<StoredKey, KeyringError> {
    Ok(StoredKey {
        kid: key.kid().to_owned(),
        algorithm: key.algorithm(),
        public_jwk: crate::db::types::Json(key.public_jwk().clone()),
        private_sealed: master.seal(random, &context(key.kid()), pkcs8)?,
        created_at: now,
        active_at: now,
        retired_at: None,
    })
}

/// Refuses a master key that does not open the keys in use: a key sealed under it would shut out the right one later.
pub(super) fn check_master(
    rows: &[StoredKey],
    master: &MasterKey,
    now: Timestamp,
) -> Result<(), KeyringError> {
    rows.iter().filter(|row| row.record().has_future(now)).try_for_each(|row| unseal(row, master).map(drop))
}

fn unseal(row: &StoredKey, master: &MasterKey) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
    match master.open(&context(&row.kid), &row.private_sealed) {
        Ok(pkcs8) => Ok(Zeroizing::new(pkcs8)),
        Err(SealError::OtherKey { sealed, configured }) => {
            Err(KeyringError::OtherMasterKey { configured, sealed })
        }
        Err(SealError::NotAKey | SealError::Damaged) => {
            Err(damaged(row, "its private half was changed or belongs to another row"))
        }
    }
}

fn open(row: &StoredKey, master: &MasterKey) -> Result<SigningKey, KeyringError> {
    let key = SigningKey::from_pkcs8(row.algorithm, &unseal(row, master)?)
        .map_err(|_| damaged(row, "its private half is not a key of its algorithm"))?;
    if key.kid() == row.kid { Ok(key) } else { Err(damaged(row, "its private half is another key")) }
}

fn public_half(row: &StoredKey) -> Result<PublicKey, KeyringError> {
    let key = PublicKey::from_jwk(row.algorithm, &row.public_jwk.0)
        .map_err(|_| damaged(row, "its public half is not a key of its algorithm"))?;
    if key.kid() == row.kid { Ok(key) } else { Err(damaged(row, "its public half is another key")) }
}

fn damaged(row: &StoredKey, why: &'static str) -> KeyringError {
    KeyringError::Damaged { kid: row.kid.clone(), why }
}

#[cfg(test)]
mod tests;
