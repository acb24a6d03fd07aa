//! Queries on `users` for lists and for the recycle bin.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::Text;
use uuid::Uuid;

use super::{Beginning, NamedTeam, Position, UserFilter};
use crate::clock::Timestamp;
use crate::db::schema::users;
use crate::db::types::SqlId;
use crate::db::{Conn, DbError, on, prefix_range};
use crate::id::Id;
use crate::roles;
use crate::teams;
use crate::tenants::TenantId;
use crate::users::store::{Row, find_by_email};
use crate::users::{User, UserId, UserStatus};

/// All of a person's row.
const COLUMNS: &str = "users.id, users.tenant_id, email, email_verified, users.display_name, profile, status, \
                       password_changed_at, users.created_at, users.updated_at, deleted_at, last_sign_in_at";

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
    if filter.team.is_some() || filter.role.is_some() {
        return of_groups(conn, tenant, filter, start, limit);
    }
    if let Some(email) = &filter.email {
        let found = find_by_email(conn, tenant, email)?;
        return Ok(found.into_iter().filter(|user| filter.admits(user)).collect());
    }
    if let Some(wanted) = &filter.begins_with {
        return beginning(conn, tenant, (filter, wanted), after, limit);
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
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    users_of(on!(conn, |c| {
        users::table
            .filter(users::id.eq_any(ids).and(users::tenant_id.eq(tenant)))
            .order(users::id)
            .select(Row::as_select())
            .load(c)
    })?)
}

/// Those of several states in one query: an index has the people of one state in order, and no index has those of two.
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
    let mut union = Union::new(tenant, limit);
    for status in filter.status.iter().collect::<BTreeSet<_>>() {
        union.add("id", "status = ? AND id > ?", [Value::Text(status.as_str().into()), Value::Id(after)]);
    }
    let mut found = union.load(conn)?;
    found.sort_by_key(|user| user.id);
    found.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(found)
}

/// First those whose address begins as wanted, by address, then those whose name does, by name.
fn beginning(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (filter, beginning): (&UserFilter, &Beginning),
    after: Option<&Position>,
    limit: i64,
) -> Result<Vec<User>, DbError> {
    let (first, last) = prefix_range(beginning.email.clone());
    let (from, to) = prefix_range(beginning.name.clone());
    let states = in_states(&filter.states());
    let mut union = Union::new(tenant, limit);
    match after {
        Some(Position::Name(..)) => {}
        Some(Position::Email(key)) => union.add(
            "email_key",
            &format!("email_key > ? AND email_key < ? AND {states}"),
            [Value::Text(key.clone()), Value::Text(last.clone())],
        ),
        Some(Position::Id(_)) | None => union.add(
            "email_key",
            &format!("email_key >= ? AND email_key < ? AND {states}"),
            [Value::Text(first.clone()), Value::Text(last.clone())],
        ),
    }
    let named = format!("name_key >= ? AND name_key < ? AND (email_key < ? OR email_key >= ?) AND {states}");
    let range = |start: String| [start, to, first, last].map(Value::Text);
    match after {
        Some(Position::Name(id, key)) => {
            let condition = format!("{named} AND (name_key > ? OR id > ?)");
            let place = [Value::Text(key.clone()), Value::Id(*id)];
            union.add("name_key, id", &condition, range(key.clone()).into_iter().chain(place));
        }
        _ => union.add("name_key, id", &named, range(from)),
    }
    let mut found = union.load(conn)?;
    found.sort_by_cached_key(|user| match filter.position(user) {
        Position::Name(id, key) => (1, key, id),
        Position::Email(key) => (0, key, user.id),
        Position::Id(id) => (0, String::new(), id),
    });
    found.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(found)
}

/// The names of states are ours, none of them needs a parameter.
fn in_states(states: &[UserStatus]) -> String {
    let states: Vec<String> = states.iter().map(|status| format!("'{}'", status.as_str())).collect();
    format!("status IN ({})", states.join(", "))
}

/// A parameter of a [`Written`] query.
enum Value {
    Id(UserId),
    Text(String),
}

impl Value {
    /// The database knows no kinds of identifiers.
    fn id(id: Uuid) -> Self {
        Self::Id(Id::new(id))
    }
}

/// A query for people of one organisation that is put together of pieces of text. Both databases count `$1`, `$2` in the
/// order in which they first stand there; `$1` is the organisation.
struct Written {
    tenant: TenantId,
    text: String,
    values: Vec<Value>,
}

impl Written {
    const fn new(tenant: TenantId) -> Self {
        Self { tenant, text: String::new(), values: Vec::new() }
    }

    /// Adds a piece with a `?` for each of these values.
    fn add(&mut self, piece: &str, values: impl IntoIterator<Item = Value>) {
        for (index, part) in piece.split('?').enumerate() {
            if index > 0 {
                self.text.push_str(&format!("${}", self.values.len() + index + 1));
            }
            self.text.push_str(part);
        }
        self.values.extend(values);
    }

    fn load(self, conn: &mut Conn<'_>) -> Result<Vec<User>, DbError> {
        users_of(on!(conn, |c| {
            let mut query = diesel::sql_query(self.text).into_boxed().bind::<SqlId, _>(self.tenant);
            for value in self.values {
                query = match value {
                    Value::Id(id) => query.bind::<SqlId, _>(id),
                    Value::Text(text) => query.bind::<Text, _>(text),
                };
            }
            query.load::<Row>(c)
        })?)
    }
}

/// People from several indexes in one query, each of which gives the first few in its own order. The query builder knows
/// no union of parts that are ordered and limited themselves, so this one is written out.
struct Union {
    written: Written,
    limit: i64,
    parts: usize,
}

impl Union {
    const fn new(tenant: TenantId, limit: i64) -> Self {
        Self { written: Written::new(tenant), limit, parts: 0 }
    }

    /// Adds those of whom `condition` holds, with a `?` for each of these values.
    fn add(&mut self, order: &str, condition: &str, values: impl IntoIterator<Item = Value>) {
        let (part, limit) = (self.parts, self.limit);
        if part > 0 {
            self.written.add(" UNION ALL ", []);
        }
        let piece = format!(
            "SELECT * FROM (SELECT {COLUMNS} FROM users WHERE tenant_id = $1 AND {condition} \
             ORDER BY {order} LIMIT {limit}) AS part_{part}"
        );
        self.written.add(&piece, values);
        self.parts += 1;
    }

    fn load(self, conn: &mut Conn<'_>) -> Result<Vec<User>, DbError> {
        self.written.load(conn)
    }
}

/// Walks through a team or the holders of a role by identifier, and keeps those who are wanted for the rest.
fn of_groups(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    filter: &UserFilter,
    after: UserId,
    limit: i64,
) -> Result<Vec<User>, DbError> {
    const TEAM: &str = " JOIN team_members AS member ON member.member_id = users.id AND member.tenant_id = $1 \
                        AND member.team_id = ";
    const ROLE: &str = " JOIN role_assignments AS holder ON holder.principal_id = users.id \
                        AND holder.tenant_id = $1 AND holder.role_id = \
                        (SELECT id FROM roles WHERE tenant_id = $1 AND slug = ?)";
    let mut query = Written::new(tenant);
    query.add(&format!("SELECT {COLUMNS} FROM users"), []);
    match &filter.team {
        Some(NamedTeam::Id(team)) => query.add(&format!("{TEAM}?"), [Value::id(team.uuid())]),
        Some(NamedTeam::Slug(slug)) => query.add(
            &format!("{TEAM}(SELECT id FROM teams WHERE tenant_id = $1 AND slug = ?)"),
            [Value::Text(slug.clone())],
        ),
        None => {}
    }
    if let Some(role) = &filter.role {
        query.add(ROLE, [Value::Text(role.clone())]);
    }
    // The order of the index that leads.
    let order = if filter.team.is_some() { "member.member_id" } else { "holder.principal_id" };
    let states = in_states(&filter.states());
    query.add(&format!(" WHERE users.tenant_id = $1 AND {states} AND {order} > ?"), [Value::Id(after)]);
    if let Some(email) = &filter.email {
        query.add(" AND email_key = ?", [Value::Text(email.key().to_owned())]);
    }
    if let Some(beginning) = &filter.begins_with {
        let (first, last) = prefix_range(beginning.email.clone());
        let (from, to) = prefix_range(beginning.name.clone());
        query.add(
            " AND (email_key >= ? AND email_key < ? OR name_key >= ? AND name_key < ?)",
            [first, last, from, to].map(Value::Text),
        );
    }
    query.add(&format!(" ORDER BY {order} LIMIT {limit}"), []);
    query.load(conn)
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
