//! How a credential is shown and what may be said of one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::clients::{Client, StoredSecret};

/// A secret, but not its text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CredentialSecretView {
    /// Identifier.
    pub id: Uuid,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it stops working; absent when it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
}

impl From<&StoredSecret> for CredentialSecretView {
    fn from(secret: &StoredSecret) -> Self {
        Self {
            id: secret.id.uuid(),
            created_at: secret.created_at.to_rfc3339(),
            expires_at: secret.expires_at.map(|at| at.to_rfc3339()),
        }
    }
}

/// A credential.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CredentialView {
    /// Identifier.
    pub id: Uuid,
    /// The service account that it stands for.
    pub service_account_id: Uuid,
    /// What the program calls itself at the token endpoint.
    #[schema(example = "sa-0199b2c48d1e7a3b9c552f6b1d0e4a77")]
    pub client_id: String,
    /// Name for people.
    #[schema(example = "Cluster 1")]
    pub display_name: String,
    /// What its tokens may be asked for.
    #[schema(example = json!(["gridkey:manage"]))]
    pub scopes: Vec<String>,
    /// Its secrets, newest first: two at most, so that one can be replaced in peace.
    pub secrets: Vec<CredentialSecretView>,
    /// When it was created.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl CredentialView {
    /// A credential with those of the secrets that are its own.
    pub fn new<'a>(client: &Client, secrets: impl IntoIterator<Item = &'a StoredSecret>) -> Self {
        let own = secrets.into_iter().filter(|secret| secret.client_pk == client.id);
        Self {
            id: client.id.uuid(),
            service_account_id: client.service_account_id.map(|id| id.uuid()).unwrap_or_default(),
            client_id: client.client_id.clone(),
            display_name: client.display_name.clone(),
            scopes: client.scopes.clone(),
            secrets: own.map(CredentialSecretView::from).collect(),
            created_at: client.created_at.to_rfc3339(),
            updated_at: client.updated_at.to_rfc3339(),
        }
    }
}

/// A credential with a secret that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewCredentialView {
    /// The credential.
    #[serde(flatten)]
    pub credential: CredentialView,
    /// The secret. It is told this once and kept as a digest.
    pub client_secret: String,
}

/// A new credential.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCredential {
    /// Name for people.
    #[schema(example = "Cluster 1")]
    pub display_name: String,
    /// What its tokens may be asked for: `gridkey:manage`, and permissions of the organisation's APIs. 1 to 100.
    #[schema(example = json!(["gridkey:manage"]))]
    pub scopes: Vec<String>,
    /// When its secret stops working.
    #[serde(default)]
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
}

/// A further secret.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewCredentialSecret {
    /// When it stops working.
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
}
