//! Which applications are trusted with more than others, and which names are nobody's to choose.

use super::{Client, ClientKind, FLOW_PREFIX};
use crate::tenants::TenantId;

/// The scope without which the management API takes no access token.
pub const MANAGE_SCOPE: &str = "gridkey:manage";

/// Whether somebody is trusted with the application more than with another: nobody is asked before it acts for them, it
/// serves other organisations, or it may act with the powers of the administrators who sign in to it. Whoever could turn
/// such an application to their own ends would have those powers too.
pub fn is_trusted(client: &Client) -> bool {
    let acts_for_people = client.kind != ClientKind::Machine;
    client.first_party
        || client.all_tenants
        || acts_for_people && client.scopes.iter().any(|s| s == MANAGE_SCOPE)
}

/// Whether this change is for those only who may change every organisation (`tenants:update`). Switching off and on what
/// belongs to one organisation is not.
pub fn needs_every_tenant(before: &Client, after: &Client) -> bool {
    if before.all_tenants || after.all_tenants {
        return true;
    }
    let mut switched = before.clone();
    switched.status = after.status;
    switched.deleted_at = after.deleted_at;
    switched.updated_at = after.updated_at;
    (is_trusted(before) || is_trusted(after)) && switched != *after
}

/// Why nobody may choose this `client_id`. One that looks like an identifier could be taken for the person or program that
/// has it, where a token's `sub` is all that is looked at (RFC 9068 5).
pub fn reserved(client_id: &str) -> Option<&'static str> {
    if client_id.parse::<uuid::Uuid>().is_ok() {
        Some("an identifier of this form belongs to people and programs")
    } else if client_id.starts_with(FLOW_PREFIX) {
        Some("names of this form belong to the first-party flow")
    } else {
        None
    }
}

/// Whether a client is the one that the first-party flow of this organisation uses. The slug is not compared: the
/// organisation may have been renamed since.
pub fn is_of_flow(client: &Client, tenant: TenantId) -> bool {
    client.client_id.starts_with(FLOW_PREFIX)
        && client.tenant_id == tenant
        && client.first_party
        && !client.all_tenants
        && client.is_public()
}

#[cfg(test)]
mod tests {
    use super::super::{ClientStatus, new_client};
    use super::*;

    #[test]
    fn who_must_not_turn_an_application_to_other_ends() {
        let plain = new_client(ClientKind::Web);
        let renamed = Client { display_name: "x".into(), ..plain.clone() };
        assert!(!needs_every_tenant(&plain, &renamed));
        for trusted in [
            Client { first_party: true, ..plain.clone() },
            Client { scopes: vec![MANAGE_SCOPE.into()], ..plain.clone() },
        ] {
            assert!(needs_every_tenant(&plain, &trusted), "becoming one");
            assert!(needs_every_tenant(&trusted, &plain), "being one no more: a way around otherwise");
            let moved = Client { redirect_uris: vec!["https://evil.example".into()], ..trusted.clone() };
            assert!(needs_every_tenant(&trusted, &moved));
            let off = Client { status: ClientStatus::Disabled, ..trusted.clone() };
            assert!(!needs_every_tenant(&trusted, &off), "switching it off harms nobody else");
        }
        let everywhere = Client { all_tenants: true, ..plain };
        let off = Client { status: ClientStatus::Disabled, ..everywhere.clone() };
        assert!(needs_every_tenant(&everywhere, &off), "other organisations need it");
        let machine = Client { scopes: vec![MANAGE_SCOPE.into()], ..new_client(ClientKind::Machine) };
        assert!(!is_trusted(&machine), "it speaks for itself, and holds nothing");
    }
}
