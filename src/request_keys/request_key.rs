//! A registered key: whose it is, what it may do, and whether it works.

use super::{Fingerprint, PublicKey};
use crate::clock::Timestamp;
use crate::credentials::{AddressList, KeyGrant, KeyOwner, KeyState, KeyStatus};
use crate::id::Id;
use crate::tenants::TenantId;

/// The identifier of a [`RequestKey`].
pub type RequestKeyId = Id<RequestKey>;

/// A public key that somebody registered, to sign requests with its private half.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    /// Identifier.
    pub id: RequestKeyId,
    /// The organisation.
    pub tenant_id: TenantId,
    /// To whom it belongs.
    pub owner: KeyOwner,
    /// Name for people.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The key.
    pub public_key: PublicKey,
    /// What requests name it by.
    pub fingerprint: Fingerprint,
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
    /// Who registered it.
    pub created_by: String,
    /// When that was.
    pub created_at: Timestamp,
    /// When it was last changed; using it is no change.
    pub updated_at: Timestamp,
}

impl RequestKey {
    /// The same without what only people read: as it is remembered for verdicts. Not to be written.
    #[must_use]
    pub fn for_verdicts(mut self) -> Self {
        self.name.shrink_to_fit();
        Self { description: String::new(), status_reason: String::new(), created_by: String::new(), ..self }
    }

    /// Whether it works now.
    pub fn state(&self, now: Timestamp) -> KeyState {
        KeyState::of(self.status, self.expires_at, now)
    }
}
