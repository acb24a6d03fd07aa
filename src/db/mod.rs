//! Storage: one query text, two databases.
//!
//! Owns connections, pools, the single SQLite writer, transactions, migrations and column types. Never knows what a
//! row means: queries live in the `store.rs` of each record. A store function is plain and synchronous: it takes
//! `&mut Conn` and values, and returns values. `on!` stamps its query once for each database.

mod connection;
mod errand;
mod error;
mod kept;
pub mod migrations;
mod postgres;
pub mod schema;
mod sqlite;
pub mod types;
mod watch;

pub use connection::Conn;
pub(crate) use connection::on;
pub use error::{Conflict, DbError, Failure};
pub(crate) use kept::kept_update;
pub use watch::Watch;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use errand::{Errand, Outcome, Sent, errand, typed};

/// How to reach the database and how much of it to use.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite:PATH` or `postgres://...`; the scheme alone picks the engine.
    pub url: String,
    /// Connections to PostgreSQL, or readers of SQLite.
    pub connections: u32,
    /// How long a request waits for a connection before it is told that the server is busy.
    pub wait: Duration,
    /// SQLite's durability: `FULL` survives a power cut, `NORMAL` only a crash of the program.
    pub synchronous: Synchronous,
    /// PostgreSQL ends a statement that runs longer than this.
    pub statement_timeout: Duration,
    /// Whether PostgreSQL is to tell connections of what others write (`LISTEN` and `NOTIFY`).
    pub notify: bool,
}

crate::text::text_enum! {
    /// SQLite's `synchronous` pragma.
    pub enum Synchronous {
        /// Every commit is on the disk before it is answered.
        Full = "full",
        /// The last commits may be lost when the power fails.
        Normal = "normal",
    }
}

/// The database as the rest of the program sees it: [`Db::read`] and [`Db::write`].
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    /// As many tickets as connections: requests wait here, without holding a thread.
    tickets: Arc<Semaphore>,
    wait: Duration,
    options: Arc<Options>,
}

#[derive(Clone)]
enum Engine {
    Postgres(postgres::Pool),
    Sqlite { writer: sqlite::Writer, readers: sqlite::Pool },
}

/// What the pools are doing, for `/metrics`.
#[derive(Debug, Clone, Copy)]
pub struct PoolUse {
    /// Connections in all.
    pub size: u32,
    /// Connections that wait for work.
    pub idle: u32,
}

impl Db {
    /// Opens the database. Does not migrate it: see [`migrations`].
    pub fn open(options: &Options) -> Result<Self, DbError> {
        let engine = match Target::parse(&options.url)? {
            Target::Postgres(url) => Engine::Postgres(postgres::open(url, options)?),
            Target::Sqlite(path) => {
                let readers = sqlite::open_readers(&path, options)?;
                Engine::Sqlite { writer: sqlite::Writer::start(&path, options)?, readers }
            }
        };
        let tickets = Arc::new(Semaphore::new(options.connections as usize));
        Ok(Self { engine, tickets, wait: options.wait, options: Arc::new(options.clone()) })
    }

    /// Runs `work` on a connection that only reads, off the async threads.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        typed(self.run_read(Box::new(errand(work))).await)
    }

    async fn run_read(&self, work: Sent) -> Outcome {
        let _ticket = self.ticket().await?;
        let engine = self.engine.clone();
        blocking(Box::new(move || engine.read(&*work))).await
    }

    /// Like [`Db::read`] for one short look-up by index: SQLite answers it on the calling thread when a reader is
    /// free, because the hop to another thread costs more than the look-up itself.
    pub async fn read_short<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        if let Engine::Sqlite { readers, .. } = &self.engine
            && let Some(answer) = sqlite::read_if_free(readers, &work)
        {
            return answer;
        }
        self.read(work).await
    }

    /// Runs `work` in one transaction: it commits when `work` returns `Ok` and rolls back otherwise. The answer comes
    /// after the commit. `work` may run again when PostgreSQL asks for a retry, so it must not act on anything but
    /// the connection.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        typed(self.run_write(Box::new(errand(work))).await)
    }

    async fn run_write(&self, work: Sent) -> Outcome {
        match &self.engine {
            Engine::Postgres(pool) => {
                let _ticket = self.ticket().await?;
                let pool = pool.clone();
                blocking(Box::new(move || postgres::write(&pool, &*work))).await
            }
            Engine::Sqlite { writer, .. } => writer.write(work).await,
        }
    }

    /// Runs `work`, which reads what it likes and then writes by one statement or none: that needs no transaction around
    /// it, and saves PostgreSQL two round trips. It may run again like that of [`Db::write`], so the statement must say
    /// [`DbError::of_commit`] when its answer is lost. SQLite, whose writes share their commits, does as always.
    pub async fn write_alone<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        match &self.engine {
            Engine::Postgres(_) => self.read(work).await,
            Engine::Sqlite { .. } => self.write(work).await,
        }
    }

    /// [`Db::write`] for callers without an async runtime: the command line.
    pub fn write_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        let work = errand(work);
        typed(match &self.engine {
            Engine::Postgres(pool) => postgres::write(pool, &work),
            Engine::Sqlite { writer, .. } => writer.write_blocking(Box::new(work)),
        })
    }

    /// [`Db::read`] for callers without an async runtime.
    pub fn read_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Conn<'_>) -> Result<T, E>,
        T: Send + 'static,
        E: Failure,
    {
        typed(self.engine.read(&errand(work)))
    }

    /// How long a request waits for its turn before it is told that the server is busy.
    pub const fn wait(&self) -> Duration {
        self.wait
    }

    /// Whether this is PostgreSQL, for the few who tell people about it.
    pub const fn is_postgres(&self) -> bool {
        matches!(self.engine, Engine::Postgres(_))
    }

    /// How busy the connections are.
    pub fn pool_use(&self) -> PoolUse {
        let state = match &self.engine {
            Engine::Postgres(pool) => pool.state(),
            Engine::Sqlite { readers, .. } => readers.state(),
        };
        PoolUse { size: state.connections, idle: state.idle_connections }
    }

    async fn ticket(&self) -> Result<tokio::sync::SemaphorePermit<'_>, DbError> {
        tokio::time::timeout(self.wait, self.tickets.acquire())
            .await
            .map_err(|_| DbError::Busy)?
            .map_err(|_| DbError::Busy)
    }
}

/// The range of texts that begin with `start`, in byte order: an index answers it, and both databases agree on it.
pub fn prefix_range(start: String) -> (String, String) {
    let end = format!("{start}{}", char::MAX);
    (start, end)
}

/// Which engine a URL names, and where it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    Postgres(&'a str),
    Sqlite(String),
}

impl<'a> Target<'a> {
    pub(crate) fn parse(url: &'a str) -> Result<Self, DbError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url));
        }
        match url.strip_prefix("sqlite:") {
            Some(path) if !path.is_empty() => Ok(Self::Sqlite(path.trim_start_matches("//").to_owned())),
            _ => Err(DbError::Url),
        }
    }
}

impl Engine {
    fn read(&self, work: &Errand<'_>) -> Outcome {
        match self {
            Self::Postgres(pool) => postgres::read(pool, work),
            Self::Sqlite { readers, .. } => sqlite::read(readers, work),
        }
    }
}

async fn blocking(work: Box<dyn FnOnce() -> Outcome + Send>) -> Outcome {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(DbError::Panicked.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_alone_picks_the_engine() {
        assert_eq!(Target::parse("sqlite:/tmp/x.db").unwrap(), Target::Sqlite("/tmp/x.db".into()));
        assert_eq!(Target::parse("sqlite:x.db").unwrap(), Target::Sqlite("x.db".into()));
        assert!(matches!(Target::parse("postgres://h/db").unwrap(), Target::Postgres(_)));
        for wrong in ["postgers://h/db", "/tmp/x.db", "mysql://h/db", "", "sqlite:"] {
            assert!(matches!(Target::parse(wrong), Err(DbError::Url)), "{wrong}");
        }
    }
}
