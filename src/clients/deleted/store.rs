//! Queries on `clients` for the recycle bin.

use diesel::prelude::*;

use crate::clients::store::Row;
use crate::clients::{Client, ClientPk};
use crate::clock::Timestamp;
use crate::db::schema::clients;
use crate::db::{Conn, DbError, on};
use crate::tenants::TenantId;

/// The clients of this organisation that are in the recycle bin, by key, after `after`, at most `limit`.
pub fn list_deleted(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    after: ClientPk,
    limit: i64,
) -> Result<Vec<Client>, DbError> {
    on!(conn, |c| {
        clients::table
            .filter(clients::tenant_id.eq(tenant).and(clients::id.gt(after)))
            .filter(clients::deleted_at.is_not_null())
            .order(clients::id)
            .limit(limit)
            .select(Row::as_select())
            .load(c)
    })?
    .into_iter()
    .map(Client::try_from)
    .collect()
}

/// The clients that were put into the recycle bin before `before`.
pub fn deleted_before(
    conn: &mut Conn<'_>,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<(TenantId, ClientPk)>, DbError> {
    Ok(on!(conn, |c| {
        clients::table
            .filter(clients::deleted_at.lt(before))
            .limit(limit)
            .select((clients::tenant_id, clients::id))
            .load(c)
    })?)
}

/// Deletes a client that is in the recycle bin, with everything that hangs on it. `false` when it is not.
pub fn purge(conn: &mut Conn<'_>, tenant: TenantId, id: ClientPk) -> Result<bool, DbError> {
    let gone = on!(conn, |c| {
        diesel::delete(clients::table.find(id))
            .filter(clients::tenant_id.eq(tenant).and(clients::deleted_at.is_not_null()))
            .execute(c)
    })?;
    Ok(gone == 1)
}
