//! What fits together in one application of the file.

use super::ClientSpec;
use crate::clients::{self, Client, Finding};

/// The rules of every application, and those of the secrets that the file holds.
pub fn rules(client: &Client, spec: &ClientSpec) -> Vec<Finding> {
    let secret = ["secret", "secrets", "secret_hash", "secret_hashes"]
        .into_iter()
        .find(|key| spec.places.contains_key(key) && client.is_public());
    let mut findings: Vec<Finding> = secret
        .map(|key| (key, "a public client (auth_method none) keeps no secret; leave it out".to_owned()))
        .into_iter()
        .collect();
    findings.extend(clients::rules(client));
    findings
}
