//! Rotations behind a server: what is left of a refresh when nothing but the work is done. One thread writes, and those
//! that wait for it meanwhile share its next commit.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use anyhow::{Context, Result};
use diesel::prelude::*;
use tokio::sync::oneshot;

use super::commits::{LINES, id, open_with_lines, rotate};

/// As many as there are connections.
const BATCH: usize = 64;

/// Lines that rotate.
pub struct Rotations {
    waiting: Sender<Waiting>,
    next: AtomicU64,
}

/// A line, and who waits until it has moved.
type Waiting = (String, oneshot::Sender<()>);

impl Rotations {
    /// Of a new database in this folder.
    pub fn start(folder: &Path, synchronous: &'static str) -> Result<Self> {
        let folder = folder.join(format!("floor-{}", synchronous.to_lowercase()));
        std::fs::create_dir_all(&folder)?;
        let conn = open_with_lines(&folder, synchronous)?;
        let (waiting, theirs) = channel();
        std::thread::Builder::new().name("writer".into()).spawn(move || write(conn, &theirs))?;
        Ok(Self { waiting, next: AtomicU64::new(0) })
    }

    /// Moves a line on, and waits for the commit.
    pub async fn rotate(&self) -> Result<()> {
        let number = self.next.fetch_add(1, Ordering::Relaxed) % LINES;
        let (moved, wait) = oneshot::channel();
        self.waiting.send((id(number), moved)).context("the writer is gone")?;
        wait.await.context("the line did not move")
    }
}

/// Who is not answered sees that their sender is gone.
fn write(mut conn: SqliteConnection, theirs: &Receiver<Waiting>) {
    while let Ok(first) = theirs.recv() {
        let batch: Vec<Waiting> = std::iter::once(first).chain(theirs.try_iter()).take(BATCH).collect();
        let outcome = conn.immediate_transaction(|conn| {
            batch.iter().map(|(id, _)| rotate(conn, id)).collect::<QueryResult<Vec<usize>>>()
        });
        for ((_, moved), count) in batch.into_iter().zip(outcome.unwrap_or_default()) {
            if count == 1 {
                moved.send(()).ok();
            }
        }
    }
}
