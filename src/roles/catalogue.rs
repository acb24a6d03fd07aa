//! Every permission that Gridkey itself asks for. Permissions of an organisation's own APIs have other resources.

use super::Permissions;

/// A permission that some call asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownPermission {
    /// `resource:action`.
    pub name: &'static str,
    /// What its holder can do, for people.
    pub description: &'static str,
    /// Whether it reaches beyond one organisation.
    pub instance: bool,
}

const fn own(name: &'static str, description: &'static str) -> KnownPermission {
    KnownPermission { name, description, instance: false }
}

const fn instance(name: &'static str, description: &'static str) -> KnownPermission {
    KnownPermission { name, description, instance: true }
}

/// All of them, by name.
pub const CATALOGUE: &[KnownPermission] = &[
    own("api_keys:administer", "see, create, change and revoke everybody's API keys"),
    own("api_keys:manage", "create, change, rotate and revoke one's own API keys"),
    own("api_keys:read", "see everybody's API keys, not their secrets"),
    own("applications:create", "register applications"),
    own("applications:delete", "delete applications and bring them back"),
    own("applications:read", "see applications"),
    own("applications:update", "change applications and replace their secrets"),
    own("audit:read", "read and export the audit log"),
    own("credentials:verify", "ask what keys and tokens are worth, and hear which of them end"),
    own("profile:manage", "change one's own profile"),
    own("resource_servers:create", "register APIs"),
    own("resource_servers:delete", "delete APIs"),
    own("resource_servers:read", "see APIs"),
    own("resource_servers:update", "change APIs and their permissions"),
    own("roles:assign", "give and take roles that one holds oneself"),
    own("roles:create", "create roles out of what one holds oneself"),
    own("roles:delete", "delete roles"),
    own("roles:read", "see roles and who holds them"),
    own("roles:update", "change roles"),
    own("room_tokens:create", "mint tokens for rooms of a media server"),
    own("service_accounts:create", "create service accounts"),
    own("service_accounts:delete", "delete service accounts and bring them back"),
    own("service_accounts:read", "see service accounts"),
    own("service_accounts:update", "change service accounts and their credentials"),
    own("sessions:delete", "sign people out"),
    own("sessions:read", "see who is signed in where"),
    own("teams:create", "create teams"),
    own("teams:delete", "delete teams"),
    own("teams:read", "see teams and their members"),
    own("teams:update", "change teams and their members"),
    own("tenant:read", "see the organisation's settings"),
    own("tenant:update", "change the organisation's settings"),
    instance("tenants:create", "create organisations"),
    instance("tenants:delete", "delete organisations and bring them back"),
    instance("tenants:enter", "act inside other organisations"),
    instance("tenants:read", "see every organisation"),
    instance("tenants:update", "change every organisation"),
    own("users:create", "create and invite people"),
    own("users:delete", "delete people and bring them back"),
    own("users:read", "see people"),
    own("users:update", "change and suspend people"),
    own("webhooks:create", "create webhooks, which tell others what the audit log says"),
    own("webhooks:delete", "delete webhooks"),
    own("webhooks:read", "see webhooks and what was told to them"),
    own("webhooks:update", "change, pause and test webhooks, and replace their secrets"),
];

/// Whether they allow all that there is to do inside one organisation.
pub fn rules_organisation(held: &Permissions) -> bool {
    CATALOGUE.iter().filter(|known| !known.instance).all(|known| held.allows(known.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roles::{BuiltInRole, Permission};

    #[test]
    fn every_entry_is_a_permission_and_they_stand_in_order() {
        for entry in CATALOGUE {
            assert!(entry.name.parse::<Permission>().is_ok(), "{}", entry.name);
        }
        assert!(CATALOGUE.is_sorted_by_key(|entry| entry.name));
    }

    #[test]
    fn no_built_in_role_but_one_reaches_beyond_its_organisation() {
        for &role in BuiltInRole::ALL {
            let held: Permissions = role.permissions().iter().map(|text| text.parse().unwrap()).collect();
            for entry in CATALOGUE {
                if entry.instance {
                    assert_eq!(
                        held.allows(entry.name),
                        role == BuiltInRole::SuperAdmin,
                        "{role} {}",
                        entry.name
                    );
                }
            }
        }
        let admin: Permissions =
            BuiltInRole::TenantAdmin.permissions().iter().map(|text| text.parse().unwrap()).collect();
        assert!(rules_organisation(&admin));
        let almost = admin.iter().filter(|held| held.as_str() != "audit:read").cloned().collect();
        assert!(!rules_organisation(&almost));
    }
}
