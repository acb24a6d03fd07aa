//! Who applies a file, and how far a file of theirs reaches.

use uuid::Uuid;

use crate::audit::{ActorRef, Origin};
use crate::roles::{Permission, Permissions};
use crate::tenants::{Slug, TenantId};

/// Without it nobody changes what reaches beyond one organisation.
pub(super) const EVERY_TENANT: &str = "tenants:update";
/// What it takes to say what somebody's password is, or to read its hash.
pub const EVERYTHING: &str = "*:*";

/// Who applies a file.
#[derive(Clone, Debug)]
pub struct Author {
    pub(super) name: ActorRef,
    pub(super) origin: Origin,
    pub(super) bounds: Option<Bounds>,
}

/// What holds for whoever is not the operator: a file of theirs does nothing that they could not do call by call.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// The organisation that the file is for: it describes no other.
    pub tenant: TenantId,
    /// Its name.
    pub slug: Slug,
    /// The person or service account, or whose key it is: nobody shuts themselves out.
    pub principal: Option<Uuid>,
    /// What they may do right now.
    pub permissions: Permissions,
    /// This server's own name: its endpoints are nobody's API.
    pub issuer: String,
}

impl Author {
    /// Whoever runs the command line on the database.
    pub fn operator() -> Self {
        Self { name: ActorRef::system("config apply"), origin: Origin::default(), bounds: None }
    }

    /// Somebody who calls from outside.
    pub const fn caller(name: ActorRef, origin: Origin, bounds: Bounds) -> Self {
        Self { name, origin, bounds: Some(bounds) }
    }

    /// The first of these permissions that they could not hand out.
    pub(super) fn may_not_grant<'a>(
        &self,
        permissions: impl IntoIterator<Item = &'a str>,
    ) -> Option<Permission> {
        let bounds = self.bounds.as_ref()?;
        let mut wanted = permissions.into_iter().filter_map(|text| text.parse().ok());
        wanted.find(|permission| !bounds.permissions.may_grant(permission))
    }

    /// Whether they lack this permission.
    pub(super) fn lacks(&self, permission: &str) -> bool {
        self.bounds.as_ref().is_some_and(|bounds| !bounds.permissions.allows(permission))
    }
}
