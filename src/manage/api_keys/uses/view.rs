//! How the newest uses of a key are shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::credentials::store::KeyUse;

/// The newest uses of a key.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct KeyUsesView {
    /// Newest first, at most 20.
    pub items: Vec<KeyUseView>,
}

/// A use of a key, and those of the same minute that are like it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct KeyUseView {
    /// When the last of them was.
    #[schema(format = DateTime)]
    pub at: String,
    /// From which address; empty when nobody knows.
    #[schema(example = "192.0.2.17")]
    pub address: String,
    /// By which program, as it calls itself.
    #[schema(example = "curl/8.5.0")]
    pub user_agent: String,
    /// `allowed`, or the reason of the refusal.
    #[schema(example = "allowed")]
    pub outcome: String,
    /// What the key was brought to: `verify`, `forward_auth`, `api`, `session`, `token` or `revocations`.
    #[schema(example = "verify")]
    pub door: String,
    /// How many of them there were in that minute.
    #[schema(example = 3)]
    pub requests: i64,
}

impl From<KeyUse> for KeyUseView {
    fn from(used: KeyUse) -> Self {
        let KeyUse { last_at, address, user_agent, outcome, door, requests, .. } = used;
        Self { at: last_at.to_rfc3339(), address, user_agent, outcome, door, requests }
    }
}
