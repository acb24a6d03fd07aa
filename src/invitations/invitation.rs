//! What an invitation is.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::id::Id;
use crate::tenants::TenantId;
use crate::text::text_enum;
use crate::users::{User, UserId};

/// The identifier of an [`Invitation`]. It says nothing of the link.
pub type InvitationId = Id<Invitation>;

text_enum! {
    /// What became of an invitation.
    pub enum InvitationState {
        /// Its link works.
        Pending = "pending",
        /// The person has joined.
        Accepted = "accepted",
        /// It was taken back.
        Revoked = "revoked",
        /// Nobody came in time; it can be sent again.
        Expired = "expired",
    }
}

/// A link that asks somebody to join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Identifier.
    pub id: InvitationId,
    /// The organisation.
    pub tenant_id: TenantId,
    /// The person, who is there already, as one who was invited.
    pub user_id: UserId,
    /// Who invited them, as the audit log writes actors.
    pub invited_by: String,
    /// When.
    pub created_at: Timestamp,
    /// Until when its link works.
    pub expires_at: Timestamp,
    /// When the person joined.
    pub accepted_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// Who is invited, as lists show them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// Mail address.
    pub email: String,
    /// Name.
    pub display_name: String,
}

impl From<&User> for Invited {
    fn from(user: &User) -> Self {
        Self { email: user.email.to_string(), display_name: user.display_name.clone() }
    }
}

impl Invitation {
    /// How long a link works.
    pub const LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

    /// What has become of it.
    pub fn state(&self, now: Timestamp) -> InvitationState {
        match (self.accepted_at, self.revoked_at) {
            (Some(_), _) => InvitationState::Accepted,
            (None, Some(_)) => InvitationState::Revoked,
            (None, None) if now < self.expires_at => InvitationState::Pending,
            (None, None) => InvitationState::Expired,
        }
    }

    /// Whether it can be sent again or taken back.
    pub const fn is_open(&self) -> bool {
        self.accepted_at.is_none() && self.revoked_at.is_none()
    }
}
