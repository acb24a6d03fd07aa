//! PostgreSQL: a pool that throws lost connections away, and transactions that run again when the server asks.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

use super::errand::{Errand, Fate, Outcome};
use super::{Conn, DbError, Options};

pub(super) type Pool = r2d2::Pool<Manager>;

const ATTEMPTS: u32 = 8;

/// Makes connections. diesel's own manager does not notice that a server went away between two transactions.
pub(super) struct Manager {
    url: String,
    settings: String,
}

pub(super) struct Pooled {
    conn: PgConnection,
    lost: bool,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Pooled;
    type Error = DbError;

    fn connect(&self) -> Result<Pooled, DbError> {
        Ok(Pooled { conn: establish(&self.url, &self.settings)?, lost: false })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> Result<(), DbError> {
        Ok(pooled.conn.batch_execute("SELECT 1")?)
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.lost || std::thread::panicking()
    }
}

/// Unless somebody has set it, PostgreSQL plans for disks with arms, on which a look through an index is dear: it then
/// reads a table of a few hundred rows from end to end for one of them, which takes half as long again.
const READS_AT_RANDOM: &str = "SELECT set_config('random_page_cost', '1.1', false) \
                               FROM pg_settings WHERE name = 'random_page_cost' AND source = 'default';";

fn settings(options: &Options) -> String {
    format!(
        "SET statement_timeout = {timeout}; SET lock_timeout = {timeout}; \
         SET idle_in_transaction_session_timeout = {timeout}; SET TIME ZONE 'UTC'; \
         SET application_name = 'gridkey'; SET gridkey.notify = {notify}; {READS_AT_RANDOM}",
        timeout = options.statement_timeout.as_millis(),
        notify = if options.notify { "on" } else { "off" },
    )
}

/// One connection outside of the pool.
pub(super) fn connect(url: &str, options: &Options) -> Result<PgConnection, DbError> {
    establish(url, &settings(options))
}

fn establish(url: &str, settings: &str) -> Result<PgConnection, DbError> {
    let mut conn = PgConnection::establish(url).map_err(|why| DbError::Unavailable(why.to_string()))?;
    conn.batch_execute(settings)?;
    Ok(conn)
}

pub(super) fn open(url: &str, options: &Options) -> Result<Pool, DbError> {
    let manager = Manager { url: url.to_owned(), settings: settings(options) };
    // A first connection by hand, so that a wrong URL is told in its own words and not as a time-out of the pool.
    let mut first = r2d2::ManageConnection::connect(&manager)?;
    r2d2::ManageConnection::is_valid(&manager, &mut first)?;
    drop(first);
    // Not to be waited for: that a connection can be had was just shown, and how long requests wait says nothing about how
    // long the first one takes.
    Ok(r2d2::Pool::builder()
        .max_size(options.connections)
        .min_idle(Some(1))
        .test_on_check_out(false)
        .connection_timeout(options.wait)
        .max_lifetime(Some(Duration::from_secs(30 * 60)))
        .error_handler(Box::new(Quiet))
        .build_unchecked(manager))
}

/// Failures to connect are told where they hurt; the pool's own log line would only repeat them without an id.
#[derive(Debug)]
struct Quiet;

impl r2d2::HandleError<DbError> for Quiet {
    fn handle_error(&self, _: DbError) {}
}

pub(super) fn read(pool: &Pool, work: &Errand<'_>) -> Outcome {
    with_retries(pool, &|pooled| work(&mut Conn::Pg(&mut pooled.conn)))
}

pub(super) fn write(pool: &Pool, work: &Errand<'_>) -> Outcome {
    with_retries(pool, &|pooled| {
        pooled.conn.batch_execute("BEGIN").map_err(DbError::from)?;
        match work(&mut Conn::Pg(&mut pooled.conn)) {
            Ok(value) => {
                // The server may have committed before its answer was lost: that work must not run again.
                pooled.conn.batch_execute("COMMIT").map_err(|why| DbError::from(why).of_commit())?;
                Ok(value)
            }
            Err(failed) => {
                pooled.lost = pooled.conn.batch_execute("ROLLBACK").is_err();
                Err(failed)
            }
        }
    })
}

/// Runs `attempt` until it gives an answer that is not the database's wish for another try. A lost connection counts
/// as such a wish, because nothing of the attempt was committed; the pool may hold several that died together.
fn with_retries(pool: &Pool, attempt: &dyn Fn(&mut Pooled) -> Outcome) -> Outcome {
    let mut tries = 0;
    loop {
        let mut pooled = pool.get().map_err(|_| DbError::Unavailable("no connection in time".into()))?;
        let failed = match attempt(&mut pooled) {
            Ok(value) => return Ok(value),
            Err(failed) => failed,
        };
        tries += 1;
        let fate = failed.fate();
        pooled.lost |= matches!(fate, Fate::Lost | Fate::Unknown);
        if !matches!(fate, Fate::Lost | Fate::Again) || tries == ATTEMPTS {
            return Err(failed);
        }
        drop(pooled);
        std::thread::sleep(Duration::from_millis(2 << tries));
    }
}
