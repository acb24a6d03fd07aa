//! At which of its doors a server is asked: its own, which are for every organisation, or one that belongs to one of them.

use super::identity::{Denied, Identity};
use crate::tenants::{Door, Profile, Profiles, Tenant, TenantId};

/// Whose door a request came to: that of an organisation, by host or by path, or that of an interface.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    /// The organisation, if the door is one organisation's.
    pub tenant: Option<TenantId>,
    /// The address, if it is one that only some interfaces have.
    pub address: Option<(Profiles, &'static Door)>,
}

impl Place {
    /// Whether this is a door of theirs. At any other they are nobody.
    pub fn admits(&self, tenant: &Tenant) -> bool {
        self.is_of(tenant.id) && (self.tenant.is_some() || self.profiles_admit(tenant))
    }

    /// Whether the interface of this organisation has the address.
    fn profiles_admit(&self, tenant: &Tenant) -> bool {
        let Some((profiles, _)) = self.address else { return true };
        profiles.find(&tenant.settings.profile).is_ok_and(|profile| self.is_known_to(profile))
    }

    /// Whether an interface has the address, where that is a question.
    pub fn is_known_to(&self, profile: &Profile) -> bool {
        self.address.is_none_or(|(_, door)| {
            let is_it = |own: &Door| own.is_open && (own.method, &own.path) == (door.method, &door.path);
            profile.doors.iter().any(is_it)
        })
    }

    /// Whether something of this organisation is found here.
    pub fn is_of(&self, tenant: TenantId) -> bool {
        self.tenant.is_none_or(|own| own == tenant)
    }

    /// Somebody who was identified, if they may come here.
    ///
    /// # Errors
    /// Those of the outcome, and that nobody knows them here.
    pub fn admit(&self, outcome: Result<Identity, Denied>) -> Result<Identity, Denied> {
        outcome.and_then(|identity| {
            if self.admits(&identity.principal.tenant) { Ok(identity) } else { Err(Denied::Unknown) }
        })
    }
}
