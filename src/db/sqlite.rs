//! SQLite: many readers and one writer thread that commits the waiting writes of many requests together.
//!
//! A commit costs one flush of the disk however many writes it holds, so waiting writers share it: each runs in a
//! savepoint of its own, the group commits once, and only then is anyone answered.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};

use super::errand::{Errand, Outcome, Sent};
use super::{Conn, DbError, Failure, Options, Synchronous};

pub(super) type Pool = r2d2::Pool<Manager>;

/// Writes that may share a commit.
const GROUP: usize = 128;
/// Writes that may wait; more are told that the server is busy.
const QUEUE: usize = 4096;
/// How long another process may hold the write lock before we give up.
const BUSY_TIMEOUT_MS: u32 = 5_000;
/// Pages that a connection keeps, in KiB. A reader forgets all of them whenever somebody else has written, so that more
/// than the upper parts of its trees would be kept for nothing.
const KEPT_BY_READER: u32 = 512;
/// Hardly anybody else writes, so that what the writer keeps stays good.
const KEPT_BY_WRITER: u32 = 2_048;

pub(super) struct Manager {
    path: String,
    settings: String,
}

impl r2d2::ManageConnection for Manager {
    type Connection = SqliteConnection;
    type Error = DbError;

    fn connect(&self) -> Result<SqliteConnection, DbError> {
        connect(&self.path, &self.settings)
    }

    fn is_valid(&self, _: &mut SqliteConnection) -> Result<(), DbError> {
        Ok(())
    }

    fn has_broken(&self, _: &mut SqliteConnection) -> bool {
        std::thread::panicking()
    }
}

/// What a connection that reads needs.
pub(super) fn to_read(synchronous: Synchronous) -> String {
    settings(synchronous, KEPT_BY_READER) + " PRAGMA query_only = ON;"
}

/// What a connection that writes needs.
pub(super) fn to_write(synchronous: Synchronous) -> String {
    settings(synchronous, KEPT_BY_WRITER)
}

/// The pragmas that every connection needs. `busy_timeout` comes first, because switching to WAL takes a lock.
///
/// The file is not mapped into memory: a connection gives the whole mapping up whenever somebody else has written, and finds
/// its pages anew one by one, which costs more than reading them; and a page that cannot be read would end the process.
fn settings(synchronous: Synchronous, kept: u32) -> String {
    format!(
        "PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; \
         PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -{kept}; \
         PRAGMA trusted_schema = OFF;"
    )
}

pub(super) fn connect(path: &str, settings: &str) -> Result<SqliteConnection, DbError> {
    let mut conn = SqliteConnection::establish(path).map_err(|why| DbError::Unavailable(why.to_string()))?;
    conn.batch_execute(settings)?;
    Ok(conn)
}

pub(super) fn open_readers(path: &str, options: &Options) -> Result<Pool, DbError> {
    r2d2::Pool::builder()
        .max_size(options.connections)
        .min_idle(Some(1))
        .test_on_check_out(false)
        .connection_timeout(options.wait)
        .idle_timeout(None)
        .max_lifetime(None)
        .build(Manager { path: path.to_owned(), settings: to_read(options.synchronous) })
        .map_err(|why| DbError::Unavailable(why.to_string()))
}

pub(super) fn read(pool: &Pool, work: &Errand<'_>) -> Outcome {
    let mut conn = pool.get().map_err(|_| DbError::Busy)?;
    work(&mut Conn::Lite(&mut conn))
}

/// Reads on the calling thread, if that needs no waiting.
pub(super) fn read_if_free<T, E: Failure>(
    pool: &Pool,
    work: &impl Fn(&mut Conn<'_>) -> Result<T, E>,
) -> Option<Result<T, E>> {
    let mut conn = pool.try_get()?;
    Some(work(&mut Conn::Lite(&mut conn)))
}

/// What the writer thread runs, and where the outcome goes once the commit's fate is known.
struct Job {
    work: Sent,
    answer: Answer,
}

enum Answer {
    Task(tokio::sync::oneshot::Sender<Outcome>),
    Thread(SyncSender<Outcome>),
}

impl Answer {
    /// Whoever asked may be gone.
    fn send(self, outcome: Outcome) {
        match self {
            Self::Task(to) => drop(to.send(outcome)),
            Self::Thread(to) => drop(to.send(outcome)),
        }
    }
}

/// Why a whole group was lost.
#[derive(Clone, Copy)]
enum Lost {
    Busy,
    Unavailable,
}

impl From<Lost> for DbError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Busy => Self::Busy,
            Lost::Unavailable => Self::Unavailable("the write could not be committed".into()),
        }
    }
}

/// The way to the writer thread.
#[derive(Clone)]
pub(super) struct Writer {
    jobs: SyncSender<Job>,
}

impl Writer {
    pub(super) fn start(path: &str, options: &Options) -> Result<Self, DbError> {
        let mut conn = connect(path, &to_write(options.synchronous))?;
        let (jobs, queue) = sync_channel(QUEUE);
        std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || serve(&mut conn, &queue))
            .map_err(|why| DbError::Unavailable(why.to_string()))?;
        Ok(Self { jobs })
    }

    pub(super) async fn write(&self, work: Sent) -> Outcome {
        let (send, answer) = tokio::sync::oneshot::channel();
        self.submit(Job { work, answer: Answer::Task(send) })?;
        answer.await.unwrap_or_else(|_| Err(DbError::Panicked.into()))
    }

    pub(super) fn write_blocking(&self, work: Sent) -> Outcome {
        let (send, answer) = sync_channel(1);
        self.submit(Job { work, answer: Answer::Thread(send) })?;
        answer.recv().unwrap_or_else(|_| Err(DbError::Panicked.into()))
    }

    fn submit(&self, job: Job) -> Result<(), DbError> {
        self.jobs.try_send(job).map_err(|why| match why {
            TrySendError::Full(_) => DbError::Busy,
            TrySendError::Disconnected(_) => DbError::Unavailable("the writer has stopped".into()),
        })
    }
}

fn in_savepoint(conn: &mut SqliteConnection, work: &Errand<'_>) -> Outcome {
    conn.batch_execute("SAVEPOINT job").map_err(DbError::from)?;
    let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut Conn::Lite(conn))))
        .unwrap_or_else(|_| Err(DbError::Panicked.into()));
    let end = if outcome.is_ok() { "RELEASE job" } else { "ROLLBACK TO job; RELEASE job" };
    conn.batch_execute(end).map_err(DbError::from)?;
    outcome
}

fn serve(conn: &mut SqliteConnection, queue: &Receiver<Job>) {
    while let Ok(first) = queue.recv() {
        let mut group = vec![first];
        group.extend(queue.try_iter().take(GROUP - 1));
        commit(conn, group);
    }
}

/// Runs the jobs of a group in one transaction, and answers all of them after it.
fn commit(conn: &mut SqliteConnection, group: Vec<Job>) {
    if let Err(why) = conn.batch_execute("BEGIN IMMEDIATE") {
        let lost = lost(why);
        group.into_iter().for_each(|job| job.answer.send(Err(DbError::from(lost).into())));
        return;
    }
    let done = |Job { work, answer }: Job| (in_savepoint(conn, &*work), answer);
    let done: Vec<_> = group.into_iter().map(done).collect();
    let committed = conn.batch_execute("COMMIT").map_err(|why| {
        // A full disk or a failed flush leaves the transaction open; nothing of it may stay behind.
        drop(conn.batch_execute("ROLLBACK"));
        lost(why)
    });
    for (outcome, answer) in done {
        answer.send(committed.map_err(|lost| DbError::from(lost).into()).and(outcome));
    }
}

fn lost(why: diesel::result::Error) -> Lost {
    if matches!(DbError::from(why), DbError::Busy) { Lost::Busy } else { Lost::Unavailable }
}

#[cfg(test)]
mod tests {
    use diesel::dsl::sql;
    use diesel::prelude::*;
    use diesel::sql_types::{BigInt, Bool};

    use super::*;

    #[derive(QueryableByName)]
    struct Mapped {
        #[diesel(sql_type = BigInt)]
        mmap_size: i64,
    }

    #[test]
    fn no_connection_maps_the_file_and_readers_keep_less() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db").display().to_string();
        let (write, read) = (to_write(Synchronous::Full), to_read(Synchronous::Full));
        for (settings, kept, only_reads) in [(write, -2_048, 0), (read, -512, 1)] {
            let mut conn = connect(&path, &settings).unwrap();
            let mut is = |name: &str| {
                let asked = sql::<BigInt>(&format!("{name} FROM pragma_{name}"));
                diesel::select(asked).get_result::<i64>(&mut conn).unwrap()
            };
            assert_eq!((is("cache_size"), is("query_only")), (kept, only_reads));
            let mapped: Mapped = diesel::sql_query("PRAGMA mmap_size").get_result(&mut conn).unwrap();
            assert_eq!(mapped.mmap_size, 0);
        }
    }

    #[test]
    fn sqlite_was_compiled_for_this_program() {
        let mut conn = connect(":memory:", "").unwrap();
        let mut used = |option: &str| {
            let asked = sql::<Bool>(&format!("sqlite_compileoption_used('{option}')"));
            diesel::select(asked).get_result::<bool>(&mut conn).unwrap()
        };
        for option in ["ENABLE_QPSG", "THREADSAFE=2", "DEFAULT_MEMSTATUS=0"] {
            assert!(used(option), "{option} of .cargo/config.toml did not reach the compiler");
        }
        for option in ["ENABLE_STAT4", "ENABLE_MEMORY_MANAGEMENT", "ENABLE_FTS5"] {
            assert!(!used(option), "{option}");
        }
    }
}
