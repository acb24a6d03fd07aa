//! Queries on `roles` and `role_assignments`.

use diesel::prelude::*;
use uuid::Uuid;

use super::{BuiltInRole, Holder, Permissions, PrincipalKind, Role, RoleId};
use crate::clock::Timestamp;
use crate::db::schema::{role_assignments, roles, team_members, teams};
use crate::db::types::{Strings, stored_as_text};
use crate::db::{Conn, DbError, on, prefix_range};
use crate::id::Id;
use crate::random::Random;
use crate::tenants::TenantId;

pub use super::holders::store::*;

stored_as_text!(PrincipalKind);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = roles, treat_none_as_default_value = false)]
struct Row {
    id: RoleId,
    tenant_id: TenantId,
    slug: String,
    display_name: String,
    permissions: Strings,
    built_in: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<&Role> for Row {
    fn from(role: &Role) -> Self {
        Self {
            id: role.id,
            tenant_id: role.tenant_id,
            slug: role.slug.clone(),
            display_name: role.display_name.clone(),
            permissions: Strings(role.permissions.clone()),
            built_in: role.built_in,
            created_at: role.created_at,
            updated_at: role.updated_at,
        }
    }
}

impl From<Row> for Role {
    fn from(row: Row) -> Self {
        let permissions = permissions(row.built_in, &row.slug, row.permissions);
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            slug: row.slug,
            display_name: row.display_name,
            permissions,
            built_in: row.built_in,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A role's permissions. Those of a built-in role are what this version of the program says, not what an older one
/// wrote down.
fn permissions(built_in: bool, slug: &str, stored: Strings) -> Vec<String> {
    match slug.parse::<BuiltInRole>() {
        Ok(role) if built_in => role.permissions(),
        _ => stored.0,
    }
}

/// An organisation's role with this slug.
pub fn find_by_slug(conn: &mut Conn<'_>, tenant: TenantId, slug: &str) -> Result<Option<Role>, DbError> {
    Ok(on!(conn, |c| {
        roles::table
            .filter(roles::tenant_id.eq(tenant).and(roles::slug.eq(slug)))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?
    .map(Role::from))
}

/// An organisation's role by id.
pub fn find(conn: &mut Conn<'_>, tenant: TenantId, id: RoleId) -> Result<Option<Role>, DbError> {
    Ok(on!(conn, |c| {
        roles::table.find(id).filter(roles::tenant_id.eq(tenant)).select(Row::as_select()).first(c).optional()
    })?
    .map(Role::from))
}

/// Those of an organisation's roles that have one of these slugs, by slug.
pub fn of_slugs(conn: &mut Conn<'_>, tenant: TenantId, slugs: &[String]) -> Result<Vec<Role>, DbError> {
    let rows: Vec<Row> = on!(conn, |c| {
        roles::table
            .filter(roles::tenant_id.eq(tenant).and(roles::slug.eq_any(slugs)))
            .order(roles::slug)
            .select(Row::as_select())
            .load(c)
    })?;
    Ok(rows.into_iter().map(Role::from).collect())
}

/// Roles by slug, after `after`, at most `limit`; with `begins_with` only those whose slug begins so.
pub fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    begins_with: Option<&str>,
    (after, limit): (Option<&str>, i64),
) -> Result<Vec<Role>, DbError> {
    let rows: Vec<Row> = on!(conn, |c| {
        let mut query = roles::table
            .filter(roles::tenant_id.eq(tenant).and(roles::slug.gt(after.unwrap_or_default())))
            .order(roles::slug)
            .limit(limit)
            .select(Row::as_select())
            .into_boxed();
        if let Some(start) = begins_with {
            let (from, to) = prefix_range(start.to_lowercase());
            query = query.filter(roles::slug.ge(from).and(roles::slug.lt(to)));
        }
        query.load(c)
    })?;
    Ok(rows.into_iter().map(Role::from).collect())
}

/// Writes a role's changed fields if it is still as `seen` saw it and is not built in; `false` otherwise.
pub fn update_seen(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    role: &Role,
    seen: Timestamp,
) -> Result<bool, DbError> {
    let row = Row::from(role);
    let rows = on!(conn, |c| {
        diesel::update(roles::table.find(role.id))
            .filter(roles::tenant_id.eq(tenant).and(roles::built_in.eq(false)))
            .filter(roles::updated_at.eq(seen))
            .set(&row)
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Deletes a role that is not built in, and takes it from everybody who holds it. `false` when it is gone.
pub fn delete(conn: &mut Conn<'_>, tenant: TenantId, role: RoleId) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::delete(roles::table.find(role))
            .filter(roles::tenant_id.eq(tenant).and(roles::built_in.eq(false)))
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Who holds a role, by identifier, after `after`, at most `limit`.
pub fn holders(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    role: RoleId,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<Holder>, DbError> {
    let after = Id::<Holder>::new(after.unwrap_or_default());
    let rows: Vec<(PrincipalKind, Id<Holder>, Timestamp)> = on!(conn, |c| {
        role_assignments::table
            .filter(role_assignments::role_id.eq(role).and(role_assignments::tenant_id.eq(tenant)))
            .filter(role_assignments::principal_id.gt(after))
            .order(role_assignments::principal_id)
            .limit(limit)
            .select((
                role_assignments::principal_kind,
                role_assignments::principal_id,
                role_assignments::created_at,
            ))
            .load(c)
    })?;
    Ok(rows.into_iter().map(|(kind, id, since)| Holder { kind, id: id.uuid(), since }).collect())
}

/// How many hold a role themselves; whoever holds it by a team is not counted.
pub fn count_holders(conn: &mut Conn<'_>, tenant: TenantId, role: RoleId) -> Result<i64, DbError> {
    Ok(on!(conn, |c| {
        role_assignments::table
            .filter(role_assignments::role_id.eq(role).and(role_assignments::tenant_id.eq(tenant)))
            .count()
            .get_result(c)
    })?)
}

/// Adds a role.
pub fn insert(conn: &mut Conn<'_>, _tenant: TenantId, role: &Role) -> Result<(), DbError> {
    let row = Row::from(role);
    on!(conn, |c| diesel::insert_into(roles::table).values(&row).execute(c))?;
    Ok(())
}

/// Writes a role's changed fields; built-in roles stay as they are. `false` when nothing was changed.
pub fn update(conn: &mut Conn<'_>, tenant: TenantId, role: &Role) -> Result<bool, DbError> {
    let row = Row::from(role);
    let rows = on!(conn, |c| {
        diesel::update(roles::table.find(role.id))
            .filter(roles::tenant_id.eq(tenant).and(roles::built_in.eq(false)))
            .set(&row)
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Gives a new organisation the roles that every organisation has.
pub fn insert_built_in(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    random: &Random,
    now: Timestamp,
) -> Result<(), DbError> {
    for &role in BuiltInRole::ALL {
        let role = Role {
            id: random.id(now),
            tenant_id: tenant,
            slug: role.as_str().to_owned(),
            display_name: role.display_name().to_owned(),
            permissions: role.permissions(),
            built_in: true,
            created_at: now,
            updated_at: now,
        };
        insert(conn, tenant, &role)?;
    }
    Ok(())
}

/// Gives a role to a principal; again is no error. `true` when it is new.
pub fn assign<P: 'static>(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    role: RoleId,
    (kind, principal): (PrincipalKind, Id<P>),
    now: Timestamp,
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::insert_into(role_assignments::table)
            .values((
                role_assignments::tenant_id.eq(tenant),
                role_assignments::role_id.eq(role),
                role_assignments::principal_kind.eq(kind),
                role_assignments::principal_id.eq(principal),
                role_assignments::created_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Takes a role from a principal. `false` when it was not held.
pub fn withdraw<P: 'static>(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    role: RoleId,
    principal: Id<P>,
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::delete(role_assignments::table.find((role, principal)))
            .filter(role_assignments::tenant_id.eq(tenant))
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Takes every role from a principal that is about to be no more.
pub fn withdraw_all<P: 'static>(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    principal: Id<P>,
) -> Result<usize, DbError> {
    Ok(on!(conn, |c| {
        diesel::delete(role_assignments::table)
            .filter(role_assignments::principal_id.eq(principal))
            .filter(role_assignments::tenant_id.eq(tenant))
            .execute(c)
    })?)
}

/// The roles that a principal holds itself, not by a team, by slug.
pub fn assigned_to<P: 'static>(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    principal: Id<P>,
) -> Result<Vec<Role>, DbError> {
    let rows: Vec<Row> = on!(conn, |c| {
        role_assignments::table
            .inner_join(roles::table)
            .filter(role_assignments::principal_id.eq(principal).and(roles::tenant_id.eq(tenant)))
            .order(roles::slug)
            .select(Row::as_select())
            .load(c)
    })?;
    Ok(rows.into_iter().map(Role::from).collect())
}

/// The roles that several principals hold themselves: each assignment as the holder and the role, by slug.
pub fn assignments_of(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    holders: &[Uuid],
) -> Result<Vec<(Uuid, Role)>, DbError> {
    if holders.is_empty() {
        return Ok(Vec::new());
    }
    let holders: Vec<Id<Role>> = holders.iter().copied().map(Id::new).collect();
    let rows: Vec<(Id<Role>, Row)> = on!(conn, |c| {
        role_assignments::table
            .inner_join(roles::table)
            .filter(role_assignments::principal_id.eq_any(&holders))
            .filter(role_assignments::tenant_id.eq(tenant))
            .order(roles::slug)
            .select((role_assignments::principal_id, Row::as_select()))
            .load(c)
    })?;
    Ok(rows.into_iter().map(|(holder, row)| (holder.uuid(), Role::from(row))).collect())
}

/// Two queries: what is selected of the roles that a principal holds itself, and of those that it holds by a team. Principal
/// and organisation are values, or columns of a query around them. They are found by the principal, so that no planner can
/// take the organisation's index, which may lead to a million rows.
macro_rules! held_roles {
    ($principal:expr, $tenant:expr, $selected:expr) => {{
        use $crate::db::schema::{role_assignments, roles, team_members};
        let itself = role_assignments::table
            .inner_join(roles::table)
            .filter(role_assignments::principal_id.eq($principal).and(roles::tenant_id.eq($tenant)))
            .select($selected);
        let by_team = team_members::table
            .inner_join(role_assignments::table.on(role_assignments::principal_id.eq(team_members::team_id)))
            .inner_join(roles::table.on(roles::id.eq(role_assignments::role_id)))
            .filter(team_members::member_id.eq($principal).and(team_members::tenant_id.eq($tenant)))
            .filter(roles::tenant_id.eq($tenant))
            .select($selected);
        (itself, by_team)
    }};
}
pub(crate) use held_roles;

/// The slugs of the roles that a principal holds, itself or by a team, in order. One look, because every sign-in and
/// refresh asks.
pub fn held_by<P: 'static>(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    principal: Id<P>,
) -> Result<Vec<String>, DbError> {
    let mut slugs: Vec<String> = on!(conn, |c| {
        let (itself, by_team) = held_roles!(principal, tenant, roles::slug);
        itself.union(by_team).load(c)
    })?;
    slugs.sort_unstable();
    Ok(slugs)
}

/// The roles that a principal holds, itself or by a team, each once, by slug.
pub fn in_effect<P: 'static>(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    principal: Id<P>,
) -> Result<Vec<Role>, DbError> {
    let rows: Vec<Row> = on!(conn, |c| {
        let (itself, by_team) = held_roles!(principal, tenant, Row::as_select());
        itself.union_all(by_team).load(c)
    })?;
    let mut roles: Vec<Role> = rows.into_iter().map(Role::from).collect();
    roles.sort_unstable_by(|one, other| one.slug.cmp(&other.slug));
    roles.dedup_by_key(|role| role.id);
    Ok(roles)
}

/// The roles that a principal holds by teams: each with the slug of a team, by team and then by role.
pub fn by_team<P: 'static>(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    principal: Id<P>,
) -> Result<Vec<(String, Role)>, DbError> {
    let rows: Vec<(String, Row)> = on!(conn, |c| {
        let (_, by_team) = held_roles!(principal, tenant, roles::slug);
        let by_team = by_team.inner_join(teams::table.on(teams::id.eq(team_members::team_id)));
        by_team.order((teams::slug, roles::slug)).select((teams::slug, Row::as_select())).load(c)
    })?;
    Ok(rows.into_iter().map(|(team, row)| (team, Role::from(row))).collect())
}

/// What a principal may do right now: the union over the roles that it holds, itself or by a team.
pub fn permissions_of<P: 'static>(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    principal: Id<P>,
) -> Result<Permissions, DbError> {
    let roles = in_effect(conn, tenant, principal)?;
    Ok(roles.iter().flat_map(|role| &role.permissions).filter_map(|text| text.parse().ok()).collect())
}
