//! Whether this process can answer: its database, and whether it was told to stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use uuid::Uuid;

use crate::db::Db;
use crate::tenants::{self, TenantId};
use crate::text::text_enum;

/// How long the database may take to answer before it counts as out of reach.
const PATIENCE: Duration = Duration::from_secs(2);
/// How old a finding may be: probes, however many, cost the database one look-up in this time.
const MEMORY: Duration = Duration::from_secs(1);

text_enum! {
    /// How the server is.
    pub enum State {
        /// It answers everything.
        Ok = "ok",
        /// Its database is out of reach.
        Degraded = "degraded",
        /// It was told to stop: requests under way are finished, new ones should go elsewhere.
        Draining = "draining",
    }
}

/// What a process knows of its own health.
#[derive(Debug, Default)]
pub struct Health {
    draining: AtomicBool,
    /// Held while the database is asked, so that many probes at once ask once.
    finding: Mutex<Option<Finding>>,
}

#[derive(Debug, Clone, Copy)]
struct Finding {
    reachable: bool,
    at: Instant,
}

impl Health {
    /// From now on the server is not ready: it was told to stop.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::SeqCst);
    }

    /// Whether the server was told to stop.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::SeqCst)
    }

    /// Whether the database answers, as found at most a second ago.
    pub async fn database_is_reachable(&self, db: &Db) -> bool {
        let mut finding = self.finding.lock().await;
        if let Some(known) = finding.filter(|known| known.at.elapsed() < MEMORY) {
            return known.reachable;
        }
        let reachable = look(db).await;
        *finding = Some(Finding { reachable, at: Instant::now() });
        reachable
    }

    /// How the server is, given whether its database answers.
    pub fn state(&self, database_is_reachable: bool) -> State {
        if self.is_draining() {
            State::Draining
        } else if database_is_reachable {
            State::Ok
        } else {
            State::Degraded
        }
    }
}

/// A look-up by primary key that finds nothing: the cheapest question that needs the schema and not only a connection.
async fn look(db: &Db) -> bool {
    let question = db.read(|conn| tenants::store::find(conn, TenantId::new(Uuid::nil())));
    match tokio::time::timeout(PATIENCE, question).await {
        Ok(Ok(_)) => true,
        Ok(Err(why)) => {
            tracing::debug!(error = %why, "the database did not answer a health check");
            false
        }
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Options, Synchronous, migrations};

    fn database(folder: &tempfile::TempDir, migrated: bool) -> Db {
        let options = Options {
            url: format!("sqlite:{}", folder.path().join("test.db").display()),
            connections: 1,
            wait: Duration::from_secs(1),
            synchronous: Synchronous::Normal,
            statement_timeout: Duration::from_secs(1),
            notify: true,
        };
        if migrated {
            migrations::run(&options).unwrap();
        }
        Db::open(&options).unwrap()
    }

    #[tokio::test]
    async fn a_database_with_our_tables_is_reachable_and_one_without_is_not() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Health::default().database_is_reachable(&database(&folder, true)).await);
        let empty = tempfile::tempdir().unwrap();
        assert!(!Health::default().database_is_reachable(&database(&empty, false)).await);
    }

    #[tokio::test]
    async fn a_finding_is_remembered_for_a_moment() {
        let (good, bad) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let health = Health::default();
        assert!(health.database_is_reachable(&database(&good, true)).await);
        let away = database(&bad, false);
        assert!(health.database_is_reachable(&away).await, "remembered, not asked");
        tokio::time::sleep(MEMORY).await;
        assert!(!health.database_is_reachable(&away).await);
    }

    #[test]
    fn draining_counts_more_than_the_database() {
        let health = Health::default();
        assert_eq!([health.state(true), health.state(false)], [State::Ok, State::Degraded]);
        health.drain();
        assert_eq!([health.state(true), health.state(false)], [State::Draining, State::Draining]);
    }
}
