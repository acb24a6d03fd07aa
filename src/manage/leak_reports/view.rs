//! What is reported, and what is answered.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A report: keys that were found, or what a secret scanner sends.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum LeakReport {
    /// Keys that were found.
    Keys(LeakedKeys),
    /// What a secret scanner sends: a list.
    Scanned(Vec<ScannedToken>),
}

/// Keys that were found.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeakedKeys {
    /// 1 to 100 of them.
    pub keys: Vec<LeakedKey>,
}

/// A key that was found.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeakedKey {
    /// The key, whole.
    #[schema(example = "gk_EXAMPLE")]
    pub key: String,
    /// What kind of place it was found in.
    #[serde(default)]
    #[schema(example = "chat")]
    pub source: String,
    /// Where.
    #[serde(default)]
    #[schema(example = "https://example.com/paste/1")]
    pub url: String,
}

/// What a secret scanner found. Members that it sends besides are passed over.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct ScannedToken {
    /// The key, whole.
    pub token: String,
    /// What the scanner takes it for.
    #[serde(default)]
    pub r#type: String,
    /// Where it was found.
    #[serde(default)]
    pub url: Option<String>,
    /// What kind of place that is.
    #[serde(default)]
    pub source: Option<String>,
}

/// What became of one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Verdict {
    /// SHA-256 of what was sent, in base64: which one is meant.
    pub token_hash: String,
    /// What the scanner took it for; absent when nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// `true_positive` for a key of this server, `false_positive` for anything else.
    #[schema(example = "true_positive")]
    pub label: &'static str,
}

/// The answer to a report of keys, in the order of the report. To a list the answer is the list alone.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LeakReported {
    /// What became of each.
    pub results: Vec<Verdict>,
}
