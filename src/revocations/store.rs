//! Queries on `revocations`.

use diesel::prelude::*;

use super::{Revocation, RevocationId};
use crate::clock::Timestamp;
use crate::db::schema::revocations;
use crate::db::{Conn, DbError, on};
use crate::tenants::TenantId;

/// The channel on which PostgreSQL tells every node that there is something new.
pub const CHANNEL: &str = "gridkey_revocations";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = revocations, treat_none_as_default_value = false)]
struct Row {
    id: RevocationId,
    tenant_id: TenantId,
    occurred_at: Timestamp,
    action: String,
    subject_kind: String,
    subject_id: String,
}

impl From<Row> for Revocation {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            at: row.occurred_at,
            action: row.action,
            subject_kind: row.subject_kind,
            subject_id: row.subject_id,
        }
    }
}

/// Writes one down. PostgreSQL tells every node when the transaction commits, unless
/// somebody else does.
pub fn insert(conn: &mut Conn<'_>, tenant: TenantId, revocation: &Revocation) -> Result<(), DbError> {
    let row = Row {
        id: revocation.id,
        tenant_id: tenant,
        occurred_at: revocation.at,
        action: revocation.action.clone(),
        subject_kind: revocation.subject_kind.clone(),
        subject_id: revocation.subject_id.clone(),
    };
    on!(conn, |c| diesel::insert_into(revocations::table).values(&row).execute(c))?;
    if let Conn::Pg(c) = conn {
        let unless_off = "SELECT pg_notify('gridkey_revocations', '') \
                          WHERE current_setting('gridkey.notify', true) IS DISTINCT FROM 'off'";
        diesel::sql_query(unless_off).execute(*c)?;
    }
    Ok(())
}

/// Those of every organisation behind an identifier, in order, at most `limit`.
pub fn after(conn: &mut Conn<'_>, after: RevocationId, limit: i64) -> Result<Vec<Revocation>, DbError> {
    let rows: Vec<Row> = on!(conn, |c| {
        revocations::table
            .filter(revocations::id.gt(after))
            .order(revocations::id)
            .limit(limit)
            .select(Row::as_select())
            .load(c)
    })?;
    Ok(rows.into_iter().map(Revocation::from).collect())
}

/// Those of one organisation behind an identifier, in order, at most `limit`.
pub fn after_in(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    after: RevocationId,
    limit: i64,
) -> Result<Vec<Revocation>, DbError> {
    let rows: Vec<Row> = on!(conn, |c| {
        revocations::table
            .filter(revocations::tenant_id.eq(tenant).and(revocations::id.gt(after)))
            .order(revocations::id)
            .limit(limit)
            .select(Row::as_select())
            .load(c)
    })?;
    Ok(rows.into_iter().map(Revocation::from).collect())
}

/// Forgets those from before `before`.
pub fn sweep(conn: &mut Conn<'_>, before: Timestamp) -> Result<usize, DbError> {
    Ok(on!(conn, |c| {
        diesel::delete(revocations::table.filter(revocations::occurred_at.lt(before))).execute(c)
    })?)
}
