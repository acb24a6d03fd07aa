//! A real nginx in front of a small API, guarded by the server under test: the recipe that operators copy.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, json};

use super::TestApp;

const RECIPE: &str = include_str!("../../../docker/nginx/gridkey.conf");

/// nginx, the API behind it, and where both are.
pub struct Guarded {
    /// `http://127.0.0.1:PORT` of nginx.
    pub base: String,
    nginx: Child,
    api: actix_web::dev::ServerHandle,
    _folder: tempfile::TempDir,
}

/// Answers with the headers that arrived, so that a test sees what an API would believe.
async fn echo(request: HttpRequest) -> HttpResponse {
    let headers: Map<_, _> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap_or_default())))
        .collect();
    HttpResponse::Ok().json(headers)
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Guarded {
    /// Puts nginx in front of an API of the organisation.
    pub async fn start(app: &TestApp, query: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let api_port = listener.local_addr().unwrap().port();
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server =
                    actix_web::HttpServer::new(|| actix_web::App::new().default_service(web::to(echo)))
                        .workers(1)
                        .listen(listener)
                        .unwrap()
                        .run();
                sender.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        let api = receiver.recv().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let site = RECIPE
            .replace("GRIDKEY_ADDRESS", app.base.trim_start_matches("http://"))
            .replace("API_ADDRESS", &format!("127.0.0.1:{api_port}"))
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
        let guarded = Self { base: format!("http://127.0.0.1:{port}"), nginx, api, _folder: folder };
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
        drop(self.api.stop(false));
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
