//! A database for each test: a copy of a template that is made once, with the schema, the signing keys and the fixture.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use gridkey::clock::Clock;
use gridkey::config::{Config, Sources};
use gridkey::random::Random;
use gridkey::{seed, server};

use super::MASTER_KEY;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded one.
    Sqlite,
    /// The server that `scripts/test` starts.
    Postgres,
}

/// One test's database. SQLite's folder is removed at the end; PostgreSQL's cluster is removed by `scripts/test`.
pub struct Database {
    pub url: String,
    _folder: Option<tempfile::TempDir>,
}

static NEXT: AtomicU32 = AtomicU32::new(1);

impl Database {
    /// A copy of the template.
    pub fn fresh(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("test.db");
                std::fs::copy(sqlite_template(), &path).unwrap();
                Self { url: format!("sqlite:{}", path.display()), _folder: Some(folder) }
            }
            Engine::Postgres => {
                let template = postgres_template();
                let name = format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
                admin(&format!("CREATE DATABASE {name} TEMPLATE {template}"));
                Self { url: postgres_url(&name), _folder: None }
            }
        }
    }

    /// A database with nothing in it.
    pub fn empty(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite:{}", folder.path().join("empty.db").display());
                Self { url, _folder: Some(folder) }
            }
            Engine::Postgres => {
                let name = format!("e{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
                admin(&format!("CREATE DATABASE {name}"));
                Self { url: postgres_url(&name), _folder: None }
            }
        }
    }
}

/// Settings that make a server small and quick: argon2 with next to no memory, two workers.
pub fn settings(url: &str, base: &str) -> Vec<(String, String)> {
    [
        ("server.public_url", base),
        ("server.workers", "2"),
        ("server.drain_timeout", "2s"),
        ("database.url", url),
        ("database.connections", "6"),
        ("database.synchronous", "normal"),
        ("security.master_key", MASTER_KEY),
        ("security.argon2_memory", "8KiB"),
        ("security.argon2_iterations", "1"),
        ("security.development", "true"),
        ("mail.transport", "inbox"),
        ("logging.filter", "warn"),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into()
}

fn fill(url: &str) {
    let sources =
        Sources { file: None, env: Default::default(), overrides: settings(url, "http://127.0.0.1:8080") };
    let config = Config::load(&sources).unwrap_or_else(|why| panic!("{why}")).config;
    let app = server::bootstrap(config, Clock::System, Random::default()).unwrap();
    let text = include_str!("../../fixtures/seed.toml");
    let file = seed::SeedFile::parse(text, "seed.toml", seed::Rules { development: true })
        .unwrap_or_else(|why| panic!("{why}"));
    seed::apply(&seed::Ground::of(&app), app.now(), file, seed::Mode::default()).unwrap();
    // What a test finds in the audit log, the test itself did.
    execute(url, "DELETE FROM audit_events");
}

fn sqlite_template() -> &'static PathBuf {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("gridkey-template-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (raw, ready) = (folder.join("raw.db"), folder.join("ready.db"));
        fill(&format!("sqlite:{}", raw.display()));
        let mut conn = SqliteConnection::establish(&raw.display().to_string()).unwrap();
        conn.batch_execute(&format!("PRAGMA busy_timeout = 10000; VACUUM INTO '{}'", ready.display()))
            .unwrap();
        ready
    })
}

fn postgres_template() -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let (raw, ready) = (format!("raw_{}", std::process::id()), format!("ready_{}", std::process::id()));
        admin(&format!("CREATE DATABASE {raw}"));
        fill(&postgres_url(&raw));
        // A database can only be copied while nobody is connected to it, and the pool of `fill` ends a moment later.
        admin(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{raw}'; SELECT pg_sleep(0.2)"
        ));
        admin(&format!("ALTER DATABASE {raw} ALLOW_CONNECTIONS false"));
        admin(&format!("CREATE DATABASE {ready} TEMPLATE {raw} ALLOW_CONNECTIONS false"));
        ready
    })
}

#[expect(clippy::disallowed_methods, reason = "scripts/test says where its PostgreSQL is")]
fn cluster() -> String {
    std::env::var("GRIDKEY_TEST_POSTGRES")
        .expect("run the tests by scripts/test, which starts a PostgreSQL for them")
}

fn postgres_url(database: &str) -> String {
    let cluster = cluster();
    let (server, _) = cluster.rsplit_once('/').unwrap();
    format!("{server}/{database}")
}

fn admin(sql: &str) {
    let mut conn = PgConnection::establish(&cluster()).unwrap();
    conn.batch_execute(sql).unwrap_or_else(|why| panic!("{sql}: {why}"));
}

/// Runs one statement on a database, past every wall of the product.
pub fn run_sql(database: &Database, sql: &str) {
    execute(&database.url, sql);
}

/// Runs one statement on the database at this URL, past every wall of the product.
pub fn execute(url: &str, sql: &str) {
    match url.strip_prefix("sqlite:") {
        Some(path) => {
            let sql = format!("PRAGMA busy_timeout = 10000; {sql}");
            SqliteConnection::establish(path).unwrap().batch_execute(&sql).unwrap();
        }
        None => PgConnection::establish(url).unwrap().batch_execute(sql).unwrap(),
    }
}

/// Ends every connection to a PostgreSQL database, as a restart of the server would.
pub fn terminate_connections(url: &str) {
    let (_, name) = url.rsplit_once('/').unwrap();
    admin(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"));
}

/// Ends the connections by which nodes hear of each other, and lets nobody connect to the database any more: those of the
/// pools go on.
pub fn cut_feeds(url: &str) {
    let (_, name) = url.rsplit_once('/').unwrap();
    admin(&format!("ALTER DATABASE \"{name}\" WITH ALLOW_CONNECTIONS false"));
    admin(&format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = '{name}' AND application_name = 'gridkey-feed'"
    ));
}

/// Lets nodes connect again.
pub fn mend_feeds(url: &str) {
    let (_, name) = url.rsplit_once('/').unwrap();
    admin(&format!("ALTER DATABASE \"{name}\" WITH ALLOW_CONNECTIONS true"));
}

/// The configuration of a small server on this database.
pub fn empty_config(url: &str, overrides: &[(&str, &str)]) -> Config {
    let mut all = settings(url, "http://127.0.0.1:8080");
    all.retain(|(key, _)| !overrides.iter().any(|(other, _)| other == key));
    all.extend(overrides.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    let sources = Sources { file: None, env: Default::default(), overrides: all };
    Config::load(&sources).unwrap_or_else(|why| panic!("{why}")).config
}
