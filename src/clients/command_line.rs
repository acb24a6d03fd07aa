//! The application that `gridkey login` signs people in as: a public one, by the device authorization grant (RFC 8628). It is
//! written down when somebody first asks for it, so that the command works at every server out of the box, and belongs to
//! the first organisation that is active then. Whoever does not want it disables it; it stays disabled.

use super::{
    AuthMethod, Client, ClientKind, ClientPk, ClientSettings, ClientStatus, GrantType, MANAGE_SCOPE, store,
};
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::tenants::{self, Tenant};

/// Its `client_id`: nobody else can choose one of this form, and no slug of an organisation has a colon.
pub const CLI_CLIENT: &str = "first-party:gridkey:cli";

fn fresh(owner: &Tenant, id: ClientPk, now: Timestamp) -> Client {
    Client {
        id,
        tenant_id: owner.id,
        client_id: CLI_CLIENT.to_owned(),
        display_name: "Gridkey command line".into(),
        kind: ClientKind::Native,
        status: ClientStatus::Active,
        auth_method: AuthMethod::None,
        require_pkce: true,
        first_party: true,
        all_tenants: true,
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        grant_types: vec![GrantType::DeviceCode, GrantType::RefreshToken],
        response_modes: Vec::new(),
        scopes: ["openid", "profile", "email", "offline_access", MANAGE_SCOPE].map(str::to_owned).into(),
        settings: ClientSettings::default(),
        created_at: now,
        updated_at: now,
        service_account_id: None,
        deleted_at: None,
    }
}

/// Writes it down if it is not there. Without an organisation there is nobody to sign in.
///
/// # Errors
/// Those of the database.
pub fn provide(conn: &mut Conn<'_>, (id, now): (ClientPk, Timestamp)) -> Result<(), DbError> {
    if store::find_by_client_id(conn, CLI_CLIENT)?.is_some() {
        return Ok(());
    }
    let Some(owner) = tenants::store::first_active(conn)? else { return Ok(()) };
    store::insert(conn, owner.id, &fresh(&owner, id, now))
}

#[cfg(test)]
mod tests {
    use super::super::FLOW_PREFIX;
    use super::*;

    #[test]
    fn nobody_else_can_have_its_name() {
        assert!(CLI_CLIENT.starts_with(FLOW_PREFIX));
    }
}
