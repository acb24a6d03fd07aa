//! Queries on `tenants`.

use diesel::alias;
use diesel::prelude::*;

use super::{Slug, Tenant, TenantId, TenantSettings, TenantStatus};
use crate::clock::Timestamp;
use crate::db::schema::{tenant_domains, tenants};
use crate::db::types::{Json, stored_as_text};
use crate::db::{Conn, DbError, on, prefix_range};

stored_as_text!(TenantStatus);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = tenants, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct Row {
    id: TenantId,
    slug: String,
    display_name: String,
    status: TenantStatus,
    settings: Json<TenantSettings>,
    created_at: Timestamp,
    updated_at: Timestamp,
    deleted_at: Option<Timestamp>,
    name_key: String,
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
            deleted_at: tenant.deleted_at,
            name_key: tenant.display_name.to_lowercase(),
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
            deleted_at: row.deleted_at,
        })
    }
}

/// The organisation with this id.
pub fn find(conn: &mut Conn<'_>, id: TenantId) -> Result<Option<Tenant>, DbError> {
    on!(conn, |c| tenants::table.find(id).select(Row::as_select()).first(c).optional())?
        .map(Tenant::try_from)
        .transpose()
}

/// The same with the time until which the tokens that its programs were issued are over.
pub fn find_with_end(
    conn: &mut Conn<'_>,
    id: TenantId,
) -> Result<Option<(Tenant, Option<Timestamp>)>, DbError> {
    let found: Option<(Row, Option<Timestamp>)> = on!(conn, |c| {
        tenants::table.find(id).select((Row::as_select(), tenants::tokens_ended_at)).first(c).optional()
    })?;
    found.map(|(row, ended)| Ok((Tenant::try_from(row)?, ended))).transpose()
}

/// The organisation with this slug.
pub fn find_by_slug(conn: &mut Conn<'_>, slug: &str) -> Result<Option<Tenant>, DbError> {
    on!(conn, |c| {
        tenants::table.filter(tenants::slug.eq(slug)).select(Row::as_select()).first(c).optional()
    })?
    .map(Tenant::try_from)
    .transpose()
}

/// The organisation that somebody names, by identifier or slug. Not every database can be asked for every text.
pub fn find_named(conn: &mut Conn<'_>, named: &str) -> Result<Option<Tenant>, DbError> {
    match named.parse::<TenantId>() {
        Ok(id) => find(conn, id),
        Err(_) if named.parse::<Slug>().is_err() => Ok(None),
        Err(_) => find_by_slug(conn, named),
    }
}

/// The organisation with this id, kept as it is until the transaction ends: who counts what belongs to it and then adds
/// to it must not count at the same time as another.
pub fn hold(conn: &mut Conn<'_>, id: TenantId) -> Result<Option<Tenant>, DbError> {
    on!(conn, |c| {
        diesel::update(tenants::table.find(id))
            .set(tenants::status.eq(tenants::status))
            .returning(Row::as_returning())
            .get_result(c)
            .optional()
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

/// Which organisations a list shows.
#[derive(Clone, Debug, Default)]
pub struct TenantFilter {
    /// Only those in these states; all when empty.
    pub status: Vec<TenantStatus>,
    /// What the slug, the name or a mail domain begins with.
    pub begins_with: Option<String>,
}

/// Organisations by slug, after `after`, at most `limit`.
pub fn list(
    conn: &mut Conn<'_>,
    filter: &TenantFilter,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Tenant>, DbError> {
    let rows: Vec<Row> = on!(conn, |c| {
        let mut query = tenants::table
            .filter(tenants::slug.gt(after.unwrap_or_default()))
            .order(tenants::slug)
            .limit(limit)
            .select(Row::as_select())
            .into_boxed();
        if !filter.status.is_empty() {
            query = query.filter(tenants::status.eq_any(&filter.status));
        }
        if let Some(start) = filter.begins_with.as_ref().map(|text| text.to_lowercase()) {
            let (from, to) = prefix_range(start);
            let (of_slug, of_name) = alias!(tenants as of_slug, tenants as of_name);
            let slug = of_slug.field(tenants::slug);
            let name = of_name.field(tenants::name_key);
            // Each of the three is a range of an index; told as one condition, the whole list would be looked through.
            let by_slug = of_slug
                .filter(slug.ge(from.clone()).and(slug.lt(to.clone())))
                .select(of_slug.field(tenants::id));
            let by_name = of_name
                .filter(name.ge(from.clone()).and(name.lt(to.clone())))
                .select(of_name.field(tenants::id));
            let by_domain = tenant_domains::table
                .filter(tenant_domains::domain.ge(from).and(tenant_domains::domain.lt(to)))
                .select(tenant_domains::tenant_id);
            query = query.filter(tenants::id.eq_any(by_slug.union(by_name).union(by_domain)));
        }
        query.load(c)
    })?;
    rows.into_iter().map(Tenant::try_from).collect()
}

/// Writes an organisation's changed fields if it is still as `seen` saw it; `false` when somebody was faster.
pub fn update_seen(conn: &mut Conn<'_>, tenant: &Tenant, seen: Timestamp) -> Result<bool, DbError> {
    let row = Row::from(tenant);
    let rows = on!(conn, |c| {
        diesel::update(tenants::table.find(tenant.id))
            .filter(tenants::updated_at.eq(seen))
            .set(&row)
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// The organisations in the recycle bin by id, after `after`, at most `limit`.
pub fn list_deleted(conn: &mut Conn<'_>, after: TenantId, limit: i64) -> Result<Vec<Tenant>, DbError> {
    on!(conn, |c| {
        tenants::table
            .filter(tenants::deleted_at.is_not_null().and(tenants::id.gt(after)))
            .order(tenants::id)
            .limit(limit)
            .select(Row::as_select())
            .load(c)
    })?
    .into_iter()
    .map(Tenant::try_from)
    .collect()
}

/// An organisation whose row is held until the end of the transaction: of those who count what it has, one goes on at a
/// time.
pub fn find_held(conn: &mut Conn<'_>, id: TenantId) -> Result<Option<Tenant>, DbError> {
    on!(conn, |c| {
        diesel::update(tenants::table.find(id)).set(tenants::name_key.eq(tenants::name_key)).execute(c)
    })?;
    find(conn, id)
}

/// Deletes an organisation that is in the recycle bin, with everything that belongs to it.
pub fn purge(conn: &mut Conn<'_>, id: TenantId) -> Result<bool, DbError> {
    let gone = on!(conn, |c| {
        diesel::delete(tenants::table.find(id)).filter(tenants::deleted_at.is_not_null()).execute(c)
    })?;
    Ok(gone == 1)
}

/// The organisations that were put into the recycle bin before `before`.
pub fn deleted_before(conn: &mut Conn<'_>, before: Timestamp, limit: i64) -> Result<Vec<TenantId>, DbError> {
    Ok(on!(conn, |c| {
        tenants::table.filter(tenants::deleted_at.lt(before)).limit(limit).select(tenants::id).load(c)
    })?)
}

/// Whether there is an organisation: asked at each visit, and as quick with many as with one.
pub fn any(conn: &mut Conn<'_>) -> Result<bool, DbError> {
    let first: Option<TenantId> =
        on!(conn, |c| tenants::table.select(tenants::id).limit(1).first(c).optional())?;
    Ok(first.is_some())
}

/// The active organisation that has been here longest.
pub fn first_active(conn: &mut Conn<'_>) -> Result<Option<Tenant>, DbError> {
    let row: Option<Row> = on!(conn, |c| {
        tenants::table
            .filter(tenants::status.eq(TenantStatus::Active).and(tenants::deleted_at.is_null()))
            .order(tenants::id)
            .select(Row::as_select())
            .first(c)
            .optional()
    })?;
    row.map(Tenant::try_from).transpose()
}

/// How many organisations there are.
pub fn count(conn: &mut Conn<'_>) -> Result<i64, DbError> {
    Ok(on!(conn, |c| tenants::table.count().get_result(c))?)
}

/// Ends the tokens that an organisation's programs were issued until now.
pub fn end_tokens(conn: &mut Conn<'_>, id: TenantId, now: Timestamp) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(tenants::table.find(id)).set(tenants::tokens_ended_at.eq(now)).execute(c)
    })?;
    Ok(())
}

/// Has every other transaction that calls this for the same organisation wait for the end of this one: whoever counts
/// what there is before adding to it must be alone.
pub fn lock(conn: &mut Conn<'_>, id: TenantId) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(tenants::table.find(id)).set(tenants::updated_at.eq(tenants::updated_at)).execute(c)
    })?;
    Ok(())
}

/// An organisation's mail domains, by name, with the time since when they are its own.
pub fn domains(conn: &mut Conn<'_>, tenant: TenantId) -> Result<Vec<(String, Timestamp)>, DbError> {
    Ok(on!(conn, |c| {
        tenant_domains::table
            .filter(tenant_domains::tenant_id.eq(tenant))
            .order(tenant_domains::domain)
            .select((tenant_domains::domain, tenant_domains::verified_at))
            .load(c)
    })?)
}

/// One of these domains that is another organisation's.
pub fn foreign_domain(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    domains: &[String],
) -> Result<Option<String>, DbError> {
    Ok(on!(conn, |c| {
        tenant_domains::table
            .filter(tenant_domains::domain.eq_any(domains).and(tenant_domains::tenant_id.ne(tenant)))
            .select(tenant_domains::domain)
            .first(c)
            .optional()
    })?)
}

/// Gives an organisation these domains and takes all others away. Those that it had keep their time. When another
/// organisation gets one of them at this moment, the transaction has to run again and will find it taken.
pub fn set_domains(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    domains: &[String],
    now: Timestamp,
) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::delete(tenant_domains::table)
            .filter(tenant_domains::tenant_id.eq(tenant).and(tenant_domains::domain.ne_all(domains)))
            .execute(c)
    })?;
    let held: Vec<String> = self::domains(conn, tenant)?.into_iter().map(|(domain, _)| domain).collect();
    for domain in domains.iter().filter(|domain| !held.contains(domain)) {
        let added = on!(conn, |c| {
            diesel::insert_into(tenant_domains::table)
                .values((
                    tenant_domains::tenant_id.eq(tenant),
                    tenant_domains::domain.eq(domain),
                    tenant_domains::verified_at.eq(now),
                ))
                .on_conflict_do_nothing()
                .execute(c)
        })?;
        if added != 1 {
            return Err(DbError::Retry);
        }
    }
    Ok(())
}
