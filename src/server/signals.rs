//! The process's signals: the first SIGTERM or SIGINT asks the server to finish, the second makes it stop.

use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::Order;

/// SIGTERM and SIGINT, which from this moment on no longer kill the process: call it before anybody is told that the
/// server runs, inside the runtime that will wait for them.
pub(super) fn listen() -> Option<(Signal, Signal)> {
    let streams =
        signal(SignalKind::terminate()).and_then(|term| Ok((term, signal(SignalKind::interrupt())?)));
    streams
        .inspect_err(|why| {
            tracing::warn!(error = %why, "signals cannot be received: the process can only be killed");
        })
        .ok()
}

/// Turns signals into orders, until the second one. SIGTERM comes from whoever runs the process, with proxies in front
/// that need the `notice`; SIGINT comes from somebody at a terminal, who does not want to wait for it.
pub(super) async fn obey(
    (mut terminate, mut interrupt): (Signal, Signal),
    orders: watch::Sender<Order>,
    notice: Duration,
) {
    orders.send_replace(Order::Drain(first(&mut terminate, &mut interrupt, notice).await));
    first(&mut terminate, &mut interrupt, notice).await;
    orders.send_replace(Order::Stop);
}

/// Waits for either signal, and gives the notice that goes with it.
async fn first(terminate: &mut Signal, interrupt: &mut Signal, notice: Duration) -> Duration {
    tokio::select! {
        _ = terminate.recv() => notice,
        _ = interrupt.recv() => Duration::ZERO,
    }
}
