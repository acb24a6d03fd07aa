//! What fits together in one application of the file.

use super::{ClientSpec, SECRET_KEYS};
use crate::clients::{self, Client, ClientKind, Finding};

/// The rules of every application, and those of the secrets that the file holds.
pub fn rules(client: &Client, spec: &ClientSpec) -> Vec<Finding> {
    let mut findings = Vec::new();
    let secret = SECRET_KEYS.into_iter().find(|key| spec.places.contains_key(key));
    if let Some(key) = secret.filter(|_| !spec.secrets.is_empty() && client.is_public()) {
        findings.push((key, "a public client (auth_method none) keeps no secret; leave it out".to_owned()));
    }
    if client.kind != ClientKind::Machine && spec.service_account.is_some() {
        let problem =
            "only a machine is a credential of a service account; write kind = \"machine\", or leave it out";
        findings.push(("service_account", problem.to_owned()));
    }
    findings.extend(clients::rules(client));
    findings
}
