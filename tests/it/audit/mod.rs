//! The audit log: that its chain tells what was done to it, that sealing loses nothing, and that each deed is written
//! down exactly once.

mod chain;
mod command;
mod deeds;
mod refusals;
mod sealing;

use std::time::Duration;

use gridkey::audit::{self, ActorRef, ChainKey, Changes, Event, Fault, Target, Verdict};
use gridkey::clock::{Clock, Timestamp};
use gridkey::db::{Db, Options, Synchronous};
use gridkey::random::Random;
use gridkey::secret::MasterKey;
use gridkey::tenants::TenantId;

use crate::support::{Database, Engine, MASTER_KEY, execute};

/// A database without a server: nothing seals but the test.
struct Log {
    engine: Engine,
    database: Database,
    db: Db,
    key: ChainKey,
    random: Random,
    now: Timestamp,
}

impl Log {
    fn on(engine: Engine) -> Self {
        let database = Database::fresh(engine);
        let db = open(&database.url);
        let key = ChainKey::of(&MasterKey::from_base64(MASTER_KEY).unwrap());
        Self { engine, database, db, key, random: Random::default(), now: Clock::System.now() }
    }

    /// An organisation that nobody else writes about.
    fn tenant(&self) -> TenantId {
        self.random.id(self.now)
    }

    fn event(&self, tenant: TenantId, at: Timestamp, number: u32) -> Event {
        let actor = ActorRef::person(tenant, number, format!("p{number}@acme.example"));
        Event::new(&self.random, (tenant, at), "user.update")
            .by(actor)
            .on(Target::new("user", number, "somebody"))
            .changing(Changes::none().field("number", &0, &number))
    }

    fn write(&self, tenant: TenantId, at: Timestamp, count: u32) {
        let events: Vec<Event> = (0..count).map(|number| self.event(tenant, at, number + 1)).collect();
        let write = move |conn: &mut gridkey::db::Conn<'_>| {
            events.iter().try_for_each(|event| audit::store::insert(conn, tenant, event))
        };
        self.db.write_blocking(write).unwrap();
    }

    async fn seal(&self) -> usize {
        audit::seal_pending(&self.db, &self.key, self.now).await.unwrap()
    }

    fn verify(&self, tenant: TenantId) -> Verdict {
        audit::verify(&self.db, &self.key, tenant).unwrap()
    }

    fn faults(&self, tenant: TenantId) -> Vec<Fault> {
        self.verify(tenant).faults
    }

    /// Writes past every wall of the product.
    fn tamper(&self, sql: &str) {
        execute(&self.database.url, sql);
    }

    fn on_postgres(&self) -> bool {
        self.engine == Engine::Postgres
    }
}

/// Another node's way to the same database.
fn open(url: &str) -> Db {
    let wait = Duration::from_secs(20);
    let options = Options {
        url: url.to_owned(),
        connections: 4,
        wait,
        synchronous: Synchronous::Normal,
        statement_timeout: wait,
        notify: true,
    };
    Db::open(&options).unwrap()
}

/// The same test on both databases, without a server.
#[macro_export]
macro_rules! on_each_log {
    ($(#[$meta:meta])* $name:ident, |$log:ident| $body:block) => {
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn body($log: &$crate::audit::Log) $body

            #[test]
            fn sqlite() {
                $crate::support::runtime().block_on(async {
                    $name::body(&$crate::audit::Log::on($crate::support::Engine::Sqlite)).await;
                });
            }

            #[test]
            fn postgres() {
                $crate::support::runtime().block_on(async {
                    $name::body(&$crate::audit::Log::on($crate::support::Engine::Postgres)).await;
                });
            }
        }
    };
}
