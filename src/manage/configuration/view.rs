//! What a file did, or would do, as callers see it.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::seed::{Action, Change, Report};

/// What a file did, or would do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConfigurationReport {
    /// How many objects are new.
    pub created: usize,
    /// How many were changed.
    pub updated: usize,
    /// How many were as the file says.
    pub unchanged: usize,
    /// How many went because the file does not name them.
    pub deleted: usize,
    /// Every object of the file and every one that went, in the order in which it was done.
    pub changes: Vec<ConfigurationChange>,
}

/// What happened to one object.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConfigurationChange {
    /// `created`, `updated`, `unchanged` or `deleted`.
    #[schema(example = "updated")]
    pub action: &'static str,
    /// `tenant`, `role`, `team`, `user`, `service_account`, `resource_server` or `client`.
    #[schema(example = "role")]
    pub kind: &'static str,
    /// Its name: the slug, `tenant/slug`, `tenant/address`, `tenant/audience` or `client_id`.
    #[schema(example = "acme/auditor")]
    pub name: String,
    /// The keys of the file that made a difference to an object that existed before.
    pub fields: Vec<String>,
    /// Key by key, `before` and `after`. Secrets are hidden.
    #[schema(value_type = Object)]
    pub values: Value,
}

impl From<&Report> for ConfigurationReport {
    fn from(report: &Report) -> Self {
        Self {
            created: report.count(Action::Created),
            updated: report.count(Action::Updated),
            unchanged: report.count(Action::Unchanged),
            deleted: report.count(Action::Deleted),
            changes: report.changes.iter().map(ConfigurationChange::from).collect(),
        }
    }
}

impl From<&Change> for ConfigurationChange {
    fn from(change: &Change) -> Self {
        Self {
            action: change.action.as_str(),
            kind: change.kind.as_str(),
            name: change.name.clone(),
            fields: change.fields.clone(),
            values: serde_json::json!(change.values),
        }
    }
}
