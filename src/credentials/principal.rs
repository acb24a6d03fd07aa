//! Who stands behind a credential, as they are right now.

use std::sync::Arc;

use crate::roles::Permissions;
use crate::tenants::Tenant;
use crate::text::text_enum;

text_enum! {
    /// What somebody is who stands behind a credential.
    pub enum PrincipalType {
        /// A person.
        User = "user",
        /// A service account.
        ServiceAccount = "service_account",
        /// An application that speaks for itself.
        Application = "application",
    }
}

/// A person or a program with everything that a verdict says of it.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The organisation.
    pub tenant: Arc<Tenant>,
    /// What it is.
    pub kind: PrincipalType,
    /// Its identifier: the `sub` claim of its tokens.
    pub id: String,
    /// A person's mail address, a slug, a `client_id`.
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
