//! Who stands behind a credential, as they are right now.

use std::sync::{Arc, Mutex, PoisonError};

use super::KeyGrant;
use crate::roles::Permissions;
use crate::tenants::{KeyLevels, Tenant};
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
    /// What its keys may do, as far as somebody asked.
    pub narrowed: Narrowed,
}

impl Principal {
    /// What a key of this principal may do that was given `grant`, where levels stand for this. Worked out once: neither what
    /// the principal may nor what its organisation means by a level changes in a value of this type.
    pub fn narrowed_by(&self, grant: &KeyGrant, levels: &KeyLevels) -> Arc<Permissions> {
        let mut known = self.narrowed.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, permissions)) = known.iter().find(|(of, _)| of == grant) {
            return Arc::clone(permissions);
        }
        let permissions = Arc::new(grant.effective(levels, &self.permissions));
        if known.len() < MOST_GRANTS {
            known.push((grant.clone(), Arc::clone(&permissions)));
        }
        permissions
    }
}

/// Different grants of one principal's keys that are remembered: more than most have, and few enough to look through.
const MOST_GRANTS: usize = 8;

/// What was worked out of the grants of a principal's keys. A copy begins anew, because its owner may change it.
#[derive(Debug, Default)]
pub struct Narrowed(Mutex<Vec<(KeyGrant, Arc<Permissions>)>>);

impl Clone for Narrowed {
    fn clone(&self) -> Self {
        Self::default()
    }
}
