//! Queries on `client_secrets`.

use diesel::prelude::*;

use super::{StoredSecret, StoredSecretId};
use crate::clients::ClientPk;
use crate::clock::Timestamp;
use crate::db::schema::client_secrets;
use crate::db::{Conn, DbError, on};
use crate::secret::Digest;
use crate::tenants::TenantId;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = client_secrets, treat_none_as_default_value = false)]
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
    if !surplus.is_empty() {
        on!(conn, |c| {
            diesel::delete(client_secrets::table.filter(client_secrets::id.eq_any(&surplus))).execute(c)
        })?;
    }
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

/// Takes a secret away. `false` when it is gone.
pub fn delete_secret(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    client: ClientPk,
    id: StoredSecretId,
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::delete(client_secrets::table.find(id))
            .filter(client_secrets::tenant_id.eq(tenant).and(client_secrets::client_pk.eq(client)))
            .execute(c)
    })?;
    Ok(rows == 1)
}
