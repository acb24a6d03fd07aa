//! Queries on `resource_servers`.

use diesel::prelude::*;

use super::{ResourceServer, ResourceServerId, ResourceServerSettings, ResourceServerStatus};
use crate::clock::Timestamp;
use crate::db::schema::resource_servers;
use crate::db::types::{Json, Strings, stored_as_text};
use crate::db::{Conn, DbError, on};
use crate::tenants::TenantId;

stored_as_text!(ResourceServerStatus);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = resource_servers, treat_none_as_default_value = false)]
struct Row {
    id: ResourceServerId,
    tenant_id: TenantId,
    audience: String,
    display_name: String,
    permissions: Strings,
    status: ResourceServerStatus,
    settings: Json<ResourceServerSettings>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<&ResourceServer> for Row {
    fn from(server: &ResourceServer) -> Self {
        Self {
            id: server.id,
            tenant_id: server.tenant_id,
            audience: server.audience.clone(),
            display_name: server.display_name.clone(),
            permissions: Strings(server.permissions.clone()),
            status: server.status,
            settings: Json(server.settings.clone()),
            created_at: server.created_at,
            updated_at: server.updated_at,
        }
    }
}

impl From<Row> for ResourceServer {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            audience: row.audience,
            display_name: row.display_name,
            permissions: row.permissions.0,
            status: row.status,
            settings: row.settings.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// An API of this organisation by id.
pub fn find(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: ResourceServerId,
) -> Result<Option<ResourceServer>, DbError> {
    Ok(on!(conn, |c| {
        resource_servers::table
            .find(id)
            .filter(resource_servers::tenant_id.eq(tenant))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?
    .map(ResourceServer::from))
}

/// An API of this organisation by audience.
pub fn find_by_audience(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    audience: &str,
) -> Result<Option<ResourceServer>, DbError> {
    Ok(on!(conn, |c| {
        resource_servers::table
            .filter(resource_servers::tenant_id.eq(tenant).and(resource_servers::audience.eq(audience)))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?
    .map(ResourceServer::from))
}

/// The APIs of this organisation among these audiences.
pub fn find_by_audiences(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    audiences: &[String],
) -> Result<Vec<ResourceServer>, DbError> {
    let rows: Vec<Row> = on!(conn, |c| {
        resource_servers::table
            .filter(resource_servers::tenant_id.eq(tenant).and(resource_servers::audience.eq_any(audiences)))
            .select(Row::as_select())
            .load(c)
    })?;
    Ok(rows.into_iter().map(ResourceServer::from).collect())
}

/// APIs by identifier, after `after`, at most `limit`; only those in this state, if one is named.
pub fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    status: &[ResourceServerStatus],
    (after, limit): (Option<ResourceServerId>, i64),
) -> Result<Vec<ResourceServer>, DbError> {
    let rows: Vec<Row> = on!(conn, |c| {
        let mut query = resource_servers::table
            .filter(resource_servers::tenant_id.eq(tenant))
            .order(resource_servers::id)
            .limit(limit)
            .select(Row::as_select())
            .into_boxed();
        if let Some(after) = after {
            query = query.filter(resource_servers::id.gt(after));
        }
        if !status.is_empty() {
            query = query.filter(resource_servers::status.eq_any(status));
        }
        query.load(c)
    })?;
    Ok(rows.into_iter().map(ResourceServer::from).collect())
}

/// The audiences of an organisation's APIs with the permissions that each knows, by audience, at most `limit`.
pub fn permissions(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    limit: i64,
) -> Result<Vec<(String, Vec<String>)>, DbError> {
    let rows: Vec<(String, Strings)> = on!(conn, |c| {
        resource_servers::table
            .filter(resource_servers::tenant_id.eq(tenant))
            .order(resource_servers::audience)
            .limit(limit)
            .select((resource_servers::audience, resource_servers::permissions))
            .load(c)
    })?;
    Ok(rows.into_iter().map(|(audience, permissions)| (audience, permissions.0)).collect())
}

/// Registers an API.
pub fn insert(conn: &mut Conn<'_>, _tenant: TenantId, server: &ResourceServer) -> Result<(), DbError> {
    let row = Row::from(server);
    on!(conn, |c| diesel::insert_into(resource_servers::table).values(&row).execute(c))?;
    Ok(())
}

/// Writes an API's changed fields if it is still as `seen` saw it; `false` when somebody was faster.
pub fn update(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    server: &ResourceServer,
    seen: Timestamp,
) -> Result<bool, DbError> {
    let row = Row::from(server);
    let rows = on!(conn, |c| {
        diesel::update(resource_servers::table.find(server.id))
            .filter(resource_servers::tenant_id.eq(tenant).and(resource_servers::updated_at.eq(seen)))
            .set(&row)
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Deletes an API. `false` when it is gone.
pub fn delete(conn: &mut Conn<'_>, tenant: TenantId, id: ResourceServerId) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::delete(resource_servers::table.find(id))
            .filter(resource_servers::tenant_id.eq(tenant))
            .execute(c)
    })?;
    Ok(rows == 1)
}
