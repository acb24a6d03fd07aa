//! Queries on `key_uses`.

use std::collections::HashMap;

use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::upsert::excluded;
use uuid::Uuid;

use super::{LATEST, alike};
use crate::clock::Timestamp;
use crate::db::schema::key_uses;
use crate::db::{Conn, DbError, on};
use crate::id::Id;
use crate::tenants::TenantId;

/// Rows that one statement writes: a database takes only so many parameters.
const ROWS: usize = 500;

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
}

/// Writes uses down, no two of them alike, and forgets all but the newest of those keys.
pub fn note_key_uses(conn: &mut Conn<'_>, mut uses: Vec<KeyUse>) -> Result<(), DbError> {
    use key_uses as u;
    // Two nodes meet the rows in the same order, and never wait for each other.
    uses.sort_unstable_by_key(|used| (used.credential_id.uuid(), used.alike.uuid()));
    let mut grown: Vec<Id<()>> = Vec::new();
    for rows in uses.chunks(ROWS) {
        let written: Vec<(Id<()>, Id<()>, i64)> = on!(conn, |c| {
            let later = || excluded(u::last_at).gt(u::last_at);
            diesel::insert_into(u::table)
                .values(rows)
                .on_conflict((u::credential_id, u::alike))
                .do_update()
                .set((
                    u::requests.eq(u::requests + excluded(u::requests)),
                    u::last_at.eq(case_when(later(), excluded(u::last_at)).otherwise(u::last_at)),
                ))
                .returning((u::credential_id, u::alike, u::requests))
                .get_results(c)
        })?;
        let sent: HashMap<_, _> =
            rows.iter().map(|used| ((used.credential_id, used.alike), used.requests)).collect();
        // Nothing was there that they were added to: the key has one line more.
        let new = written.into_iter().filter(|(key, alike, now)| sent.get(&(*key, *alike)) == Some(now));
        grown.extend(new.map(|(key, _, _)| key));
    }
    grown.sort_unstable_by_key(|key| key.uuid());
    grown.dedup();
    grown.chunks(ROWS).try_for_each(|keys| trim(conn, keys))
}

/// Forgets all but the newest lines of these keys.
fn trim(conn: &mut Conn<'_>, keys: &[Id<()>]) -> Result<(), DbError> {
    let lines: Vec<(Id<()>, Id<()>)> = on!(conn, |c| {
        key_uses::table
            .filter(key_uses::credential_id.eq_any(keys))
            .order((key_uses::credential_id, key_uses::last_at.desc(), key_uses::alike))
            .select((key_uses::credential_id, key_uses::alike))
            .load(c)
    })?;
    let old: Vec<Id<()>> = lines
        .chunk_by(|(one, _), (other, _)| one == other)
        .flat_map(|of_key| of_key.iter().skip(LATEST).map(|(_, alike)| *alike))
        .collect();
    for old in old.chunks(ROWS) {
        on!(conn, |c| {
            diesel::delete(
                key_uses::table.filter(key_uses::credential_id.eq_any(keys).and(key_uses::alike.eq_any(old))),
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
