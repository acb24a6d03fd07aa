//! What a team is.

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::id::Id;
use crate::tenants::{Slug, TenantId};
use crate::text::text_enum;

/// The identifier of a [`Team`].
pub type TeamId = Id<Team>;

text_enum! {
    /// What kind of principal belongs to a team.
    pub enum MemberKind {
        /// A person.
        User = "user",
        /// A program's identity.
        ServiceAccount = "service_account",
    }
}

/// A team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Identifier.
    pub id: TeamId,
    /// The organisation it belongs to.
    pub tenant_id: TenantId,
    /// Name in files and addresses.
    pub slug: Slug,
    /// Name for people.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// One who belongs to a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// What they are.
    pub kind: MemberKind,
    /// Who they are.
    pub id: Uuid,
    /// Since when.
    pub since: Timestamp,
}
