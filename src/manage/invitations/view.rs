//! How an invitation is shown and what may be said of one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::invitations::{Invitation, Invited};

/// An invitation. Its link is shown when it is sent, and never again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvitationView {
    /// Identifier.
    pub id: Uuid,
    /// The person who is invited.
    pub user_id: Uuid,
    /// Their mail address.
    #[schema(example = "ada@example.com")]
    pub email: String,
    /// Their name.
    pub display_name: String,
    /// `pending`, `accepted`, `revoked` or `expired`.
    #[schema(example = "pending")]
    pub state: String,
    /// Who invited them: `user:` or `service:` and an identifier.
    pub invited_by: String,
    /// When.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Until when the link works.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// When they joined.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub accepted_at: Option<String>,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub revoked_at: Option<String>,
}

impl InvitationView {
    /// As it is at the given moment.
    pub fn of(invitation: &Invitation, invited: Invited, now: Timestamp) -> Self {
        Self {
            id: invitation.id.uuid(),
            user_id: invitation.user_id.uuid(),
            email: invited.email,
            display_name: invited.display_name,
            state: invitation.state(now).to_string(),
            invited_by: invitation.invited_by.clone(),
            created_at: invitation.created_at.to_rfc3339(),
            expires_at: invitation.expires_at.to_rfc3339(),
            accepted_at: invitation.accepted_at.map(|at| at.to_rfc3339()),
            revoked_at: invitation.revoked_at.map(|at| at.to_rfc3339()),
        }
    }
}

/// An invitation with its link.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SentInvitation {
    /// The invitation.
    #[serde(flatten)]
    pub invitation: InvitationView,
    /// The address to open. It is shown this once.
    pub link: String,
    /// Whether it was also mailed to the person.
    pub mailed: bool,
}

/// Somebody new, or somebody who is invited already, to be asked to join.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewInvitation {
    /// Mail address of somebody new.
    #[schema(example = "ada@example.com")]
    pub email: Option<String>,
    /// Their full name.
    #[schema(example = "Ada Lovelace")]
    pub display_name: Option<String>,
    /// Slugs of roles that they are to hold.
    pub roles: Vec<String>,
    /// Slugs of teams that they are to belong to.
    pub teams: Vec<String>,
    /// Instead of all that: somebody in the state `invited`, whose earlier links end.
    pub user_id: Option<Uuid>,
}
