//! How the keys that sign tokens are shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::keyring::{KeyRecord, KeyState};

/// A key that signs tokens.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TokenKeyView {
    /// Its name in tokens and in the published set (RFC 7517 4.5).
    pub kid: String,
    /// What it signs with (RFC 7518 3.1).
    #[schema(example = "RS256")]
    pub algorithm: String,
    /// `next`, `active`, `retired` or `expired`.
    #[schema(example = "active")]
    pub state: String,
    /// When it was made and published.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it began, or begins, to sign.
    #[schema(format = DateTime)]
    pub active_at: String,
    /// When it stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub retired_at: Option<String>,
}

/// All of them, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TokenKeyList {
    /// The keys.
    pub items: Vec<TokenKeyView>,
}

impl TokenKeyView {
    /// A key and where it stands.
    pub fn new(key: &KeyRecord, state: KeyState) -> Self {
        Self {
            kid: key.kid.clone(),
            algorithm: key.algorithm.to_string(),
            state: state.to_string(),
            created_at: key.created_at.to_rfc3339(),
            active_at: key.active_at.to_rfc3339(),
            retired_at: key.retired_at.map(|at| at.to_rfc3339()),
        }
    }
}
