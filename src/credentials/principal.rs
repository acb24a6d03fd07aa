//! Who stands behind a credential, as they are right now.

use std::sync::Arc;

use uuid::Uuid;

use crate::roles::{Permissions, PrincipalKind};
use crate::tenants::Tenant;

/// The kind and identifier of somebody who may hold roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PrincipalId {
    /// A person or a service account.
    pub kind: PrincipalKind,
    /// Identifier.
    pub id: Uuid,
}

/// A person or a service account with everything that a verdict says of it.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The organisation.
    pub tenant: Arc<Tenant>,
    /// Who it is.
    pub id: PrincipalId,
    /// A person's mail address, or a slug.
    pub name: String,
    /// Name for people.
    pub display_name: String,
    /// Whether it takes part: it, and its organisation.
    pub is_active: bool,
    /// Slugs of its teams, in order.
    pub teams: Vec<String>,
    /// Slugs of the roles that it holds, itself or by a team, in order.
    pub roles: Vec<String>,
    /// What it may do.
    pub permissions: Permissions,
}
