//! Queries on `teams` and `team_members`.

use diesel::prelude::*;
use uuid::Uuid;

use super::{Member, MemberKind, Team, TeamId};
use crate::clock::Timestamp;
use crate::db::schema::{team_members, teams};
use crate::db::types::stored_as_text;
use crate::db::{Conn, DbError, on, prefix_range};
use crate::id::Id;
use crate::tenants::{Slug, TenantId};

stored_as_text!(MemberKind);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = teams, treat_none_as_default_value = false)]
struct Row {
    id: TeamId,
    tenant_id: TenantId,
    slug: String,
    display_name: String,
    description: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<&Team> for Row {
    fn from(team: &Team) -> Self {
        Self {
            id: team.id,
            tenant_id: team.tenant_id,
            slug: team.slug.to_string(),
            display_name: team.display_name.clone(),
            description: team.description.clone(),
            created_at: team.created_at,
            updated_at: team.updated_at,
        }
    }
}

impl TryFrom<Row> for Team {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.id,
            tenant_id: row.tenant_id,
            slug: row.slug.parse::<Slug>().map_err(|why| DbError::Damaged(why.to_string()))?,
            display_name: row.display_name,
            description: row.description,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// A team of this organisation by id.
pub fn find(conn: &mut Conn<'_>, tenant: TenantId, id: TeamId) -> Result<Option<Team>, DbError> {
    on!(conn, |c| {
        teams::table.find(id).filter(teams::tenant_id.eq(tenant)).select(Row::as_select()).first(c).optional()
    })?
    .map(Team::try_from)
    .transpose()
}

/// A team of this organisation by slug.
pub fn find_by_slug(conn: &mut Conn<'_>, tenant: TenantId, slug: &str) -> Result<Option<Team>, DbError> {
    on!(conn, |c| {
        teams::table
            .filter(teams::tenant_id.eq(tenant).and(teams::slug.eq(slug)))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?
    .map(Team::try_from)
    .transpose()
}

/// Several teams of this organisation by id.
pub fn of_ids(conn: &mut Conn<'_>, tenant: TenantId, ids: &[TeamId]) -> Result<Vec<Team>, DbError> {
    on!(conn, |c| {
        teams::table
            .filter(teams::id.eq_any(ids).and(teams::tenant_id.eq(tenant)))
            .select(Row::as_select())
            .load(c)
    })?
    .into_iter()
    .map(Team::try_from)
    .collect()
}

/// A team of this organisation, kept as it is until the transaction ends: its members, its roles and what it owns are
/// changed by one at a time.
pub fn hold(conn: &mut Conn<'_>, tenant: TenantId, id: TeamId) -> Result<Option<Team>, DbError> {
    on!(conn, |c| {
        diesel::update(teams::table.find(id))
            .filter(teams::tenant_id.eq(tenant))
            .set(teams::description.eq(teams::description))
            .returning(Row::as_returning())
            .get_result(c)
            .optional()
    })?
    .map(Team::try_from)
    .transpose()
}

/// Teams by slug, after `after`, at most `limit`; with `begins_with` only those whose slug begins so.
pub fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    begins_with: Option<&str>,
    (after, limit): (Option<&str>, i64),
) -> Result<Vec<Team>, DbError> {
    let rows: Vec<Row> = on!(conn, |c| {
        let mut query = teams::table
            .filter(teams::tenant_id.eq(tenant).and(teams::slug.gt(after.unwrap_or_default())))
            .order(teams::slug)
            .limit(limit)
            .select(Row::as_select())
            .into_boxed();
        if let Some(start) = begins_with {
            let (from, to) = prefix_range(start.to_lowercase());
            query = query.filter(teams::slug.ge(from).and(teams::slug.lt(to)));
        }
        query.load(c)
    })?;
    rows.into_iter().map(Team::try_from).collect()
}

/// Adds a team.
pub fn insert(conn: &mut Conn<'_>, _tenant: TenantId, team: &Team) -> Result<(), DbError> {
    let row = Row::from(team);
    on!(conn, |c| diesel::insert_into(teams::table).values(&row).execute(c))?;
    Ok(())
}

/// Writes a team's changed fields if it is still as `seen` saw it; `false` when somebody was faster.
pub fn update(conn: &mut Conn<'_>, tenant: TenantId, team: &Team, seen: Timestamp) -> Result<bool, DbError> {
    let row = Row::from(team);
    let rows = on!(conn, |c| {
        diesel::update(teams::table.find(team.id))
            .filter(teams::tenant_id.eq(tenant).and(teams::updated_at.eq(seen)))
            .set(&row)
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Deletes a team with its memberships. `false` when it is gone.
pub fn delete(conn: &mut Conn<'_>, tenant: TenantId, id: TeamId) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::delete(teams::table.find(id)).filter(teams::tenant_id.eq(tenant)).execute(c)
    })?;
    Ok(rows == 1)
}

/// Adds a member; again is no error. `true` when it is new.
pub fn add_member(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    team: TeamId,
    member: Member,
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::insert_into(team_members::table)
            .values((
                team_members::tenant_id.eq(tenant),
                team_members::team_id.eq(team),
                team_members::member_kind.eq(member.kind),
                team_members::member_id.eq(Id::<Member>::new(member.id)),
                team_members::created_at.eq(member.since),
            ))
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Takes a member out. `false` when it was not in.
pub fn remove_member(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    team: TeamId,
    member: Uuid,
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::delete(team_members::table.find((team, Id::<Member>::new(member))))
            .filter(team_members::tenant_id.eq(tenant))
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Takes somebody out of every team.
pub fn leave_all<P: 'static>(conn: &mut Conn<'_>, tenant: TenantId, member: Id<P>) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::delete(team_members::table)
            .filter(team_members::member_id.eq(member).and(team_members::tenant_id.eq(tenant)))
            .execute(c)
    })?;
    Ok(())
}

/// Which teams several principals belong to: each membership as the member and the team.
pub fn memberships(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    members: &[Uuid],
) -> Result<Vec<(Uuid, Team)>, DbError> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    let members: Vec<Id<Member>> = members.iter().copied().map(Id::new).collect();
    let rows: Vec<(Id<Member>, Row)> = on!(conn, |c| {
        team_members::table
            .inner_join(teams::table)
            .filter(team_members::member_id.eq_any(&members))
            .filter(team_members::tenant_id.eq(tenant))
            .order((team_members::member_id, teams::slug))
            .select((team_members::member_id, Row::as_select()))
            .load(c)
    })?;
    rows.into_iter().map(|(member, row)| Ok((member.uuid(), Team::try_from(row)?))).collect()
}

/// The members of a team by id, after `after`, at most `limit`, whatever kind they are.
pub fn members_after(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    team: TeamId,
    after: Uuid,
    limit: i64,
) -> Result<Vec<Uuid>, DbError> {
    let ids: Vec<Id<Member>> = on!(conn, |c| {
        team_members::table
            .filter(team_members::team_id.eq(team).and(team_members::member_id.gt(Id::<Member>::new(after))))
            .filter(team_members::tenant_id.eq(tenant))
            .order(team_members::member_id)
            .limit(limit)
            .select(team_members::member_id)
            .load(c)
    })?;
    Ok(ids.into_iter().map(Id::uuid).collect())
}

/// Members by identifier, after `after`, at most `limit`.
pub fn members(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    team: TeamId,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<Member>, DbError> {
    let after = Id::<Member>::new(after.unwrap_or_default());
    let rows: Vec<(MemberKind, Id<Member>, Timestamp)> = on!(conn, |c| {
        team_members::table
            .filter(team_members::team_id.eq(team).and(team_members::tenant_id.eq(tenant)))
            .filter(team_members::member_id.gt(after))
            .order(team_members::member_id)
            .limit(limit)
            .select((team_members::member_kind, team_members::member_id, team_members::created_at))
            .load(c)
    })?;
    Ok(rows.into_iter().map(|(kind, id, since)| Member { kind, id: id.uuid(), since }).collect())
}
