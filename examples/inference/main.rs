//! A small inference server in the shapes of OpenAI and Anthropic that knows nothing of keys.
//!
//! Who may use it, Gridkey says: it asks `/v1/verify` about each request, or stands behind a proxy that has asked
//! (`--behind-proxy`). While answers stream it listens to what ends (`/v1/events/revocations`), and cuts the answers of a key
//! that was revoked. The model behind it repeats what it is told.
//!
//! ```sh
//! GRIDKEY_URL=http://localhost:8080 GRIDKEY_API_KEY=gk_... cargo run --example inference
//! ```

mod answers;
mod anthropic;
mod feed;
mod gate;
mod model;
mod openai;
mod orders;
mod watch;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{self, Data, PayloadConfig};
use actix_web::{App, HttpServer};
use clap::Parser;

use answers::Shape;
use feed::Feed;
use gate::Gate;
use model::Model;

/// Where everything is.
#[derive(Debug, Parser)]
struct Settings {
    /// The address to listen on; port 0 takes a free one.
    #[arg(long, env = "INFERENCE_LISTEN", default_value = "127.0.0.1:9000")]
    listen: SocketAddr,
    /// The address of Gridkey.
    #[arg(long, env = "GRIDKEY_URL")]
    gridkey: String,
    /// This server's own key, of the organisation whose keys it takes. It needs `credentials:verify`.
    #[arg(long, env = "GRIDKEY_API_KEY", hide_env_values = true)]
    key: String,
    /// Whether every request comes from a proxy that has asked Gridkey and says who it is in `X-Gridkey-` headers. Nobody
    /// else may reach this server then.
    #[arg(long, env = "INFERENCE_BEHIND_PROXY")]
    behind_proxy: bool,
    /// The shape of errors.
    #[arg(long, env = "INFERENCE_ERRORS", value_enum, default_value_t = Shape::Native)]
    errors: Shape,
    /// Milliseconds that the model thinks about each word.
    #[arg(long, env = "INFERENCE_WORD_MILLISECONDS", default_value_t = 20)]
    word_milliseconds: u64,
}

/// What every handler needs.
struct State {
    gate: Arc<Gate>,
    model: Model,
    shape: Shape,
}

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let settings = Settings::parse();
    let feed = Feed::default();
    let gate = Arc::new(Gate::new(&settings.gridkey, settings.key, settings.behind_proxy, feed.clone())?);
    actix_web::rt::spawn(feed::listen(Arc::clone(&gate), feed));
    let state = Data::new(State {
        gate,
        model: Model { word: Duration::from_millis(settings.word_milliseconds) },
        shape: settings.errors,
    });
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .app_data(PayloadConfig::new(1024 * 1024))
            .configure(routes("/v1"))
            .configure(routes("/openai/v1"))
    })
    .workers(2)
    // Answers that stream are not waited for.
    .shutdown_timeout(1)
    .bind(settings.listen)?;
    for address in server.addrs() {
        println!("Inference server at http://{address}");
    }
    server.run().await?;
    Ok(())
}

/// What asking the model needs.
const USE: &str = "inference:use";

/// The routes of both shapes, and of what is traded. Some platforms have those of OpenAI under a prefix of their own.
fn routes(prefix: &'static str) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| {
        let path = |name: &str| format!("{prefix}/{name}");
        config
            .route(&path("models"), web::get().to(openai::models))
            .route(&path("models/load"), web::post().to(openai::load))
            .route(&path("chat/completions"), web::post().to(openai::chat))
            .route(&path("messages"), web::post().to(anthropic::messages))
            .route(&path("orders"), web::get().to(orders::list))
            .route(&path("orders"), web::post().to(orders::place));
    }
}
