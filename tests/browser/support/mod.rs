//! What every test stands on: a server in development with the examples of `gridkey dev`, a Chromium, and an
//! application on another origin.

mod application;
mod chromium;
mod journey;
mod server;
mod tab;

use std::time::Duration;

use tokio::sync::Semaphore;

pub use application::Application;
pub use chromium::{Chromium, Scripts};
pub use journey::{ADA, GRACE, SAM, Who};
pub use server::Server;
pub use tab::{Key, Tab};

/// How long a page may take. Generous: it is waited for, not measured.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often it is looked at meanwhile.
const GLANCE: Duration = Duration::from_millis(30);
/// The longest that a whole test may take.
const LONGEST: Duration = Duration::from_secs(120);

/// Chromium alone keeps two processors busy.
static PLACES: Semaphore = Semaphore::const_new(2);

/// What a server begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The examples of `gridkey dev`.
    Examples,
    /// Nothing.
    Empty,
}

/// A server and a browser.
pub struct World {
    pub server: Server,
    pub chromium: Chromium,
}

/// Runs `body` against a server with the examples. At the end no page may have complained in its console.
pub fn run(body: impl AsyncFnOnce(&World)) {
    run_from(Start::Examples, body);
}

/// The same with another beginning.
pub fn run_from(start: Start, body: impl AsyncFnOnce(&World)) {
    run_within(LONGEST, start, body);
}

/// The same for a test that has more to do than others.
pub fn run_within(longest: Duration, start: Start, body: impl AsyncFnOnce(&World)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let _place = PLACES.acquire().await.unwrap();
        let server = tokio::task::spawn_blocking(move || Server::start(start)).await.unwrap();
        let world = World { server, chromium: Chromium::start().await };
        tokio::time::timeout(longest, body(&world)).await.expect("the test takes too long");
        let complaints = world.chromium.complaints();
        world.chromium.close().await;
        assert!(complaints.is_empty(), "the browser's console: {complaints:#?}");
    });
}

impl World {
    /// A new tab at the server.
    pub async fn tab(&self, scripts: Scripts) -> Tab {
        self.chromium.tab(&self.server.base, scripts).await
    }
}
