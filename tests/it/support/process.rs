//! The program itself, as a process that can be killed.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use super::database::{self, Database};
use super::{Engine, http_client};

/// `gridkey serve` on a port that it keeps over restarts.
pub struct Process {
    /// `http://127.0.0.1:PORT`.
    pub base: String,
    variables: Vec<(String, String)>,
    listen: String,
    log: PathBuf,
    child: Option<Child>,
    folder: Arc<tempfile::TempDir>,
    database: Arc<Database>,
}

/// How often a process that was started is asked whether it is ready.
const ASK_EVERY: Duration = Duration::from_millis(10);
/// How often at most.
const ASK_AT_MOST: u32 = 6_000;

impl Process {
    /// A server on a fresh copy of the fixture. It does not run yet.
    pub fn on_fresh(engine: Engine, settings: &[(&str, &str)]) -> Self {
        let (database, folder) = (Arc::new(Database::fresh(engine)), Arc::new(tempfile::tempdir().unwrap()));
        let port = free_port();
        let base = format!("http://127.0.0.1:{port}");
        let mut all = database::settings(&database.url, &base);
        all.retain(|(key, _)| !settings.iter().any(|(other, _)| other == key));
        all.extend(settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        let variables = all.into_iter().map(|(key, value)| (variable(&key), value));
        Self {
            base,
            variables: variables.collect(),
            listen: format!("127.0.0.1:{port}"),
            log: folder.path().join(format!("{port}.log")),
            child: None,
            folder,
            database,
        }
    }

    /// A server on an empty database into which this seed file is put, with settings that may name where it listens. It is
    /// known as `localhost`. It does not run yet.
    pub fn seeded(
        engine: Engine,
        seed: &Path,
        settings: impl Fn(&str) -> Vec<(&'static str, String)>,
    ) -> Self {
        let (database, folder) = (Arc::new(Database::empty(engine)), Arc::new(tempfile::tempdir().unwrap()));
        let port = free_port();
        let base = format!("http://localhost:{port}");
        let mut all = database::settings(&database.url, &base);
        all.extend(
            settings(&format!("localhost:{port}")).into_iter().map(|(key, value)| (key.to_owned(), value)),
        );
        let process = Self {
            base,
            variables: all.into_iter().map(|(key, value)| (variable(&key), value)).collect(),
            listen: format!("127.0.0.1:{port}"),
            log: folder.path().join(format!("{port}.log")),
            child: None,
            folder,
            database,
        };
        process.run(&["migrate", "run"]);
        process.run(&["config", "apply", &seed.display().to_string()]);
        process
    }

    /// Runs the program on the same database.
    fn run(&self, arguments: &[&str]) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gridkey"));
        let command = command.args(arguments).env_clear().envs(self.variables.iter().cloned());
        let output = command.current_dir(self.folder.path()).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Another process on the same database, with the same settings, on a port of its own.
    pub fn second_node(&self) -> Self {
        let port = free_port();
        Self {
            base: format!("http://127.0.0.1:{port}"),
            variables: self.variables.clone(),
            listen: format!("127.0.0.1:{port}"),
            log: self.folder.path().join(format!("{port}.log")),
            child: None,
            folder: Arc::clone(&self.folder),
            database: Arc::clone(&self.database),
        }
    }

    /// Where the database is.
    pub fn database_url(&self) -> &str {
        &self.database.url
    }

    fn spawn(&self) -> Child {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&self.log).unwrap();
        Command::new(env!("CARGO_BIN_EXE_gridkey"))
            .args(["serve", "--listen", &self.listen])
            .env_clear()
            .envs(self.variables.iter().cloned())
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap()
    }

    /// Starts it though it cannot run: its exit code, and what it wrote to standard error.
    pub fn fails_to_start(&self) -> (i32, String) {
        let status = self.spawn().wait().unwrap();
        (status.code().expect("an exit code"), self.log())
    }

    /// Starts it and waits until it is ready.
    pub async fn start(&mut self) {
        self.child = Some(self.spawn());
        let http = http_client();
        for _ in 0..ASK_AT_MOST {
            if let Some(status) = self.child.as_mut().unwrap().try_wait().unwrap() {
                panic!("the server ended with {status}: {}", self.log());
            }
            let answer = http.get(format!("{}/health/ready", self.base)).send().await;
            if answer.is_ok_and(|answer| answer.status() == 200) {
                return;
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
        panic!("the server does not get ready: {}", self.log());
    }

    /// SIGKILL: it gets no chance to finish anything.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// What it wrote to standard error in all its lives.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The variable of a setting.
fn variable(key: &str) -> String {
    format!("GRIDKEY_{}", key.replace('.', "_").to_uppercase())
}

/// A port that nobody is given by chance: below the range from which the system takes free ones, so that it is still
/// free when a killed server comes back.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 9_000).unwrap();
    for _ in 0..9_000 {
        let port = 10_000 + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % 9_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free");
}
