//! Queries on `key_uses`.

use diesel::dsl::{case_when, count_star};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel::upsert::excluded;
use diesel::{PgConnection, QueryResult, SqliteConnection};
use uuid::Uuid;

use super::{LATEST, alike};
use crate::clock::Timestamp;
use crate::credentials::counted::store::{column, in_parts};
use crate::db::schema::key_uses;
use crate::db::types::{SqlId, SqlTime};
use crate::db::{Conn, DbError, on};
use crate::id::Id;
use crate::tenants::TenantId;

/// Keys that one statement asks after, and lines that it forgets: a database takes only so many parameters.
const KEYS: usize = 512;

/// Uses of one key that are alike, within one minute.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = key_uses, treat_none_as_default_value = false)]
pub struct KeyUse {
    credential_id: Id<()>,
    alike: Id<()>,
    tenant_id: TenantId,
    minute: Timestamp,
    /// When the last of them was.
    pub last_at: Timestamp,
    /// From which address; empty when nobody knows.
    pub address: String,
    /// By which program, as it calls itself.
    pub user_agent: String,
    /// How they ended: `allowed`, or the reason of a refusal.
    pub outcome: String,
    /// Through which door.
    pub door: String,
    /// How many.
    pub requests: i64,
}

/// From where, by which program and through which door a key was used, and how that ended.
#[derive(Clone, Copy, Debug)]
pub struct How<'a> {
    /// From which address; empty when nobody knows.
    pub address: &'a str,
    /// By which program.
    pub user_agent: &'a str,
    /// `allowed`, or the reason of a refusal.
    pub outcome: &'a str,
    /// Through which door.
    pub door: &'a str,
}

impl KeyUse {
    /// So many uses in the minute of the last of them.
    pub fn new((tenant, key): (TenantId, Uuid), last_at: Timestamp, how: How<'_>, requests: i64) -> Self {
        let How { address, user_agent, outcome, door } = how;
        let minute = last_at.minute();
        Self {
            credential_id: Id::new(key),
            alike: Id::new(alike(minute, &[address, user_agent, outcome, door])),
            tenant_id: tenant,
            minute,
            last_at,
            address: address.to_owned(),
            user_agent: user_agent.to_owned(),
            outcome: outcome.to_owned(),
            door: door.to_owned(),
            requests,
        }
    }

    /// What no other row has.
    fn place(&self) -> (Uuid, Uuid) {
        (self.credential_id.uuid(), self.alike.uuid())
    }
}

/// Writes uses down, and answers with the keys that have more lines than before.
pub fn note_key_uses(conn: &mut Conn<'_>, mut uses: Vec<KeyUse>) -> Result<Vec<Uuid>, DbError> {
    // Two nodes meet the rows in the same order, and never wait for each other.
    uses.sort_unstable_by_key(KeyUse::place);
    uses.dedup_by(|next, known| {
        let is_like = next.place() == known.place();
        if is_like {
            known.requests += next.requests;
            known.last_at = known.last_at.max(next.last_at);
        }
        is_like
    });
    let written = match conn {
        Conn::Pg(c) => note_in_postgres(c, &uses),
        Conn::Lite(c) => note_in_sqlite(c, &uses),
    }?;
    let sent = |place| uses.binary_search_by_key(&place, KeyUse::place).ok().and_then(|at| uses.get(at));
    // Nothing was there that they were added to: the key has one line more.
    let new = written.into_iter().filter(|row| {
        sent((row.credential_id.uuid(), row.alike.uuid())).is_some_and(|used| used.requests == row.requests)
    });
    let mut grown: Vec<Uuid> = new.map(|row| row.credential_id.uuid()).collect();
    grown.sort_unstable();
    grown.dedup();
    Ok(grown)
}

/// A line, and how many requests it has come to.
#[derive(Queryable, QueryableByName)]
struct Line {
    #[diesel(sql_type = SqlId)]
    credential_id: Id<()>,
    #[diesel(sql_type = SqlId)]
    alike: Id<()>,
    #[diesel(sql_type = BigInt)]
    requests: i64,
}

fn note_in_postgres(conn: &mut PgConnection, uses: &[KeyUse]) -> QueryResult<Vec<Line>> {
    let note = "INSERT INTO key_uses AS known (credential_id, alike, tenant_id, minute, last_at, address, user_agent,
          outcome, door, requests)
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::text[],
          $7::text[], $8::text[], $9::text[], $10::bigint[])
        ON CONFLICT (credential_id, alike) DO UPDATE
        SET requests = known.requests + excluded.requests, last_at = greatest(known.last_at, excluded.last_at)
        RETURNING credential_id, alike, requests";
    if uses.is_empty() {
        return Ok(Vec::new());
    }
    diesel::sql_query(note)
        .bind::<Array<SqlId>, _>(column(uses, |used| used.credential_id))
        .bind::<Array<SqlId>, _>(column(uses, |used| used.alike))
        .bind::<Array<SqlId>, _>(column(uses, |used| used.tenant_id))
        .bind::<Array<SqlTime>, _>(column(uses, |used| used.minute))
        .bind::<Array<SqlTime>, _>(column(uses, |used| used.last_at))
        .bind::<Array<Text>, _>(column(uses, |used| used.address.as_str()))
        .bind::<Array<Text>, _>(column(uses, |used| used.user_agent.as_str()))
        .bind::<Array<Text>, _>(column(uses, |used| used.outcome.as_str()))
        .bind::<Array<Text>, _>(column(uses, |used| used.door.as_str()))
        .bind::<Array<BigInt>, _>(column(uses, |used| used.requests))
        .load(conn)
}

fn note_in_sqlite(conn: &mut SqliteConnection, uses: &[KeyUse]) -> QueryResult<Vec<Line>> {
    use key_uses as u;
    let later = || excluded(u::last_at).gt(u::last_at);
    let mut written = Vec::new();
    in_parts!(uses, |rows| {
        let part: Vec<Line> = diesel::insert_into(u::table)
            .values(rows)
            .on_conflict((u::credential_id, u::alike))
            .do_update()
            .set((
                u::requests.eq(u::requests + excluded(u::requests)),
                u::last_at.eq(case_when(later(), excluded(u::last_at)).otherwise(u::last_at)),
            ))
            .returning((u::credential_id, u::alike, u::requests))
            .get_results(conn)?;
        written.extend(part);
    });
    Ok(written)
}

/// Forgets all but the newest lines of these keys.
pub fn trim_key_uses(conn: &mut Conn<'_>, keys: &[Uuid]) -> Result<(), DbError> {
    let keys: Vec<Id<()>> = keys.iter().map(|&id| Id::new(id)).collect();
    keys.chunks(KEYS).try_for_each(|keys| trim(conn, keys))
}

fn trim(conn: &mut Conn<'_>, keys: &[Id<()>]) -> Result<(), DbError> {
    let most = i64::try_from(LATEST).unwrap_or(i64::MAX);
    // Mostly none of them has too many, and an index knows that.
    let full: Vec<Id<()>> = on!(conn, |c| {
        key_uses::table
            .filter(key_uses::credential_id.eq_any(keys))
            .group_by(key_uses::credential_id)
            .having(count_star().gt(most))
            .select(key_uses::credential_id)
            .load(c)
    })?;
    if full.is_empty() {
        return Ok(());
    }
    let lines: Vec<(Id<()>, Id<()>)> = on!(conn, |c| {
        key_uses::table
            .filter(key_uses::credential_id.eq_any(&full))
            .order((key_uses::credential_id, key_uses::last_at.desc(), key_uses::alike))
            .select((key_uses::credential_id, key_uses::alike))
            .load(c)
    })?;
    let old: Vec<Id<()>> = lines
        .chunk_by(|(one, _), (other, _)| one == other)
        .flat_map(|of_key| of_key.iter().skip(LATEST).map(|(_, alike)| *alike))
        .collect();
    for old in old.chunks(KEYS) {
        on!(conn, |c| {
            diesel::delete(
                key_uses::table
                    .filter(key_uses::credential_id.eq_any(&full).and(key_uses::alike.eq_any(old))),
            )
            .execute(c)
        })?;
    }
    Ok(())
}

/// The newest uses of a key, newest first.
pub fn latest_uses(conn: &mut Conn<'_>, tenant: TenantId, key: Uuid) -> Result<Vec<KeyUse>, DbError> {
    let key = Id::<()>::new(key);
    Ok(on!(conn, |c| {
        key_uses::table
            .filter(key_uses::credential_id.eq(key).and(key_uses::tenant_id.eq(tenant)))
            .order((key_uses::last_at.desc(), key_uses::alike))
            .limit(i64::try_from(LATEST).unwrap_or(i64::MAX))
            .select(KeyUse::as_select())
            .load(c)
    })?)
}

/// Forgets uses from before `before`.
pub fn sweep_key_uses(conn: &mut Conn<'_>, before: Timestamp) -> Result<usize, DbError> {
    Ok(on!(conn, |c| diesel::delete(key_uses::table.filter(key_uses::minute.lt(before))).execute(c))?)
}
