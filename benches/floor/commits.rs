//! Commits on SQLite as one thread does them, one after the other: a row more that survives a power cut, and a row that
//! moves on by a conditional update.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

diesel::table! {
    lines (id) {
        id -> Text,
        seed -> Binary,
        facts -> Text,
        generation -> BigInt,
        rotated_at -> BigInt,
    }
}

#[derive(Insertable)]
#[diesel(table_name = lines)]
struct Line {
    id: String,
    seed: Vec<u8>,
    facts: String,
    generation: i64,
    rotated_at: i64,
}

impl Line {
    /// About as wide as a line of refresh tokens is on disk.
    fn new(number: u64) -> Self {
        Self {
            id: id(number),
            seed: vec![7; 60],
            facts: "{\"scopes\":[\"openid\",\"offline_access\"],\"auth_time\":1800000000,\"amr\":[\"pwd\"]}"
                .into(),
            generation: 1,
            rotated_at: 0,
        }
    }
}

/// Spread over the index as random keys are.
pub fn id(number: u64) -> String {
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!("{mixed:016x}-{number:016x}")
}

/// Lines that rotate.
pub const LINES: u64 = 1_000;
/// What is done before the clock starts.
const WARM_UP: u64 = 20;

/// Insertions of one row a second, each committed for itself with `synchronous=FULL`.
pub fn durable(folder: &Path, time: Duration) -> Result<f64> {
    let mut conn = open(folder, "FULL")?;
    let mut insert = |number| {
        diesel::insert_into(lines::table).values(Line::new(number)).execute(&mut conn).map(|_| ())?;
        Ok(())
    };
    rate(time, &mut insert)
}

/// Rotations a second with `synchronous=NORMAL`: read the row, move it on if it still stands where it was seen, commit.
pub fn rotations(folder: &Path, time: Duration) -> Result<f64> {
    let mut conn = open_with_lines(folder, "NORMAL")?;
    let mut step = |count: u64| {
        let id = id(count % LINES);
        let moved = conn.immediate_transaction(|conn| rotate(conn, &id))?;
        ensure!(moved == 1, "a row did not move");
        Ok(())
    };
    rate(time, &mut step)
}

/// Reads a row, and moves it on if it still stands where it was seen: tells how many rows moved.
pub fn rotate(conn: &mut SqliteConnection, id: &str) -> QueryResult<usize> {
    let (seed, facts, seen): (Vec<u8>, String, i64) =
        lines::table.find(id).select((lines::seed, lines::facts, lines::generation)).get_result(conn)?;
    std::hint::black_box((seed, facts));
    diesel::update(lines::table.find(id))
        .filter(lines::generation.eq(seen))
        .set((lines::generation.eq(seen + 1), lines::rotated_at.eq(seen)))
        .execute(conn)
}

/// A new database in this folder with lines that can rotate.
pub fn open_with_lines(folder: &Path, synchronous: &str) -> Result<SqliteConnection> {
    let mut conn = open(folder, synchronous)?;
    conn.immediate_transaction(|conn| {
        for number in 0..LINES {
            diesel::insert_into(lines::table).values(Line::new(number)).execute(conn)?;
        }
        QueryResult::Ok(())
    })?;
    Ok(conn)
}

fn rate(time: Duration, step: &mut impl FnMut(u64) -> Result<()>) -> Result<f64> {
    for count in 0..WARM_UP {
        step(count)?;
    }
    let (begun, mut count) = (Instant::now(), 0);
    while begun.elapsed() < time {
        step(WARM_UP + count)?;
        count += 1;
    }
    Ok(count as f64 / begun.elapsed().as_secs_f64())
}

/// A new database in this folder.
fn open(folder: &Path, synchronous: &str) -> Result<SqliteConnection> {
    let path = folder.join("floor.db");
    for suffix in ["", "-wal", "-shm"] {
        drop(std::fs::remove_file(folder.join(format!("floor.db{suffix}"))));
    }
    let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
    conn.batch_execute(&format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous};
         CREATE TABLE lines (
           id TEXT NOT NULL PRIMARY KEY,
           seed BLOB NOT NULL,
           facts TEXT NOT NULL,
           generation INTEGER NOT NULL,
           rotated_at INTEGER NOT NULL
         ) STRICT;"
    ))?;
    Ok(conn)
}
