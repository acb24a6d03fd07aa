//! How mail domains are shown and said.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Timestamp;

/// A mail domain of an organisation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DomainView {
    /// In small letters.
    #[schema(example = "acme.example")]
    pub domain: String,
    /// Since when it counts as the organisation's own.
    #[schema(format = DateTime)]
    pub verified_at: String,
}

/// The mail domains of an organisation, by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DomainList {
    /// The domains.
    pub domains: Vec<DomainView>,
}

impl From<Vec<(String, Timestamp)>> for DomainList {
    fn from(rows: Vec<(String, Timestamp)>) -> Self {
        let view = |(domain, at): (String, Timestamp)| DomainView { domain, verified_at: at.to_rfc3339() };
        Self { domains: rows.into_iter().map(view).collect() }
    }
}

/// The mail domains that an organisation shall have, and no others.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDomains {
    /// Up to 100.
    #[schema(example = json!(["acme.example"]))]
    pub domains: Vec<String>,
}
