//! How the use of a key is shown.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Timestamp;
use crate::credentials::store::Usage;
use crate::manage::api_keys::LastUseView;

/// How a key was used.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UsageView {
    /// The last time; absent when it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used: Option<LastUseView>,
    /// From where the counts begin.
    #[schema(format = DateTime)]
    pub since: String,
    /// Requests by how they ended: `allowed`, or the reason of a refusal.
    #[schema(example = json!({"allowed": 1200, "rate_limited": 3}))]
    pub total: BTreeMap<String, i64>,
    /// The same by hour, oldest first; hours without a request are left out.
    pub hours: Vec<HourView>,
    /// The networks that it was used from, newest first, at most 100.
    pub networks: Vec<NetworkView>,
}

/// A row of the table.
#[derive(Clone, Debug, Serialize)]
pub struct UsageRow {
    /// When the hour began.
    pub hour: String,
    /// How the requests ended.
    pub outcome: String,
    /// How many.
    pub requests: i64,
}

impl From<Usage> for UsageRow {
    fn from(usage: Usage) -> Self {
        Self { hour: usage.hour.to_rfc3339(), outcome: usage.outcome, requests: usage.requests }
    }
}

/// The requests of an hour.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HourView {
    /// When it began.
    #[schema(format = DateTime)]
    pub hour: String,
    /// Requests by how they ended.
    pub requests: BTreeMap<String, i64>,
}

/// A network.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NetworkView {
    /// In CIDR form.
    #[schema(example = "192.0.2.0/24")]
    pub network: String,
    /// When the key was first used from there.
    #[schema(format = DateTime)]
    pub first_seen_at: String,
}

impl UsageView {
    /// The rows of a key, by hour.
    pub fn new(since: Timestamp, rows: &[Usage], networks: Vec<(String, Timestamp)>) -> Self {
        let (mut total, mut hours) = (BTreeMap::new(), BTreeMap::<Timestamp, BTreeMap<String, i64>>::new());
        for row in rows {
            *total.entry(row.outcome.clone()).or_default() += row.requests;
            *hours.entry(row.hour).or_default().entry(row.outcome.clone()).or_default() += row.requests;
        }
        let hour = |(hour, requests): (Timestamp, _)| HourView { hour: hour.to_rfc3339(), requests };
        let network = |(network, first): (String, Timestamp)| NetworkView {
            network,
            first_seen_at: first.to_rfc3339(),
        };
        Self {
            last_used: None,
            since: since.to_rfc3339(),
            total,
            hours: hours.into_iter().map(hour).collect(),
            networks: networks.into_iter().map(network).collect(),
        }
    }
}
