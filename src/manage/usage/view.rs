//! How the use of all keys is shown.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::manage::api_keys::usage::HourView;

/// How the keys of an organisation were used.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TenantUsageView {
    /// From where the counts begin.
    #[schema(format = DateTime)]
    pub since: String,
    /// Requests by hour, oldest first; hours without a request are left out.
    pub hours: Vec<HourView>,
    /// The keys with the most requests, most first, at most 50.
    pub keys: Vec<KeyUsageView>,
}

/// The requests of a key.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct KeyUsageView {
    /// The key.
    pub id: Uuid,
    /// `api_key` or `signing_key`; absent for one that is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "api_key")]
    pub kind: Option<&'static str>,
    /// What it is called; empty for one that is gone.
    pub name: String,
    /// Requests by how they ended: `allowed`, or the reason of a refusal.
    pub requests: BTreeMap<String, i64>,
}

/// Rows by hour.
pub fn hours(rows: Vec<(Timestamp, String, i64)>) -> Vec<HourView> {
    let mut hours = BTreeMap::<Timestamp, BTreeMap<String, i64>>::new();
    for (hour, outcome, requests) in rows {
        *hours.entry(hour).or_default().entry(outcome).or_default() += requests;
    }
    hours.into_iter().map(|(hour, requests)| HourView { hour: hour.to_rfc3339(), requests }).collect()
}

/// Rows by key, most requests first; not yet with what the keys are called.
pub fn keys(rows: Vec<(Uuid, String, i64)>, most: usize) -> Vec<KeyUsageView> {
    let mut keys = BTreeMap::<Uuid, BTreeMap<String, i64>>::new();
    for (key, outcome, requests) in rows {
        *keys.entry(key).or_default().entry(outcome).or_default() += requests;
    }
    let view = |(id, requests)| KeyUsageView { id, kind: None, name: String::new(), requests };
    let mut keys: Vec<KeyUsageView> = keys.into_iter().map(view).collect();
    keys.sort_by_key(|key| std::cmp::Reverse(key.requests.values().sum::<i64>()));
    keys.truncate(most);
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_in_the_order_of_their_use() {
        let row = |key, outcome: &str, requests| (Uuid::from_u128(key), outcome.to_owned(), requests);
        let rows =
            vec![row(1, "allowed", 3), row(2, "allowed", 2), row(2, "revoked", 2), row(3, "allowed", 1)];
        let found = keys(rows, 2);
        let ids: Vec<u128> = found.iter().map(|key| key.id.as_u128()).collect();
        assert_eq!(ids, [2, 1]);
        assert_eq!(found[0].requests["revoked"], 2);
    }
}
