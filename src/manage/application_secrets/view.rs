//! How a secret is shown: never itself.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::clients::StoredSecret;
use crate::clock::Timestamp;

/// A secret of an application, without its value.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SecretView {
    /// Identifier.
    pub id: Uuid,
    /// Whether it works.
    pub live: bool,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it stops working.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
}

impl SecretView {
    /// A secret as it is now.
    pub fn new(secret: &StoredSecret, now: Timestamp) -> Self {
        Self {
            id: secret.id.uuid(),
            live: secret.is_live(now),
            created_at: secret.created_at.to_rfc3339(),
            expires_at: secret.expires_at.map(|at| at.to_rfc3339()),
        }
    }
}

/// The secrets of an application, newest first. There are never many, so there are no pages.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecretList {
    /// The secrets.
    pub items: Vec<SecretView>,
}

/// A new secret, told this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedSecret {
    /// What is shown later, too.
    #[serde(flatten)]
    pub secret: SecretView,
    /// The value. Nothing shows it again.
    pub client_secret: String,
}

/// A secret to be made.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewSecret {
    /// When it stops working; never when absent.
    #[schema(format = DateTime, example = "2027-01-01T00:00:00Z")]
    pub expires_at: Option<String>,
}
