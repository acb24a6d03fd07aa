//! At which of its doors a server is asked: its own, which are for every organisation, or one that belongs to one of them.

use super::identity::{Denied, Identity};
use crate::tenants::{Profile, Tenant, TenantId};

/// Whose door a request came to: that of an organisation, by host or by path, or that of an interface.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    /// The organisation, if the door is one organisation's.
    pub tenant: Option<TenantId>,
    /// The interface, if its address is nobody else's.
    pub profile: Option<&'static Profile>,
}

impl Place {
    /// Whether this is a door of theirs. At any other they are nobody.
    pub fn admits(&self, tenant: &Tenant) -> bool {
        let is_profile = |profile: &Profile| profile.name == tenant.settings.profile;
        self.tenant.is_none_or(|own| own == tenant.id)
            && (self.tenant.is_some() || self.profile.is_none_or(is_profile))
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
