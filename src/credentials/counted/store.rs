//! What was counted of many keys, written to `credential_uses`, `credential_usage` and `credential_networks`.
//!
//! A statement whose text grows with its rows takes long to put together and to read, and each of its values takes its own
//! way. So PostgreSQL gets a list for each column, in a text that is short however many rows there are; SQLite, which knows no
//! lists and to which it is not far, gets statements for a few rows that a connection prepares once.

use std::collections::HashSet;

use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use diesel::upsert::excluded;
use diesel::{PgConnection, QueryResult, SqliteConnection};
use uuid::Uuid;

use crate::credentials::store::{KeyNetwork, LastUse, Usage};
use crate::db::schema::{credential_networks, credential_usage, credential_uses};
use crate::db::types::{SqlId, SqlTime};
use crate::db::{Conn, DbError};
use crate::id::Id;

/// Rows that one statement writes to SQLite.
pub(in crate::credentials) const ROWS: usize = 32;

/// Runs a statement for so many rows at a time, and then for those that are left.
macro_rules! in_parts {
    ($rows:expr, |$part:ident| $run:expr) => {{
        let (parts, rest) = $rows.as_chunks::<{ $crate::credentials::counted::store::ROWS }>();
        for $part in parts {
            $run
        }
        if !rest.is_empty() {
            let $part = rest;
            $run
        }
    }};
}
pub(in crate::credentials) use in_parts;

/// One column of rows.
pub(in crate::credentials) fn column<'a, R, T>(rows: &'a [R], of: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(of).collect()
}

/// Writes last uses down, those of different keys, unless later ones are known already. A key's row is locked by it, so
/// whoever calls this first in a transaction meets nobody else who counts the same key.
pub fn note_uses(conn: &mut Conn<'_>, uses: &[LastUse]) -> Result<(), DbError> {
    Ok(match conn {
        Conn::Pg(c) => note_uses_in_postgres(c, uses),
        Conn::Lite(c) => note_uses_in_sqlite(c, uses),
    }?)
}

fn note_uses_in_postgres(conn: &mut PgConnection, uses: &[LastUse]) -> QueryResult<()> {
    // What is not later is locked all the same.
    let note = "INSERT INTO credential_uses AS known
          (credential_id, tenant_id, last_used_at, address, user_agent, previous_used_at)
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::timestamptz[])
        ON CONFLICT (credential_id) DO UPDATE
        SET last_used_at = excluded.last_used_at, address = excluded.address, user_agent = excluded.user_agent
        WHERE excluded.last_used_at > known.last_used_at";
    if uses.is_empty() {
        return Ok(());
    }
    diesel::sql_query(note)
        .bind::<Array<SqlId>, _>(column(uses, |used| used.credential_id))
        .bind::<Array<SqlId>, _>(column(uses, |used| used.tenant_id))
        .bind::<Array<SqlTime>, _>(column(uses, |used| used.last_used_at))
        .bind::<Array<Text>, _>(column(uses, |used| used.address.as_str()))
        .bind::<Array<Text>, _>(column(uses, |used| used.user_agent.as_str()))
        .bind::<Array<Nullable<SqlTime>>, _>(column(uses, |used| used.previous_used_at))
        .execute(conn)
        .map(drop)
}

fn note_uses_in_sqlite(conn: &mut SqliteConnection, uses: &[LastUse]) -> QueryResult<()> {
    use credential_uses as c;
    let later = || excluded(c::last_used_at).gt(c::last_used_at);
    in_parts!(uses, |rows| {
        diesel::insert_into(c::table)
            .values(rows)
            .on_conflict(c::credential_id)
            .do_update()
            .set((
                c::last_used_at.eq(case_when(later(), excluded(c::last_used_at)).otherwise(c::last_used_at)),
                c::address.eq(case_when(later(), excluded(c::address)).otherwise(c::address)),
                c::user_agent.eq(case_when(later(), excluded(c::user_agent)).otherwise(c::user_agent)),
            ))
            .execute(conn)?;
    });
    Ok(())
}

/// Adds requests to those that are counted already. No two of them may be of one key, hour and outcome.
pub fn add_usage(conn: &mut Conn<'_>, usage: &[Usage]) -> Result<(), DbError> {
    Ok(match conn {
        Conn::Pg(c) => add_usage_in_postgres(c, usage),
        Conn::Lite(c) => add_usage_in_sqlite(c, usage),
    }?)
}

fn add_usage_in_postgres(conn: &mut PgConnection, usage: &[Usage]) -> QueryResult<()> {
    let add = "INSERT INTO credential_usage AS known (credential_id, tenant_id, hour, outcome, requests)
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::bigint[])
        ON CONFLICT (credential_id, hour, outcome) DO UPDATE
        SET requests = known.requests + excluded.requests";
    if usage.is_empty() {
        return Ok(());
    }
    diesel::sql_query(add)
        .bind::<Array<SqlId>, _>(column(usage, |one| one.credential_id))
        .bind::<Array<SqlId>, _>(column(usage, |one| one.tenant_id))
        .bind::<Array<SqlTime>, _>(column(usage, |one| one.hour))
        .bind::<Array<Text>, _>(column(usage, |one| one.outcome.as_str()))
        .bind::<Array<BigInt>, _>(column(usage, |one| one.requests))
        .execute(conn)
        .map(drop)
}

fn add_usage_in_sqlite(conn: &mut SqliteConnection, usage: &[Usage]) -> QueryResult<()> {
    use credential_usage as c;
    in_parts!(usage, |rows| {
        diesel::insert_into(c::table)
            .values(rows)
            .on_conflict((c::credential_id, c::hour, c::outcome))
            .do_update()
            .set(c::requests.eq(c::requests + excluded(c::requests)))
            .execute(conn)?;
    });
    Ok(())
}

/// A key and one of its networks.
#[derive(Queryable, QueryableByName)]
struct Fresh {
    #[diesel(sql_type = SqlId)]
    credential_id: Id<()>,
    #[diesel(sql_type = Text)]
    network: String,
}

/// Remembers that keys were used from networks, and answers with those of them that were not known before, each with the
/// key.
pub fn note_networks(
    conn: &mut Conn<'_>,
    networks: &[KeyNetwork],
) -> Result<HashSet<(Uuid, String)>, DbError> {
    let fresh = match conn {
        Conn::Pg(c) => note_networks_in_postgres(c, networks),
        Conn::Lite(c) => note_networks_in_sqlite(c, networks),
    }?;
    Ok(fresh.into_iter().map(|fresh| (fresh.credential_id.uuid(), fresh.network)).collect())
}

fn note_networks_in_postgres(conn: &mut PgConnection, networks: &[KeyNetwork]) -> QueryResult<Vec<Fresh>> {
    let note = "INSERT INTO credential_networks (credential_id, tenant_id, network, first_seen_at)
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[])
        ON CONFLICT DO NOTHING
        RETURNING credential_id, network";
    if networks.is_empty() {
        return Ok(Vec::new());
    }
    diesel::sql_query(note)
        .bind::<Array<SqlId>, _>(column(networks, |one| one.credential_id))
        .bind::<Array<SqlId>, _>(column(networks, |one| one.tenant_id))
        .bind::<Array<Text>, _>(column(networks, |one| one.network.as_str()))
        .bind::<Array<SqlTime>, _>(column(networks, |one| one.first_seen_at))
        .load(conn)
}

fn note_networks_in_sqlite(conn: &mut SqliteConnection, networks: &[KeyNetwork]) -> QueryResult<Vec<Fresh>> {
    use credential_networks as c;
    let mut fresh = Vec::new();
    in_parts!(networks, |rows| {
        let new: Vec<Fresh> = diesel::insert_into(c::table)
            .values(rows)
            .on_conflict_do_nothing()
            .returning((c::credential_id, c::network))
            .get_results(conn)?;
        fresh.extend(new);
    });
    Ok(fresh)
}
