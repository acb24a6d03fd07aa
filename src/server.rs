//! The HTTP server: assemble, run, drain, stop.
//!
//! Owns the order of the middleware, the limits of connections, and the way down. A server runs on a thread of its own
//! and can be started from anywhere, by `gridkey serve` as well as by a test. Never reads the configuration's sources
//! and never exits the process.

mod bootstrap;
mod cors;
mod local_api;
mod router;
mod signals;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServerHandle, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::web::{self, Data};
use actix_web::{Error, HttpServer};
use tokio::sync::watch;

pub(crate) use bootstrap::tell as tell_about_keys;
pub use bootstrap::{StartError, bind, bootstrap, check_schema, database_options, rotation_policy};
pub use cors::Origins;
pub use router::{Method, Route};

use crate::app::{self, App};
use crate::dev::sample_app::SampleApp;
use crate::docs::endpoints::Description;
use crate::jobs;
use crate::oauth::client_auth::Guard;
use crate::oauth::discovery::Documents;
use crate::ops::Health;
use crate::routes;
use crate::systems::endpoints as systems;
use crate::telemetry::Metrics;
use crate::web::{Outermost, outermost};

/// How long a connection may lie idle: longer than the usual proxy keeps one, so that the proxy closes first and never
/// sends a request into a connection that is being closed.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a server that is told to stop goes on accepting at most, so that the proxies in front of it hear that it
/// is not ready before it stops answering.
const LONGEST_NOTICE: Duration = Duration::from_secs(5);
/// How long a server that is told to stop at once may take for that.
const HURRY: Duration = Duration::from_secs(1);

/// What a running server was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Run,
    /// Be not ready, accept for the time of this notice, then finish what is under way.
    Drain(Duration),
    /// Stop, whatever is under way.
    Stop,
}

/// A server that runs. Dropping it stops it at once.
#[must_use = "a server stops when it is dropped"]
pub struct Running {
    address: SocketAddr,
    order: watch::Sender<Order>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

/// Starts a server on `listener`, with its background jobs, on a thread of its own. With `obey_signals` the process's
/// SIGTERM and SIGINT stop it.
///
/// # Errors
/// When the listener cannot be used, or the process gets no thread.
pub fn start(app: Arc<App>, listener: TcpListener, obey_signals: bool) -> Result<Running, StartError> {
    let address = listener.local_addr()?;
    let (order, orders) = watch::channel(Order::Run);
    let told = order.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let signals = {
        let _inside = runtime.enter();
        obey_signals.then(signals::listen).flatten()
    };
    let thread = std::thread::Builder::new().name("gridkey-server".into()).spawn(move || {
        let result = runtime.block_on(async {
            if let Some(signals) = signals {
                tokio::spawn(signals::obey(signals, told, notice(&app)));
            }
            run(app, listener, orders).await
        });
        // A job that waits for a database that never answers must not keep the process.
        runtime.shutdown_timeout(HURRY);
        result
    })?;
    Ok(Running { address, order, thread: Some(thread) })
}

impl Running {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Turns readiness off at once, finishes what is under way, and waits until that is done.
    ///
    /// # Errors
    /// When the server failed.
    pub fn stop(self) -> io::Result<()> {
        self.order.send_replace(Order::Drain(Duration::ZERO));
        self.wait()
    }

    /// Waits until the server has stopped, by a signal or by itself.
    ///
    /// # Errors
    /// When the server failed.
    pub fn wait(mut self) -> io::Result<()> {
        let Some(thread) = self.thread.take() else { return Ok(()) };
        thread.join().unwrap_or_else(|_| Err(io::Error::other("the server's thread panicked")))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            self.order.send_replace(Order::Stop);
            drop(thread.join());
        }
    }
}

/// How long a server that gets SIGTERM goes on accepting: a quarter of its time, the rest is for what is under way. On
/// a developer's machine there is no proxy to tell.
fn notice(app: &App) -> Duration {
    if app.config.security.development {
        return Duration::ZERO;
    }
    (app.config.server.drain_timeout / 4).min(LONGEST_NOTICE)
}

async fn run(app: Arc<App>, listener: TcpListener, mut orders: watch::Receiver<Order>) -> io::Result<()> {
    let health = Data::new(Health::default());
    let server = serve(Arc::clone(&app), listener, health.clone())?;
    let handle = server.handle();
    app::listen(&app)?;
    let jobs = jobs::start(&app);
    let mut server = pin!(server);
    let result = tokio::select! {
        ended = &mut server => ended,
        order = next(&mut orders) => {
            health.drain();
            tracing::info!("stopping: requests under way are finished, new ones are not accepted much longer");
            tokio::select! {
                ended = &mut server => ended,
                () = go_down(&handle, order, &mut orders) => Ok(()),
            }
        }
    };
    jobs.stop().await;
    // The last counts; a database that does not answer must not keep the process.
    match tokio::time::timeout(HURRY, app::flush_usage(Arc::clone(&app))).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, "the last uses of keys could not be written down"),
        Err(_) => tracing::error!("the last uses of keys could not be written down in time"),
    }
    app.feed().stop();
    tracing::info!("stopped");
    result
}

/// The next order that is not to go on. A sender that is gone cannot be asked any more, which means to stop.
async fn next(orders: &mut watch::Receiver<Order>) -> Order {
    orders.wait_for(|order| *order != Order::Run).await.map_or(Order::Stop, |order| *order)
}

/// Carries an order to end out. It comes back before all is finished only when it is told to hurry.
async fn go_down(handle: &ServerHandle, order: Order, orders: &mut watch::Receiver<Order>) {
    let in_peace = async {
        if let Order::Drain(notice) = order {
            tokio::time::sleep(notice).await;
            handle.stop(true).await;
        }
    };
    let hurried = async { drop(orders.wait_for(|order| *order == Order::Stop).await) };
    tokio::select! {
        // When the order itself is to stop at once, there is nothing to do in peace.
        biased;
        () = hurried => {
            tracing::warn!("stopping at once: requests under way are cut off");
            // A server that is stopping in peace hears nothing more, and is left behind.
            drop(tokio::time::timeout(HURRY, handle.stop(false)).await);
        }
        () = in_peace => {}
    }
}

/// The HTTP server with its limits.
fn serve(app: Arc<App>, listener: TcpListener, health: Data<Health>) -> io::Result<actix_web::dev::Server> {
    let settings = &app.config.server;
    let (workers, connections) = (settings.worker_count(), settings.max_connections);
    let header_timeout = settings.header_timeout;
    let drain = settings.drain_timeout.saturating_sub(notice(&app));
    let shared = Shared::new(&app, health);
    Ok(HttpServer::new(move || assemble(&app, &shared))
        .workers(workers)
        // Counted for each worker.
        .max_connections(connections.div_ceil(workers).max(1))
        .client_request_timeout(header_timeout)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(drain.as_secs() + u64::from(drain.subsec_nanos() > 0))
        .disable_signals()
        .listen(listener)?
        .run())
}

/// What handlers ask for beside the [`App`]: one of each for all workers.
#[derive(Clone)]
struct Shared {
    health: Data<Health>,
    metrics: Data<Metrics>,
    documents: Data<Documents>,
    description: Data<Description>,
    guard: Data<Guard>,
    sample_app: Data<SampleApp>,
}

impl Shared {
    fn new(app: &App, health: Data<Health>) -> Self {
        Self {
            health,
            metrics: Data::new(Metrics::of_process()),
            documents: Data::new(Documents::default()),
            description: Data::new(Description::default()),
            guard: Data::new(Guard::new(&app.master)),
            sample_app: Data::new(SampleApp::default()),
        }
    }
}

/// One worker's application: the table, and around it the middleware, innermost first.
fn assemble(
    app: &Arc<App>,
    shared: &Shared,
) -> actix_web::App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    let config = &app.config;
    let development = config.security.development;
    actix_web::App::new()
        .app_data(Data::from(Arc::clone(app)))
        .app_data(shared.health.clone())
        .app_data(shared.metrics.clone())
        .app_data(shared.documents.clone())
        .app_data(shared.description.clone())
        .app_data(shared.guard.clone())
        .app_data(shared.sample_app.clone())
        .app_data(Data::new(local_api::of(app)))
        .configure(move |services| router::register(services, routes::table(development)))
        .default_service(web::to(router::nothing_here))
        .wrap(outermost(
            Outermost {
                trusted_proxies: config.server.trusted_proxies.clone(),
                random: app.random.clone(),
                https: app.is_https() && config.security.hsts,
            },
            systems::translate,
        ))
}

#[cfg(test)]
mod tests;
