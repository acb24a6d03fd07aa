//! Queries on `users` for lists and for the recycle bin.

use diesel::prelude::*;
use uuid::Uuid;

use super::{Position, UserFilter};
use crate::clock::Timestamp;
use crate::db::schema::users;
use crate::db::{Conn, DbError, on, prefix_range};
use crate::id::Id;
use crate::roles;
use crate::teams;
use crate::tenants::TenantId;
use crate::users::store::{Row, find_by_email};
use crate::users::{User, UserId, UserStatus};

/// How many members of a team or holders of a role are looked at in one go.
const CHUNK: i64 = 500;

/// People of this organisation after `after`, at most `limit`.
pub fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: &UserFilter,
    after: Option<&Position>,
    limit: i64,
) -> Result<Vec<User>, DbError> {
    let start = match after {
        Some(Position::Id(id)) => *id,
        _ => nobody(),
    };
    if let Some(email) = &filter.email {
        let found: Vec<User> = find_by_email(conn, tenant, email)?.into_iter().collect();
        return narrowed(conn, tenant, filter, found);
    }
    if filter.team.is_some() || filter.role.is_some() {
        return of_groups(conn, tenant, filter, start, limit);
    }
    if filter.begins_with.is_some() {
        return beginning(conn, tenant, filter, after, limit);
    }
    by_id(conn, tenant, filter, start, limit)
}

/// Comes before everybody.
fn nobody() -> UserId {
    Id::new(Uuid::nil())
}

fn users_of(rows: Vec<Row>) -> Result<Vec<User>, DbError> {
    rows.into_iter().map(User::try_from).collect()
}

/// Several people of this organisation, by id. Those who are not there are left out.
pub fn find_many(conn: &mut Conn<'_>, tenant: TenantId, ids: &[UserId]) -> Result<Vec<User>, DbError> {
    users_of(on!(conn, |c| {
        users::table
            .filter(users::id.eq_any(ids).and(users::tenant_id.eq(tenant)))
            .order(users::id)
            .select(Row::as_select())
            .load(c)
    })?)
}

/// One query for each state, because an index has the people of one state in order, and no index has those of two.
fn by_id(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: &UserFilter,
    after: UserId,
    limit: i64,
) -> Result<Vec<User>, DbError> {
    if filter.status.is_empty() {
        return users_of(on!(conn, |c| {
            users::table
                .filter(users::tenant_id.eq(tenant).and(users::id.gt(after)))
                .filter(users::status.ne(UserStatus::Deleted))
                .order(users::id)
                .limit(limit)
                .select(Row::as_select())
                .load(c)
        })?);
    }
    let mut found = Vec::new();
    for status in filter.states() {
        found.extend(users_of(on!(conn, |c| {
            users::table
                .filter(users::tenant_id.eq(tenant).and(users::status.eq(status)))
                .filter(users::id.gt(after))
                .order(users::id)
                .limit(limit)
                .select(Row::as_select())
                .load(c)
        })?)?);
    }
    found.sort_by_key(|user| user.id);
    found.dedup_by_key(|user| user.id);
    found.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(found)
}

/// First those whose address begins as wanted, by address, then those whose name does, by name.
fn beginning(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: &UserFilter,
    after: Option<&Position>,
    limit: i64,
) -> Result<Vec<User>, DbError> {
    let mut found = match after {
        Some(Position::Name(..)) => Vec::new(),
        Some(Position::Email(key)) => by_email(conn, tenant, filter, Some(key), limit)?,
        _ => by_email(conn, tenant, filter, None, limit)?,
    };
    let rest = limit - i64::try_from(found.len()).unwrap_or(limit);
    if rest > 0 {
        let after = match after {
            Some(Position::Name(id, key)) => Some((*id, key.as_str())),
            _ => None,
        };
        found.extend(by_name(conn, tenant, filter, after, rest)?);
    }
    Ok(found)
}

fn by_email(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: &UserFilter,
    after: Option<&String>,
    limit: i64,
) -> Result<Vec<User>, DbError> {
    let Some(beginning) = &filter.begins_with else { return Ok(Vec::new()) };
    let (from, to) = prefix_range(beginning.email.clone());
    users_of(on!(conn, |c| {
        let query = users::table
            .filter(users::tenant_id.eq(tenant).and(users::email_key.lt(to)))
            .filter(users::status.eq_any(filter.states()))
            .order(users::email_key)
            .limit(limit)
            .select(Row::as_select())
            .into_boxed();
        match after {
            Some(key) => query.filter(users::email_key.gt(key)).load(c),
            None => query.filter(users::email_key.ge(from)).load(c),
        }
    })?)
}

fn by_name(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: &UserFilter,
    after: Option<(UserId, &str)>,
    limit: i64,
) -> Result<Vec<User>, DbError> {
    let Some(beginning) = &filter.begins_with else { return Ok(Vec::new()) };
    let (from, to) = prefix_range(beginning.name.clone());
    let (first, last) = prefix_range(beginning.email.clone());
    users_of(on!(conn, |c| {
        let query = users::table
            .filter(users::tenant_id.eq(tenant).and(users::name_key.lt(to)))
            .filter(users::email_key.lt(first).or(users::email_key.ge(last)))
            .filter(users::status.eq_any(filter.states()))
            .order((users::name_key, users::id))
            .limit(limit)
            .select(Row::as_select())
            .into_boxed();
        match after {
            Some((id, key)) => query
                .filter(users::name_key.ge(key))
                .filter(users::name_key.gt(key).or(users::id.gt(id)))
                .load(c),
            None => query.filter(users::name_key.ge(from)).load(c),
        }
    })?)
}

/// Walks through a team or the holders of a role, and keeps those who are wanted for the rest.
fn of_groups(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: &UserFilter,
    after: UserId,
    limit: i64,
) -> Result<Vec<User>, DbError> {
    let limit = usize::try_from(limit).unwrap_or_default();
    let (mut found, mut last) = (Vec::new(), after.uuid());
    loop {
        let ids = match (filter.team, filter.role) {
            (Some(team), _) => teams::store::members_after(conn, tenant, team, last, CHUNK)?,
            (None, Some(role)) => roles::store::holders_after(conn, tenant, role, last, CHUNK)?,
            (None, None) => Vec::new(),
        };
        let Some(end) = ids.last().copied() else { break };
        last = end;
        let people: Vec<UserId> = ids.iter().copied().map(Id::new).collect();
        let people = find_many(conn, tenant, &people)?;
        // Whose team is known already needs no second look at it.
        let rest = UserFilter { team: None, ..filter.clone() };
        found.extend(narrowed(conn, tenant, &rest, people)?);
        if found.len() >= limit || i64::try_from(ids.len()).is_ok_and(|count| count < CHUNK) {
            break;
        }
    }
    found.truncate(limit);
    Ok(found)
}

/// Those of these people whom the whole filter admits.
fn narrowed(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: &UserFilter,
    mut people: Vec<User>,
) -> Result<Vec<User>, DbError> {
    people.retain(|user| filter.admits(user));
    let ids: Vec<Uuid> = people.iter().map(|user| user.id.uuid()).collect();
    if let Some(team) = filter.team {
        let members = teams::store::memberships(conn, tenant, &ids)?;
        people.retain(|user| members.iter().any(|(id, of)| *id == user.id.uuid() && of.id == team));
    }
    if let Some(role) = filter.role {
        let holders = roles::store::assignments_of(conn, tenant, &ids)?;
        people.retain(|user| holders.iter().any(|(id, of)| *id == user.id.uuid() && of.id == role));
    }
    Ok(people)
}

/// How many people of this organisation are not in the recycle bin.
pub fn count(conn: &mut Conn<'_>, tenant: TenantId) -> Result<i64, DbError> {
    let states = UserFilter::default().states();
    Ok(on!(conn, |c| {
        users::table
            .filter(users::tenant_id.eq(tenant).and(users::status.eq_any(states)))
            .count()
            .get_result(c)
    })?)
}

/// The people who were put into the recycle bin before `before`.
pub fn deleted_before(
    conn: &mut Conn<'_>,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<(TenantId, UserId)>, DbError> {
    Ok(on!(conn, |c| {
        users::table
            .filter(users::deleted_at.lt(before))
            .limit(limit)
            .select((users::tenant_id, users::id))
            .load(c)
    })?)
}

/// Deletes a person who is in the recycle bin, with everything that hangs on them. `false` when they are not in it.
pub fn purge(conn: &mut Conn<'_>, tenant: TenantId, id: UserId) -> Result<bool, DbError> {
    let gone = on!(conn, |c| {
        diesel::delete(users::table.find(id))
            .filter(users::tenant_id.eq(tenant).and(users::deleted_at.is_not_null()))
            .execute(c)
    })?;
    if gone == 1 {
        roles::store::withdraw_all(conn, tenant, id)?;
        teams::store::leave_all(conn, tenant, id)?;
    }
    Ok(gone == 1)
}
