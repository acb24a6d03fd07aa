//! An organisation and what was deleted in it, as the pages of its settings show them.

use serde::Deserialize;
use serde_json::Value;

use crate::viewer::{Address, Viewer};
use crate::web::paths;

/// The organisation, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct Tenant {
    pub id: String,
    pub slug: String,
    pub display_name: String,
    /// What it decides for itself: what is absent follows the server.
    pub settings: Value,
    pub created_at: String,
    pub updated_at: String,
}

/// Its mail domains, as the API gives them.
#[derive(Clone, Debug, Deserialize)]
pub struct Domains {
    pub domains: Vec<Domain>,
}

/// One of them.
#[derive(Clone, Debug, Deserialize)]
pub struct Domain {
    pub domain: String,
    pub verified_at: String,
}

/// Something that was deleted, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct Entry {
    /// `user`, `application`, `service_account` or `tenant`.
    pub kind: String,
    pub id: String,
    pub name: String,
    pub deleted_at: String,
    pub purged_at: String,
    pub days_left: u64,
}

/// The API's address of the organisation that is looked at.
pub fn of_api(viewer: &Viewer, rest: &str) -> Address {
    viewer.at(format!("{}/{}{rest}", paths::TENANTS, viewer.who.tenant.id))
}
