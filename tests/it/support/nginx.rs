//! A real nginx in front of a small API, guarded by the server under test: the recipe that operators copy.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::TestApp;
use super::echo::{Echo, free_port};

const RECIPE: &str = include_str!("../../../docker/nginx/gridkey.conf");

/// nginx, the API behind it, and where both are.
pub struct Guarded {
    /// `http://127.0.0.1:PORT` of nginx.
    pub base: String,
    nginx: Child,
    _api: Echo,
    _folder: tempfile::TempDir,
}

impl Guarded {
    /// Puts nginx in front of an API of the organisation.
    pub async fn start(app: &TestApp, query: &str) -> Self {
        let api = Echo::start();
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let site = RECIPE
            .replace("GRIDKEY_ADDRESS", app.base.trim_start_matches("http://"))
            .replace("API_ADDRESS", &format!("127.0.0.1:{}", api.port))
            .replace("LISTEN_ADDRESS", &format!("127.0.0.1:{port}"))
            .replace("tenant=TENANT;", &format!("tenant={query};"));
        std::fs::write(folder.path().join("gridkey.conf"), site).unwrap();
        let at = folder.path().display();
        let user = if is_root() { "user root;" } else { "" };
        let whole = format!(
            "{user} daemon off; worker_processes 1; pid {at}/nginx.pid; error_log {at}/error.log;\n\
             events {{ worker_connections 1024; }}\n\
             http {{ access_log off; client_body_temp_path {at}/body; proxy_temp_path {at}/proxy;\n\
             fastcgi_temp_path {at}/f; uwsgi_temp_path {at}/u; scgi_temp_path {at}/s;\n\
             include {at}/gridkey.conf; }}\n"
        );
        std::fs::write(folder.path().join("nginx.conf"), whole).unwrap();
        let nginx = Command::new(program())
            .args(["-p", &at.to_string(), "-c", "nginx.conf", "-e", &format!("{at}/error.log")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx is installed: run the tests by scripts/test, which sees to it");
        let guarded = Self { base: format!("http://127.0.0.1:{port}"), nginx, _api: api, _folder: folder };
        guarded.wait(port).await;
        guarded
    }

    async fn wait(&self, port: u16) {
        let until = Instant::now() + Duration::from_secs(10);
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            let log = self._folder.path().join("error.log");
            let said = std::fs::read_to_string(log).unwrap_or_default();
            assert!(Instant::now() < until, "nginx does not listen: {said}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        let _ = self.nginx.kill();
        let _ = self.nginx.wait();
    }
}

/// Debian puts it where only root's path leads.
fn program() -> &'static str {
    if std::path::Path::new("/usr/sbin/nginx").exists() { "/usr/sbin/nginx" } else { "nginx" }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.trim_ascii() == b"0"
}
