//! Queries on `consents`.

use diesel::prelude::*;

use super::Consent;
use crate::clients::ClientPk;
use crate::clock::Timestamp;
use crate::db::schema::consents;
use crate::db::types::Strings;
use crate::db::{Conn, DbError, on};
use crate::tenants::TenantId;
use crate::users::UserId;

/// What the person has allowed the application.
pub fn find(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    user: UserId,
    client: ClientPk,
) -> Result<Option<Consent>, DbError> {
    let row: Option<(Strings, Timestamp)> = on!(conn, |c| {
        consents::table
            .find((user, client))
            .filter(consents::tenant_id.eq(tenant))
            .select((consents::scopes, consents::granted_at))
            .first(c)
            .optional()
    })?;
    Ok(row.map(|(scopes, granted_at)| Consent {
        user_id: user,
        client_pk: client,
        scopes: scopes.0,
        granted_at,
    }))
}

/// Adds scopes to what the person has allowed the application.
pub fn give(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (user, client): (UserId, ClientPk),
    scopes: &[String],
    now: Timestamp,
) -> Result<(), DbError> {
    let mut all = find(conn, tenant, user, client)?.map(|consent| consent.scopes).unwrap_or_default();
    all.extend(scopes.iter().filter(|scope| !all.contains(scope)).cloned().collect::<Vec<_>>());
    let all = Strings(all);
    on!(conn, |c| {
        diesel::insert_into(consents::table)
            .values((
                consents::tenant_id.eq(tenant),
                consents::user_id.eq(user),
                consents::client_pk.eq(client),
                consents::scopes.eq(&all),
                consents::granted_at.eq(now),
            ))
            .on_conflict((consents::user_id, consents::client_pk))
            .do_update()
            .set((consents::scopes.eq(&all), consents::granted_at.eq(now)))
            .execute(c)
    })?;
    Ok(())
}

/// Everything that the person has allowed, by application.
pub fn of_user(conn: &mut Conn<'_>, tenant: TenantId, user: UserId) -> Result<Vec<Consent>, DbError> {
    let rows: Vec<(ClientPk, Strings, Timestamp)> = on!(conn, |c| {
        consents::table
            .filter(consents::user_id.eq(user).and(consents::tenant_id.eq(tenant)))
            .order(consents::client_pk)
            .select((consents::client_pk, consents::scopes, consents::granted_at))
            .load(c)
    })?;
    let consent = |(client_pk, scopes, granted_at): (ClientPk, Strings, Timestamp)| Consent {
        user_id: user,
        client_pk,
        scopes: scopes.0,
        granted_at,
    };
    Ok(rows.into_iter().map(consent).collect())
}

/// Takes back what the person has allowed the application. `false` when there was nothing.
pub fn withdraw(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    user: UserId,
    client: ClientPk,
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::delete(consents::table.find((user, client))).filter(consents::tenant_id.eq(tenant)).execute(c)
    })?;
    Ok(rows == 1)
}
