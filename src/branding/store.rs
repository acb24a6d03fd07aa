//! Queries on `tenant_branding` and `tenant_logos`.

use diesel::prelude::*;

use super::{Branding, Color, Logo};
use crate::clock::Timestamp;
use crate::db::schema::{tenant_branding, tenant_logos};
use crate::db::{Conn, DbError, on};
use crate::tenants::TenantId;

#[derive(Queryable, Selectable)]
#[diesel(table_name = tenant_branding)]
struct Row {
    accent: Option<String>,
    support_url: Option<String>,
    logo: Option<String>,
    updated_at: Timestamp,
}

impl TryFrom<Row> for Branding {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        let accent = row.accent.map(|text| text.parse::<Color>()).transpose();
        Ok(Self {
            accent: accent.map_err(|why| DbError::Damaged(why.to_string()))?,
            support_url: row.support_url,
            logo: row.logo,
            updated_at: Some(row.updated_at),
        })
    }
}

/// How an organisation looks; as everybody when it never said anything.
pub fn find(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Branding, DbError> {
    let row: Option<Row> =
        on!(conn, |c| tenant_branding::table.find(tenant).select(Row::as_select()).first(c).optional())?;
    row.map_or_else(|| Ok(Branding::default()), Branding::try_from)
}

/// The logos of several organisations, by name; of those that have one.
pub fn logos(conn: &mut Conn<'_>, tenants: &[TenantId]) -> Result<Vec<(TenantId, String)>, DbError> {
    Ok(on!(conn, |c| {
        tenant_branding::table
            .filter(tenant_branding::tenant_id.eq_any(tenants).and(tenant_branding::logo.is_not_null()))
            .select((tenant_branding::tenant_id, tenant_branding::logo.assume_not_null()))
            .load(c)
    })?)
}

/// Writes how an organisation looks if that is still as it was `seen`; `false` when somebody was faster.
pub fn put(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    branding: &Branding,
    seen: Option<Timestamp>,
) -> Result<bool, DbError> {
    let values = (
        tenant_branding::accent.eq(branding.accent.map(|accent| accent.to_string())),
        tenant_branding::support_url.eq(&branding.support_url),
        tenant_branding::logo.eq(&branding.logo),
        tenant_branding::updated_at.eq(branding.version()),
    );
    let rows = match seen {
        Some(seen) => on!(conn, |c| {
            diesel::update(tenant_branding::table.find(tenant))
                .filter(tenant_branding::updated_at.eq(seen))
                .set(values.clone())
                .execute(c)
        })?,
        None => on!(conn, |c| {
            diesel::insert_into(tenant_branding::table)
                .values((tenant_branding::tenant_id.eq(tenant), values.clone()))
                .on_conflict_do_nothing()
                .execute(c)
        })?,
    };
    Ok(rows == 1)
}

/// Gives an organisation this logo and no other, or none.
pub fn set_logo(conn: &mut Conn<'_>, tenant: TenantId, logo: Option<&Logo>) -> Result<(), DbError> {
    on!(conn, |c| diesel::delete(tenant_logos::table.find(tenant)).execute(c))?;
    if let Some(logo) = logo {
        on!(conn, |c| {
            diesel::insert_into(tenant_logos::table)
                .values((
                    tenant_logos::tenant_id.eq(tenant),
                    tenant_logos::name.eq(logo.name()),
                    tenant_logos::content.eq(logo.content()),
                ))
                .execute(c)
        })?;
    }
    Ok(())
}

/// The logo of that name, if it is the one that the organisation has.
pub fn logo(conn: &mut Conn<'_>, tenant: TenantId, name: &str) -> Result<Option<Vec<u8>>, DbError> {
    Ok(on!(conn, |c| {
        tenant_logos::table
            .find(tenant)
            .filter(tenant_logos::name.eq(name))
            .select(tenant_logos::content)
            .first(c)
            .optional()
    })?)
}
