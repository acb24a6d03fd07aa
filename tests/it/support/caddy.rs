//! A real Caddy in front of a small API, guarded by the server under test: the recipe that operators copy.

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::TestApp;
use super::echo::{Echo, free_port};

const RECIPE: &str = include_str!("../../../docker/caddy/Caddyfile");

/// Caddy, the API behind it, and where both are.
pub struct Guarded {
    /// `http://127.0.0.1:PORT` of Caddy.
    pub base: String,
    caddy: Child,
    _api: Echo,
    folder: tempfile::TempDir,
}

impl Guarded {
    /// Puts Caddy in front of an API of the organisation.
    pub async fn start(app: &TestApp, query: &str) -> Self {
        let api = Echo::start();
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let base = format!("http://127.0.0.1:{port}");
        let site = RECIPE
            .replace("GRIDKEY_ADDRESS", app.base.trim_start_matches("http://"))
            .replace("API_ADDRESS", &format!("127.0.0.1:{}", api.port))
            .replace("LISTEN_ADDRESS", &format!("http://:{port}"))
            .replace("tenant=TENANT\n", &format!("tenant={query}\n"));
        let whole = format!("{{\n\tadmin off\n\tauto_https off\n\tdefault_bind 127.0.0.1\n}}\n{site}");
        let file = folder.path().join("Caddyfile");
        std::fs::write(&file, whole).unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        let caddy = Command::new("caddy")
            .args(["run", "--adapter", "caddyfile", "--config"])
            .arg(&file)
            .env("HOME", folder.path())
            .env("XDG_DATA_HOME", folder.path())
            .env("XDG_CONFIG_HOME", folder.path())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("caddy is installed: run the tests by scripts/test, which sees to it");
        let guarded = Self { base, caddy, _api: api, folder };
        guarded.wait(port).await;
        guarded
    }

    async fn wait(&self, port: u16) {
        let until = Instant::now() + Duration::from_secs(10);
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            let said = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(Instant::now() < until, "Caddy does not listen: {said}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        let _ = self.caddy.kill();
        let _ = self.caddy.wait();
    }
}
