//! `gridkey serve`

use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;

use super::failure::Failure;
use super::load::{ConfigArgs, start_logging};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::random::Random;
use crate::server;

/// Run the server. SIGTERM and SIGINT let it finish what is under way; a second one stops it at once.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    config: ConfigArgs,
    /// The address and port to listen on, instead of server.listen. Port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

/// Runs the server until it is told to stop.
pub fn run(args: &Serve) -> Result<(), Failure> {
    let overrides = args.listen.map(|address| ("server.listen".to_owned(), address.to_string()));
    let config = Config::load(&args.config.sources(overrides.into_iter().collect()))?.config;
    start_logging(&config.logging)?;
    let listener = server::bind(config.server.listen)?;
    let app = server::bootstrap(config, Clock::System, Random::default())?;
    super::admin::offer_setup(&app)?;
    let running = server::start(Arc::clone(&app), listener, true)?;
    announce(&app, running.address());
    running.wait().map_err(|why| Failure::failed(format!("the server failed: {why}")))
}

fn announce(app: &App, address: SocketAddr) {
    let database = if app.db.is_postgres() { "PostgreSQL" } else { "SQLite" };
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        %address,
        public_url = app.config.server.issuer(),
        database,
        "gridkey is ready"
    );
    if app.config.security.development {
        tracing::warn!("security.development is set: anyone who reaches this server can read its mail");
    }
}
