//! The schema's history: embedded in the program, applied as one transaction, one node at a time.

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::{Connection, PgConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{DbError, Options, Synchronous, Target, sqlite};

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// The number of the advisory lock that keeps two nodes from migrating at once ("gridkey" in ASCII, cut to 63 bits).
const LOCK: i64 = 0x0067_7269_646b_6579;

/// One migration and whether the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Name, such as `2026-11-22-000001_foundation`.
    pub name: String,
    /// Whether it has been applied.
    pub applied: bool,
}

/// What the database has and what it lacks, oldest first.
pub fn status(options: &Options) -> Result<Vec<Step>, DbError> {
    match Target::parse(&options.url)? {
        Target::Postgres(url) => {
            let mut conn = connect_postgres(url)?;
            steps(&mut conn, &POSTGRES)
        }
        Target::Sqlite(path) => {
            let mut conn = sqlite::connect(&path, &sqlite::to_write(Synchronous::Full))?;
            steps(&mut conn, &SQLITE)
        }
    }
}

/// Applies what is missing and returns the names. A database with a migration that this program does not know is
/// refused: it belongs to a newer release.
pub fn run(options: &Options) -> Result<Vec<String>, DbError> {
    match Target::parse(&options.url)? {
        Target::Postgres(url) => {
            let mut conn = connect_postgres(url)?;
            conn.transaction(|conn| {
                conn.batch_execute(&format!("SELECT pg_advisory_xact_lock({LOCK})"))?;
                apply_missing(conn, &POSTGRES)
            })
        }
        Target::Sqlite(path) => {
            let mut conn = sqlite::connect(&path, &sqlite::to_write(Synchronous::Full))?;
            conn.immediate_transaction(|conn| apply_missing(conn, &SQLITE))
        }
    }
}

fn connect_postgres(url: &str) -> Result<PgConnection, DbError> {
    PgConnection::establish(url).map_err(|why| DbError::Unavailable(why.to_string()))
}

/// Runs inside a transaction: each migration's own becomes a savepoint of it, so that all of them land or none.
fn apply_missing<C, DB>(conn: &mut C, source: &EmbeddedMigrations) -> Result<Vec<String>, DbError>
where
    C: MigrationHarness<DB>,
    DB: diesel::backend::Backend,
{
    let mut applied = Vec::new();
    for step in steps(conn, source)?.into_iter().filter(|step| !step.applied) {
        let migration = known::<DB>(source)?
            .into_iter()
            .find(|migration| migration.name().to_string() == step.name)
            .ok_or_else(|| DbError::Schema(format!("migration {} is not in this program", step.name)))?;
        conn.run_migration(&*migration)
            .map_err(|why| DbError::Schema(format!("migration {} failed: {why}", step.name)))?;
        applied.push(step.name);
    }
    Ok(applied)
}

fn known<DB: diesel::backend::Backend>(
    source: &EmbeddedMigrations,
) -> Result<Vec<Box<dyn Migration<DB>>>, DbError> {
    MigrationSource::<DB>::migrations(source).map_err(|why| DbError::Schema(why.to_string()))
}

fn steps<C, DB>(conn: &mut C, source: &EmbeddedMigrations) -> Result<Vec<Step>, DbError>
where
    C: MigrationHarness<DB>,
    DB: diesel::backend::Backend,
{
    let applied: Vec<MigrationVersion<'static>> =
        conn.applied_migrations().map_err(|why| DbError::Schema(why.to_string()))?;
    let mut known = known::<DB>(source)?;
    known.sort_by_key(|migration| migration.name().version().as_owned());
    if let Some(newer) = applied.iter().find(|have| !known.iter().any(|one| one.name().version() == **have)) {
        return Err(DbError::Schema(format!(
            "the database has migration {newer}, which this program does not know: it belongs to a newer release of \
             Gridkey. Start that release, or restore a backup made before the upgrade"
        )));
    }
    Ok(known
        .iter()
        .map(|one| Step { name: one.name().to_string(), applied: applied.contains(&one.name().version()) })
        .collect())
}
