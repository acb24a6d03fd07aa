//! What a service account is.

use crate::clock::Timestamp;
use crate::id::Id;
use crate::teams::TeamId;
use crate::tenants::{Slug, TenantId};
use crate::text::text_enum;

/// The identifier of a [`ServiceAccount`]; the `sub` claim of its tokens. Never reused.
pub type ServiceAccountId = Id<ServiceAccount>;

text_enum! {
    /// Whether a service account takes part.
    pub enum ServiceAccountStatus {
        /// It does.
        Active = "active",
        /// None of its credentials works.
        Disabled = "disabled",
        /// It is in the recycle bin.
        Deleted = "deleted",
    }
}

/// A program's identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAccount {
    /// Identifier.
    pub id: ServiceAccountId,
    /// The organisation.
    pub tenant_id: TenantId,
    /// The team that owns it. It is a member of that team.
    pub team_id: Option<TeamId>,
    /// Name in files and addresses.
    pub slug: Slug,
    /// Name for people.
    pub display_name: String,
    /// What it is for.
    pub description: String,
    /// Whether it takes part.
    pub status: ServiceAccountStatus,
    /// Who made it, as the audit log writes actors. It lives on when they leave.
    pub created_by: String,
    /// When it was put into the recycle bin.
    pub deleted_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl ServiceAccount {
    /// Whether its credentials work.
    pub fn is_active(&self) -> bool {
        self.status == ServiceAccountStatus::Active
    }
}
