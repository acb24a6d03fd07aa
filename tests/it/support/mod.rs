//! What every test stands on: a real server on a free port with a database of its own, and browsers and programs that
//! talk to it.

mod audit;
mod browser;
pub mod caddy;
mod database;
pub mod devices;
pub mod echo;
mod http;
pub mod keys;
pub mod manager;
pub mod nginx;
pub mod process;
mod program;
pub mod receiver;
pub mod redis;
pub mod signing;
pub mod statements;
pub mod tokens;

use std::sync::Arc;
use std::time::Duration;

use gridkey::app::App;
use gridkey::clock::{Clock, Timestamp};
use gridkey::config::{Config, Sources};
use gridkey::random::Random;
use gridkey::server;

pub use browser::{Browser, Page, authorize_web, query_of};
pub use database::{
    Database, Engine, cut_feeds, empty_config, execute, mend_feeds, run_sql, terminate_connections,
};
pub use http::{http_client, http_client_builder};
pub use program::{Reply, basic, jwt_claims, jwt_header};

/// RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// The challenge of [`VERIFIER`].
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// Ada's password in the fixture.
pub const PASSWORD: &str = "correct horse battery staple";
/// The master key of every test database.
pub const MASTER_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// Runs a test on both databases: `on_both!(name, |app| { ... })` makes `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! on_both {
    ($(#[$meta:meta])* $name:ident, |$app:ident| $body:block) => {
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn body($app: $crate::support::TestApp) $body

            #[test]
            fn sqlite() {
                // Named from outside, so that what is around the test counts as used.
                $crate::support::run($crate::support::Engine::Sqlite, $name::body);
            }

            #[test]
            fn postgres() {
                $crate::support::run($crate::support::Engine::Postgres, $name::body);
            }
        }
    };
}

/// Starts a server on a fresh copy of the fixture and runs `body` against it.
pub fn run<F, Fut>(engine: Engine, body: F)
where
    F: FnOnce(TestApp) -> Fut,
    Fut: Future<Output = ()>,
{
    runtime().block_on(async { body(TestApp::start(engine).await).await });
}

/// An async runtime for one test.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// A running server, what it stands on, and how to reach it.
pub struct TestApp {
    /// `http://127.0.0.1:PORT`.
    pub base: String,
    /// The clock that the server reads. It starts at the real present and stands still until moved.
    pub clock: Clock,
    /// The server's inside, for looking at the database.
    pub app: Arc<App>,
    /// Which database it is.
    pub engine: Engine,
    /// The database's URL, to start a second server on it.
    pub database_url: String,
    overrides: Vec<(String, String)>,
    _running: server::Running,
    _database: Option<Arc<database::Database>>,
}

impl TestApp {
    /// A server on a fresh copy of the fixture.
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, &[]).await
    }

    /// The same with other settings, such as `("tokens.access_token_lifetime", "5m")`.
    pub async fn start_with(engine: Engine, settings: &[(&str, &str)]) -> Self {
        Self::start_at(engine, settings, Timestamp::from_seconds(Clock::System.now().seconds())).await
    }

    /// The same at another time than the present.
    pub async fn start_at(engine: Engine, settings: &[(&str, &str)], at: Timestamp) -> Self {
        let settings: Vec<_> =
            settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let clock = Clock::manual(at);
        tokio::task::spawn_blocking(move || {
            let database = database::Database::fresh(engine);
            let url = database.url.clone();
            let mut app = Self::on_database(engine, &url, clock, settings);
            app._database = Some(Arc::new(database));
            app
        })
        .await
        .unwrap()
    }

    /// A server on this database.
    pub async fn start_on(engine: Engine, database: Database) -> Self {
        let clock = Clock::manual(Timestamp::from_seconds(Clock::System.now().seconds()));
        let start = move || {
            let url = database.url.clone();
            let mut app = Self::on_database(engine, &url, clock, Vec::new());
            app._database = Some(Arc::new(database));
            app
        };
        tokio::task::spawn_blocking(start).await.unwrap()
    }

    /// A second server on the same database and the same clock, as a second node would be.
    pub async fn second_node(&self) -> Self {
        let (engine, url, clock, overrides) =
            (self.engine, self.database_url.clone(), self.clock.clone(), self.overrides.clone());
        let public_url = self.base.clone();
        let database = self._database.clone();
        tokio::task::spawn_blocking(move || {
            let mut overrides = overrides;
            overrides.push(("server.public_url".into(), public_url));
            let mut node = Self::on_database(engine, &url, clock, overrides);
            node._database = database;
            node
        })
        .await
        .unwrap()
    }

    /// A node in this process beside one that can be killed: on its database, under its name, on the system's clock.
    pub async fn beside(process: &process::Process) -> Self {
        let (url, base) = (process.database_url().to_owned(), process.base.clone());
        let overrides = vec![("server.public_url".to_owned(), base)];
        let start = move || Self::on_database(Engine::Postgres, &url, Clock::System, overrides);
        tokio::task::spawn_blocking(start).await.unwrap()
    }

    fn on_database(engine: Engine, url: &str, clock: Clock, overrides: Vec<(String, String)>) -> Self {
        let listener = server::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let mut all = database::settings(url, &base);
        all.retain(|(key, _)| !overrides.iter().any(|(other, _)| other == key));
        all.extend(overrides.clone());
        let loaded = Config::load(&Sources { file: None, env: Default::default(), overrides: all })
            .unwrap_or_else(|why| panic!("{why}"));
        let app = server::bootstrap(loaded.config, clock.clone(), Random::default()).unwrap();
        let running = server::start(Arc::clone(&app), listener, false).unwrap();
        Self {
            base,
            clock,
            app,
            engine,
            database_url: url.to_owned(),
            overrides,
            _running: running,
            _database: None,
        }
    }

    /// A full URL on this server.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The issuer of the instance.
    pub fn issuer(&self) -> String {
        self.app.config.server.issuer().to_owned()
    }

    /// A browser without a past.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.base)
    }

    /// Moves the server's clock.
    pub fn pass(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// Tries what a restart with other settings would try on this database: what goes wrong, in its own words.
    pub async fn start_again(&self, settings: &[(&str, &str)]) -> Result<(), String> {
        let settings: Vec<_> =
            settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let (url, base, clock) = (self.database_url.clone(), self.base.clone(), self.clock.clone());
        tokio::task::spawn_blocking(move || {
            let mut all = database::settings(&url, &base);
            all.extend(settings);
            let loaded = Config::load(&Sources { file: None, env: Default::default(), overrides: all });
            let config = loaded.map_err(|why| why.to_string())?.config;
            server::bootstrap(config, clock, Random::default()).map(drop).map_err(|why| why.to_string())
        })
        .await
        .unwrap()
    }
}
