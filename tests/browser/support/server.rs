//! A server as `gridkey dev` runs it, on a free port, in this process.

use std::sync::Arc;

use gridkey::app::App;
use gridkey::clock::Clock;
use gridkey::config::{Config, Sources};
use gridkey::login::setup::{generate_setup_token, setup_url};
use gridkey::login::store::create_setup_link;
use gridkey::random::Random;
use gridkey::{dev, seed, server};

use super::Start;

/// A running server.
pub struct Server {
    /// `http://localhost:PORT`, what stands in the address bar.
    pub base: String,
    app: Arc<App>,
    _running: server::Running,
    _folder: tempfile::TempDir,
}

impl Server {
    /// Blocking.
    pub fn start(start: Start) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = server::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let port = listener.local_addr().unwrap().port();
        let base = format!("http://localhost:{port}");
        let settings = [
            ("server.public_url", base.as_str()),
            ("server.workers", "2"),
            ("database.url", &format!("sqlite:{}", folder.path().join("browser.db").display())),
            ("database.connections", "4"),
            ("database.synchronous", "normal"),
            ("security.master_key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
            ("security.argon2_memory", "8KiB"),
            ("security.argon2_iterations", "1"),
            ("security.development", "true"),
            ("mail.transport", "inbox"),
            ("logging.filter", "warn"),
        ];
        let overrides = settings.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
        let loaded =
            Config::load(&Sources { overrides, ..Sources::default() }).unwrap_or_else(|why| panic!("{why}"));
        let app = server::bootstrap(loaded.config, Clock::System, Random::default()).unwrap();
        let running = server::start(Arc::clone(&app), listener, false).unwrap();
        let server = Self { base, app, _running: running, _folder: folder };
        if start == Start::Examples {
            apply(&server.app, &dev::seed_text(port));
        }
        server
    }

    /// Brings the database to what a seed file says.
    pub async fn seed(&self, text: String) {
        let app = Arc::clone(&self.app);
        tokio::task::spawn_blocking(move || apply(&app, &text)).await.unwrap();
    }

    /// A link that sets the server up, as `gridkey admin setup-link` makes it.
    pub async fn setup_link(&self) -> String {
        let token = generate_setup_token(&self.app.random);
        let (digest, now) = (token.digest(), self.app.now());
        let lifetime = self.app.config.sign_in.setup_link_lifetime;
        self.app.db.write(move |conn| create_setup_link(conn, &digest, now, lifetime)).await.unwrap();
        setup_url(&self.base, &token)
    }
}

fn apply(app: &App, text: &str) {
    let file = seed::SeedFile::parse(text, "the test's seed", seed::Rules { development: true })
        .unwrap_or_else(|why| panic!("{why}"));
    seed::apply(&seed::Ground::of(app), app.now(), file, seed::Mode::default()).unwrap();
    app.forget();
}
