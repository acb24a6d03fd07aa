//! SQLite: many readers and one writer thread that commits the waiting writes of many requests together.
//!
//! A commit costs one flush of the disk however many writes it holds, so waiting writers share it: each runs in a
//! savepoint of its own, the group commits once, and only then is anyone answered.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};

use super::{Conn, DbError, Failure, Options, Synchronous};

pub(super) type Pool = r2d2::Pool<Manager>;

/// Writes that may share a commit.
const GROUP: usize = 128;
/// Writes that may wait; more are told that the server is busy.
const QUEUE: usize = 4096;
/// How long another process may hold the write lock before we give up.
const BUSY_TIMEOUT_MS: u32 = 5_000;

pub(super) struct Manager {
    path: String,
    settings: String,
}

impl r2d2::ManageConnection for Manager {
    type Connection = SqliteConnection;
    type Error = DbError;

    fn connect(&self) -> Result<SqliteConnection, DbError> {
        let mut conn = connect(&self.path, &self.settings)?;
        conn.batch_execute("PRAGMA query_only = ON")?;
        Ok(conn)
    }

    fn is_valid(&self, _: &mut SqliteConnection) -> Result<(), DbError> {
        Ok(())
    }

    fn has_broken(&self, _: &mut SqliteConnection) -> bool {
        std::thread::panicking()
    }
}

/// The pragmas that every connection needs. `busy_timeout` comes first, because switching to WAL takes a lock.
pub(super) fn settings(synchronous: Synchronous) -> String {
    format!(
        "PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; \
         PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2048; \
         PRAGMA mmap_size = 268435456; PRAGMA trusted_schema = OFF;"
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
        .build(Manager { path: path.to_owned(), settings: settings(options.synchronous) })
        .map_err(|why| DbError::Unavailable(why.to_string()))
}

pub(super) fn read<T, E: Failure>(
    pool: &Pool,
    work: &impl Fn(&mut Conn<'_>) -> Result<T, E>,
) -> Result<T, E> {
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

/// What the writer thread runs: the work, which leaves behind how to answer once the commit's fate is known.
///
/// Without a connection (the transaction could not begin) the work does not run, and its caller is told why.
type Job = Box<dyn FnOnce(Result<&mut SqliteConnection, Lost>) -> Answer + Send>;
type Answer = Box<dyn FnOnce(Result<(), Lost>) + Send>;

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
        let mut conn = connect(path, &settings(options.synchronous))?;
        let (jobs, queue) = sync_channel(QUEUE);
        std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || serve(&mut conn, &queue))
            .map_err(|why| DbError::Unavailable(why.to_string()))?;
        Ok(Self { jobs })
    }

    pub(super) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        let (send, answer) = tokio::sync::oneshot::channel();
        self.submit(work, move |result| drop(send.send(result)))?;
        answer.await.map_err(|_| DbError::Panicked)?
    }

    pub(super) fn write_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        let (send, answer) = sync_channel(1);
        self.submit(work, move |result| drop(send.send(result)))?;
        answer.recv().map_err(|_| DbError::Panicked)?
    }

    fn submit<T, E, F>(
        &self,
        work: F,
        answer: impl FnOnce(Result<T, E>) + Send + 'static,
    ) -> Result<(), DbError>
    where
        F: Fn(&mut Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure,
    {
        let job: Job = Box::new(move |conn| {
            let result = match conn {
                Ok(conn) => in_savepoint(conn, &work),
                Err(lost) => Err(DbError::from(lost).into()),
            };
            Box::new(move |commit| {
                answer(match commit {
                    Ok(()) => result,
                    Err(lost) => Err(DbError::from(lost).into()),
                });
            })
        });
        self.jobs.try_send(job).map_err(|why| match why {
            TrySendError::Full(_) => DbError::Busy,
            TrySendError::Disconnected(_) => DbError::Unavailable("the writer has stopped".into()),
        })
    }
}

fn in_savepoint<T, E: Failure>(
    conn: &mut SqliteConnection,
    work: &impl Fn(&mut Conn<'_>) -> Result<T, E>,
) -> Result<T, E> {
    conn.batch_execute("SAVEPOINT job").map_err(DbError::from)?;
    let result = catch_unwind(AssertUnwindSafe(|| work(&mut Conn::Lite(conn))))
        .unwrap_or_else(|_| Err(DbError::Panicked.into()));
    let end = if result.is_ok() { "RELEASE job" } else { "ROLLBACK TO job; RELEASE job" };
    conn.batch_execute(end).map_err(DbError::from)?;
    result
}

fn serve(conn: &mut SqliteConnection, queue: &Receiver<Job>) {
    let mut answers: Vec<Answer> = Vec::with_capacity(GROUP);
    while let Ok(first) = queue.recv() {
        let mut group = vec![first];
        group.extend(queue.try_iter().take(GROUP - 1));
        let outcome = commit(conn, group, &mut answers);
        for answer in answers.drain(..) {
            answer(outcome);
        }
    }
}

fn commit(conn: &mut SqliteConnection, group: Vec<Job>, answers: &mut Vec<Answer>) -> Result<(), Lost> {
    let begun = conn.batch_execute("BEGIN IMMEDIATE").map_err(lost);
    for job in group {
        answers.push(job(begun.map(|()| &mut *conn)));
    }
    begun?;
    conn.batch_execute("COMMIT").map_err(|why| {
        // A full disk or a failed flush leaves the transaction open; nothing of it may stay behind.
        drop(conn.batch_execute("ROLLBACK"));
        lost(why)
    })
}

fn lost(why: diesel::result::Error) -> Lost {
    if matches!(DbError::from(why), DbError::Busy) { Lost::Busy } else { Lost::Unavailable }
}
