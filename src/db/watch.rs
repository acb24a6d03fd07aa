//! A connection of its own for whoever waits for news: it never queues behind requests, so that a busy server still
//! hears what ended.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{PgConnection, RunQueryDsl, SqliteConnection};

use super::{Conn, Db, DbError, Failure, Options, Target, postgres, sqlite};

/// How often PostgreSQL's connection is asked whether something has arrived: asking costs no more than a look at a
/// socket, and diesel has no way to wait for one.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// One connection that only reads.
pub struct Watch(Engine);

enum Engine {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Db {
    /// Opens a connection to the same database, which listens to `channel` where the database has such a thing and is to
    /// use it.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub fn watch(&self, channel: &str) -> Result<Watch, DbError> {
        let options: &Options = &self.options;
        match Target::parse(&options.url)? {
            Target::Postgres(url) => {
                let mut conn = postgres::connect(url, options)?;
                // Operators tell it from those of the pool.
                conn.batch_execute("SET application_name = 'gridkey-feed'")?;
                if options.notify {
                    diesel::sql_query(format!("LISTEN {channel}")).execute(&mut conn)?;
                }
                Ok(Watch(Engine::Postgres(conn)))
            }
            Target::Sqlite(path) => {
                let conn = sqlite::connect(&path, &sqlite::to_read(options.synchronous))?;
                Ok(Watch(Engine::Sqlite(conn)))
            }
        }
    }
}

impl Watch {
    /// Reads something.
    ///
    /// # Errors
    /// Those of `work`.
    pub fn read<T, E: Failure>(&mut self, work: impl Fn(&mut Conn<'_>) -> Result<T, E>) -> Result<T, E> {
        match &mut self.0 {
            Engine::Postgres(conn) => work(&mut Conn::Pg(conn)),
            Engine::Sqlite(conn) => work(&mut Conn::Lite(conn)),
        }
    }

    /// Waits until the database says that there is something new, the thread is unparked, or the time is over.
    ///
    /// # Errors
    /// When the connection is lost.
    pub fn wait(&mut self, most: Duration, mut unparked: impl FnMut() -> bool) -> Result<(), DbError> {
        let until = Instant::now() + most;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || unparked() {
                return Ok(());
            }
            match &mut self.0 {
                Engine::Sqlite(_) => std::thread::park_timeout(left),
                Engine::Postgres(conn) => {
                    let mut told = false;
                    for notification in conn.notifications_iter() {
                        notification.map_err(|why| DbError::Unavailable(why.to_string()))?;
                        told = true;
                    }
                    if told {
                        return Ok(());
                    }
                    std::thread::park_timeout(left.min(LOOK_EVERY));
                }
            }
        }
    }
}
