//! The update that moves several lines on together.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt};

use crate::clock::Timestamp;
use crate::db::types::{SqlId, SqlTime};
use crate::db::{Conn, DbError};
use crate::tokens::store::rotate_family;
use crate::tokens::{FamilyId, Rotation};

/// Moves each of these lines on that still stands where it was seen, and tells which those were. On PostgreSQL that is one
/// statement, which is told as a commit is, because it may stand alone. It leaves out lines that somebody else holds at the
/// moment, so that nobody's line waits for another's.
pub fn rotate_families(conn: &mut Conn<'_>, rotations: &[Rotation]) -> Result<Vec<FamilyId>, DbError> {
    match conn {
        Conn::Pg(conn) => Several::of(rotations).load(*conn).map_err(|why| DbError::from(why).of_commit()),
        Conn::Lite(_) => {
            let mut moved = Vec::new();
            for rotation in rotations {
                if rotate_family(conn, rotation)? {
                    moved.push(rotation.family);
                }
            }
            Ok(moved)
        }
    }
}

/// Rotations by column, as PostgreSQL takes a table for a value. Kept by its text, however many there are.
struct Several {
    families: Vec<FamilyId>,
    seen: Vec<i64>,
    generations: Vec<i64>,
    parents: Vec<i64>,
    at: Vec<Timestamp>,
    idle_expires_at: Vec<Timestamp>,
}

impl Several {
    fn of(rotations: &[Rotation]) -> Self {
        let all = rotations.iter();
        Self {
            families: all.clone().map(|rotation| rotation.family).collect(),
            seen: all.clone().map(|rotation| rotation.seen).collect(),
            generations: all.clone().map(|rotation| rotation.generation).collect(),
            parents: all.clone().map(|rotation| rotation.parent).collect(),
            at: all.clone().map(|rotation| rotation.at).collect(),
            idle_expires_at: all.map(|rotation| rotation.idle_expires_at).collect(),
        }
    }
}

impl QueryFragment<Pg> for Several {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH step AS (SELECT * FROM unnest(");
        out.push_bind_param::<Array<SqlId>, _>(&self.families)?;
        for numbers in [&self.seen, &self.generations, &self.parents] {
            out.push_sql(", ");
            out.push_bind_param::<Array<BigInt>, _>(numbers)?;
        }
        for times in [&self.at, &self.idle_expires_at] {
            out.push_sql(", ");
            out.push_bind_param::<Array<SqlTime>, _>(times)?;
        }
        out.push_sql(
            ") AS step (family, seen, generation, parent, at, idle_expires_at)), \
             free AS (SELECT line.id FROM token_families AS line JOIN step ON line.id = step.family \
             WHERE line.generation = step.seen AND line.revoked_at IS NULL ORDER BY line.id \
             FOR NO KEY UPDATE OF line SKIP LOCKED) \
             UPDATE token_families AS line SET generation = step.generation, parent_generation = step.parent, \
             rotated_at = step.at, idle_expires_at = step.idle_expires_at \
             FROM free JOIN step ON step.family = free.id WHERE line.id = free.id RETURNING line.id",
        );
        Ok(())
    }
}

impl QueryId for Several {
    type QueryId = ();

    // Its text is what it is kept by.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Several {
    type SqlType = SqlId;
}

impl RunQueryDsl<PgConnection> for Several {}
