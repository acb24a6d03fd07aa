//! Queries on `service_accounts`.

use diesel::prelude::*;

use super::{ServiceAccount, ServiceAccountId, ServiceAccountStatus};
use crate::clock::Timestamp;
use crate::db::schema::service_accounts;
use crate::db::types::stored_as_text;
use crate::db::{Conn, DbError, on, prefix_range};
use crate::teams::TeamId;
use crate::tenants::{Slug, TenantId};

stored_as_text!(ServiceAccountStatus);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = service_accounts, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: ServiceAccountId,
    tenant_id: TenantId,
    team_id: Option<TeamId>,
    slug: String,
    display_name: String,
    description: String,
    status: ServiceAccountStatus,
    created_by: String,
    deleted_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<&ServiceAccount> for Row {
    fn from(account: &ServiceAccount) -> Self {
        Self {
            id: account.id,
            tenant_id: account.tenant_id,
            team_id: account.team_id,
            slug: account.slug.to_string(),
            display_name: account.display_name.clone(),
            description: account.description.clone(),
            status: account.status,
            created_by: account.created_by.clone(),
            deleted_at: account.deleted_at,
            created_at: account.created_at,
            updated_at: account.updated_at,
        }
    }
}

impl TryFrom<Row> for ServiceAccount {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.id,
            tenant_id: row.tenant_id,
            team_id: row.team_id,
            slug: row.slug.parse::<Slug>().map_err(|why| DbError::Damaged(why.to_string()))?,
            display_name: row.display_name,
            description: row.description,
            status: row.status,
            created_by: row.created_by,
            deleted_at: row.deleted_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// A service account of this organisation by id.
pub fn find(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: ServiceAccountId,
) -> Result<Option<ServiceAccount>, DbError> {
    on!(conn, |c| {
        service_accounts::table
            .find(id)
            .filter(service_accounts::tenant_id.eq(tenant))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?
    .map(ServiceAccount::try_from)
    .transpose()
}

/// A service account of this organisation by slug.
pub fn find_by_slug(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    slug: &str,
) -> Result<Option<ServiceAccount>, DbError> {
    on!(conn, |c| {
        service_accounts::table
            .filter(service_accounts::tenant_id.eq(tenant).and(service_accounts::slug.eq(slug)))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?
    .map(ServiceAccount::try_from)
    .transpose()
}

/// A service account of this organisation, kept as it is until the transaction ends: what belongs to it is changed by one
/// at a time.
pub fn hold(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: ServiceAccountId,
) -> Result<Option<ServiceAccount>, DbError> {
    on!(conn, |c| {
        diesel::update(service_accounts::table.find(id))
            .filter(service_accounts::tenant_id.eq(tenant))
            .set(service_accounts::status.eq(service_accounts::status))
            .returning(Row::as_returning())
            .get_result(c)
            .optional()
    })?
    .map(ServiceAccount::try_from)
    .transpose()
}

/// Several service accounts of this organisation by id.
pub fn of_ids(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    ids: &[ServiceAccountId],
) -> Result<Vec<ServiceAccount>, DbError> {
    on!(conn, |c| {
        service_accounts::table
            .filter(service_accounts::id.eq_any(ids).and(service_accounts::tenant_id.eq(tenant)))
            .select(Row::as_select())
            .load(c)
    })?
    .into_iter()
    .map(ServiceAccount::try_from)
    .collect()
}

/// Which service accounts a list shows.
#[derive(Clone, Debug, Default)]
pub struct ServiceAccountFilter {
    /// Only those in these states; without any, all that are not in the recycle bin.
    pub status: Vec<ServiceAccountStatus>,
    /// Only those of this team.
    pub team: Option<TeamId>,
    /// What the slug begins with.
    pub begins_with: Option<String>,
}

/// Service accounts by slug, after `after`, at most `limit`.
pub fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: &ServiceAccountFilter,
    (after, limit): (Option<&str>, i64),
) -> Result<Vec<ServiceAccount>, DbError> {
    let rows: Vec<Row> = on!(conn, |c| {
        let mut query = service_accounts::table
            .filter(service_accounts::tenant_id.eq(tenant))
            .filter(service_accounts::slug.gt(after.unwrap_or_default()))
            .order(service_accounts::slug)
            .limit(limit)
            .select(Row::as_select())
            .into_boxed();
        query = if filter.status.is_empty() {
            query.filter(service_accounts::deleted_at.is_null())
        } else {
            query.filter(service_accounts::status.eq_any(&filter.status))
        };
        if let Some(team) = filter.team {
            query = query.filter(service_accounts::team_id.eq(team));
        }
        if let Some(start) = &filter.begins_with {
            let (from, to) = prefix_range(start.to_lowercase());
            query = query.filter(service_accounts::slug.ge(from).and(service_accounts::slug.lt(to)));
        }
        query.load(c)
    })?;
    rows.into_iter().map(ServiceAccount::try_from).collect()
}

/// How many service accounts there are outside of the recycle bin.
pub fn count_living(conn: &mut Conn<'_>, tenant: TenantId) -> Result<i64, DbError> {
    Ok(on!(conn, |c| {
        service_accounts::table
            .filter(service_accounts::tenant_id.eq(tenant).and(service_accounts::deleted_at.is_null()))
            .count()
            .get_result(c)
    })?)
}

/// The slug of a service account that a team owns, if it owns any outside of the recycle bin.
pub fn any_owned_by(conn: &mut Conn<'_>, tenant: TenantId, team: TeamId) -> Result<Option<String>, DbError> {
    Ok(on!(conn, |c| {
        service_accounts::table
            .filter(service_accounts::team_id.eq(team).and(service_accounts::tenant_id.eq(tenant)))
            .filter(service_accounts::deleted_at.is_null())
            .select(service_accounts::slug)
            .first(c)
            .optional()
    })?)
}

/// Every service account that a team owns.
pub fn owned_by(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    team: TeamId,
) -> Result<Vec<ServiceAccountId>, DbError> {
    Ok(on!(conn, |c| {
        service_accounts::table
            .filter(service_accounts::team_id.eq(team).and(service_accounts::tenant_id.eq(tenant)))
            .select(service_accounts::id)
            .load(c)
    })?)
}

/// Leaves the service accounts of a team that are in the recycle bin to the organisation itself.
pub fn release_deleted(conn: &mut Conn<'_>, tenant: TenantId, team: TeamId) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(service_accounts::table)
            .filter(service_accounts::team_id.eq(team).and(service_accounts::tenant_id.eq(tenant)))
            .filter(service_accounts::deleted_at.is_not_null())
            .set(service_accounts::team_id.eq(None::<TeamId>))
            .execute(c)
    })?;
    Ok(())
}

/// Adds a service account.
pub fn insert(conn: &mut Conn<'_>, _tenant: TenantId, account: &ServiceAccount) -> Result<(), DbError> {
    let row = Row::from(account);
    on!(conn, |c| diesel::insert_into(service_accounts::table).values(&row).execute(c))?;
    Ok(())
}

/// Writes a service account's changed fields if it is still as `seen` saw it; `false` when somebody was faster.
pub fn update(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    account: &ServiceAccount,
    seen: Timestamp,
) -> Result<bool, DbError> {
    let row = Row::from(account);
    let rows = on!(conn, |c| {
        diesel::update(service_accounts::table.find(account.id))
            .filter(service_accounts::tenant_id.eq(tenant).and(service_accounts::updated_at.eq(seen)))
            .set(&row)
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// The service accounts of this organisation that are in the recycle bin, by id, after `after`, at most `limit`.
pub fn list_deleted(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    after: ServiceAccountId,
    limit: i64,
) -> Result<Vec<ServiceAccount>, DbError> {
    on!(conn, |c| {
        service_accounts::table
            .filter(service_accounts::tenant_id.eq(tenant).and(service_accounts::id.gt(after)))
            .filter(service_accounts::deleted_at.is_not_null())
            .order(service_accounts::id)
            .limit(limit)
            .select(Row::as_select())
            .load(c)
    })?
    .into_iter()
    .map(ServiceAccount::try_from)
    .collect()
}

/// The service accounts that were put into the recycle bin before `before`.
pub fn deleted_before(
    conn: &mut Conn<'_>,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<(TenantId, ServiceAccountId)>, DbError> {
    Ok(on!(conn, |c| {
        service_accounts::table
            .filter(service_accounts::deleted_at.lt(before))
            .limit(limit)
            .select((service_accounts::tenant_id, service_accounts::id))
            .load(c)
    })?)
}

/// Deletes a service account that is in the recycle bin. `false` when it is not.
pub fn purge(conn: &mut Conn<'_>, tenant: TenantId, id: ServiceAccountId) -> Result<bool, DbError> {
    let gone = on!(conn, |c| {
        diesel::delete(service_accounts::table.find(id))
            .filter(service_accounts::tenant_id.eq(tenant).and(service_accounts::deleted_at.is_not_null()))
            .execute(c)
    })?;
    Ok(gone == 1)
}

/// Deletes every service account of an organisation that is about to go. They would keep its teams from going.
pub fn purge_all(conn: &mut Conn<'_>, tenant: TenantId) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::delete(service_accounts::table.filter(service_accounts::tenant_id.eq(tenant))).execute(c)
    })?;
    Ok(())
}
