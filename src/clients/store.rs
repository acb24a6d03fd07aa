//! Queries on `clients`.

use std::sync::Arc;

use diesel::prelude::*;

use super::{
    AuthMethod, Client, ClientKind, ClientPk, ClientSettings, ClientStatus, GrantType, KnownClient,
    ResponseMode,
};
use crate::clock::Timestamp;
use crate::db::schema::clients;
use crate::db::types::{Json, Strings, stored_as_text};
use crate::db::{Conn, DbError, on, prefix_range};
use crate::resource_servers;
use crate::service_accounts::{self, ServiceAccountId};
use crate::tenants::{self, TenantId};

pub use super::deleted::store::{deleted_before, list_deleted, purge};
pub use super::machine_credentials::store::{delete_credential, of_service_account, purge_credentials};
pub use super::secrets::store::{add_secret, delete_secret, secrets_of, secrets_of_all};

stored_as_text!(ClientKind, ClientStatus, AuthMethod);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = clients, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct Row {
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

/// A client by the protocol's `client_id`, which is unique over all organisations.
pub fn find_by_client_id(conn: &mut Conn<'_>, client_id: &str) -> Result<Option<Client>, DbError> {
    on!(conn, |c| {
        clients::table.filter(clients::client_id.eq(client_id)).select(Row::as_select()).first(c).optional()
    })?
    .map(Client::try_from)
    .transpose()
}

/// The same with the time until which the tokens that it was issued for itself are over.
pub fn find_with_end(
    conn: &mut Conn<'_>,
    client_id: &str,
) -> Result<Option<(Client, Option<Timestamp>)>, DbError> {
    let found: Option<(Row, Option<Timestamp>)> = on!(conn, |c| {
        clients::table
            .filter(clients::client_id.eq(client_id))
            .select((Row::as_select(), clients::tokens_ended_at))
            .first(c)
            .optional()
    })?;
    found.map(|(row, ended)| Ok((Client::try_from(row)?, ended))).transpose()
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

/// A client with its secrets and its organisation, by `client_id`.
pub fn find_known(conn: &mut Conn<'_>, client_id: &str) -> Result<Option<KnownClient>, DbError> {
    let Some(client) = find_by_client_id(conn, client_id)? else { return Ok(None) };
    let Some(tenant) = tenants::store::find(conn, client.tenant_id)? else { return Ok(None) };
    let secrets = secrets_of(conn, client.tenant_id, client.id)?;
    let service_account = match client.service_account_id {
        Some(id) => service_accounts::store::find(conn, client.tenant_id, id)?,
        None => None,
    };
    let audiences = &client.settings.audiences;
    let apis = if audiences.is_empty() {
        Vec::new()
    } else {
        resource_servers::store::find_by_audiences(conn, client.tenant_id, audiences)?
    };
    Ok(Some(KnownClient { client, secrets, tenant: Arc::new(tenant), service_account, apis }))
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

/// Those of these clients that people of this organisation may use: its own, and those that are for all organisations.
pub fn of_ids(conn: &mut Conn<'_>, tenant: TenantId, ids: &[ClientPk]) -> Result<Vec<Client>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on!(conn, |c| {
        clients::table
            .filter(clients::id.eq_any(ids))
            .filter(clients::tenant_id.eq(tenant).or(clients::all_tenants.eq(true)))
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

/// Writes a client's changed fields if it is still as `seen` saw it; `false` when somebody was faster.
pub fn update_seen(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    client: &Client,
    seen: Timestamp,
) -> Result<bool, DbError> {
    let row = Row::from(client);
    let rows = on!(conn, |c| {
        diesel::update(clients::table.find(client.id))
            .filter(clients::tenant_id.eq(tenant).and(clients::updated_at.eq(seen)))
            .set(&row)
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Ends the tokens that a client was issued for itself until now.
pub fn end_tokens(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: ClientPk,
    now: Timestamp,
) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(clients::table.find(id))
            .filter(clients::tenant_id.eq(tenant))
            .set(clients::tokens_ended_at.eq(now))
            .execute(c)
    })?;
    Ok(())
}

/// The same for every credential of a service account.
pub fn end_tokens_of_account(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    account: ServiceAccountId,
    now: Timestamp,
) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(clients::table)
            .filter(clients::service_account_id.eq(account).and(clients::tenant_id.eq(tenant)))
            .set(clients::tokens_ended_at.eq(now))
            .execute(c)
    })?;
    Ok(())
}

/// Which applications a list shows.
#[derive(Clone, Debug, Default)]
pub struct ClientFilter {
    /// Only those in these states; all when empty.
    pub status: Vec<ClientStatus>,
    /// Only those of these kinds; all when empty.
    pub kind: Vec<ClientKind>,
    /// What the `client_id` begins with.
    pub begins_with: Option<String>,
}

/// An organisation's applications by identifier, after `after`, at most `limit`. Credentials of service accounts are not
/// among them.
pub fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: &ClientFilter,
    (after, limit): (Option<ClientPk>, i64),
) -> Result<Vec<Client>, DbError> {
    let rows: Vec<Row> = on!(conn, |c| {
        let mut query = clients::table
            .filter(clients::tenant_id.eq(tenant).and(clients::service_account_id.is_null()))
            .order(clients::id)
            .limit(limit)
            .select(Row::as_select())
            .into_boxed();
        if let Some(after) = after {
            query = query.filter(clients::id.gt(after));
        }
        if !filter.status.is_empty() {
            query = query.filter(clients::status.eq_any(&filter.status));
        }
        if !filter.kind.is_empty() {
            query = query.filter(clients::kind.eq_any(&filter.kind));
        }
        if let Some((from, to)) = filter.begins_with.clone().map(prefix_range) {
            query = query.filter(clients::client_id.ge(from).and(clients::client_id.lt(to)));
        }
        query.load(c)
    })?;
    rows.into_iter().map(Client::try_from).collect()
}

/// How many applications an organisation has, without those in the recycle bin.
pub fn count(conn: &mut Conn<'_>, tenant: TenantId) -> Result<i64, DbError> {
    Ok(on!(conn, |c| {
        clients::table
            .filter(clients::tenant_id.eq(tenant).and(clients::service_account_id.is_null()))
            .filter(clients::deleted_at.is_null())
            .count()
            .get_result(c)
    })?)
}

/// The clients of an organisation whose tokens may be for this audience.
pub fn naming_audience(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    audience: &str,
) -> Result<Vec<String>, DbError> {
    let rows: Vec<(String, Json<ClientSettings>)> = on!(conn, |c| {
        clients::table
            .filter(clients::tenant_id.eq(tenant))
            .select((clients::client_id, clients::settings))
            .load(c)
    })?;
    let names = rows.into_iter().filter(|(_, settings)| settings.0.audiences.iter().any(|a| a == audience));
    Ok(names.map(|(client_id, _)| client_id).collect())
}
