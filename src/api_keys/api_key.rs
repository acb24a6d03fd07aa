//! What an API key is, and whether it works.

use std::collections::BTreeMap;

use super::KeyPrefix;
use crate::clock::Timestamp;
use crate::credentials::{AddressList, KeyGrant, KeyOwner, KeyState, KeyStatus};
use crate::id::Id;
use crate::secret::Digest;
use crate::tenants::TenantId;

/// The identifier of an [`ApiKey`]: it outlives every secret.
pub type ApiKeyId = Id<ApiKey>;

/// An API key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Identifier.
    pub id: ApiKeyId,
    /// The organisation.
    pub tenant_id: TenantId,
    /// To whom it belongs.
    pub owner: KeyOwner,
    /// Name for people.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whatever its makers like to keep with it.
    pub metadata: BTreeMap<String, String>,
    /// What its secret begins with.
    pub prefix: KeyPrefix,
    /// The last characters of its secret.
    pub hint: String,
    /// SHA-256 of its secret.
    pub digest: Digest,
    /// SHA-256 of the secret before, and when that stops working.
    pub previous: Option<(Digest, Timestamp)>,
    /// What it was given.
    pub grant: KeyGrant,
    /// From where it may be used.
    pub allowed_addresses: AddressList,
    /// Requests in a minute; absent follows the organisation.
    pub rate_limit: Option<u32>,
    /// Whether it takes part.
    pub status: KeyStatus,
    /// Why it does not.
    pub status_reason: String,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
    /// When its secret was last replaced.
    pub rotated_at: Option<Timestamp>,
    /// When it was seen where no key should be.
    pub exposed_at: Option<Timestamp>,
    /// How many mails told its owner that it ends soon.
    pub expiry_notices: u32,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed; using it is no change.
    pub updated_at: Timestamp,
}

impl ApiKey {
    /// Whether it works now.
    pub fn state(&self, now: Timestamp) -> KeyState {
        KeyState::of(self.status, self.expires_at, now)
    }

    /// Whether a secret of this digest is the present one, or the one before whose time is not over: it ends to the
    /// second, and no sooner.
    pub fn accepts(&self, digest: &Digest, now: Timestamp) -> Option<SecretAge> {
        if self.digest.matches(digest) {
            return Some(SecretAge::Present);
        }
        let (previous, ends_at) = self.previous.as_ref()?;
        (previous.matches(digest) && now < *ends_at).then_some(SecretAge::Previous)
    }

    /// The same without what only people read: as it is remembered for verdicts. Not to be written.
    #[must_use]
    pub fn for_verdicts(mut self) -> Self {
        self.name.shrink_to_fit();
        Self {
            description: String::new(),
            metadata: BTreeMap::new(),
            status_reason: String::new(),
            created_by: String::new(),
            ..self
        }
    }

    /// Whether a secret of it was seen where no secret should be, and not replaced since.
    pub fn is_exposed(&self) -> bool {
        self.exposed_at.is_some_and(|seen| self.rotated_at.is_none_or(|rotated| rotated < seen))
    }

    /// How people recognise its secret: the beginning and the end.
    pub fn masked(&self) -> String {
        format!("{}…{}", self.prefix, self.hint)
    }
}

/// Which of a key's secrets was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretAge {
    /// The one that works until somebody replaces it.
    Present,
    /// The one before, in its grace.
    Previous,
}

/// A key for tests: each number has its own.
#[cfg(test)]
pub(crate) fn sample(number: u128) -> ApiKey {
    use uuid::Uuid;

    use crate::credentials::KeyLevel;

    let at = Timestamp::from_seconds(1_800_000_000);
    ApiKey {
        id: Id::new(Uuid::from_u128(number)),
        tenant_id: Id::new(Uuid::from_u128(1)),
        owner: KeyOwner::User(Id::new(Uuid::from_u128(2))),
        name: "CI".into(),
        description: String::new(),
        metadata: BTreeMap::new(),
        prefix: "gk_".parse().unwrap(),
        hint: "abcd".into(),
        digest: Digest::of(&number.to_be_bytes()),
        previous: None,
        grant: KeyGrant::Level(KeyLevel::Admin),
        allowed_addresses: AddressList::default(),
        rate_limit: None,
        status: KeyStatus::Active,
        status_reason: String::new(),
        expires_at: None,
        rotated_at: None,
        exposed_at: None,
        expiry_notices: 0,
        created_by: String::new(),
        created_at: at,
        updated_at: at,
    }
}
