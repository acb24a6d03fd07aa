//! What fits together in one application of the file.

use super::{ClientSpec, SECRET_KEYS};
use crate::clients::{self, Client, ClientKind, Finding};

/// The rules of every application, and those of what the file alone has: secrets, and the service account by its slug.
pub fn rules(client: &Client, spec: &ClientSpec) -> Vec<Finding> {
    let secret = SECRET_KEYS
        .into_iter()
        .find(|key| spec.places.contains_key(key) && !spec.secrets.is_empty() && client.is_public());
    let mut findings: Vec<Finding> = secret
        .map(|key| (key, "a public client (auth_method none) keeps no secret; leave it out".to_owned()))
        .into_iter()
        .collect();
    if spec.service_account.is_some() && client.kind != ClientKind::Machine {
        let problem =
            "only a machine is a credential of a service account; write kind = \"machine\", or leave it out";
        findings.push(("service_account", problem.to_owned()));
    }
    findings.extend(clients::rules(client));
    findings
}
