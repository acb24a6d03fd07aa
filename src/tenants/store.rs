//! Queries on `tenants`.

use diesel::prelude::*;

use super::{Slug, Tenant, TenantId, TenantSettings, TenantStatus};
use crate::clock::Timestamp;
use crate::db::schema::tenants;
use crate::db::types::{Json, stored_as_text};
use crate::db::{Conn, DbError, on};

stored_as_text!(TenantStatus);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = tenants)]
struct Row {
    id: TenantId,
    slug: String,
    display_name: String,
    status: TenantStatus,
    settings: Json<TenantSettings>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<&Tenant> for Row {
    fn from(tenant: &Tenant) -> Self {
        Self {
            id: tenant.id,
            slug: tenant.slug.to_string(),
            display_name: tenant.display_name.clone(),
            status: tenant.status,
            settings: Json(tenant.settings.clone()),
            created_at: tenant.created_at,
            updated_at: tenant.updated_at,
        }
    }
}

impl TryFrom<Row> for Tenant {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.id,
            slug: row.slug.parse::<Slug>().map_err(|why| DbError::Damaged(why.to_string()))?,
            display_name: row.display_name,
            status: row.status,
            settings: row.settings.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// The organisation with this id.
pub fn find(conn: &mut Conn<'_>, id: TenantId) -> Result<Option<Tenant>, DbError> {
    on!(conn, |c| tenants::table.find(id).select(Row::as_select()).first(c).optional())?
        .map(Tenant::try_from)
        .transpose()
}

/// The organisation with this slug.
pub fn find_by_slug(conn: &mut Conn<'_>, slug: &str) -> Result<Option<Tenant>, DbError> {
    on!(conn, |c| {
        tenants::table.filter(tenants::slug.eq(slug)).select(Row::as_select()).first(c).optional()
    })?
    .map(Tenant::try_from)
    .transpose()
}

/// Several organisations by id, in the order of their names.
pub fn find_many(conn: &mut Conn<'_>, ids: &[TenantId]) -> Result<Vec<Tenant>, DbError> {
    on!(conn, |c| {
        tenants::table
            .filter(tenants::id.eq_any(ids))
            .order(tenants::display_name)
            .select(Row::as_select())
            .load(c)
    })?
    .into_iter()
    .map(Tenant::try_from)
    .collect()
}

/// Adds an organisation.
pub fn insert(conn: &mut Conn<'_>, tenant: &Tenant) -> Result<(), DbError> {
    let row = Row::from(tenant);
    on!(conn, |c| diesel::insert_into(tenants::table).values(&row).execute(c))?;
    Ok(())
}

/// Writes an organisation's changed fields; `false` when it is gone.
pub fn update(conn: &mut Conn<'_>, tenant: &Tenant) -> Result<bool, DbError> {
    let row = Row::from(tenant);
    let rows = on!(conn, |c| diesel::update(tenants::table.find(tenant.id)).set(&row).execute(c))?;
    Ok(rows == 1)
}

/// How many organisations there are.
pub fn count(conn: &mut Conn<'_>) -> Result<i64, DbError> {
    Ok(on!(conn, |c| tenants::table.count().get_result(c))?)
}
