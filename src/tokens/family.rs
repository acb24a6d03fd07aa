//! A family: every token that descends from one authorization, so that they can die together.

use super::Facts;
use crate::clients::ClientPk;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::sessions::SessionId;
use crate::tenants::TenantId;
use crate::users::UserId;

/// The identifier of a [`TokenFamily`]; the private `grant_id` claim of access tokens.
pub type FamilyId = Id<TokenFamily>;

/// One line of descent. Which refresh token is the living one is a counter in this row, not a row of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFamily {
    /// Identifier.
    pub id: FamilyId,
    /// The person's organisation.
    pub tenant_id: TenantId,
    /// The client.
    pub client_pk: ClientPk,
    /// The person.
    pub user_id: UserId,
    /// The browser session that it ends with; none when it was granted `offline_access`.
    pub session_id: Option<SessionId>,
    /// The organisation that the issuer is confined to.
    pub issuer_tenant_id: Option<TenantId>,
    /// What was agreed on.
    pub facts: Facts,
    /// Whether the client got a refresh token.
    pub refreshable: bool,
    /// The generation of the living refresh token.
    pub generation: i64,
    /// The generation that it was given in exchange for.
    pub parent_generation: Option<i64>,
    /// What its refresh tokens are derived from, sealed by the master key.
    pub seed: Vec<u8>,
    /// When the living refresh token was made.
    pub rotated_at: Timestamp,
    /// When the family began.
    pub created_at: Timestamp,
    /// When it ends without use.
    pub idle_expires_at: Timestamp,
    /// When it ends in any case.
    pub expires_at: Timestamp,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
}

impl TokenFamily {
    /// Whether its tokens may still work.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at && now < self.idle_expires_at
    }

    /// What its seed is sealed for: the seed of one family does not open as another's.
    pub fn seed_context(id: FamilyId) -> String {
        format!("refresh_seed:{id}")
    }
}

/// A line's next step: it moves on if it still stands where it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The line.
    pub family: FamilyId,
    /// The generation in which it was seen.
    pub seen: i64,
    /// The generation of the next refresh token.
    pub generation: i64,
    /// The generation that it is given in exchange for.
    pub parent: i64,
    /// When.
    pub at: Timestamp,
    /// When the line then ends without use.
    pub idle_expires_at: Timestamp,
}
