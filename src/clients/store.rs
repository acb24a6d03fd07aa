//! Queries on `clients` and `client_secrets`.

use std::sync::Arc;

use diesel::prelude::*;

use super::{
    AuthMethod, Client, ClientKind, ClientPk, ClientSettings, ClientStatus, GrantType, KnownClient,
    ResponseMode, StoredSecret, StoredSecretId,
};
use crate::clock::Timestamp;
use crate::db::schema::{client_secrets, clients};
use crate::db::types::{Json, Strings, stored_as_text};
use crate::db::{Conn, DbError, on};
use crate::secret::Digest;
use crate::service_accounts::{self, ServiceAccountId};
use crate::tenants::{self, TenantId};

stored_as_text!(ClientKind, ClientStatus, AuthMethod);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = clients, treat_none_as_null = true)]
struct Row {
    id: ClientPk,
    tenant_id: TenantId,
    client_id: String,
    display_name: String,
    kind: ClientKind,
    status: ClientStatus,
    auth_method: AuthMethod,
    require_pkce: bool,
    first_party: bool,
    all_tenants: bool,
    redirect_uris: Strings,
    post_logout_redirect_uris: Strings,
    grant_types: Strings,
    response_modes: Strings,
    scopes: Strings,
    settings: Json<ClientSettings>,
    created_at: Timestamp,
    updated_at: Timestamp,
    service_account_id: Option<ServiceAccountId>,
    deleted_at: Option<Timestamp>,
}

fn texts<T: std::fmt::Display>(list: &[T]) -> Strings {
    Strings(list.iter().map(T::to_string).collect())
}

fn parsed<T>(list: &Strings) -> Result<Vec<T>, DbError>
where
    T: std::str::FromStr<Err = crate::text::UnknownText>,
{
    list.0.iter().map(|text| text.parse().map_err(|why: T::Err| DbError::Damaged(why.to_string()))).collect()
}

impl From<&Client> for Row {
    fn from(client: &Client) -> Self {
        Self {
            id: client.id,
            tenant_id: client.tenant_id,
            client_id: client.client_id.clone(),
            display_name: client.display_name.clone(),
            kind: client.kind,
            status: client.status,
            auth_method: client.auth_method,
            require_pkce: client.require_pkce,
            first_party: client.first_party,
            all_tenants: client.all_tenants,
            redirect_uris: texts(&client.redirect_uris),
            post_logout_redirect_uris: texts(&client.post_logout_redirect_uris),
            grant_types: texts(&client.grant_types),
            response_modes: texts(&client.response_modes),
            scopes: texts(&client.scopes),
            settings: Json(client.settings.clone()),
            created_at: client.created_at,
            updated_at: client.updated_at,
            service_account_id: client.service_account_id,
            deleted_at: client.deleted_at,
        }
    }
}

impl TryFrom<Row> for Client {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.id,
            tenant_id: row.tenant_id,
            client_id: row.client_id,
            display_name: row.display_name,
            kind: row.kind,
            status: row.status,
            auth_method: row.auth_method,
            require_pkce: row.require_pkce,
            first_party: row.first_party,
            all_tenants: row.all_tenants,
            redirect_uris: row.redirect_uris.0,
            post_logout_redirect_uris: row.post_logout_redirect_uris.0,
            grant_types: parsed::<GrantType>(&row.grant_types)?,
            response_modes: parsed::<ResponseMode>(&row.response_modes)?,
            scopes: row.scopes.0,
            settings: row.settings.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
            service_account_id: row.service_account_id,
            deleted_at: row.deleted_at,
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = client_secrets)]
struct SecretRow {
    id: StoredSecretId,
    tenant_id: TenantId,
    client_pk: ClientPk,
    digest: Digest,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
}

impl From<SecretRow> for StoredSecret {
    fn from(row: SecretRow) -> Self {
        Self {
            id: row.id,
            client_pk: row.client_pk,
            digest: row.digest,
            created_at: row.created_at,
            expires_at: row.expires_at,
        }
    }
}

/// A client by the protocol's `client_id`, which is unique over all organisations.
pub fn find_by_client_id(conn: &mut Conn<'_>, client_id: &str) -> Result<Option<Client>, DbError> {
    on!(conn, |c| {
        clients::table.filter(clients::client_id.eq(client_id)).select(Row::as_select()).first(c).optional()
    })?
    .map(Client::try_from)
    .transpose()
}

/// A client of this organisation by its row's key.
pub fn find(conn: &mut Conn<'_>, tenant: TenantId, id: ClientPk) -> Result<Option<Client>, DbError> {
    on!(conn, |c| {
        clients::table
            .find(id)
            .filter(clients::tenant_id.eq(tenant))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?
    .map(Client::try_from)
    .transpose()
}

/// The credentials of a service account by their rows' keys, after `after`, at most `limit`.
pub fn of_service_account(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    account: ServiceAccountId,
    (after, limit): (Option<ClientPk>, i64),
) -> Result<Vec<Client>, DbError> {
    let after = after.unwrap_or_else(|| ClientPk::new(uuid::Uuid::nil()));
    on!(conn, |c| {
        clients::table
            .filter(clients::service_account_id.eq(account).and(clients::tenant_id.eq(tenant)))
            .filter(clients::id.gt(after))
            .order(clients::id)
            .limit(limit)
            .select(Row::as_select())
            .load(c)
    })?
    .into_iter()
    .map(Client::try_from)
    .collect()
}

/// A client with its secrets and its organisation, by `client_id`.
pub fn find_known(conn: &mut Conn<'_>, client_id: &str) -> Result<Option<KnownClient>, DbError> {
    let Some(client) = find_by_client_id(conn, client_id)? else { return Ok(None) };
    let Some(tenant) = tenants::store::find(conn, client.tenant_id)? else { return Ok(None) };
    let secrets = secrets_of(conn, client.tenant_id, client.id)?;
    let service_account = match client.service_account_id {
        Some(id) => service_accounts::store::find(conn, client.tenant_id, id)?,
        None => None,
    };
    Ok(Some(KnownClient { client, secrets, tenant: Arc::new(tenant), service_account }))
}

/// Whether the client may get tokens right now.
pub fn is_active(conn: &mut Conn<'_>, tenant: TenantId, id: ClientPk) -> Result<bool, DbError> {
    let status: Option<ClientStatus> = on!(conn, |c| {
        clients::table
            .find(id)
            .filter(clients::tenant_id.eq(tenant))
            .select(clients::status)
            .first(c)
            .optional()
    })?;
    Ok(status == Some(ClientStatus::Active))
}

/// Every client that keeps no secret, for the list of web origins.
pub fn all_public(conn: &mut Conn<'_>) -> Result<Vec<Client>, DbError> {
    on!(conn, |c| {
        clients::table
            .filter(clients::auth_method.eq(AuthMethod::None).and(clients::status.eq(ClientStatus::Active)))
            .select(Row::as_select())
            .load(c)
    })?
    .into_iter()
    .map(Client::try_from)
    .collect()
}

/// The operator's own clients, active or not, that people of this organisation may use: those that it owns, and those
/// that serve every organisation.
pub fn first_party_of(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Vec<Client>, DbError> {
    on!(conn, |c| {
        clients::table
            .filter(clients::first_party.eq(true))
            .filter(clients::tenant_id.eq(tenant).or(clients::all_tenants.eq(true)))
            .order(clients::created_at)
            .select(Row::as_select())
            .load(c)
    })?
    .into_iter()
    .map(Client::try_from)
    .collect()
}

/// Registers a client.
pub fn insert(conn: &mut Conn<'_>, _tenant: TenantId, client: &Client) -> Result<(), DbError> {
    let row = Row::from(client);
    on!(conn, |c| diesel::insert_into(clients::table).values(&row).execute(c))?;
    Ok(())
}

/// Writes a client's changed fields; `false` when it is gone.
pub fn update(conn: &mut Conn<'_>, tenant: TenantId, client: &Client) -> Result<bool, DbError> {
    let row = Row::from(client);
    let rows = on!(conn, |c| {
        diesel::update(clients::table.find(client.id))
            .filter(clients::tenant_id.eq(tenant))
            .set(&row)
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Deletes a credential of a service account with its secrets. `false` when it is gone.
pub fn delete_credential(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    account: ServiceAccountId,
    id: ClientPk,
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::delete(clients::table.find(id))
            .filter(clients::tenant_id.eq(tenant).and(clients::service_account_id.eq(account)))
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// The secrets of several clients, newest first.
pub fn secrets_of_all(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    clients: &[ClientPk],
) -> Result<Vec<StoredSecret>, DbError> {
    let rows: Vec<SecretRow> = on!(conn, |c| {
        client_secrets::table
            .filter(client_secrets::client_pk.eq_any(clients).and(client_secrets::tenant_id.eq(tenant)))
            .order(client_secrets::created_at.desc())
            .select(SecretRow::as_select())
            .load(c)
    })?;
    Ok(rows.into_iter().map(StoredSecret::from).collect())
}

/// A client's secrets, newest first.
pub fn secrets_of(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    client: ClientPk,
) -> Result<Vec<StoredSecret>, DbError> {
    let rows: Vec<SecretRow> = on!(conn, |c| {
        client_secrets::table
            .filter(client_secrets::client_pk.eq(client).and(client_secrets::tenant_id.eq(tenant)))
            .order(client_secrets::created_at.desc())
            .select(SecretRow::as_select())
            .load(c)
    })?;
    Ok(rows.into_iter().map(StoredSecret::from).collect())
}

/// Adds a secret. Of those before it only the newest lives on.
pub fn add_secret(conn: &mut Conn<'_>, tenant: TenantId, secret: &StoredSecret) -> Result<(), DbError> {
    let older = secrets_of(conn, tenant, secret.client_pk)?;
    let surplus: Vec<StoredSecretId> =
        older.iter().skip(StoredSecret::LIVE_AT_ONCE - 1).map(|old| old.id).collect();
    on!(conn, |c| {
        diesel::delete(client_secrets::table.filter(client_secrets::id.eq_any(&surplus))).execute(c)
    })?;
    let row = SecretRow {
        id: secret.id,
        tenant_id: tenant,
        client_pk: secret.client_pk,
        digest: secret.digest,
        created_at: secret.created_at,
        expires_at: secret.expires_at,
    };
    on!(conn, |c| diesel::insert_into(client_secrets::table).values(&row).execute(c))?;
    Ok(())
}
