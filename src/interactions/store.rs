//! Queries on `interactions`.

use diesel::prelude::*;

use super::{Interaction, Progress};
use crate::clients::ClientPk;
use crate::clock::Timestamp;
use crate::db::schema::interactions;
use crate::db::types::Json;
use crate::db::{Conn, DbError, kept_update, on};
use crate::device_authorizations::DeviceAuthorizationId;
use crate::secret::Digest;
use crate::tenants::TenantId;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = interactions, treat_none_as_default_value = false)]
struct Row {
    id: Digest,
    tenant_id: TenantId,
    client_pk: ClientPk,
    issuer_tenant_id: Option<TenantId>,
    browser: Digest,
    request: Json<Vec<(String, String)>>,
    progress: Json<Progress>,
    created_at: Timestamp,
    expires_at: Timestamp,
    device_authorization_id: Option<DeviceAuthorizationId>,
}

impl From<Row> for Interaction {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            client_pk: row.client_pk,
            issuer_tenant_id: row.issuer_tenant_id,
            browser: row.browser,
            request: row.request.0,
            progress: row.progress.0,
            created_at: row.created_at,
            expires_at: row.expires_at,
            device: row.device_authorization_id,
        }
    }
}

/// Writes down a new interaction.
pub fn insert(conn: &mut Conn<'_>, tenant: TenantId, interaction: &Interaction) -> Result<(), DbError> {
    let row = Row {
        id: interaction.id,
        tenant_id: tenant,
        client_pk: interaction.client_pk,
        issuer_tenant_id: interaction.issuer_tenant_id,
        browser: interaction.browser,
        request: Json(interaction.request.clone()),
        progress: Json(interaction.progress.clone()),
        created_at: interaction.created_at,
        expires_at: interaction.expires_at,
        device_authorization_id: interaction.device,
    };
    on!(conn, |c| diesel::insert_into(interactions::table).values(&row).execute(c))?;
    Ok(())
}

/// A live interaction of this browser. That of another browser is as good as none.
pub fn find(
    conn: &mut Conn<'_>,
    id: &Digest,
    browser: &Digest,
    now: Timestamp,
) -> Result<Option<Interaction>, DbError> {
    Ok(on!(conn, |c| {
        interactions::table
            .find(id)
            .filter(interactions::browser.eq(browser))
            .filter(interactions::finished_at.is_null().and(interactions::expires_at.gt(now)))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?
    .map(Interaction::from))
}

/// Writes down what the person did. `false` when the interaction is over.
pub fn set_progress(
    conn: &mut Conn<'_>,
    id: &Digest,
    progress: &Progress,
    now: Timestamp,
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        let open = interactions::table
            .find(id)
            .filter(interactions::finished_at.is_null().and(interactions::expires_at.gt(now)));
        kept_update(open, interactions::progress.eq(Json(progress.clone()))).execute(c)
    })?;
    Ok(rows == 1)
}

/// Finishes an interaction. Only the one call that is told `true` may answer the client.
pub fn finish(conn: &mut Conn<'_>, id: &Digest, now: Timestamp) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        let open = interactions::table
            .find(id)
            .filter(interactions::finished_at.is_null().and(interactions::expires_at.gt(now)));
        kept_update(open, interactions::finished_at.eq(now)).execute(c)
    })?;
    Ok(rows == 1)
}

/// Gives a browser's interactions to that browser's new cookie.
pub fn rename_browser(conn: &mut Conn<'_>, old: &Digest, new: &Digest) -> Result<(), DbError> {
    on!(conn, |c| {
        let its_own = interactions::table.filter(interactions::browser.eq(old));
        kept_update(its_own, interactions::browser.eq(new)).execute(c)
    })?;
    Ok(())
}

/// Deletes interactions that are past their time.
pub fn sweep(conn: &mut Conn<'_>, now: Timestamp) -> Result<usize, DbError> {
    Ok(on!(conn, |c| diesel::delete(interactions::table.filter(interactions::expires_at.lt(now)))
        .execute(c))?)
}
