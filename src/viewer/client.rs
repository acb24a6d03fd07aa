//! The client by which our own pages use our own authorization endpoint: so the way in is the one that every application
//! takes, with its organisation chooser, its throttles and its audit events. It gets no token: what its code says about
//! the session is all that is read of it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::clients::{
    self, AuthMethod, Client, ClientKind, ClientPk, ClientSettings, ClientStatus, GrantType, ResponseMode,
};
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::secret::{Digest, MasterKey};
use crate::tenants::{self, Tenant};

/// What its name begins with, behind which stands the organisation that it belongs to.
const PREFIX: &str = "first-party:console:";

/// What nobody but this server knows, and without which a code of this client is worth nothing (RFC 7636).
pub fn verifier(master: &MasterKey) -> String {
    URL_SAFE_NO_PAD.encode(master.derive("pages of our own"))
}

/// What the authorization request says of it.
pub fn challenge(master: &MasterKey) -> String {
    URL_SAFE_NO_PAD.encode(Digest::of(verifier(master).as_bytes()).as_bytes())
}

fn fresh(owner: &Tenant, callback: &str, id: ClientPk, now: Timestamp) -> Client {
    Client {
        id,
        tenant_id: owner.id,
        client_id: format!("{PREFIX}{}", owner.slug),
        display_name: "Gridkey".into(),
        kind: ClientKind::Spa,
        status: ClientStatus::Active,
        auth_method: AuthMethod::None,
        require_pkce: true,
        first_party: true,
        all_tenants: true,
        redirect_uris: vec![callback.to_owned()],
        post_logout_redirect_uris: Vec::new(),
        grant_types: vec![GrantType::AuthorizationCode],
        response_modes: vec![ResponseMode::Query],
        scopes: vec!["openid".into()],
        settings: ClientSettings::default(),
        created_at: now,
        updated_at: now,
        service_account_id: None,
        deleted_at: None,
    }
}

/// Whether a client is ours.
fn is_own(client: &Client) -> bool {
    client.client_id.starts_with(PREFIX) && client.all_tenants
}

fn current(conn: &mut Conn<'_>, owner: &Tenant) -> Result<Option<Client>, DbError> {
    Ok(clients::store::first_party_of(conn, owner.id)?.into_iter().find(is_own))
}

fn is_sound(client: &Client, callback: &str) -> bool {
    client.redirect_uris == [callback] && client.status == ClientStatus::Active
}

/// The client as it stands, if nothing has to be written.
pub fn sound(conn: &mut Conn<'_>, callback: &str) -> Result<Option<Client>, DbError> {
    let Some(owner) = tenants::store::first_active(conn)? else { return Ok(None) };
    Ok(current(conn, &owner)?.filter(|client| is_sound(client, callback)))
}

/// The client, written down when it is first needed. It belongs to the first organisation that is active, so that
/// switching an organisation off shuts nobody else out. `None` while there is no organisation.
pub fn provide(
    conn: &mut Conn<'_>,
    callback: &str,
    (id, now): (ClientPk, Timestamp),
) -> Result<Option<Client>, DbError> {
    let Some(owner) = tenants::store::first_active(conn)? else { return Ok(None) };
    let Some(client) = current(conn, &owner)? else {
        let client = fresh(&owner, callback, id, now);
        clients::store::insert(conn, owner.id, &client)?;
        return Ok(Some(client));
    };
    if is_sound(&client, callback) {
        return Ok(Some(client));
    }
    // The public address has changed, or somebody switched off what shows them the switch.
    let client = Client {
        redirect_uris: vec![callback.to_owned()],
        status: ClientStatus::Active,
        updated_at: now,
        ..client
    };
    clients::store::update(conn, owner.id, &client)?;
    Ok(Some(client))
}

/// Whether a client that a code was issued to is ours.
pub fn issued(conn: &mut Conn<'_>, id: ClientPk) -> Result<bool, DbError> {
    let Some(owner) = tenants::store::first_active(conn)? else { return Ok(false) };
    Ok(clients::store::find(conn, owner.id, id)?.is_some_and(|client| is_own(&client)))
}
