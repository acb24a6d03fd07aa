//! The client that the flow uses at the authorization endpoint: one for each organisation, made when it is first
//! needed. Codes and token families refer to it like to any other client, so an administrator sees it, can shorten its
//! lifetimes, and can switch the flow off for the organisation by disabling it.
//!
//! It is not the application. Which applications may use the flow follows from their own registrations: the redirect
//! URI that they name must be one of a first-party client that serves the organisation.

use crate::clients::{
    self, AuthMethod, Client, ClientKind, ClientPk, ClientSettings, ClientStatus, FLOW_PREFIX, GrantType,
    ResponseMode, is_of_flow,
};
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::tenants::{Tenant, TenantId};

/// What the flow asks for.
pub const SCOPES: &[&str] = &["openid", "profile", "email", "offline_access"];

/// The client of an organisation as it is first written down.
pub fn fresh(tenant: &Tenant, callback: String, id: ClientPk, now: Timestamp) -> Client {
    Client {
        id,
        tenant_id: tenant.id,
        client_id: format!("{FLOW_PREFIX}{}", tenant.slug),
        display_name: tenant.display_name.clone(),
        kind: ClientKind::Spa,
        status: ClientStatus::Active,
        auth_method: AuthMethod::None,
        require_pkce: true,
        first_party: true,
        all_tenants: false,
        redirect_uris: vec![callback],
        post_logout_redirect_uris: Vec::new(),
        grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        response_modes: vec![ResponseMode::Query],
        scopes: SCOPES.iter().map(|&scope| scope.to_owned()).collect(),
        settings: ClientSettings::default(),
        created_at: now,
        updated_at: now,
        service_account_id: None,
        deleted_at: None,
    }
}

/// The flow's own client among the first-party clients of an organisation.
pub fn own(clients: &[Client], tenant: TenantId) -> Option<&Client> {
    clients.iter().find(|client| is_of_flow(client, tenant))
}

/// Whether an application may have its people sent to `redirect_uri`: an active first-party client is registered with
/// exactly that. The flow's own client does not count, whose callback is not an application.
pub fn admits(clients: &[Client], redirect_uri: &str) -> bool {
    clients.iter().any(|client| {
        client.status == ClientStatus::Active
            && !client.client_id.starts_with(FLOW_PREFIX)
            && clients::is_registered(redirect_uri, &client.redirect_uris, client.kind)
    })
}

/// The same client with what this server needs of it, or `None` when nothing is amiss: the public URL may have changed,
/// or the row may come from another release.
pub fn repaired(client: &Client, wanted: &Client, now: Timestamp) -> Option<Client> {
    let sound = client.redirect_uris == wanted.redirect_uris
        && wanted.scopes.iter().all(|scope| client.scopes.contains(scope))
        && wanted.grant_types.iter().all(|grant| client.may_use(*grant));
    if sound {
        return None;
    }
    Some(Client {
        redirect_uris: wanted.redirect_uris.clone(),
        scopes: wanted.scopes.clone(),
        grant_types: wanted.grant_types.clone(),
        updated_at: now,
        ..client.clone()
    })
}

/// Writes the client down, or what had to be repaired, and returns it as it stands. A conflict means that another
/// request was first: ask again.
pub fn provide(conn: &mut Conn<'_>, tenant: TenantId, wanted: &Client) -> Result<Client, DbError> {
    let known = clients::store::first_party_of(conn, tenant)?;
    let Some(client) = own(&known, tenant) else {
        clients::store::insert(conn, tenant, wanted)?;
        return Ok(wanted.clone());
    };
    match repaired(client, wanted, wanted.updated_at) {
        None => Ok(client.clone()),
        Some(repaired) => {
            clients::store::update(conn, tenant, &repaired)?;
            Ok(repaired)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::tenants::{TenantSettings, TenantStatus};

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const CALLBACK: &str = "https://id.example.com/v1/auth/callback";

    fn tenant() -> Tenant {
        Tenant {
            id: Random::default().id(NOW),
            slug: "acme".parse().unwrap(),
            display_name: "Acme".into(),
            status: TenantStatus::Active,
            settings: TenantSettings::default(),
            created_at: NOW,
            updated_at: NOW,
            deleted_at: None,
        }
    }

    fn flow_client(tenant: &Tenant) -> Client {
        fresh(tenant, CALLBACK.into(), Random::default().id(NOW), NOW)
    }

    #[test]
    fn it_is_a_public_client_with_pkce_and_one_redirect_uri() {
        let tenant = tenant();
        let client = flow_client(&tenant);
        assert_eq!(client.client_id, "first-party:acme");
        assert!(client.is_public() && client.must_use_pkce() && client.serves(tenant.id));
        assert_eq!(clients::validate(&client.redirect_uris[0], client.kind), Ok(()));
        assert!(is_of_flow(&client, tenant.id));
        assert!(!is_of_flow(&client, Random::default().id(NOW)));
        assert_eq!(own(std::slice::from_ref(&client), tenant.id), Some(&client));
    }

    #[test]
    fn only_registered_redirect_uris_of_applications_are_admitted() {
        let tenant = tenant();
        let uri = "https://app.example.com/cb";
        let app = Client { client_id: "app".into(), redirect_uris: vec![uri.into()], ..flow_client(&tenant) };
        let all = [flow_client(&tenant), app.clone()];
        assert!(admits(&all, uri));
        for other in [
            "https://app.example.com/cb/",
            "https://app.example.com/cb?x",
            "https://evil.example/cb",
            "",
            CALLBACK,
        ] {
            assert!(!admits(&all, other), "{other}");
        }
        assert!(!admits(&[Client { status: ClientStatus::Disabled, ..app }], uri));
        assert!(!admits(&[], uri));
    }

    #[test]
    fn what_an_administrator_set_outlives_a_repair() {
        let tenant = tenant();
        let wanted = flow_client(&tenant);
        assert_eq!(repaired(&wanted, &wanted, NOW), None);
        let old = Client {
            redirect_uris: vec!["https://old.example.com/v1/auth/callback".into()],
            display_name: "Our portal".into(),
            status: ClientStatus::Disabled,
            ..wanted.clone()
        };
        let repaired = repaired(&old, &wanted, NOW).unwrap();
        assert_eq!(repaired.redirect_uris, [CALLBACK]);
        assert_eq!((repaired.display_name.as_str(), repaired.status), ("Our portal", ClientStatus::Disabled));
    }
}
