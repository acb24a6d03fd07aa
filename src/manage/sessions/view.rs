//! How a session is shown.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::sessions::{Session, acr_of};

/// A person signed in in one browser.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// Identifier; the `sid` claim.
    pub id: Uuid,
    /// The person.
    pub user_id: Uuid,
    /// The person's mail address; empty for one who is gone for good.
    #[schema(example = "ada@example.com")]
    pub user_email: String,
    /// How they proved who they are (RFC 8176).
    pub amr: Vec<String>,
    /// How strong that was; the `acr` claim.
    pub acr: String,
    /// From where.
    #[schema(example = "192.0.2.1")]
    pub address: String,
    /// With what program.
    pub user_agent: String,
    /// When they last proved who they are.
    #[schema(format = DateTime)]
    pub authenticated_at: String,
    /// When it began.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When the browser last came by.
    #[schema(format = DateTime)]
    pub last_seen_at: String,
    /// When it ends however much it is used.
    #[schema(format = DateTime)]
    pub expires_at: String,
}

impl SessionView {
    /// A session of the person with this mail address.
    pub fn new(session: &Session, user_email: String) -> Self {
        Self {
            user_email,
            id: session.id.uuid(),
            user_id: session.user_id.uuid(),
            acr: acr_of(&session.amr).to_owned(),
            amr: session.amr.clone(),
            address: session.address.clone(),
            user_agent: session.user_agent.clone(),
            authenticated_at: session.authenticated_at.to_rfc3339(),
            created_at: session.created_at.to_rfc3339(),
            last_seen_at: session.last_seen_at.to_rfc3339(),
            expires_at: session.expires_at.to_rfc3339(),
        }
    }
}
