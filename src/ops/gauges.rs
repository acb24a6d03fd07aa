//! Numbers that stand still between two scrapes are read when somebody asks for them.

use crate::app::App;
use crate::telemetry::{
    DATABASE_CONNECTIONS, DATABASE_CONNECTIONS_IDLE, PASSWORD_HASHES, PASSWORDS_HASHING, PASSWORDS_WAITING,
};
use crate::web::REQUEST_DURATION;

/// Brings the gauges up to date.
pub fn update(app: &App) {
    metrics::describe_histogram!(
        REQUEST_DURATION,
        "Time to answer a request, by route, method and status class."
    );
    let pool = app.db.pool_use();
    metrics::gauge!(DATABASE_CONNECTIONS).set(f64::from(pool.size));
    metrics::gauge!(DATABASE_CONNECTIONS_IDLE).set(f64::from(pool.idle));
    let load = app.hasher.load();
    metrics::gauge!(PASSWORDS_HASHING).set(as_number(load.busy));
    metrics::gauge!(PASSWORDS_WAITING).set(as_number(load.waiting));
    metrics::counter!(PASSWORD_HASHES).absolute(load.runs);
}

/// A count as a metric carries it; counts of threads and queues are far below where this loses digits.
fn as_number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
