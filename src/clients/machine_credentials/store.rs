//! Queries on `clients` for the credentials of service accounts.

use diesel::prelude::*;

use crate::clients::store::Row;
use crate::clients::{Client, ClientPk};
use crate::db::schema::clients;
use crate::db::{Conn, DbError, on};
use crate::service_accounts::ServiceAccountId;
use crate::tenants::TenantId;

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

/// Deletes the credentials of a service account that is gone.
pub fn purge_credentials(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    account: ServiceAccountId,
) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::delete(clients::table)
            .filter(clients::service_account_id.eq(account).and(clients::tenant_id.eq(tenant)))
            .execute(c)
    })?;
    Ok(())
}
