//! What ended or changed a short while ago, so that every node and every edge that remembers a verdict hears of it.
//!
//! A row is written in the transaction of the deed, by the audit log, and kept for a day. The identifier is that of the
//! audit event: it sorts by when the deed began, not by when it was committed, so whoever reads on from an identifier
//! looks a little further back and knows again what it has seen. Never decides what counts as an end.

pub mod store;

use crate::clock::Timestamp;
use crate::id::Id;
use crate::tenants::TenantId;

/// The identifier of a [`Revocation`]: that of the audit event beside it.
pub type RevocationId = Id<Revocation>;

/// Something that may make a remembered verdict wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Identifier.
    pub id: RevocationId,
    /// The organisation that it is about.
    pub tenant_id: TenantId,
    /// When.
    pub at: Timestamp,
    /// What was done, as the audit log says it: `api_key.revoke`.
    pub action: String,
    /// What it was done to: `api_key`, `user`.
    pub subject_kind: String,
    /// Its identifier.
    pub subject_id: String,
}
