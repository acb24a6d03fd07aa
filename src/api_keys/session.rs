//! A session that an API key was exchanged for: short tokens, renewed by a refresh token, that all end with the key.

pub(super) mod store;

use super::ApiKeyId;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::tenants::TenantId;

/// The identifier of a [`KeySession`]; the `sid` claim of its tokens.
pub type KeySessionId = Id<KeySession>;

/// One session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySession {
    /// Identifier.
    pub id: KeySessionId,
    /// The organisation.
    pub tenant_id: TenantId,
    /// The key that it was given for.
    pub api_key_id: ApiKeyId,
    /// What its refresh tokens are derived from, sealed by the master key.
    pub sealed_seed: Vec<u8>,
    /// The generation of the living refresh token.
    pub generation: i64,
    /// When that was made.
    pub rotated_at: Timestamp,
    /// Which program asked for it.
    pub user_agent: String,
    /// From where.
    pub address: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
}

impl KeySession {
    /// Whether its tokens may still work.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }

    /// What its seed is sealed for.
    pub fn seed_context(id: KeySessionId) -> String {
        format!("key_session_seed:{id}")
    }
}
